// Responses of ours inside transactions.
#include "sip/convert.hpp"
#include "sip/nta_stack.hpp"
#include "tandem/base/log.hpp"

namespace tandem::sip {

namespace {

/// Contact belongs into what makes or refreshes a dialog (RFC 3261 §12.1.1), Allow into 2xx and 405 (§20.5)
/// and into what tells the far end that it may send UPDATE already (RFC 3311 §5.1).
wire::Identity identity_for(const WireLeg& leg, int status, bool opens_dialog,
                            call::Delivery delivery = call::Delivery::Plain) {
  wire::Identity identity = leg.listener->identity;
  if (!opens_dialog || status == 100 || status >= 300) identity.contact = nullptr;
  if ((status < 200 || status >= 300) && status != 405 && delivery == call::Delivery::Plain)
    identity.allow = nullptr;
  return identity;
}

/// A caller that requires 100rel gets each provisional response but 100 so (RFC 3262 §3): the library sees to
/// it, and would answer the PRACK behind our back.
call::Delivery delivery_of(const call::RespondToInvite& effect, nta_incoming_t* invite) {
  if (effect.status <= 100 || effect.status >= 200) return call::Delivery::Plain;
  if (effect.delivery == call::Delivery::Reliable) return effect.delivery;
  const MsgRef request = MsgRef::adopt(nta_incoming_getrequest(invite));
  return sip_has_feature(request.sip()->sip_require, "100rel") ? call::Delivery::Reliable
                                                               : call::Delivery::Plain;
}

bool is_2xx(int status) { return status >= 200 && status < 300; }

}  // namespace

void NtaStack::carry_out(CallId call, const call::RespondToInvite& effect) {
  WireCall* found = find_call(call);
  WireLeg* leg = find_leg(call, call::kLegA);
  // After a CANCEL the library has sent 487 already: ours is ignored, a 2xx above all.
  if (!found || !leg || !found->invite || found->invite.answered() || must_wait(*found, effect)) return;
  nta_incoming_t* invite = found->invite.borrow();
  const call::Delivery delivery = delivery_of(effect, invite);
  const wire::Content content{identity_for(*leg, effect.status, true, delivery), header_lines(effect.headers),
                              effect.sdp};
  if (delivery == call::Delivery::Reliable) {
    found->awaits_prack = wire::reply_reliably(invite, tandem_on_prack, found->invite.context(),
                                               effect.status, effect.phrase, content);
    if (found->awaits_prack) return;
    log::error("caller_knows_no_100rel", {}, {{"peer", leg->peer.print()}});
  }
  wire::reply(invite, effect.status, effect.phrase, content);
  if (is_2xx(effect.status)) leg->established = true;
  if (effect.status >= 200) found->awaits_prack = false;
  if (effect.status >= 300) found->invite = {};  // the library repeats it until the ACK
}

void NtaStack::carry_out(CallId call, const call::RespondToRequest& effect) {
  WireCall* found = find_call(call);
  WireLeg* leg = find_leg(call, effect.leg);
  if (!found || !leg) return;
  auto request = found->requests.find(effect.request);
  // After a CANCEL the library has sent 487 already.
  if (request == found->requests.end() || request->second.answered()) return;
  nta_incoming_t* transaction = request->second.borrow();
  const sip_method_t method = nta_incoming_method(transaction);
  const bool refreshes = method == sip_method_invite || method == sip_method_update;
  if (refreshes && is_2xx(effect.status)) {
    const MsgRef asked = MsgRef::adopt(nta_incoming_getrequest(transaction));
    const sip_t& sip = *asked.sip();
    if (nta_leg_t* dialog = dialog_with(*leg, sip.sip_from->a_tag))
      nta_leg_server_route(dialog, nullptr, target_of(sip));  // target refresh (§12.2.2)
  }
  wire::reply(transaction, effect.status, {},
              {identity_for(*leg, effect.status, refreshes), header_lines(effect.headers), effect.sdp});
  if (method != sip_method_invite || !is_2xx(effect.status))
    found->requests.erase(request);  // else until its ACK
  if (found->awaits_prack && effect.request == found->prack) send_held(call);
}

}  // namespace tandem::sip
