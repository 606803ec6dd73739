// The library's calls that take tag lists, behind plain functions. Tag lists are C varargs: a forgotten TAG_END crashes
// and a wrong type is silent, so wire.cpp is the only file that writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "sip/handles.hpp"
#include "sip/sofia.hpp"
#include "tandem/sip/stack.hpp"

namespace tandem::sip::wire {

/// Headers that every message of ours carries, made once. They live as long as the home they were made in.
struct Identity {
  const sip_contact_t* contact = nullptr;  ///< nullptr: none in this message
  const sip_allow_t* allow = nullptr;
  const sip_user_agent_t* user_agent = nullptr;
  const sip_server_t* server = nullptr;
};

/// What a message of ours adds to what its transaction and dialog say.
struct Content {
  Identity identity;
  std::string headers;  ///< "Name: value\r\n" lines
  std::string body;     ///< empty: none
  const char* type = "application/sdp";
};

/// Where a request of ours goes.
struct Destination {
  /// The listener's name as the library keeps it (BoundListener::ident): a transaction holds on to this very pointer,
  /// and CANCEL looks its listener up by it.
  const char* listener = nullptr;
  std::string route;              ///< URI of the next hop
  tport_t* connection = nullptr;  ///< an open one, which the request goes over whatever the route says
};

nta_agent_t* create_agent(su_root_t* root, nta_message_f* on_message, const StackOptions& options);
/// 0, or -1 with errno.
int add_listener(nta_agent_t* agent, const std::string& bind_uri, const std::string& name);

/// Reads the library's counters into `stats`.
void read_statistics(nta_agent_t* agent, StackStats& stats);

/// Answers without a transaction. Takes over `request`.
void reply_stateless(nta_agent_t* agent, msg_t* request, tport_t* transport, int status, const std::string& phrase,
                     const Content& content);
/// Takes over `request`.
nta_incoming_t* create_server_transaction(nta_agent_t* agent, nta_leg_t* leg, msg_t* request, tport_t* transport);
int reply(nta_incoming_t* transaction, int status, const std::string& phrase, const Content& content);
/// A provisional response with Require: 100rel and RSeq. False: the request does not know 100rel, or one is not acknowledged yet.
bool reply_reliably(nta_incoming_t* invite, nta_prack_f* on_prack, ContextId id, int status, const std::string& phrase,
                    const Content& content);

/// The dialog that a request outside a dialog opens; local_tag is ours.
nta_leg_t* create_server_leg(nta_agent_t* agent, nta_request_f* on_request, ContextId id, const sip_t& request,
                             const std::string& local_tag);
/// from carries our tag.
nta_leg_t* create_client_leg(nta_agent_t* agent, nta_request_f* on_request, ContextId id, const std::string& from,
                             const std::string& to, const std::string& call_id);

struct Callback {
  nta_response_f* function = nullptr;
  ContextId id;
};
/// The dialog that `response` to the INVITE opens on the caller's side; its next request follows that INVITE.
nta_leg_t* create_early_leg(nta_agent_t* agent, nta_request_f* on_request, ContextId id, const sip_t& invite,
                            const sip_t& response);

struct Method {
  sip_method_t method = sip_method_unknown;
  const char* name = nullptr;
};
/// What a request of ours is, beside its dialog.
struct Asked {
  Method method;
  std::string request_uri;            ///< empty: as the dialog says
  std::optional<std::uint32_t> cseq;  ///< of the INVITE that an ACK is for; else the dialog's next
};
/// A request that is whole but for its Via; empty: the library could not make it.
MsgRef make_request(nta_agent_t* agent, nta_leg_t* leg, const Asked& asked, const Content& content);
/// The same as it left, for another way: without its Via.
MsgRef copy_request(nta_outgoing_t* sent);
/// Octets of the request as it stands; 0: it cannot be written out.
std::size_t length_of(const MsgRef& request);
/// callback.function may be null: then nobody hears how it ended, and the library lets go of it. The library
/// asserts that the INVITE of an ACK is there; it repeats the ACK for each repeated 2xx.
nta_outgoing_t* send(nta_agent_t* agent, Callback callback, const Destination& to, const std::string& branch,
                     MsgRef request);
/// reason_header: value of Reason, or empty.
void cancel(nta_outgoing_t* invite, const std::string& reason_header);

}  // namespace tandem::sip::wire
