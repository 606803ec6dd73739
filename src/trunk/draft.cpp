#include "trunk/draft.hpp"

#include <algorithm>

namespace tandem::trunk {
namespace {

/// From and To may not carry ports or parameters of the Request-URI (RFC 3261 §19.1.1, table 1).
message::NameAddr plain_address(std::string user, std::string host) {
  message::NameAddr address;
  address.uri.user = std::move(user);
  address.uri.host = std::move(host);
  return address;
}

void plan_target(Draft& draft, const FarSide& far, const config::Target& target, PlannedTarget& planned) {
  const config::Limits& limits = draft.directory.config().limits;
  planned.name = target.name;
  planned.entry = draft.made.plan.entries.size();
  planned.policy = far.policy;
  planned.address = target.address;
  planned.host = target.uri.host;
  planned.port = target.uri.port;
  planned.transport = target.transport;
  planned.transport_written = target.transport_written;
  planned.large_requests = target.large_requests;
  planned.edge = egress_edge(draft, target, far.location);
  planned.request_uri = request_uri_of(target.uri);
  if (target.uri.user.empty() || target.uri.user == "{number}") planned.request_uri.user = far.called;
  planned.to = plain_address(planned.request_uri.user, target.uri.host);
  planned.headers.push_back({"Max-Forwards", std::to_string(draft.journey.max_forwards)});
  if (far.policy.in_call.transfer.mode != config::TransferMode::Off) planned.headers.push_back({"Allow", "REFER"});
  // Ours comes before those of others: the topmost is the most recent (RFC 5806 §4).
  write_forwarding(planned, draft.journey.called, far.forwarding);
  write_identity(planned, draft.journey.caller, far.general, far.from_host);
  write_crossing_headers(draft, far.forwarding, planned);
  if (far.origination != nullptr) write_private_headers(draft, target, *far.origination, planned);
  planned.credential = far.credential;
  planned.no_response_timeout = far.general.no_response_timeout.value_or(limits.no_response_timeout);
  planned.ring_timeout = far.general.ring_timeout.value_or(limits.ring_timeout);
}

std::uint64_t turn_of(const Draft& draft, const std::string& counter) {
  if (draft.turns == nullptr) return 0;
  const auto found = draft.turns->find(counter);
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
  const auto ordered = order_targets(far.targets, far.order, turn_of(draft, far.counter), draft.random);
  if (ordered.empty()) return false;
  RoutePlan& plan = draft.made.plan;
  for (const config::Target* target : ordered) {
    plan_target(draft, far, *target, plan.targets.emplace_back());
    draft.note("target", target->name + " priority " + std::to_string(target->priority) + " weight " +
                             std::to_string(target->weight));
  }
  entry.stop_codes = far.general.stop_codes.value_or(config::default_stop_codes());
  plan.entries.push_back(std::move(entry));
  // One limit a call: the shortest of both sides, whichever target takes it.
  const config::Limits& limits = draft.directory.config().limits;
  plan.max_duration = std::min(plan.max_duration, far.general.max_duration.value_or(limits.max_duration));
  auto& turns = draft.made.turns;
  if (far.order == config::TargetPolicy::RoundRobin &&
      std::find(turns.begin(), turns.end(), far.counter) == turns.end()) {
    turns.push_back(std::move(far.counter));
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

message::Uri request_uri_of(message::Uri uri) {
  static constexpr std::string_view kNotOnTheWire[] = {"edge", "region", "tnx", "maddr", "ttl", "method"};
  uri.headers.clear();
  uri.password.clear();
  std::erase_if(uri.params, [](const message::Param& param) {
    return std::any_of(std::begin(kNotOnTheWire), std::end(kNotOnTheWire),
                       [&](std::string_view name) { return iequals(param.name, name); });
  });
  if (uri.scheme == message::Scheme::Sips) uri.scheme = message::Scheme::Sip;
  return uri;
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
