// Thread affinity in the types: a ThreadRole is a capability that clang's -Wthread-safety checks at each call, and
// that a debug assert checks at entry. No lock is behind it.
#pragma once

#include <atomic>
#include <thread>

#include "tandem/base/check.hpp"

#if defined(__clang__)
#define TANDEM_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define TANDEM_THREAD_ANNOTATION(x)
#endif
#define TANDEM_CAPABILITY(name) TANDEM_THREAD_ANNOTATION(capability(name))
#define TANDEM_GUARDED_BY(role) TANDEM_THREAD_ANNOTATION(guarded_by(role))
#define TANDEM_REQUIRES(role) TANDEM_THREAD_ANNOTATION(requires_capability(role))
#define TANDEM_ASSERT_CAPABILITY(role) TANDEM_THREAD_ANNOTATION(assert_capability(role))

namespace tandem {

class TANDEM_CAPABILITY("thread role") ThreadRole {
 public:
  /// The calling thread takes the role; called once, when the thread starts.
  void take() TANDEM_ASSERT_CAPABILITY(this) { holder_.store(std::this_thread::get_id(), std::memory_order_relaxed); }
  /// Asserts that the calling thread has the role.
  void assert_held() const TANDEM_ASSERT_CAPABILITY(this) {
#ifndef NDEBUG
    TANDEM_CHECK(holder_.load(std::memory_order_relaxed) == std::this_thread::get_id(), "called on the role's own thread");
#endif
  }

 private:
  std::atomic<std::thread::id> holder_{};
};

}  // namespace tandem
