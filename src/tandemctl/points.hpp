// Where the service speaks SIP with static trunks: this node's listeners, and the other nodes' addresses with
// the same ports.
#pragma once

#include <string>
#include <vector>

#include "tandem/config/config.hpp"

namespace tandem::tandemctl {

struct Point {
  std::string node;
  std::string edge;
  IpAddress ip;
  std::uint16_t port = 0;
  Transport transport = Transport::Udp;
};

/// Ordered by edge as the configuration writes them, those of no edge last; none twice. Drained nodes are
/// among them: they come back.
std::vector<Point> signalling_points(const config::Config&);

/// A transport and a port that some listener for static trunks has.
struct Port {
  Transport transport = Transport::Udp;
  std::uint16_t number = 0;
  friend auto operator<=>(const Port&, const Port&) = default;
};
std::vector<Port> signalling_ports(const config::Config&);  ///< ascending, none twice

/// The nodes of the configuration, or this one alone, with its listeners' addresses, where none are written.
std::vector<config::ServiceNode> service_nodes(const config::Config&);

}  // namespace tandem::tandemctl
