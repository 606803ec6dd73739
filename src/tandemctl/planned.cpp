#include "tandemctl/planned.hpp"

#include <algorithm>

namespace tandem::tandemctl {
namespace {

template <class Peer>
const config::Target* find_target(const std::vector<Peer>& peers, const trunk::PlannedTarget& planned) {
  const auto peer = std::ranges::find(peers, planned.policy.peer, &Peer::name);
  if (peer == peers.end()) return nullptr;
  const auto target = std::ranges::find(peer->targets, planned.name, &config::Target::name);
  return target == peer->targets.end() ? nullptr : &*target;
}

}  // namespace

const config::Target* find_configured(const config::Config& config, const trunk::PlannedTarget& planned) {
  return planned.policy.peer_is_carrier ? find_target(config.carriers, planned)
                                        : find_target(config.trunks, planned);
}

std::string place_of(const trunk::PlannedTarget& target) {
  const std::string transport(to_string(target.transport));
  const std::string from = target.edge.empty() ? "" : " from edge " + target.edge;
  if (target.is_numeric()) return transport + " " + target.address.print() + from;
  const message::Uri& uri = target.request_uri;
  return transport + " " + uri.host + (uri.port ? ":" + std::to_string(*uri.port) : "") + from +
         " (the name is asked for when it is called)";
}

std::string peer_of(const trunk::PlannedTarget& target) {
  return (target.policy.peer_is_carrier ? "carrier " : "trunk ") + target.policy.peer;
}

std::string leg_type_of(const trunk::RoutePlan& plan, const trunk::PlannedTarget& target) {
  if (target.entry >= plan.entries.size()) return {};
  return std::string(trunk::to_string(plan.entries[target.entry].leg_type));
}

std::string targets_of_entry(const trunk::RoutePlan& plan, std::size_t entry) {
  std::size_t first = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < plan.targets.size(); ++i) {
    if (plan.targets[i].entry != entry) continue;
    if (first == 0) first = i + 1;
    last = i + 1;
  }
  return first == last ? std::to_string(first) : std::to_string(first) + " to " + std::to_string(last);
}

}  // namespace tandem::tandemctl
