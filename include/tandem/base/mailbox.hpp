// The one way that values cross threads: a bounded queue, many senders, one receiver, woken by an eventfd.
// A short mutex guards a ring of moved values; it is held for one move, so no thread waits on another's work.
// Refused alternative: a lock-free ring. Mailboxes carry calls, not packets; 5,000 sends a second do not justify one.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "tandem/base/unique_fd.hpp"

namespace tandem {

/// A non-blocking eventfd: the bell of a mailbox.
class WakeFd {
 public:
  WakeFd();  ///< aborts when the process has no descriptor left at start-up
  void ring() noexcept;
  void clear() noexcept;
  /// Blocks until it rings or timeout_ms passes (-1: for ever).
  void wait(int timeout_ms) noexcept;
  int borrow() const { return fd_.borrow(); }

 private:
  UniqueFd fd_;
};

template <class T>
class Mailbox {
 public:
  /// capacity: values of put(); release messages use put_release() and may exceed it, because they only ever follow
  /// an accepted put().
  explicit Mailbox(std::size_t capacity) : capacity_(capacity) {}

  /// False when full: the caller refuses new work. Any thread.
  [[nodiscard]] bool put(T value) { return enqueue(std::move(value), capacity_); }
  /// Always fits. Any thread.
  void put_release(T value) { (void)enqueue(std::move(value), static_cast<std::size_t>(-1)); }

  /// Moves everything that waits into `out` (cleared first) and silences the bell. Receiver only.
  void take_all(std::vector<T>& out) {
    wake_.clear();
    poll_all(out);
  }

  /// Whether the receiver looks by itself, as a worker does at each tick: senders ring no bell then. Receiver only. When it
  /// stops looking and something waits, the bell rings at once, so nothing is slept over.
  void set_polled(bool polled) {
    bool waits = false;
    {
      std::lock_guard lock(mutex_);
      polled_ = polled;
      waits = !polled && !queue_.empty();
    }
    if (waits) wake_.ring();
  }

  /// As take_all(), for a receiver that polls: the bell is left alone.
  void poll_all(std::vector<T>& out) {
    out.clear();
    std::lock_guard lock(mutex_);
    out.insert(out.end(), std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.end()));
    queue_.clear();
  }

  std::size_t depth() const {
    std::lock_guard lock(mutex_);
    return queue_.size();
  }
  std::size_t capacity() const { return capacity_; }
  WakeFd& wake() { return wake_; }

 private:
  bool enqueue(T&& value, std::size_t limit) {
    bool rings = false;
    {
      std::lock_guard lock(mutex_);
      if (queue_.size() >= limit) return false;
      rings = queue_.empty() && !polled_;
      queue_.push_back(std::move(value));
    }
    if (rings) wake_.ring();
    return true;
  }

  mutable std::mutex mutex_;
  std::deque<T> queue_;
  bool polled_ = false;
  const std::size_t capacity_;
  WakeFd wake_;
};

}  // namespace tandem
