// What holds for a trunk or a carrier in both directions.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tandem/config/in_call.hpp"
#include "tandem/config/target.hpp"
#include "tandem/numbering/number.hpp"

namespace tandem::config {

/// Ceilings of a trunk, an account or a carrier. Absent: none of its own.
struct CallLimits {
  std::optional<std::uint32_t> channels;  ///< concurrent calls, both directions together (R-079)
  std::optional<std::uint32_t> cps;       ///< calls a second (R-081)
  std::optional<std::uint32_t> burst;     ///< calls at once within cps; absent: as cps
  int status = 503;                       ///< 403, 480, 486 or 503
};

enum class Trust : std::uint8_t { Untrusted, Trusted };
/// How a trusted peer is told who calls: P-Asserted-Identity and Privacy (RFC 3325), or Remote-Party-ID.
enum class IdentityStyle : std::uint8_t { Asserted, RemotePartyId };
enum class MaxForwardsMissing : std::uint8_t { Reject, Accept };  ///< R-032
/// A number that the out-format cannot say: sent as E.164 with a warning, or refused.
enum class Unwritable : std::uint8_t { E164, Reject };

/// What holds in both directions.
struct General {
  Trust trust = Trust::Untrusted;  ///< R-072
  IdentityStyle identity = IdentityStyle::Asserted;
  bool pai_in_ack = false;  ///< RFC 3325 does not foresee it; MessageBird does
  MaxForwardsMissing max_forwards_missing = MaxForwardsMissing::Reject;
  std::optional<StatusSet> stop_codes;  ///< absent: default_stop_codes()
  /// Encoding names in our order of preference; empty: all, as offered.
  std::vector<std::string> codecs;
  int invalid_number_status = 400;  ///< R-061
  Unwritable unwritable = Unwritable::E164;
  bool symmetric_rtp = false;  ///< R-131
  std::optional<std::chrono::milliseconds> max_duration;
  std::optional<std::chrono::milliseconds> ring_timeout;
  std::optional<std::chrono::milliseconds> no_response_timeout;
  numbering::NumberFormat number_in = numbering::NumberFormat::E164Plus;
  numbering::NumberFormat number_out = numbering::NumberFormat::E164Plus;
  InCall in_call;
};

enum class DiversionIn : std::uint8_t { Forward, Drop };  ///< R-075, R-076

}  // namespace tandem::config
