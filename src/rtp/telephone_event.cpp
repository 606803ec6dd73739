#include "tandem/rtp/telephone_event.hpp"

#include <string_view>

#include "tandem/base/text.hpp"
#include "tandem/rtp/rtp_view.hpp"

namespace tandem::rtp {

namespace {
constexpr std::string_view kDigits = "0123456789*#ABCD";
}

std::optional<TelephoneEvent> TelephoneEvent::parse(std::span<const std::uint8_t> payload) {
  if (payload.size() < 4) return std::nullopt;
  TelephoneEvent event;
  event.event = payload[0];
  event.end = (payload[1] & 0x80) != 0;
  event.volume = payload[1] & 0x3f;
  event.duration = load_u16(payload.data() + 2);
  return event;
}

std::array<std::uint8_t, 4> TelephoneEvent::print() const {
  std::array<std::uint8_t, 4> octets{event, static_cast<std::uint8_t>((end ? 0x80 : 0) | (volume & 0x3f)), 0, 0};
  store_u16(octets.data() + 2, duration);
  return octets;
}

std::optional<char> TelephoneEvent::digit() const {
  if (event >= kDigits.size()) return std::nullopt;
  return kDigits[event];
}

std::optional<std::uint8_t> event_of_digit(char digit) {
  for (std::size_t i = 0; i < kDigits.size(); ++i)
    if (ascii_lower(kDigits[i]) == ascii_lower(digit)) return static_cast<std::uint8_t>(i);
  return std::nullopt;
}

}  // namespace tandem::rtp
