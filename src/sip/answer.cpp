// Responses of ours inside transactions.
#include "sip/nta_stack.hpp"
#include "tandem/base/log.hpp"

namespace tandem::sip {

namespace {

/// Contact belongs into what makes or refreshes a dialog (RFC 3261 §12.1.1), Allow into 2xx and 405 (§20.5).
wire::Identity identity_for(const WireLeg& leg, int status, bool opens_dialog) {
  wire::Identity identity = leg.listener->identity;
  if (!opens_dialog || status == 100 || status >= 300) identity.contact = nullptr;
  if ((status < 200 || status >= 300) && status != 405) identity.allow = nullptr;
  return identity;
}

}  // namespace

void NtaStack::carry_out(CallId call, const call::RespondToInvite& effect) {
  WireCall* found = find_call(call);
  WireLeg* leg = find_leg(call, call::kLegA);
  // After a CANCEL the library has sent 487 already: ours is ignored, a 2xx above all.
  if (!found || !leg || !found->invite || found->invite.answered()) return;
  wire::reply(found->invite.borrow(), effect.status, effect.phrase,
              {identity_for(*leg, effect.status, true), header_lines(effect.headers), effect.sdp});
  if (effect.status >= 200 && effect.status < 300) leg->established = true;
  if (effect.status >= 300) found->invite = {};  // the library repeats it until the ACK
}

void NtaStack::carry_out(CallId call, const call::RespondToRequest& effect) {
  WireCall* found = find_call(call);
  WireLeg* leg = find_leg(call, effect.leg);
  if (!found || !leg) return;
  auto request = found->requests.find(effect.request);
  if (request == found->requests.end()) return;
  nta_incoming_t* transaction = request->second.borrow();
  const sip_method_t method = nta_incoming_method(transaction);
  const bool refreshes = method == sip_method_invite || method == sip_method_update;
  if (refreshes && effect.status >= 200 && effect.status < 300) {
    const MsgRef asked = MsgRef::adopt(nta_incoming_getrequest(transaction));
    nta_leg_server_route(leg->dialog.borrow(), nullptr, asked.sip()->sip_contact);  // target refresh (§12.2.2)
  }
  if (!request->second.answered())
    wire::reply(transaction, effect.status, {},
                {identity_for(*leg, effect.status, refreshes), header_lines(effect.headers), effect.sdp});
  found->requests.erase(request);
}

}  // namespace tandem::sip
