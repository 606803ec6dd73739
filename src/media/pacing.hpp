// Whether another packet of a paced stream can be waiting behind the one just read. Pure.
#pragma once

#include <cstdint>

namespace tandem::media {

/// Sockets are watched edge-triggered, because a level-triggered one is polled twice a packet; so whoever reads one packet must
/// know that none is left. A second read to see "nothing" costs as much as that poll, and media time saves it: a packet
/// that arrives no later than the stream's fastest ones has nothing behind it, since its successor was only sent one packet
/// interval later. Where that is not certain the answer is yes, and one read too many is the price. A stream whose
/// timestamps lie is caught by the worker's inspection, which empties every socket.
class Pacing {
 public:
  bool may_have_more(std::uint32_t ssrc, std::uint32_t timestamp, std::int64_t arrival_us, std::uint32_t clock_rate) {
    const std::int64_t step_us = std::int64_t{static_cast<std::int32_t>(timestamp - timestamp_)} * 1000000 / clock_rate;
    lateness_us_ += (arrival_us - arrival_us_) - step_us;
    timestamp_ = timestamp;
    arrival_us_ = arrival_us;
    if (ssrc != ssrc_ || lateness_us_ > kRestartUs || lateness_us_ < -kRestartUs) [[unlikely]] {
      ssrc_ = ssrc;  // the first packet of a source, or a jump of its timestamps, says nothing yet
      lateness_us_ = 0;
      return true;
    }
    // Below zero: a faster packet than any before. Above it the measure follows slowly, for clocks that drift.
    lateness_us_ = lateness_us_ <= 0 ? 0 : lateness_us_ - 1 - lateness_us_ / 256;
    return lateness_us_ > kCertainUs;
  }

 private:
  /// Less than the shortest packet interval in use (10 ms), more than a tick and the sender's own jitter.
  static constexpr std::int64_t kCertainUs = 8000;
  static constexpr std::int64_t kRestartUs = 2000000;

  std::uint32_t ssrc_ = 0;
  std::uint32_t timestamp_ = 0;
  std::int64_t arrival_us_ = 0;
  std::int64_t lateness_us_ = 0;  ///< of the last packet, against the fastest of the stream
};

}  // namespace tandem::media
