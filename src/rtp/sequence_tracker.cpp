#include "tandem/rtp/sequence_tracker.hpp"

namespace tandem::rtp {

namespace {
// RFC 3550 §A.1: a step below kMaxDropout is loss, one above 65536 - kMaxMisorder is reordering, the rest is a jump, which
// is believed when the next packet confirms it.
constexpr std::uint32_t kMaxDropout = 3000;
constexpr std::uint32_t kMaxMisorder = 100;
}  // namespace

void SequenceTracker::start(std::uint32_t ssrc, std::uint16_t sequence) {
  if (started_) lost_before_ += lost_of_source();
  started_ = true;
  ssrc_ = ssrc;
  cycles_ = 0;
  base_ = sequence;
  highest_ = static_cast<std::uint16_t>(sequence - 1);  // so that this packet is the next in order
  if (sequence == 0) cycles_ = 0U - 0x10000U;           // and its wrap leads to cycle 0
  received_ = 0;
  may_resync_ = false;
  has_transit_ = false;
}

void SequenceTracker::enter_unusual(std::uint16_t sequence, std::uint16_t step) {
  if (step == 0) return;  // a duplicate is neither received twice nor reordered
  if (step < kMaxDropout) {
    if (sequence < highest_) cycles_ += 0x10000;
    highest_ = sequence;
    may_resync_ = false;
    ++received_;
    return;
  }
  if (step > 0x10000 - kMaxMisorder) {
    ++reordered_;
    // A packet from before the first one we saw was never expected, so it must not hide a loss.
    if (received_ < extended_highest() - base_ + 1) ++received_;
    return;
  }
  if (may_resync_ && sequence == resync_at_) {
    const std::uint32_t source = ssrc_;
    start(source, sequence);
    highest_ = sequence;
    if (sequence == 0) cycles_ = 0;
    received_ = 1;
    return;
  }
  may_resync_ = true;
  resync_at_ = static_cast<std::uint16_t>(sequence + 1);
}

std::uint64_t SequenceTracker::lost_of_source() const {
  if (received_ == 0) return 0;
  const std::uint64_t expected = std::uint64_t{extended_highest() - base_} + 1;
  return expected > received_ ? expected - received_ : 0;
}

std::uint64_t SequenceTracker::lost() const { return lost_before_ + lost_of_source(); }

}  // namespace tandem::rtp
