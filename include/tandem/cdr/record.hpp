// cdr: one JSON line a call and one an attempt, written by its own thread and never lost: a call is finished when its line has
// gone through write(2). It reads a Call's values and knows no stack and no media.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tandem/base/expected.hpp"
#include "tandem/base/ids.hpp"
#include "tandem/call/call.hpp"

namespace tandem::cdr {

/// The line without its newline. Fields and their meaning: docs/cdr.md.
std::string call_line(const call::Call&, std::string_view node);
std::string attempt_line(const call::Call&, const call::Attempt&, std::string_view node);

struct WriterStats {
  std::uint64_t lines = 0;
  std::uint64_t failures = 0;  ///< write(2) failed; the line is kept and tried again
  std::size_t waiting = 0;
};

/// put() on the signalling thread; the writer owns the file.
class CdrWriter {
 public:
  virtual ~CdrWriter() = default;
  /// Always taken: a record of a call that was admitted is never refused. lines: one or more, the last without its newline.
  /// call: told by poll() once all of them are written.
  virtual void put(CallId call, std::string lines) = 0;
  /// False when so much waits that no new call should be admitted.
  virtual bool has_room() const = 0;
  /// Calls `written` for every call line that went through write(2).
  virtual void poll(const std::function<void(CallId)>& written) = 0;
  virtual int wake_fd() const = 0;
  virtual void reopen() = 0;  ///< after logrotate
  virtual WriterStats stats() const = 0;
};

/// Opens path (append; empty: standard output) and starts the thread. The error names operation, path and errno.
Expected<std::unique_ptr<CdrWriter>, std::string> start_writer(const std::string& path);

}  // namespace tandem::cdr
