// Numbers that lead nowhere, and targets that nothing leads to.
#include <algorithm>
#include <unordered_map>

#include "trunk/check.hpp"

namespace tandem::trunk {
namespace {

/// Numbers of one trunk or route: one finding for all of them, whether there are three or a hundred thousand.
struct Hosted {
  const config::DialledNumber* first = nullptr;
  std::size_t count = 0;

  void add(const config::DialledNumber& number) {
    if (count++ == 0) first = &number;
  }
  std::string describe() const {
    if (count == 1) return "number " + first->number;
    return std::to_string(count) + " numbers (" + first->number + "…)";
  }
};
using HostedByName = std::unordered_map<std::string_view, Hosted>;

const Hosted* find(const HostedByName& hosted, std::string_view name) {
  const auto found = hosted.find(name);
  return found == hosted.end() ? nullptr : &found->second;
}

class RouteCheck {
 public:
  RouteCheck(const config::Config& config, Findings& findings)
      : config_(config), findings_(findings), served_(config) {
    for (const config::Trunk& trunk : config.trunks) trunks_.emplace(trunk.name, &trunk);
    for (const config::DialledNumber& number : config.numbers) {
      if (number.state != config::NumberState::Active) continue;
      if (!number.route.empty()) {
        by_route_[number.route].add(number);
      } else if (!number.trunk.empty()) {
        by_trunk_[number.trunk].add(number);
      }
    }
    for (const config::Route& route : config.routes) {
      const Hosted* numbers = find(by_route_, route.name);
      if (numbers == nullptr) continue;
      for (const config::RouteEntry& entry : route.entries) hunted_.emplace(entry.trunk, *numbers);
    }
  }

  void look() {
    for (const config::Trunk& trunk : config_.trunks) look_at(trunk);
    for (const config::Route& route : config_.routes) look_at(route);
  }

 private:
  void look_at(const config::Trunk& trunk) {
    const std::string name = "trunk '" + trunk.name + "'";
    const Hosted* hosted = find(by_trunk_, trunk.name);
    const bool has_fallback = !trunk.origination.fallback_number.empty();
    if (hosted != nullptr && !has_enabled(trunk.targets)) {
      findings_.warning(hosted->first->mark,
                        name + " has no enabled target, so calls to its " + hosted->describe() +
                            (has_fallback ? " go to its fallback number alone" : " fail"),
                        "add or enable a target under the trunk's origination");
    }
    if (hosted != nullptr && !trunk.enabled) {
      findings_.warning(trunk.mark, name + " is disabled, so calls to its " + hosted->describe() + " fail",
                        "enable it, or take the numbers away from it");
    }
    if (hosted == nullptr && find(hunted_, trunk.name) == nullptr && !trunk.targets.empty()) {
      findings_.warning(trunk.mark, name + ": origination configured, no numbers",
                        "add numbers with trunk: " + trunk.name);
    }
    if (!trunk.termination && trunk.targets.empty() && !has_fallback) {
      findings_.warning(trunk.mark, name + " has neither termination nor targets: it can do nothing",
                        "add termination or origination");
    }
    if (has_fallback && !served_.reach(trunk.origination.fallback_number)) {
      findings_.warning(trunk.mark,
                        name + ": no carrier takes its fallback number " + trunk.origination.fallback_number,
                        "add a prefix of it to a carrier that has an enabled target");
    }
  }

  void look_at(const config::Route& route) {
    std::vector<std::pair<const config::RouteEntry*, std::string>> idle;
    for (const config::RouteEntry& entry : route.entries) {
      if (std::string fault = fault_of(entry); !fault.empty()) idle.emplace_back(&entry, std::move(fault));
    }
    if (idle.size() == route.entries.size()) {
      const Hosted* hosted = find(by_route_, route.name);
      findings_.warning(route.mark,
                        "route '" + route.name + "' has no entry that can be used" +
                            (hosted ? ", so calls to its " + hosted->describe() + " fail" : ""),
                        idle.empty() ? "add an entry" : "the first: " + idle.front().second);
      return;
    }
    for (const auto& [entry, fault] : idle) {
      findings_.warning(entry->mark, "route '" + route.name + "': " + fault + ": it is passed over",
                        "mend the entry or take it out");
    }
  }

  /// Why the entry takes no call; empty where it may.
  std::string fault_of(const config::RouteEntry& entry) const {
    if (entry.trunk.empty()) {
      return served_.reach(entry.number) ? "" : "no carrier takes number " + entry.number;
    }
    const auto found = trunks_.find(entry.trunk);
    if (found == trunks_.end()) return "there is no trunk '" + entry.trunk + "'";
    if (!found->second->enabled) return "trunk '" + entry.trunk + "' is disabled";
    return has_enabled(found->second->targets) ? "" : "trunk '" + entry.trunk + "' has no enabled target";
  }

  const config::Config& config_;
  Findings& findings_;
  ServedPrefixes served_;
  std::unordered_map<std::string_view, const config::Trunk*> trunks_;
  HostedByName by_trunk_, by_route_;
  HostedByName hunted_;  // trunks by way of a route
};

}  // namespace

bool has_enabled(const std::vector<config::Target>& targets) {
  return std::any_of(targets.begin(), targets.end(),
                     [](const config::Target& target) { return target.enabled; });
}

void check_routes(const config::Config& config, Findings& findings) { RouteCheck(config, findings).look(); }

}  // namespace tandem::trunk
