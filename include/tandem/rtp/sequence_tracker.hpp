// What one received stream tells of itself: extended sequence, loss, reordering, jitter. RFC 3550 §A.1, §A.3, §A.8.
#pragma once

#include <cstdint>

namespace tandem::rtp {

/// Small and without allocation. One tracker a received direction: a new SSRC starts a new source inside it, and the
/// counters run on over sources.
class SequenceTracker {
 public:
  /// Enters one packet. arrival_us: microseconds on any steady clock; clock_rate: of the payload, in Hz, not 0.
  void enter(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t timestamp, std::int64_t arrival_us,
             std::uint32_t clock_rate) {
    if (!started_ || ssrc != ssrc_) [[unlikely]] start(ssrc, sequence);
    measure_jitter(timestamp, arrival_us, clock_rate);
    const std::uint16_t step = static_cast<std::uint16_t>(sequence - highest_);
    if (step == 1 && sequence != 0) [[likely]] {
      highest_ = sequence;
      ++received_;
      return;
    }
    enter_unusual(sequence, step);
  }

  std::uint32_t ssrc() const { return ssrc_; }
  /// Cycles in the high half, as in a report block.
  std::uint32_t extended_highest() const { return cycles_ + highest_; }
  /// Expected less received over all sources; a late packet takes its loss back, a duplicate never makes it negative.
  std::uint64_t lost() const;
  std::uint64_t reordered() const { return reordered_; }  ///< arrived after a later one
  std::uint32_t jitter_us() const { return static_cast<std::uint32_t>(jitter_us_x16_ >> 4); }

 private:
  void start(std::uint32_t ssrc, std::uint16_t sequence);
  void enter_unusual(std::uint16_t sequence, std::uint16_t step);
  std::uint64_t lost_of_source() const;

  /// Interarrival jitter with gain 1/16, kept in microseconds times 16 (RFC 3550 §A.8).
  void measure_jitter(std::uint32_t timestamp, std::int64_t arrival_us, std::uint32_t clock_rate) {
    if (has_transit_) {
      const std::int32_t ticks = static_cast<std::int32_t>(timestamp - last_timestamp_);
      const std::int64_t sent_apart_us = std::int64_t{ticks} * 1000000 / static_cast<std::int64_t>(clock_rate);
      std::int64_t difference = (arrival_us - last_arrival_us_) - sent_apart_us;
      if (difference < 0) difference = -difference;
      // A timestamp that jumps (a source that restarts it) says nothing about the network.
      if (difference < kJitterCeilingUs) jitter_us_x16_ += difference - ((jitter_us_x16_ + 8) >> 4);
    }
    has_transit_ = true;
    last_timestamp_ = timestamp;
    last_arrival_us_ = arrival_us;
  }

  static constexpr std::int64_t kJitterCeilingUs = 5000000;

  std::uint32_t ssrc_ = 0;
  std::uint32_t cycles_ = 0;
  std::uint16_t highest_ = 0;
  std::uint16_t base_ = 0;
  std::uint16_t resync_at_ = 0;  ///< the sequence that would confirm a jump
  bool started_ = false;
  bool may_resync_ = false;
  bool has_transit_ = false;
  std::uint32_t last_timestamp_ = 0;
  std::uint64_t received_ = 0;  ///< of this source
  std::uint64_t reordered_ = 0;
  std::uint64_t lost_before_ = 0;  ///< of earlier sources
  std::int64_t last_arrival_us_ = 0;
  std::int64_t jitter_us_x16_ = 0;
};

}  // namespace tandem::rtp
