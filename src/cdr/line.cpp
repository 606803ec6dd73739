#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cdr/json_line.hpp"
#include "tandem/cdr/record.hpp"

// Every field is in every line of its type, so that a table can be made from it: a text that is not known is "", a time is
// null. docs/cdr.md lists them; tests/unit/cdr compares that page with what is printed here.
namespace tandem::cdr {
namespace {

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

std::size_t dialled_attempts(const call::Call& call) {
  return static_cast<std::size_t>(std::count_if(call.attempts.begin(), call.attempts.end(), was_dialled));
}

bool is_of_transfer(const call::Call& call, const call::Attempt& attempt) {
  const trunk::PlannedTarget* target = target_of(call, attempt);
  const auto& entries = call.admission.plan.entries;
  return target && target->entry < entries.size() && entries[target->entry].leg_type == trunk::LegType::Transfer;
}

/// The attempt that the call's own line speaks of: the one that carried the conversation, else the last that
/// was dialled, else the last that was passed over. Of a call that was transferred, the one that it was made with. A late answer of an abandoned target is answered as well, but then a later one carried the call, or none did.
const call::Attempt* leading_attempt(const call::Call& call) {
  if (call.attempts.empty()) return nullptr;
  if (call.facts.answered) {
    const auto carried = std::find_if(call.attempts.rbegin(), call.attempts.rend(),
                                      [&](const call::Attempt& attempt) {
                                        return attempt.answered.has_value() && !is_of_transfer(call, attempt);
                                      });
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

void add_media(JsonLine& line, std::string_view side, const LegMediaReport& leg) {
  line.open_object(side);
  line.add("received_packets", leg.received_packets);
  line.add("received_octets", leg.received_octets);
  line.add("sent_packets", leg.sent_packets);
  line.add("sent_octets", leg.sent_octets);
  line.add("lost_packets", leg.lost_packets);
  line.add("reordered_packets", leg.reordered_packets);
  line.add("foreign_packets", leg.foreign_packets);
  line.add("malformed_packets", leg.malformed_packets);
  line.add("unsendable_packets", leg.unsendable_packets);
  line.add("unmapped_packets", leg.unmapped_packets);
  line.add("received_rtcp", leg.received_rtcp);
  line.add("sent_rtcp", leg.sent_rtcp);
  line.add("jitter_us", leg.jitter_us);
  line.close_object();
}

std::string_view leg_type_of(const call::Call& call, const trunk::PlannedTarget& target) {
  const auto& entries = call.admission.plan.entries;
  return target.entry < entries.size() ? trunk::to_string(entries[target.entry].leg_type) : std::string_view();
}

void add_target(JsonLine& line, const call::Call& call, const call::Attempt* attempt) {
  const trunk::PlannedTarget* target = attempt ? target_of(call, *attempt) : nullptr;
  const bool dialled = attempt && was_dialled(*attempt);
  line.add("carrier", carrier_of(call, target));
  line.add("leg_type", target ? leg_type_of(call, *target) : "");
  line.add("target", target ? std::string_view(target->name) : "");
  line.add("target_address", dialled ? attempt->to.address.print() : "");
  line.add("target_transport", dialled ? to_string(attempt->to.transport) : "");
  line.add_peer_text("called_sent", target ? std::string_view(target->request_uri.user) : "");
  line.add_peer_text("calling_sent", target ? std::string_view(target->from.uri.user) : "");
}

void add_cause(JsonLine& line, const call::Cause& cause, int status) {
  line.add("sip_status", status);
  line.add("reason", trunk::code(cause.reason));
  line.add("q850", cause.q850);
}

}  // namespace

std::string call_line(const call::Call& call, std::string_view node) {
  const call::Facts& facts = call.facts;
  const trunk::Admission& admission = call.admission;
  const call::Attempt* leading = leading_attempt(call);
  JsonLine line;
  line.add("type", "call");
  line.add("id", call.ref);
  line.add("node", node);
  line.add("direction", trunk::to_string(admission.direction));
  line.add("account", admission.account);
  line.add("trunk", admission.trunk);
  line.add("trunk_id", admission.trunk_id);
  line.add_peer_text("user", admission.user);
  line.add_peer_text("from", admission.calling_received);
  line.add_peer_text("to", admission.called_received);
  line.add_peer_text("called", admission.called);
  line.add_peer_text("calling", admission.calling);
  line.add_peer_text("presented_cli", admission.presented_cli);
  line.add_peer_text("asserted_cli", admission.asserted_cli);
  line.add_peer_text("privacy", admission.privacy);
  line.add("edge", admission.edge);
  line.add("route", admission.route);
  add_target(line, call, leading);
  line.add("attempts", dialled_attempts(call));
  line.add("redirects", call.redirects);
  line.add("transfers", call.transferred);
  line.add("start", facts.started);
  line.add("ring", facts.rang);
  line.add("answer", facts.answered);
  line.add("end", facts.ended);
  line.add("duration_ms", span_ms(facts.started, facts.ended));
  line.add("billable_ms", span_ms(facts.answered, facts.ended));
  line.add("hung_up_by", hung_up_by(facts));
  add_cause(line, call.cause, call.cause.status);
  line.add_peer_text("remote_reason", facts.remote_reason);
  line.add("source", facts.source.print());
  line.add("listener", facts.listener);
  line.add_peer_text("call_id", facts.call_id);
  line.open_object("media");
  add_media(line, "caller", facts.media.a);
  add_media(line, "callee", facts.media.b);
  line.close_object();
  return std::move(line).finish();
}

std::string attempt_line(const call::Call& call, const call::Attempt& attempt, std::string_view node) {
  JsonLine line;
  line.add("type", "attempt");
  line.add("id", call.ref);
  line.add("node", node);
  line.add("direction", trunk::to_string(call.admission.direction));
  line.add("account", call.admission.account);
  line.add("trunk", call.admission.trunk);
  line.add("trunk_id", call.admission.trunk_id);
  line.add("attempt", attempt.leg.id.value());
  add_target(line, call, &attempt);
  line.add("start", attempt.started);
  line.add("ring", attempt.rang);
  line.add("answer", attempt.answered);
  line.add("end", attempt.ended);
  line.add("duration_ms", span_ms(attempt.started, attempt.ended));
  add_cause(line, attempt.cause, attempt.status);
  line.add_peer_text("phrase", attempt.phrase);
  line.add_peer_text("remote_reason", attempt.remote_reason);
  return std::move(line).finish();
}

}  // namespace tandem::cdr
