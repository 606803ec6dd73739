// Requests inside a dialog. An offer that changes nothing is a refresh and gets our unchanged description; any other goes to
// exchange.cpp, unless it meets one that is open. RFC 3261 §14.2, RFC 3311 §5.2.
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

/// Why an offer cannot be taken now: an unanswered one of ours forbids theirs (RFC 3311 §5.2; RFC 5407 §3.1.5: our 200 held
/// it, the ACK has not come), and so does the exchange of the other leg; an unanswered one of theirs forbids another. A
/// re-INVITE that overtook the ACK of a settled session is served.
std::optional<Reply> clash(Turn& turn, const Leg& leg) {
  const auto& exchange = turn.call.exchange;
  const bool asks_already = exchange && exchange->asker == leg.id && exchange->request;
  const bool ours_is_open = leg.asking || leg.sdp.state == OfferState::LocalOffer;
  if (ours_is_open && holds(Rule::RefuseOfferOverOurs)) return Reply{491};
  if ((asks_already || leg.sdp.state != OfferState::Stable) && holds(Rule::RefuseSecondOffer)) return busy(turn);
  if (exchange) return Reply{491};
  if (leg.unacked.size() >= kMaxUnacked) return busy(turn);
  return std::nullopt;
}

OfferMethod method_of(const OfferReceived& offer) {
  return offer.method == "UPDATE" ? OfferMethod::Update : OfferMethod::Invite;
}

Reply refused_body(trunk::Reason reason) {
  Reply reply = refused(reason);
  if (reply.status == 415) {  // RFC 3261 §8.2.3, §21.4.13
    reply.headers.push_back(accept());
    reply.headers.push_back({"Accept-Encoding", "identity"});
  }
  return reply;
}

void respond(Turn& turn, LegId leg, RequestId request, Reply reply) {
  turn.emit(RespondToRequest{leg, request, reply.status, std::move(reply.sdp), std::move(reply.headers)});
}

/// A re-INVITE, or an UPDATE with a body, in a dialog that is there for it.
void take_offer_request(Turn& turn, Leg& leg, const OfferReceived& offer) {
  if (auto reply = clash(turn, leg)) return respond(turn, leg.id, offer.request, *std::move(reply));
  auto offered = description_in(offer.body);
  if (!offered) return respond(turn, leg.id, offer.request, refused_body(offered.error()));
  const bool refresh = offered->has_value() && leg.sdp.local && changes_nothing(**offered, leg) &&
                       fits_as_answer(*leg.sdp.local, **offered);
  if (!refresh) return renegotiate(turn, leg, offer, std::move(*offered));
  leg.sdp.remote = std::move(**offered);
  accept_offer(turn, leg, offer.request, method_of(offer), sdp::print(*leg.sdp.local));
}

Reply reply_to(const RequestReceived& request) {
  if (request.method == "OPTIONS") return {200, {}, {accept()}};
  // No subscription and no reliable provisional response of ours exists that these could belong to.
  if (request.method == "NOTIFY" || request.method == "PRACK") return {481, {}, {}};
  return {405, {}, {}};  // Allow is the stack's: it stands in every 405 and 2xx
}

/// The dialog is there for requests: it has been made and nobody ends it (RFC 5407 §3.2.2, §3.3.3).
bool is_alive(const Leg* leg) {
  return leg != nullptr && leg->dialog != DialogState::Terminating && leg->dialog != DialogState::Terminated &&
         leg->dialog != DialogState::Canceling;
}

}  // namespace

Reply refused(trunk::Reason reason) {
  return {trunk::info(reason).status, {}, {{"Reason", trunk::reason_header(reason)}}};
}

Reply busy(Turn& turn) { return {500, {}, {{"Retry-After", std::to_string(turn.context.random.below(11))}}}; }

void accept_offer(Turn& turn, Leg& leg, RequestId request, OfferMethod method, std::string sdp) {
  if (method == OfferMethod::Invite) leg.unacked.push_back(request);
  respond(turn, leg.id, request, {200, std::move(sdp), session_headers_of_answer(turn, leg, leg.terms)});
}

void on_offer_received(Turn& turn, const OfferReceived& offer) {
  Leg* leg = find_leg(turn.call, offer.leg);
  if (is_alive(leg)) {
    remember(*leg, offer.terms);
    if (const auto least = too_brief(turn.call, *leg, offer.terms)) {
      return respond(turn, offer.leg, offer.request, {422, {}, {{"Min-SE", std::to_string(least->count())}}});  // RFC 4028 §9
    }
    // Without a body an UPDATE only refreshes, and so at any time.
    const bool bare = method_of(offer) == OfferMethod::Update && offer.body == Body{};
    if (!bare) return take_offer_request(turn, *leg, offer);
    return respond(turn, offer.leg, offer.request, {200, {}, session_headers_of_answer(turn, *leg, offer.terms)});
  }
  if (holds(Rule::RefuseRequestsAtTheEnd)) respond(turn, offer.leg, offer.request, {481, {}, {}});
}

void on_request_received(Turn& turn, const RequestReceived& request) {
  Leg* leg = find_leg(turn.call, request.leg);
  if (is_alive(leg) && request.method == "INFO") return on_info(turn, *leg, request);
  if (is_alive(leg)) return respond(turn, request.leg, request.request, reply_to(request));
  if (holds(Rule::RefuseRequestsAtTheEnd)) respond(turn, request.leg, request.request, {481, {}, {}});
}

}  // namespace tandem::call
