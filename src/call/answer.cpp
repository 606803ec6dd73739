// 2xx: the ACK, A's 200, A's ACK. RFC 3261 §13.2.2.4, §13.3.1.4; RFC 3264 §5 for the late offer.
#include <algorithm>

#include "call/rule.hpp"
#include "call/turn.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::call {

namespace {

/// The answer that the 2xx brings, or that came before in the same dialog: a peer that sent it in a 183 may
/// leave it out, and where that was reliable what the 2xx says does not count (RFC 3261 §13.2.1, RFC 6337
/// §3.1.1).
Expected<sdp::Session, trunk::Reason> answer_of(Attempt& attempt, const Answered& answered) {
  const EarlyDialog* early = find_early(attempt, answered.to_tag);
  if (early != nullptr && early->settled && early->answer) return *early->answer;
  auto answer = description_in(answered.body);
  if (!answer) return unexpected(answer.error());
  if (answer->has_value()) return std::move(**answer);
  if (early != nullptr && early->answer) return *early->answer;
  return unexpected(trunk::Reason::BadAnswer);
}

/// The callee has answered a call that cannot be bridged: it is thanked and told goodbye, and nobody else is called.
void give_up_answered(Turn& turn, Attempt& attempt, trunk::Reason why) {
  const Verdict verdict = verdict_for(trunk::Reason::BadAnswer);
  turn.emit(Note{log::Level::Warn,
                 "bad_answer",
                 {{"leg", std::to_string(attempt.leg.id.value())}, {"reason", std::string(trunk::code(why))}}});
  attempt.leg.dialog = DialogState::Terminating;
  send_bye(turn, attempt.leg, attempt.to_tag, reason_header_for(verdict.cause, {}));
  fail_attempt(turn, attempt, verdict);
}

/// Our INVITE carried the offer: the 2xx is ACKed at once, whatever it says.
void answered_with_answer(Turn& turn, Attempt& attempt, const Answered& answered) {
  if (holds(Rule::AckEveryAnswer)) send_ack(turn, attempt, answered.to_tag, {});
  attempt.leg.dialog = DialogState::Confirmed;
  auto answer = answer_of(attempt, answered);
  if (!answer) return give_up_answered(turn, attempt, answer.error());
  const bool of_transfer = is_of_transfer(turn.call, attempt);
  auto followed = of_transfer ? follow_transfer(attempt, *answer) : follow_answer(turn, attempt, *answer);
  if (!followed) return give_up_answered(turn, attempt, followed.error());
  attempt.leg.sdp.state = OfferState::Stable;
  if (of_transfer) return complete_transfer(turn, attempt);
  turn.call.a.sdp.state = OfferState::Stable;
  answer_a(turn);
}

/// A has its offer from an early dialog or an earlier target: this one is answered by what A said, or will
/// say, to that.
void answered_with_another_offer(Turn& turn, Attempt& attempt, const Answered& answered) {
  auto offer = description_in(answered.body);
  Expected<void, trunk::Reason> taken = unexpected(offer ? trunk::Reason::BadAnswer : offer.error());
  if (offer && offer->has_value()) {
    attempt.leg.sdp.remote = std::move(**offer);
    taken = turn.call.a.sdp.state == OfferState::Stable ? answer_in_ack(turn, attempt)
                                                        : Expected<void, trunk::Reason>{};
  }
  if (taken) return answer_a(turn);
  if (holds(Rule::AckEveryAnswer))
    acknowledge_in_vain(turn, attempt, answered.to_tag, offer_in(answered.body));
  give_up_answered(turn, attempt, taken.error());
}

/// It had A's answer in a PRACK. A fork that answers need not be the one that was heard last.
void answered_with_nothing_new(Turn& turn, Attempt& attempt, const EarlyDialog& early) {
  if (holds(Rule::AckEveryAnswer)) send_ack(turn, attempt, early.to_tag, {});
  attempt.leg.dialog = DialogState::Confirmed;
  if (early.lost) return give_up_answered(turn, attempt, trunk::Reason::BadAnswer);
  const bool heard = attempt.leg.sdp.remote == early.session->remote;
  attempt.leg.sdp = *early.session;
  const auto connected = heard ? Expected<void, trunk::Reason>{} : connect_bridge(turn, turn.call.a, attempt.leg);
  if (!connected) return give_up_answered(turn, attempt, connected.error());  // A's session has changed meanwhile
  answer_a(turn);
}

/// Our INVITE carried none: the 2xx holds the target's offer, which goes to A; the ACK waits for A's answer.
void answered_with_offer(Turn& turn, Attempt& attempt, const Answered& answered) {
  const EarlyDialog* early = find_early(attempt, answered.to_tag);
  if (early != nullptr && early->settled) return answered_with_nothing_new(turn, attempt, *early);
  attempt.leg.dialog = DialogState::Answered;
  if (turn.call.a.sdp.state != OfferState::Empty) return answered_with_another_offer(turn, attempt, answered);
  if (auto passed = take_offer(turn.call, answered.body, attempt.leg, turn.call.a); !passed) {
    if (holds(Rule::AckEveryAnswer))
      acknowledge_in_vain(turn, attempt, answered.to_tag, offer_in(answered.body));
    return give_up_answered(turn, attempt, passed.error());
  }
  answer_a(turn);
}

/// Another fork of the same INVITE answered too, or an answer is repeated. Only one dialog goes on (RFC 3261 §13.2.2.4).
void on_another_success(Turn& turn, Attempt& attempt, const Answered& answered) {
  auto& lost = attempt.lost_forks;
  const bool known = answered.to_tag == attempt.to_tag || std::find(lost.begin(), lost.end(), answered.to_tag) != lost.end();
  if (known) return;  // the stack repeats our ACK
  if (lost.size() == kMaxLostForks) return note_unlawful(turn, "answered", attempt.leg.id);
  lost.push_back(answered.to_tag);
  if (attempt.to_tag.empty()) attempt.to_tag = answered.to_tag;  // who hung up before its answer came has shown itself
  if (!holds(Rule::ByeForkedAnswer)) return;
  acknowledge_in_vain(turn, attempt, answered.to_tag, offer_in(answered.body));
  send_bye(turn, attempt.leg, answered.to_tag, "SIP;cause=200;text=\"Call completed elsewhere\"");  // RFC 3326 §3.1
}

/// A's answer in its ACK, for the target whose offer we passed on; the target's own ACK has waited for it.
void complete_late_offer(Turn& turn, Attempt& attempt, const Body& body) {
  auto passed = pass_answer(turn, body, turn.call.a, attempt.leg);
  if (passed) {
    send_ack(turn, attempt, attempt.to_tag, sdp::print(*attempt.leg.sdp.local));
    attempt.leg.dialog = DialogState::Confirmed;
    return;
  }
  turn.emit(Note{log::Level::Warn, "bad_answer", {{"leg", "0"}, {"reason", std::string(trunk::code(passed.error()))}}});
  clear(turn, Ending{cause_of(trunk::Reason::BadAnswer, 200), std::nullopt, {}});
}

}  // namespace

void answer_a(Turn& turn) {
  Call& call = turn.call;
  call.reliable.answer_waits = call.reliable.unacknowledged > 0 && holds(Rule::HoldAnswerUntilPrack);
  if (call.reliable.answer_waits) return;
  call.facts.answered = turn.context.wall;
  call.a.dialog = DialogState::Answered;
  call.cause.status = 200;
  if (holds(Rule::ArmMaxDuration)) turn.arm(kLegA, TimerKind::MaxDuration, call.admission.plan.max_duration);
  RespondToInvite response{
      200, {}, {}, session_headers_of_answer(turn, call.a, call.a.terms), Delivery::Plain};
  if (call.admission.caller_policy.in_call.transfer.mode != config::TransferMode::Off)
    response.headers.push_back({"Allow", "REFER"});
  if (!call.reliable.gave_description) response.sdp = sdp::print(*call.a.sdp.local);
  respond_finally(turn, std::move(response));
  review_silence(turn);
}

Expected<void, trunk::Reason> answer_in_ack(Turn& turn, Attempt& attempt) {
  const Body answer{sdp::print(*turn.call.a.sdp.remote), false};
  if (auto passed = pass_answer(turn, answer, turn.call.a, attempt.leg); !passed) return passed;
  send_ack(turn, attempt, attempt.to_tag, sdp::print(*attempt.leg.sdp.local));
  attempt.leg.dialog = DialogState::Confirmed;
  return {};
}

void send_ack(Turn& turn, const Attempt& attempt, const std::string& to_tag, std::string sdp) {
  const trunk::PlannedTarget& target = target_of(turn.call, attempt);
  turn.emit(SendAck{attempt.leg.id, to_tag, std::move(sdp),
                    target.policy.pai_in_ack ? target.identity : std::vector<message::Header>{}});
}

void send_ack(Turn& turn, const Leg& leg, std::string sdp) {
  if (const Attempt* attempt = find_attempt(turn.call, leg.id)) {
    return send_ack(turn, *attempt, attempt->to_tag, std::move(sdp));
  }
  turn.emit(SendAck{leg.id, {}, std::move(sdp), {}});
}

void acknowledge_in_vain(Turn& turn, Attempt& attempt, const std::string& to_tag,
                         const std::optional<sdp::Session>& offer) {
  std::string answer;
  const EarlyDialog* early = find_early(attempt, to_tag);
  const bool settled = early != nullptr && early->settled;  // its offer was answered in a PRACK
  if (!attempt.offered && !settled && offer && holds(Rule::AnswerOfferInAck))
    answer = refusing_answer(turn.call, attempt.leg, *offer);
  send_ack(turn, attempt, to_tag, std::move(answer));
}

void on_acked(Turn& turn, const Acked& acked) {
  Call& call = turn.call;
  if (acked.request) return on_offer_acked(turn, acked);
  if (acked.leg != kLegA) return note_unlawful(turn, "acked", acked.leg);
  switch (call.a.dialog) {
    case DialogState::Answered: {
      call.a.dialog = DialogState::Confirmed;
      if (call.stage == Stage::Clearing) {
        // The other side has gone meanwhile; only now may A be told (RFC 3261 §15).
        send_bye(turn, call.a, {}, reason_header_for(call.cause, call.facts.remote_reason));
        call.a.dialog = DialogState::Terminating;
        return;
      }
      call.stage = Stage::Connected;
      Attempt& attempt = call.attempts.back();
      if (attempt.leg.dialog == DialogState::Answered) complete_late_offer(turn, attempt, acked.body);
      return;
    }
    case DialogState::Confirmed:
    case DialogState::Terminating:
    case DialogState::Terminated:
      return;  // repeated, or overtaken by a BYE (RFC 5407 §3.2.4)
    case DialogState::Idle:
    case DialogState::Calling:
    case DialogState::Early:
    case DialogState::Canceling:
      return note_unlawful(turn, "acked", kLegA);
  }
}

void on_success(Turn& turn, Attempt& attempt, const Answered& answered) {
  switch (attempt.leg.dialog) {
    case DialogState::Calling:
    case DialogState::Early:
      turn.disarm(attempt.leg.id, TimerKind::NoResponse);
      turn.disarm(attempt.leg.id, TimerKind::Ring);
      attempt.answered = turn.context.wall;
      attempt.to_tag = answered.to_tag;
      attempt.status = answered.status;
      attempt.phrase = answered.phrase;
      remember(attempt.leg, answered.terms);
      begin_session(turn, attempt.leg, answered.terms);
      if (attempt.offered) return answered_with_answer(turn, attempt, answered);
      return answered_with_offer(turn, attempt, answered);
    case DialogState::Canceling:
      return end_unwanted_dialog(turn, attempt, answered);
    case DialogState::Answered:
    case DialogState::Confirmed:
    case DialogState::Terminating:
      return on_another_success(turn, attempt, answered);
    case DialogState::Idle:
    case DialogState::Terminated:
      return note_unlawful(turn, "answered", attempt.leg.id);
  }
}

}  // namespace tandem::call
