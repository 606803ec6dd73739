// Exchanges that we begin inside a dialog. For now: refreshes of the session, which change nothing.
#include "call/turn.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::call {

bool refresh_session(Turn& turn, Leg& leg) {
  if (leg.dialog != DialogState::Confirmed || leg.sdp.state != OfferState::Stable || !leg.sdp.local)
    return false;
  const auto method = in_call_of(turn.call, leg).session_timer.method;
  const bool update = method == config::RefreshMethod::Update ||
                      (method == config::RefreshMethod::Auto && leg.terms.allows_update);
  std::vector<message::Header> headers = session_headers_of_offer(turn.call, leg);
  if (const Attempt* attempt = find_attempt(turn.call, leg.id)) {
    const auto& identity = target_of(turn.call, *attempt).identity;
    headers.insert(headers.end(), identity.begin(), identity.end());
  }
  turn.emit(SendOffer{leg.id, update ? OfferMethod::Update : OfferMethod::Invite,
                      update ? std::string{} : sdp::print(*leg.sdp.local), std::move(headers)});
  leg.session.method = update ? OfferMethod::Update : OfferMethod::Invite;
  return true;
}

void on_offer_cancelled(Turn& turn, const OfferCancelled& cancelled) {
  note_unlawful(turn, "offer_cancelled", cancelled.leg);
}

void on_offer_answered(Turn& turn, const OfferAnswered& answered) {
  Leg* leg = find_leg(turn.call, answered.leg);
  if (leg == nullptr || !leg->session.refreshing) return note_unlawful(turn, "offer_answered", answered.leg);
  if (answered.status < 300) {
    remember(*leg, answered.terms);
    const Attempt* attempt = find_attempt(turn.call, leg->id);
    if (leg->session.method == OfferMethod::Invite) {
      turn.emit(SendAck{leg->id, attempt == nullptr ? std::string{} : attempt->to_tag, {}, {}});
    }
  }
  on_refresh_finished(turn, *leg, answered);
}

void on_glare_over(Turn&, Leg&) {}

}  // namespace tandem::call
