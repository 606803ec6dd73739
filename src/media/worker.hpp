// One media thread: owns sockets and state of its sessions, reads them on an absolute 1 ms tick, sleeps without sessions.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <variant>
#include <vector>

#include "media/relay.hpp"
#include "media/session.hpp"
#include "tandem/base/mailbox.hpp"
#include "tandem/base/thread_role.hpp"
#include "tandem/base/unique_fd.hpp"

namespace tandem::media {

/// Orders to a worker, from the signalling thread.
struct Adopt {
  std::unique_ptr<Session> session;
};
struct Repath {
  MediaSessionId id;
  PathSpec path;
};
struct Dial {
  MediaSessionId id;
  Side towards = Side::A;
  char digit = '0';
  std::chrono::milliseconds duration{};
};
struct Release {
  MediaSessionId id;
};
struct Stop {};
using Order = std::variant<Adopt, Repath, Dial, Release, Stop>;

/// What a worker says, to the signalling thread.
struct Released {
  std::unique_ptr<Session> session;
};
using Notice = std::variant<Released, SilenceChanged, Latched>;

/// Relaxed: one writer, any reader, each number by itself.
struct SharedTotals {
  std::atomic<std::uint64_t> received{0};
  std::atomic<std::uint64_t> sent{0};
  std::array<std::atomic<std::uint64_t>, 6> dropped{};

  void publish(const Totals&);
  void add_to(EngineStats&) const;
};

class Worker final : private Reporter {
 public:
  struct Settings {
    int number = 0;
    std::size_t mailbox_capacity = 0;
    std::chrono::milliseconds silence_timeout{0};  ///< 0: off
  };

  /// notices outlives the worker. Throws std::system_error when no thread or epoll instance can be had.
  Worker(const Settings&, Mailbox<Notice>& notices);
  ~Worker() override;  ///< stops and joins; sessions left are closed
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  Mailbox<Order>& orders() { return orders_; }
  const SharedTotals& totals() const { return shared_; }
  /// Asks for SCHED_FIFO at the lowest priority; false when not permitted.
  bool ask_for_realtime();

 private:
  void run();
  void tick() TANDEM_REQUIRES(role_);
  void sleep_until_next_tick() TANDEM_REQUIRES(role_);
  bool read_ready(int timeout_ms) TANDEM_REQUIRES(role_);  ///< true: something but orders was there
  void obey_orders() TANDEM_REQUIRES(role_);
  void adopt(std::unique_ptr<Session>) TANDEM_REQUIRES(role_);
  void release(MediaSessionId) TANDEM_REQUIRES(role_);
  void dial(const Dial&) TANDEM_REQUIRES(role_);
  void send_waiting_digits() TANDEM_REQUIRES(role_);
  Session* find(MediaSessionId) TANDEM_REQUIRES(role_);
  void inspect_some() TANDEM_REQUIRES(role_);
  void inspect(Session&, Side) TANDEM_REQUIRES(role_);
  void connect_leg(Session&, Side) TANDEM_REQUIRES(role_);
  bool watch(Session&, Side, Port) TANDEM_REQUIRES(role_);

  void silence_changed(Session&, Side, Silence) override;
  void latched(Session&, Side) override;

  const Settings settings_;
  Mailbox<Notice>& notices_;
  Mailbox<Order> orders_;
  UniqueFd epoll_;
  SharedTotals shared_;
  ThreadRole role_;

  RelayContext context_ TANDEM_GUARDED_BY(role_);
  std::vector<std::unique_ptr<Session>> sessions_ TANDEM_GUARDED_BY(role_);
  std::vector<Session*> by_index_ TANDEM_GUARDED_BY(role_);  ///< by the index of the id
  std::vector<Order> taken_ TANDEM_GUARDED_BY(role_);
  std::vector<MediaSessionId> releasing_ TANDEM_GUARDED_BY(role_);
  std::vector<MediaSessionId> dialling_ TANDEM_GUARDED_BY(role_);  ///< sessions that digits of ours go to
  std::uint64_t tick_ TANDEM_GUARDED_BY(role_) = 0;
  int quiet_ticks_ TANDEM_GUARDED_BY(role_) = 0;  ///< ticks since the last datagram
  std::size_t next_inspected_ TANDEM_GUARDED_BY(role_) = 0;
  Instant next_tick_ TANDEM_GUARDED_BY(role_){};
  bool stopping_ TANDEM_GUARDED_BY(role_) = false;

  std::thread thread_;  ///< last: everything above exists when it starts
};

}  // namespace tandem::media
