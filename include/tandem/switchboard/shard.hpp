// A shard is one signalling thread with its stack, switchboard, media engine handle and record writer. Everything that
// reaches it from another thread comes as a value through its mailbox, and every answer leaves the same way.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "tandem/base/expected.hpp"
#include "tandem/switchboard/switchboard.hpp"

namespace tandem::switchboard {

struct PublishSnapshot {  ///< new calls use it; live calls keep theirs
  std::shared_ptr<const trunk::Directory> directory;
};
struct AskStats {
  std::uint64_t token = 0;
};
struct AskCalls {
  std::uint64_t token = 0;
};
struct StartDrain {};   ///< no new calls: 503 with Retry-After. Answered by Drained once the last call has ended.
struct ClearCalls {     ///< ends every call with this reason
  trunk::Reason reason = trunk::Reason::ShuttingDown;
};
struct ReopenRecords {};
struct Stop {};
using Command = std::variant<PublishSnapshot, AskStats, AskCalls, StartDrain, ClearCalls, ReopenRecords, Stop>;

struct StatsAnswer {
  std::uint64_t token = 0;
  Stats stats;
};
struct CallsAnswer {
  std::uint64_t token = 0;
  std::vector<CallSummary> calls;
};
struct Drained {};
using Report = std::variant<StatsAnswer, CallsAnswer, Drained>;

class Shard {
 public:
  virtual ~Shard() = default;  ///< stops and joins
  /// False when its mailbox is full. Any thread.
  [[nodiscard]] virtual bool tell(Command) = 0;
  /// Takes what the shard has answered since. One receiver; wake_fd() is readable when there is something.
  virtual std::vector<Report> take_reports() = 0;
  virtual int wake_fd() const = 0;
  /// The addresses bound, port 0 resolved.
  virtual const std::vector<config::Listener>& listeners() const = 0;
};

/// Binds listeners and media, opens the record file, starts the thread. The error is one sentence with the cure.
Expected<std::unique_ptr<Shard>, std::string> start_shard(std::shared_ptr<const trunk::Directory>, std::uint32_t number);

}  // namespace tandem::switchboard
