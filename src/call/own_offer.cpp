// Renegotiation that no peer asked for: session refresh, an offer made from a third leg's description, our
// old description after a change that came to nothing. Each waits until no other exchange is open. RFC 3264
// §8, RFC 4028 §7.4, §10.
#include "call/rule.hpp"
#include "call/turn.hpp"

namespace tandem::call {

namespace {

bool is_alive(const Leg& leg) {
  return leg.dialog == DialogState::Early || leg.dialog == DialogState::Answered ||
         leg.dialog == DialogState::Confirmed;
}

void want(Turn& turn, Leg& leg, OwnOffer offer) {
  if (!is_alive(leg)) return;
  leg.own_offer = offer;
  turn.call.own_offers_wait = true;
}

/// A re-INVITE may move a session, and is what every peer takes; UPDATE where none is possible yet, or where
/// a refresh may go without a description.
std::optional<OfferMethod> method_for(const Call& call, const Leg& leg, ExchangeKind kind) {
  const bool update = kind == ExchangeKind::Refresh &&
                      policy_of(call, leg).in_call.session_timer.method != config::RefreshMethod::Invite;
  const bool early = leg.dialog == DialogState::Early;
  return way_to_ask(call, leg, update || early ? OfferMethod::Update : OfferMethod::Invite);
}

void open(Call& call, const Leg& leg, ExchangeKind kind, OfferMethod method) {
  call.exchange.emplace();
  call.exchange->kind = kind;
  call.exchange->asked = leg.id;
  call.exchange->method = method;
  call.exchange->offered = kind != ExchangeKind::Refresh || method == OfferMethod::Invite;
  call.exchange->asked_before = leg.sdp;
}

void tell_owner(Turn& turn, ExchangeKind kind, Leg& leg, const OfferAnswered& answered) {
  switch (kind) {
    case ExchangeKind::Refresh:
      return on_refresh_finished(turn, leg, answered);
    case ExchangeKind::Describe:
      return on_description_finished(turn, leg, answered);
    case ExchangeKind::Relay:
    case ExchangeKind::Restore:
      return;
  }
}

void note_refused(Turn& turn, const Leg& leg, std::string why) {
  turn.emit(Note{log::Level::Warn,
                 "own_offer_refused",
                 {{"leg", std::to_string(leg.id.value())}, {"why", std::move(why)}}});
}

/// Our description for this exchange. False: there is none that may be shown.
bool write_description(Turn& turn, Leg& leg, const OwnOffer& offer) {
  switch (offer.kind) {
    case ExchangeKind::Describe: {
      const Leg* others = find_leg(turn.call, offer.from);
      return others != nullptr && others->sdp.remote && pass_offer(turn.call, *others->sdp.remote, leg);
    }
    case ExchangeKind::Restore:
      leg.sdp.local->origin.version = ++leg.sdp.version;  // the peer has seen another in between
      [[fallthrough]];
    case ExchangeKind::Relay:
    case ExchangeKind::Refresh:
      if (turn.call.exchange->offered) leg.sdp.state = OfferState::LocalOffer;
      return true;
  }
  return false;
}

/// True: it is under way, or has failed; false: it waits.
bool start(Turn& turn, Leg& leg) {
  const OwnOffer offer = *leg.own_offer;
  const auto method = method_for(turn.call, leg, offer.kind);
  if (!method) return false;
  leg.own_offer.reset();
  open(turn.call, leg, offer.kind, *method);
  if (write_description(turn, leg, offer)) {
    ask(turn, leg, {});
    return true;
  }
  close_exchange(turn);
  OfferAnswered refused;
  refused.leg = leg.id;
  refused.status = 488;
  tell_owner(turn, offer.kind, leg, refused);
  return true;
}

template <class Visit>
void for_each_leg(Call& call, Visit visit) {
  visit(call.a);
  for (Attempt& attempt : call.attempts) visit(attempt.leg);
}

/// The peer's answer to an offer of our own.
Expected<void, trunk::Reason> take_answer(Turn& turn, Leg& leg, const Body& body) {
  const Exchange& exchange = *turn.call.exchange;
  auto answer = description_in(body);
  if (!answer) return unexpected(answer.error());
  if (!answer->has_value()) return unexpected(trunk::Reason::BadAnswer);
  const auto audio = sdp::audio_of_answer(*leg.sdp.local, **answer);
  if (!audio) return unexpected(reason_for(audio.error()));
  const bool unchanged = leg.sdp.remote == **answer && exchange.kind != ExchangeKind::Describe;
  leg.sdp.remote = std::move(**answer);
  leg.sdp.state = OfferState::Stable;
  const Leg* other = other_leg(turn.call, leg);
  if (unchanged || other == nullptr || !other->sdp.local || !other->sdp.remote) return {};
  return connect_bridge(turn, leg, *other);
}

}  // namespace

void refresh_session(Turn& turn, Leg& leg) { want(turn, leg, {ExchangeKind::Refresh, {}}); }

bool offer_description(Turn& turn, Leg& to, const Leg& others) {
  if (!is_alive(to) || !to.sdp.local || !others.sdp.remote) return false;
  want(turn, to, {ExchangeKind::Describe, others.id});
  return true;
}

void restore_session(Turn& turn, Leg& leg) { want(turn, leg, {ExchangeKind::Restore, {}}); }

void start_own_offers(Turn& turn) {
  Call& call = turn.call;
  call.own_offers_wait = false;
  for_each_leg(call, [&](Leg& leg) {
    if (!leg.own_offer) return;
    if (!is_alive(leg)) return leg.own_offer.reset();
    if (call.exchange || !start(turn, leg)) call.own_offers_wait = true;
  });
}

void own_offer_accepted(Turn& turn, Leg& leg, const OfferAnswered& answered) {
  const Exchange& exchange = *turn.call.exchange;
  const ExchangeKind kind = exchange.kind;
  if (exchange.method == OfferMethod::Invite && holds(Rule::AckReInvite)) send_ack(turn, leg, {});
  if (exchange.offered) {
    if (auto taken = take_answer(turn, leg, answered.body); !taken) {
      note_refused(turn, leg, std::string(trunk::code(taken.error())));
      roll_back(turn);
    }
  }
  close_exchange(turn);
  tell_owner(turn, kind, leg, answered);
}

void own_offer_refused(Turn& turn, Leg& leg, const OfferAnswered& answered) {
  const ExchangeKind kind = turn.call.exchange->kind;
  if (kind == ExchangeKind::Restore) note_refused(turn, leg, std::to_string(answered.status));
  roll_back(turn);
  close_exchange(turn);
  tell_owner(turn, kind, leg, answered);
}

}  // namespace tandem::call
