// How a room below asks the signalling loop to watch a descriptor for it; sip implements it on su_root.
#pragma once

#include <functional>

namespace tandem {

class FdWatcher {
 public:
  virtual ~FdWatcher() = default;
  /// Calls `ready` on the loop's thread whenever fd is readable, until forget(fd). fd stays the caller's.
  virtual void watch_readable(int fd, std::function<void()> ready) = 0;
  virtual void forget(int fd) = 0;
};

}  // namespace tandem
