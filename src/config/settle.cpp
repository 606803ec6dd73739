#include "settle.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace tandem::config {
namespace {

/// Where `domains` make names of labels, a name without a dot is a label.
void part_labels(Config& config) {
  if (config.domains.empty()) return;
  for (auto& trunk : config.trunks) {
    if (!trunk.termination) continue;
    auto& domains = trunk.termination->domains;
    const auto is_label = [](const std::string& name) {
      return name.find('.') == std::string::npos && !IpAddress::parse(name);
    };
    std::copy_if(domains.begin(), domains.end(), std::back_inserter(trunk.termination->labels), is_label);
    domains.erase(std::remove_if(domains.begin(), domains.end(), is_label), domains.end());
  }
}

class EdgeNames {
 public:
  explicit EdgeNames(const Config& config) {
    for (const auto& edge : config.edges) {
      names_.emplace(edge.name, edge.name);
      for (const auto& alias : edge.aliases) names_.emplace(alias, edge.name);
    }
  }
  /// The edge's own name; empty where there is none of that name.
  void resolve(std::string& edge) const {
    if (edge.empty()) return;
    const auto found = names_.find(edge);
    edge = found == names_.end() ? std::string() : std::string(found->second);
  }

 private:
  std::unordered_map<std::string, std::string> names_;
};

void name_edges(Config& config) {
  const EdgeNames names(config);
  for (auto& listener : config.listeners) names.resolve(listener.edge);
  for (auto& node : config.nodes) names.resolve(node.edge);
  for (auto& trunk : config.trunks) {
    names.resolve(trunk.location);
    for (auto& target : trunk.targets) names.resolve(target.edge);
  }
  for (auto& carrier : config.carriers) {
    names.resolve(carrier.location);
    for (auto& target : carrier.targets) names.resolve(target.edge);
  }
}

void give_numbers_their_accounts(Config& config) {
  std::unordered_map<std::string_view, const std::string*> trunks;
  for (const auto& trunk : config.trunks) trunks.emplace(trunk.name, &trunk.account);
  std::unordered_map<std::string_view, const std::string*> routes;
  for (const auto& route : config.routes) routes.emplace(route.name, &route.account);
  for (auto& number : config.numbers) {
    if (!number.account.empty()) continue;
    const auto& holders = number.trunk.empty() ? routes : trunks;
    const auto found = holders.find(number.trunk.empty() ? number.route : number.trunk);
    if (found != holders.end()) number.account = *found->second;
  }
}

}  // namespace

void settle(Config& config) {
  part_labels(config);
  name_edges(config);
  give_numbers_their_accounts(config);
}

}  // namespace tandem::config
