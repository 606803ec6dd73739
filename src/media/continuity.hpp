// One outgoing RTP stream a direction, whatever happens on the far side: one SSRC, a sequence without jumps, a timestamp that
// follows the clock. Pure. RFC 3550 §5.1, §7.2.
#pragma once

#include <cstdint>

#include "tandem/base/time.hpp"
#include "tandem/rtp/rtcp_view.hpp"
#include "tandem/rtp/rtp_view.hpp"

namespace tandem::media {

/// The first stream passes unchanged. When its source changes (another SSRC, or restart() because the path was
/// re-pointed), the new one is fitted behind the last packet that left.
class StreamContinuity {
 public:
  /// The next packet belongs to another source, even if its SSRC is the same by chance.
  void restart() { restart_ = started_; }

  /// Rewrites SSRC, sequence and timestamp in place, once per packet in order of arrival.
  void apply(rtp::RtpView& packet, Instant now, std::uint32_t clock_rate) {
    const std::uint32_t ssrc = packet.ssrc();
    if (!started_ || ssrc != in_ssrc_ || restart_) [[unlikely]] begin(packet, now, clock_rate);
    const auto sequence = static_cast<std::uint16_t>(packet.sequence() + sequence_offset_);
    const std::uint32_t timestamp = packet.timestamp() + timestamp_offset_;
    if (rewriting_) {
      packet.change_sequence(sequence);
      packet.change_timestamp(timestamp);
      packet.change_ssrc(out_ssrc_);
    }
    if (static_cast<std::int16_t>(static_cast<std::uint16_t>(sequence - last_sequence_)) > 0) {
      last_sequence_ = sequence;
      last_timestamp_ = timestamp;
      last_at_ = now;
    }
  }

  /// A packet of our own begins here: its timestamp. The stream that it interrupts is fitted behind it by restart(). ssrc: of a
  /// stream that nobody has begun.
  std::uint32_t begin_event(Instant now, std::uint32_t clock_rate, std::uint32_t ssrc);
  /// Sequence and SSRC of the next packet of our own.
  void stamp_event(rtp::RtpView& packet);

  bool is_rewriting() const { return rewriting_; }

  /// Of RTCP that goes the way of this stream: its own sources and the timestamp of an SR.
  void apply_to_sender(rtp::RtcpPart part) const;
  /// Of RTCP that answers this stream: report blocks and feedback name the stream as its source knows it.
  void apply_to_receiver(rtp::RtcpPart part) const;

 private:
  void begin(rtp::RtpView& packet, Instant now, std::uint32_t clock_rate);

  bool started_ = false;
  bool restart_ = false;
  bool rewriting_ = false;
  std::uint16_t sequence_offset_ = 0;
  std::uint16_t last_sequence_ = 0;
  std::uint32_t in_ssrc_ = 0;
  std::uint32_t out_ssrc_ = 0;
  std::uint32_t timestamp_offset_ = 0;
  std::uint32_t last_timestamp_ = 0;
  Instant last_at_{};
};

/// Rewrites a checked compound that travels along `forward`, against `backward`. Generic NACK lists (RFC 4585 §6.2.1) keep
/// their sequence numbers: no profile that we negotiate has them.
void rewrite_rtcp(const rtp::RtcpView& compound, const StreamContinuity& forward, const StreamContinuity& backward);

}  // namespace tandem::media
