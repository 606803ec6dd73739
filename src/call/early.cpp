// 100 and 18x of a target: timers, ringing and early media towards A.; RFC 3261 §13.2.2.1, RFC 3960.
#include <algorithm>

#include "call/rule.hpp"
#include "call/turn.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::call {

/// any response at all, 100 too, shows that the target lives; from its first one it may ring as long as the plan
/// says, and a later one does not give it more time.
void note_life(Turn& turn, const Attempt& attempt) {
  const LegId leg = attempt.leg.id;
  if (turn.call.deadlines.erase({leg, TimerKind::NoResponse}) == 0) return;
  if (holds(Rule::ArmRing)) turn.arm(leg, TimerKind::Ring, target_of(turn.call, attempt).ring_timeout);
}

/// The early dialog of that To-tag, made if there is room; nullptr where a peer forks without end.
EarlyDialog* early_dialog(Attempt& attempt, const std::string& to_tag) {
  const auto found = std::find_if(attempt.early.begin(), attempt.early.end(),
                                  [&](const EarlyDialog& dialog) { return dialog.to_tag == to_tag; });
  if (found != attempt.early.end()) return &*found;
  if (attempt.early.size() == kMaxEarlyDialogs) return nullptr;
  attempt.early.push_back({to_tag, std::nullopt});
  return &attempt.early.back();
}

namespace {

/// Early media: the target's description re-points the media inside us. True if A may be told our answer with it.
/// Our INVITE must have carried the offer: an unreliable 18x can hold an answer, never an offer (RFC 3261 §13.2.1).
bool follow_early_media(Turn& turn, Attempt& attempt, EarlyDialog& dialog, const Body& body) {
  if (body.sdp.empty() || !attempt.offered) return false;
  auto answer = description_in(body);
  const bool repeated = answer && dialog.answer == *answer && attempt.to_tag == dialog.to_tag;
  if (repeated) return true;
  Expected<void, trunk::Reason> followed = unexpected(trunk::Reason::SdpMalformed);
  if (answer) followed = follow_answer(turn, attempt, **answer);
  if (!followed) {
    // The 200 may still bring a good one; until then A hears what it heard before.
    turn.emit(Note{log::Level::Warn,
                   "early_media_refused",
                   {{"leg", std::to_string(attempt.leg.id.value())}, {"reason", std::string(trunk::code(followed.error()))}}});
    return false;
  }
  dialog.answer = std::move(*answer);
  attempt.to_tag = dialog.to_tag;
  return true;
}

}  // namespace

/// 180 to 183 cross the bridge; 100 is hop by hop, and 199 (RFC 6228) tells of one fork, which A does not see.
bool crosses(int status) { return status >= 180 && status <= 183; }

void on_provisional(Turn& turn, Attempt& attempt, const Answered& answered) {
  const DialogState dialog = attempt.leg.dialog;
  // A cancelled target may still ring, and one that has answered may be overtaken by its own 180: neither says anything new.
  if (dialog != DialogState::Calling && dialog != DialogState::Early) return;
  note_life(turn, attempt);
  if (answered.status == 100 || answered.to_tag.empty()) return;
  attempt.leg.dialog = DialogState::Early;
  if (!crosses(answered.status)) return;

  EarlyDialog* early = early_dialog(attempt, answered.to_tag);
  const bool with_answer = early != nullptr && follow_early_media(turn, attempt, *early, answered.body);
  if (attempt.to_tag.empty()) attempt.to_tag = answered.to_tag;
  if (answered.status == 180) {
    attempt.ringing_relayed = true;
    if (!attempt.rang) attempt.rang = turn.context.wall;
    if (!turn.call.facts.rang) turn.call.facts.rang = turn.context.wall;
  }
  turn.call.a.dialog = DialogState::Early;
  turn.emit(RespondToInvite{answered.status, {}, with_answer ? sdp::print(*turn.call.a.sdp.local) : std::string{}, {}});
}

}  // namespace tandem::call
