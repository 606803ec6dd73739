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

/// Why the INVITE cannot be taken as it is, and the header that tells A what would do.
struct Objection {
  trunk::Reason reason;
  message::Header cure;
};

/// RFC 3261 §8.2.2.3, RFC 3262 §3, RFC 4028 §9: what A insists on, and what its trunk or carrier does.
std::optional<Objection> objection_to(const Call& call, const Terms& terms) {
  using config::Support;
  const config::InCall& policy = policy_of(call, call.a).in_call;
  const Support timer = policy.session_timer.support;
  if (terms.requires_100rel && policy.reliable == Support::Off)
    return Objection{trunk::Reason::ExtensionRequired, {"Unsupported", "100rel"}};
  if (terms.requires_timer && timer == Support::Off)
    return Objection{trunk::Reason::ExtensionRequired, {"Unsupported", "timer"}};
  if (policy.reliable == Support::Required && !terms.supports_100rel)
    return Objection{trunk::Reason::ExtensionMissing, {"Require", "100rel"}};
  if (timer == Support::Required && !terms.supports_timer)
    return Objection{trunk::Reason::ExtensionMissing, {"Require", "timer"}};
  if (const auto least = too_brief(call, call.a, terms))
    return Objection{trunk::Reason::SessionTooBrief, {"Min-SE", std::to_string(least->count())}};
  return std::nullopt;
}

void object(Turn& turn, Objection objection) {
  const Cause cause = verdict_for(objection.reason).cause;
  respond_finally(turn, RespondToInvite{cause.status,
                                        {},
                                        {},
                                        {std::move(objection.cure), {"Reason", reason_header_for(cause, {})}},
                                        Delivery::Plain});
  clear(turn, Ending{cause, std::nullopt, {}});
}

/// Option tags of our INVITE, and the session that it asks for.
std::vector<message::Header> headers_of_invite(const Call& call, const Attempt& attempt) {
  using config::Support;
  std::vector<message::Header> headers = attempt.credentials;
  const Support reliable = reliability_towards(call, attempt);
  const Support timer = policy_of(call, attempt.leg).in_call.session_timer.support;
  std::string supported, required;
  const auto name = [&](Support support, std::string_view tag) {
    if (support == Support::Off) return;
    std::string& list = support == Support::Required ? required : supported;
    list.append(list.empty() ? "" : ", ").append(tag);
  };
  name(reliable, "100rel");
  name(timer, "timer");
  if (!supported.empty()) headers.push_back({"Supported", std::move(supported)});
  if (!required.empty()) headers.push_back({"Require", std::move(required)});
  for (message::Header& row : session_headers_of_invite(call, attempt)) headers.push_back(std::move(row));
  return headers;
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
  call.a.terms = invited.terms;
  call.reliable.towards_a = reliability_of(policy_of(call, call.a).in_call, invited.terms);
  turn.emit(RespondToInvite{100, {}, {}, {}});
  if (auto objection = objection_to(call, invited.terms)) return object(turn, std::move(*objection));

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
  turn.emit(SendInvite{attempt.leg.id, attempt.target, attempt.to, std::move(offer),
                       headers_of_invite(turn.call, attempt)});
  if (holds(Rule::ArmNoResponse)) {
    turn.arm(attempt.leg.id, TimerKind::NoResponse, target_of(turn.call, attempt).no_response_timeout);
  }
}

}  // namespace tandem::call
