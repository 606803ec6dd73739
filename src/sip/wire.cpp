#include "sip/wire.hpp"

#include "sip/hooks.hpp"
#include "tandem/message/message.hpp"

namespace tandem::sip::wire {

namespace {

// Octets; larger: 413, and a stream is closed. What follows a message of 64 KiB in the same portion counts with it.
constexpr unsigned kMaxMessage = 65536 + kStreamPortion;
constexpr unsigned kUdpMtu = 65535;               // never change UDP to TCP on the library's own account
constexpr unsigned kUdpReceiveBuffer = 8u << 20;  // octets
constexpr unsigned kQueue = 1000;                 // listen backlog and messages a connection; the library's own maximum
constexpr unsigned kPartialMessageMs = 5000;      // half a message on a stream, then silence
constexpr unsigned kIdleConnectionMs = 600000;
// Taken with each message at once, beside the room for its text: its headers fit into it, so that a message costs four
// allocations instead of thirty. What is not used of it is never touched.
constexpr unsigned kMessageRoom = 2048;
constexpr unsigned kEveryHeader = ~0u;            // any malformed header of a request: 400 that names it
// A response is dropped for what it cannot be a response without, and for nothing else: a 200 that were dropped for its Min-SE
// would leave its sender with a call that nobody knows. What cannot be read counts as absent.
constexpr unsigned kEssentialHeaders = sip_mask_response;

const char* text_or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }
const char* type_or_null(const Content& content) { return content.body.empty() ? nullptr : content.type; }
// A string is a URL to the library when its first word is not a url_t's; the header says so by this union.
const url_string_t* as_url(const std::string& text) {
  return text.empty() ? nullptr : reinterpret_cast<const url_string_t*>(text.c_str());
}
const std::string& phrase_or_standard(int status, const std::string& phrase, std::string& room) {
  if (!phrase.empty()) return phrase;
  room = message::status_phrase(status);
  return room;
}

// The library keeps the pointer to a phrase, and a response may wait for a PRACK before it is written out: the text has to be
// the message's own.
msg_t* create_response(nta_incoming_t* transaction, int status, const std::string& phrase, const Content& content) {
  msg_t* response = nta_incoming_create_response(transaction, status, "");
  if (!response) return nullptr;
  std::string room;
  sip_object(response)->sip_status->st_phrase =
      su_strdup(msg_home(response), phrase_or_standard(status, phrase, room).c_str());
  if (nta_incoming_complete_response(transaction, response, status, nullptr, SIPTAG_CONTACT(content.identity.contact),
                                     SIPTAG_ALLOW(content.identity.allow), SIPTAG_SERVER(content.identity.server),
                                     SIPTAG_HEADER_STR(text_or_null(content.headers)),
                                     SIPTAG_CONTENT_TYPE_STR(type_or_null(content)),
                                     SIPTAG_PAYLOAD_STR(text_or_null(content.body)), TAG_END()) == 0)
    return response;
  msg_destroy(response);
  return nullptr;
}

}  // namespace

nta_agent_t* create_agent(su_root_t* root, nta_message_f* on_message, const StackOptions& options) {
  const auto t1 = static_cast<unsigned>(options.t1.count());
  return nta_agent_create(
      root, reinterpret_cast<const url_string_t*>(-1), on_message, nullptr,  //
      // Without the copy the parser writes into the text that it read, and an arrival could not show its headers.
      NTATAG_SIPFLAGS(MSG_DO_CANONIC | MSG_DO_EXTRACT_COPY), NTATAG_UA(1), NTATAG_MERGE_482(1), NTATAG_SERVER_RPORT(2), NTATAG_CLIENT_RPORT(1), NTATAG_TCP_RPORT(1),
      NTATAG_UDP_MTU(kUdpMtu), NTATAG_MAXSIZE(kMaxMessage), NTATAG_PRELOAD(kMessageRoom), NTATAG_PASS_100(1), NTATAG_PASS_408(1),
      NTATAG_TIMEOUT_408(1), NTATAG_EXTRA_100(0), NTATAG_USE_NAPTR(0), NTATAG_USE_SRV(0), NTATAG_CANCEL_487(1),
      NTATAG_CANCEL_2543(0), NTATAG_REL100(0), NTATAG_BAD_REQ_MASK(kEveryHeader),
      NTATAG_BAD_RESP_MASK(kEssentialHeaders), NTATAG_SIP_T1(t1),
      NTATAG_SIP_T1X64(64 * t1), NTATAG_SIP_T2(8 * t1), NTATAG_SIP_T4(10 * t1), TPTAG_UDP_RMEM(kUdpReceiveBuffer),
      TPTAG_UDP_WMEM(kUdpReceiveBuffer), TPTAG_QUEUESIZE(kQueue), TPTAG_TIMEOUT(kPartialMessageMs),
      TPTAG_IDLE(kIdleConnectionMs), TPTAG_PONG2PING(1), TPTAG_LOG(0), TAG_END());
}

int add_listener(nta_agent_t* agent, const std::string& bind_uri, const std::string& name) {
  return nta_agent_add_tport(agent, as_url(bind_uri), TPTAG_IDENT(name.c_str()), TPTAG_UDP_RMEM(kUdpReceiveBuffer),
                             TPTAG_UDP_WMEM(kUdpReceiveBuffer), TPTAG_QUEUESIZE(kQueue), TPTAG_TIMEOUT(kPartialMessageMs),
                             TPTAG_IDLE(kIdleConnectionMs), TPTAG_PONG2PING(1), TAG_END());
}

void read_statistics(nta_agent_t* agent, StackStats& stats) {
  usize_t incoming = 0, outgoing = 0, legs = 0, requests = 0, responses = 0, bad = 0;
  usize_t again_request = 0, again_response = 0, received_again = 0;
  nta_agent_get_stats(agent, NTATAG_S_IRQ_HASH_USED_REF(incoming), NTATAG_S_ORQ_HASH_USED_REF(outgoing),
                      NTATAG_S_LEG_HASH_USED_REF(legs), NTATAG_S_RECV_REQUEST_REF(requests),
                      NTATAG_S_RECV_RESPONSE_REF(responses), NTATAG_S_BAD_MESSAGE_REF(bad),
                      NTATAG_S_RETRY_REQUEST_REF(again_request), NTATAG_S_RETRY_RESPONSE_REF(again_response),
                      NTATAG_S_RECV_RETRY_REF(received_again), TAG_END());
  stats.server_transactions = incoming;
  stats.client_transactions = outgoing;
  stats.dialogs = legs;
  stats.requests_received = requests;
  stats.responses_received = responses;
  stats.bad_messages = bad;
  stats.retransmissions_sent = again_request + again_response;
  stats.retransmissions_received = received_again;
}

void reply_stateless(nta_agent_t* agent, msg_t* request, tport_t* transport, int status, const std::string& phrase,
                     const Content& content) {
  std::string room;
  nta_msg_treply(agent, request, status, phrase_or_standard(status, phrase, room).c_str(), NTATAG_TPORT(transport),
                 SIPTAG_CONTACT(content.identity.contact), SIPTAG_ALLOW(content.identity.allow),
                 SIPTAG_SERVER(content.identity.server), SIPTAG_HEADER_STR(text_or_null(content.headers)), TAG_END());
}

nta_incoming_t* create_server_transaction(nta_agent_t* agent, nta_leg_t* leg, msg_t* request, tport_t* transport) {
  return nta_incoming_create(agent, leg, request, sip_object(request), NTATAG_TPORT(transport), TAG_END());
}

int reply(nta_incoming_t* transaction, int status, const std::string& phrase, const Content& content) {
  msg_t* response = create_response(transaction, status, phrase, content);
  return response ? nta_incoming_mreply(transaction, response) : -1;
}

bool reply_reliably(nta_incoming_t* invite, nta_prack_f* on_prack, ContextId id, int status, const std::string& phrase,
                    const Content& content) {
  msg_t* response = create_response(invite, status, phrase, content);
  return response && nta_reliable_mreply(invite, on_prack, to_magic<nta_reliable_magic_t>(id), response);
}

nta_leg_t* create_server_leg(nta_agent_t* agent, nta_request_f* on_request, ContextId id, const sip_t& request,
                             const std::string& local_tag) {
  // The tag is there from the start: nta_leg_tag() afterwards would let requests without a To tag match this dialog.
  su_home_t home[1] = {SU_HOME_INIT(home)};
  su_home_init(home);
  nta_leg_t* leg = nullptr;
  if (sip_to_t* local = sip_to_dup(home, request.sip_to); local && sip_to_tag(home, local, local_tag.c_str()) == 0) {
    leg = nta_leg_tcreate(agent, on_request, to_magic<nta_leg_magic_t>(id), SIPTAG_CALL_ID(request.sip_call_id),
                          SIPTAG_FROM(local), SIPTAG_TO(request.sip_from), NTATAG_REMOTE_CSEQ(request.sip_cseq->cs_seq),
                          TAG_END());
  }
  su_home_deinit(home);
  return leg;
}

nta_leg_t* create_client_leg(nta_agent_t* agent, nta_request_f* on_request, ContextId id, const std::string& from,
                             const std::string& to, const std::string& call_id) {
  return nta_leg_tcreate(agent, on_request, to_magic<nta_leg_magic_t>(id), SIPTAG_CALL_ID_STR(call_id.c_str()),
                         SIPTAG_FROM_STR(from.c_str()), SIPTAG_TO_STR(to.c_str()), TAG_END());
}

nta_leg_t* create_early_leg(nta_agent_t* agent, nta_request_f* on_request, ContextId id, const sip_t& invite,
                            const sip_t& response) {
  return nta_leg_tcreate(agent, on_request, to_magic<nta_leg_magic_t>(id), SIPTAG_CALL_ID(invite.sip_call_id),
                         SIPTAG_FROM(invite.sip_from), SIPTAG_TO(response.sip_to), SIPTAG_CSEQ(invite.sip_cseq), TAG_END());
}

MsgRef make_request(nta_agent_t* agent, nta_leg_t* leg, const Asked& asked, const Content& content) {
  MsgRef request = MsgRef::adopt(nta_msg_create(agent, 0));
  if (!request) return {};
  const std::string sequence =
      asked.cseq ? std::to_string(*asked.cseq) + " " + asked.method.name : std::string{};
  const bool is_made =
      sip_add_tl(request.borrow(), request.sip(), SIPTAG_CSEQ_STR(text_or_null(sequence)),
                 SIPTAG_CONTACT(content.identity.contact), SIPTAG_ALLOW(content.identity.allow),
                 SIPTAG_USER_AGENT(content.identity.user_agent),
                 SIPTAG_HEADER_STR(text_or_null(content.headers)),
                 SIPTAG_CONTENT_TYPE_STR(type_or_null(content)),
                 SIPTAG_PAYLOAD_STR(text_or_null(content.body)), TAG_END()) >= 0 &&
      nta_msg_request_complete(request.borrow(), leg, asked.method.method, asked.method.name,
                               as_url(asked.request_uri)) >= 0 &&
      sip_complete_message(request.borrow()) >= 0;
  return is_made ? std::move(request) : MsgRef{};
}

MsgRef copy_request(nta_outgoing_t* sent) {
  const MsgRef original = MsgRef::adopt(nta_outgoing_getrequest(sent));
  if (!original) return {};
  MsgRef copy = MsgRef::adopt(msg_dup(original.borrow()));
  if (!copy) return {};
  sip_t* sip = copy.sip();
  while (sip->sip_via)
    msg_header_remove(copy.borrow(), reinterpret_cast<msg_pub_t*>(sip),
                      reinterpret_cast<msg_header_t*>(sip->sip_via));
  return copy;
}

std::size_t length_of(const MsgRef& request) {
  if (msg_serialize(request.borrow(), reinterpret_cast<msg_pub_t*>(request.sip())) < 0) return 0;
  const int length = msg_prepare(request.borrow());
  msg_unprepare(request.borrow());  // a Via is still to come
  return length < 0 ? 0 : static_cast<std::size_t>(length);
}

nta_outgoing_t* send(nta_agent_t* agent, Callback callback, const Destination& to, const std::string& branch,
                     MsgRef request) {
  nta_outgoing_t* made =
      nta_outgoing_mcreate(agent, callback.function, to_magic<nta_outgoing_magic_t>(callback.id),
                           as_url(to.route), request.borrow(), TPTAG_IDENT(to.listener),
                           NTATAG_TPORT(to.connection), NTATAG_BRANCH_KEY(branch.c_str()), TAG_END());
  if (made) (void)request.release();
  return made;
}

void cancel(nta_outgoing_t* invite, const std::string& reason_header) {
  nta_outgoing_tcancel(invite, nullptr, nullptr, SIPTAG_REASON_STR(text_or_null(reason_header)), TAG_END());
}

}  // namespace tandem::sip::wire
