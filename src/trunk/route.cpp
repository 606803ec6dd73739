#include "trunk/route.hpp"

#include <algorithm>

namespace tandem::trunk {
namespace {

using std::chrono::milliseconds;

/// One trunk or carrier that a call can be sent to.
struct FarSide {
  LegPolicy policy;
  const config::General& general;
  const std::vector<config::Target>& targets;
  const std::optional<config::OutboundCredential>& credential;
  std::string called;  ///< as this side writes numbers
  std::string from_host;
};

/// From and To may not carry ports or parameters of the Request-URI (RFC 3261 §19.1.1, table 1).
message::NameAddr plain_address(std::string user, std::string host) {
  message::NameAddr address;
  address.uri.user = std::move(user);
  address.uri.host = std::move(host);
  return address;
}

PlannedTarget plan_target(const Inquiry& inquiry, const Journey& journey, const FarSide& far,
                          const config::Target& target) {
  const config::Limits& limits = inquiry.directory.config().limits;
  PlannedTarget planned;
  planned.name = target.name;
  planned.policy = far.policy;
  planned.address = target.address;
  planned.host = target.uri.host;
  planned.port = target.uri.port;
  planned.transport = target.transport;
  planned.transport_written = target.transport_written;
  planned.request_uri = target.uri;
  planned.request_uri.headers.clear();
  if (target.uri.user.empty() || target.uri.user == "{number}") planned.request_uri.user = far.called;
  write_identity(planned, journey.caller, far.general, far.from_host);
  planned.to = plain_address(planned.request_uri.user, target.uri.host);
  planned.headers.push_back({"Max-Forwards", std::to_string(journey.max_forwards)});
  planned.credential = far.credential;
  planned.no_response_timeout = far.general.no_response_timeout.value_or(limits.no_response_timeout);
  planned.ring_timeout = far.general.ring_timeout.value_or(limits.ring_timeout);
  return planned;
}

/// Appends the far side's targets; false when it has none enabled.
bool append_targets(Inquiry& inquiry, const Journey& journey, const FarSide& far, RoutePlan& plan) {
  const auto ordered = order_targets(far.targets, inquiry.random);
  for (const config::Target* target : ordered) {
    plan.targets.push_back(plan_target(inquiry, journey, far, *target));
    inquiry.note("target", target->name + " priority " + std::to_string(target->priority) + " weight " +
                               std::to_string(target->weight));
  }
  if (!ordered.empty()) {
    // One limit a call: the shortest of both sides, whichever target takes it.
    const config::Limits& limits = inquiry.directory.config().limits;
    plan.max_duration = std::min(plan.max_duration, far.general.max_duration.value_or(limits.max_duration));
  }
  return !ordered.empty();
}

RoutePlan empty_plan(const Inquiry& inquiry, const Journey& journey) {
  RoutePlan plan;
  plan.max_duration =
      journey.caller_side.max_duration.value_or(inquiry.directory.config().limits.max_duration);
  return plan;
}

/// False when the carrier cannot take the call, and the trace says why.
bool append_carrier(Inquiry& inquiry, const Journey& journey, const config::Carrier& carrier,
                    RoutePlan& plan) {
  if (!carrier.enabled) {
    inquiry.note("route", "carrier " + carrier.name + " is disabled");
    return false;
  }
  const auto called = numbering::print(journey.called, carrier.general.number_out);
  if (!called) {
    inquiry.note("route", "carrier " + carrier.name + " cannot write " + journey.called.e164() + " as " +
                              std::string(numbering::to_string(carrier.general.number_out)));
    return false;
  }
  inquiry.note("route", "carrier " + carrier.name);
  const FarSide far{policy_of(carrier), carrier.general, carrier.targets,
                    carrier.auth,       *called,         inquiry.directory.host()};
  if (append_targets(inquiry, journey, far, plan)) return true;
  inquiry.note("route", "carrier " + carrier.name + " has no enabled target");
  return false;
}

}  // namespace

std::variant<RoutePlan, Refusal> plan_termination(Inquiry& inquiry, const Journey& journey) {
  RoutePlan plan = empty_plan(inquiry, journey);
  const std::string_view digits = journey.called.digits();
  bool matched = false;
  for (std::size_t length = std::min(digits.size(), inquiry.directory.longest_prefix()) + 1; length-- > 0;) {
    const auto* carriers = inquiry.directory.find_prefix(digits.substr(0, length));
    if (carriers == nullptr) continue;
    inquiry.note("route", "prefix '" + std::string(digits.substr(0, length)) + "'");
    for (const config::Carrier* carrier : *carriers) {
      matched = matched || carrier->enabled;
      append_carrier(inquiry, journey, *carrier, plan);
    }
    // A shorter prefix serves only where the longer has nobody to send to: a carrier that is switched off is
    // as if it were not there, but one that rejects calls does not hand them to a dearer default route.
    if (!plan.targets.empty()) return plan;
  }
  const std::string number = journey.called.e164();
  if (!matched)
    return refuse(inquiry, "route", Reason::NoRoute, "no enabled carrier has a prefix of " + number);
  Refusal refusal = refuse(inquiry, "route", Reason::NoTarget, "no carrier for " + number + " can be used");
  refusal.status = 503;  // ours to mend, not the number's fault: the caller may try another way
  return refusal;
}

std::variant<RoutePlan, Refusal> plan_origination(Inquiry& inquiry, const Journey& journey,
                                                  const config::Trunk& trunk) {
  RoutePlan plan = empty_plan(inquiry, journey);
  // A number that the trunk's format cannot say is sent as E.164: it is the customer's own.
  std::string called =
      numbering::print(journey.called, trunk.general.number_out).value_or(journey.called.e164());
  const FarSide far{policy_of(trunk),       trunk.general,     trunk.targets,
                    trunk.origination_auth, std::move(called), journey.trunk_host};
  if (append_targets(inquiry, journey, far, plan)) return plan;
  return refuse(inquiry, "route", Reason::NoTarget, "trunk " + trunk.name + " has no enabled target");
}

std::vector<const config::Target*> order_targets(const std::vector<config::Target>& targets, Random& random) {
  std::vector<const config::Target*> ordered;
  ordered.reserve(targets.size());
  for (const config::Target& target : targets) {
    if (target.enabled) ordered.push_back(&target);
  }
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto* a, const auto* b) { return a->priority < b->priority; });
  const auto weight = [](const config::Target* target) { return std::max<std::uint64_t>(target->weight, 1); };
  for (std::size_t at = 0; at + 1 < ordered.size(); ++at) {
    std::uint64_t total = 0;
    std::size_t end = at;
    for (; end < ordered.size() && ordered[end]->priority == ordered[at]->priority; ++end)
      total += weight(ordered[end]);
    if (end == at + 1) continue;
    std::uint64_t drawn = random.below(total);
    std::size_t chosen = at;
    for (; drawn >= weight(ordered[chosen]); ++chosen) drawn -= weight(ordered[chosen]);
    std::rotate(ordered.begin() + static_cast<std::ptrdiff_t>(at),
                ordered.begin() + static_cast<std::ptrdiff_t>(chosen),
                ordered.begin() + static_cast<std::ptrdiff_t>(chosen) + 1);
  }
  return ordered;
}

namespace {

LegPolicy policy_from(const std::string& name, bool is_carrier, const config::General& general) {
  LegPolicy policy;
  policy.peer = name;
  policy.peer_is_carrier = is_carrier;
  policy.symmetric_rtp = general.symmetric_rtp;
  policy.pai_in_ack = general.pai_in_ack;
  policy.codecs = general.codecs;
  return policy;
}

}  // namespace

LegPolicy policy_of(const config::Trunk& trunk) { return policy_from(trunk.name, false, trunk.general); }
LegPolicy policy_of(const config::Carrier& carrier) { return policy_from(carrier.name, true, carrier.general); }

}  // namespace tandem::trunk
