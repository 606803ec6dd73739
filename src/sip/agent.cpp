#include "sip/agent.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sip/hooks.hpp"
#include "tandem/base/check.hpp"
#include "tandem/base/unique_fd.hpp"

namespace tandem::sip {

namespace {

std::string why(int error) {
  switch (error) {
    case EADDRINUSE: return "is in use";
    case EADDRNOTAVAIL: return "is not an address of this machine";
    case EACCES: return "is not permitted (ports below 1024 need CAP_NET_BIND_SERVICE)";
    default: return std::string("cannot be bound: ") + std::strerror(error);
  }
}

std::string complaint(const config::Listener& listener, const std::string& what) {
  return "listener " + listener.name + ": " + listener.bind.print() + " " + what;
}

const IpAddress& shown_address(const config::Listener& listener) {
  return listener.advertised ? *listener.advertised : listener.bind.ip;
}

/// host in the URI is what Via and Contact show, maddr is what is bound.
std::string bind_uri(const config::Listener& listener) {
  std::string uri = "sip:" + shown_address(listener).print_for_uri() + ":";
  uri += listener.bind.port ? std::to_string(listener.bind.port) : "*";
  if (listener.advertised) uri += ";maddr=" + listener.bind.ip.print_for_uri();
  return uri + ";transport=" + std::string(to_string(listener.transport));
}

std::string contact_uri(const config::Listener& listener, std::uint32_t shard) {
  return "<sip:s" + std::to_string(shard) + "@" + shown_host_port(listener) +
         ";transport=" + std::string(to_string(listener.transport)) + ">";
}

/// The address that the kernel's routes send from towards the peer; unset where there is no way.
IpAddress source_towards(const IpAddress& peer) {
  sockaddr_storage native{};
  const socklen_t length = SocketAddress{peer, 5060}.to_native(native);  // no datagram leaves: any port will do
  const UniqueFd probe = UniqueFd::adopt(::socket(native.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!probe || ::connect(probe.borrow(), reinterpret_cast<const sockaddr*>(&native), length) != 0) return {};
  socklen_t own = sizeof native;
  if (::getsockname(probe.borrow(), reinterpret_cast<sockaddr*>(&native), &own) != 0) return {};
  return SocketAddress::from_native(native).ip;
}

}  // namespace

std::string shown_host_port(const config::Listener& listener) {
  return shown_address(listener).print_for_uri() + ":" + std::to_string(listener.bind.port);
}

Expected<std::unique_ptr<Agent>, std::string> Agent::create(const StackOptions& options, nta_message_f* on_message) {
  std::unique_ptr<Agent> made(new Agent);
  std::memset(made->home_, 0, sizeof made->home_);
  made->home_->suh_size = sizeof made->home_;
  su_home_init(made->home_);
  if (!made->loop_.root()) return unexpected(std::string("no event loop: ") + std::strerror(errno));
  made->agent_ = wire::create_agent(made->loop_.root(), on_message, options);
  if (!made->agent_) return unexpected(std::string("no SIP agent: ") + std::strerror(errno));
  made->identity_.allow = sip_allow_make(made->home_, std::string(kAllowedMethods).c_str());
  if (!options.user_agent.empty()) {
    made->identity_.user_agent = sip_user_agent_make(made->home_, options.user_agent.c_str());
    made->identity_.server = sip_server_make(made->home_, options.user_agent.c_str());
  }
  for (const config::Listener& listener : options.listeners) {
    if (std::string error = made->bind(listener, options.shard); !error.empty()) return unexpected(std::move(error));
  }
  return made;
}

std::string Agent::bind(const config::Listener& wanted, std::uint32_t shard) {
  if (wanted.transport == Transport::Tls) return complaint(wanted, "asks for TLS, which is not there yet");
  if (wanted.bind.ip.is_unset()) return complaint(wanted, "is no address");
  if (wanted.bind.ip.is_unspecified())
    return complaint(wanted, "is no concrete address: Via and Contact need one, write one listener an address");
  for (const BoundListener& other : listeners_)
    if (other.listener.name == wanted.name) return complaint(wanted, "has a name that another listener has");
  if (!hooks_are_in_place()) return complaint(wanted, "needs our socket functions, and the program does not export them");
  const std::uint64_t hooked = bind_hook_calls();
  errno = 0;
  if (wire::add_listener(agent_, bind_uri(wanted), wanted.name) < 0) return complaint(wanted, why(errno));
  // A library rebuilt with -Bsymbolic would pass our socket options by without a word.
  if (bind_hook_calls() == hooked) return complaint(wanted, "was bound without our socket options: wrong libsofia-sip-ua");
  for (tport_t* t = tport_primaries(nta_agent_tports(agent_)); t; t = tport_next(t)) {
    const char* ident = tport_ident(t);
    if (!ident || wanted.name != ident) continue;
    BoundListener bound{wanted, t, ident, identity_};
    const su_addrinfo_t* address = tport_get_address(t);
    sockaddr_storage native{};
    std::memcpy(&native, address->ai_addr, address->ai_addrlen);
    bound.listener.bind.port = SocketAddress::from_native(native).port;
    bound.identity.contact = sip_contact_make(home_, contact_uri(bound.listener, shard).c_str());
    listeners_.push_back(std::move(bound));
    return {};
  }
  return complaint(wanted, "was bound and not found again");
}

const BoundListener& Agent::listener_of(const tport_t* transport) const {
  const tport_t* primary = tport_parent(transport);
  for (const BoundListener& bound : listeners_)
    if (bound.transport == primary) return bound;
  TANDEM_CHECK(!listeners_.empty(), "messages come in by a listener");
  return listeners_.front();
}

const BoundListener* Agent::find_listener(Transport transport, const IpAddress& peer, std::string_view edge) const {
  const auto reaches = [&](const BoundListener& bound) {
    return bound.listener.transport == transport && bound.listener.bind.ip.is_v4() == peer.is_v4();
  };
  const auto of_edge = [&](const BoundListener& bound) { return edge.empty() || bound.listener.edge == edge; };
  const bool any_of_edge = std::any_of(listeners_.begin(), listeners_.end(),
                                       [&](const BoundListener& bound) { return reaches(bound) && of_edge(bound); });
  std::vector<const BoundListener*> able;
  for (const BoundListener& bound : listeners_)
    if (reaches(bound) && (!any_of_edge || of_edge(bound))) able.push_back(&bound);
  if (able.size() < 2) return able.empty() ? nullptr : able.front();
  const IpAddress source = source_towards(peer);
  const auto natural =
      std::find_if(able.begin(), able.end(), [&](const BoundListener* bound) { return bound->listener.bind.ip == source; });
  return natural == able.end() ? able.front() : *natural;
}

const BoundListener* Agent::stream_beside(const BoundListener& other) const {
  const BoundListener* found = nullptr;
  for (const BoundListener& bound : listeners_) {
    const config::Listener& listener = bound.listener;
    if (listener.transport != Transport::Tcp || listener.edge != other.listener.edge ||
        listener.bind.ip.is_v4() != other.listener.bind.ip.is_v4())
      continue;
    if (listener.bind.ip == other.listener.bind.ip) return &bound;
    if (!found) found = &bound;
  }
  return found;
}

Agent::~Agent() {
  if (agent_) nta_agent_destroy(agent_);
  su_home_deinit(home_);
}

}  // namespace tandem::sip
