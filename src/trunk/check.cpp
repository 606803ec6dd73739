#include "trunk/check.hpp"

#include <algorithm>
#include <tuple>

namespace tandem::trunk {

void Findings::add(config::Severity severity, const config::Mark& mark, std::string message,
                   std::string cure) {
  findings_.push_back({severity, mark, std::move(message), std::move(cure)});
}

std::vector<config::Finding> Findings::take() {
  std::stable_sort(findings_.begin(), findings_.end(),
                   [](const config::Finding& a, const config::Finding& b) {
                     return std::tie(a.mark.file, a.mark.line, a.mark.column) <
                            std::tie(b.mark.file, b.mark.line, b.mark.column);
                   });
  return std::move(findings_);
}

GroupsByName groups_by_name(const config::Config& config) {
  GroupsByName groups;
  for (const config::AccessGroup& group : config.access_groups) groups.emplace(group.name, &group);
  return groups;
}

std::vector<const config::AccessGroup*> groups_of(const config::Trunk& trunk, const GroupsByName& groups) {
  std::vector<const config::AccessGroup*> named;
  if (!trunk.termination) return named;
  for (const std::string& name : trunk.termination->access) {
    if (const auto found = groups.find(name); found != groups.end()) named.push_back(found->second);
  }
  return named;
}

std::vector<config::Finding> check(const config::Config& config) {
  Findings findings;
  const GroupsByName groups = groups_by_name(config);
  check_relay(config, groups, findings);
  check_digest(config, groups, findings);
  check_identity(config, groups, findings);
  check_callers(config, groups, findings);
  check_routes(config, findings);
  check_carriers(config, findings);
  check_edges(config, findings);
  check_bandwidth(config, findings);
  return findings.take();
}

}  // namespace tandem::trunk
