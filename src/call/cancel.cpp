// CANCEL from A at every moment, our CANCEL to targets, and the 2xx that crosses it. RFC 3261 §9; RFC 5407 §3.1.2.
#include "call/rule.hpp"
#include "call/turn.hpp"

namespace tandem::call {

void on_cancelled(Turn& turn, const Cancelled& cancelled) {
  Call& call = turn.call;
  switch (call.a.dialog) {
    case DialogState::Idle:
    case DialogState::Early:
    case DialogState::Answered: {
      // Answered: our 200 was on its way to the stack when the CANCEL came there. A has seen the 487, so there is no
      // dialog with A to end, and no ACK to wait for.
      if (holds(Rule::CancelIsFinal)) call.a.final_sent = true;
      if (holds(Rule::CancelIsFinal)) release(turn, call.a);
      clear(turn, Ending{cause_of(trunk::Reason::CallerCancelled, 487), Side::A, cancelled.reason_header});
      return;
    }
    case DialogState::Terminating:
    case DialogState::Terminated:
      return;  // it crossed our own final response
    case DialogState::Calling:
    case DialogState::Confirmed:
    case DialogState::Canceling:
      return note_unlawful(turn, "cancelled", kLegA);
  }
}

void cancel(Turn& turn, Attempt& attempt, const std::string& reason_header) {
  const LegId leg = attempt.leg.id;
  turn.disarm(leg, TimerKind::NoResponse);
  turn.disarm(leg, TimerKind::Ring);
  attempt.leg.dialog = DialogState::Canceling;
  turn.emit(SendCancel{leg, reason_header});
  turn.arm(leg, TimerKind::CancelWait, kCancelWait);
}

void on_cancel_wait(Turn& turn, Attempt& attempt) {
  if (attempt.leg.dialog == DialogState::Canceling && holds(Rule::ReleaseAfterCancelWait)) release(turn, attempt.leg);
}

void end_unwanted_dialog(Turn& turn, Attempt& attempt, const Answered& answered) {
  turn.disarm(attempt.leg.id, TimerKind::CancelWait);
  attempt.to_tag = answered.to_tag;
  attempt.status = answered.status;
  attempt.phrase = answered.phrase;
  attempt.answered = turn.context.wall;
  if (holds(Rule::AckLateAnswer)) acknowledge_in_vain(turn, attempt, answered.to_tag, offer_in(answered.body));
  attempt.leg.dialog = DialogState::Terminating;
  if (holds(Rule::ByeAfterCancelled200)) {
    send_bye(turn, attempt.leg, answered.to_tag, reason_header_for(attempt.cause, {}));
  }
}

}  // namespace tandem::call
