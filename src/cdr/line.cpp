#include <algorithm>
#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "tandem/cdr/record.hpp"

// Every field is in every line of its type, so that a table can be made from it: a text that is not known is "", a time is
// null. docs/cdr.md lists them; tests/unit/cdr compares that page with what is printed here.
namespace tandem::cdr {
namespace {

using Json = nlohmann::ordered_json;

/// Text that a peer chose: a record stays small whatever it sends. The longest lawful Call-ID in use is a quarter of it.
constexpr std::size_t kPeerTextLimit = 512;

std::string peer_text(std::string_view text) {
  if (text.size() <= kPeerTextLimit) return std::string(text);
  return std::string(text.substr(0, kPeerTextLimit)) + "…";
}

Json time_or_null(const std::optional<WallTime>& time) { return time ? Json(print_utc(*time)) : Json(nullptr); }

/// 0 where an end is missing, and never negative: the wall clock may be set back during a call.
std::int64_t span_ms(const std::optional<WallTime>& from, const std::optional<WallTime>& to) {
  if (!from || !to) return 0;
  return std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::milliseconds>(*to - *from).count());
}

const trunk::PlannedTarget* target_of(const call::Call& call, const call::Attempt& attempt) {
  const auto& targets = call.admission.plan.targets;
  return attempt.target < targets.size() ? &targets[attempt.target] : nullptr;
}

bool was_dialled(const call::Attempt& attempt) { return attempt.to.address.port != 0; }

/// The attempt that the call's own line speaks of: the one that carried the conversation, else the last that was dialled, else
/// the last that was passed over.
/// A late answer of an abandoned target is answered as well, but then a later one carried the call, or none did.
const call::Attempt* leading_attempt(const call::Call& call) {
  if (call.attempts.empty()) return nullptr;
  if (call.facts.answered) {
    const auto carried = std::find_if(call.attempts.rbegin(), call.attempts.rend(),
                                      [](const call::Attempt& attempt) { return attempt.answered.has_value(); });
    if (carried != call.attempts.rend()) return &*carried;
  }
  const auto dialled = std::find_if(call.attempts.rbegin(), call.attempts.rend(), was_dialled);
  return dialled != call.attempts.rend() ? &*dialled : &call.attempts.back();
}

std::string carrier_of(const call::Call& call, const trunk::PlannedTarget* target) {
  const trunk::LegPolicy& caller = call.admission.caller_policy;
  if (caller.peer_is_carrier) return caller.peer;
  return target && target->policy.peer_is_carrier ? target->policy.peer : std::string();
}

std::string_view hung_up_by(const call::Facts& facts) {
  if (facts.hung_up_by_us) return "tandem";
  return facts.hung_up_by == call::Side::A ? "caller" : "callee";
}

Json media_of(const LegMediaReport& leg) {
  return Json{{"received_packets", leg.received_packets},
              {"received_octets", leg.received_octets},
              {"sent_packets", leg.sent_packets},
              {"sent_octets", leg.sent_octets},
              {"lost_packets", leg.lost_packets},
              {"reordered_packets", leg.reordered_packets},
              {"foreign_packets", leg.foreign_packets},
              {"malformed_packets", leg.malformed_packets},
              {"unsendable_packets", leg.unsendable_packets},
              {"unmapped_packets", leg.unmapped_packets},
              {"received_rtcp", leg.received_rtcp},
              {"sent_rtcp", leg.sent_rtcp},
              {"jitter_us", leg.jitter_us}};
}

std::string_view leg_type_of(const call::Call& call, const trunk::PlannedTarget& target) {
  const auto& entries = call.admission.plan.entries;
  return target.entry < entries.size() ? trunk::to_string(entries[target.entry].leg_type) : std::string_view();
}

void add_target(Json& line, const call::Call& call, const call::Attempt* attempt) {
  const trunk::PlannedTarget* target = attempt ? target_of(call, *attempt) : nullptr;
  const bool dialled = attempt && was_dialled(*attempt);
  line["carrier"] = carrier_of(call, target);
  line["leg_type"] = target ? leg_type_of(call, *target) : "";
  line["target"] = target ? target->name : "";
  line["target_address"] = dialled ? attempt->to.address.print() : "";
  line["target_transport"] = dialled ? std::string(to_string(attempt->to.transport)) : "";
  line["called_sent"] = target ? peer_text(target->request_uri.user) : "";
  line["calling_sent"] = target ? peer_text(target->from.uri.user) : "";
}

void add_cause(Json& line, const call::Cause& cause, int status) {
  line["sip_status"] = status;
  line["reason"] = trunk::code(cause.reason);
  line["q850"] = cause.q850;
}

std::string print_line(const Json& line) { return line.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string call_line(const call::Call& call, std::string_view node) {
  const call::Facts& facts = call.facts;
  const trunk::Admission& admission = call.admission;
  const call::Attempt* leading = leading_attempt(call);
  Json line;
  line["type"] = "call";
  line["id"] = call.ref;
  line["node"] = node;
  line["direction"] = trunk::to_string(admission.direction);
  line["account"] = admission.account;
  line["trunk"] = admission.trunk;
  line["trunk_id"] = admission.trunk_id;
  line["user"] = peer_text(admission.user);
  line["from"] = peer_text(admission.calling_received);
  line["to"] = peer_text(admission.called_received);
  line["called"] = peer_text(admission.called);
  line["calling"] = peer_text(admission.calling);
  line["presented_cli"] = peer_text(admission.presented_cli);
  line["asserted_cli"] = peer_text(admission.asserted_cli);
  line["privacy"] = peer_text(admission.privacy);
  line["edge"] = admission.edge;
  line["route"] = admission.route;
  add_target(line, call, leading);
  line["attempts"] = std::count_if(call.attempts.begin(), call.attempts.end(), was_dialled);
  line["redirects"] = call.redirects;
  line["start"] = time_or_null(facts.started);
  line["ring"] = time_or_null(facts.rang);
  line["answer"] = time_or_null(facts.answered);
  line["end"] = time_or_null(facts.ended);
  line["duration_ms"] = span_ms(facts.started, facts.ended);
  line["billable_ms"] = span_ms(facts.answered, facts.ended);
  line["hung_up_by"] = hung_up_by(facts);
  add_cause(line, call.cause, call.cause.status);
  line["remote_reason"] = peer_text(facts.remote_reason);
  line["source"] = facts.source.print();
  line["listener"] = facts.listener;
  line["call_id"] = peer_text(facts.call_id);
  line["media"] = Json{{"caller", media_of(facts.media.a)}, {"callee", media_of(facts.media.b)}};
  return print_line(line);
}

std::string attempt_line(const call::Call& call, const call::Attempt& attempt, std::string_view node) {
  Json line;
  line["type"] = "attempt";
  line["id"] = call.ref;
  line["node"] = node;
  line["direction"] = trunk::to_string(call.admission.direction);
  line["account"] = call.admission.account;
  line["trunk"] = call.admission.trunk;
  line["trunk_id"] = call.admission.trunk_id;
  line["attempt"] = attempt.leg.id.value();
  add_target(line, call, &attempt);
  line["start"] = time_or_null(attempt.started);
  line["ring"] = time_or_null(attempt.rang);
  line["answer"] = time_or_null(attempt.answered);
  line["end"] = time_or_null(attempt.ended);
  line["duration_ms"] = span_ms(attempt.started, attempt.ended);
  add_cause(line, attempt.cause, attempt.status);
  line["phrase"] = peer_text(attempt.phrase);
  line["remote_reason"] = peer_text(attempt.remote_reason);
  return print_line(line);
}

}  // namespace tandem::cdr
