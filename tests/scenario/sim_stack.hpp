// The twin of the real stack: the SipStack interface over simulated transactions and a simulated wire. What
// it promises is what include/tandem/sip/stack.hpp says and tests/contract shows of the other one.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "scenario/dialog.hpp"
#include "scenario/transactions.hpp"
#include "tandem/base/slot_map.hpp"
#include "tandem/sip/stack.hpp"

namespace tandem::scenario {

/// An early dialog with reliable provisional responses: its PRACKs go to the fork that wants them.
struct EarlyReliable {
  std::uint32_t last_rseq = 0;
  message::Uri target;
  SocketAddress peer;
};

/// One leg's side of the wire.
struct SimLeg {
  Dialog dialog;
  TransactionId invite = 0;  ///< that made the leg, until its final response was dealt with
  TransactionId offer = 0;   ///< our UPDATE until its final response, our re-INVITE until its ACK
  TransactionId bye = 0;
  bool established = false;                        ///< a 2xx was sent or received
  bool told = false;                               ///< and the core has heard of it
  bool over = false;                               ///< BYE sent or received
  std::map<std::string, EarlyReliable> early;      ///< where one was sent reliably, by To tag
};

/// A reliable provisional response on its way (RFC 3262 §3).
struct Reliable {
  std::uint32_t rseq = 0;
  Packet response;
  Duration interval{};
  Agenda::Timer repeat, expiry;
};

/// A request of the peer's.
struct OpenRequest {
  call::LegId leg;
  TransactionId transaction = 0;
  bool told = false;  ///< the core has heard of it
};

/// One call's side of the wire.
struct SimCall {
  TransactionId invite = 0;  ///< of leg A, until acknowledged
  std::map<call::LegId, SimLeg> legs;
  std::map<call::RequestId, OpenRequest>
      requests;  ///< a re-INVITE until its ACK, others until our final response
  std::uint32_t last_request = 0;
  std::uint32_t last_rseq = 0;
  bool answered = false;  ///< the core has given its final response to the INVITE
  std::optional<Reliable> reliable;
  std::optional<call::RequestId> prack;    ///< its PRACK, until our final response
  std::deque<call::RespondToInvite> held;  ///< what waits for that
};

class SimStack final : public sip::SipStack {
 public:
  /// wake: news wait for run_once().
  SimStack(Agenda&, Wire&, SocketAddress own, std::string name, Random, std::function<void()> wake);

  void adopt(sip::ArrivalId, CallId) override;
  void respond(sip::ArrivalId, int status, std::string_view phrase,
               const std::vector<message::Header>&) override;
  void drop(sip::ArrivalId) override;
  void perform(CallId, const call::SipEffect&, const trunk::RoutePlan&) override;
  void release(CallId) override;
  void run_once(Duration max_wait, sip::EventSink&) override;
  bool has_pending() const override { return !news_.empty(); }
  sip::StackStats stats() const override;
  std::vector<config::Listener> listeners() const override { return {}; }
  std::optional<std::pair<CallId, call::LegId>> find_dialog(std::string_view call_id,
                                                            std::string_view local_tag,
                                                            std::string_view remote_tag) const override;
  std::optional<sip::DialogName> name_of(CallId, call::LegId) const override;
  void watch_readable(int, std::function<void()>) override {}
  void forget(int) override {}

  // What an end point needs and the switch does not.
  /// Any request inside the dialog; nobody hears how it ended.
  void ask(CallId, call::LegId, const std::string& method, const std::vector<message::Header>&,
           const std::string& type = {}, const std::string& body = {});
  std::string call_id_of(CallId, call::LegId) const;  ///< empty: there is no such leg

  /// What the user above has got wrong: unanswered requests, legs not released before their call, …
  const std::vector<std::string>& complaints() const { return complaints_; }
  std::uint64_t adopted() const { return adopted_; }
  const SocketAddress& own() const { return layer_.own(); }

 private:
  struct Pending {
    Packet request;
    std::optional<Packet> cancel;  ///< came before the decision
  };
  struct CallNews {
    CallId call;
    call::Event event;
  };
  using News = std::variant<sip::ArrivalId, CallNews>;
  using Inside = std::pair<std::string, std::string>;  ///< Call-ID and local tag

  // sim_arrivals.cpp
  void on_request(const Packet&);
  bool belongs_to_pending(const Packet&);
  Pending take(sip::ArrivalId);
  void deliver(sip::ArrivalId, sip::EventSink&);

  // sim_invite.cpp: INVITE of ours, and our responses to theirs
  void carry_out(CallId, const call::SendInvite&, const trunk::RoutePlan&);
  void carry_out(CallId, const call::SendCancel&);
  void carry_out(CallId, const call::SendAck&);
  void carry_out(CallId, const call::RespondToInvite&);
  void respond_to_invite(CallId, const call::RespondToInvite&);
  void hear_invite(CallId, call::LegId, const Packet& response);
  void send_reliably(CallId, SimCall&, Packet response);
  void repeat_reliable(CallId);
  void send_held(CallId);
  void give_up_reliable(CallId);

  // sim_in_dialog.cpp
  void on_request_inside(CallId, call::LegId, const Packet&);
  void tell_request(CallId, call::LegId, call::RequestId, const Packet&);
  void on_prack(CallId, SimCall&, call::RequestId, const Packet&);
  void carry_out(CallId, const call::RespondToRequest&);
  void carry_out(CallId, const call::SendPrack&);
  void carry_out(CallId, const call::SendOffer&);
  void carry_out(CallId, const call::SendNotify&);
  void carry_out(CallId, const call::SendInfo&);
  void carry_out(CallId, const call::SendBye&);
  void carry_out(CallId, const call::ReleaseLeg&);
  void hear_offer(CallId, call::LegId, const Packet& response);
  void send_ack(SimLeg&, const std::string& sdp, const std::vector<message::Header>&);
  bool wants_ack(TransactionId invite) { return layer_.client(invite) && layer_.client(invite)->wants_ack(); }
  void note_told(CallId, const call::Event&);
  void let_go(SimLeg&);
  Packet inside(SimLeg&, const std::string& method);

  SimCall* find_call(CallId);
  SimLeg* find_leg(CallId, call::LegId);
  void tell(CallId, call::Event);
  void complain(CallId, std::string);
  message::Header contact() const;
  void add_own_headers(Packet&) const;

  Agenda& agenda_;
  std::string name_;
  std::function<void()> wake_;
  Transactions layer_;
  SlotMap<Pending, sip::ArrivalId> arrivals_;
  std::vector<sip::ArrivalId> undecided_;
  std::unordered_map<CallId, SimCall> calls_;
  std::map<Inside, std::pair<CallId, call::LegId>> dialogs_;
  std::vector<News> news_, delivering_;
  std::uint64_t adopted_ = 0;
  std::vector<std::string> complaints_;
};

}  // namespace tandem::scenario
