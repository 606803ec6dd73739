#include "media/worker.hpp"

#include <pthread.h>
#include <sys/epoll.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace tandem::media {

namespace {

constexpr Duration kTick = std::chrono::milliseconds(1);
/// While calls are up but nobody sends (ringing, hold), a wake-up each millisecond would cost more than their signalling. The
/// first packet after such a pause waits this long at most.
constexpr Duration kQuietTick = std::chrono::milliseconds(5);
constexpr int kTicksUntilQuiet = 100;
constexpr int kEventsARound = 512;
/// Of one socket in one tick. A paced stream has one packet there, and a second read to find nothing costs as much as the
/// packet's rewriting; a socket that is readable in the next tick too has a backlog, and is emptied up to the limit.
constexpr int kUsualDatagrams = 1;
constexpr int kBacklogDatagrams = 32;
/// More than a socket's queue holds.
constexpr int kWholeQueue = 128;
/// Every session is looked at once in so many ticks: silence, sockets to be connected.
constexpr std::size_t kInspectionPeriodTicks = 256;

// A session is aligned, so the low bits of its address say which of its sockets is meant; 0 is the mailbox.
std::uint64_t pack(Session& session, Side side, Port port) {
  return std::uint64_t{reinterpret_cast<std::uintptr_t>(&session)} | (static_cast<std::uint64_t>(side) << 2) |
         static_cast<std::uint64_t>(port);
}
Session& session_of(std::uint64_t packed) {
  return *reinterpret_cast<Session*>(static_cast<std::uintptr_t>(packed & ~std::uint64_t{7}));
}
Side side_of(std::uint64_t packed) { return static_cast<Side>((packed >> 2) & 1); }
Port port_of(std::uint64_t packed) { return static_cast<Port>(packed & 3); }

/// Four lines of the leg that receives and of the leg that sends.
void prefetch(std::uint64_t packed) {
  if (packed == 0) return;
  for (const Leg* leg : {&session_of(packed).a, &session_of(packed).b})
    for (std::size_t line = 0; line < 4; ++line)
      __builtin_prefetch(reinterpret_cast<const unsigned char*>(leg) + 64 * line);
}

UniqueFd make_epoll() {
  UniqueFd fd = UniqueFd::adopt(::epoll_create1(EPOLL_CLOEXEC));
  if (!fd) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return fd;
}

}  // namespace

void SharedTotals::publish(const Totals& totals) {
  const DropCounts& d = totals.dropped;
  const std::array<std::uint64_t, 6> drops{d.foreign, d.malformed, d.unmapped, d.unsendable, d.unproven, d.not_connected};
  received.store(totals.received, std::memory_order_relaxed);
  sent.store(totals.sent, std::memory_order_relaxed);
  for (std::size_t i = 0; i < drops.size(); ++i) dropped[i].store(drops[i], std::memory_order_relaxed);
}

void SharedTotals::add_to(EngineStats& stats) const {
  stats.packets_received += received.load(std::memory_order_relaxed);
  stats.packets_sent += sent.load(std::memory_order_relaxed);
  const std::array<std::uint64_t*, 6> sums{&stats.dropped.foreign,    &stats.dropped.malformed, &stats.dropped.unmapped,
                                           &stats.dropped.unsendable, &stats.dropped.unproven,  &stats.dropped.not_connected};
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const std::uint64_t count = dropped[i].load(std::memory_order_relaxed);
    *sums[i] += count;
    stats.packets_dropped += count;
  }
}

Worker::Worker(const Settings& settings, Mailbox<Notice>& notices)
    : settings_(settings),
      notices_(notices),
      orders_(settings.mailbox_capacity),
      epoll_(make_epoll()),
      context_{.reporter = *this},
      thread_([this] { run(); }) {}

Worker::~Worker() {
  orders_.put_release(Stop{});
  thread_.join();
}

bool Worker::ask_for_realtime() {
  sched_param lowest{};
  lowest.sched_priority = 1;
  return ::pthread_setschedparam(thread_.native_handle(), SCHED_FIFO | SCHED_RESET_ON_FORK, &lowest) == 0;
}

void Worker::run() {
  role_.take();
  char name[16];
  std::snprintf(name, sizeof name, "media-%d", settings_.number);
  ::pthread_setname_np(::pthread_self(), name);
  epoll_event bell{};
  bell.events = EPOLLIN;
  bell.data.u64 = 0;
  TANDEM_CHECK(::epoll_ctl(epoll_.borrow(), EPOLL_CTL_ADD, orders_.wake().borrow(), &bell) == 0,
               "a worker can watch its own mailbox");
  while (!stopping_) {
    if (sessions_.empty()) {
      orders_.set_polled(false);
      read_ready(-1);
      orders_.set_polled(true);
      next_tick_ = monotonic_now() + kTick;
    } else {
      sleep_until_next_tick();
      tick();
    }
  }
  sessions_.clear();
}

void Worker::tick() {
  ++tick_;
  obey_orders();
  quiet_ticks_ = read_ready(0) ? 0 : quiet_ticks_ + 1;
  if (!dialling_.empty()) send_waiting_digits();
  inspect_some();
  shared_.publish(context_.totals);
}

void Worker::sleep_until_next_tick() {
  const auto since_epoch = next_tick_.time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_epoch);
  timespec until{};
  until.tv_sec = seconds.count();
  until.tv_nsec = (since_epoch - seconds).count();
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
  context_.now = monotonic_now();
  context_.now_us =
      std::chrono::duration_cast<std::chrono::microseconds>(context_.now.time_since_epoch()).count();
  next_tick_ += quiet_ticks_ < kTicksUntilQuiet ? kTick : kQuietTick;
  if (next_tick_ <= context_.now)  // overrun: stay on the grid, skip what is past
    next_tick_ += ((context_.now - next_tick_) / kTick + 1) * kTick;
}

bool Worker::read_ready(int timeout_ms) {
  epoll_event events[kEventsARound];
  const int count = ::epoll_wait(epoll_.borrow(), events, kEventsARound, timeout_ms);
  // Orders first, so that a path holds for every packet that came after connect(); releases last, because the events may
  // still name the session.
  for (int i = 0; i < count; ++i) {
    if (events[i].data.u64 != 0) continue;
    orders_.wake().clear();
    obey_orders();
  }
  bool heard = false;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t packed = events[i].data.u64;
    if (packed == 0) continue;
    heard = true;
    if (i + 1 < count) prefetch(events[i + 1].data.u64);
    Session& session = session_of(packed);
    Leg& leg = session.leg(side_of(packed));
    const bool has_backlog = leg.last_tick + 1 == tick_;
    leg.last_tick = tick_;
    relay_waiting(session, side_of(packed), port_of(packed), has_backlog ? kBacklogDatagrams : kUsualDatagrams, context_);
  }
  for (const MediaSessionId id : releasing_) release(id);
  releasing_.clear();
  return heard;
}

void Worker::obey_orders() {
  context_.now = monotonic_now();
  orders_.poll_all(taken_);
  for (Order& order : taken_) {
    if (auto* adopted = std::get_if<Adopt>(&order)) {
      adopt(std::move(adopted->session));
    } else if (auto* repath = std::get_if<Repath>(&order)) {
      if (Session* session = find(repath->id)) apply_path(*session, repath->path, context_.now);
    } else if (const auto* digit = std::get_if<Dial>(&order)) {
      dial(*digit);
    } else if (auto* release_order = std::get_if<Release>(&order)) {
      releasing_.push_back(release_order->id);
    } else {
      stopping_ = true;
    }
  }
  taken_.clear();
}

void Worker::dial(const Dial& order) {
  Session* session = find(order.id);
  if (session == nullptr) return;
  Leg& leg = session->leg(order.towards);
  if (leg.events.payload_type == kUnmapped || !leg.digits.ask(order.digit, order.duration)) return;
  const bool known = session->a.dials || session->b.dials;
  leg.dials = true;
  if (!known) dialling_.push_back(order.id);
}

void Worker::send_waiting_digits() {
  quiet_ticks_ = 0;  // a slow tick would make digits uneven
  std::erase_if(dialling_, [this](MediaSessionId id) {
    role_.assert_held();
    Session* session = find(id);
    if (session == nullptr) return true;
    for (Leg* leg : {&session->a, &session->b}) {
      if (leg->dials) send_digits(*leg, context_);
    }
    return !session->a.dials && !session->b.dials;
  });
}

Session* Worker::find(MediaSessionId id) {
  if (id.index() >= by_index_.size()) return nullptr;
  Session* session = by_index_[id.index()];
  return session != nullptr && session->id == id ? session : nullptr;
}

void Worker::adopt(std::unique_ptr<Session> session) {
  if (session->id.index() >= by_index_.size()) by_index_.resize(std::size_t{session->id.index()} + 1);
  by_index_[session->id.index()] = session.get();
  session->place = sessions_.size();
  for (const Side side : {Side::A, Side::B}) {
    // Kernel memory or max_user_watches can be short here: the leg is deaf then, which its silence tells.
    (void)watch(*session, side, Port::Rtp);
    (void)watch(*session, side, Port::Rtcp);
  }
  sessions_.push_back(std::move(session));
}

void Worker::release(MediaSessionId id) {
  Session* session = find(id);
  if (session == nullptr) return;
  for (Leg* leg : {&session->a, &session->b}) {  // closing takes them out of the epoll set
    leg->rtp.reset();
    leg->rtcp.reset();
    leg->guard.reset();
  }
  by_index_[id.index()] = nullptr;
  const std::size_t place = session->place;
  std::unique_ptr<Session> released = std::move(sessions_[place]);
  if (place + 1 != sessions_.size()) {
    sessions_[place] = std::move(sessions_.back());
    sessions_[place]->place = place;
  }
  sessions_.pop_back();
  notices_.put_release(Released{std::move(released)});
}

bool Worker::watch(Session& session, Side side, Port port) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = pack(session, side, port);
  return ::epoll_ctl(epoll_.borrow(), EPOLL_CTL_ADD, socket_of(session.leg(side), port), &event) == 0;
}

void Worker::inspect_some() {
  const std::size_t count = (sessions_.size() + kInspectionPeriodTicks - 1) / kInspectionPeriodTicks;
  for (std::size_t i = 0; i < count && !sessions_.empty(); ++i) {
    if (next_inspected_ >= sessions_.size()) next_inspected_ = 0;
    Session& session = *sessions_[next_inspected_++];
    inspect(session, Side::A);
    inspect(session, Side::B);
  }
}

void Worker::inspect(Session& session, Side side) {
  Leg& leg = session.leg(side);
  if (settings_.silence_timeout.count() > 0 && leg.receive && !leg.silent &&
      context_.now - leg.last_heard >= settings_.silence_timeout)
    silence_changed(session, side, Silence::Began);
  if (leg.silent && !leg.receive) silence_changed(session, side, Silence::Ended);  // nothing is expected on hold
  if (!leg.connected && leg.may_connect && leg.clean_packets >= kCleanBeforeConnect) connect_leg(session, side);
}

// A connected socket sends without a route lookup and receives without a source; the guard beside it sees what strangers send,
// so they are counted still.
void Worker::connect_leg(Session& session, Side side) {
  Leg& leg = session.leg(side);
  if (!leg.guard) {
    auto guard = bind_guard(leg.rtp.borrow());
    if (guard) leg.guard = std::move(*guard);
    if (!leg.guard || !watch(session, side, Port::Guard)) {
      leg.may_connect = false;
      return;
    }
  }
  if (!connect_socket(leg.rtp.borrow(), leg.rtp_target)) {
    leg.may_connect = false;
    return;
  }
  relay_waiting(session, side, Port::Rtp, kWholeQueue, context_);  // queued before: their source is still to be judged
  leg.connected = leg.clean_packets >= kCleanBeforeConnect;
  if (!leg.connected) disconnect_socket(leg.rtp.borrow());
}

void Worker::silence_changed(Session& session, Side side, Silence silence) {
  session.leg(side).silent = silence == Silence::Began;
  (void)notices_.put(SilenceChanged{session.id, side == Side::A, silence == Silence::Began});
}

void Worker::latched(Session& session, Side side) {
  (void)notices_.put(Latched{session.id, side == Side::A, session.leg(side).latch.target()});
}

}  // namespace tandem::media
