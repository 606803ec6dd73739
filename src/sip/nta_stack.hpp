// The stack itself. News from the library's callbacks is queued and handed to the sink by run_once(), after the library
// has returned: nothing of the core runs inside a callback.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "sip/agent.hpp"
#include "sip/connections.hpp"
#include "sip/handles.hpp"
#include "tandem/base/random.hpp"
#include "tandem/base/thread_role.hpp"
#include "tandem/sip/stack.hpp"

namespace tandem::sip {

/// A request outside a dialog that waits for a decision; it has no transaction yet, so silence is possible.
struct PendingArrival {
  MsgRef request;
  TransportRef transport;
  MsgRef cancel;  ///< CANCEL that came before the decision
};

/// One leg's side of the wire.
struct WireLeg {
  DialogLeg dialog;
  ClientTransaction invite;  ///< B legs, until its final response was dealt with
  ClientTransaction bye;
  const BoundListener* listener = nullptr;
  SocketAddress peer;        ///< where the INVITE came from or went to: the next hop when the dialog names no number
  Transport transport = Transport::Udp;
  std::string request_uri;   ///< B legs: of the INVITE
  bool established = false;  ///< a 2xx was sent or received
  bool acked = false;        ///< B legs: our ACK went out
  bool over = false;         ///< BYE sent or received, or never established
};

/// One call's side of the wire.
struct WireCall {
  ServerTransaction invite;  ///< of leg A, until acknowledged
  std::map<call::LegId, WireLeg> legs;
  std::map<call::RequestId, ServerTransaction> requests;
  std::uint32_t last_request = 0;
};

class NtaStack final : public SipStack {
 public:
  static Expected<std::unique_ptr<SipStack>, std::string> start(const StackOptions&);
  ~NtaStack() override;

  void adopt(ArrivalId, CallId) override;
  void respond(ArrivalId, int status, std::string_view phrase, const std::vector<message::Header>&) override;
  void drop(ArrivalId) override;
  void perform(CallId, const call::SipEffect&, const trunk::RoutePlan& plan) override;
  void release(CallId) override;
  void run_once(Duration max_wait, EventSink&) override;
  bool has_pending() const override { return !news_.empty(); }
  StackStats stats() const override;
  std::vector<config::Listener> listeners() const override;
  void watch_readable(int fd, std::function<void()> ready) override;
  void forget(int fd) override;

  // For the trampolines, inside a callback of the library.
  void on_message(MsgRef message);
  int on_dialog_request(ContextId, nta_incoming_t*, const sip_t&);
  void on_ack_or_cancel(ContextId, const nta_incoming_t*, const sip_t* sip);
  void on_response(ContextId, const nta_outgoing_t*, const sip_t* sip);
  void on_readable(int fd);
  Connections& connections() { return connections_; }

 private:
  struct CallNews {
    CallId call;
    call::Event event;
    ContextId from;  ///< the transaction that said it, where it ends by it
  };
  struct ReadableNews {
    int fd = -1;
  };
  using News = std::variant<ArrivalId, CallNews, ReadableNews>;
  struct Watch {
    std::function<void()> ready;
    int index = -1;
    bool queued = false;
  };

  explicit NtaStack(const StackOptions&);

  // arrivals.cpp
  void on_request_outside(MsgRef request);
  bool belongs_to_pending(const sip_t& request, MsgRef& message);
  void deliver(ArrivalId, EventSink&);
  PendingArrival take(ArrivalId);
  void refuse(PendingArrival arrival, int status);
  void cancel_adopted(CallId, WireCall&, const sip_t& cancel, MsgRef message);

  // invite.cpp
  void carry_out(CallId, const call::SendInvite&, const trunk::RoutePlan&);
  void carry_out(CallId, const call::SendCancel&);
  bool open_leg(CallId, const call::SendInvite&, const trunk::PlannedTarget&, WireLeg&);
  void send_invite(CallId, const call::SendInvite&, const trunk::PlannedTarget&, WireLeg&);

  // answer.cpp
  void carry_out(CallId, const call::RespondToInvite&);
  void carry_out(CallId, const call::RespondToRequest&);

  // in_dialog.cpp
  void carry_out(CallId, const call::SendPrack&);
  void carry_out(CallId, const call::SendOffer&);
  void carry_out(CallId, const call::SendNotify&);
  void carry_out(CallId, const call::SendInfo&);

  // dialog.cpp
  void carry_out(CallId, const call::SendAck&);
  void carry_out(CallId, const call::SendBye&);
  void carry_out(CallId, const call::ReleaseLeg&);
  wire::Destination next_hop(const WireLeg&) const;
  void send_ack(WireLeg&, const std::string& sdp, const std::vector<message::Header>&);
  void send_bye(CallId, call::LegId, WireLeg&, const std::vector<message::Header>&, bool report);
  void let_go(CallId, call::LegId, WireLeg&);

  // nta_stack.cpp
  void deliver(CallNews&, EventSink&);
  void settle(const CallNews&);
  void tell(CallId call, call::Event event, ContextId from = {}) { news_.push_back(CallNews{call, std::move(event), from}); }
  WireCall* find_call(CallId);
  WireLeg* find_leg(CallId, call::LegId);
  std::string new_tag();
  std::string new_branch();

  ThreadRole role_;
  StackOptions options_;
  Random random_;
  Contexts contexts_;
  Connections connections_;
  std::unique_ptr<Agent> agent_;
  SlotMap<PendingArrival, ArrivalId> arrivals_;
  std::vector<ArrivalId> undecided_;  ///< in the order of arrival
  std::unordered_map<CallId, WireCall> calls_;
  std::vector<News> news_;
  std::vector<News> delivering_;
  std::unordered_map<int, Watch> watches_;
  Instant next_sweep_;
  std::uint64_t arrivals_refused_ = 0;
};

/// "Name: value" lines for the library; line ends inside a value become spaces.
std::string header_lines(const std::vector<message::Header>&);

// The library's callbacks (trampolines.cpp): noexcept, they only find the stack and queue news.
extern "C" {
int tandem_on_message(nta_agent_magic_t*, nta_agent_t*, msg_t*, sip_t*) noexcept;
int tandem_on_dialog_request(nta_leg_magic_t*, nta_leg_t*, nta_incoming_t*, const sip_t*) noexcept;
int tandem_on_ack_or_cancel(nta_incoming_magic_t*, nta_incoming_t*, const sip_t*) noexcept;
int tandem_on_response(nta_outgoing_magic_t*, nta_outgoing_t*, const sip_t*) noexcept;
int tandem_on_readable(su_root_magic_t*, su_wait_t*, su_wakeup_arg_t*) noexcept;
}

}  // namespace tandem::sip
