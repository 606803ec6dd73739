// Reliable provisional responses and their PRACKs, hop by hop. RFC 3262; R-129. Only where A's INVITE carried
// no offer do the two hops depend on each other: the target's offer goes to A, and A's PRACK brings the
// answer for ours.
#include <utility>

#include "call/rule.hpp"
#include "call/turn.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::call {

namespace {

void note_refused(Turn& turn, const Attempt& attempt, trunk::Reason why) {
  turn.emit(
      Note{log::Level::Warn,
           "early_media_refused",
           {{"leg", std::to_string(attempt.leg.id.value())}, {"reason", std::string(trunk::code(why))}}});
}

void reply(Turn& turn, const PrackReceived& prack, int status, std::vector<message::Header> headers = {}) {
  turn.emit(RespondToRequest{kLegA, prack.request, status, {}, std::move(headers)});
}

/// An offer in a PRACK (RFC 3262 §5) would change the session before it has begun: the answer that A has
/// stands.
void reply_without_exchange(Turn& turn, const PrackReceived& prack) {
  if (prack.body == Body{}) return reply(turn, prack, 200);
  const trunk::Reason why =
      prack.body.unsupported ? trunk::Reason::UnsupportedBody : trunk::Reason::RenegotiationRefused;
  std::vector<message::Header> headers{{"Reason", trunk::reason_header(why)}};
  if (prack.body.unsupported) {
    headers.push_back({"Accept", "application/sdp"});
    headers.push_back({"Accept-Encoding", "identity"});
  }
  reply(turn, prack, trunk::info(why).status, std::move(headers));
}

/// An early dialog whose offer has waited for A's answer gets it with its PRACK, and is heard.
void answer_early_offer(Turn& turn, Attempt& attempt, EarlyDialog& early, const Body& answer_of_a) {
  OfferAnswer before = attempt.leg.sdp;
  attempt.leg.sdp.remote = std::exchange(early.offer, std::nullopt);
  const auto passed = pass_answer(turn, answer_of_a, turn.call.a, attempt.leg);
  early.settled = passed.has_value();
  if (!passed) {
    // Another fork's, and A has chosen a codec that it does not know.
    const sdp::Session offer = *std::move(attempt.leg.sdp.remote);
    attempt.leg.sdp = std::move(before);
    return send_prack(turn, attempt, early, refusing_answer(turn.call, attempt.leg, offer));
  }
  attempt.to_tag = early.to_tag;
  send_prack(turn, attempt, early, sdp::print(*attempt.leg.sdp.local));
}

/// A's answer goes to where an offer waits for it: an early dialog, or a target that has answered meanwhile.
Expected<void, trunk::Reason> pass_on_answer_of_a(Turn& turn, const Body& body) {
  Call& call = turn.call;
  auto answer = description_in(body);
  if (!answer) return unexpected(answer.error());
  if (!answer->has_value()) return unexpected(trunk::Reason::BadAnswer);
  const auto audio = sdp::audio_of_answer(*call.a.sdp.local, **answer);
  if (!audio) return unexpected(reason_for(audio.error()));
  if (const auto agreed = sdp::negotiate(*call.a.sdp.local, **answer); !agreed)
    return unexpected(reason_for(agreed.error()));
  call.a.sdp.remote = std::move(**answer);
  call.a.sdp.state = OfferState::Stable;
  if (call.attempts.empty()) return {};
  Attempt& attempt = call.attempts.back();
  if (attempt.leg.dialog == DialogState::Answered) return answer_in_ack(turn, attempt);
  if (attempt.leg.dialog != DialogState::Early) return {};
  for (EarlyDialog& early : attempt.early) {
    if (early.offer) answer_early_offer(turn, attempt, early, body);
  }
  return {};
}

void take_answer_of_a(Turn& turn, const PrackReceived& prack) {
  reply(turn, prack, 200);  // RFC 3262 §3: it matches, whatever it says
  const auto passed = pass_on_answer_of_a(turn, prack.body);
  if (passed) return;
  turn.emit(Note{
      log::Level::Warn, "bad_answer", {{"leg", "0"}, {"reason", std::string(trunk::code(passed.error()))}}});
  clear(turn, Ending{cause_of(trunk::Reason::BadAnswer, 488), std::nullopt, {}});
}

/// Whether the PRACK that has just come acknowledges the response with the description.
bool acknowledges_description(Reliability& reliable) {
  --reliable.unacknowledged;
  return reliable.described > 0 && --reliable.described == 0;
}

/// Our answer did not reach the target: its dialog has no session, and will have none.
void fail_for_lost_answer(Turn& turn, Attempt& attempt) {
  const Verdict verdict = verdict_for(trunk::Reason::BadAnswer);
  switch (attempt.leg.dialog) {
    case DialogState::Early:
      cancel(turn, attempt, reason_header_for(verdict.cause, {}));
      return fail_attempt(turn, attempt, verdict);
    case DialogState::Confirmed:
      return clear(turn, Ending{cause_of(trunk::Reason::BadAnswer,
                                         turn.call.a.final_sent ? 200 : verdict.cause.status),
                                std::nullopt,
                                {}});
    case DialogState::Idle:
    case DialogState::Calling:
    case DialogState::Answered:
    case DialogState::Canceling:
    case DialogState::Terminating:
    case DialogState::Terminated:
      return;
  }
}

}  // namespace

config::Support reliability_of(const config::InCall& policy, const Terms& terms) {
  if (policy.reliable == config::Support::Off || !terms.supports_100rel) return config::Support::Off;
  return terms.requires_100rel ? config::Support::Required : policy.reliable;
}

void respond_early(Turn& turn, int status, std::string sdp) {
  Call& call = turn.call;
  Reliability& reliable = call.reliable;
  if (reliable.gave_description) sdp.clear();
  const bool required = reliable.towards_a == config::Support::Required;
  const bool reliably = required || (reliable.towards_a == config::Support::Supported && !sdp.empty());
  if (reliably) {
    // RFC 3262 §5: the first reliable response to an INVITE without an offer carries one, and there is none
    // yet.
    if (sdp.empty() && call.a.sdp.state == OfferState::Empty) return;
    if (sdp.empty() && reliable.unacknowledged >= kMaxUnacknowledged) return;
    ++reliable.unacknowledged;
    if (!sdp.empty()) {
      reliable.described = reliable.unacknowledged;
      reliable.gave_description = true;
    }
  }
  call.a.dialog = DialogState::Early;
  turn.emit(RespondToInvite{status, {}, std::move(sdp), {}, reliably ? Delivery::Reliable : Delivery::Plain});
}

config::Support reliability_towards(const Call& call, const Attempt& attempt) {
  const config::InCall& policy = policy_of(call, attempt.leg).in_call;
  if (attempt.offered) return policy.reliable;
  // A reliable response to an INVITE without an offer brings one, and its PRACK wants A's answer: A must be
  // able to give it, and be allowed to hear it.
  const bool tied =
      call.reliable.towards_a != config::Support::Off && policy.early_media == config::EarlyMedia::Relay;
  return tied ? policy.reliable : config::Support::Off;
}

bool is_in_order(const EarlyDialog& early, std::uint32_t rseq) {
  return !early.rseq || !holds(Rule::PrackInOrder) || rseq == *early.rseq + 1;
}

void send_prack(Turn& turn, Attempt& attempt, const EarlyDialog& early, std::string answer) {
  ++attempt.pracks;
  if (!answer.empty()) ++attempt.answering_pracks;
  turn.emit(SendPrack{attempt.leg.id, early.to_tag, *early.rseq, std::move(answer)});
}

bool take_early_offer(Turn& turn, Attempt& attempt, EarlyDialog& early, const Body& body) {
  Call& call = turn.call;
  auto offer = description_in(body);
  if (!offer || !offer->has_value() || early.settled) {
    send_prack(turn, attempt, early, {});
    return false;
  }
  const bool may = reliability_towards(call, attempt) !=
                   config::Support::Off;  // else the target was not told that it could
  if (may && call.a.sdp.state == OfferState::Empty) {
    if (const auto passed = take_offer(call, body, attempt.leg, call.a); !passed) {
      note_refused(turn, attempt, passed.error());
      send_prack(turn, attempt, early, refusing_answer(call, attempt.leg, **offer));
      return false;
    }
    early.offer = std::move(*offer);
    return true;
  }
  if (!may) {
    send_prack(turn, attempt, early, refusing_answer(call, attempt.leg, **offer));
    return false;
  }
  early.offer = std::move(*offer);
  // A fork beside another, or the next target: A has its offer already. Its answer serves here too, now or
  // when it comes.
  if (call.a.sdp.state == OfferState::Stable) {
    answer_early_offer(turn, attempt, early, Body{sdp::print(*call.a.sdp.remote), false});
  }
  return false;
}

void on_prack(Turn& turn, const PrackReceived& prack) {
  Call& call = turn.call;
  const bool open = call.a.dialog == DialogState::Early;
  if (!open || call.reliable.unacknowledged == 0) {
    const bool over = call.a.dialog == DialogState::Terminating || call.a.dialog == DialogState::Terminated;
    if (!over) note_unlawful(turn, "prack_received", kLegA);
    return reply(turn, prack, 481);
  }
  const bool described = acknowledges_description(call.reliable);
  if (described && call.a.sdp.state == OfferState::LocalOffer) {
    take_answer_of_a(turn, prack);
  } else {
    if (described) call.a.sdp.state = OfferState::Stable;
    reply_without_exchange(turn, prack);
  }
  const bool due = call.reliable.answer_waits && call.reliable.unacknowledged == 0;
  if (due && call.a.dialog == DialogState::Early && call.a.sdp.state == OfferState::Stable) answer_a(turn);
}

void on_prack_timed_out(Turn& turn) {
  Call& call = turn.call;
  const bool over = call.a.dialog == DialogState::Terminating || call.a.dialog == DialogState::Terminated;
  if (over) return;
  if (call.reliable.unacknowledged == 0) return note_unlawful(turn, "prack_timed_out", kLegA);
  if (!holds(Rule::EndWithoutPrack)) return;
  clear(turn, Ending{verdict_for(trunk::Reason::PrackMissing).cause, std::nullopt, {}});  // RFC 3262 §3: 5xx
}

void on_prack_finished(Turn& turn, const PrackFinished& finished) {
  Attempt* attempt = find_attempt(turn.call, finished.leg);
  if (attempt == nullptr || attempt->pracks == 0) return note_unlawful(turn, "prack_finished", finished.leg);
  // Which of several has ended nobody says: as long as one without an answer is among them, the answer may
  // have arrived.
  const bool answering = attempt->answering_pracks == attempt->pracks;
  --attempt->pracks;
  if (answering) --attempt->answering_pracks;
  if (finished.status < 300) return;
  turn.emit(
      Note{log::Level::Warn,
           "prack_refused",
           {{"leg", std::to_string(finished.leg.value())}, {"status", std::to_string(finished.status)}}});
  if (answering) fail_for_lost_answer(turn, *attempt);
}

}  // namespace tandem::call
