// Renegotiation over the bridge: one side asks, the other is asked, and what comes back decides for both. One
// exchange a call, one open request of ours a leg. RFC 3261 §14, RFC 3264 §8, RFC 3311, RFC 5407 §3.
#include <algorithm>

#include "call/rule.hpp"
#include "call/turn.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::call {

namespace {

using trunk::Reason;

/// A peer that says when to come back is believed up to here; the asker waits meanwhile.
constexpr int kLongestRetryAfter = 10;

Leg& asked_leg(Call& call) { return *find_leg(call, call.exchange->asked); }
Leg* asker_leg(Call& call) { return call.exchange->asker ? find_leg(call, *call.exchange->asker) : nullptr; }

/// The asker still waits for our final response.
bool asker_waits(const Exchange& exchange) {
  return exchange.request && exchange.stage != ExchangeStage::AwaitingAck;
}

/// Only the version stays: its numbers are used up (RFC 3264 §8).
void revert(OfferAnswer& now, const OfferAnswer& before) {
  const std::uint64_t version = now.version;
  now = before;
  now.version = version;
}

void refuse_asker(Turn& turn, Reply reply) {
  Exchange& exchange = *turn.call.exchange;
  if (!asker_waits(exchange)) return;
  turn.emit(RespondToRequest{*exchange.asker, *exchange.request, reply.status, std::move(reply.sdp),
                             std::move(reply.headers)});
  exchange.request.reset();
}

/// The exchange has come to nothing: both sessions are as they were.
void fail(Turn& turn, Reply reply) {
  refuse_asker(turn, std::move(reply));
  roll_back(turn);
  close_exchange(turn);
}

void note_unusable(Turn& turn, const Leg& leg, Reason why) {
  turn.emit(Note{log::Level::Warn,
                 "answer_unusable",
                 {{"leg", std::to_string(leg.id.value())}, {"reason", std::string(trunk::code(why))}}});
}

/// Our side of the session as it was, in answer to an offer in a 2xx that leads nowhere; where it does not
/// fit, a refusal of every stream. True: the peer has the session that it had.
bool acknowledge_with_old_session(Turn& turn, Leg& leg, const std::optional<sdp::Session>& before,
                                  const std::optional<sdp::Session>& offer) {
  if (!offer || !holds(Rule::AnswerOfferInAck)) {
    send_ack(turn, leg, {});
    return true;
  }
  const bool fits = before && fits_as_answer(*before, *offer);
  send_ack(turn, leg, fits ? sdp::print(*before) : refusing_answer(turn.call, leg, *offer));
  return fits;
}

/// A 2xx that nobody wants any more. True: the peer's session is another than ours now.
bool acknowledge_unwanted(Turn& turn, Leg& leg, const Asking& asking,
                          const std::optional<sdp::Session>& before, const Body& body) {
  if (asking.method == OfferMethod::Update) return asking.offered;
  if (!holds(Rule::AckReInvite)) return false;
  if (!asking.offered) return !acknowledge_with_old_session(turn, leg, before, offer_in(body));
  send_ack(turn, leg, {});
  return true;
}

/// RFC 3261 §12.2.1.2: the peer knows the dialog no more, or is not there.
bool is_lost(const OfferAnswered& answered) {
  return answered.by_stack || answered.status == 408 || answered.status == 481;
}

void clear_lost(Turn& turn) {
  const bool answered = turn.call.a.final_sent;
  clear(turn, Ending{cause_of(Reason::DialogLost, answered ? 200 : 480), std::nullopt, {}});
}

/// The exchange that this request belonged to is gone: the call clears, or its other leg has ended.
void finish_orphan(Turn& turn, Leg& leg, const Asking& asking, const OfferAnswered& answered) {
  const bool has_part = leg.dialog == DialogState::Confirmed && other_leg(turn.call, leg) != nullptr;
  if (is_lost(answered) && has_part && holds(Rule::ClearLostDialog)) return clear_lost(turn);
  if (answered.status >= 300) return;
  const bool changed = acknowledge_unwanted(turn, leg, asking, leg.sdp.local, answered.body);
  if (changed && turn.call.stage != Stage::Clearing) restore_session(turn, leg);
}

/// The asker has cancelled, and the other side has accepted all the same.
void finish_withdrawn(Turn& turn, Leg& leg, const Asking& asking, const OfferAnswered& answered) {
  const bool changed =
      acknowledge_unwanted(turn, leg, asking, turn.call.exchange->asked_before.local, answered.body);
  roll_back(turn);
  close_exchange(turn);
  if (changed && holds(Rule::RestoreAfterCancel)) restore_session(turn, leg);
}

/// The other side's answer becomes ours to the asker.
void finish_relayed(Turn& turn, Leg& leg, const OfferAnswered& answered) {
  Exchange& exchange = *turn.call.exchange;
  Leg& asker = *asker_leg(turn.call);
  if (exchange.method == OfferMethod::Invite && holds(Rule::AckReInvite)) send_ack(turn, leg, {});
  if (auto passed = pass_answer(turn, answered.body, leg, asker); !passed) {
    note_unusable(turn, leg, passed.error());
    fail(turn, {488, {}, {{"Reason", trunk::reason_header(passed.error())}}});
    return restore_session(turn, leg);
  }
  accept_offer(turn, asker, *exchange.request, exchange.asked_by, sdp::print(*asker.sdp.local));
  close_exchange(turn);
}

/// The other side's offer goes to the asker in our 200; the other side's ACK waits for the asker's answer.
void pass_late_offer(Turn& turn, Leg& leg, const OfferAnswered& answered) {
  Exchange& exchange = *turn.call.exchange;
  Leg& asker = *asker_leg(turn.call);
  if (auto taken = take_offer(turn.call, answered.body, leg, asker); !taken) {
    note_unusable(turn, leg, taken.error());
    const bool as_it_was =
        acknowledge_with_old_session(turn, leg, exchange.asked_before.local, offer_in(answered.body));
    fail(turn, {488, {}, {{"Reason", trunk::reason_header(taken.error())}}});
    return as_it_was ? void() : restore_session(turn, leg);
  }
  accept_offer(turn, asker, *exchange.request, OfferMethod::Invite, sdp::print(*asker.sdp.local));
  exchange.stage = ExchangeStage::AwaitingAck;
}

void on_accepted(Turn& turn, Leg& leg, const Asking& asking, const OfferAnswered& answered) {
  const Exchange& exchange = *turn.call.exchange;
  if (exchange.stage == ExchangeStage::Withdrawn) return finish_withdrawn(turn, leg, asking, answered);
  if (exchange.kind != ExchangeKind::Relay) return own_offer_accepted(turn, leg, answered);
  return exchange.offered ? finish_relayed(turn, leg, answered) : pass_late_offer(turn, leg, answered);
}

/// The request again with credentials, once (RFC 3261 §22.2).
bool answer_challenge(Turn& turn, Leg& leg, const OfferAnswered& answered) {
  Exchange& exchange = *turn.call.exchange;
  const Attempt* attempt = find_attempt(turn.call, leg.id);
  if ((exchange.authorized && holds(Rule::AuthorizeOfferOnce)) || attempt == nullptr) return false;
  auto credentials =
      credentials_for(turn, *attempt, answered.status, answered.challenges, to_string(exchange.method));
  if (!credentials) return false;
  exchange.authorized = true;
  exchange.credentials = {*std::move(credentials)};
  ask(turn, leg);
  return true;
}

/// RFC 3261 §14.1: who made the Call-ID waits longer, so that the two do not meet again. B legs' is ours.
Duration glare_wait(Turn& turn, const Leg& leg) {
  constexpr std::chrono::milliseconds kUnit{10};
  const bool ours = leg.id != kLegA;
  const std::uint64_t units = ours ? 210 + turn.context.random.below(191) : turn.context.random.below(201);
  return units * kUnit;
}

/// 491, and 500 with a near Retry-After (§14.2): tried again while the asker waits, once.
bool back_off(Turn& turn, Leg& leg, const OfferAnswered& answered) {
  Exchange& exchange = *turn.call.exchange;
  const bool busy =
      answered.status == 500 && answered.retry_after_s && *answered.retry_after_s <= kLongestRetryAfter;
  if ((answered.status != 491 && !busy) || (exchange.repeated && holds(Rule::RepeatOfferOnce))) return false;
  exchange.stage = ExchangeStage::BackingOff;
  const Duration wait =
      busy ? std::chrono::seconds(std::max(*answered.retry_after_s, 0)) : glare_wait(turn, leg);
  turn.arm(leg.id, TimerKind::Glare, wait);
  return true;
}

/// What the asker is told of the other side's refusal: its word, but for what means something at that hop
/// alone.
Reply refusal_for(const OfferAnswered& answered) {
  const Cause cause = verdict_for_status(answered.status, {}).cause;
  const bool glare = answered.status == 491;
  return {glare ? 491 : cause.status, {}, {{"Reason", reason_header_for(cause, {})}}};
}

void on_refused(Turn& turn, Leg& leg, const OfferAnswered& answered) {
  const Exchange& exchange = *turn.call.exchange;
  if (exchange.kind == ExchangeKind::Refresh && is_lost(answered)) return own_offer_refused(turn, leg, answered);
  if (is_lost(answered) && holds(Rule::ClearLostDialog)) return clear_lost(turn);
  if (exchange.stage == ExchangeStage::Asked) {
    if (is_challenge(answered.status) && answer_challenge(turn, leg, answered)) return;
    if (back_off(turn, leg, answered)) return;
  }
  if (exchange.kind != ExchangeKind::Relay) return own_offer_refused(turn, leg, answered);
  fail(turn, refusal_for(answered));
}

void complete_late_exchange(Turn& turn, const Acked& acked, Leg& asker) {
  Leg& asked = asked_leg(turn.call);
  if (auto passed = pass_answer(turn, acked.body, asker, asked); passed) {
    send_ack(turn, asked, sdp::print(*asked.sdp.local));
    return close_exchange(turn);
  } else {
    note_unusable(turn, asker, passed.error());
  }
  clear(turn,
        Ending{cause_of(Reason::BadAnswer, 200), std::nullopt, {}});  // the asked side gets its ACK there
}

void cancel_asking(Turn& turn, Leg& leg) {
  if (!leg.asking || leg.asking->method != OfferMethod::Invite || leg.asking->cancelled) return;
  if (!holds(Rule::CancelPendingOffer)) return;
  leg.asking->cancelled = true;
  turn.emit(SendCancel{leg.id, {}});
}

bool is_dying(const Leg& leg) {
  return leg.dialog == DialogState::Terminating || leg.dialog == DialogState::Terminated;
}

/// The ACK of that request is awaited by the exchange, because it brings the answer.
bool awaits_ack(const Call& call, LegId leg, RequestId request) {
  return call.exchange && call.exchange->stage == ExchangeStage::AwaitingAck && call.exchange->asker == leg &&
         call.exchange->request == request;
}

/// The asked side's 2xx, whose offer will get no answer from the asker. True: its session is another than
/// ours now.
bool acknowledge_unanswered(Turn& turn) {
  Leg& asked = asked_leg(turn.call);
  return !acknowledge_with_old_session(turn, asked, turn.call.exchange->asked_before.local, asked.sdp.remote);
}

/// The stack had answered the CANCEL with 487 when our 200 came to it, so the 200 was not sent.
void unsay_acceptance(Turn& turn, Leg& asker, RequestId request) {
  if (!awaits_ack(turn.call, asker.id, request)) return refresh_session(turn, asker);
  Leg& asked = asked_leg(turn.call);
  const bool changed = acknowledge_unanswered(turn);
  roll_back(turn);
  close_exchange(turn);
  if (changed) restore_session(turn, asked);
}

}  // namespace

void close_exchange(Turn& turn) {
  turn.disarm(turn.call.exchange->asked, TimerKind::Glare);
  turn.call.exchange.reset();
}

void roll_back(Turn& turn) {
  const Exchange& exchange = *turn.call.exchange;
  if (!holds(Rule::RollBackRejectedOffer)) return;
  revert(asked_leg(turn.call).sdp, exchange.asked_before);
  if (Leg* asker = asker_leg(turn.call)) revert(asker->sdp, exchange.asker_before);
}

std::optional<OfferMethod> way_to_ask(const Call& call, const Leg& leg, OfferMethod wished) {
  if (leg.asking || leg.sdp.state != OfferState::Stable) return std::nullopt;
  // Our answer has gone out, and neither PRACK nor ACK has said that it came (RFC 3311 §5.1): it may be lost, and what
  // overtakes it would be its own predecessor.
  const bool unconfirmed = leg.dialog == DialogState::Answered || (leg.id == kLegA && call.reliable.answer_waits);
  if (unconfirmed && holds(Rule::NoOfferOverLostAnswer)) return std::nullopt;
  const bool confirmed = leg.dialog == DialogState::Confirmed;
  const bool open = confirmed || leg.dialog == DialogState::Early || leg.dialog == DialogState::Answered;
  if (wished == OfferMethod::Update && open && leg.terms.allows_update) return OfferMethod::Update;
  // RFC 3261 §14.1: no re-INVITE while another INVITE transaction of the dialog is in progress.
  if (confirmed && (leg.unacked.empty() || !holds(Rule::NoOfferBeforeAck))) return OfferMethod::Invite;
  return std::nullopt;
}

void ask(Turn& turn, Leg& leg) {
  const Exchange& exchange = *turn.call.exchange;
  leg.asking = Asking{exchange.method, exchange.offered};
  const std::vector<message::Header> of_session = session_headers_of_offer(turn.call, leg);
  std::vector<message::Header> headers;
  if (const Attempt* attempt = find_attempt(turn.call, leg.id))
    headers = target_of(turn.call, *attempt).identity;
  for (const auto* more : {&of_session, &exchange.credentials})
    headers.insert(headers.end(), more->begin(), more->end());
  turn.emit(SendOffer{leg.id, exchange.method, exchange.offered ? sdp::print(*leg.sdp.local) : std::string{},
                      std::move(headers)});
}

void renegotiate(Turn& turn, Leg& asker, const OfferReceived& offer, std::optional<sdp::Session> offered) {
  Call& call = turn.call;
  const OfferMethod asked_by = offer.method == "UPDATE" ? OfferMethod::Update : OfferMethod::Invite;
  Leg* other = other_leg(call, asker);
  const auto method = other == nullptr ? std::nullopt : way_to_ask(call, *other, asked_by);
  if (!method) {
    // RFC 3311 §5.2 where the other dialog is early; else some transaction there is about to end.
    const bool early =
        asker.dialog == DialogState::Early || other == nullptr || other->dialog == DialogState::Early;
    Reply reply = early ? busy(turn) : Reply{491};
    turn.emit(RespondToRequest{asker.id, offer.request, reply.status, {}, std::move(reply.headers)});
    return;
  }
  call.exchange.emplace();
  Exchange& exchange = *call.exchange;
  exchange.asker = asker.id;
  exchange.request = offer.request;
  exchange.asked_by = asked_by;
  exchange.asked = other->id;
  exchange.method = *method;
  exchange.offered = offered.has_value();
  exchange.asker_before = asker.sdp;
  exchange.asked_before = other->sdp;
  if (offered) {
    if (auto passed = pass_offer(call, *offered, *other); !passed) return fail(turn, refused(passed.error()));
    asker.sdp.remote = std::move(*offered);
    asker.sdp.state = OfferState::RemoteOffer;
  }
  ask(turn, *other);
}

void on_offer_answered(Turn& turn, const OfferAnswered& answered) {
  Leg* leg = find_leg(turn.call, answered.leg);
  if (leg == nullptr || !leg->asking || answered.status < 200 || answered.status > 699) {
    return note_unlawful(turn, "offer_answered", answered.leg);
  }
  const Asking asking = *std::exchange(leg->asking, std::nullopt);
  if (answered.status < 300) {
    remember(*leg, answered.terms);
    if (leg->session.interval.count() > 0 && !leg->session.refreshing) begin_session(turn, *leg, answered.terms);
  }
  if (!turn.call.exchange || turn.call.exchange->asked != leg->id)
    return finish_orphan(turn, *leg, asking, answered);
  return answered.status < 300 ? on_accepted(turn, *leg, asking, answered) : on_refused(turn, *leg, answered);
}

void on_glare_over(Turn& turn, Leg& leg) {
  Call& call = turn.call;
  if (!call.exchange || call.exchange->stage != ExchangeStage::BackingOff || call.exchange->asked != leg.id)
    return;
  const bool invite = call.exchange->method == OfferMethod::Invite;
  if (invite && !leg.unacked.empty() && holds(Rule::NoOfferBeforeAck)) {
    // The peer was first with a refresh of its own (RFC 5407 §3.3.1), and its ACK is under way.
    return turn.arm(leg.id, TimerKind::Glare, glare_wait(turn, leg));
  }
  call.exchange->stage = ExchangeStage::Asked;
  call.exchange->repeated = true;
  call.exchange->authorized = false;  // a peer that counts how often credentials are used may challenge once more
  ask(turn, leg);
}

void on_offer_cancelled(Turn& turn, const OfferCancelled& cancelled) {
  Call& call = turn.call;
  Leg* leg = find_leg(call, cancelled.leg);
  if (leg != nullptr && is_dying(*leg)) return;  // it crossed the end
  const bool accepted = leg != nullptr && std::erase(leg->unacked, cancelled.request) > 0;
  if (accepted) return unsay_acceptance(turn, *leg, cancelled.request);
  const bool waits = call.exchange && asker_waits(*call.exchange) && call.exchange->asker == cancelled.leg &&
                     call.exchange->request == cancelled.request;
  if (!waits) return note_unlawful(turn, "offer_cancelled", cancelled.leg);
  call.exchange->request.reset();
  if (call.exchange->stage == ExchangeStage::BackingOff) {
    roll_back(turn);
    return close_exchange(turn);
  }
  call.exchange->stage = ExchangeStage::Withdrawn;
  cancel_asking(turn, asked_leg(call));
}

void on_offer_acked(Turn& turn, const Acked& acked) {
  Leg* leg = find_leg(turn.call, acked.leg);
  if (leg == nullptr) return note_unlawful(turn, "acked", acked.leg);
  if (is_dying(*leg)) return;  // overtaken by a BYE (RFC 5407 §3.2.4)
  if (std::erase(leg->unacked, *acked.request) == 0) return note_unlawful(turn, "acked", acked.leg);
  if (awaits_ack(turn.call, acked.leg, *acked.request)) complete_late_exchange(turn, acked, *leg);
}

void on_offer_ack_timed_out(Turn& turn, const AckTimedOut& timed_out) {
  Leg* leg = find_leg(turn.call, timed_out.leg);
  if (leg == nullptr) return note_unlawful(turn, "ack_timed_out", timed_out.leg);
  if (is_dying(*leg)) return;
  if (std::erase(leg->unacked, *timed_out.request) == 0)
    return note_unlawful(turn, "ack_timed_out", timed_out.leg);
  if (!holds(Rule::ByeWhenReInviteUnacked)) return;
  clear(turn, Ending{cause_of(Reason::AckMissing, 200), std::nullopt, {}});  // RFC 3261 §13.3.1.4
}

void forget_dialog(Turn& turn, const Leg& leg) {
  if (turn.call.exchange && turn.call.exchange->asked == leg.id) abandon_exchange(turn);
}

void abandon_exchange(Turn& turn) {
  Call& call = turn.call;
  if (!call.exchange) return;
  const bool ends = call.stage == Stage::Clearing;
  Leg& asked = asked_leg(call);
  // An offer of our own is about that leg alone: it goes on where the leg does.
  if (!ends && call.exchange->kind != ExchangeKind::Relay && !is_dying(asked)) return;
  if (holds(Rule::AnswerWaitingOffer))
    refuse_asker(turn, ends ? Reply{487} : busy(turn));  // RFC 3261 §15.1.2
  if (call.exchange->stage == ExchangeStage::AwaitingAck) {
    acknowledge_unanswered(turn);
  } else if (!is_dying(asked)) {
    cancel_asking(turn, asked);  // else the peer's BYE has ended it, and it says 487 by itself
  }
  roll_back(turn);
  close_exchange(turn);
}

}  // namespace tandem::call
