// control: the operator's way in. A Unix stream socket; one JSON object a line in, one a line out. It parses, prints and keeps
// the connections; what a verb does is the daemon's. Verbs: stats, calls, log, reload, drain.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tandem/base/expected.hpp"
#include "tandem/base/log.hpp"
#include "tandem/switchboard/shard.hpp"

namespace tandem::control {

struct AdminRequest {
  std::uint64_t token = 0;  ///< names the connection's question; reply() takes it
  std::string verb;
  std::string argument;     ///< the verb's one argument, or empty
  std::uint32_t uid = 0;    ///< who asks, for the log
};

/// Single-threaded: lives in the supervisor's poll loop. Limits: 16 connections, 4 kB a request line, one question of a
/// connection at a time. A 17th connection takes the place of the one that has been silent longest, so clients that hang
/// never keep the operator out.
class AdminSocket {
 public:
  virtual ~AdminSocket() = default;  ///< closes, and removes the socket file
  /// Descriptors to poll for reading (listener and connections).
  virtual std::vector<int> fds() const = 0;
  /// Descriptors with an answer that did not fit into the socket yet: to poll for writing. receive() goes on with them.
  virtual std::vector<int> blocked_fds() const = 0;
  /// Accepts and reads what is ready; returns whole requests. Malformed ones are answered here.
  virtual std::vector<AdminRequest> receive() = 0;
  /// json: one line, without newline. A token whose connection has gone is ignored.
  virtual void reply(std::uint64_t token, std::string json) = 0;
};

/// Creates the socket with mode 0660, replacing a stale one of a dead daemon; a live one is an error. The error is one
/// sentence with the cure.
Expected<std::unique_ptr<AdminSocket>, std::string> open_admin_socket(const std::string& path);

/// One flat object, {"ok":true,...}; the fields: docs/running.md.
std::string stats_json(const switchboard::Stats&, std::size_t open_fds, std::int64_t uptime_s);
/// {"ok":true,"calls":[{...}]}
std::string calls_json(const std::vector<switchboard::CallSummary>&);
/// {"ok":true,"level":"debug"}
std::string level_json(log::Level);
/// {"ok":true,"changed":[...],"warnings":[...]}
std::string reload_json(const std::vector<std::string>& changed, const std::vector<std::string>& warnings);
/// {"ok":true,"draining":true,"timeout_s":300}
std::string drain_json(std::chrono::milliseconds timeout);
/// {"ok":false,"error":code,"text":text}
std::string error_json(std::string_view code, std::string_view text);

}  // namespace tandem::control
