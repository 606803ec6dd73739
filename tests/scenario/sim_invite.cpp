// INVITEs of ours with their responses and ACK, and our responses to the INVITE of a caller.
#include <algorithm>

#include "scenario/sim_stack.hpp"
#include "tandem/base/check.hpp"

namespace tandem::scenario {

void SimStack::carry_out(CallId call, const call::SendInvite& effect, const trunk::RoutePlan& plan) {
  TANDEM_CHECK(effect.target < plan.targets.size(), "SendInvite names a target of the plan");
  const trunk::PlannedTarget& target = plan.targets[effect.target];
  SimLeg& leg = calls_[call].legs[effect.leg];
  if (leg.dialog.call_id.empty()) {
    leg.dialog.call_id = layer_.token() + "@" + name_;
    leg.dialog.local_tag = layer_.token();
    leg.dialog.local_uri = message::print(target.from);
    leg.dialog.remote_uri = message::print(target.to);
    leg.dialog.target = target.request_uri;
    leg.dialog.peer = effect.to.address;
    dialogs_[{leg.dialog.call_id, leg.dialog.local_tag}] = {call, effect.leg};
  }
  Packet invite = next_request(leg.dialog, "INVITE", layer_.branch());
  add_own_headers(invite);
  for (const auto* headers : {&target.headers, &target.identity, &effect.more_headers})
    add_headers(invite, *headers);
  set_sdp(invite, effect.sdp);
  const auto on_response = [this, call, id = effect.leg](const Packet& response) {
    hear_invite(call, id, response);
  };
  const auto on_timeout = [this, call, id = effect.leg] {
    if (SimLeg* found = find_leg(call, id)) found->invite = 0;
    tell(call, call::InviteFailed{id, call::TransactionFailure::Timeout});
  };
  leg.invite = layer_.request(std::move(invite), {on_response, on_timeout});
}

void SimStack::hear_invite(CallId call, call::LegId id, const Packet& response) {
  SimLeg* leg = find_leg(call, id);
  if (!leg) return;
  call::Answered answered;
  answered.leg = id;
  answered.status = response.status;
  answered.phrase = response.phrase;
  answered.to_tag = response.to_tag;
  answered.body = body_of(response);
  answered.reason_header = value_of(response, "Reason");
  answered.terms = call::terms_of(response.headers);
  answered.challenges = challenges_of(response);
  if (response.status / 100 == 3) {
    for (std::string_view value : response.headers.all("Contact")) answered.contacts.emplace_back(value);
  }
  if (const auto after = number_of(response, "Retry-After"))
    answered.retry_after_s = static_cast<int>(*after);
  if (response.status == 422) answered.min_se_s = number_of(response, "Min-SE");
  if (response.status > 100 && response.status < 200) {
    leg->dialog.early_tag = response.to_tag;
    answered.rseq = number_of(response, "RSeq");
    if (answered.rseq) {
      EarlyReliable& early = leg->early[response.to_tag];
      // Repeated, or before its time: the peer will repeat it (RFC 3262 §4).
      if (early.last_rseq != 0 && *answered.rseq != early.last_rseq + 1) return;
      Dialog dialog = leg->dialog;
      refresh_target(dialog, response);
      early = {*answered.rseq, dialog.target, dialog.peer};
    }
  } else if (response.status / 100 == 2) {
    leg->established = true;
    leg->dialog.remote_tag = response.to_tag;
    refresh_target(leg->dialog, response);
  } else if (response.status >= 300) {
    leg->invite = 0;
    leg->early.clear();
  }
  tell(call, std::move(answered));
}

void SimStack::carry_out(CallId call, const call::SendCancel& effect) {
  SimLeg* leg = find_leg(call, effect.leg);
  ClientTransaction* offer = leg ? layer_.client(leg->offer) : nullptr;
  ClientTransaction* invite = leg ? layer_.client(leg->invite) : nullptr;
  if (offer || invite) (offer ? offer : invite)->cancel(effect.reason_header);
}

void SimStack::carry_out(CallId call, const call::SendAck& effect) {
  if (SimLeg* leg = find_leg(call, effect.leg)) send_ack(*leg, effect.sdp, effect.headers);
}

void SimStack::send_ack(SimLeg& leg, const std::string& sdp, const std::vector<message::Header>& headers) {
  TransactionId& which = wants_ack(leg.invite) ? leg.invite : leg.offer;
  ClientTransaction* invite = layer_.client(std::exchange(which, 0));
  if (!invite || !invite->wants_ack()) return;
  Packet ack = ack_in(leg.dialog, invite->request().cseq, leg.dialog.remote_tag, layer_.branch());
  add_headers(ack, headers);
  set_sdp(ack, sdp);
  invite->acknowledge(std::move(ack));
}

void SimStack::carry_out(CallId call, const call::RespondToInvite& effect) {
  SimCall* found = find_call(call);
  if (found && effect.status >= 200 && std::exchange(found->answered, true))
    complain(call, "a second final response to A");
  respond_to_invite(call, effect);
}

/// Now, or once a reliable response before it has its PRACK.
void SimStack::respond_to_invite(CallId call, const call::RespondToInvite& effect) {
  SimCall* found = find_call(call);
  ServerTransaction* invite = found ? layer_.server(found->invite) : nullptr;
  SimLeg* leg = find_leg(call, call::kLegA);
  if (!invite || !leg || invite->answered())
    return;  // after a CANCEL 487 has gone: ours is ignored, a 2xx above all
  const bool waits = found->reliable || found->prack;
  if (waits && effect.status < 300) return found->held.push_back(effect);
  Packet response = invite->response(effect.status);
  if (!effect.phrase.empty()) response.phrase = effect.phrase;
  if (effect.status > 100 && effect.status < 300) add_own_headers(response);
  add_headers(response, effect.headers);
  set_sdp(response, effect.sdp);
  if (effect.status / 100 == 2) leg->established = leg->told = true;
  if (effect.status >= 300) {
    found->invite = 0;
    found->reliable.reset();
    found->held.clear();
  }
  const bool required = value_of(invite->request(), "Require") == "100rel";
  const bool provisional = effect.status > 100 && effect.status < 200;
  if (provisional && (required || effect.delivery == call::Delivery::Reliable))
    return send_reliably(call, *found, std::move(response));
  invite->respond(std::move(response));
}

void SimStack::send_reliably(CallId call, SimCall& found, Packet response) {
  Reliable reliable;
  reliable.rseq = ++found.last_rseq;
  add_headers(response, {{"Require", "100rel"}, {"RSeq", std::to_string(reliable.rseq)}});
  layer_.server(found.invite)->respond(response);
  reliable.response = std::move(response);
  reliable.interval = layer_.times.t1;
  reliable.repeat = agenda_.timer(reliable.interval, [this, call] { repeat_reliable(call); });
  reliable.expiry = agenda_.timer(layer_.times.give_up(), [this, call] { give_up_reliable(call); });
  found.reliable = std::move(reliable);
}

/// The stack refuses the INVITE itself, as the real one does.
void SimStack::give_up_reliable(CallId call) {
  SimCall* found = find_call(call);
  if (!found) return;
  found->held.clear();
  if (ServerTransaction* invite = layer_.server(std::exchange(found->invite, 0)))
    invite->respond(invite->response(503));
  tell(call, call::PrackTimedOut{});
  found->reliable.reset();  // and with it this very timer
}

/// T1, doubling, as a 2xx but without T2 (RFC 3262 §3).
void SimStack::repeat_reliable(CallId call) {
  SimCall* found = find_call(call);
  ServerTransaction* invite = found ? layer_.server(found->invite) : nullptr;
  if (!invite || invite->answered() || !found->reliable) return;
  Reliable& reliable = *found->reliable;
  ++layer_.repetitions_sent;
  layer_.send(reliable.response);
  reliable.interval *= 2;
  reliable.repeat = agenda_.timer(reliable.interval, [this, call] { repeat_reliable(call); });
}

void SimStack::send_held(CallId call) {
  SimCall* found = find_call(call);
  while (found && !found->reliable && !found->prack && !found->held.empty()) {
    const call::RespondToInvite next = std::move(found->held.front());
    found->held.pop_front();
    respond_to_invite(call, next);
    found = find_call(call);
  }
}

}  // namespace tandem::scenario
