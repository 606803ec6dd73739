// The one table from every failure to: try the next target or not, the response to A, the Q.850 cause, the reason code.
#pragma once

#include <cstdint>
#include <string>

#include "tandem/config/config.hpp"
#include "tandem/trunk/reason.hpp"

namespace tandem::call {

/// Why an attempt or a call ended.
struct Cause {
  trunk::Reason reason = trunk::Reason::None;
  int status = 0;  ///< SIP final status that A gets or got; 0 before any
  int q850 = 0;
  friend bool operator==(const Cause&, const Cause&) = default;
};

enum class Hunting : std::uint8_t { TryNext, Stop };

/// What a failed attempt means.
struct Verdict {
  Hunting hunting = Hunting::Stop;
  Cause cause;         ///< for the attempt's record, and for A if nothing is left to try
};

/// A target's final response 300..699; stop_codes: of its plan entry.
Verdict verdict_for_status(int status, const config::StatusSet& stop_codes);
/// Our own: NoResponse, RingTimeout, TargetUnreachable, TargetAuthFailed, BadAnswer…
Verdict verdict_for(trunk::Reason);

}  // namespace tandem::call
