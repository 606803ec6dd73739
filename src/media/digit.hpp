// Digits of our own on a stream that is relayed: RFC 4733 §2.5. Pure: time comes in, packets come out.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "media/continuity.hpp"
#include "tandem/base/time.hpp"
#include "tandem/rtp/rtp_view.hpp"
#include "tandem/rtp/telephone_event.hpp"

namespace tandem::media {

/// Whoever dials faster than digits can be sent is not followed.
inline constexpr std::size_t kMaxDigitsWaiting = 32;

/// How events are written towards one peer.
struct EventFormat {
  std::uint8_t payload_type = 0;
  std::uint32_t clock_rate = 8000;
  std::uint32_t ssrc = 0;  ///< of a stream that nobody has begun yet
};

/// Sends the digits that were asked for one after the other: the first packet with the marker, one every 20
/// ms, the end three times, then a pause. All packets of one digit have the timestamp of its beginning.
class DigitSender {
 public:
  using Packet = std::array<std::uint8_t, rtp::kFixedHeader + 4>;

  /// False where too many wait, or it is no key of a telephone.
  bool ask(char digit, std::chrono::milliseconds duration);
  /// While true, the stream carries nothing else.
  bool active() const { return !waiting_.empty(); }
  /// The packet that is due, fitted into the stream. Ask until there is none.
  std::optional<Packet> next(Instant now, const EventFormat&, StreamContinuity&);

 private:
  struct Digit {
    std::uint8_t event = 0;
    Duration duration{};
  };

  std::deque<Digit> waiting_;  ///< the first is being sent
  std::optional<Instant> began_;
  Instant due_{};
  std::uint32_t timestamp_ = 0;
  int ends_sent_ = 0;
};

}  // namespace tandem::media
