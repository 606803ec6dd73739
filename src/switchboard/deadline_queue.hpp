// The shard's one heap of wake-ups: for each call its earliest deadline. Ordered by time; a call stands in it once at most.
#pragma once

#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "tandem/base/ids.hpp"
#include "tandem/base/time.hpp"

namespace tandem::switchboard {

class DeadlineQueue {
 public:
  /// The call wakes at `at`, and no longer at any earlier promise.
  void set(CallId, Instant at);
  void erase(CallId);
  std::optional<Instant> next() const;
  /// The call whose wake-up is due, if any; it stays until set() or erase().
  std::optional<CallId> due(Instant now) const;
  std::size_t size() const { return by_time_.size(); }

 private:
  std::set<std::pair<Instant, CallId>> by_time_;
  std::unordered_map<CallId, Instant> at_;
};

}  // namespace tandem::switchboard
