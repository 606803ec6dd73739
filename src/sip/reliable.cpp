// Provisional responses sent reliably, and PRACK (RFC 3262), on both sides.
//
// The library is left two things of it: to repeat a reliable response until its PRACK comes, and to find that
// response by the PRACK's RAck. It has a queue for what follows; but a plain 1xx ends the repetitions, and a
// 200 without a description in front of it goes out at once, so that the PRACK that is under way meets a 481.
// What follows therefore waits here.
#include "sip/convert.hpp"
#include "sip/nta_stack.hpp"
#include "tandem/base/log.hpp"

namespace tandem::sip {

namespace {

constexpr std::size_t kMaxHeld = 16;          // responses that wait for a PRACK; the final one always does
constexpr std::size_t kMaxEarlyDialogs = 16;  // of one attempt, with a response sent reliably

bool is_reliable(const sip_t& sip) {
  return sip.sip_rseq && sip.sip_rseq->rs_response <= 0xffffffffUL && sip.sip_to->a_tag &&
         sip_has_feature(sip.sip_require, "100rel");
}

}  // namespace

// ---- our own, towards A ----

bool NtaStack::must_wait(WireCall& wire_call, const call::RespondToInvite& response) {
  if (!wire_call.awaits_prack || response.status >= 300) return false;
  if (response.status < 200 && wire_call.held.size() >= kMaxHeld) return true;
  wire_call.held.push_back(response);
  return true;
}

void NtaStack::send_held(CallId call) {
  WireCall& wire_call = *find_call(call);
  wire_call.awaits_prack = false;
  wire_call.prack = {};
  std::vector<call::RespondToInvite> held;
  held.swap(wire_call.held);
  for (const call::RespondToInvite& response : held)
    carry_out(call, response);  // behind a reliable one they wait again
}

int NtaStack::on_prack(ContextId id, nta_reliable_t* response, nta_incoming_t* prack, const sip_t* sip) {
  nta_reliable_destroy(
      response);         // acknowledged, or given up; as long as it lives, the library queues the next one
  if (!prack) return 0;  // 64*T1 passed or the INVITE has its final response: each is told elsewhere
  const Context* found = contexts_.find_or_count(id);
  WireCall* wire_call = found ? find_call(found->call) : nullptr;
  if (!wire_call) return 200;
  connections_.spoke(TransportRef::adopt(nta_incoming_transport(agent_->nta(), prack, nullptr)).borrow());
  const Context dialog = *found;
  const call::RequestId request = keep_request(dialog, *wire_call, prack);
  wire_call->prack = request;
  tell(dialog.call, call::PrackReceived{request, to_body(*sip)});
  return 0;
}

// ---- the peer's, from B ----

/// False: it was here already, or another is missing before it; it comes again (RFC 3262 §4).
bool NtaStack::take_reliable(const Context& context, WireLeg& leg, const sip_t& sip,
                             std::optional<std::uint32_t>& rseq) {
  if (!is_reliable(sip)) return true;
  const auto number = static_cast<std::uint32_t>(sip.sip_rseq->rs_response);
  auto at = leg.early.find(sip.sip_to->a_tag);
  if (at == leg.early.end()) {
    if (leg.early.size() >= kMaxEarlyDialogs) return false;
    Registration dialog(contexts_, Context{context.call, context.leg, Role::Dialog, {}});
    const MsgRef invite = MsgRef::adopt(nta_outgoing_getrequest(leg.invite.borrow()));
    nta_leg_t* raw =
        wire::create_early_leg(agent_->nta(), tandem_on_dialog_request, dialog.id(), *invite.sip(), sip);
    if (!raw) return false;
    nta_leg_client_reroute(raw, sip.sip_record_route, target_of(sip), 1);
    EarlyDialog made{DialogLeg::adopt(raw, std::move(dialog)), leg.invite.cseq(), number};
    leg.early.emplace(sip.sip_to->a_tag, std::move(made));
  } else {
    if (number != at->second.rseq + 1) return false;
    at->second.rseq = number;
  }
  rseq = number;
  return true;
}

/// A 2xx makes its early dialog the leg's own, with the CSeq that it has reached; the others are over (RFC
/// 3261 §13.2.2.4).
void NtaStack::settle_early(WireLeg& leg, const char* remote_tag) {
  auto winner = leg.early.find(remote_tag ? remote_tag : "");
  if (winner != leg.early.end() && winner->second.dialog) leg.dialog = std::move(winner->second.dialog);
  std::erase_if(leg.early, [&](const auto& early) { return !remote_tag || early.first != remote_tag; });
}

void NtaStack::carry_out(CallId call, const call::SendPrack& effect) {
  WireLeg* leg = find_leg(call, effect.leg);
  if (!leg) return tell(call, call::PrackFinished{effect.leg, 481, {}});
  const auto early = leg->early.find(effect.to_tag);
  nta_leg_t* dialog = early == leg->early.end() ? nullptr : dialog_with(*leg, effect.to_tag.c_str());
  if (!dialog) return tell(call, call::PrackFinished{effect.leg, 481, {}});
  leg->followed = effect.to_tag;
  const std::string acknowledges =
      std::to_string(effect.rseq) + " " + std::to_string(early->second.invite_cseq) + " INVITE";
  Registration client(contexts_, Context{call, effect.leg, Role::PrackClient, {}});
  nta_outgoing_t* raw = send(*leg, dialog, {tandem_on_response, client.id()}, next_hop(*leg, dialog),
                             {{SIP_METHOD_PRACK}, {}, {}},
                             {agent_->named(), header_lines({{"RAck", acknowledges}}), effect.sdp});
  if (!raw) return tell(call, call::PrackFinished{effect.leg, 503, {}});
  leg->pracks.push_back(ClientTransaction::adopt(raw, std::move(client)));
}

}  // namespace tandem::sip
