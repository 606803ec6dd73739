// Where a request of ours goes next, before it is known how large it is.
#pragma once

#include <string>

#include "sip/agent.hpp"
#include "sip/wire.hpp"

namespace tandem::sip {

struct Hop {
  const BoundListener* listener = nullptr;
  SocketAddress address;
  Transport transport = Transport::Udp;
  tport_t* connection = nullptr;  ///< an open one that it is reached by, whatever the address
};

wire::Destination destination_of(const Hop&);

/// Octets of the Via that the library writes before it sends a request by that listener with that branch.
std::size_t via_length(const BoundListener&, const std::string& branch);

}  // namespace tandem::sip
