// Requests of ours inside a dialog, ACK, BYE and PRACK apart: re-INVITE, UPDATE, INFO, NOTIFY.
#include <algorithm>

#include "sip/convert.hpp"
#include "sip/nta_stack.hpp"

namespace tandem::sip {

namespace {

call::OfferAnswered ended_by_stack(call::LegId leg, int status) {
  call::OfferAnswered answered;
  answered.leg = leg;
  answered.status = status;
  answered.by_stack = true;
  return answered;
}

}  // namespace

/// The dialog that a request of ours goes into; of an attempt that has not been answered, the early one that
/// is followed.
nta_leg_t* NtaStack::current_dialog(call::LegId id, const WireLeg& leg) const {
  if (id == call::kLegA || leg.established) return leg.dialog.borrow();
  const auto followed = leg.early.find(leg.followed);
  return followed == leg.early.end() ? nullptr : followed->second.dialog.borrow();
}

/// The dialog with that far end; nullptr: none.
nta_leg_t* NtaStack::dialog_with(const WireLeg& leg, const char* remote_tag) const {
  if (!remote_tag) return nullptr;
  if (const auto early = leg.early.find(remote_tag); early != leg.early.end() && early->second.dialog)
    return early->second.dialog.borrow();
  const char* own = leg.dialog ? nta_leg_get_rtag(leg.dialog.borrow()) : nullptr;
  return own && su_casematch(own, remote_tag) ? leg.dialog.borrow() : nullptr;
}

void NtaStack::carry_out(CallId call, const call::SendOffer& effect) {
  const bool invites = effect.method == call::OfferMethod::Invite;
  WireLeg* leg = find_leg(call, effect.leg);
  nta_leg_t* dialog = leg ? current_dialog(effect.leg, *leg) : nullptr;
  if (!dialog || leg->over || (invites && !leg->established))
    return tell(call, ended_by_stack(effect.leg, 481));
  if (leg->offer.wants_ack()) send_ack(*leg, {}, {});
  if (leg->offer)
    return tell(call, ended_by_stack(effect.leg, 491));  // one at a time: RFC 3261 §14.1, RFC 3311 §5.1
  const wire::Method method = invites ? wire::Method{SIP_METHOD_INVITE} : wire::Method{SIP_METHOD_UPDATE};
  Registration client(contexts_, Context{call, effect.leg, Role::OfferClient, {}});
  nta_outgoing_t* raw =
      send(*leg, dialog, {tandem_on_response, client.id()}, next_hop(*leg, dialog), {method, {}, {}},
           {leg->listener->identity, header_lines(effect.headers), effect.sdp});
  if (!raw) return tell(call, ended_by_stack(effect.leg, 503));
  leg->offer = ClientTransaction::adopt(raw, std::move(client));
}

void NtaStack::on_offer_response(const Context& context, ContextId id, const nta_outgoing_t* transaction,
                                 int status, const sip_t* sip) {
  WireLeg* leg = find_leg(context.call, context.leg);
  if (!leg || status < 200) return;
  if (!sip) return tell(context.call, ended_by_stack(context.leg, status), id);
  call::OfferAnswered answered = to_offer_answered(context.leg, *sip);
  answered.by_stack = nta_sip_is_internal(sip) != 0;
  const bool accepted = status < 300;
  if (accepted) {
    // Target refresh; the route set stays (RFC 3261 §12.2.1.2).
    if (nta_leg_t* dialog = dialog_with(*leg, sip->sip_to->a_tag))
      nta_leg_client_reroute(dialog, nullptr, target_of(*sip), 0);
  }
  const bool is_over = !accepted || nta_outgoing_method(transaction) != sip_method_invite;
  tell(context.call, std::move(answered), is_over ? id : ContextId{});
}

/// Nobody hears how it ends: the library repeats it and lets go of it.
void NtaStack::send_unheard(call::LegId id, WireLeg& leg, wire::Method method, const wire::Content& content) {
  nta_leg_t* dialog = current_dialog(id, leg);
  if (dialog) (void)send(leg, dialog, {}, next_hop(leg, dialog), {method, {}, {}}, content);
}

void NtaStack::carry_out(CallId call, const call::SendNotify& effect) {
  WireLeg* leg = find_leg(call, effect.leg);
  if (!leg) return;
  const auto refer = std::find_if(leg->refers.begin(), leg->refers.end(),
                                  [&](const WireLeg::Refer& seen) { return seen.request == effect.refer; });
  if (refer == leg->refers.end()) return;
  // Of the first REFER of a dialog the id may be absent (RFC 3515 §2.4.6), and some expect that.
  std::string event = "refer";
  if (!refer->is_first) event += ";id=" + std::to_string(refer->cseq);
  wire::Identity identity = leg->listener->identity;
  identity.allow = nullptr;
  send_unheard(effect.leg, *leg, {SIP_METHOD_NOTIFY},
               {identity, header_lines({{"Event", event}, {"Subscription-State", effect.subscription_state}}),
                effect.sipfrag + "\r\n", "message/sipfrag;version=2.0"});
}

void NtaStack::carry_out(CallId call, const call::SendInfo& effect) {
  if (WireLeg* leg = find_leg(call, effect.leg))
    send_unheard(effect.leg, *leg, {SIP_METHOD_INFO},
                 {agent_->named(), {}, effect.content, effect.content_type.c_str()});
}

}  // namespace tandem::sip
