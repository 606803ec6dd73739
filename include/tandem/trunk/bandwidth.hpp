// What the configured channels may need of the line. Planning, not metering: G.711 with its headers, each way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tandem/config/config.hpp"

namespace tandem::trunk {

/// One call: 64 kbit/s of G.711 with RTP, UDP, IP and the link's headers, as the trunk services count it.
inline constexpr std::uint64_t kBandwidthOfACall = 100'000;

struct TrunkBandwidth {
  std::string trunk;
  std::optional<std::uint32_t> channels;  ///< absent: only the node's max_calls bounds it
  std::uint64_t bps = 0;                  ///< 0 where channels are absent
};

struct Bandwidth {
  std::vector<TrunkBandwidth> trunks;  ///< those that are enabled, in order of writing
  std::uint64_t channels = 0;          ///< of all, but never more than the node's max_calls
  std::uint64_t bps = 0;
};

/// channels x kBandwidthOfACall; 0 for a trunk without a ceiling.
std::uint64_t bandwidth_bps(const config::Trunk&);
Bandwidth bandwidth_of(const config::Config&);

}  // namespace tandem::trunk
