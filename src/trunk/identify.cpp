#include "trunk/identify.hpp"

#include <algorithm>

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

const TrunkEntry* identify_by_fqdn(Inquiry& inquiry) {
  const TrunkEntry* trunk = inquiry.directory.find_fqdn(inquiry.host);
  if (trunk != nullptr)
    inquiry.note("identify.fqdn", "trunk " + trunk->trunk->name + " takes calls for " + inquiry.host);
  return trunk;
}

/// Length of the longest prefix with which the trunk's groups list the address; 0 where one takes any
/// address, -1 where none takes this one.
int listed_bits(const TrunkEntry& entry, const IpAddress& source) {
  int longest = -1;
  for (const GroupUse& use : entry.groups) {
    if (use.entry->admits_any_address()) longest = std::max(longest, 0);
    use.entry->ips.visit_matches(source, [&](const auto& listed) {
      longest = std::max(longest, listed.key.bits);
      return true;
    });
  }
  return longest;
}

/// A header that should identify the caller, and does not.
struct HeaderMiss {
  bool value_known = false;  ///< some trunk has the value, but does not list the source
  std::string detail;        ///< empty: nothing was amiss
};

/// Header AND source. Trunks that cannot be told apart count as the oldest of them.
const TrunkEntry* identify_by_header(Inquiry& inquiry, HeaderMiss& miss) {
  const IpAddress& source = inquiry.arrival.source.ip;
  for (const std::string& name : inquiry.directory.identifying_headers()) {
    const std::string* received = inquiry.request().headers.find(name);
    if (received == nullptr) continue;
    const std::string said = name + " '" + printable(*received, 64) + "'";
    const auto* candidates = inquiry.directory.find_header(name, trim(*received));
    if (candidates == nullptr) {
      miss.detail = said + " is of no trunk";
      inquiry.note("identify.header", miss.detail);
      continue;
    }
    const TrunkEntry* found = nullptr;
    const TrunkEntry* twin = nullptr;
    int longest = -1;
    for (const TrunkEntry* candidate : *candidates) {
      const int bits = listed_bits(*candidate, source);
      if (bits > longest) {
        found = candidate;
        twin = nullptr;
        longest = bits;
      } else if (bits == longest && found != nullptr && twin == nullptr) {
        twin = candidate;
      }
    }
    if (found == nullptr) {
      miss = {true, said + " is of trunk " + candidates->front()->trunk->name + ", which does not list " +
                        source.print()};
      inquiry.note("identify.header", miss.detail);
      continue;
    }
    inquiry.note("identify.header", said + " and " + source.print() + " are of trunk " + found->trunk->name);
    if (twin != nullptr)
      inquiry.note("identify.header", "of trunk " + twin->trunk->name + " too: the oldest in service counts");
    return found;
  }
  return nullptr;
}

/// The call would fit others by a key that says less: told, because the operator may have meant them.
void note_rivals(Inquiry& inquiry, const TrunkEntry& chosen) {
  const IpAddress& source = inquiry.arrival.source.ip;
  const auto note = [&](std::string who) {
    inquiry.note("identify.source", std::move(who) + " lists " + source.print() +
                                        " too: an address says less, so trunk " + chosen.trunk->name +
                                        " counts");
    return true;
  };
  inquiry.directory.carrier_sources().visit_matches(
      source, [&](const auto& entry) { return note("carrier " + entry.value.carrier->name); });
  inquiry.directory.trunk_sources().visit_matches(source, [&](const auto& entry) {
    return entry.value.trunk != &chosen && note("trunk " + entry.value.trunk->trunk->name);
  });
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

/// The trunk of a user that was not asked to prove anything: for `tandemctl explain` alone.
const TrunkEntry* identify_by_named_user(Inquiry& inquiry, const std::string& user) {
  for (const auto& [trunk, use] : inquiry.directory.find_user(user)) {
    if (!use->entry->admits(inquiry.arrival.source.ip)) continue;
    inquiry.note("identify.user", "user '" + printable(user) + "' is of trunk " + trunk->trunk->name);
    return trunk;
  }
  inquiry.note("identify.user", "no trunk takes user '" + printable(user) + "' from this source");
  return nullptr;
}

const TrunkEntry* identify_by_user(Inquiry& inquiry, const PresentedCredentials& presented) {
  if (inquiry.usage.proven_user) return identify_by_named_user(inquiry, *inquiry.usage.proven_user);
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
  if (inquiry.directory.header_sources().contains(source)) {
    return refuse_peer(inquiry, "identify.header", Reason::HeaderMismatch,
                       "trunks at this address are known by a header, and it is missing", Peer::Identified,
                       "");
  }
  if (inquiry.directory.is_listed(source)) {
    return refuse_peer(inquiry, "identify.source", Reason::UnknownDomain,
                       "no trunk has domain '" + printable(inquiry.host) + "'", Peer::Identified, "");
  }
  return turn_away(inquiry, Reason::UnknownSource, "");
}

/// Half of what identifies a caller by header: the right value from elsewhere gets a bare 403, a
/// listed source hears why.
std::optional<Refusal> refuse_header(Inquiry& inquiry, const HeaderMiss& miss) {
  const bool listed = inquiry.directory.header_sources().contains(inquiry.arrival.source.ip);
  if (miss.detail.empty() || (!miss.value_known && !listed)) return std::nullopt;
  return refuse_peer(inquiry, "identify.header", Reason::HeaderMismatch, miss.detail,
                     listed ? Peer::Identified : Peer::Unproven, "");
}

/// Trunks have no business on a listener that is for registered ones: none registers yet, so all are static
///
bool serves_trunks(const Inquiry& inquiry) {
  const config::Listener* listener = inquiry.directory.find_listener(inquiry.arrival.listener);
  return listener == nullptr || std::find(listener->serves.begin(), listener->serves.end(),
                                          config::Serves::Static) != listener->serves.end();
}

/// By a key that no other can outbid.
const TrunkEntry* identify_surely(Inquiry& inquiry, HeaderMiss& miss) {
  const TrunkEntry* trunk = identify_by_domain(inquiry);
  if (trunk == nullptr) trunk = identify_by_fqdn(inquiry);
  if (trunk == nullptr) trunk = identify_by_header(inquiry, miss);
  if (trunk != nullptr) note_rivals(inquiry, *trunk);
  return trunk;
}

}  // namespace

std::variant<Caller, Verdict> identify(Inquiry& inquiry) {
  if (!serves_trunks(inquiry)) {
    if (const config::Carrier* carrier = identify_carrier(inquiry)) return Caller{nullptr, carrier};
    inquiry.note("identify.listener",
                 "listener " + printable(inquiry.arrival.listener) + " is for registered trunks only");
    return turn_away(inquiry, Reason::UnknownSource, "");
  }
  HeaderMiss miss;
  if (const TrunkEntry* trunk = identify_surely(inquiry, miss)) return Caller{trunk, nullptr};
  if (const config::Carrier* carrier = identify_carrier(inquiry)) return Caller{nullptr, carrier};
  const std::vector<Offer> offers = offers_to_anyone(inquiry);
  PresentedCredentials presented;
  if (!offers.empty()) presented = presented_credentials(inquiry.request());
  if (const TrunkEntry* trunk = identify_by_user(inquiry, presented)) return Caller{trunk, nullptr};
  if (const TrunkEntry* trunk = identify_by_source(inquiry)) return Caller{trunk, nullptr};
  if (auto refused = refuse_header(inquiry, miss)) return Verdict(std::move(*refused));
  if (!offers.empty()) return ask_for_user(inquiry, presented, offers);
  return nobody(inquiry);
}

}  // namespace tandem::trunk
