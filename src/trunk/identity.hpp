// Who calls, as far sides are told: first as a value that belongs to no side, then written into the INVITE to
// one target as that side's trust, format and privacy allow. RFC 3323, RFC 3325, RFC 5806.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trunk/inquiry.hpp"
#include "trunk/privacy.hpp"

namespace tandem::trunk {

/// A Diversion that may be forwarded.
struct ForwardedDiversion {
  message::NameAddr address;
  std::optional<numbering::Number>
      number;  ///< of our own domain: written as the far side writes numbers (R-076)
};

struct CallerIdentity {
  std::optional<numbering::Number>
      number;        ///< that it may show, shown or not; none where the trunk's rules made the call private
  std::string user;  ///< From user as it came, where there is no number
  std::string display_name;
  Presentation presentation = Presentation::Allowed;
  std::string privacy;                         ///< Privacy value to pass on: "", "id", "none"…
  std::string privacy_asked;                   ///< and for the record: "header;user;id"
  std::vector<message::NameAddr> asserted;     ///< at most one sip(s) and one tel, for trusted far sides
                                               ///< (R-073); numbers canonical, host empty: ours
  std::vector<ForwardedDiversion> diversions;  ///< in order (R-075, R-076)
  std::optional<numbering::Number> claimed;    ///< what the caller says its number is, whatever came of that
  std::vector<std::string> hidden_digits;      ///< of numbers that tell who a hidden caller is
};

/// The caller of a customer's call as its trunk's rules leave it, or why it may not call (R-066 to R-068,
/// R-073 to R-076).
Expected<CallerIdentity, Refusal> identity_of_customer(Inquiry&, const config::Trunk&);

/// The caller of a carrier's call: what it shows is believed to be what it shows; who it is, only where the
/// carrier is trusted.
Expected<CallerIdentity, Refusal> identity_of_carrier(Inquiry&, const config::Carrier&);

/// Writes From, `identity` and the headers Privacy and Diversion of one INVITE. from_host: what stands after
/// our "@".
void write_identity(PlannedTarget&, const CallerIdentity&, const config::General& far,
                    std::string_view from_host);

/// What the record says of the caller (R-071).
void describe_caller(Admission&, const CallerIdentity&);

/// The caller again, as far as its admission tells, for targets that are planned later.
CallerIdentity identity_of(const Admission&);

/// Whether the text would tell an untrusted far side the number of a hidden caller, however it is punctuated.
/// For everything that crosses from the caller's INVITE: Diversion, X- headers (R-070).
bool betrays(const CallerIdentity&, std::string_view text);

}  // namespace tandem::trunk
