// What leaves this node: edges without a listener, and more channels than the line carries.
#include <map>

#include "tandem/trunk/bandwidth.hpp"
#include "trunk/check.hpp"

namespace tandem::trunk {
namespace {

/// One finding an edge, however many targets name it.
class EdgeCheck {
 public:
  explicit EdgeCheck(const config::Config& config) : config_(config) {}

  void look_at(const std::string& edge, const config::Mark& mark) {
    if (edge.empty()) return;
    for (const config::Listener& listener : config_.listeners) {
      if (iequals(listener.edge, edge)) return;
    }
    Use& use = missing_[edge];
    if (use.count++ == 0) use.first = &mark;
  }

  void finish(Findings& findings) {
    for (const auto& [edge, use] : missing_) {
      findings.advice(*use.first,
                      "edge '" + edge + "' has no listener on this node, and " + std::to_string(use.count) +
                          (use.count == 1 ? " target or location names it: its calls"
                                          : " targets and locations name it: their calls") +
                          " leave where they came in",
                      "right where another node serves the edge; else give a listener this edge");
    }
  }

 private:
  struct Use {
    const config::Mark* first = nullptr;
    std::size_t count = 0;
  };
  const config::Config& config_;
  std::map<std::string, Use> missing_;
};

std::string megabits(std::uint64_t bps) {
  std::string text = std::to_string(bps / 1'000'000);
  if (const std::uint64_t tenths = bps % 1'000'000 / 100'000; tenths != 0)
    text += "." + std::to_string(tenths);
  return text + " Mbit/s";
}

}  // namespace

void check_edges(const config::Config& config, Findings& findings) {
  EdgeCheck edges(config);
  for (const config::Trunk& trunk : config.trunks) {
    edges.look_at(trunk.location, trunk.mark);
    for (const config::Target& target : trunk.targets) edges.look_at(target.edge, target.mark);
  }
  for (const config::Carrier& carrier : config.carriers) {
    edges.look_at(carrier.location, carrier.mark);
    for (const config::Target& target : carrier.targets) edges.look_at(target.edge, target.mark);
  }
  edges.finish(findings);
}

void check_bandwidth(const config::Config& config, Findings& findings) {
  if (!config.media.bandwidth_bps) return;
  const Bandwidth needed = bandwidth_of(config);
  if (needed.bps <= *config.media.bandwidth_bps) return;
  const config::Mark nowhere{config.files.empty() ? "" : config.files.front()};
  findings.warning(nowhere,
                   std::to_string(needed.channels) + " channels may need " + megabits(needed.bps) +
                       ", and media.bandwidth is " + megabits(*config.media.bandwidth_bps),
                   "lower limits.channels of the trunks or limits.max_calls, or widen the line");
}

}  // namespace tandem::trunk
