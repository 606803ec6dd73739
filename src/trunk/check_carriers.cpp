// Carriers that get no call, prefixes that nobody serves, and prices that are missing.
#include "trunk/check.hpp"

namespace tandem::trunk {
namespace {

bool is_usable(const config::Carrier& carrier) { return carrier.enabled && has_enabled(carrier.targets); }

std::string first_of(std::string_view digits, std::size_t count) {
  return "('" + std::string(digits) + (count > 1 ? "'…)" : "')");
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

/// Carriers that get no call, and whether their prefixes then lead nowhere: one finding a carrier.
void check_prefixes(const config::Carrier& carrier, const ServedPrefixes& served, Findings& findings) {
  if (is_usable(carrier) || carrier.prefixes.empty()) return;
  std::size_t unserved = 0;
  std::string_view first;
  for (const config::PrefixRoute& prefix : carrier.prefixes) {
    if (served.holds(prefix.digits)) continue;
    if (unserved++ == 0) first = prefix.digits;
  }
  if (unserved == 0 && !carrier.enabled) return;  // switched off on purpose, and others take its calls
  std::string message =
      "carrier '" + carrier.name + (carrier.enabled ? "' has no enabled target" : "' is disabled");
  if (unserved == 0) {
    message += ": it is passed over";
  } else {
    message += ", and " + std::to_string(unserved) + " of its prefixes have no other carrier " +
               first_of(first, unserved);
  }
  findings.warning(carrier.mark, std::move(message), "enable the carrier and one of its targets");
}

/// Under least_cost an unknown price is the dearest.
void check_costs(const config::Carrier& carrier, Findings& findings) {
  if (!is_usable(carrier)) return;
  std::size_t unknown = 0;
  std::string_view first;
  for (const config::PrefixRoute& prefix : carrier.prefixes) {
    if (prefix.cost) continue;
    if (unknown++ == 0) first = prefix.digits;
  }
  if (unknown == 0) return;
  findings.warning(carrier.mark,
                   "carrier '" + carrier.name + "' has no cost for " + std::to_string(unknown) +
                       " of its prefixes " + first_of(first, unknown) +
                       ", so it comes last among the carriers of each",
                   "write a cost beside each prefix, or choose another order of carriers");
}

}  // namespace

ServedPrefixes::ServedPrefixes(const config::Config& config) {
  for (const config::Carrier& carrier : config.carriers) {
    if (!is_usable(carrier)) continue;
    for (const config::PrefixRoute& prefix : carrier.prefixes) prefixes_.insert(prefix.digits);
  }
}

bool ServedPrefixes::reach(std::string_view e164) const {
  if (e164.empty()) return false;
  const std::string_view digits = e164.substr(1);
  for (std::size_t length = 0; length <= digits.size(); ++length) {
    if (holds(digits.substr(0, length))) return true;
  }
  return false;
}

void check_carriers(const config::Config& config, Findings& findings) {
  const ServedPrefixes served(config);
  for (const config::Carrier& carrier : config.carriers) {
    check_carrier(carrier, findings);
    check_prefixes(carrier, served, findings);
    if (config.carrier_order == config::CarrierOrder::LeastCost) check_costs(carrier, findings);
  }
}

}  // namespace tandem::trunk
