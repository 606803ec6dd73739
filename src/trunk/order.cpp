// In which order targets and carriers are tried.
#include <algorithm>

#include "trunk/draft.hpp"

namespace tandem::trunk {
namespace {

using Rank = std::pair<std::uint16_t, std::uint16_t>;  // priority, weight
Rank rank_of(const config::Target& target) { return {target.priority, target.weight}; }
Rank rank_of(const CarrierUse& use) { return {use.prefix->priority, use.prefix->weight}; }

/// Lowest priority first, and within one priority drawn in proportion to the weights, again and again until
/// none is left: when the first fails, the next is again drawn in proportion (RFC 2782).
template <class Ranked>
void draw(std::vector<const Ranked*>& ranked, Random& random) {
  const auto is_before = [](const Ranked* a, const Ranked* b) {
    return rank_of(*a).first < rank_of(*b).first;
  };
  // They mostly are, and sorting takes memory.
  if (!std::is_sorted(ranked.begin(), ranked.end(), is_before))
    std::stable_sort(ranked.begin(), ranked.end(), is_before);
  const auto weight = [](const Ranked* one) { return std::max<std::uint64_t>(rank_of(*one).second, 1); };
  for (std::size_t at = 0; at + 1 < ranked.size(); ++at) {
    std::uint64_t total = 0;
    std::size_t end = at;
    for (; end < ranked.size() && rank_of(*ranked[end]).first == rank_of(*ranked[at]).first; ++end)
      total += weight(ranked[end]);
    if (end == at + 1) continue;
    std::uint64_t drawn = random.below(total);
    std::size_t chosen = at;
    for (; drawn >= weight(ranked[chosen]); ++chosen) drawn -= weight(ranked[chosen]);
    std::rotate(ranked.begin() + static_cast<std::ptrdiff_t>(at),
                ranked.begin() + static_cast<std::ptrdiff_t>(chosen),
                ranked.begin() + static_cast<std::ptrdiff_t>(chosen) + 1);
  }
}

}  // namespace

std::vector<const config::Target*> order_targets(const std::vector<config::Target>& targets,
                                                 config::TargetPolicy policy, std::uint64_t turn,
                                                 Random& random) {
  std::vector<const config::Target*> ordered;
  ordered.reserve(targets.size());
  for (const config::Target& target : targets) {
    if (target.enabled) ordered.push_back(&target);
  }
  if (policy == config::TargetPolicy::PriorityWeight) {
    draw(ordered, random);
  } else if (policy == config::TargetPolicy::RoundRobin && !ordered.empty()) {
    std::rotate(ordered.begin(), ordered.begin() + static_cast<std::ptrdiff_t>(turn % ordered.size()),
                ordered.end());
  }
  return ordered;
}

std::vector<const CarrierUse*> order_carriers(const std::vector<CarrierUse>& uses, config::CarrierOrder order,
                                              Random& random) {
  std::vector<const CarrierUse*> ordered;
  ordered.reserve(uses.size());
  for (const CarrierUse& use : uses) ordered.push_back(&use);
  if (order == config::CarrierOrder::Weighted) draw(ordered, random);
  return ordered;  // the directory has them by priority or by cost already
}

}  // namespace tandem::trunk
