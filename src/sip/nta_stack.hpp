// The stack itself. News from the library's callbacks is queued and handed to the sink by run_once(), after the library
// has returned: nothing of the core runs inside a callback.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "sip/agent.hpp"
#include "sip/connections.hpp"
#include "sip/handles.hpp"
#include "sip/large.hpp"
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

/// A dialog of a B leg before its 2xx, where a response in it was sent reliably (RFC 3262).
struct EarlyDialog {
  DialogLeg dialog;               ///< empty: it has become the leg's own
  std::uint32_t invite_cseq = 0;
  std::uint32_t rseq = 0;         ///< of the last response sent reliably
};

/// One leg's side of the wire.
struct WireLeg {
  DialogLeg dialog;
  ClientTransaction invite;  ///< B legs, until its final response was dealt with
  ClientTransaction offer;   ///< our UPDATE until its final response, our re-INVITE until its ACK
  ClientTransaction bye;
  const BoundListener* listener = nullptr;
  SocketAddress peer;        ///< where the INVITE came from or went to: the next hop when the dialog names no number
  CarriedBy connection;      ///< leg A over TCP: the one that it came by, or came back by
  Transport transport = Transport::Udp;
  config::LargeRequests large_requests = config::LargeRequests::Udp;
  enum class ByTcp : std::uint8_t { Untried, Works, Fails };
  ByTcp by_tcp = ByTcp::Untried;  ///< what became of a large request
  std::string request_uri;   ///< B legs: of the INVITE
  bool established = false;  ///< a 2xx was sent or received
  bool over = false;         ///< BYE sent or received, or never established
  // Empty in a plain call.
  std::map<std::string, EarlyDialog, std::less<>> early;  ///< B legs: by the far end's tag
  std::string followed;                                   ///< B legs: of the early dialog in which we sent a PRACK last
  std::vector<ClientTransaction> pracks;
  struct Refer {
    call::RequestId request;
    std::uint32_t cseq = 0;
    bool is_first = false;  ///< in its dialog
  };
  std::vector<Refer> refers;  ///< the last ones
};

/// One call's side of the wire.
struct WireCall {
  ServerTransaction invite;  ///< of leg A, until acknowledged
  std::map<call::LegId, WireLeg> legs;
  std::map<call::RequestId, ServerTransaction> requests;  ///< a re-INVITE until its ACK, others until our final response
  std::uint32_t last_request = 0;
  bool awaits_prack = false;                 ///< a response to A's INVITE was sent reliably
  call::RequestId prack;                     ///< the PRACK that waits for our final response
  std::vector<call::RespondToInvite> held;   ///< what waits for that, in order
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
  std::optional<std::pair<CallId, call::LegId>> find_dialog(std::string_view call_id, std::string_view local_tag,
                                                            std::string_view remote_tag) const override;
  std::optional<DialogName> name_of(CallId, call::LegId) const override;
  StackStats stats() const override;
  std::vector<config::Listener> listeners() const override;
  void watch_readable(int fd, std::function<void()> ready) override;
  void forget(int fd) override;

  // For the trampolines, inside a callback of the library.
  void on_message(MsgRef message);
  int on_dialog_request(ContextId, nta_incoming_t*, const sip_t&);
  void on_ack_or_cancel(ContextId, const nta_incoming_t*, const sip_t* sip);
  int on_prack(ContextId, nta_reliable_t*, nta_incoming_t* prack, const sip_t* sip);
  void on_response(ContextId, const nta_outgoing_t*, const sip_t* sip);
  void on_readable(int fd);
  void end_fork(MsgRef response);  // forks.cpp
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
  /// A request that was moved to TCP in vain.
  struct UnsentNews {
    ContextId transaction;
  };
  using News = std::variant<ArrivalId, CallNews, ReadableNews, UnsentNews>;
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
  void dispatch(const Context&, ContextId, const nta_outgoing_t*, int status, const sip_t* sip);
  void on_invite_response(const Context&, ContextId, int status, const sip_t* sip);

  // answer.cpp
  void carry_out(CallId, const call::RespondToInvite&);
  void carry_out(CallId, const call::RespondToRequest&);

  // in_dialog.cpp
  void carry_out(CallId, const call::SendOffer&);
  void carry_out(CallId, const call::SendNotify&);
  void carry_out(CallId, const call::SendInfo&);
  nta_leg_t* current_dialog(call::LegId, const WireLeg&) const;
  nta_leg_t* dialog_with(const WireLeg&, const char* remote_tag) const;
  void on_offer_response(const Context&, ContextId, const nta_outgoing_t*, int status, const sip_t* sip);
  void send_unheard(call::LegId, WireLeg&, wire::Method, const wire::Content&);

  // large.cpp
  bool may_move(const WireLeg&, const Hop&, const wire::Callback&) const;
  /// Makes a request and sends it by the hop, or by TCP instead; nullptr: it could not be made.
  nta_outgoing_t* send(const WireLeg&, nta_leg_t* dialog, const wire::Callback&, Hop, const wire::Asked&,
                       const wire::Content&);
  bool goes_again(ContextId, const Context&, int status, const sip_t* sip);
  void give_up_connections(Instant now);
  void go_again(ContextId);
  void send_by_udp(ContextId);
  ClientTransaction* transaction_of(ContextId);

  // reliable.cpp
  void carry_out(CallId, const call::SendPrack&);
  bool must_wait(WireCall&, const call::RespondToInvite&);
  void send_held(CallId);
  bool take_reliable(const Context&, WireLeg&, const sip_t&, std::optional<std::uint32_t>& rseq);
  void settle_early(WireLeg&, const char* remote_tag);

  // dialog.cpp
  void carry_out(CallId, const call::SendAck&);
  void carry_out(CallId, const call::SendBye&);
  void carry_out(CallId, const call::ReleaseLeg&);
  Hop next_hop(const WireLeg&, nta_leg_t* dialog) const;
  void note_connection(WireLeg&, tport_t* way, nta_incoming_t*);
  void send_ack(WireLeg&, const std::string& sdp, const std::vector<message::Header>&);
  void send_bye(CallId, call::LegId, WireLeg&, const std::vector<message::Header>&, bool report);
  void let_go(CallId, call::LegId, WireLeg&);
  call::RequestId keep_request(const Context& dialog, WireCall&, nta_incoming_t*);
  void on_unacknowledged(const Context&, ContextId);
  void note_refer(WireLeg&, call::RequestId, const sip_t&);

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
  MovedRequests moved_;
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
int tandem_on_prack(nta_reliable_magic_t*, nta_reliable_t*, nta_incoming_t*, const sip_t*) noexcept;
int tandem_on_ack_or_cancel(nta_incoming_magic_t*, nta_incoming_t*, const sip_t*) noexcept;
int tandem_on_response(nta_outgoing_magic_t*, nta_outgoing_t*, const sip_t*) noexcept;
int tandem_on_readable(su_root_magic_t*, su_wait_t*, su_wakeup_arg_t*) noexcept;
}

}  // namespace tandem::sip
