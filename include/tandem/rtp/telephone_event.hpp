// One RFC 4733 §2.3 event payload, read from and written to the wire.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace tandem::rtp {

///    0                   1                   2                   3
///    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///   |     event     |E|R| volume    |          duration             |
struct TelephoneEvent {
  std::uint8_t event = 0;      ///< 0-9, 10 = '*', 11 = '#', 12-15 = A-D; others are tones (RFC 4733 §3.2)
  bool end = false;
  std::uint8_t volume = 0;     ///< 0 to 63, in -dBm0
  std::uint16_t duration = 0;  ///< in timestamp units, from the packet's timestamp on

  /// nullopt when shorter than four octets; what follows the first event is left alone.
  static std::optional<TelephoneEvent> parse(std::span<const std::uint8_t> payload);
  std::array<std::uint8_t, 4> print() const;
  /// The key of a DTMF event; nullopt for other tones.
  std::optional<char> digit() const;
  friend bool operator==(const TelephoneEvent&, const TelephoneEvent&) = default;
};

/// The event of a key 0-9, *, #, A-D (either case); nullopt for others.
std::optional<std::uint8_t> event_of_digit(char digit);

}  // namespace tandem::rtp
