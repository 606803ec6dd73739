#include "scenario/sim_stack.hpp"

namespace tandem::scenario {

namespace {

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

}  // namespace

SimStack::SimStack(Agenda& agenda, Wire& wire, SocketAddress own, std::string name, Random random,
                   std::function<void()> wake)
    : agenda_(agenda),
      name_(std::move(name)),
      wake_(std::move(wake)),
      layer_(agenda, wire, own, random, Times{}, [this](const Packet& packet) { on_request(packet); }) {
  wire.attach(own, name_, [this](const Packet& packet) { layer_.receive(packet); });
}

SimCall* SimStack::find_call(CallId call) {
  const auto found = calls_.find(call);
  return found == calls_.end() ? nullptr : &found->second;
}

SimLeg* SimStack::find_leg(CallId call, call::LegId leg) {
  SimCall* found = find_call(call);
  if (!found) return nullptr;
  const auto at = found->legs.find(leg);
  return at == found->legs.end() ? nullptr : &at->second;
}

std::string SimStack::call_id_of(CallId call, call::LegId leg) const {
  const auto found = calls_.find(call);
  if (found == calls_.end()) return {};
  const auto at = found->second.legs.find(leg);
  return at == found->second.legs.end() ? std::string{} : at->second.dialog.call_id;
}

void SimStack::tell(CallId call, call::Event event) {
  news_.push_back(CallNews{call, std::move(event)});
  wake_();
}

void SimStack::complain(CallId call, std::string text) {
  complaints_.push_back(name_ + ", call " + std::to_string(call.index()) + ": " + std::move(text));
}

message::Header SimStack::contact() const { return {"Contact", "<sip:s0@" + layer_.own().print() + ">"}; }

void SimStack::add_own_headers(Packet& packet) const {
  add_headers(packet, {contact(), {"Allow", std::string(sip::kAllowedMethods)}});
}

void SimStack::perform(CallId call, const call::SipEffect& effect, const trunk::RoutePlan& plan) {
  std::visit(Overloaded{[&](const call::SendInvite& invite) { carry_out(call, invite, plan); },
                        [&](const auto& other) { carry_out(call, other); }},
             effect);
}

void SimStack::release(CallId call) {
  SimCall* found = find_call(call);
  if (!found) return;
  if (ServerTransaction* invite = layer_.server(found->invite)) {
    if (!invite->answered()) {
      complain(call, "the INVITE was not answered");
      invite->respond(invite->response(503));
    }
    invite->abandon();
  }
  for (const auto& [id, row] : found->requests) {
    ServerTransaction* request = layer_.server(row.transaction);
    if (!request || request->answered()) continue;
    if (row.told) complain(call, request->request().method + " was not answered");
    request->respond(request->response(481));
  }
  for (auto& [id, leg] : found->legs) {
    complain(call, "leg " + std::to_string(id.value()) + " was not released");
    let_go(leg);
  }
  std::erase_if(dialogs_, [call](const auto& row) { return row.second.first == call; });
  calls_.erase(call);
}

std::optional<std::pair<CallId, call::LegId>> SimStack::find_dialog(std::string_view call_id,
                                                                    std::string_view local_tag,
                                                                    std::string_view remote_tag) const {
  const auto found = dialogs_.find({std::string(call_id), std::string(local_tag)});
  if (found == dialogs_.end()) return std::nullopt;
  const auto name = name_of(found->second.first, found->second.second);
  return name && name->remote_tag == remote_tag ? std::optional(found->second) : std::nullopt;
}

std::optional<sip::DialogName> SimStack::name_of(CallId call, call::LegId leg) const {
  const auto found = calls_.find(call);
  if (found == calls_.end()) return std::nullopt;
  const auto at = found->second.legs.find(leg);
  if (at == found->second.legs.end() || at->second.dialog.remote_tag.empty()) return std::nullopt;
  const Dialog& dialog = at->second.dialog;
  return sip::DialogName{dialog.call_id, dialog.local_tag, dialog.remote_tag};
}

/// From now on it is the core that owes an answer, an ACK, a BYE.
void SimStack::note_told(CallId call, const call::Event& event) {
  SimCall* found = find_call(call);
  if (const auto* answered = std::get_if<call::Answered>(&event); answered && answered->status / 100 == 2) {
    if (SimLeg* leg = find_leg(call, answered->leg)) leg->told = true;
  }
  const auto note = [found](const auto& said) {
    if constexpr (requires { call::RequestId(said.request); }) {
      const auto row = found->requests.find(said.request);
      if (row != found->requests.end()) row->second.told = true;
    }
  };
  std::visit(note, event);
}

void SimStack::run_once(Duration, sip::EventSink& sink) {
  delivering_.swap(news_);
  for (News& news : delivering_) {
    std::visit(Overloaded{[&](sip::ArrivalId id) { deliver(id, sink); },
                          [&](CallNews& said) {
                            if (!find_call(said.call)) return;  // released meanwhile
                            note_told(said.call, said.event);
                            sink.on_event(said.call, std::move(said.event));
                          }},
               news);
  }
  delivering_.clear();
}

sip::StackStats SimStack::stats() const {
  sip::StackStats stats;
  stats.server_transactions = layer_.servers();
  stats.client_transactions = layer_.clients();
  stats.dialogs = dialogs_.size();
  stats.requests_received = layer_.requests_received;
  stats.responses_received = layer_.responses_received;
  stats.retransmissions_sent = layer_.repetitions_sent;
  stats.retransmissions_received = layer_.repetitions_received;
  return stats;
}

}  // namespace tandem::scenario
