// Remembers which counts of which nonces were used, so that an answer cannot be replayed (RFC 7616 §3.4, R-054).
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>

#include "tandem/base/time.hpp"
#include "tandem/trunk/decide.hpp"

namespace tandem::switchboard {

class NonceLedger {
 public:
  static constexpr std::size_t kCapacity = 1 << 20;
  explicit NonceLedger(std::size_t capacity = kCapacity) : capacity_(capacity) {}

  /// True the first time that this nonce comes with this count. Counts may arrive out of order within 64 of the highest.
  /// Nonces are HMACs of ours, so a 64-bit hash of one cannot be aimed at another.
  bool take(const trunk::NonceUse&, WallTime now);
  std::size_t size() const { return windows_.size(); }

 private:
  struct Window {
    std::uint32_t highest = 0;
    std::uint64_t below = 0;  ///< bit i: highest - 1 - i was used
  };
  struct Age {
    WallTime expires;
    std::uint64_t key = 0;
  };
  void forget_expired(WallTime now);
  void forget_oldest();

  const std::size_t capacity_;
  std::unordered_map<std::uint64_t, Window> windows_;
  std::deque<Age> ages_;  ///< in order of first use
  WallTime horizon_{};    ///< unknown nonces that expire no later were pushed out, so they are refused
};

}  // namespace tandem::switchboard
