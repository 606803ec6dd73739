#include "trunk/identify.hpp"

#include "trunk/access.hpp"

namespace tandem::trunk {
namespace {

const TrunkEntry* identify_by_domain(Inquiry& inquiry) {
  const NameUse* name = inquiry.directory.find_name(inquiry.host);
  const TrunkEntry* trunk = name ? name->trunk : nullptr;
  inquiry.note("identify.domain", trunk ? "trunk " + trunk->trunk->name + " has domain " + inquiry.host
                                        : "no trunk has domain '" + printable(inquiry.host) + "'");
  return trunk;
}

const config::Carrier* identify_carrier(Inquiry& inquiry) {
  const IpAddress& source = inquiry.arrival.source.ip;
  const SourceUse* found = nullptr;
  // An enabled carrier wins over a disabled one of the same addresses.
  inquiry.directory.carrier_sources().visit_matches(source, [&](const auto& entry) {
    if (found == nullptr || entry.value.carrier->enabled) found = &entry.value;
    return found->carrier->enabled;
  });
  inquiry.note("identify.source", found ? "carrier " + found->carrier->name + " lists " + found->cidr->print()
                                        : "no carrier lists " + source.print());
  return found ? found->carrier : nullptr;
}

const TrunkEntry* identify_by_user(Inquiry& inquiry, const PresentedCredentials& presented) {
  const TrunkEntry* found = nullptr;
  for (const message::DigestCredentials& given : presented.values) {
    for (const auto& [trunk, use] : inquiry.directory.find_user(given.username)) {
      const std::string& realm = use->realm.empty() ? inquiry.host : use->realm;
      if (realm != given.realm || !use->entry->admits(inquiry.arrival.source.ip)) continue;
      if (found == nullptr) {
        found = trunk;
        inquiry.note("identify.user",
                     "user '" + printable(given.username) + "' is of trunk " + trunk->trunk->name);
      } else if (found != trunk) {
        inquiry.note("identify.user", "and of trunk " + trunk->trunk->name + ": ambiguous, the first counts");
        return found;
      }
    }
    if (found != nullptr) return found;
    inquiry.note("identify.user", "no trunk takes user '" + printable(given.username) + "' from this source");
  }
  return nullptr;
}

const TrunkEntry* identify_by_source(Inquiry& inquiry) {
  const IpAddress& source = inquiry.arrival.source.ip;
  const SourceUse* found = nullptr;
  inquiry.directory.trunk_sources().visit_matches(source, [&](const auto& entry) {
    if (found == nullptr) {
      found = &entry.value;
      inquiry.note("identify.source",
                   "trunk " + found->trunk->trunk->name + " lists " + found->cidr->print());
      return false;
    }
    if (entry.value.trunk == found->trunk) return false;
    if (entry.value.cidr->prefix_bits == found->cidr->prefix_bits) {
      inquiry.note("identify.source",
                   "so does trunk " + entry.value.trunk->trunk->name + ": ambiguous, the first counts");
    }
    return true;  // only the next one is worth a line
  });
  if (found == nullptr)
    inquiry.note("identify.source", "no trunk that is known by its address lists " + source.print());
  return found ? found->trunk : nullptr;
}

/// The challenges that an anonymous caller from this source may get because some trunk is known by its digest
/// user.
std::vector<Offer> offers_to_anyone(const Inquiry& inquiry) {
  std::vector<Offer> offers;
  inquiry.directory.user_sources().visit_matches(inquiry.arrival.source.ip, [&](const auto& entry) {
    for (const Offer& listed : *entry.value) merge_offer(offers, listed);
    return false;
  });
  for (const Offer& open : inquiry.directory.open_offers()) merge_offer(offers, open);
  return offers;
}

/// Some trunk is known by its digest user, and this caller named none that we know.
Verdict ask_for_user(Inquiry& inquiry, const PresentedCredentials& presented,
                     const std::vector<Offer>& offers) {
  if (presented.values.empty() && presented.malformed.empty())
    return challenge(inquiry, offers, Reason::AuthRequired);
  if (presented.values.empty()) {
    return refuse_peer(inquiry, "identify.user", Reason::AuthMalformed, printable(presented.malformed),
                       Peer::Unproven, "");
  }
  for (const message::DigestCredentials& given : presented.values) {
    for (const Offer& offer : offers) {
      if ((offer.realm.empty() ? inquiry.host : offer.realm) != given.realm) continue;
      Refusal refusal =
          refuse_peer(inquiry, "identify.user", Reason::AuthUnknownUser,
                      "user '" + printable(given.username) + "' is of no trunk", Peer::Unproven, "");
      // One word for a wrong user and a wrong password: see refuse_credentials().
      refusal.headers.push_back({"Reason", reason_header(Reason::AuthWrongPassword)});
      return refusal;
    }
  }
  return challenge(inquiry, offers, Reason::AuthWrongRealm);
}

/// Nobody we know by any key. A known address gets a word, any other what its listener says.
Verdict nobody(Inquiry& inquiry) {
  const IpAddress& source = inquiry.arrival.source.ip;
  const SourceUse* target = nullptr;
  inquiry.directory.target_addresses().visit_matches(source, [&](const auto& entry) {
    const TrunkEntry* trunk = entry.value.trunk;
    if (trunk == nullptr || trunk->trunk->termination) return false;
    target = &entry.value;
    return true;
  });
  if (target != nullptr) {
    const std::string& name = target->trunk->trunk->name;
    return refuse_peer(inquiry, "identify.source", Reason::NoTermination,
                       "trunk " + name + " receives at this address but has no termination", Peer::Identified,
                       name);
  }
  if (inquiry.directory.is_listed(source)) {
    return refuse_peer(inquiry, "identify.source", Reason::UnknownDomain,
                       "no trunk has domain '" + printable(inquiry.host) + "'", Peer::Identified, "");
  }
  return turn_away(inquiry, Reason::UnknownSource, "");
}

}  // namespace

std::variant<Caller, Verdict> identify(Inquiry& inquiry) {
  if (const TrunkEntry* trunk = identify_by_domain(inquiry)) return Caller{trunk, nullptr};
  if (const config::Carrier* carrier = identify_carrier(inquiry)) return Caller{nullptr, carrier};
  const std::vector<Offer> offers = offers_to_anyone(inquiry);
  PresentedCredentials presented;
  if (!offers.empty()) presented = presented_credentials(inquiry.request());
  if (const TrunkEntry* trunk = identify_by_user(inquiry, presented)) return Caller{trunk, nullptr};
  if (const TrunkEntry* trunk = identify_by_source(inquiry)) return Caller{trunk, nullptr};
  if (!offers.empty()) return ask_for_user(inquiry, presented, offers);
  return nobody(inquiry);
}

}  // namespace tandem::trunk
