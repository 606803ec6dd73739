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

EarlyDialog* find_early(Attempt& attempt, const std::string& to_tag) {
  const auto found = std::find_if(attempt.early.begin(), attempt.early.end(),
                                  [&](const EarlyDialog& dialog) { return dialog.to_tag == to_tag; });
  return found == attempt.early.end() ? nullptr : &*found;
}

EarlyDialog* early_dialog(Attempt& attempt, const std::string& to_tag) {
  if (EarlyDialog* known = find_early(attempt, to_tag)) return known;
  if (attempt.early.size() == kMaxEarlyDialogs) return nullptr;
  attempt.early.emplace_back().to_tag = to_tag;
  return &attempt.early.back();
}

namespace {

/// The answer that counts in this dialog: where one came reliably, no later one does (RFC 3261 §13.2.1).
Expected<std::optional<sdp::Session>, trunk::Reason> answer_in(const EarlyDialog& dialog, const Body& body) {
  if (dialog.settled && !body.sdp.empty()) return dialog.answer;
  return description_in(body);
}

/// Early media: the target's description re-points the media inside us. True if A may be told our answer with it.
bool follow_early_media(Turn& turn, Attempt& attempt, EarlyDialog& dialog, const Body& body) {
  auto answer = answer_in(dialog, body);
  const bool repeated = answer && dialog.answer == *answer && attempt.to_tag == dialog.to_tag;
  if (repeated) return true;
  Expected<void, trunk::Reason> followed = unexpected(trunk::Reason::SdpMalformed);
  if (answer) followed = follow_answer(turn, attempt, **answer);
  if (!followed) {
    // The 200 may still bring a good one; until then A hears what it heard before.
    turn.emit(Note{log::Level::Warn,
                   "early_media_refused",
                   {{"leg", std::to_string(attempt.leg.id.value())},
                    {"reason", std::string(trunk::code(followed.error()))}}});
    return false;
  }
  dialog.answer = std::move(*answer);
  attempt.to_tag = dialog.to_tag;
  return true;
}

enum class Shown : std::uint8_t { Nothing, Description };

/// What a description in an 18x comes to: our INVITE carried the offer, so that it is an answer, whether it
/// came reliably or not; an offer is one only where it came reliably (RFC 3261 §13.2.1, RFC 3262 §5).
Shown take_description(Turn& turn, Attempt& attempt, EarlyDialog& dialog, const Answered& answered) {
  const bool reliably = answered.rseq.has_value();
  if (!attempt.offered) {
    const bool shown = reliably && take_early_offer(turn, attempt, dialog, answered.body);
    return shown ? Shown::Description : Shown::Nothing;
  }
  if (reliably) send_prack(turn, attempt, dialog, {});
  if (answered.body.sdp.empty()) return Shown::Nothing;
  if (policy_of(turn.call, attempt.leg).in_call.early_media != config::EarlyMedia::Relay) {
    if (auto kept = offer_in(answered.body); kept && !dialog.settled) dialog.answer = std::move(kept);
    dialog.settled = dialog.settled || (reliably && dialog.answer);
    return Shown::Nothing;
  }
  if (!follow_early_media(turn, attempt, dialog, answered.body)) return Shown::Nothing;
  dialog.settled = dialog.settled || reliably;
  attempt.leg.sdp.state = dialog.settled ? OfferState::Stable : OfferState::LocalOffer;
  return Shown::Description;
}

/// The response as A hears it by the early-media policy of the side that sent it; none: not at all.
std::optional<int> heard_as(config::EarlyMedia policy, const Answered& answered) {
  if (answered.status != 183 || policy == config::EarlyMedia::Relay) return answered.status;
  if (policy == config::EarlyMedia::Ignore) return std::nullopt;
  return answered.body.sdp.empty() ? 183
                                   : 180;  // its announcement is not heard: the caller's own phone rings
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
  if (!crosses(answered.status) && !answered.rseq) return;

  EarlyDialog* early = early_dialog(attempt, answered.to_tag);
  if (answered.rseq) {
    if (early == nullptr || !is_in_order(*early, *answered.rseq)) return;
    early->rseq = answered.rseq;
  }
  const Shown shown = early == nullptr ? Shown::Nothing : take_description(turn, attempt, *early, answered);
  if (!crosses(answered.status)) return;
  if (attempt.to_tag.empty()) attempt.to_tag = answered.to_tag;
  if (attempt.to_tag == answered.to_tag) remember(attempt.leg, answered.terms);
  if (answered.status == 180) {
    attempt.ringing_relayed = true;
    if (!attempt.rang) attempt.rang = turn.context.wall;
    if (!turn.call.facts.rang) turn.call.facts.rang = turn.context.wall;
  }
  const auto status = heard_as(policy_of(turn.call, attempt.leg).in_call.early_media, answered);
  if (!status) return;
  respond_early(turn, *status,
                shown == Shown::Description ? sdp::print(*turn.call.a.sdp.local) : std::string{});
}

}  // namespace tandem::call
