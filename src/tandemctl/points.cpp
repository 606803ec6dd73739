#include "tandemctl/points.hpp"

#include <algorithm>

namespace tandem::tandemctl {
namespace {

bool serves_static(const config::Listener& listener) {
  return std::ranges::find(listener.serves, config::Serves::Static) != listener.serves.end();
}

IpAddress seen_by_peers(const config::Listener& listener) {
  return listener.advertised.value_or(listener.bind.ip);
}

const config::ServiceNode* find_own_node(const config::Config& config) {
  const auto node = std::ranges::find(config.nodes, config.node_name, &config::ServiceNode::name);
  return node == config.nodes.end() ? nullptr : &*node;
}

void add(std::vector<Point>& points, Point point) {
  const bool known = std::ranges::any_of(points, [&](const Point& other) {
    return other.ip == point.ip && other.port == point.port && other.transport == point.transport;
  });
  if (!known) points.push_back(std::move(point));
}

/// Position in the configuration's list; behind all of it for no edge.
std::ptrdiff_t rank_of(const config::Config& config, const std::string& edge) {
  return std::ranges::find(config.edges, edge, &config::Edge::name) - config.edges.begin();
}

}  // namespace

std::vector<Port> signalling_ports(const config::Config& config) {
  std::vector<Port> ports;
  for (const config::Listener& listener : config.listeners) {
    if (serves_static(listener)) ports.push_back({listener.transport, listener.bind.port});
  }
  std::ranges::sort(ports);
  ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
  return ports;
}

std::vector<Point> signalling_points(const config::Config& config) {
  std::vector<Point> points;
  const config::ServiceNode* own = find_own_node(config);
  for (const config::Listener& listener : config.listeners) {
    const IpAddress ip = seen_by_peers(listener);
    // "Every address of the machine" says nothing to a firewall; the node's own row names them.
    if (!serves_static(listener) || (ip.is_unspecified() && own != nullptr)) continue;
    const std::string& edge = listener.edge.empty() && own != nullptr ? own->edge : listener.edge;
    add(points, {config.node_name, edge, ip, listener.bind.port, listener.transport});
  }
  for (const config::ServiceNode& node : config.nodes) {
    for (const IpAddress& ip : node.addresses) {
      for (const Port& port : signalling_ports(config))
        add(points, {node.name, node.edge, ip, port.number, port.transport});
    }
  }
  std::ranges::stable_sort(points, {}, [&](const Point& point) { return rank_of(config, point.edge); });
  return points;
}

std::vector<config::ServiceNode> service_nodes(const config::Config& config) {
  if (!config.nodes.empty()) return config.nodes;
  config::ServiceNode own;
  own.name = config.node_name;
  for (const config::Listener& listener : config.listeners) {
    const IpAddress ip = seen_by_peers(listener);
    const bool known = std::ranges::find(own.addresses, ip) != own.addresses.end();
    if (serves_static(listener) && !ip.is_unspecified() && !known) own.addresses.push_back(ip);
  }
  return {own};
}

}  // namespace tandem::tandemctl
