// Addresses that a peer asks us to send a call to, in a Contact or a Refer-To: which of them a call may go
// to, and what it costs whom.; RFC 3261 §19.1.
#pragma once

#include <cstdint>
#include <string>

#include "trunk/identity.hpp"

namespace tandem::trunk {

std::uint16_t default_port(Transport);  ///< RFC 3261 §19.1.2

/// Takes the URI's transport; false where it names one that we do not have. `sips:` is TLS.
struct WrittenTransport {
  Transport transport = Transport::Udp;
  bool written = false;
};
std::optional<WrittenTransport> transport_of(const message::Uri&);

/// Its numeric address; port 0: its host is a name.
SocketAddress address_of(const message::Uri&, Transport);

/// Why no call may go to that host, or nothing: our own names, carriers' addresses (they know us by ours, and
/// would bill us for what a customer made us send), addresses of nobody. what: "Contact", for the message.
std::string fault_of_host(const Directory&, std::string_view what, const std::string& host);
/// Whether one of our listeners is there.
bool is_own_listener(const Directory&, const SocketAddress&);

/// Why the trunk may not have us dial that number, or nothing: it pays for the call as if it had dialled it
/// itself.
std::string fault_of_number(const Directory&, Trace&, const config::Trunk&, const CallerIdentity&,
                            const numbering::Number&);

/// Max-Forwards of the INVITE to that target.
std::uint32_t max_forwards_of(const PlannedTarget&);

/// Far sides that are not the trunk's own targets are not trusted for its sake (RFC 3325 §5).
bool is_target_of(const config::Trunk&, const std::string& host);
config::General outside_of(const config::Trunk&);

/// The URI as a message shows it.
std::string shown(const message::Uri&);

}  // namespace tandem::trunk
