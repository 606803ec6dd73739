// The library's event loop, with the waiting done by us. It rounds the time to its next timer down to whole milliseconds
// and then spins through the rest: at a few hundred calls a second that is a third of the CPU. An epoll descriptor can be
// polled itself, so we wait through that rest on the library's own and step it only when something is ready or its timer is
// really due.
#pragma once

#include "sip/sofia.hpp"
#include "tandem/base/time.hpp"

namespace tandem::sip {

class Loop {
 public:
  Loop();  ///< root() is null when the library gave none
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  su_root_t* root() const { return root_; }
  /// Waits at most max_wait for a descriptor or a timer, and serves what is due.
  void step(Duration max_wait);
  /// What the last step knew of timers no longer counts: a call of the library's may have set a nearer one, and after a
  /// message it names none. The next step lets it look.
  void forget_timer() { next_timer_ = Duration::max(); }

 private:
  su_root_t* root_ = nullptr;
  int epoll_ = -1;  ///< the library's; -1 where it could not be told: then the library waits
  Duration next_timer_{};
};

}  // namespace tandem::sip
