#include "media/digit.hpp"

#include <algorithm>
#include <limits>

namespace tandem::media {

namespace {

constexpr Duration kInterval = std::chrono::milliseconds(20);
constexpr int kEnds = 3;                                    // RFC 4733 §2.5.1.4
constexpr Duration kPause = std::chrono::milliseconds(40);  // between digits, so that two of one key are two
constexpr std::chrono::milliseconds kShortest{40}, kLongest{6000};
constexpr std::uint8_t kVolume = 10;  // dBm0, negated: what telephones send

std::uint16_t in_ticks(Duration time, std::uint32_t clock_rate) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
  const auto ticks = us * std::int64_t{clock_rate} / 1'000'000;
  return static_cast<std::uint16_t>(
      std::clamp<std::int64_t>(ticks, 1, std::numeric_limits<std::uint16_t>::max()));
}

}  // namespace

bool DigitSender::ask(char digit, std::chrono::milliseconds duration) {
  const auto event = rtp::event_of_digit(digit);
  if (!event || waiting_.size() == kMaxDigitsWaiting) return false;
  waiting_.push_back({*event, std::clamp(duration, kShortest, kLongest)});
  return true;
}

std::optional<DigitSender::Packet> DigitSender::next(Instant now, const EventFormat& format,
                                                     StreamContinuity& stream) {
  if (waiting_.empty() || now < due_) return std::nullopt;
  if (ends_sent_ == kEnds) {  // the pause after it is over
    waiting_.pop_front();
    began_.reset();
    ends_sent_ = 0;
    if (waiting_.empty()) {
      stream.restart();  // what comes next is fitted behind
      return std::nullopt;
    }
  }
  const bool first = !began_;
  if (first) {
    began_ = now;
    timestamp_ = stream.begin_event(now, format.clock_rate, format.ssrc);
  }
  const Digit& digit = waiting_.front();
  const Duration so_far = std::min<Duration>(now - *began_ + kInterval, digit.duration);
  rtp::TelephoneEvent event;
  event.event = digit.event;
  event.volume = kVolume;
  event.end = now - *began_ >= digit.duration;
  event.duration = in_ticks(event.end ? digit.duration : so_far, format.clock_rate);
  if (event.end) ++ends_sent_;
  due_ = now + (ends_sent_ == kEnds ? kPause : kInterval);

  Packet packet{0x80, format.payload_type};
  auto header = *rtp::RtpView::parse(packet);
  if (first) header.mark();
  header.change_timestamp(timestamp_);
  stream.stamp_event(header);
  const auto payload = event.print();
  std::copy(payload.begin(), payload.end(), packet.begin() + rtp::kFixedHeader);
  return packet;
}

}  // namespace tandem::media
