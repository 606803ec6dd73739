// The end of a call: who is told, in which words, and when. RFC 3261 §15; RFC 5407 §3.1.3, §3.1.6, §3.2.1.
#include "call/rule.hpp"
#include "call/turn.hpp"

namespace tandem::call {

namespace {

/// A target hears of the end in the way that the state of its dialog allows.
void end_target(Turn& turn, Attempt& attempt, const std::string& reason_header) {
  switch (attempt.leg.dialog) {
    case DialogState::Calling:
    case DialogState::Early:
      if (holds(Rule::CancelPendingTargets)) cancel(turn, attempt, reason_header);
      return;
    case DialogState::Answered:
      // A late offer whose answer will never come: the 2xx is ACKed before the BYE all the same.
      acknowledge_in_vain(turn, attempt, attempt.to_tag, attempt.leg.sdp.remote);
      [[fallthrough]];
    case DialogState::Confirmed:
      attempt.leg.dialog = DialogState::Terminating;
      if (holds(Rule::ByeOtherLeg)) send_bye(turn, attempt.leg, attempt.to_tag, reason_header);
      return;
    case DialogState::Idle:
    case DialogState::Canceling:
    case DialogState::Terminating:
    case DialogState::Terminated:
      return;
  }
}

/// When a full carrier may have room (RFC 3261 §20.33); a 403 that says when to come back would contradict itself.
std::optional<message::Header> retry_after(const Cause& cause) {
  if (cause.status == 403) return std::nullopt;
  if (cause.reason == trunk::Reason::ChannelsExhausted) return message::Header{"Retry-After", "5"};
  if (cause.reason == trunk::Reason::RateExceeded) return message::Header{"Retry-After", "1"};
  return std::nullopt;
}

std::vector<message::Header> headers_of_final(const Cause& cause, const std::string& reason_header) {
  std::vector<message::Header> headers{{"Reason", reason_header}};
  if (auto later = retry_after(cause)) headers.push_back(*std::move(later));
  // RFC 3261 §21.4.13: what could be read instead.
  if (cause.reason == trunk::Reason::UnsupportedBody) headers.push_back({"Accept", "application/sdp"});
  return headers;
}

/// A hears of it by a final response, or by a BYE once its dialog is confirmed.
void end_caller(Turn& turn, const Ending& ending, const std::string& reason_header) {
  Leg& a = turn.call.a;
  switch (a.dialog) {
    case DialogState::Idle:
    case DialogState::Early:
      respond_finally(
          turn, RespondToInvite{ending.cause.status, {}, {}, headers_of_final(ending.cause, reason_header)});
      return release(turn, a);
    case DialogState::Answered:
      if (holds(Rule::HoldByeUntilAck)) return;  // RFC 3261 §15: on_acked() or on_ack_timed_out() says it
      [[fallthrough]];
    case DialogState::Confirmed:
      a.dialog = DialogState::Terminating;
      if (holds(Rule::ByeOtherLeg)) send_bye(turn, a, {}, reason_header);
      return;
    case DialogState::Calling:
    case DialogState::Canceling:
    case DialogState::Terminating:
    case DialogState::Terminated:
      return;
  }
}

void note_end(Turn& turn, const Ending& ending) {
  Call& call = turn.call;
  call.stage = Stage::Clearing;
  stop_preparing(turn);
  call.cause = ending.cause;
  call.facts.ended = turn.context.wall;
  call.facts.hung_up_by_us = !ending.by.has_value();
  call.facts.hung_up_by = ending.by.value_or(Side::A);
  call.facts.remote_reason = clean_reason(ending.remote_reason);
  for (Attempt& attempt : call.attempts) {
    if (attempt.ended) continue;
    attempt.ended = turn.context.wall;
    attempt.cause = ending.cause;
  }
}

Cause hung_up(const Call& call, Side by) {
  const trunk::Reason reason = by == Side::A ? trunk::Reason::CallerHungUp : trunk::Reason::CalleeHungUp;
  return cause_of(reason, call.a.final_sent ? 200 : 487);
}

/// A BYE on A's early dialog ends the call as a CANCEL would; its INVITE still wants an answer (RFC 3261 §15.1.2).
void bye_from_caller(Turn& turn) {
  Call& call = turn.call;
  const bool early = call.a.dialog == DialogState::Idle || call.a.dialog == DialogState::Early;
  if (early) respond_finally(turn, RespondToInvite{487, {}, {}, {}});
  call.a.dialog = DialogState::Terminating;
}

void bye_from_target(Turn& turn, Attempt& attempt) {
  if (attempt.leg.dialog == DialogState::Answered) {
    acknowledge_in_vain(turn, attempt, attempt.to_tag, attempt.leg.sdp.remote);
  }
  attempt.leg.dialog = DialogState::Terminating;
}

/// Our INVITE has no final response yet.
bool is_open(const Leg& leg) {
  switch (leg.dialog) {
    case DialogState::Calling:
    case DialogState::Canceling:
      return true;
    case DialogState::Early:
      return leg.id != kLegA;
    case DialogState::Idle:
    case DialogState::Answered:
    case DialogState::Confirmed:
    case DialogState::Terminating:
    case DialogState::Terminated:
      return false;
  }
  return false;
}

/// Whether the peer may send a BYE now: A on any dialog, a target after its 2xx (RFC 3261 §15), which may have been lost.
bool may_hang_up(const Leg& leg) {
  if (leg.dialog == DialogState::Terminated || leg.hung_up) return false;
  return leg.id == kLegA || leg.dialog != DialogState::Idle;
}

/// A target that says BYE has answered and hung up: its 2xx has been lost, each time that it was sent. The callee has had
/// this call and has ended it. To ring it once more by the next carrier would be a second call to somebody who has just put
/// the phone down, and two carriers would bill an answer; so the caller is told that the call is over. Our INVITE has no
/// final response and may never get one: it is cancelled, and should a copy of the 2xx come after all, it is ACKed and ended
/// like any other that crosses a CANCEL. It may be another fork's.
void end_unheard(Turn& turn, Attempt& attempt, const std::string& reason_header) {
  if (attempt.leg.dialog == DialogState::Canceling) return;  // it was given up, or the call has ended
  Verdict verdict = verdict_for(trunk::Reason::AnswerLost);
  if (!holds(Rule::StopAfterLostAnswer)) verdict.hunting = Hunting::TryNext;
  attempt.remote_reason = clean_reason(reason_header);
  cancel(turn, attempt, reason_header_for(verdict.cause, attempt.remote_reason));
  fail_attempt(turn, attempt, verdict);
}

/// The call goes on without this target: to the next one, or already with it.
bool is_given_up(const Call& call, const Attempt& attempt) {
  return attempt.ended && (call.stage == Stage::Dialing || call.stage == Stage::Connected);
}

void bye_before_answer(Turn& turn, const ByeReceived& bye) {
  end_unheard(turn, *find_attempt(turn.call, bye.leg), bye.reason_header);
  Attempt& attempt = *find_attempt(turn.call, bye.leg);  // the vector may have moved
  if (is_given_up(turn.call, attempt)) answer_bye(turn, attempt.leg);
}

/// Our BYE once more, with the answer to its challenge (RFC 5407 appendix D): else the target's side of the dialog would
/// stay, and a carrier that counts by BYEs would bill it on.
void repeat_bye(Turn& turn, Leg& leg, const ByeFinished& finished) {
  const Attempt* attempt = find_attempt(turn.call, leg.id);
  if (attempt == nullptr || leg.dialog != DialogState::Terminating) return;
  if (leg.bye_authorized && holds(Rule::AuthorizeByeOnce)) return;
  auto credentials = credentials_for(turn, *attempt, finished.status, finished.challenges, "BYE");
  if (!credentials) return;
  leg.bye_authorized = true;
  const Facts& facts = turn.call.facts;
  const bool ended_with_call = attempt->ended == facts.ended;
  send_bye(turn, leg, attempt->to_tag,
           reason_header_for(attempt->cause, ended_with_call ? facts.remote_reason : attempt->remote_reason),
           std::move(credentials));
}

}  // namespace

void clear(Turn& turn, const Ending& given) {
  Call& call = turn.call;
  if (call.stage == Stage::Clearing || call.stage == Stage::Done) return;
  Ending ending = given;
  // What ends a call that talks may come while A's 200 waits for a PRACK: A is refused then.
  const bool refuses = !call.a.final_sent && ending.cause.status < 300;
  if (refuses) ending.cause.status = verdict_for(ending.cause.reason).cause.status;
  note_end(turn, ending);
  abandon_exchange(turn);
  abandon_transfer(turn);
  turn.disarm(kLegA, TimerKind::MaxDuration);
  stop_watching(turn);
  const std::string reason_header = reason_header_for(ending.cause, call.facts.remote_reason);
  for (Attempt& attempt : call.attempts) end_target(turn, attempt, reason_header);
  end_caller(turn, ending, reason_header);
}

void send_bye(Turn& turn, Leg& leg, const std::string& to_tag, const std::string& reason_header,
              std::optional<message::Header> credentials) {
  ++leg.byes_in_flight;
  const Attempt* attempt = find_attempt(turn.call, leg.id);
  const bool known = attempt != nullptr && holds(Rule::IdentityInBye);
  SendBye bye{leg.id, to_tag, reason_header, {}};
  if (known) bye.headers = target_of(turn.call, *attempt).identity;
  if (credentials) bye.headers.push_back(*std::move(credentials));
  turn.emit(std::move(bye));
}

void on_bye(Turn& turn, const ByeReceived& bye) {
  Leg* leg = find_leg(turn.call, bye.leg);
  if (leg == nullptr || !may_hang_up(*leg)) {
    note_unlawful(turn, "bye_received", bye.leg);
    turn.emit(RespondToRequest{bye.leg, bye.request, 481, {}, {}});
    return;
  }
  leg->hung_up = true;
  leg->bye_to_answer = bye.request;
  if (holds(Rule::AnswerByeInTime)) turn.arm(bye.leg, TimerKind::Record, kRecordWait);
  if (bye.leg != kLegA && is_open(*leg)) return bye_before_answer(turn, bye);
  const Side side = side_of(*leg);
  const Cause cause = hung_up(turn.call, side);
  if (bye.leg == kLegA) {
    bye_from_caller(turn);
  } else {
    bye_from_target(turn, *find_attempt(turn.call, bye.leg));
  }
  // The late answer of a target that was given up carried no call: no record is due for it.
  const bool given_up = bye.leg != kLegA && is_given_up(turn.call, *find_attempt(turn.call, bye.leg));
  if (given_up || goes_on_without(turn, *leg)) {
    forget_dialog(turn, *leg);
    return answer_bye(turn, *leg);
  }
  // Where we are ending the dialog already the two BYEs cross, and each gets its 200 (RFC 5407 §3.2.1).
  clear(turn, Ending{cause, side, bye.reason_header});
}

void on_bye_finished(Turn& turn, const ByeFinished& finished) {
  Leg* leg = find_leg(turn.call, finished.leg);
  if (leg == nullptr || leg->byes_in_flight == 0) return note_unlawful(turn, "bye_finished", finished.leg);
  --leg->byes_in_flight;
  if (is_challenge(finished.status)) repeat_bye(turn, *leg, finished);
}

void on_ack_timed_out(Turn& turn, const AckTimedOut& timed_out) {
  Call& call = turn.call;
  if (timed_out.request) return on_offer_ack_timed_out(turn, timed_out);
  if (call.a.dialog != DialogState::Answered) {
    // A hung up instead of sending its ACK: nothing is left to do. Before our 2xx there is nothing to time out.
    const bool over = call.a.dialog == DialogState::Terminating || call.a.dialog == DialogState::Terminated;
    return over ? void() : note_unlawful(turn, "ack_timed_out", kLegA);
  }
  if (!holds(Rule::ByeWhenAckNeverCame)) return;
  call.a.dialog = DialogState::Confirmed;  // RFC 3261 §13.3.1.4: as if the ACK had come
  if (call.stage != Stage::Clearing) {
    return clear(turn, Ending{cause_of(trunk::Reason::AckMissing, 200), std::nullopt, {}});
  }
  call.a.dialog = DialogState::Terminating;
  send_bye(turn, call.a, {}, reason_header_for(call.cause, call.facts.remote_reason));
}

void on_clear_requested(Turn& turn, const ClearRequested& request) {
  Verdict verdict = verdict_for(request.reason);
  if (turn.call.facts.answered) verdict.cause.status = 200;
  clear(turn, Ending{verdict.cause, std::nullopt, {}});
}

void on_max_duration(Turn& turn) {
  clear(turn, Ending{cause_of(trunk::Reason::MaxDuration, 200), std::nullopt, {}});
}

}  // namespace tandem::call
