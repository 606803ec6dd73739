// What a message says that its writer can do in this dialog, and asks for. RFC 3262 §3, RFC 3311 §4, RFC 3891 §6, RFC 4028.
#pragma once

#include <cstdint>
#include <optional>

#include "tandem/message/message.hpp"

namespace tandem::call {

enum class Refresher : std::uint8_t { Uac, Uas };  ///< of the request that carries it, or that the response answers

struct SessionExpires {
  std::uint32_t seconds = 0;
  std::optional<Refresher> refresher;
  friend bool operator==(const SessionExpires&, const SessionExpires&) = default;
};

struct Terms {
  bool supports_100rel = false;  ///< Supported or Require
  bool requires_100rel = false;
  bool supports_timer = false;   ///< Supported or Require
  bool requires_timer = false;
  bool allows_update = false;    ///< Allow names UPDATE
  std::optional<SessionExpires> session_expires;
  std::optional<std::uint32_t> min_se_s;  ///< Min-SE
  friend bool operator==(const Terms&, const Terms&) = default;
};

/// Of a request or response with all its headers. What cannot be read counts as absent.
Terms terms_of(const message::Headers&);

}  // namespace tandem::call
