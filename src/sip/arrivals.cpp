// Requests outside every dialog. They come by the agent's message callback, without a transaction, so that the decision
// can be silence, an answer that costs us no state (a challenge), or a transaction and a dialog.
#include <algorithm>
#include <cstring>

#include "sip/convert.hpp"
#include "sip/inside.hpp"
#include "sip/nta_stack.hpp"
#include "tandem/base/check.hpp"
#include "tandem/base/log.hpp"

namespace tandem::sip {

namespace {

bool same_text(const char* a, const char* b) { return a && b ? std::strcmp(a, b) == 0 : a == b; }

/// Call-ID, CSeq number and From tag: the same request, perhaps by another way (RFC 3261 §8.2.2.2).
bool same_origin(const sip_t& a, const sip_t& b) {
  return a.sip_cseq->cs_seq == b.sip_cseq->cs_seq && same_text(a.sip_call_id->i_id, b.sip_call_id->i_id) &&
         same_text(a.sip_from->a_tag, b.sip_from->a_tag);
}
/// A scheme that no URI of ours has is no mistake of the sender's (RFC 3261 §8.2.2.1).
int status_of_bad_uri(const sip_t& sip) {
  const int type = sip.sip_request->rq_url->url_type;
  const bool is_ours = type == url_sip || type == url_sips || type == url_tel || type == url_any || type == url_invalid;
  return is_ours ? 400 : 416;
}

/// Allow belongs into 2xx and 405 (RFC 3261 §20.5).
wire::Identity identity_for(wire::Identity identity, int status) {
  if ((status < 200 || status >= 300) && status != 405) identity.allow = nullptr;
  return identity;
}

bool same_branch(const sip_t& a, const sip_t& b) {
  return a.sip_via && b.sip_via && same_text(a.sip_via->v_branch, b.sip_via->v_branch);
}

}  // namespace

void NtaStack::on_message(MsgRef message) {
  const sip_t* sip = message.sip();
  if (!sip || !sip->sip_request) return;  // a response that no transaction waits for
  connections_.spoke(tport_delivered_by(nta_agent_tports(agent_->nta()), message.borrow()));
  on_request_outside(std::move(message));
}

void NtaStack::on_request_outside(MsgRef message) {
  const sip_t& sip = *message.sip();
  const sip_method_t method = sip.sip_request->rq_method;
  if (method == sip_method_ack) return;  // of a response that kept no transaction
  if (belongs_to_pending(sip, message)) return;
  tport_t* transport = tport_delivered_by(nta_agent_tports(agent_->nta()), message.borrow());
  if (sip.sip_to->a_tag || method == sip_method_cancel) {
    // RFC 3261 §12.2.2, §9.2: a dialog or a transaction that is none of ours
    wire::reply_stateless(agent_->nta(), message.release(), transport, 481, {}, {{}, {}, {}});
    return;
  }
  if (arrivals_.size() >= options_.max_arrivals) {
    ++arrivals_refused_;
    return;
  }
  const ArrivalId id = arrivals_.emplace(PendingArrival{std::move(message), TransportRef::share(transport), {}});
  undecided_.push_back(id);
  news_.push_back(id);
}

/// Before a decision there is no transaction to catch a retransmission, a merged copy or a CANCEL.
bool NtaStack::belongs_to_pending(const sip_t& sip, MsgRef& message) {
  for (ArrivalId id : undecided_) {
    PendingArrival& pending = arrivals_.at(id);
    const sip_t& first = *pending.request.sip();
    if (!same_origin(sip, first)) continue;
    const bool same = same_branch(sip, first);
    if (sip.sip_request->rq_method == sip_method_cancel) {
      if (!same) continue;
      pending.cancel = std::move(message);
      return true;
    }
    if (!same_text(sip.sip_request->rq_method_name, first.sip_request->rq_method_name)) continue;
    if (!same)
      wire::reply_stateless(agent_->nta(), message.release(), pending.transport.borrow(), 482, "Request Merged", {{}, {}, {}});
    return true;
  }
  return false;
}

void NtaStack::deliver(ArrivalId id, EventSink& sink) {
  PendingArrival* pending = arrivals_.find(id);
  if (!pending) return;
  const sip_t& sip = *pending->request.sip();
  auto request = to_request(sip);
  if (!request) {
    refuse(take(id), status_of_bad_uri(sip));
    return;
  }
  const BoundListener& bound = agent_->listener_of(pending->transport.borrow());
  sink.on_arrival(Arrival{id, std::move(*request), source_of(pending->request.borrow()), bound.listener.transport,
                          bound.listener.name});
}

PendingArrival NtaStack::take(ArrivalId id) {
  PendingArrival taken = std::move(arrivals_.at(id));
  arrivals_.erase(id);
  std::erase(undecided_, id);
  return taken;
}

void NtaStack::refuse(PendingArrival arrival, int status) {
  wire::reply_stateless(agent_->nta(), arrival.request.release(), arrival.transport.borrow(), status,
                        status == 400 ? "Bad Request-URI" : "", {identity_for(agent_->identity(), status), {}, {}});
}

void NtaStack::adopt(ArrivalId id, CallId call) {
  role_.assert_held();
  Inside inside(*this);
  PendingArrival arrival = take(id);
  const sip_t& sip = *arrival.request.sip();
  auto [at, is_new] = calls_.try_emplace(call);
  TANDEM_CHECK(is_new, "a call is adopted once");
  WireCall& made = at->second;
  WireLeg& leg = made.legs[call::kLegA];
  leg.listener = &agent_->listener_of(arrival.transport.borrow());
  leg.transport = leg.listener->listener.transport;
  leg.peer = source_of(arrival.request.borrow());
  if (leg.transport == Transport::Tcp) leg.connection = CarriedBy(connections_, arrival.transport.borrow());

  Registration dialog(contexts_, Context{call, call::kLegA, Role::Dialog, {}});
  nta_leg_t* raw = wire::create_server_leg(agent_->nta(), tandem_on_dialog_request, dialog.id(), sip, new_tag());
  TANDEM_CHECK(raw, "a dialog can be made from a request that passed the library's own checks");
  leg.dialog = DialogLeg::adopt(raw, std::move(dialog));
  nta_leg_server_route(raw, sip.sip_record_route, target_of(sip));

  Registration server(contexts_, Context{call, call::kLegA, Role::InviteServer, {}});
  const MsgRef request = MsgRef::share(arrival.request.borrow());
  nta_incoming_t* transaction =
      wire::create_server_transaction(agent_->nta(), raw, arrival.request.release(), arrival.transport.borrow());
  TANDEM_CHECK(transaction, "a transaction can be made from a request that passed the library's own checks");
  nta_incoming_bind(transaction, tandem_on_ack_or_cancel, to_magic<nta_incoming_magic_t>(server.id()));
  made.invite = ServerTransaction::adopt(transaction, std::move(server));
  if (const sip_t* cancel = arrival.cancel.sip()) cancel_adopted(call, made, *cancel, MsgRef::share(arrival.cancel.borrow()));
  agent_->loop().forget_timer();
}

/// What the library does by itself for a CANCEL that finds its transaction (RFC 3261 §9.2).
void NtaStack::cancel_adopted(CallId call, WireCall& adopted, const sip_t& cancel, MsgRef message) {
  tell(call, call::Cancelled{first_reason(cancel)});
  wire::reply_stateless(agent_->nta(), message.release(), nullptr, 200, {}, {{}, {}, {}});
  wire::reply(adopted.invite.borrow(), 487, {}, {{}, {}, {}});
}

void NtaStack::respond(ArrivalId id, int status, std::string_view phrase, const std::vector<message::Header>& headers) {
  role_.assert_held();
  TANDEM_CHECK(status >= 200 && status <= 699, "an arrival gets a final response");
  Inside inside(*this);
  PendingArrival arrival = take(id);
  wire::reply_stateless(agent_->nta(), arrival.request.release(), arrival.transport.borrow(), status, std::string(phrase),
                        {identity_for(agent_->identity(), status), header_lines(headers), {}});
  if (arrival.cancel)
    wire::reply_stateless(agent_->nta(), arrival.cancel.release(), arrival.transport.borrow(), 481, {}, {{}, {}, {}});
}

void NtaStack::drop(ArrivalId id) {
  role_.assert_held();
  Inside inside(*this);
  (void)take(id);
}

}  // namespace tandem::sip
