#include "tandem/trunk/bandwidth.hpp"

#include <algorithm>

namespace tandem::trunk {

std::uint64_t bandwidth_bps(const config::Trunk& trunk) {
  return trunk.limits.channels.value_or(0) * kBandwidthOfACall;
}

Bandwidth bandwidth_of(const config::Config& config) {
  const std::uint64_t most = config.limits.max_calls;
  Bandwidth total;
  for (const config::Trunk& trunk : config.trunks) {
    if (!trunk.enabled) continue;
    total.trunks.push_back({trunk.name, trunk.limits.channels, bandwidth_bps(trunk)});
    // One trunk without a ceiling can fill the node.
    total.channels += trunk.limits.channels.value_or(config.limits.max_calls);
  }
  total.channels = std::min(total.channels, most);
  total.bps = total.channels * kBandwidthOfACall;
  return total;
}

}  // namespace tandem::trunk
