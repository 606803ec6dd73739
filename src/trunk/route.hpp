// Where next: the ordered targets of a call, each with the INVITE that would leave. RFC 3261 §8.1.1, RFC
// 2782.
#pragma once

#include <chrono>

#include "trunk/identity.hpp"
#include "trunk/inquiry.hpp"

namespace tandem::trunk {

/// The call as both directions plan it.
struct Journey {
  const config::General& caller_side;  ///< number format and limits of the side that called
  CallerIdentity caller;
  numbering::Number called;
  std::string trunk_host;          ///< the customer's own domain, for what the customer reads
  std::uint32_t max_forwards = 0;  ///< as it leaves
};

/// Carriers of the longest prefix that has an enabled target, in configuration order. The plan, or NoRoute,
/// or NoTarget.
std::variant<RoutePlan, Refusal> plan_termination(Inquiry&, const Journey&);

/// The trunk's own targets. The plan, or NoTarget.
std::variant<RoutePlan, Refusal> plan_origination(Inquiry&, const Journey&, const config::Trunk&);

/// Enabled targets: lowest priority first, and within one priority drawn in proportion to their weights
///
std::vector<const config::Target*> order_targets(const std::vector<config::Target>&, Random&);

LegPolicy policy_of(const config::Trunk&);
LegPolicy policy_of(const config::Carrier&);

}  // namespace tandem::trunk
