// What of a message's body is a session description, and whether the rest may be passed over. RFC 3261 §7.4,
// §8.2.3, §20.11, §20.12; RFC 5621 for bodies of several parts.
#pragma once

#include <cstdint>
#include <string_view>

#include "tandem/message/message.hpp"

namespace tandem::message {

/// How a message, or a part of one, says what its body is: the values of these headers; empty: not there.
struct BodyHeaders {
  std::string_view type;         ///< Content-Type
  std::string_view encoding;     ///< Content-Encoding
  std::string_view disposition;  ///< Content-Disposition
};

/// Views into these headers.
BodyHeaders body_headers(const Headers&);

enum class BodyKind : std::uint8_t {
  None,           ///< no body, or one that may be passed over (handling=optional)
  Description,    ///< application/sdp
  OtherType,      ///< a type that is not understood and not optional: 415 with Accept
  OtherEncoding,  ///< an encoding that is not understood: 415 with Accept-Encoding
};

struct ReadBody {
  BodyKind kind = BodyKind::None;
  std::string_view description;  ///< into the body
};

/// Of a multipart/mixed body the one part that is application/sdp counts. Another part must be optional: one
/// that does not say so is required (RFC 5621 §3.3). Two descriptions, other kinds of multipart and parts
/// inside parts are not understood.
ReadBody read_body(const BodyHeaders&, std::string_view body);

}  // namespace tandem::message
