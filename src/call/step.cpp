#include <string>
#include <variant>

#include "call/turn.hpp"

namespace tandem::call {

void note_unlawful(Turn& turn, std::string_view event, LegId leg) {
  turn.emit(Note{log::Level::Warn,
                 std::string(kUnlawfulEvent),
                 {{"event", std::string(event)},
                  {"leg", std::to_string(leg.value())},
                  {"stage", std::string(to_string(turn.call.stage))}}});
}

Attempt* find_attempt(Call& call, LegId leg) {
  const std::size_t index = leg.value();
  return index == 0 || index > call.attempts.size() ? nullptr : &call.attempts[index - 1];
}

Leg* find_leg(Call& call, LegId leg) {
  if (leg == kLegA) return &call.a;
  Attempt* attempt = find_attempt(call, leg);
  return attempt == nullptr ? nullptr : &attempt->leg;
}

const trunk::PlannedTarget& target_of(const Call& call, const Attempt& attempt) {
  return call.admission.plan.targets.at(attempt.target);
}

const config::StatusSet& stop_codes_of(const Call& call, const Attempt& attempt) {
  const auto& entries = call.admission.plan.entries;
  const std::size_t entry = target_of(call, attempt).entry;
  return entry < entries.size() ? entries[entry].stop_codes : config::default_stop_codes();
}

void remember(Leg& leg, const Terms& terms) {
  const bool allows_update = leg.terms.allows_update || terms.allows_update;
  leg.terms = terms;
  leg.terms.allows_update = allows_update;
}

namespace {

void on_answered(Turn& turn, const Answered& answered) {
  Attempt* attempt = find_attempt(turn.call, answered.leg);
  if (attempt == nullptr || attempt->leg.dialog == DialogState::Terminated || answered.status < 100 ||
      answered.status > 699) {
    return note_unlawful(turn, "answered", answered.leg);
  }
  if (answered.status > 100) remember(attempt->leg, answered.terms);
  if (answered.status < 200 && is_of_transfer(turn.call, *attempt)) {
    on_transfer_progress(turn, *attempt, answered);
  } else if (answered.status < 200) {
    on_provisional(turn, *attempt, answered);
  } else if (answered.status < 300) {
    on_success(turn, *attempt, answered);
  } else {
    on_rejection(turn, *attempt, answered);
  }
}

/// A deadline that is gone or has moved is not due: the shell's heap may be late, never early (closures: no cancel call).
void on_deadline(Turn& turn, const DeadlinePassed& passed) {
  const auto found = turn.call.deadlines.find({passed.leg, passed.kind});
  if (found == turn.call.deadlines.end() || found->second > turn.context.now) return;
  turn.call.deadlines.erase(found);
  Leg* leg = find_leg(turn.call, passed.leg);
  Attempt* attempt = find_attempt(turn.call, passed.leg);
  switch (passed.kind) {
    case TimerKind::NoResponse:
      if (attempt != nullptr) on_no_response(turn, *attempt);
      break;
    case TimerKind::Ring:
      if (attempt != nullptr) on_ring_timeout(turn, *attempt);
      break;
    case TimerKind::MaxDuration:
      on_max_duration(turn);
      break;
    case TimerKind::Record:
      if (leg != nullptr) answer_bye(turn, *leg);
      break;
    case TimerKind::CancelWait:
      if (attempt != nullptr) on_cancel_wait(turn, *attempt);
      break;
    case TimerKind::Prepare:
      on_prepare_timeout(turn);
      break;
    case TimerKind::Glare:
      if (leg != nullptr) on_glare_over(turn, *leg);
      break;
    case TimerKind::SessionRefresh:
      if (leg != nullptr) on_refresh_due(turn, *leg);
      break;
    case TimerKind::SessionExpiry:
      if (leg != nullptr) on_session_expired(turn, *leg);
      break;
    case TimerKind::Transferor:
      if (leg != nullptr) on_transferor_silent(turn, *leg);
      break;
    case TimerKind::MediaLost:
      if (leg != nullptr) on_media_lost(turn, *leg);
      break;
  }
}

struct Dispatch {
  Turn& turn;
  void operator()(const Invited& e) const { on_invited(turn, e); }
  void operator()(const Refused& e) const { on_refused(turn, e); }
  void operator()(const MediaReady& e) const { on_media_ready(turn, e); }
  void operator()(const MediaRefused& e) const { on_media_refused(turn, e); }
  void operator()(const MediaClosed& e) const { on_media_closed(turn, e); }
  void operator()(const TargetReady& e) const { on_target_ready(turn, e); }
  void operator()(const TargetRefused& e) const { on_target_refused(turn, e); }
  void operator()(const Answered& e) const { on_answered(turn, e); }
  void operator()(const InviteFailed& e) const { on_invite_failed(turn, e); }
  void operator()(const Acked& e) const { on_acked(turn, e); }
  void operator()(const AckTimedOut& e) const { on_ack_timed_out(turn, e); }
  void operator()(const Cancelled& e) const { on_cancelled(turn, e); }
  void operator()(const PrackReceived& e) const { on_prack(turn, e); }
  void operator()(const PrackTimedOut&) const { on_prack_timed_out(turn); }
  void operator()(const PrackFinished& e) const { on_prack_finished(turn, e); }
  void operator()(const ByeReceived& e) const { on_bye(turn, e); }
  void operator()(const ByeFinished& e) const { on_bye_finished(turn, e); }
  void operator()(const OfferReceived& e) const { on_offer_received(turn, e); }
  void operator()(const OfferCancelled& e) const { on_offer_cancelled(turn, e); }
  void operator()(const OfferAnswered& e) const { on_offer_answered(turn, e); }
  void operator()(const ReferReceived& e) const { on_refer(turn, e); }
  void operator()(const RequestReceived& e) const { on_request_received(turn, e); }
  void operator()(const DeadlinePassed& e) const { on_deadline(turn, e); }
  void operator()(const RecordWritten&) const { on_record_written(turn); }
  void operator()(const MediaSilence& e) const { on_media_silence(turn, e); }
  void operator()(const ClearRequested& e) const { on_clear_requested(turn, e); }
};

bool begins_a_call(const Event& event) {
  return std::holds_alternative<Invited>(event) || std::holds_alternative<Refused>(event);
}

}  // namespace

void step(Call& call, const Event& event, const Context& context, Effects& out) {
  Turn turn{call, context, out};
  const bool begun = call.facts.started.has_value();
  if (call.stage == Stage::Done || begun == begins_a_call(event)) {
    note_unlawful(turn, name_of(event), kLegA);
    return;
  }
  std::visit(Dispatch{turn}, event);
  if (call.own_offers_wait && !call.exchange) start_own_offers(turn);
  settle(turn);
}

}  // namespace tandem::call
