#include "media/engine.hpp"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "media/worker.hpp"
#include "tandem/base/random.hpp"
#include "tandem/base/slot_map.hpp"

namespace tandem::media {

namespace {

/// Two sockets and a guard a leg.
constexpr std::size_t kDescriptorsASession = 6;

class Engine final : public MediaEngine {
 public:
  Engine(const config::MediaSettings& settings, const EngineLimits& limits, Random& random)
      : settings_(settings),
        limits_(limits),
        random_(random),
        pool_(settings.first_port, settings.last_port, random, bind_pair),
        notices_(limits.notices_waiting) {}

  /// Throws std::system_error.
  void start_workers() {
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    const int count = settings_.workers > 0 ? settings_.workers : std::max(1, cores - 1);
    realtime_ = settings_.realtime;
    for (int number = 0; number < count; ++number) {
      const Worker::Settings worker{number, limits_.orders_waiting, settings_.silence_timeout};
      workers_.push_back({std::make_unique<Worker>(worker, notices_), 0});
      if (settings_.realtime && !workers_.back().worker->ask_for_realtime()) realtime_ = false;
    }
  }

  Expected<OpenedSession, OpenError> open() override { return open_between(AddressFamily::V4, AddressFamily::V4); }
  Expected<OpenedSession, OpenError> open_between(AddressFamily a, AddressFamily b) override;
  void connect(MediaSessionId, const PathSpec&) override;
  void send_digit(MediaSessionId, bool towards_a, char digit, std::chrono::milliseconds) override;
  void close(MediaSessionId) override;
  void poll(const std::function<void(const MediaEvent&)>&) override;
  int wake_fd() const override { return notices_.wake().borrow(); }
  EngineStats stats() const override;

 private:
  struct Employed {
    std::unique_ptr<Worker> worker;
    std::size_t sessions = 0;
  };
  struct Entry {
    std::size_t worker = 0;
    bool closing = false;
  };

  const IpAddress* address_of(AddressFamily) const;
  sdp::LocalMedia describe(AddressFamily, std::uint16_t rtp_port) const;
  void finish(std::unique_ptr<Session>, const std::function<void(const MediaEvent&)>&);

  const config::MediaSettings settings_;
  const EngineLimits limits_;
  Random random_;
  PortPool pool_;
  mutable Mailbox<Notice> notices_;
  SlotMap<Entry, MediaSessionId> entries_;
  std::vector<Notice> taken_;
  bool realtime_ = false;
  std::vector<Employed> workers_;  ///< last: joined before anything above goes
};

const IpAddress* Engine::address_of(AddressFamily family) const {
  if (family == AddressFamily::V4) return &settings_.address;
  return settings_.address_v6 ? &*settings_.address_v6 : nullptr;
}

sdp::LocalMedia Engine::describe(AddressFamily family, std::uint16_t rtp_port) const {
  const bool is_translated = family == AddressFamily::V4 && settings_.advertised;
  return {is_translated ? *settings_.advertised : *address_of(family), rtp_port, static_cast<std::uint16_t>(rtp_port + 1)};
}

Expected<OpenedSession, OpenError> Engine::open_between(AddressFamily a, AddressFamily b) {
  const IpAddress* address_a = address_of(a);
  const IpAddress* address_b = address_of(b);
  if (address_a == nullptr || address_b == nullptr) return unexpected(OpenError::PortsExhausted);
  auto pair_a = pool_.bind(*address_a);
  if (!pair_a) return unexpected(OpenError{pair_a.error()});
  auto pair_b = pool_.bind(*address_b);
  if (!pair_b) {
    pool_.release(pair_a->rtp_port);
    return unexpected(OpenError{pair_b.error()});
  }
  const auto idlest = std::min_element(workers_.begin(), workers_.end(), [](const Employed& l, const Employed& r) {
    return l.sessions < r.sessions;
  });
  auto session = std::make_unique<Session>();
  const auto fill = [this](Leg& leg, SocketPair pair) {
    leg.rtp_port = pair.rtp_port;
    leg.rtp = std::move(pair.rtp);
    leg.rtcp = std::move(pair.rtcp);
    leg.payload_types.fill(kUnmapped);
    leg.events.ssrc = static_cast<std::uint32_t>(random_.next());
  };
  fill(session->a, std::move(*pair_a));
  fill(session->b, std::move(*pair_b));
  const std::uint16_t port_a = session->a.rtp_port;
  const std::uint16_t port_b = session->b.rtp_port;
  const MediaSessionId id = entries_.emplace(Entry{static_cast<std::size_t>(idlest - workers_.begin())});
  session->id = id;
  if (!idlest->worker->orders().put(Adopt{std::move(session)})) {  // the refused order closed the sockets
    entries_.erase(id);
    pool_.release(port_a);
    pool_.release(port_b);
    return unexpected(OpenError::MailboxFull);
  }
  ++idlest->sessions;
  return OpenedSession{id, describe(a, port_a), describe(b, port_b)};
}

// No path may be lost, and each follows an accepted open(): it is put like a release.
void Engine::connect(MediaSessionId id, const PathSpec& path) {
  const Entry* entry = entries_.find(id);
  if (entry == nullptr || entry->closing) return;
  workers_[entry->worker].worker->orders().put_release(Repath{id, path});
}

/// A worker that is behind loses the digit: it is no reason to lose a call.
void Engine::send_digit(MediaSessionId id, bool towards_a, char digit, std::chrono::milliseconds duration) {
  const Entry* entry = entries_.find(id);
  if (entry == nullptr || entry->closing) return;
  (void)workers_[entry->worker].worker->orders().put(Dial{id, towards_a ? Side::A : Side::B, digit, duration});
}

void Engine::close(MediaSessionId id) {
  Entry* entry = entries_.find(id);
  if (entry == nullptr || entry->closing) return;
  entry->closing = true;
  workers_[entry->worker].worker->orders().put_release(Release{id});
}

void Engine::poll(const std::function<void(const MediaEvent&)>& hear) {
  notices_.take_all(taken_);
  for (Notice& notice : taken_) {
    if (auto* released = std::get_if<Released>(&notice)) {
      finish(std::move(released->session), hear);
    } else if (const auto* silence = std::get_if<SilenceChanged>(&notice)) {
      hear(*silence);
    } else if (const auto* latched = std::get_if<Latched>(&notice)) {
      hear(*latched);
    }
  }
  taken_.clear();
}

void Engine::finish(std::unique_ptr<Session> session, const std::function<void(const MediaEvent&)>& hear) {
  const SessionClosed closed{session->id, report_of(*session)};
  const std::uint16_t port_a = session->a.rtp_port;
  const std::uint16_t port_b = session->b.rtp_port;
  pool_.release(port_a);
  pool_.release(port_b);
  --workers_[entries_.at(closed.id).worker].sessions;
  entries_.erase(closed.id);
  hear(closed);
}

EngineStats Engine::stats() const {
  EngineStats stats;
  stats.sessions = entries_.size();
  stats.ports_in_use = pool_.ports_in_use();
  stats.ports_total = pool_.ports_total();
  stats.workers = static_cast<int>(workers_.size());
  stats.realtime = realtime_;
  for (const Employed& employed : workers_) employed.worker->totals().add_to(stats);
  return stats;
}

/// One sentence where the address cannot be bound, empty where it can.
std::string try_address(const IpAddress& address, const char* setting) {
  auto bound = bind_socket(address, 0);
  if (bound) return {};
  return std::string(setting) + " " + address.print() + " cannot be bound: " + std::strerror(bound.error());
}

}  // namespace

Expected<std::unique_ptr<MediaEngine>, std::string> start_media(const config::MediaSettings& settings,
                                                               const EngineLimits& limits) {
  std::string problem = try_address(settings.address, "media.address");
  if (problem.empty() && settings.address_v6) problem = try_address(*settings.address_v6, "media.address_v6");
  if (!problem.empty()) return unexpected(std::move(problem));
  Random random = Random::from_system();
  try {
    auto engine = std::make_unique<Engine>(settings, limits, random);
    const std::size_t sessions = engine->stats().ports_total / 4;
    if (sessions == 0) return unexpected(std::string("media.ports holds no two pairs of an even and the next odd port"));
    reserve_descriptors(static_cast<int>(sessions * kDescriptorsASession));
    engine->start_workers();
    return std::unique_ptr<MediaEngine>(std::move(engine));
  } catch (const std::system_error& error) {
    return unexpected(std::string("media workers cannot start: ") + error.what());
  }
}

Expected<std::unique_ptr<MediaEngine>, std::string> start_media(const config::MediaSettings& settings) {
  return start_media(settings, EngineLimits{});
}

}  // namespace tandem::media
