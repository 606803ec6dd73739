// Who holds which channels, and how fast calls may come: the one place where a Reservation is granted.
// Channels are counted by name and given back by the Grant that holds them; calls a second are a token bucket
// a name. Time comes in..
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tandem/base/expected.hpp"
#include "tandem/base/text.hpp"
#include "tandem/base/time.hpp"
#include "tandem/trunk/decide.hpp"

namespace tandem::switchboard {

class AdmissionLedger;

/// The channels that a call holds. They go back when it is destroyed, so that no path can forget them. The
/// ledger outlives it.
class Grant {
 public:
  Grant() = default;
  Grant(Grant&&) noexcept;
  Grant& operator=(Grant&&) noexcept;
  Grant(const Grant&) = delete;
  Grant& operator=(const Grant&) = delete;
  ~Grant() { give_back(); }

 private:
  friend class AdmissionLedger;
  void give_back() noexcept;

  AdmissionLedger* ledger_ = nullptr;
  std::vector<std::string> counters_;  ///< one channel each
};

class AdmissionLedger {
 public:
  AdmissionLedger() = default;
  AdmissionLedger(const AdmissionLedger&) = delete;
  AdmissionLedger& operator=(const AdmissionLedger&) = delete;

  /// Takes all that is wanted, or nothing; the error is the first that cannot be had. A call of a second's
  /// bucket is spent, not lent: it is not in the Grant.
  Expected<Grant, trunk::Reservation> take(const std::vector<trunk::Reservation>&, Instant now);

  std::uint32_t channels_of(std::string_view counter) const;
  std::size_t channels_in_use() const { return channels_in_use_; }  ///< over all counters
  std::size_t grants() const { return grants_; }                    ///< that hold a channel
  std::size_t rates() const { return full_again_.size(); }          ///< buckets that are remembered

 private:
  friend class Grant;
  using Counters = std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>>;
  using Buckets = std::unordered_map<std::string, Instant, TextHash, std::equal_to<>>;

  bool take_channel(const trunk::Reservation&);
  bool take_call(const trunk::Reservation&, Instant now);
  void give_channel(const std::string& counter) noexcept;
  void forget_full_buckets(Instant now);

  Counters channels_;
  Buckets
      full_again_;  ///< when each bucket is full if nothing more is taken: all that a bucket needs to know
  std::size_t channels_in_use_ = 0;
  std::size_t grants_ = 0;
  std::size_t sweep_at_ = 64;
};

}  // namespace tandem::switchboard
