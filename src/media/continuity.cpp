#include "media/continuity.hpp"

#include <algorithm>

namespace tandem::media {

namespace {

std::uint32_t ticks_since(Instant then, Instant now, std::uint32_t clock_rate) {
  const auto elapsed_us = std::chrono::duration_cast<std::chrono::microseconds>(now - then).count();
  return static_cast<std::uint32_t>(std::max<std::int64_t>(1, elapsed_us * std::int64_t{clock_rate} / 1000000));
}

}  // namespace

void StreamContinuity::begin(rtp::RtpView& packet, Instant now, std::uint32_t clock_rate) {
  const bool follows = started_;
  in_ssrc_ = packet.ssrc();
  started_ = true;
  restart_ = false;
  if (!follows) {
    out_ssrc_ = in_ssrc_;
    last_sequence_ = static_cast<std::uint16_t>(packet.sequence() - 1);
    return;
  }
  sequence_offset_ = static_cast<std::uint16_t>(last_sequence_ + 1 - packet.sequence());
  timestamp_offset_ = last_timestamp_ + ticks_since(last_at_, now, clock_rate) - packet.timestamp();
  rewriting_ = rewriting_ || sequence_offset_ != 0 || timestamp_offset_ != 0 || in_ssrc_ != out_ssrc_;
  packet.mark();  // a new talkspurt lets the receiver's jitter buffer adapt (RFC 3551 §4.1)
}

std::uint32_t StreamContinuity::begin_event(Instant now, std::uint32_t clock_rate, std::uint32_t ssrc) {
  if (!started_) {
    started_ = true;
    restart_ = true;  // the first real packet is fitted behind
    out_ssrc_ = ssrc;
    last_timestamp_ = ssrc;  // as random as the SSRC is (RFC 3550 §5.1)
    last_sequence_ = static_cast<std::uint16_t>(ssrc >> 16U);
  } else {
    last_timestamp_ += ticks_since(last_at_, now, clock_rate);
  }
  last_at_ = now;
  return last_timestamp_;
}

void StreamContinuity::stamp_event(rtp::RtpView& packet) {
  packet.change_sequence(++last_sequence_);
  packet.change_ssrc(out_ssrc_);
}

void StreamContinuity::apply_to_sender(rtp::RtcpPart part) const {
  if (!started_) return;
  if (part.is(rtp::RtcpType::SenderReport) && part.sender() == in_ssrc_)
    part.change_sender_timestamp(part.sender_timestamp() + timestamp_offset_);
  rtp::change_own_sources(part, [&](std::uint32_t ssrc) { return ssrc == in_ssrc_ ? out_ssrc_ : ssrc; });
}

void StreamContinuity::apply_to_receiver(rtp::RtcpPart part) const {
  if (!started_) return;
  for (std::size_t i = 0; i < part.report_count(); ++i) {
    rtp::ReportBlock block = part.report(i);
    if (block.ssrc() != out_ssrc_) continue;
    block.change_ssrc(in_ssrc_);
    block.change_highest_sequence(block.highest_sequence() - sequence_offset_);
  }
  const bool is_feedback = part.is(rtp::RtcpType::TransportFeedback) || part.is(rtp::RtcpType::PayloadFeedback);
  constexpr std::size_t kMediaSource = 8;  // RFC 4585 §6.1
  if (!is_feedback || part.octets.size() < kMediaSource + 4) return;
  if (rtp::load_u32(part.octets.data() + kMediaSource) == out_ssrc_)
    rtp::store_u32(part.octets.data() + kMediaSource, in_ssrc_);
}

void rewrite_rtcp(const rtp::RtcpView& compound, const StreamContinuity& forward, const StreamContinuity& backward) {
  compound.for_each([&](rtp::RtcpPart part) {
    if (forward.is_rewriting()) forward.apply_to_sender(part);
    if (backward.is_rewriting()) backward.apply_to_receiver(part);
  });
}

}  // namespace tandem::media
