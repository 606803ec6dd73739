// What follows by itself once a call clears: media closed, record written, BYEs answered, legs let go, the end. A call is
// finished for its peers only when its record is safe, so our 200 to a BYE waits for the writer, though not for ever.
#include "call/rule.hpp"
#include "call/turn.hpp"

namespace tandem::call {

namespace {

/// Also media that became ready only after the end began.
void close_media(Turn& turn) {
  Call& call = turn.call;
  if (!call.media_open || call.media_asked != MediaAsked::Nothing || !holds(Rule::CloseMedia)) return;
  call.media_asked = MediaAsked::Close;
  turn.emit(CloseMedia{});
}

void record(Turn& turn) {
  Call& call = turn.call;
  const bool media_gone = !call.media_open && call.media_asked == MediaAsked::Nothing;
  const bool asked = call.record != RecordStage::None && holds(Rule::RecordOnce);
  if (!media_gone || asked || call.record == RecordStage::Written) return;
  call.record = RecordStage::Asked;
  if (holds(Rule::RecordEveryAttempt)) {
    for (const Attempt& attempt : call.attempts) turn.emit(RecordAttempt{attempt.leg.id});
  }
  turn.emit(RecordCall{});
}

/// The response may still be a 2xx, which wants its ACK.
bool is_asked(const Leg& leg) { return leg.asking && holds(Rule::ReleaseAfterOffer); }

/// A leg on which BYEs went either way has ended when each has its answer, and so has what we asked there before.
void release_if_ended(Turn& turn, Leg& leg) {
  const bool ended = leg.dialog == DialogState::Terminating && leg.byes_in_flight == 0 && !leg.bye_to_answer && !is_asked(leg);
  if (ended && holds(Rule::ReleaseEndedLegs)) release(turn, leg);
}

template <class Visit>
void for_each_leg(Call& call, Visit visit) {
  visit(call.a);
  for (Attempt& attempt : call.attempts) visit(attempt.leg);
}

bool every_leg_has_ended(Call& call) {
  bool ended = true;
  for_each_leg(call, [&](const Leg& leg) { ended = ended && leg.dialog == DialogState::Terminated; });
  return ended;
}

}  // namespace

void settle(Turn& turn) {
  Call& call = turn.call;
  const bool clearing = call.stage == Stage::Clearing;
  if (clearing) {
    close_media(turn);
    record(turn);
  }
  for_each_leg(call, [&](Leg& leg) {
    if (call.record == RecordStage::Written || !holds(Rule::WaitForRecord)) answer_bye(turn, leg);
    release_if_ended(turn, leg);
  });
  if (!clearing || call.record != RecordStage::Written || !every_leg_has_ended(call)) return;
  call.stage = Stage::Done;
  call.deadlines.clear();
  turn.emit(Retire{});
}

void on_media_closed(Turn& turn, const MediaClosed& closed) {
  if (turn.call.media_asked != MediaAsked::Close) return note_unlawful(turn, "media_closed", kLegA);
  turn.call.media_asked = MediaAsked::Nothing;
  turn.call.media_open = false;
  turn.call.facts.media = closed.report;
}

void on_record_written(Turn& turn) {
  if (turn.call.record != RecordStage::Asked) return note_unlawful(turn, "record_written", kLegA);
  turn.call.record = RecordStage::Written;
}

void answer_bye(Turn& turn, Leg& leg) {
  if (!leg.bye_to_answer) return;
  turn.disarm(leg.id, TimerKind::Record);
  turn.emit(RespondToRequest{leg.id, *leg.bye_to_answer, 200, {}, {}});
  leg.bye_to_answer.reset();
}

void release(Turn& turn, Leg& leg) {
  if (is_asked(leg) || leg.bye_to_answer) {
    leg.dialog = DialogState::Terminating;  // settle() lets it go
    return;
  }
  leg.dialog = DialogState::Terminated;
  turn.emit(ReleaseLeg{leg.id});
}

}  // namespace tandem::call
