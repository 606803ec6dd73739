// A 2xx of a fork whose INVITE another fork has answered: ACK, and BYE in its own dialog. RFC 3261 §13.2.2.4.
//
// The library does this by itself, and sends both by the first listener of the transport: from a listener of
// another network they never arrive, and the fork talks to nobody. So nta_msg_ackbye() is ours (hooks.cpp),
// and it is this.
#include "sip/convert.hpp"
#include "sip/nta_stack.hpp"
#include "tandem/base/log.hpp"

namespace tandem::sip {

namespace {

/// As the library's own: how many PRACKs that dialog has seen is forgotten with its early state, and a lower
/// CSeq would be refused (RFC 3261 §12.2.2).
constexpr std::uint32_t kBeyondEveryRequest = 0x7fffffff;

}  // namespace

void NtaStack::end_fork(MsgRef response) {
  const sip_t& sip = *response.sip();
  WireLeg fork;
  fork.listener =
      &agent_->listener_of(tport_delivered_by(nta_agent_tports(agent_->nta()), response.borrow()));
  fork.transport = fork.listener->listener.transport;
  fork.peer = source_of(response.borrow());
  // Nobody of ours hears what the fork says in it: the core has its call with the other one.
  fork.dialog = DialogLeg::adopt(wire::create_early_leg(agent_->nta(), nullptr, {}, sip, sip), {});
  if (!fork.dialog) return;
  nta_leg_t* dialog = fork.dialog.borrow();
  nta_leg_client_reroute(dialog, sip.sip_record_route, target_of(sip), 1);
  const Hop hop = next_hop(fork, dialog);
  const wire::Content content{agent_->named(), {}, {}};
  if (nta_outgoing_t* ack = send(fork, dialog, {}, hop, {{SIP_METHOD_ACK}, {}, sip.sip_cseq->cs_seq}, content))
    nta_outgoing_destroy(ack);  // the library repeats it for each repeated 2xx
  else
    log::error("ack_not_sent", {}, {{"peer", fork.peer.print()}});
  (void)send(fork, dialog, {}, hop, {{SIP_METHOD_BYE}, {}, kBeyondEveryRequest}, content);
}

}  // namespace tandem::sip
