// Where next: the ordered targets of a call, each with the INVITE that would leave. RFC 3261 §8.1.1, RFC
// 2782.
#pragma once

#include <variant>

#include "trunk/identity.hpp"
#include "trunk/inquiry.hpp"

namespace tandem::trunk {

/// The call as both directions plan it.
struct Journey {
  const config::General& caller_side;  ///< number format and limits of the side that called
  CallerIdentity caller;
  numbering::Number called;
  std::string edge;  ///< where it came in, as its host name or listener says; empty: nowhere known
  std::uint32_t max_forwards = 0;  ///< as it leaves
};

/// Whom a dialled number is for.
struct Host {
  const config::DialledNumber* number = nullptr;
  const config::Route* route = nullptr;  ///< null: the number goes to its trunk
  /// The number's, or the first that its route names, usable or not; null for a route of numbers alone.
  const TrunkEntry* entry = nullptr;

  const config::Trunk& trunk() const;  ///< one without a name where there is none
  const std::string& account() const;  ///< who pays: the route's where there is one
};

/// A plan, and the rotations that a call by it advances.
struct Planned {
  RoutePlan plan;
  std::vector<std::string> turns;
};

/// Carriers of the longest prefix that has an enabled target, in the order that carrier_order says. The plan,
/// or NoRoute, NoTarget, NumberUnwritable.
std::variant<Planned, Refusal> plan_termination(Inquiry&, const Journey&);

/// Who hosts the number: NumberUnknown, NumberUnassigned or TrunkDisabled where nobody does.
Expected<Host, Refusal> find_host(Inquiry&, const numbering::Number&);

/// The host's trunk and its fallback number, or the entries of its route. The plan, or NoTarget,
/// NumberUnwritable.
std::variant<Planned, Refusal> plan_origination(Inquiry&, const Journey&, const Host&);

/// Where the request came in: the edge of the host name that it was sent to, else of the listener; empty:
/// neither has one.
std::string edge_of_arrival(const Inquiry&);

LegPolicy policy_of(const config::Trunk&);
LegPolicy policy_of(const config::Carrier&);

}  // namespace tandem::trunk
