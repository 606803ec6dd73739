// Requests inside a dialog. A session is renegotiated in none of them yet: an offer that changes nothing is a refresh and
// gets our unchanged description, any other is refused and the call goes on as it was. RFC 3261 §14.2, RFC 3311 §5.2.
#include "call/rule.hpp"
#include "call/turn.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::call {

namespace {

message::Header accept() { return {"Accept", "application/sdp"}; }

/// The peer's last description over again; a version that counts up over an unchanged session is a refresh too.
bool changes_nothing(const sdp::Session& offered, const Leg& leg) {
  if (!leg.sdp.remote) return false;
  sdp::Session last = *leg.sdp.remote;
  last.origin.version = offered.origin.version;
  return last == offered;
}

/// RFC 3264 §6.1: the answer must allow no more than the offer does. Ours may have been an offer when it was written.
bool fits_as_answer(const sdp::Session& ours, const sdp::Session& offered) {
  const auto theirs = sdp::audio_of_offer(offered);
  const auto mine = sdp::audio_of_answer(offered, ours);
  if (!theirs || !mine) return false;
  const auto sends = [](sdp::Direction d) { return d == sdp::Direction::SendRecv || d == sdp::Direction::SendOnly; };
  const auto receives = [](sdp::Direction d) { return d == sdp::Direction::SendRecv || d == sdp::Direction::RecvOnly; };
  return (!sends(mine->direction) || receives(theirs->direction)) &&
         (!receives(mine->direction) || sends(theirs->direction));
}

struct Reply {
  int status = 200;
  std::string sdp;
  std::vector<message::Header> headers;
};

Reply refused(trunk::Reason reason) {
  return {trunk::info(reason).status, {}, {{"Reason", trunk::reason_header(reason)}}};
}

/// A request that came while an earlier exchange is open: the peer tries again in 0 to 10 s (RFC 3261 §14.2).
Reply busy(Turn& turn) { return {500, {}, {{"Retry-After", std::to_string(turn.context.random.below(11))}}}; }

Reply reply_to_description(Turn& turn, Leg& leg, const OfferReceived& offer) {
  if (offer.method == "UPDATE" && offer.body == Body{}) return {};  // only refreshes, and so at any time
  // An unanswered offer of ours forbids theirs (RFC 3311 §5.2; RFC 5407 §3.1.5: our 200 held it, the ACK has not come);
  // an unanswered one of theirs forbids another. A re-INVITE that overtook the ACK of a settled session is served.
  if (leg.sdp.state == OfferState::LocalOffer) return {491, {}, {}};
  if (leg.sdp.state != OfferState::Stable) return busy(turn);
  auto offered = description_in(offer.body);
  if (!offered) {
    Reply reply = refused(offered.error());
    if (reply.status == 415) reply.headers.push_back(accept());
    return reply;
  }
  // A re-INVITE without a description asks for an offer, whose answer in the ACK might change the session.
  if (!offered->has_value()) return refused(trunk::Reason::RenegotiationRefused);
  if (!leg.sdp.local || !changes_nothing(**offered, leg) || !fits_as_answer(*leg.sdp.local, **offered)) {
    return refused(trunk::Reason::RenegotiationRefused);
  }
  leg.sdp.remote = std::move(**offered);
  return {200, sdp::print(*leg.sdp.local), {}};
}

Reply reply_to_offer(Turn& turn, Leg& leg, const OfferReceived& offer) {
  remember(leg, offer.terms);
  if (const auto least = too_brief(turn.call, leg, offer.terms)) {
    return {422, {}, {{"Min-SE", std::to_string(least->count())}}};  // RFC 4028 §9
  }
  Reply reply = reply_to_description(turn, leg, offer);
  if (reply.status == 200) reply.headers = session_headers_of_answer(turn, leg, offer.terms);
  return reply;
}

Reply reply_to(const RequestReceived& request) {
  if (request.method == "OPTIONS") return {200, {}, {accept()}};
  // INFO that nobody understands must not look as if its digit had been dialled (RFC 6086 §4.2.2).
  if (request.method == "INFO") return {415, {}, {accept()}};
  // No subscription and no reliable provisional response of ours exists that these could belong to.
  if (request.method == "NOTIFY" || request.method == "PRACK") return {481, {}, {}};
  return {405, {}, {}};  // Allow is the stack's: it stands in every 405 and 2xx
}

/// The dialog is there for requests: it has been made and nobody ends it (RFC 5407 §3.2.2, §3.3.3).
bool is_alive(const Leg* leg) {
  return leg != nullptr && leg->dialog != DialogState::Terminating && leg->dialog != DialogState::Terminated &&
         leg->dialog != DialogState::Canceling;
}

void respond(Turn& turn, LegId leg, RequestId request, Reply reply) {
  turn.emit(RespondToRequest{leg, request, reply.status, std::move(reply.sdp), std::move(reply.headers)});
}

}  // namespace

void on_offer_received(Turn& turn, const OfferReceived& offer) {
  Leg* leg = find_leg(turn.call, offer.leg);
  if (is_alive(leg)) return respond(turn, offer.leg, offer.request, reply_to_offer(turn, *leg, offer));
  if (holds(Rule::RefuseRequestsAtTheEnd)) respond(turn, offer.leg, offer.request, {481, {}, {}});
}

void on_request_received(Turn& turn, const RequestReceived& request) {
  if (is_alive(find_leg(turn.call, request.leg))) return respond(turn, request.leg, request.request, reply_to(request));
  if (holds(Rule::RefuseRequestsAtTheEnd)) respond(turn, request.leg, request.request, {481, {}, {}});
}

}  // namespace tandem::call
