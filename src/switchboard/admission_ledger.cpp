#include "switchboard/admission_ledger.hpp"

#include <algorithm>
#include <utility>

namespace tandem::switchboard {

Grant::Grant(Grant&& other) noexcept
    : ledger_(std::exchange(other.ledger_, nullptr)), counters_(std::exchange(other.counters_, {})) {}

Grant& Grant::operator=(Grant&& other) noexcept {
  if (this != &other) {
    give_back();
    ledger_ = std::exchange(other.ledger_, nullptr);
    counters_ = std::exchange(other.counters_, {});
  }
  return *this;
}

void Grant::give_back() noexcept {
  if (ledger_ == nullptr) return;
  for (const std::string& counter : counters_) ledger_->give_channel(counter);
  --ledger_->grants_;
  ledger_ = nullptr;
  counters_.clear();
}

Expected<Grant, trunk::Reservation> AdmissionLedger::take(const std::vector<trunk::Reservation>& wanted,
                                                          Instant now) {
  Grant grant;
  std::vector<std::pair<std::string, std::optional<Instant>>> before;  // buckets as they were
  for (const trunk::Reservation& one : wanted) {
    bool granted = false;
    if (one.meter == trunk::Meter::Channel) {
      granted = take_channel(one);
      if (granted) {
        if (std::exchange(grant.ledger_, this) == nullptr) ++grants_;
        grant.counters_.push_back(one.counter);
      }
    } else {
      const auto known = full_again_.find(one.counter);
      before.emplace_back(one.counter,
                          known == full_again_.end() ? std::nullopt : std::optional(known->second));
      granted = take_call(one, now);
    }
    if (granted) continue;
    for (auto row = before.rbegin(); row != before.rend(); ++row) {
      if (row->second) {
        full_again_[row->first] = *row->second;
      } else {
        full_again_.erase(row->first);
      }
    }
    forget_full_buckets(now);
    return unexpected(one);  // the channels go back with `grant`
  }
  forget_full_buckets(now);
  return grant;
}

bool AdmissionLedger::take_channel(const trunk::Reservation& wanted) {
  if (channels_of(wanted.counter) >= wanted.limit) return false;
  ++channels_[wanted.counter];
  ++channels_in_use_;
  return true;
}

/// A bucket of `burst` calls that fills by one every 1/limit seconds, as the time at which it is full: a call
/// is there when no more than burst - 1 calls' time is missing.
bool AdmissionLedger::take_call(const trunk::Reservation& wanted, Instant now) {
  if (wanted.limit == 0) return false;
  const Duration a_call = std::chrono::duration_cast<Duration>(std::chrono::seconds(1)) / wanted.limit;
  const std::uint32_t burst = std::max<std::uint32_t>(wanted.burst == 0 ? wanted.limit : wanted.burst, 1);
  Instant& full = full_again_.try_emplace(wanted.counter, now).first->second;
  full = std::max(full, now);
  if (full - now > a_call * (burst - 1)) return false;
  full += a_call;
  return true;
}

void AdmissionLedger::give_channel(const std::string& counter) noexcept {
  const auto held = channels_.find(counter);
  if (held == channels_.end()) return;
  --channels_in_use_;
  if (--held->second == 0) channels_.erase(held);
}

/// A full bucket says no more than no bucket does. Swept when there are twice as many as were left the last
/// time, so that strangers' addresses cost what their calls of the last moment do.
void AdmissionLedger::forget_full_buckets(Instant now) {
  constexpr std::size_t kAtLeast = 64;
  if (full_again_.size() < sweep_at_) return;
  std::erase_if(full_again_, [now](const auto& bucket) { return bucket.second <= now; });
  sweep_at_ = std::max(kAtLeast, 2 * full_again_.size());
}

std::uint32_t AdmissionLedger::channels_of(std::string_view counter) const {
  const auto held = channels_.find(counter);
  return held == channels_.end() ? 0 : held->second;
}

}  // namespace tandem::switchboard
