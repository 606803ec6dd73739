// From A's INVITE to ours: its offer is read, media is opened, the first target is dialled.
#include "call/rule.hpp"
#include "call/turn.hpp"
#include "tandem/message/message.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::call {

namespace {

void refuse(Turn& turn, trunk::Reason reason) {
  clear(turn, Ending{verdict_for(reason).cause, std::nullopt, {}});
}

}  // namespace

std::uint64_t new_session_id(Random& random) { return 1 + random.below(0x7fffffff); }

void respond_finally(Turn& turn, RespondToInvite response) {
  if (turn.call.a.final_sent && holds(Rule::SingleFinalToA)) return;
  turn.call.a.final_sent = true;
  turn.emit(std::move(response));
}

void on_invited(Turn& turn, const Invited& invited) {
  Call& call = turn.call;
  call.admission = invited.admission;
  call.facts.call_id = invited.call_id;
  call.facts.source = invited.source;
  call.facts.listener = invited.listener;
  call.facts.started = turn.context.wall;
  call.a.id = kLegA;
  call.a.side = Side::A;
  remember(call.a, invited.terms);
  call.a.sdp.session_id = new_session_id(turn.context.random);
  call.a.sdp.version = 1;
  turn.emit(RespondToInvite{100, {}, {}, {}});

  auto offer = description_in(invited.body);
  if (!offer) return refuse(turn, offer.error());
  if (offer->has_value()) {
    const auto audio = sdp::audio_of_offer(**offer);
    if (!audio) return refuse(turn, reason_for(audio.error()));
    call.a.sdp.remote = std::move(*offer);
    call.a.sdp.state = OfferState::RemoteOffer;
  }
  if (call.admission.plan.targets.empty()) return refuse(turn, trunk::Reason::NoTarget);
  call.media_asked = MediaAsked::Open;
  turn.emit(OpenMedia{});
}

void on_refused(Turn& turn, const Refused& refused) {
  Call& call = turn.call;
  const trunk::Refusal& refusal = refused.refusal;
  call.admission.trunk = refusal.trunk;
  call.admission.calling_received = refusal.calling_received;
  call.admission.called_received = refusal.called_received;
  call.facts.call_id = refused.call_id;
  call.facts.source = refused.source;
  call.facts.listener = refused.listener;
  call.facts.started = turn.context.wall;
  const Cause cause = cause_of(refusal.reason, refusal.status);
  RespondToInvite response{refusal.status, {}, {}, refusal.headers};
  // LAW 3: an unknown source gets no detail.
  if (refusal.identified) response.headers.push_back({"Reason", reason_header_for(cause, {})});
  respond_finally(turn, std::move(response));
  clear(turn, Ending{cause, std::nullopt, {}});
}

void on_media_ready(Turn& turn, const MediaReady& ready) {
  Call& call = turn.call;
  if (call.media_asked != MediaAsked::Open) return note_unlawful(turn, "media_ready", kLegA);
  call.media_asked = MediaAsked::Nothing;
  call.media_open = true;
  call.media_a = ready.towards_a;
  call.media_b = ready.towards_b;
  if (call.stage == Stage::Routing) {
    call.stage = Stage::Dialing;
    dial(turn, 0);
  }
}

void on_media_refused(Turn& turn, const MediaRefused& refused) {
  if (turn.call.media_asked != MediaAsked::Open) return note_unlawful(turn, "media_refused", kLegA);
  turn.call.media_asked = MediaAsked::Nothing;
  if (turn.call.stage == Stage::Routing) refuse(turn, refused.reason);
}

void send_invite(Turn& turn, Attempt& attempt) {
  attempt.leg.dialog = DialogState::Calling;
  std::string offer = attempt.offered ? sdp::print(*attempt.leg.sdp.local) : std::string{};
  turn.emit(SendInvite{attempt.leg.id, attempt.target, attempt.to, std::move(offer), attempt.more_headers});
  if (holds(Rule::ArmNoResponse)) {
    turn.arm(attempt.leg.id, TimerKind::NoResponse, target_of(turn.call, attempt).no_response_timeout);
  }
}

}  // namespace tandem::call
