// a trunk over the Internet needs addresses that the Internet can reach.
#include <algorithm>

#include "cross_check.hpp"
#include "tandem/base/text.hpp"

namespace tandem::config {
namespace {

bool is_public(const Listener& listener) {
  const auto seen = listener.advertised.value_or(listener.bind.ip);
  return !seen.is_unspecified() && !seen.is_private();
}

/// The first private address that a trunk has, in words.
std::string private_address_of(const Trunk& trunk, const GroupIndex& groups) {
  for (const auto& target : trunk.targets) {
    if (target.is_numeric() && target.address.ip.is_private()) return "target " + target.address.print();
  }
  if (!trunk.termination) return {};
  for (const auto& name : trunk.termination->access) {
    const auto found = groups.find(to_lower(name));
    if (found == groups.end()) continue;
    for (const auto& cidr : found->second->ips) {
      if (cidr.network.is_private()) return cidr.print() + " of access group '" + name + "'";
    }
  }
  return {};
}

}  // namespace

void check_private_addresses(const Config& config, Reading& reading) {
  const auto& listeners = config.listeners;
  const auto found = std::find_if(listeners.begin(), listeners.end(), is_public);
  if (found == listeners.end()) return;
  const auto groups = index_groups(config);
  for (const auto& trunk : config.trunks) {
    if (trunk.allow_private) continue;
    const auto address = private_address_of(trunk, groups);
    if (address.empty()) continue;
    reading.findings.warn(trunk.mark,
                          "trunk '" + trunk.name + "' has a private address (" + address +
                              ") while listener '" + found->name + "' is public",
                          "write the public one, or 'allow_private: true' where both are in one network");
  }
}

}  // namespace tandem::config
