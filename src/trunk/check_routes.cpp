// Numbers that lead nowhere, targets that nothing leads to.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "trunk/check.hpp"

namespace tandem::trunk {
namespace {

/// Numbers of one trunk: one finding for all of them, whether there are three or a hundred thousand.
struct Hosted {
  const config::DialledNumber* first = nullptr;
  std::size_t count = 0;
};

bool has_enabled(const std::vector<config::Target>& targets) {
  return std::any_of(targets.begin(), targets.end(),
                     [](const config::Target& target) { return target.enabled; });
}

std::string describe(const Hosted& hosted) {
  if (hosted.count == 1) return "number " + hosted.first->number;
  return std::to_string(hosted.count) + " numbers (" + hosted.first->number + "…)";
}

void check_trunk(const config::Trunk& trunk, const Hosted* hosted, Findings& findings) {
  if (hosted != nullptr && !has_enabled(trunk.targets)) {
    findings.warning(
        hosted->first->mark,
        "trunk '" + trunk.name + "' has no enabled target, so calls to its " + describe(*hosted) + " fail",
        "add or enable a target under the trunk's origination");
  }
  if (hosted != nullptr && !trunk.enabled) {
    findings.warning(trunk.mark,
                     "trunk '" + trunk.name + "' is disabled, so calls to its " + describe(*hosted) + " fail",
                     "enable it, or take the numbers away from it");
  }
  if (hosted == nullptr && !trunk.targets.empty()) {
    findings.warning(trunk.mark, "trunk '" + trunk.name + "': origination configured, no numbers",
                     "add numbers with trunk: " + trunk.name);
  }
  if (!trunk.termination && trunk.targets.empty()) {
    findings.warning(trunk.mark,
                     "trunk '" + trunk.name + "' has neither termination nor targets: it can do nothing",
                     "add termination or origination");
  }
}

void check_carrier(const config::Carrier& carrier, Findings& findings) {
  if (carrier.prefixes.empty() && carrier.sources.empty()) {
    findings.warning(carrier.mark,
                     "carrier '" + carrier.name + "' has neither prefixes nor sources: it can do nothing",
                     "add prefixes for calls to it, sources for calls from it");
  }
  for (const Cidr& cidr : carrier.sources) {
    if (cidr.prefix_bits != 0) continue;
    findings.warning(carrier.mark,
                     "carrier '" + carrier.name + "' counts every address (" + cidr.print() + ") as its own",
                     "list the carrier's addresses");
  }
}

bool is_usable(const config::Carrier& carrier) { return carrier.enabled && has_enabled(carrier.targets); }

/// Carriers that get no call, and whether their prefixes then lead nowhere: one finding a carrier.
void check_prefixes(const config::Config& config, Findings& findings) {
  std::unordered_set<std::string_view> served;
  for (const config::Carrier& carrier : config.carriers) {
    if (!is_usable(carrier)) continue;
    for (const config::PrefixRoute& prefix : carrier.prefixes) served.insert(prefix.digits);
  }
  for (const config::Carrier& carrier : config.carriers) {
    if (is_usable(carrier) || carrier.prefixes.empty()) continue;
    std::size_t unserved = 0;
    std::string_view first;
    for (const config::PrefixRoute& prefix : carrier.prefixes) {
      if (served.count(prefix.digits) != 0) continue;
      if (unserved++ == 0) first = prefix.digits;
    }
    if (unserved == 0 && !carrier.enabled) continue;  // switched off on purpose, and others take its calls
    std::string message =
        "carrier '" + carrier.name + (carrier.enabled ? "' has no enabled target" : "' is disabled");
    if (unserved == 0) {
      message += ": it is passed over";
    } else {
      message += ", and " + std::to_string(unserved) + " of its prefixes have no other carrier ('" +
                 std::string(first) + "'";
      message += unserved > 1 ? "…)" : ")";
    }
    findings.warning(carrier.mark, std::move(message), "enable the carrier and one of its targets");
  }
}

}  // namespace

void check_routes(const config::Config& config, Findings& findings) {
  std::unordered_map<std::string_view, Hosted> hosted;
  for (const config::DialledNumber& number : config.numbers) {
    if (number.trunk.empty()) continue;
    Hosted& numbers = hosted[number.trunk];
    if (numbers.count++ == 0) numbers.first = &number;
  }
  for (const config::Trunk& trunk : config.trunks) {
    const auto found = hosted.find(trunk.name);
    check_trunk(trunk, found == hosted.end() ? nullptr : &found->second, findings);
  }
  for (const config::Carrier& carrier : config.carriers) check_carrier(carrier, findings);
  check_prefixes(config, findings);
}

}  // namespace tandem::trunk
