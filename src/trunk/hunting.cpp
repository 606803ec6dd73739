// Hunting routes: trunks and numbers, one after the other.
#include "trunk/draft.hpp"
#include "trunk/international.hpp"

namespace tandem::trunk {
namespace {

/// A number of the route is a new call to the PSTN: it goes through the carriers, and the number that was
/// dialled stands in its Diversion.
void append_number(Draft& draft, const config::RouteEntry& entry) {
  const auto number = numbering::Number::parse_e164_plus(entry.number);
  if (!number) {
    draft.note("route", "'" + printable(entry.number, 40) + "' is no number");  // an error of load()
    return;
  }
  draft.note("route", "number " + number->e164());
  const Forwarding forwarding{config::DiversionOut::Always, draft.directory.host(), false};
  const CarrierSearch search = append_carriers(draft, {*number, LegType::RouteNumber, forwarding});
  if (search != CarrierSearch::Found)
    draft.note("route", "number " + number->e164() + ": " + std::string(to_string(search)));
}

/// A number goes to some carriers with some targets each.
constexpr std::size_t kTargetsOfNumber = 4;

/// About as many as it has, so that a plan of many is not moved while it grows.
std::size_t targets_of(const Directory& directory, const config::Route& route) {
  std::size_t count = 0;
  for (const config::RouteEntry& entry : route.entries) {
    const TrunkEntry* trunk = entry.trunk.empty() ? nullptr : directory.find_trunk(entry.trunk);
    count += trunk == nullptr ? kTargetsOfNumber : trunk->trunk->targets.size();
  }
  return count;
}

}  // namespace

void append_route(Draft& draft, const config::Route& route) {
  draft.made.plan.targets.reserve(targets_of(draft.directory, route));
  draft.made.plan.entries.reserve(route.entries.size());
  Borders borders(draft.journey.caller.number, draft.journey.called);
  for (const config::RouteEntry& entry : route.entries) {
    if (entry.trunk.empty()) {
      append_number(draft, entry);
    } else if (const TrunkEntry* trunk = draft.directory.find_trunk(entry.trunk); trunk != nullptr) {
      if (auto why = borders.block(draft.trace, *trunk->trunk)) {
        draft.note("international", std::move(*why));
      } else {
        append_trunk(draft, *trunk);
      }
    } else {
      draft.note("route", "there is no trunk '" + printable(entry.trunk, 64) + "'");  // an error of load()
    }
  }
}

}  // namespace tandem::trunk
