// A stack, a media engine and a record writer without a wire, a socket or a file: what a board stands on in a test.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tandem/base/slot_map.hpp"
#include "tandem/cdr/record.hpp"
#include "tandem/dns/resolver.hpp"
#include "tandem/media/engine.hpp"
#include "tandem/sip/stack.hpp"

namespace tandem::test {

class FakeStack final : public sip::SipStack {
 public:
  struct Reply {
    sip::ArrivalId arrival;
    int status = 0;
    std::vector<message::Header> headers;
  };

  void adopt(sip::ArrivalId, CallId call) override { adopted.push_back(call); }
  void respond(sip::ArrivalId arrival, int status, std::string_view, const std::vector<message::Header>& headers) override {
    replies.push_back({arrival, status, headers});
  }
  void drop(sip::ArrivalId arrival) override { dropped.push_back(arrival); }
  void perform(CallId call, const call::SipEffect& effect, const trunk::RoutePlan& plan) override {
    performed[call].push_back(effect);
    plans[call] = plan;
  }
  void release(CallId call) override { released.push_back(call); }
  void run_once(Duration, sip::EventSink&) override {}
  bool has_pending() const override { return false; }
  std::optional<std::pair<CallId, call::LegId>> find_dialog(std::string_view call_id, std::string_view local_tag,
                                                            std::string_view remote_tag) const override {
    for (const auto& [leg, name] : dialogs)
      if (name == sip::DialogName{std::string(call_id), std::string(local_tag), std::string(remote_tag)}) return leg;
    return std::nullopt;
  }
  std::optional<sip::DialogName> name_of(CallId call, call::LegId leg) const override {
    const auto found = dialogs.find({call, leg});
    return found == dialogs.end() ? std::nullopt : std::optional(found->second);
  }
  sip::StackStats stats() const override { return {}; }
  std::vector<config::Listener> listeners() const override { return {}; }
  void watch_readable(int, std::function<void()>) override {}
  void forget(int) override {}

  /// The last effect of that kind for the call, or nullptr.
  template <class SipEffect>
  const SipEffect* last(CallId call) const {
    const auto effects = performed.find(call);
    if (effects == performed.end()) return nullptr;
    for (auto row = effects->second.rbegin(); row != effects->second.rend(); ++row) {
      if (const auto* match = std::get_if<SipEffect>(&*row)) return match;
    }
    return nullptr;
  }
  template <class SipEffect>
  std::size_t count(CallId call) const {
    std::size_t found = 0;
    const auto effects = performed.find(call);
    if (effects == performed.end()) return 0;
    for (const auto& effect : effects->second) found += std::holds_alternative<SipEffect>(effect) ? 1 : 0;
    return found;
  }

  std::vector<CallId> adopted;
  std::vector<CallId> released;
  std::vector<Reply> replies;
  std::vector<sip::ArrivalId> dropped;
  std::map<CallId, std::vector<call::SipEffect>> performed;
  std::map<CallId, trunk::RoutePlan> plans;
  std::map<std::pair<CallId, call::LegId>, sip::DialogName> dialogs;
};

class FakeMedia final : public media::MediaEngine {
 public:
  Expected<media::OpenedSession, media::OpenError> open() override {
    if (refuse_with) return unexpected(media::OpenError{*refuse_with});
    const auto id = sessions.emplace(0);
    const auto port = static_cast<std::uint16_t>(10000 + 4 * id.index());
    const IpAddress address = *IpAddress::parse("192.0.2.30");
    return media::OpenedSession{id, {address, port, static_cast<std::uint16_t>(port + 1)},
                                {address, static_cast<std::uint16_t>(port + 2), static_cast<std::uint16_t>(port + 3)}};
  }
  Expected<media::OpenedSession, media::OpenError> open_between(media::AddressFamily, media::AddressFamily) override {
    return open();
  }
  void connect(MediaSessionId id, const media::PathSpec& spec) override {
    if (sessions.find(id)) paths[id] = spec;
  }
  void send_digit(MediaSessionId id, bool towards_a, char digit, std::chrono::milliseconds duration) override {
    if (sessions.find(id)) digits.push_back({towards_a, digit, duration});
  }
  void close(MediaSessionId id) override {
    if (sessions.erase(id)) news.push_back(media::SessionClosed{id, report});
  }
  void poll(const std::function<void(const media::MediaEvent&)>& take) override {
    while (!news.empty()) {
      take(news.front());
      news.pop_front();
    }
  }
  int wake_fd() const override { return -1; }
  media::EngineStats stats() const override {
    media::EngineStats stats;
    stats.sessions = sessions.size();
    return stats;
  }

  SlotMap<int, MediaSessionId> sessions;
  std::map<MediaSessionId, media::PathSpec> paths;
  struct Digit {
    bool towards_a = false;
    char digit = '0';
    std::chrono::milliseconds duration{};
    friend bool operator==(const Digit&, const Digit&) = default;
  };
  std::vector<Digit> digits;
  std::deque<media::MediaEvent> news;
  std::optional<media::OpenError> refuse_with;
  MediaReport report;
};

class FakeRecords final : public cdr::CdrWriter {
 public:
  void put(CallId call, std::string line) override {
    lines.push_back(std::move(line));
    if (call) unwritten.push_back(call);
  }
  bool has_room() const override { return room; }
  void poll(const std::function<void(CallId)>& written) override {
    while (!unwritten.empty()) {
      written(unwritten.front());
      unwritten.pop_front();
    }
  }
  int wake_fd() const override { return -1; }
  void reopen() override {}
  cdr::WriterStats stats() const override { return {}; }

  std::vector<std::string> lines;
  std::deque<CallId> unwritten;
  bool room = true;
};

/// Answers from `known` at once, and else when the test says.
class FakeResolver final : public dns::Resolver {
 public:
  std::optional<dns::Answer> ask(const dns::Question& question, std::uint64_t token, Instant) override {
    questions.push_back(question);
    const auto found = known.find(question.host);
    if (found != known.end()) return dns::Answer{found->second, {}};
    waiting[token] = question;
    return std::nullopt;
  }
  void cancel(std::uint64_t token) override { waiting.erase(token); }
  void on_time(Instant) override {}
  std::vector<std::pair<std::uint64_t, dns::Answer>> take_answers() override { return std::exchange(answers, {}); }
  std::optional<Instant> next_deadline() const override { return std::nullopt; }
  dns::ResolverStats stats() const override { return {}; }

  void answer(std::uint64_t token, dns::Answer answer) {
    if (waiting.erase(token) == 1) answers.emplace_back(token, std::move(answer));
  }

  std::map<std::string, std::vector<dns::TargetAddress>> known;
  std::map<std::uint64_t, dns::Question> waiting;
  std::vector<dns::Question> questions;
  std::vector<std::pair<std::uint64_t, dns::Answer>> answers;
};

}  // namespace tandem::test
