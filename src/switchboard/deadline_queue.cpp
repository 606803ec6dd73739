#include "switchboard/deadline_queue.hpp"

namespace tandem::switchboard {

void DeadlineQueue::set(CallId call, Instant at) {
  const auto [known, added] = at_.try_emplace(call, at);
  if (added) {
    by_time_.emplace(at, call);
    return;
  }
  if (known->second == at) return;
  auto node = by_time_.extract({known->second, call});
  node.value().first = at;
  by_time_.insert(std::move(node));
  known->second = at;
}

void DeadlineQueue::erase(CallId call) {
  const auto known = at_.find(call);
  if (known == at_.end()) return;
  by_time_.erase({known->second, call});
  at_.erase(known);
}

std::optional<Instant> DeadlineQueue::next() const {
  if (by_time_.empty()) return std::nullopt;
  return by_time_.begin()->first;
}

std::optional<CallId> DeadlineQueue::due(Instant now) const {
  if (by_time_.empty() || by_time_.begin()->first > now) return std::nullopt;
  return by_time_.begin()->second;
}

}  // namespace tandem::switchboard
