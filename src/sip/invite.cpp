// Leg B: INVITE, its repetition with credentials, CANCEL.
#include "sip/convert.hpp"
#include "sip/nta_stack.hpp"
#include "tandem/base/check.hpp"
#include "tandem/base/log.hpp"

namespace tandem::sip {

namespace {

constexpr std::size_t kCallIdLength = 24;

}  // namespace

void NtaStack::carry_out(CallId call, const call::SendInvite& effect, const trunk::RoutePlan& plan) {
  TANDEM_CHECK(effect.target < plan.targets.size(), "SendInvite names a target of the plan");
  const trunk::PlannedTarget& target = plan.targets[effect.target];
  WireLeg& leg = calls_[call].legs[effect.leg];
  if (!leg.dialog && !open_leg(call, effect, target, leg)) {
    tell(call, call::InviteFailed{effect.leg, call::TransactionFailure::Transport});
    return;
  }
  send_invite(call, effect, target, leg);
}

bool NtaStack::open_leg(CallId call, const call::SendInvite& effect, const trunk::PlannedTarget& target, WireLeg& leg) {
  leg.listener = agent_->find_listener(effect.to.transport, effect.to.address.ip, target.edge);
  leg.peer = effect.to.address;
  leg.transport = effect.to.transport;
  leg.large_requests = target.large_requests;
  if (!leg.listener) {
    log::warn("no_listener_for_target", {},
              {{"target", target.name}, {"address", leg.peer.print()}, {"transport", to_string(leg.transport)}});
    return false;
  }
  leg.request_uri = message::print(target.request_uri);
  Registration dialog(contexts_, Context{call, effect.leg, Role::Dialog, {}});
  nta_leg_t* raw =
      wire::create_client_leg(agent_->nta(), tandem_on_dialog_request, dialog.id(), message::print(target.from) + ";tag=" + new_tag(),
                              message::print(target.to), random_.token(kCallIdLength));
  if (!raw) {
    log::error("dialog_not_made", {}, {{"target", target.name}});
    return false;
  }
  leg.dialog = DialogLeg::adopt(raw, std::move(dialog));
  return true;
}

void NtaStack::send_invite(CallId call, const call::SendInvite& effect, const trunk::PlannedTarget& target, WireLeg& leg) {
  leg.invite = {};
  leg.early.clear();  // of the INVITE before
  Registration client(contexts_, Context{call, effect.leg, Role::InviteClient, {}});
  wire::Content content{leg.listener->identity, header_lines(target.headers), effect.sdp};
  content.headers += header_lines(target.identity);
  content.headers += header_lines(effect.more_headers);
  nta_outgoing_t* raw =
      send(leg, leg.dialog.borrow(), {tandem_on_response, client.id()},
           {leg.listener, leg.peer, leg.transport}, {{SIP_METHOD_INVITE}, leg.request_uri, {}}, content);
  if (!raw) {
    log::error("invite_not_sent", {}, {{"target", target.name}, {"address", leg.peer.print()}});
    tell(call, call::InviteFailed{effect.leg, call::TransactionFailure::Transport});
    return;
  }
  leg.invite = ClientTransaction::adopt(raw, std::move(client));
}

void NtaStack::carry_out(CallId call, const call::SendCancel& effect) {
  WireLeg* leg = find_leg(call, effect.leg);
  if (!leg) return;
  (leg->established ? leg->offer : leg->invite).cancel(effect.reason_header);
}

void NtaStack::on_response(ContextId id, const nta_outgoing_t* transaction, const sip_t* sip) {
  const Context* context = contexts_.find_or_count(id);
  if (!context) return;
  const int status = sip ? sip->sip_status->st_status : nta_outgoing_status(transaction);
  if (!goes_again(id, *context, status, sip)) dispatch(*context, id, transaction, status, sip);
}

void NtaStack::dispatch(const Context& context, ContextId id, const nta_outgoing_t* transaction, int status,
                        const sip_t* sip) {
  switch (context.role) {
    case Role::InviteClient:
      return on_invite_response(context, id, status, sip);
    case Role::OfferClient:
      return on_offer_response(context, id, transaction, status, sip);
    case Role::PrackClient:
      if (status >= 200)
        tell(context.call, call::PrackFinished{context.leg, status, sip ? to_body(*sip) : call::Body{}}, id);
      return;
    case Role::ByeClient:
      if (status >= 200) tell(context.call, call::ByeFinished{context.leg, status}, id);
      return;
    case Role::Dialog:
    case Role::InviteServer:
    case Role::RequestServer: return;
  }
}

void NtaStack::on_invite_response(const Context& context, ContextId id, int status, const sip_t* sip) {
  WireLeg* leg = find_leg(context.call, context.leg);
  if (!leg) {
    ++contexts_.stale_callbacks;
    return;
  }
  if (!sip || nta_sip_is_internal(sip)) {  // said by the library, not by the peer
    const auto failure = status == 408 ? call::TransactionFailure::Timeout : call::TransactionFailure::Transport;
    tell(context.call, call::InviteFailed{context.leg, failure}, id);
    return;
  }
  std::optional<std::uint32_t> rseq;
  if (status > 100 && status < 200 && !take_reliable(context, *leg, *sip, rseq)) return;
  if (status >= 200 && status < 300) {
    // The dialog must know its far end before the ACK. Only the first 2xx comes here: the library ends other forks itself.
    settle_early(*leg, sip->sip_to->a_tag);
    nta_leg_rtag(leg->dialog.borrow(), sip->sip_to->a_tag);
    nta_leg_client_reroute(leg->dialog.borrow(), sip->sip_record_route, target_of(*sip), 1);
    leg->established = true;
  }
  call::Answered answered = to_answered(context.leg, *sip);
  answered.rseq = rseq;
  tell(context.call, std::move(answered), status >= 300 ? id : ContextId{});
}

}  // namespace tandem::sip
