// Requests inside a dialog, of both sides, and letting go.
#include "scenario/sim_stack.hpp"
#include "tandem/base/text.hpp"

namespace tandem::scenario {

namespace {

// A peer that asks faster than it is answered gets 503, as from the real stack.
constexpr std::size_t kMaxOpenRequests = 16;

std::string media_type(const Packet& packet) {
  return packet.content_type.substr(0, packet.content_type.find(';'));
}

}  // namespace

Packet SimStack::inside(SimLeg& leg, const std::string& method) {
  Packet request = next_request(leg.dialog, method, layer_.branch());
  if (request.to_tag.empty()) request.to_tag = leg.dialog.early_tag;
  return request;
}

void SimStack::on_request_inside(CallId call, call::LegId id, const Packet& packet) {
  SimCall& found = *find_call(call);
  SimLeg& leg = *find_leg(call, id);
  if (leg.dialog.remote_cseq && packet.cseq < *leg.dialog.remote_cseq)
    return layer_.reply(packet, 500);  // RFC 3261 §12.2.2
  leg.dialog.remote_cseq = packet.cseq;
  if (found.requests.size() >= kMaxOpenRequests) return layer_.reply(packet, 503);
  const call::RequestId request{++found.last_request};
  ServerTransaction::User user;
  if (packet.method == "INVITE") {
    user.on_ack = [this, call, id, request](const Packet* ack) {
      if (SimCall* waiting = find_call(call)) waiting->requests.erase(request);
      tell(call, ack ? call::Event(call::Acked{body_of(*ack), id, request})
                     : call::Event(call::AckTimedOut{id, request}));
    };
    user.on_cancel = [this, call, id, request](const Packet&) {
      if (SimCall* waiting = find_call(call)) waiting->requests.erase(request);
      tell(call, call::OfferCancelled{id, request});
    };
  }
  found.requests[request] = {id, layer_.serve(packet, leg.dialog.local_tag, std::move(user)), false};
  if (packet.method == "PRACK") return on_prack(call, found, request, packet);
  if (packet.method == "BYE") leg.over = true;
  tell_request(call, id, request, packet);
}

void SimStack::tell_request(CallId call, call::LegId id, call::RequestId request, const Packet& packet) {
  if (packet.method == "BYE") return tell(call, call::ByeReceived{id, request, value_of(packet, "Reason")});
  if (packet.method == "INVITE" || packet.method == "UPDATE") {
    return tell(call, call::OfferReceived{id, request, packet.method, body_of(packet),
                                          call::terms_of(packet.headers)});
  }
  if (packet.method == "REFER") {
    return tell(call, call::ReferReceived{
                          id, request, value_of(packet, "Refer-To"), value_of(packet, "Referred-By"), {}});
  }
  call::RequestReceived received{id, request, packet.method, media_type(packet), {}};
  // Of NOTIFY the real stack tells no content; only phones are sent one here, and they read it.
  const bool is_read = packet.method == "INFO" || packet.method == "NOTIFY";
  if (is_read && packet.body.size() <= call::kMaxContent) received.content = packet.body;
  tell(call, std::move(received));
}

void SimStack::on_prack(CallId call, SimCall& found, call::RequestId request, const Packet& packet) {
  const ServerTransaction* invite = layer_.server(found.invite);
  const bool awaited = found.reliable && invite &&
                       value_of(packet, "RAck") == std::to_string(found.reliable->rseq) + " " +
                                                       std::to_string(invite->request().cseq) + " INVITE";
  if (!awaited) {
    ServerTransaction& stray = *layer_.server(found.requests[request].transaction);
    stray.respond(stray.response(481));
    found.requests.erase(request);
    return;
  }
  found.reliable.reset();
  found.prack = request;
  tell(call, call::PrackReceived{request, body_of(packet)});
}

void SimStack::carry_out(CallId call, const call::RespondToRequest& effect) {
  SimCall* found = find_call(call);
  if (!found) return;
  const auto row = found->requests.find(effect.request);
  if (row == found->requests.end()) return;
  ServerTransaction* request = layer_.server(row->second.transaction);
  if (request && request->answered()) return;  // after a CANCEL 487 has gone
  const bool waits_for_ack = request && request->request().method == "INVITE" && effect.status / 100 == 2;
  if (!waits_for_ack) found->requests.erase(row);
  if (!request) return;
  SimLeg* leg = find_leg(call, effect.leg);
  const std::string& method = request->request().method;
  const bool refreshes = method == "INVITE" || method == "UPDATE";
  if (refreshes && leg && effect.status / 100 == 2) refresh_target(leg->dialog, request->request());
  Packet response = request->response(effect.status);
  if (refreshes && effect.status / 100 == 2) add_own_headers(response);
  add_headers(response, effect.headers);
  set_sdp(response, effect.sdp);
  request->respond(std::move(response));
  if (found->prack != effect.request) return;
  found->prack.reset();
  send_held(call);
}

void SimStack::carry_out(CallId call, const call::SendPrack& effect) {
  SimLeg* leg = find_leg(call, effect.leg);
  ClientTransaction* invite = leg ? layer_.client(leg->invite) : nullptr;
  if (!invite) return tell(call, call::PrackFinished{effect.leg, 481, {}, effect.to_tag, effect.rseq});
  const std::string rack =
      std::to_string(effect.rseq) + " " + std::to_string(invite->request().cseq) + " INVITE";
  Packet prack = inside(*leg, "PRACK");
  prack.to_tag = effect.to_tag;
  if (const auto early = leg->early.find(effect.to_tag); early != leg->early.end()) {
    prack.uri = early->second.target;
    prack.to = early->second.peer;
  }
  add_headers(prack, {{"RAck", rack}});
  set_sdp(prack, effect.sdp);
  const auto finished = [this, call, effect](int status, call::Body body) {
    tell(call, call::PrackFinished{effect.leg, status, std::move(body), effect.to_tag, effect.rseq});
  };
  const auto on_response = [finished](const Packet& response) {
    if (response.status >= 200) finished(response.status, body_of(response));
  };
  layer_.request(std::move(prack), {on_response, [finished] { finished(408, {}); }});
}

void SimStack::carry_out(CallId call, const call::SendOffer& effect) {
  SimLeg* leg = find_leg(call, effect.leg);
  const bool invites = effect.method == call::OfferMethod::Invite;
  const auto refused = [&](int status) {
    tell(call, call::OfferAnswered{effect.leg, status, {}, {}, {}, {}, {}, true});
  };
  if (!leg || leg->over || (invites && !leg->established)) return refused(481);
  if (wants_ack(leg->offer)) {
    complain(call, "an offer before the ACK for the one before");
    send_ack(*leg, {}, {});
  }
  if (layer_.client(leg->offer)) return refused(491);  // one at a time: RFC 3261 §14.1, RFC 3311 §5.1
  Packet offer = inside(*leg, std::string(to_string(effect.method)));
  add_own_headers(offer);
  add_headers(offer, effect.headers);
  set_sdp(offer, effect.sdp);
  const auto on_response = [this, call, id = effect.leg](const Packet& response) {
    hear_offer(call, id, response);
  };
  const auto on_timeout = [this, call, id = effect.leg] {
    if (SimLeg* found = find_leg(call, id)) found->offer = 0;
    tell(call, call::OfferAnswered{id, 408, {}, {}, {}, {}, {}, true});
  };
  leg->offer = layer_.request(std::move(offer), {on_response, on_timeout});
}

void SimStack::hear_offer(CallId call, call::LegId id, const Packet& response) {
  SimLeg* leg = find_leg(call, id);
  if (!leg || response.status < 200) return;
  const bool success = response.status < 300;
  if (success) refresh_target(leg->dialog, response);
  if (response.method == "UPDATE" || !success) leg->offer = 0;
  call::OfferAnswered answered{
      id,   response.status, response.phrase, body_of(response), call::terms_of(response.headers), {}, {},
      false};
  answered.challenges = challenges_of(response);
  if (const auto after = number_of(response, "Retry-After"))
    answered.retry_after_s = static_cast<int>(*after);
  tell(call, std::move(answered));
}

void SimStack::ask(CallId call, call::LegId id, const std::string& method,
                   const std::vector<message::Header>& headers, const std::string& type,
                   const std::string& body) {
  SimLeg* leg = find_leg(call, id);
  if (!leg || leg->over || !leg->established) return;
  Packet request = inside(*leg, method);
  add_headers(request, {contact()});
  add_headers(request, headers);
  request.content_type = type;
  request.body = body;
  layer_.request(std::move(request));
}

void SimStack::carry_out(CallId call, const call::SendNotify& effect) {
  ask(call, effect.leg, "NOTIFY", {{"Event", "refer"}, {"Subscription-State", effect.subscription_state}},
      "message/sipfrag", effect.sipfrag);
}

void SimStack::carry_out(CallId call, const call::SendInfo& effect) {
  ask(call, effect.leg, "INFO", {}, effect.content_type, effect.content);
}

void SimStack::carry_out(CallId call, const call::SendBye& effect) {
  SimLeg* leg = find_leg(call, effect.leg);
  const bool other_fork = leg && !effect.to_tag.empty() && effect.to_tag != leg->dialog.remote_tag;
  if (!leg || other_fork || !leg->established || leg->bye != 0)
    return tell(call, call::ByeFinished{effect.leg, 481});
  Packet bye = inside(*leg, "BYE");
  add_headers(bye, effect.headers);
  if (!effect.reason_header.empty()) bye.headers.add("Reason", effect.reason_header);
  leg->over = true;
  const auto on_response = [this, call, id = effect.leg](const Packet& response) {
    if (response.status < 200) return;
    if (SimLeg* ending = find_leg(call, id)) ending->bye = 0;  // a challenged BYE goes once more
    tell(call, call::ByeFinished{id, response.status, challenges_of(response)});
  };
  leg->bye = layer_.request(std::move(bye), {on_response, [this, call, id = effect.leg] {
                                               tell(call, call::ByeFinished{id, 408});
                                             }});
}

/// Ends on the wire what the core has not ended: a pending INVITE by CANCEL, a standing dialog by BYE.
void SimStack::let_go(SimLeg& leg) {
  if (leg.established) {
    send_ack(leg, {}, {});
    send_ack(leg, {}, {});
  }
  for (TransactionId id : {leg.invite, leg.offer, leg.bye}) {
    if (ClientTransaction* pending = layer_.client(id)) pending->abandon();
  }
  if (leg.established && !leg.over) layer_.request(inside(leg, "BYE"));
}

void SimStack::carry_out(CallId call, const call::ReleaseLeg& effect) {
  SimLeg* leg = find_leg(call, effect.leg);
  if (!leg) return complain(call, "leg " + std::to_string(effect.leg.value()) + " was released twice");
  if (leg->told && !leg->over) complain(call, "a standing dialog was released without a BYE");
  if (leg->told && wants_ack(leg->invite)) complain(call, "a 2xx was left without its ACK");
  let_go(*leg);
  dialogs_.erase({leg->dialog.call_id, leg->dialog.local_tag});
  find_call(call)->legs.erase(effect.leg);
}

}  // namespace tandem::scenario
