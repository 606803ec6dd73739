// A request outside every dialog: decided, then seated as a call, answered, or left without an answer.
#include "switchboard/outside.hpp"
#include "switchboard/switchboard.hpp"
#include "tandem/base/log.hpp"
#include "tandem/base/text.hpp"
#include "tandem/base/ulid.hpp"
#include "tandem/call/body.hpp"

namespace tandem::switchboard {

namespace {

config::UnknownSource rule_for_unknown(const config::Config& config, std::string_view listener) {
  for (const auto& row : config.listeners) {
    if (row.name == listener) return row.unknown_source;
  }
  return config::UnknownSource::Drop;
}

}  // namespace

void Switchboard::on_arrival(sip::Arrival&& arrival) {
  role_.assert_held();
  if (arrival.request.method == "INVITE") return take_invite(std::move(arrival));
  if (!trunk::is_known_source(*directory_, arrival.source)) return turn_away(arrival);
  const OutsideReply reply = answer_outside(arrival.request);
  neighbours_.sip.respond(arrival.id, reply.status, message::status_phrase(reply.status), reply.headers);
}

void Switchboard::take_invite(sip::Arrival&& arrival) {
  trunk::Usage usage;
  usage.calls = static_cast<std::uint32_t>(rows_.size());
  usage.draining = draining_;
  usage.turns = &turns_;
  const trunk::Arrival seen{arrival.request, arrival.source, arrival.transport, arrival.listener};
  trunk::Decision decision = trunk::decide(*directory_, seen, usage, nonce_key_, wall_, random_);
  const auto* admitted = std::get_if<trunk::Admission>(&decision.verdict);
  if (admitted && admitted->nonce_use && !nonces_.take(*admitted->nonce_use, wall_)) {
    usage.nonce_count_refused = true;
    decision = trunk::decide(*directory_, seen, usage, nonce_key_, wall_, random_);
  } else if (admitted && !neighbours_.records.has_room()) {
    decision.verdict = overloaded(*admitted);
  }
  Grant grant;
  if (const auto* willing = std::get_if<trunk::Admission>(&decision.verdict)) {
    auto taken = limits_.take(willing->takes, now_);
    if (taken) {
      grant = std::move(*taken);
    } else {
      ++counts_.reservations_refused;
      decision.trace.push_back({"limit", taken.error().counter + " is at its limit"});
      decision.verdict = trunk::refusal_for(*willing, taken.error());
    }
  }
  if (auto* admission = std::get_if<trunk::Admission>(&decision.verdict)) {
    admit(std::move(arrival), std::move(*admission), std::move(grant), decision.trace);
  } else if (const auto* challenge = std::get_if<trunk::Challenge>(&decision.verdict)) {
    ++counts_.challenges;
    log_decision(log::Level::Debug, "challenged", arrival, challenge->reason, decision.trace);
    neighbours_.sip.respond(arrival.id, challenge->status, message::status_phrase(challenge->status), challenge->headers);
  } else if (auto* refusal = std::get_if<trunk::Refusal>(&decision.verdict)) {
    refuse(std::move(arrival), std::move(*refusal), decision.trace);
  } else {
    ++counts_.drops;
    log_decision(log::Level::Info, "dropped", arrival, std::get<trunk::Drop>(decision.verdict).reason, decision.trace);
    neighbours_.sip.drop(arrival.id);
  }
}

trunk::Refusal Switchboard::overloaded(const trunk::Admission& admission) {
  trunk::Refusal refusal;
  refusal.reason = trunk::Reason::Overloaded;
  refusal.status = trunk::info(refusal.reason).status;
  refusal.detail = "the record writer has fallen behind";
  refusal.identified = true;
  refusal.headers.push_back({"Retry-After", "5"});
  refusal.trunk = admission.trunk;
  refusal.called_received = admission.called_received;
  refusal.calling_received = admission.calling_received;
  return refusal;
}

CallId Switchboard::seat(const sip::Arrival& arrival) {
  const CallId id = rows_.emplace();
  call::Call& call = rows_.at(id).call;
  call.ref = make_ulid(wall_, random_);
  call.directory = directory_;
  neighbours_.sip.adopt(arrival.id, id);
  return id;
}

void Switchboard::admit(sip::Arrival&& arrival, trunk::Admission&& admission, Grant grant,
                        const trunk::Trace& decision_trace) {
  ++counts_.calls_started;
  for (const std::string& rotation : admission.turns) ++turns_[rotation];
  const CallId id = seat(arrival);
  rows_.at(id).of_call = std::move(grant);
  const std::string& ref = rows_.at(id).call.ref;
  log::info("call_started", ref,
            {{"direction", trunk::to_string(admission.direction)},
             {"trunk", admission.trunk},
             {"from", admission.calling_received},
             {"to", admission.called_received},
             {"source", arrival.source.print()},
             {"sip_call_id", call_id_of(arrival)},
             {"first_target", admission.plan.targets.empty() ? "" : admission.plan.targets.front().name}});
  log_trace(ref, decision_trace);
  call::Invited invited{std::move(admission), call::body_of(arrival.request), call_id_of(arrival), arrival.source, arrival.listener,
                        call::terms_of(arrival.request.headers)};
  inbox_.emplace_back(id, std::move(invited));
}

void Switchboard::refuse(sip::Arrival&& arrival, trunk::Refusal&& refusal, const trunk::Trace& decision_trace) {
  ++counts_.calls_refused;
  if (!refusal.identified) {
    log_decision(log::Level::Info, "stranger_refused", arrival, refusal.reason, decision_trace);
    neighbours_.sip.respond(arrival.id, refusal.status, message::status_phrase(refusal.status), refusal.headers);
    return;
  }
  if (!neighbours_.records.has_room()) {  // a record for each refusal would only add to what cannot be written
    log_decision(log::Level::Warn, "refused_without_record", arrival, refusal.reason, decision_trace);
    refusal.headers.push_back({"Reason", trunk::reason_header(refusal.reason)});
    neighbours_.sip.respond(arrival.id, refusal.status, message::status_phrase(refusal.status), refusal.headers);
    return;
  }
  const CallId id = seat(arrival);
  const std::string& ref = rows_.at(id).call.ref;
  log::warn("call_refused", ref,
            {{"trunk", refusal.trunk},
             {"from", refusal.calling_received},
             {"to", refusal.called_received},
             {"source", arrival.source.print()},
             {"sip_call_id", call_id_of(arrival)},
             {"status", refusal.status},
             {"reason", trunk::code(refusal.reason)},
             {"detail", refusal.detail}});
  log_trace(ref, decision_trace);
  call::Refused refused{std::move(refusal), call_id_of(arrival), arrival.source, arrival.listener};
  inbox_.emplace_back(id, std::move(refused));
}

void Switchboard::turn_away(const sip::Arrival& arrival) {
  log_decision(log::Level::Info, "dropped", arrival, trunk::Reason::UnknownSource, {});
  if (rule_for_unknown(trunk::config_of(*directory_), arrival.listener) == config::UnknownSource::Reject) {
    neighbours_.sip.respond(arrival.id, 403, message::status_phrase(403), {});
    return;
  }
  ++counts_.drops;
  neighbours_.sip.drop(arrival.id);
}

void Switchboard::log_decision(log::Level level, std::string_view event, const sip::Arrival& arrival, trunk::Reason reason,
                               const trunk::Trace& decision_trace) {
  if (!log::enabled(level)) return;
  log::write(level, event, {},
             {{"method", printable(arrival.request.method, 20)},
              {"source", arrival.source.print()},
              {"listener", arrival.listener},
              {"uri", printable(message::print(arrival.request.uri), 120)},
              {"sip_call_id", call_id_of(arrival)},
              {"reason", trunk::code(reason)}});
  log_trace({}, decision_trace);
}

void Switchboard::log_trace(std::string_view ref, const trunk::Trace& decision_trace) {
  if (!log::enabled(log::Level::Debug)) return;
  for (const auto& row : decision_trace) log::debug("decision", ref, {{"step", row.step}, {"outcome", row.outcome}});
}

std::string Switchboard::call_id_of(const sip::Arrival& arrival) {
  const std::string* value = arrival.request.headers.find("Call-ID");
  return value ? printable(*value) : std::string{};
}

}  // namespace tandem::switchboard
