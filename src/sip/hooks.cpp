#include "sip/hooks.hpp"

#include <dlfcn.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <atomic>
#include <utility>

#include "sip/inside.hpp"
#include "sip/nta_stack.hpp"
#include "sip/sofia.hpp"

namespace tandem::sip {

namespace {

std::atomic<std::uint64_t> hook_calls{0};

// A connection that says nothing stays in the kernel for so long: it costs neither a descriptor nor a wake-up.
constexpr int kDeferAcceptSeconds = 5;
constexpr int kKeepaliveIdleSeconds = 60;
constexpr int kKeepaliveIntervalSeconds = 10;
constexpr int kKeepaliveProbes = 3;
// A peer that stops acknowledging what we sent is gone after this.
constexpr unsigned kUserTimeoutMs = 30000;

template <class Value>
void set_option(int socket, int level, int option, Value value) {
  // Refused options are worth no failure: each only shortens the life of a dead connection.
  (void)::setsockopt(socket, level, option, &value, sizeof value);
}

}  // namespace

std::uint64_t bind_hook_calls() { return hook_calls.load(std::memory_order_relaxed); }

namespace detail {

int bind_listener(int socket, addrinfo* info, const char** culprit) {
  hook_calls.fetch_add(1, std::memory_order_relaxed);
  if (info->ai_family == AF_INET6) set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  if (info->ai_socktype == SOCK_STREAM) {
    // Accepted sockets inherit the keepalive options.
    set_option(socket, IPPROTO_TCP, TCP_DEFER_ACCEPT, kDeferAcceptSeconds);
    set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, kKeepaliveIdleSeconds);
    set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, kKeepaliveIntervalSeconds);
    set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, kKeepaliveProbes);
    set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, kUserTimeoutMs);
  }
  socklen_t length = info->ai_addrlen;
  if (::bind(socket, info->ai_addr, length) != 0) {
    *culprit = "bind";
    return -1;
  }
  if (::getsockname(socket, info->ai_addr, &length) != 0) {
    *culprit = "getsockname";
    return -1;
  }
  info->ai_addrlen = length;
  return 0;
}

/// What waits in the socket, or of a stream what is read of it now; the loop comes back for the rest.
issize_t readable_octets(int socket) {
  int waiting = -1;
  if (::ioctl(socket, FIONREAD, &waiting) != 0) return -1;
  constexpr auto kPortion = static_cast<int>(kStreamPortion);
  if (waiting <= kPortion) return waiting;
  int kind = 0;
  socklen_t length = sizeof kind;
  const bool is_stream = ::getsockopt(socket, SOL_SOCKET, SO_TYPE, &kind, &length) == 0 && kind == SOCK_STREAM;
  return is_stream ? kPortion : waiting;
}

using InitSecondary = int (*)(tport_t*, int, int, char const**);

InitSecondary original_init_secondary() {
  static const auto found = reinterpret_cast<InitSecondary>(::dlsym(RTLD_NEXT, "tport_tcp_init_secondary"));
  return found;
}

using AckBye = int (*)(nta_agent_t*, msg_t*);

AckBye original_ack_bye() {
  static const auto found = reinterpret_cast<AckBye>(::dlsym(RTLD_NEXT, "nta_msg_ackbye"));
  return found;
}

void note_connection(tport_t* connection, int socket, bool accepted) {
  if (NtaStack* stack = Inside::current())
    stack->connections().opened(connection, socket, accepted ? Connections::OpenedBy::Peer : Connections::OpenedBy::Us,
                                monotonic_now());
}

}  // namespace detail

}  // namespace tandem::sip

extern "C" {

__attribute__((visibility("default"))) int tport_bind_socket(int socket, su_addrinfo_t* info, char const** culprit) {
  return tandem::sip::detail::bind_listener(socket, info, culprit);
}

__attribute__((visibility("default"))) issize_t su_getmsgsize(su_socket_t socket) {
  return tandem::sip::detail::readable_octets(socket);
}

__attribute__((visibility("default"))) int tport_tcp_init_secondary(tport_t* connection, int socket, int accepted,
                                                                    char const** culprit) {
  const auto original = tandem::sip::detail::original_init_secondary();
  const int result = original ? original(connection, socket, accepted, culprit) : -1;
  if (result == 0) tandem::sip::detail::note_connection(connection, socket, accepted != 0);
  return result;
}

__attribute__((visibility("default"))) int nta_msg_ackbye(nta_agent_t* agent, msg_t* response) {
  tandem::sip::NtaStack* stack = tandem::sip::Inside::current();
  if (!stack) return tandem::sip::detail::original_ack_bye()(agent, response);
  stack->end_fork(tandem::sip::MsgRef::adopt(response));
  return 0;
}

}  // extern "C"

namespace tandem::sip {

bool hooks_are_in_place() {
  return ::dlsym(RTLD_DEFAULT, "tport_tcp_init_secondary") == reinterpret_cast<void*>(&tport_tcp_init_secondary) &&
         ::dlsym(RTLD_DEFAULT, "tport_bind_socket") == reinterpret_cast<void*>(&tport_bind_socket) &&
         ::dlsym(RTLD_DEFAULT, "su_getmsgsize") == reinterpret_cast<void*>(&su_getmsgsize) &&
         ::dlsym(RTLD_DEFAULT, "nta_msg_ackbye") == reinterpret_cast<void*>(&nta_msg_ackbye) &&
         detail::original_init_secondary() != nullptr && detail::original_ack_bye() != nullptr && inlet_is_in_place();
}

}  // namespace tandem::sip
