// The main thread's work: signals, the operator's questions and the shard's answers come in as values with the time; commands
// to the shard, answers and words to systemd go out. It waits nowhere, so a test drives it with a clock of its own.
//
//   Running --SIGTERM, SIGINT, drain--> Draining --time is up, second SIGTERM--> Clearing --> Finished
//                                          |                                        |             ^
//                                          +------ the shard says Drained ----------+-------------+
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "daemon/notify.hpp"
#include "tandem/base/time.hpp"
#include "tandem/control/admin_socket.hpp"
#include "tandem/switchboard/shard.hpp"
#include "tandem/tandemctl/check.hpp"

namespace tandem::daemon {

/// What a supervisor stands between; all outlive it.
struct Post {
  switchboard::Shard& shard;
  control::AdminSocket& admin;
  const Notifier& notifier;
  std::function<tandemctl::Checked()> load;  ///< reads the configuration anew
};

class Supervisor {
 public:
  Supervisor(Post post, std::shared_ptr<const config::Config> running, Instant now);

  void on_signal(int signal, Instant now);
  void on_request(const control::AdminRequest& request, Instant now);
  void on_report(const switchboard::Report& report, Instant now);
  /// Does what the time asks for; called after every wait.
  void on_time(Instant now);
  /// When on_time() is due at the latest.
  Instant next_wake() const;
  bool finished() const { return phase_ == Phase::Finished; }

 private:
  enum class Phase { Running, Draining, Clearing, Finished };

  void start_drain(Instant now);
  void clear_calls(Instant now);
  std::string reload();
  void answer_log_level(const control::AdminRequest& request);
  void ask_shard(std::uint64_t token, switchboard::Command question);
  /// Told now, or as soon as the shard's mailbox has room.
  void tell_surely(switchboard::Command command);
  void send_waiting(Instant now);
  void heard_from_shard(std::size_t calls, Instant now);
  void look_after_shard(Instant now);
  void say_status(std::string_view before);

  Post post_;
  std::shared_ptr<const config::Config> running_;
  const Instant started_at_;
  const Duration beat_;  ///< how often the shard is asked for a sign of life
  Phase phase_ = Phase::Running;
  int stops_asked_ = 0;  ///< SIGTERM and SIGINT
  std::size_t calls_ = 0;
  Instant next_beat_;
  Instant heard_at_;
  bool silence_logged_ = false;
  std::optional<Instant> phase_ends_;  ///< of Draining and Clearing
  std::deque<switchboard::Command> waiting_;
  Instant next_send_{};
};

}  // namespace tandem::daemon
