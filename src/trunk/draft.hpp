// A plan in the making. Carriers, trunks and routes append entries to it; what all entries have in common is
// written here once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trunk/route.hpp"

namespace tandem::trunk {

struct Draft {
  const Directory& directory;
  const Journey& journey;
  const message::Headers* arrived;  ///< of the INVITE that came; null: private headers cannot cross any more
  const Turns* turns;               ///< null: every rotation is at its beginning
  Random& random;
  Trace& trace;
  std::vector<const message::Header*> crossing{};  ///< of `arrived`, to every target
  Planned made{};

  void note(const char* step, std::string outcome) { trace.push_back({step, std::move(outcome)}); }
};

/// An empty plan with the caller's ceiling of duration.
Draft begin_draft(Inquiry&, const Journey&);

/// That the call was for a number of ours, told to a far side whose URI may say another (R-077). Views into
/// the directory.
struct Forwarding {
  config::DiversionOut diversion = config::DiversionOut::Never;
  std::string_view domain;  ///< what stands after "@" of our number
  bool history_info = false;
};

/// One trunk or carrier that a call can be sent to. What is not its own lives in the directory, or where the
/// plan is made.
struct FarSide {
  LegPolicy policy;
  std::string_view counter;  ///< "trunk acme": names its rotation
  const config::General& general;
  const std::vector<config::Target>& targets;
  config::TargetPolicy order;
  const std::optional<config::OutboundCredential>& credential;
  const std::string& location;
  std::string called;  ///< as this side writes numbers
  std::string_view from_host;
  Forwarding forwarding;
  const config::Origination* origination;  ///< private headers; null for carriers, who get none
};

/// Appends an entry with the enabled targets in their order; false, and nothing is changed, where there are
/// none.
bool append_entry(Draft&, FarSide, PlannedEntry);

/// The number as a side writes it; nullopt where its format cannot and it insists (R-063). side: "trunk
/// acme".
std::optional<std::string> write_number(Draft&, const numbering::Number&, const std::string& side,
                                        const config::General&);

/// A telephone number to reach through the carriers.
struct Onward {
  numbering::Number number;
  LegType leg_type = LegType::Normal;
  Forwarding forwarding{};
  std::vector<Reservation> takes{};  ///< beside what the carrier's limits ask for
};
enum class CarrierSearch : std::uint8_t { Found, NoPrefix, NoTarget, Unwritable };

/// Appends an entry for each usable carrier of the longest prefix that has one.
CarrierSearch append_carriers(Draft&, const Onward&);
std::string_view to_string(CarrierSearch);  ///< "no enabled carrier has a prefix of it"

enum class TrunkUse : std::uint8_t { Usable, Disabled, NoTarget, Unwritable };
/// Appends the trunk's targets as one entry, or notes why it cannot take the call.
TrunkUse append_trunk(Draft&, const TrunkEntry&);

/// Appends the entries of a hunting route that can be used, in order (R-116).
void append_route(Draft&, const config::Route&);

/// The enabled ones of `targets` in the order that they are to be tried. turn: calls that its rotation has
/// had.
std::vector<const config::Target*> order_targets(const std::vector<config::Target>& targets,
                                                 config::TargetPolicy, std::uint64_t turn, Random&);

/// Carriers of one prefix in the order that they are to be tried.
std::vector<const CarrierUse*> order_carriers(const std::vector<CarrierUse>&, config::CarrierOrder, Random&);

/// The edge that a target is reached from: its own, its side's location, else where the call came in (R-097,
/// R-098). Empty: any.
std::string egress_edge(Draft&, const config::Target&, const std::string& location);

/// What stands in a Request-URI: without headers and password, and without the parameters that say where we
/// send rather than what we ask for; `sips:` is `sip:` (R-093, R-094, R-099).
message::Uri request_uri_of(const message::Uri&);

/// That the dialled number sent the call on, where it is to be said: RFC 5806.
void write_own_diversion(PlannedTarget&, const numbering::Number& dialled, const Forwarding&);
/// Who was asked for first and whom it was retargeted to; "rc": the same user at another address, "mp":
/// another user (RFC 7044 §5). After the Request-URI.
void write_history(PlannedTarget&, const numbering::Number& dialled, const Forwarding&);
Forwarding forwarding_of(const TrunkEntry&);

/// The caller's headers that cross by header_policy(); none where the caller hides.
std::vector<const message::Header*> crossing_headers(const Inquiry&, const CallerIdentity&);
/// Writes them, but for what we write ourselves.
void write_crossing_headers(const Draft&, const Forwarding&, PlannedTarget&);

/// The X- headers of one INVITE: the target's, the trunk's, and the caller's that the trunk lets through
/// (R-094 to R-096). What breaks a limit is left out and noted.
void write_private_headers(Draft&, const config::Target&, const config::Origination&, PlannedTarget&);

}  // namespace tandem::trunk
