// Telephone numbers to carriers: the longest prefix, then the order of its carriers.
#include <algorithm>

#include "trunk/draft.hpp"
#include "trunk/limits.hpp"

namespace tandem::trunk {
namespace {

CarrierSearch append_carrier(Draft& draft, const Onward& onward, const config::Carrier& carrier) {
  const std::string side = "carrier " + carrier.name;
  if (!carrier.enabled) {
    draft.note("route", side + " is disabled");
    return CarrierSearch::NoPrefix;
  }
  auto called = write_number(draft, onward.number, side, carrier.general);
  if (!called) return CarrierSearch::Unwritable;
  draft.note("route", side);
  PlannedEntry entry;
  entry.leg_type = onward.leg_type;
  entry.takes = onward.takes;
  for (Reservation& taken : takes_of_carrier(carrier)) entry.takes.push_back(std::move(taken));
  Forwarding forwarding = onward.forwarding;
  if (carrier.diversion == config::DiversionIn::Drop) forwarding.diversion = config::DiversionOut::Never;
  FarSide far{policy_of(carrier),
              side,
              carrier.general,
              carrier.targets,
              carrier.policy,
              carrier.auth,
              carrier.location,
              std::move(*called),
              draft.directory.host(),
              std::move(forwarding),
              nullptr};
  if (append_entry(draft, std::move(far), std::move(entry))) return CarrierSearch::Found;
  draft.note("route", side + " has no enabled target");
  return CarrierSearch::NoTarget;
}

}  // namespace

std::string_view to_string(CarrierSearch search) {
  switch (search) {
    case CarrierSearch::Found:
      return "a carrier can be used";
    case CarrierSearch::NoPrefix:
      return "no enabled carrier has a prefix of it";
    case CarrierSearch::NoTarget:
      return "no carrier for it can be used";
    case CarrierSearch::Unwritable:
      return "no carrier for it can write it, and they insist on their formats";
  }
  return "";
}

CarrierSearch append_carriers(Draft& draft, const Onward& onward) {
  const Directory& directory = draft.directory;
  const std::string_view digits = onward.number.digits();
  CarrierSearch best = CarrierSearch::NoPrefix;
  for (std::size_t length = std::min(digits.size(), directory.longest_prefix()) + 1; length-- > 0;) {
    const auto* carriers = directory.find_prefix(digits.substr(0, length));
    if (carriers == nullptr) continue;
    draft.note("route", "prefix '" + std::string(digits.substr(0, length)) + "'");
    bool found = false;
    for (const CarrierUse* use : order_carriers(*carriers, directory.config().carrier_order, draft.random)) {
      const CarrierSearch came = append_carrier(draft, onward, *use->carrier);
      found = found || came == CarrierSearch::Found;
      best = std::max(best, came);
    }
    // A shorter prefix serves only where the longer has nobody to send to: a carrier that is switched off is
    // as if it were not there, but one that rejects calls does not hand them to a dearer default route.
    if (found) return CarrierSearch::Found;
  }
  return best;
}

std::variant<Planned, Refusal> plan_termination(Inquiry& inquiry, const Journey& journey) {
  Draft draft = begin_draft(inquiry, journey);
  const CarrierSearch search = append_carriers(draft, Onward{journey.called});
  if (search == CarrierSearch::Found) return std::move(draft.made);
  const std::string detail = journey.called.e164() + ": " + std::string(to_string(search));
  if (search == CarrierSearch::Unwritable) return refuse(inquiry, "route", Reason::NumberUnwritable, detail);
  if (search == CarrierSearch::NoPrefix) return refuse(inquiry, "route", Reason::NoRoute, detail);
  Refusal refusal = refuse(inquiry, "route", Reason::NoTarget, detail);
  refusal.status = 503;  // ours to mend, not the number's fault: the caller may try another way
  return refusal;
}

}  // namespace tandem::trunk
