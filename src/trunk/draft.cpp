#include "trunk/draft.hpp"

#include <algorithm>

namespace tandem::trunk {
namespace {

/// What the INVITEs to all targets of a far side say.
PlannedTarget common_of(const Draft& draft, FarSide& far) {
  const config::Limits& limits = draft.directory.config().limits;
  PlannedTarget common;
  common.entry = draft.made.plan.entries.size();
  common.policy = std::move(far.policy);
  common.headers.reserve(8);
  common.headers.push_back({"Max-Forwards", std::to_string(draft.journey.max_forwards)});
  if (common.policy.in_call.transfer.mode != config::TransferMode::Off) common.headers.push_back({"Allow", "REFER"});
  // Ours comes before those of others: the topmost is the most recent (RFC 5806 §4).
  write_own_diversion(common, draft.journey.called, far.forwarding);
  write_identity(common, draft.journey.caller, far.general, far.from_host);
  write_crossing_headers(draft, far.forwarding, common);
  common.credential = far.credential;
  common.no_response_timeout = far.general.no_response_timeout.value_or(limits.no_response_timeout);
  common.ring_timeout = far.general.ring_timeout.value_or(limits.ring_timeout);
  return common;
}

/// "gw1 priority 10 weight 60, gw2 priority 10 weight 20".
std::string described(const std::vector<const config::Target*>& targets) {
  std::string text;
  text.reserve(targets.size() * 48);
  for (const config::Target* target : targets) {
    if (!text.empty()) text.append(", ");
    text.append(target->name).append(" priority ").append(std::to_string(target->priority));
    text.append(" weight ").append(std::to_string(target->weight));
  }
  return text;
}

/// What is the target's own.
void plan_target(Draft& draft, const FarSide& far, const config::Target& target, PlannedTarget& planned) {
  planned.name = target.name;
  planned.address = target.address;
  planned.transport = target.transport;
  planned.transport_written = target.transport_written;
  planned.large_requests = target.large_requests;
  planned.edge = egress_edge(draft, target, far.location);
  planned.request_uri = request_uri_of(target.uri);
  if (target.uri.user.empty() || target.uri.user == "{number}") planned.request_uri.user = far.called;
  // From and To may not carry ports or parameters of the Request-URI (RFC 3261 §19.1.1, table 1).
  planned.to.uri.user = planned.request_uri.user;
  planned.to.uri.host = target.uri.host;
  if (far.forwarding.history_info) write_history(planned, draft.journey.called, far.forwarding);
  if (far.origination != nullptr) write_private_headers(draft, target, *far.origination, planned);
}

std::uint64_t turn_of(const Draft& draft, const FarSide& far) {
  if (draft.turns == nullptr || far.order != config::TargetPolicy::RoundRobin) return 0;
  const auto found = draft.turns->find(std::string(far.counter));
  return found == draft.turns->end() ? 0 : found->second;
}

LegPolicy policy_from(const std::string& name, bool is_carrier, const config::General& general) {
  LegPolicy policy;
  policy.peer = name;
  policy.peer_is_carrier = is_carrier;
  policy.symmetric_rtp = general.symmetric_rtp;
  policy.pai_in_ack = general.pai_in_ack;
  policy.codecs = general.codecs;
  policy.in_call = general.in_call;
  return policy;
}

}  // namespace

Draft begin_draft(Inquiry& inquiry, const Journey& journey) {
  Draft draft{inquiry.directory,   journey,        &inquiry.request().headers,
              inquiry.usage.turns, inquiry.random, inquiry.trace};
  draft.crossing = crossing_headers(inquiry, journey.caller);
  draft.made.plan.max_duration =
      journey.caller_side.max_duration.value_or(inquiry.directory.config().limits.max_duration);
  return draft;
}

bool append_entry(Draft& draft, FarSide far, PlannedEntry entry) {
  const auto ordered = order_targets(far.targets, far.order, turn_of(draft, far), draft.random);
  if (ordered.empty()) return false;
  RoutePlan& plan = draft.made.plan;
  PlannedTarget common = common_of(draft, far);
  for (const config::Target* target : ordered) {
    if (target == ordered.back()) {
      plan.targets.push_back(std::move(common));
    } else {
      plan.targets.push_back(common);
    }
    plan_target(draft, far, *target, plan.targets.back());
  }
  draft.note("target", described(ordered));
  entry.stop_codes = far.general.stop_codes.value_or(config::default_stop_codes());
  plan.entries.push_back(std::move(entry));
  // One limit a call: the shortest of both sides, whichever target takes it.
  const config::Limits& limits = draft.directory.config().limits;
  plan.max_duration = std::min(plan.max_duration, far.general.max_duration.value_or(limits.max_duration));
  auto& turns = draft.made.turns;
  if (far.order == config::TargetPolicy::RoundRobin &&
      std::find(turns.begin(), turns.end(), far.counter) == turns.end()) {
    turns.emplace_back(far.counter);
  }
  return true;
}

std::optional<std::string> write_number(Draft& draft, const numbering::Number& number,
                                        const std::string& side, const config::General& general) {
  if (auto written = numbering::print(number, general.number_out)) return written;
  const bool insists = general.unwritable == config::Unwritable::Reject;
  draft.note("route", side + " cannot write " + number.e164() + " as " +
                          std::string(numbering::to_string(general.number_out)) +
                          (insists ? ": passed over" : ": sent as E.164"));
  if (insists) return std::nullopt;
  return number.e164();
}

message::Uri request_uri_of(const message::Uri& uri) {
  static constexpr std::string_view kNotOnTheWire[] = {"edge", "region", "tnx", "maddr", "ttl", "method"};
  message::Uri asked;
  asked.scheme = uri.scheme == message::Scheme::Sips ? message::Scheme::Sip : uri.scheme;
  asked.user = uri.user;
  asked.host = uri.host;
  asked.port = uri.port;
  for (const message::Param& param : uri.params) {
    const bool stays = std::none_of(std::begin(kNotOnTheWire), std::end(kNotOnTheWire),
                                    [&](std::string_view name) { return iequals(param.name, name); });
    if (stays) asked.params.push_back(param);
  }
  return asked;
}

std::string_view to_string(LegType type) {
  switch (type) {
    case LegType::Normal:
      return "normal";
    case LegType::RouteNumber:
      return "route_number";
    case LegType::DisasterRecovery:
      return "dr";
    case LegType::Redirect:
      return "redirect";
    case LegType::Transfer:
      return "transfer";
  }
  return "";
}

LegPolicy policy_of(const config::Trunk& trunk) { return policy_from(trunk.name, false, trunk.general); }
LegPolicy policy_of(const config::Carrier& carrier) {
  return policy_from(carrier.name, true, carrier.general);
}

}  // namespace tandem::trunk
