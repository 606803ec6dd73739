// Calls from the PSTN: whose number it is, the targets of its trunk, and what is left when none of them
// answers.
#include <algorithm>

#include "trunk/draft.hpp"
#include "trunk/limits.hpp"

namespace tandem::trunk {
namespace {

/// What takes over when none of the trunk's targets took the call.
void append_fallback(Draft& draft, const TrunkEntry& entry) {
  const std::string& written = entry.trunk->origination.fallback_number;
  if (written.empty()) return;
  const auto number = numbering::Number::parse_e164_plus(written);
  if (!number) {
    draft.note("fallback", "'" + printable(written, 40) + "' is no number");  // an error of load()
    return;
  }
  draft.note("fallback", number->e164());
  const CarrierSearch search =
      append_carriers(draft, {*number, LegType::DisasterRecovery, forwarding_of(entry)});
  if (search != CarrierSearch::Found)
    draft.note("fallback", number->e164() + ": " + std::string(to_string(search)));
}

}  // namespace

const config::Trunk& Host::trunk() const {
  static const config::Trunk kNone;
  return entry == nullptr ? kNone : *entry->trunk;
}

const std::string& Host::account() const {
  if (route != nullptr && !route->account.empty()) return route->account;
  return route != nullptr && !number->account.empty() ? number->account : trunk().account;
}

Expected<Host, Refusal> find_host(Inquiry& inquiry, const numbering::Number& called) {
  const NumberUse* use = inquiry.directory.find_number(called.e164());
  const auto refusal = [&](Reason reason, std::string detail, const std::string& trunk) {
    return unexpected(refuse_peer(inquiry, "host", reason, std::move(detail), Peer::Identified, trunk));
  };
  if (use == nullptr) return refusal(Reason::NumberUnknown, called.e164() + " is not in the inventory", "");
  if (use->number->state != config::NumberState::Active) {
    const bool released = use->number->state == config::NumberState::Released;
    return refusal(Reason::NumberUnassigned, called.e164() + (released ? " is released" : " is reserved"),
                   "");
  }
  if (use->route != nullptr) {
    inquiry.note("host", "route " + use->route->name);
    return Host{use->number, use->route, use->trunk};
  }
  if (use->trunk == nullptr)
    return refusal(Reason::NumberUnassigned, called.e164() + " belongs to no trunk or route", "");
  const config::Trunk& trunk = *use->trunk->trunk;
  if (!trunk.enabled) {
    auto refused = refusal(Reason::TrunkDisabled, "trunk " + trunk.name + " is disabled", trunk.name);
    refused.value().status = 480;  // the carrier did nothing forbidden: the number is out of reach for now
    return refused;
  }
  inquiry.note("host", "trunk " + trunk.name);
  return Host{use->number, nullptr, use->trunk};
}

TrunkUse append_trunk(Draft& draft, const TrunkEntry& known) {
  const config::Trunk& trunk = *known.trunk;
  const std::string side = "trunk " + trunk.name;
  if (!trunk.enabled) {
    draft.note("route", side + " is disabled");
    return TrunkUse::Disabled;
  }
  auto called = write_number(draft, draft.journey.called, side, trunk.general);
  if (!called) return TrunkUse::Unwritable;
  PlannedEntry entry;
  entry.takes = takes_of_trunk(draft.directory, trunk, CallDirection::Origination);
  FarSide far{
      policy_of(trunk),       side,           trunk.general,      trunk.targets, trunk.origination.policy,
      trunk.origination_auth, trunk.location, std::move(*called), known.host,    forwarding_of(known),
      &trunk.origination};
  if (append_entry(draft, std::move(far), std::move(entry))) return TrunkUse::Usable;
  draft.note("route", side + " has no enabled target");
  return TrunkUse::NoTarget;
}

std::variant<Planned, Refusal> plan_origination(Inquiry& inquiry, const Journey& journey, const Host& host) {
  Draft draft = begin_draft(inquiry, journey);
  if (host.route != nullptr) {
    append_route(draft, *host.route);
    if (!draft.made.plan.targets.empty()) return std::move(draft.made);
    return refuse(inquiry, "route", Reason::NoTarget,
                  "no entry of route " + host.route->name + " can be used");
  }
  const config::Trunk& trunk = host.trunk();
  const TrunkUse use = append_trunk(draft, *host.entry);
  append_fallback(draft, *host.entry);
  if (!draft.made.plan.targets.empty()) return std::move(draft.made);
  if (use == TrunkUse::Unwritable) {
    return refuse(inquiry, "route", Reason::NumberUnwritable,
                  "trunk " + trunk.name + " cannot write " + journey.called.e164());
  }
  return refuse(inquiry, "route", Reason::NoTarget, "trunk " + trunk.name + " has no enabled target");
}

}  // namespace tandem::trunk
