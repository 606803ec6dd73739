// Who calls, as far sides are told: first as a value that belongs to no side, then written into the INVITE to one target
// as that side's trust, format and privacy allow. RFC 3323, RFC 3325, RFC 5806.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trunk/inquiry.hpp"

namespace tandem::trunk {

enum class Presentation : std::uint8_t { Allowed, Restricted };

struct CallerIdentity {
  std::optional<numbering::Number> number;  ///< the one that counts: shown, or asserted where it is restricted
  std::string user;                         ///< From user as it came, where there is no number
  std::string display_name;
  Presentation presentation = Presentation::Allowed;
  std::string privacy;                          ///< Privacy value to pass on: "", "id", "header;user;id"…
  std::vector<message::NameAddr> asserted;      ///< at most one sip(s) and one tel, for trusted far sides (R-073)
  std::vector<message::NameAddr> diversions;    ///< in order, those that may be forwarded (R-075, R-076)
};

/// What the caller said about itself, before a policy looks at it.
CallerIdentity identity_of_caller(const Inquiry&, const config::General& caller_side);

/// Writes From, `identity` and the headers Privacy and Diversion of one INVITE. from_host: what stands after our "@".
void write_identity(PlannedTarget&, const CallerIdentity&, const config::General& far, const std::string& from_host);

}  // namespace tandem::trunk
