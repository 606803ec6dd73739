// sip: sofia-sip behind one door, at NTA level: wire to events, effects to wire. It keeps transactions, dialogs and transports;
// it decides nothing. Its twin for tests is a simulated transaction layer. RFC 3261 §12, §17, §18.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tandem/base/address.hpp"
#include "tandem/base/expected.hpp"
#include "tandem/base/fd_watcher.hpp"
#include "tandem/base/ids.hpp"
#include "tandem/base/time.hpp"
#include "tandem/call/effect.hpp"
#include "tandem/call/event.hpp"
#include "tandem/config/config.hpp"
#include "tandem/message/message.hpp"

namespace tandem::sip {

/// What Allow says: exactly the methods that are handled everywhere. A header row {"Allow", "REFER"} of an effect adds
/// to it what is handled on one trunk.
inline constexpr std::string_view kAllowedMethods = "INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, PRACK, INFO";

/// A request outside every dialog that waits for a decision.
using ArrivalId = GenerationalId<struct ArrivalTag>;

struct Arrival {
  ArrivalId id;
  message::Request request;  ///< all headers, in order
  SocketAddress source;
  Transport transport = Transport::Udp;
  std::string listener;  ///< its name
};

/// Where the stack's news goes. Called from run_once(), never from inside a library callback.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on_arrival(Arrival&&) = 0;
  virtual void on_event(CallId, call::Event&&) = 0;
};

/// What a dialog is known by (RFC 3261 §12); local is our end.
struct DialogName {
  std::string call_id;
  std::string local_tag;
  std::string remote_tag;
  friend bool operator==(const DialogName&, const DialogName&) = default;
};

struct StackStats {
  std::size_t server_transactions = 0;
  std::size_t client_transactions = 0;
  std::size_t dialogs = 0;
  std::uint64_t requests_received = 0;
  std::uint64_t responses_received = 0;
  std::uint64_t bad_messages = 0;
  std::uint64_t retransmissions_sent = 0;
  std::uint64_t retransmissions_received = 0;
  std::uint64_t stale_callbacks = 0;
  std::size_t tcp_connections = 0;
  std::uint64_t connections_closed = 0;    ///< by us: silent, idle or too many
  std::uint64_t unanswered_requests = 0;   ///< let go without a final response, so that 500 went out: our mistake
  std::uint64_t arrivals_refused = 0;      ///< dropped because too many wait for a decision
};

/// All members on the signalling thread that made it.
class SipStack : public FdWatcher {
 public:
  ~SipStack() override = default;

  // A request outside a dialog: exactly one of these four per arrival.
  /// The INVITE becomes leg A of this call; its later events carry the call's id.
  virtual void adopt(ArrivalId, CallId) = 0;
  virtual void respond(ArrivalId, int status, std::string_view phrase, const std::vector<message::Header>&) = 0;
  virtual void drop(ArrivalId) = 0;

  /// Carries out one effect of this call. plan: the call's RoutePlan, for SendInvite.
  virtual void perform(CallId, const call::SipEffect&, const trunk::RoutePlan& plan) = 0;
  /// Lets go of everything the call still holds, safely on the wire (CANCEL or BYE where one is due).
  virtual void release(CallId) = 0;

  /// Waits at most max_wait for the wire, a timer or a watched descriptor, then hands everything that came to the sink.
  virtual void run_once(Duration max_wait, EventSink&) = 0;
  /// True while events wait that no run_once() has delivered.
  virtual bool has_pending() const = 0;

  /// The leg whose dialog has that name (RFC 3891 §3); nullopt: none of ours.
  virtual std::optional<std::pair<CallId, call::LegId>> find_dialog(std::string_view call_id, std::string_view local_tag,
                                                                    std::string_view remote_tag) const = 0;
  /// The name of a leg's dialog; nullopt: it has none yet, or none any more.
  virtual std::optional<DialogName> name_of(CallId, call::LegId) const = 0;

  virtual StackStats stats() const = 0;
  /// The addresses bound, in the listeners' order (port 0 resolved).
  virtual std::vector<config::Listener> listeners() const = 0;
};

struct StackOptions {
  std::vector<config::Listener> listeners;
  std::uint32_t shard = 0;        ///< goes into every tag, branch and Contact user
  std::string user_agent;          ///< Server and User-Agent; empty: none
  std::chrono::milliseconds t1{500};  ///< RFC 3261 §17.1.1.1; T2 = 8 T1, T4 = 10 T1, timers B, F and H = 64 T1
  Duration silent_connection{std::chrono::seconds(10)};  ///< a TCP peer's first whole message comes within this
  Duration idle_connection{std::chrono::seconds(600)};   ///< TCP without an octet in either direction
  std::size_t max_connections = 2000;  ///< TCP; above it, connections that have not spoken are closed
  std::size_t max_arrivals = 1000;     ///< requests that wait for a decision; above it they are dropped
};

/// Once a process, before any thread: clears the library's environment variables, sets its log to ours.
void initialise_library();

/// Binds every listener; the error names the one that could not be bound.
Expected<std::unique_ptr<SipStack>, std::string> start_sip(const StackOptions&);

}  // namespace tandem::sip
