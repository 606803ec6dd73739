// Requests outside every dialog: silence, an answer without state, or a transaction and a dialog.
#include "scenario/sim_stack.hpp"
#include "tandem/base/check.hpp"

namespace tandem::scenario {

void SimStack::on_request(const Packet& packet) {
  if (belongs_to_pending(packet)) return;
  if (!packet.to_tag.empty()) {
    const auto found = dialogs_.find({packet.call_id, packet.to_tag});
    if (found != dialogs_.end()) {
      const auto [call, leg] = found->second;
      if (fits(find_leg(call, leg)->dialog, packet)) return on_request_inside(call, leg, packet);
    }
    return layer_.reply(packet, 481);  // RFC 3261 §12.2.2
  }
  if (packet.method == "CANCEL") return layer_.reply(packet, 481);  // §9.2
  const sip::ArrivalId id = arrivals_.emplace(Pending{packet, {}});
  undecided_.push_back(id);
  news_.push_back(id);
  wake_();
}

/// Before a decision there is no transaction that would know a repetition or a CANCEL.
bool SimStack::belongs_to_pending(const Packet& packet) {
  for (sip::ArrivalId id : undecided_) {
    Pending& pending = arrivals_.at(id);
    if (pending.request.branch != packet.branch) continue;
    if (packet.method == "CANCEL") pending.cancel = packet;
    return true;
  }
  return false;
}

SimStack::Pending SimStack::take(sip::ArrivalId id) {
  Pending taken = std::move(arrivals_.at(id));
  arrivals_.erase(id);
  std::erase(undecided_, id);
  return taken;
}

void SimStack::deliver(sip::ArrivalId id, sip::EventSink& sink) {
  const Pending* pending = arrivals_.find(id);
  if (!pending) return;
  sink.on_arrival({id, to_request(pending->request), pending->request.from, Transport::Udp, "udp"});
}

void SimStack::adopt(sip::ArrivalId id, CallId call) {
  const Pending arrival = take(id);
  const auto [at, is_new] = calls_.try_emplace(call);
  TANDEM_CHECK(is_new, "a call is adopted once");
  ++adopted_;
  SimLeg& leg = at->second.legs[call::kLegA];
  leg.dialog = called_side(arrival.request, layer_.token());
  dialogs_[{leg.dialog.call_id, leg.dialog.local_tag}] = {call, call::kLegA};
  const auto on_ack = [this, call](const Packet* ack) {
    if (SimCall* found = find_call(call)) found->invite = 0;
    tell(call,
         ack ? call::Event(call::Acked{body_of(*ack), call::kLegA, {}}) : call::Event(call::AckTimedOut{}));
  };
  const auto on_cancel = [this, call](const Packet& cancel) {
    if (SimCall* found = find_call(call)) {
      found->invite = 0;
      found->reliable.reset();
      found->held.clear();
    }
    tell(call, call::Cancelled{value_of(cancel, "Reason")});
  };
  at->second.invite = layer_.serve(arrival.request, leg.dialog.local_tag, {on_ack, on_cancel});
  if (arrival.cancel) layer_.receive(*arrival.cancel);
}

void SimStack::respond(sip::ArrivalId id, int status, std::string_view,
                       const std::vector<message::Header>& headers) {
  const Pending arrival = take(id);
  layer_.reply(arrival.request, status, headers);
  if (arrival.cancel) layer_.reply(*arrival.cancel, 481);
}

void SimStack::drop(sip::ArrivalId id) { (void)take(id); }

}  // namespace tandem::scenario
