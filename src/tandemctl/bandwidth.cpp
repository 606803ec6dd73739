#include "tandem/trunk/bandwidth.hpp"

#include "tandem/tandemctl/sheets.hpp"
#include "tandemctl/columns.hpp"

namespace tandem::tandemctl {
namespace {

/// "1 Mbit/s", "1.5 Mbit/s", "400 kbit/s".
std::string print_bps(std::uint64_t bps) {
  if (bps < 1'000'000) return std::to_string(bps / 1000) + " kbit/s";
  const std::uint64_t tenths = bps / 100'000;
  return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10)) +
         " Mbit/s";
}

}  // namespace

std::string print_bandwidth(const config::Config& config) {
  const trunk::Bandwidth all = trunk::bandwidth_of(config);
  std::vector<TextRow> rows{{"trunk", "channels", "media, each way"}};
  for (const trunk::TrunkBandwidth& row : all.trunks) {
    rows.push_back({row.trunk, row.channels ? std::to_string(*row.channels) : "as the node",
                    row.channels ? print_bps(row.bps) : "as the node"});
  }
  rows.push_back({"all", std::to_string(all.channels), print_bps(all.bps)});
  std::string text = in_columns(rows);
  text += "\na call is counted as " + print_bps(trunk::kBandwidthOfACall) + "; limits.max_calls is " +
          std::to_string(config.limits.max_calls) + "\n";
  if (!config.media.bandwidth_bps) return text;
  return text + "media.bandwidth is " + print_bps(*config.media.bandwidth_bps) +
         (all.bps > *config.media.bandwidth_bps ? ": less than that\n" : ": enough\n");
}

}  // namespace tandem::tandemctl
