// Some more of the library's exported functions, defined again: what it does with a stranger's message
// before anybody of ours has seen it.
//
// - It answers some requests (another version of SIP, too large, damaged with a wrong Via) to the host that
//   their Via names, and looks that name up with the system's resolver, on the signalling thread: one
//   datagram from anywhere could stop every call for as long as a name server is silent, or make us knock
//   at a third host's door.
// - tport_deliver() hands each whole message to the agent. Here the way back is settled first: the address
//   that the message came from (RFC 3261 §18.2.1, RFC 3581 §4). And a stream that carried garbage is closed:
//   the library stops reading it, and keeps it. An ACK counts with a header that cannot be read.
// - su_getaddrinfo() is its only way to the resolver. Numeric addresses are all that it is ever asked for by
//   us (names are looked up by the dns room), so it gets no other.
// - msg_extract() parses what has come of a message. With MSG_DO_EXTRACT_COPY it loses as many octets of the
//   first line as there are line ends before it, and a keep-alive before a message (RFC 3261 §7.5, RFC 5626
//   §3.5.1) loses the message.
#include <dlfcn.h>
#include <netdb.h>

#include <cstring>
#include <string>
#include <string_view>

#include "sip/hooks.hpp"
#include "sip/inside.hpp"
#include "sip/nta_stack.hpp"
#include "sip/sofia.hpp"
#include "tandem/base/text.hpp"

namespace tandem::sip {

namespace {

enum class Verdict { Deliver, Discard };

void set_parameter(msg_t* message, sip_via_t* via, const char* name, const std::string& value) {
  su_home_t* home = msg_home(message);
  msg_header_replace_param(home, via->v_common, su_sprintf(home, "%s=%s", name, value.c_str()));
}

/// The address that the message came from, into its topmost Via, as the library does where it looks at the
/// Via at all.
void settle_way_back(msg_t* message, sip_via_t* via) {
  char host[NI_MAXHOST] = "";
  char port[NI_MAXSERV] = "";
  const su_sockaddr_t* from = msg_addr(message);
  const socklen_t length = from->su_family == AF_INET6 ? sizeof from->su_sin6 : sizeof from->su_sin;
  if (::getnameinfo(&from->su_sa, length, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return;
  set_parameter(message, via, "received", host);
  set_parameter(message, via, "rport", port);
}

/// A response with a second Via is for somebody else (RFC 3261 §8.1.3.3).
/// A request whose Via names another transport than it came by has no way back: the library discards the
/// sound ones, and would answer the damaged ones by a connection to whomever they name.
Verdict look_at(const tport_t* transport, msg_t* message) {
  const sip_t* sip = sip_object(message);
  if (!sip || !sip->sip_via) return Verdict::Deliver;
  if (!sip->sip_request) return sip->sip_via->v_next ? Verdict::Discard : Verdict::Deliver;
  const char* claimed = sip_via_transport(sip->sip_via);
  if (!claimed || !iequals(claimed, tport_name(transport)->tpn_proto)) return Verdict::Discard;
  const char* version = sip->sip_request->rq_version;
  const bool is_answered_unseen =
      msg_get_flags(message, MSG_FLG_TOOLARGE) || !version || !iequals(version, "SIP/2.0");
  if (is_answered_unseen) settle_way_back(message, sip->sip_via);
  return Verdict::Deliver;
}

/// The library throws an ACK away for any header that it cannot read, and closes the stream that it came by;
/// no answer could tell its sender (RFC 3261 §17.1.1.3), and after 64*T1 the call would be over. So what
/// cannot be read counts as absent, but for what tells whose ACK it is.
void forgive_ack(msg_t* message) {
  sip_t* sip = sip_object(message);
  const bool is_ack = sip && sip->sip_request && sip->sip_request->rq_method == sip_method_ack;
  if (is_ack && !(msg_extract_errors(message) & sip_mask_request)) sip->sip_error = nullptr;
}

/// Garbage has no answer, and what comes behind it on its stream has no beginning. A part of a message that
/// was waited for in vain (it may be a lone line end) is another matter.
bool breaks_its_stream(const tport_t* transport, msg_t* message) {
  const sip_t* sip = sip_object(message);
  return tport_is_stream(transport) && msg_get_flags(message, MSG_FLG_ERROR) &&
         !msg_get_flags(message, MSG_FLG_TIMEOUT) && !(sip && sip->sip_request && sip->sip_via);
}

using Deliver = void (*)(tport_t*, msg_t*, msg_t*, void*, su_time_t);

Deliver original_deliver() {
  static const auto found = reinterpret_cast<Deliver>(::dlsym(RTLD_NEXT, "tport_deliver"));
  return found;
}

using Extract = int (*)(msg_t*);

Extract original_extract() {
  static const auto found = reinterpret_cast<Extract>(::dlsym(RTLD_NEXT, "msg_extract"));
  return found;
}

/// Empty lines before a start line (RFC 3261 §7.5, RFC 5626 §3.5.1). Where the library copies what it parses it cuts the start
/// line short by their length; so they are let through first, with an end behind them.
void skip_empty_lines(msg_t* message) {
  auto* text = static_cast<char*>(msg_buf_committed_data(message));
  const std::size_t length = text ? msg_buf_committed(message) : 0;
  if (length == 0 || (text[0] != '\r' && text[0] != '\n') || (msg_object(message)->msg_flags & MSG_FLG_HEADERS)) return;
  std::size_t empty = 1;
  while (empty < length && (text[empty] == '\r' || text[empty] == '\n')) ++empty;
  if (empty == length) return;
  const char first = std::exchange(text[empty], '\0');
  (void)original_extract()(message);
  text[empty] = first;
}

void deliver(tport_t* transport, msg_t* message, msg_t* next, void* compressor, su_time_t now) {
  if (look_at(transport, message) == Verdict::Discard) {
    msg_destroy(message);
    return;
  }
  forgive_ack(message);
  if (NtaStack* stack = Inside::current(); stack && breaks_its_stream(transport, message))
    stack->connections().broke(transport);
  original_deliver()(transport, message, next, compressor, now);
}

}  // namespace

}  // namespace tandem::sip

extern "C" {

__attribute__((visibility("default"))) void tport_deliver(tport_t* transport, msg_t* message, msg_t* next,
                                                          void* compressor, su_time_t now) {
  tandem::sip::deliver(transport, message, next, compressor, now);
}

__attribute__((visibility("default"))) int su_getaddrinfo(const char* node, const char* service,
                                                          const su_addrinfo_t* hints, su_addrinfo_t** found) {
  su_addrinfo_t numeric{};
  if (hints) numeric = *hints;
  numeric.ai_flags |= AI_NUMERICHOST;
  return ::getaddrinfo(node, service, &numeric, found);
}

__attribute__((visibility("default"))) int msg_extract(msg_t* message) {
  tandem::sip::skip_empty_lines(message);
  return tandem::sip::original_extract()(message);
}

}  // extern "C"

namespace tandem::sip {

bool inlet_is_in_place() {
  return ::dlsym(RTLD_DEFAULT, "tport_deliver") == reinterpret_cast<void*>(&tport_deliver) &&
         ::dlsym(RTLD_DEFAULT, "su_getaddrinfo") == reinterpret_cast<void*>(&su_getaddrinfo) &&
         ::dlsym(RTLD_DEFAULT, "msg_extract") == reinterpret_cast<void*>(&msg_extract) &&
         original_deliver() != nullptr && original_extract() != nullptr;
}

}  // namespace tandem::sip
