#include "switchboard/nonce_ledger.hpp"

#include <algorithm>
#include <functional>
#include <string>

namespace tandem::switchboard {

bool NonceLedger::take(const trunk::NonceUse& use, WallTime now) {
  forget_expired(now);
  const std::uint64_t key = std::hash<std::string>{}(use.nonce);
  const auto known = windows_.find(key);
  if (known == windows_.end()) {
    if (use.expires <= horizon_) return false;
    if (windows_.size() >= capacity_) forget_oldest();
    windows_.emplace(key, Window{use.count, 0});
    ages_.push_back({use.expires, key});
    return true;
  }
  Window& window = known->second;
  if (use.count > window.highest) {
    const std::uint32_t ahead = use.count - window.highest;
    window.below = ahead >= 64 ? 0 : window.below << ahead;
    if (ahead <= 64) window.below |= std::uint64_t{1} << (ahead - 1);
    window.highest = use.count;
    return true;
  }
  const std::uint32_t behind = window.highest - use.count;
  if (behind == 0 || behind > 64) return false;
  const std::uint64_t bit = std::uint64_t{1} << (behind - 1);
  if (window.below & bit) return false;
  window.below |= bit;
  return true;
}

void NonceLedger::forget_expired(WallTime now) {
  while (!ages_.empty() && ages_.front().expires <= now) {
    windows_.erase(ages_.front().key);
    ages_.pop_front();
  }
}

void NonceLedger::forget_oldest() {
  horizon_ = std::max(horizon_, ages_.front().expires);
  windows_.erase(ages_.front().key);
  ages_.pop_front();
}

}  // namespace tandem::switchboard
