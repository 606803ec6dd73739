// What systemd wants to hear, over its datagram socket; without one every call does nothing. The protocol is that of
// sd_notify(3), written here because it is these few lines.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "tandem/base/unique_fd.hpp"

namespace tandem::daemon {

class Notifier {
 public:
  /// Reads NOTIFY_SOCKET (a path, or "@name" for an abstract socket), WATCHDOG_USEC and WATCHDOG_PID.
  static Notifier from_environment();

  /// One datagram of NAME=VALUE lines. Never blocks; a lost one is not told again.
  void say(std::string_view state) const;
  bool is_heard() const { return static_cast<bool>(socket_); }
  /// The service is killed if WATCHDOG=1 stays away for so long.
  std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

 private:
  UniqueFd socket_;  ///< connected
  std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace tandem::daemon
