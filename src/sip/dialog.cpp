// Inside a dialog: ACK, BYE, the peer's requests, and letting go.
#include <iterator>

#include "sip/convert.hpp"
#include "sip/inside.hpp"
#include "sip/nta_stack.hpp"
#include "tandem/base/log.hpp"
#include "tandem/base/text.hpp"

namespace tandem::sip {

namespace {

// A peer that asks faster than it is answered gets 503.
constexpr std::size_t kMaxOpenRequests = 16;
constexpr std::optional<std::uint64_t> kDefaultPort = 5060;

std::optional<IpAddress> numeric_host(const url_t* url) {
  std::string_view host = url->url_host ? url->url_host : "";
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  return IpAddress::parse(host);
}

/// transport parameter of a URI, or what the leg uses.
std::optional<Transport> transport_of(const url_t* url, Transport leg) {
  char text[16] = "";
  if (url->url_type == url_sips) return Transport::Tls;
  if (!url->url_params || url_param(url->url_params, "transport", text, sizeof text) <= 0) return leg;
  return parse_transport(text);
}

/// A caller over TCP seldom listens where its Contact says, and behind a NAT nobody could get there. While
/// its connection stands, requests go by it (RFC 5923), where it leads to the host that is named: by its
/// address, or by one that is private where the connection's is not.
bool is_at_the_other_end(const WireLeg& leg, const Hop& named, bool is_route) {
  if (leg.transport != Transport::Tcp || named.transport != Transport::Tcp) return false;
  const bool is_behind_nat = !is_route && named.address.ip.is_private() && !leg.peer.ip.is_private();
  return named.address.ip == leg.peer.ip || is_behind_nat;
}

}  // namespace

/// The dialog's route set or remote target where it is a numeric address that a listener can reach; else the
/// address that the peer was met at: names are never resolved here.
Hop NtaStack::next_hop(const WireLeg& leg, nta_leg_t* dialog) const {
  const sip_route_t* route = nullptr;
  const sip_contact_t* target = nullptr;
  nta_leg_get_route(dialog, &route, &target);
  if (const url_t* url = route ? route->r_url : target ? target->m_url : nullptr) {
    const auto host = numeric_host(url);
    const auto transport = transport_of(url, leg.transport);
    const auto port = url->url_port ? parse_decimal(url->url_port, 65535) : kDefaultPort;
    const BoundListener* listener = !host || !transport || !port ? nullptr
                                    : *transport == leg.transport && host->is_v4() == leg.peer.ip.is_v4()
                                        ? leg.listener
                                        : agent_->find_listener(*transport, *host);
    if (listener) {
      Hop named{listener, {*host, static_cast<std::uint16_t>(*port)}, *transport};
      if (is_at_the_other_end(leg, named, route != nullptr)) named.connection = leg.connection.open();
      return named;
    }
  }
  return {leg.listener, leg.peer, leg.transport, leg.connection.open()};
}

/// A caller that has come back by another connection is reached by that.
void NtaStack::note_connection(WireLeg& leg, tport_t* way, nta_incoming_t* request) {
  const bool came_back = leg.transport == Transport::Tcp && !leg.connection.open() &&
                         tport_is_secondary(way) && tport_is_tcp(way);
  if (!came_back) return;
  const MsgRef message = MsgRef::adopt(nta_incoming_getrequest(request));
  leg.connection = CarriedBy(connections_, way);
  leg.listener = &agent_->listener_of(way);
  leg.peer = source_of(message.borrow());
}

void NtaStack::send_ack(WireLeg& leg, const std::string& sdp, const std::vector<message::Header>& headers) {
  // The library asserts that the INVITE of an ACK is there; it is, until we have sent one.
  ClientTransaction& invite = leg.invite.wants_ack() ? leg.invite : leg.offer;
  if (!invite.wants_ack()) return;
  nta_leg_t* dialog = leg.dialog.borrow();
  nta_outgoing_t* ack = send(leg, dialog, {}, next_hop(leg, dialog), {{SIP_METHOD_ACK}, {}, invite.cseq()},
                             {agent_->named(), header_lines(headers), sdp});
  if (ack)
    nta_outgoing_destroy(ack);  // nobody waits for it; the library repeats it for each repeated 2xx
  else
    log::error("ack_not_sent", {}, {{"peer", leg.peer.print()}});
  invite = {};
}

void NtaStack::carry_out(CallId call, const call::SendAck& effect) {
  if (WireLeg* leg = find_leg(call, effect.leg)) send_ack(*leg, effect.sdp, effect.headers);
}

void NtaStack::send_bye(CallId call, call::LegId id, WireLeg& leg,
                        const std::vector<message::Header>& headers, bool report) {
  leg.over = true;
  const wire::Content content{agent_->named(), header_lines(headers), {}};
  nta_leg_t* dialog = leg.dialog.borrow();
  if (!report) {
    (void)send(leg, dialog, {}, next_hop(leg, dialog), {{SIP_METHOD_BYE}, {}, {}}, content);
    return;
  }
  Registration client(contexts_, Context{call, id, Role::ByeClient, {}});
  nta_outgoing_t* raw = send(leg, dialog, {tandem_on_response, client.id()}, next_hop(leg, dialog),
                             {{SIP_METHOD_BYE}, {}, {}}, content);
  if (raw)
    leg.bye = ClientTransaction::adopt(raw, std::move(client));
  else
    tell(call, call::ByeFinished{id, 503});
}

void NtaStack::carry_out(CallId call, const call::SendBye& effect) {
  WireLeg* leg = find_leg(call, effect.leg);
  const char* remote = leg && leg->dialog ? nta_leg_get_rtag(leg->dialog.borrow()) : nullptr;
  // A fork that lost is ended by the library; its tag is not the dialog's.
  const bool other_fork = !effect.to_tag.empty() && (!remote || effect.to_tag != remote);
  if (!leg || !leg->dialog || other_fork || !leg->established || leg->bye) {
    return tell(call, call::ByeFinished{
                          effect.leg, 481});  // each SendBye is finished once, whatever became of its dialog
  }
  std::vector<message::Header> headers = effect.headers;
  if (!effect.reason_header.empty()) headers.push_back({"Reason", effect.reason_header});
  send_bye(call, effect.leg, *leg, headers, true);
}

/// Ends on the wire what the core has not ended: a pending INVITE by CANCEL, a 2xx by ACK, a standing dialog
/// by BYE.
void NtaStack::let_go(CallId call, call::LegId id, WireLeg& leg) {
  if (!leg.established) return;  // the transaction's destructor cancels
  send_ack(leg, {}, {});
  if (leg.offer.wants_ack()) send_ack(leg, {}, {});
  leg.offer = {};  // its destructor cancels, and CANCEL goes before BYE
  if (!leg.over) send_bye(call, id, leg, {}, false);
}

void NtaStack::carry_out(CallId call, const call::ReleaseLeg& effect) {
  WireCall* found = find_call(call);
  WireLeg* leg = find_leg(call, effect.leg);
  if (!leg) return;
  let_go(call, effect.leg, *leg);
  found->legs.erase(effect.leg);
  std::erase_if(found->requests, [&](auto& row) {
    const Context* context = contexts_.slots.find(row.second.context());
    if (!context || context->leg != effect.leg) return false;
    if (!row.second.answered()) wire::reply(row.second.borrow(), 481, {}, {agent_->identity(), {}, {}});
    return true;
  });
}

call::RequestId NtaStack::keep_request(const Context& dialog, WireCall& wire_call,
                                       nta_incoming_t* transaction) {
  const call::RequestId request{++wire_call.last_request};
  Registration server(contexts_, Context{dialog.call, dialog.leg, Role::RequestServer, request});
  nta_incoming_bind(transaction, tandem_on_ack_or_cancel, to_magic<nta_incoming_magic_t>(server.id()));
  wire_call.requests.emplace(request, ServerTransaction::adopt(transaction, std::move(server)));
  return request;
}

void NtaStack::note_refer(WireLeg& leg, call::RequestId request, const sip_t& sip) {
  const bool is_first = leg.refers.empty();
  if (leg.refers.size() >= kMaxOpenRequests) leg.refers.erase(std::next(leg.refers.begin()));
  leg.refers.push_back({request, sip.sip_cseq->cs_seq, is_first});
}

int NtaStack::on_dialog_request(ContextId id, nta_incoming_t* transaction, const sip_t& sip) {
  const TransportRef way = TransportRef::adopt(nta_incoming_transport(agent_->nta(), transaction, nullptr));
  connections_.spoke(way.borrow());
  const sip_method_t method = sip.sip_request->rq_method;
  if (method == sip_method_ack) {
    nta_incoming_destroy(transaction);  // the library hands out a transaction for a stray ACK too
    return 0;
  }
  const Context* found = contexts_.find_or_count(id);
  WireCall* wire_call = found ? find_call(found->call) : nullptr;
  if (!wire_call) return 481;
  if (wire_call->requests.size() >= kMaxOpenRequests) return 503;
  const Context dialog = *found;
  WireLeg* leg = find_leg(dialog.call, dialog.leg);
  if (leg && dialog.leg == call::kLegA && way) note_connection(*leg, way.borrow(), transaction);
  const call::RequestId request = keep_request(dialog, *wire_call, transaction);
  if (method == sip_method_bye) {
    if (leg) leg->over = true;
    tell(dialog.call, call::ByeReceived{dialog.leg, request, first_reason(sip)});
  } else if (method == sip_method_invite || method == sip_method_update) {
    tell(dialog.call, call::OfferReceived{dialog.leg, request, sip.sip_request->rq_method_name, to_body(sip),
                                          to_terms(sip)});
  } else if (method == sip_method_refer) {
    if (leg) note_refer(*leg, request, sip);
    tell(dialog.call, to_refer(dialog.leg, request, sip));
  } else {
    tell(dialog.call, to_request_received(dialog.leg, request, sip));
  }
  return 0;
}

void NtaStack::on_ack_or_cancel(ContextId id, const nta_incoming_t* transaction, const sip_t* sip) {
  const Context* context = contexts_.find_or_count(id);
  if (!context || nta_incoming_method(transaction) != sip_method_invite) return;
  const bool opens_call = context->role == Role::InviteServer;
  const int status = nta_incoming_status(transaction);
  if (!sip) return on_unacknowledged(*context, id);
  if (sip->sip_request->rq_method == sip_method_cancel) {
    if (opens_call) return tell(context->call, call::Cancelled{first_reason(*sip)}, id);
    return tell(context->call, call::OfferCancelled{context->leg, context->request}, id);
  }
  if (status < 200 || status >= 300) return;
  if (opens_call) return tell(context->call, call::Acked{to_body(*sip)}, id);
  tell(context->call, call::Acked{to_body(*sip), context->leg, context->request}, id);
}

/// 64*T1 without PRACK or ACK; or our 2xx could not be sent at all, so that no ACK can come.
void NtaStack::on_unacknowledged(const Context& context, ContextId id) {
  WireCall* wire_call = find_call(context.call);
  if (!wire_call) return;
  if (context.role == Role::RequestServer)
    return tell(context.call, call::AckTimedOut{context.leg, context.request}, id);
  if (!wire_call->awaits_prack) return tell(context.call, call::AckTimedOut{}, id);
  wire_call->awaits_prack = false;
  wire_call->held.clear();
  tell(context.call, call::PrackTimedOut{}, id);  // the library says 503
}

}  // namespace tandem::sip
