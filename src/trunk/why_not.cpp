// Why a call is not taken for a trunk's: the question that an operator has when a customer says "I call you,
// and nothing comes".
#include "trunk/access.hpp"
#include "trunk/names.hpp"

namespace tandem::trunk {
namespace {

/// Names in a sentence: the first few, and how many more.
class Listing {
 public:
  void add(std::string_view name) {
    constexpr std::size_t kShown = 4;
    if (count_++ < kShown) text_ += (text_.empty() ? "" : ", ") + std::string(name);
    more_ = count_ > kShown ? count_ - kShown : 0;
  }
  bool empty() const { return count_ == 0; }
  std::string text() const { return more_ == 0 ? text_ : text_ + " and " + std::to_string(more_) + " more"; }

 private:
  std::string text_;
  std::size_t count_ = 0, more_ = 0;
};

class Doubter {
 public:
  Doubter(Inquiry& inquiry, const TrunkEntry& entry) : inquiry_(inquiry), entry_(entry) {}

  void ask(config::IdentifyBy key) {
    switch (key) {
      case config::IdentifyBy::Domain:
        return ask_domain();
      case config::IdentifyBy::DigestUser:
        return ask_user();
      case config::IdentifyBy::SourceIp:
        return ask_source();
      case config::IdentifyBy::Header:
        return ask_header();
      case config::IdentifyBy::Fqdn:
        return ask_fqdn();
    }
  }

  void ask_listener() {
    const config::Listener* listener = inquiry_.directory.find_listener(inquiry_.arrival.listener);
    if (listener == nullptr) return;
    for (const config::Serves serves : listener->serves) {
      if (serves == config::Serves::Static) return;
    }
    inquiry_.note("listener",
                  "listener " + listener->name + " is for registered trunks only (listeners[].serves)");
  }

 private:
  const config::Termination& termination() const { return *entry_.trunk->termination; }
  const IpAddress& source() const { return inquiry_.arrival.source.ip; }
  std::string host() const { return "Request-URI host '" + printable(inquiry_.host) + "'"; }

  void ask_domain() {
    const NameUse* use = inquiry_.directory.find_name(inquiry_.host);
    if (use != nullptr && use->trunk == &entry_)
      return inquiry_.note("identify.domain", host() + " is a name of the trunk: fits");
    Listing names;
    visit_names(inquiry_.directory.config(), *entry_.trunk,
                [&](const std::string& name, const std::string&) { names.add(name); });
    std::string told = host();
    if (use != nullptr && use->trunk != nullptr) {
      told += " is a name of trunk " + use->trunk->trunk->name;
    } else if (use != nullptr) {
      told += " is shared by trunks that are told apart by digest user";
    } else {
      told += " is nobody's name";
    }
    inquiry_.note("identify.domain", names.empty()
                                         ? told + "; this trunk has none (termination.domain, labels)"
                                         : told + "; this trunk has " + names.text());
  }

  void ask_fqdn() {
    const TrunkEntry* found = inquiry_.directory.find_fqdn(inquiry_.host);
    if (found == &entry_) return inquiry_.note("identify.fqdn", host() + " is among termination.fqdns: fits");
    Listing names;
    for (const std::string& name : termination().fqdns) names.add(name);
    inquiry_.note("identify.fqdn", host() + " is not among termination.fqdns (" +
                                       (names.empty() ? std::string("none") : names.text()) + ")");
  }

  void ask_header() {
    if (!termination().header)
      return inquiry_.note("identify.header", "the trunk has no termination.header to compare");
    const config::HeaderMatch& wanted = *termination().header;
    const std::string* received = inquiry_.request().headers.find(wanted.name);
    if (received == nullptr) return inquiry_.note("identify.header", "the INVITE has no " + wanted.name);
    if (trim(*received) != wanted.value) {
      return inquiry_.note("identify.header", wanted.name + " is '" + printable(*received, 64) +
                                                  "', not the trunk's '" + wanted.value + "'");
    }
    inquiry_.note("identify.header",
                  wanted.name + (lists_source() ? " and source fit"
                                                : " fits, but no access group lists " + source().print()));
  }

  void ask_source() {
    Listing listed;
    bool fits = false;
    for (const GroupUse& use : entry_.groups) {
      for (const Cidr& cidr : use.entry->group->ips) {
        listed.add(cidr.print());
        fits = fits || cidr.contains(source());
      }
    }
    if (!fits) {
      return inquiry_.note("identify.source_ip",
                           source().print() + " is not in the ips of its access groups (" +
                               (listed.empty() ? std::string("none") : listed.text()) + ")");
    }
    const TrunkEntry* first = nullptr;
    inquiry_.directory.trunk_sources().visit_matches(source(), [&](const auto& entry) {
      first = entry.value.trunk;
      return true;
    });
    const config::Carrier* carrier = nullptr;
    inquiry_.directory.carrier_sources().visit_matches(source(), [&](const auto& entry) {
      carrier = entry.value.carrier;
      return true;
    });
    std::string told = source().print() + " is listed";
    if (carrier != nullptr) {
      told += ", but by carrier " + carrier->name + " too, which counts";
    } else if (first != &entry_ && first != nullptr) {
      told += ", but trunk " + first->trunk->name + " lists it more exactly, or first";
    } else {
      told += ": fits";
    }
    inquiry_.note("identify.source_ip", std::move(told));
  }

  void ask_user() {
    const PresentedCredentials presented = presented_credentials(inquiry_.request());
    if (!presented.malformed.empty())
      inquiry_.note("identify.digest_user", "credentials cannot be read: " + printable(presented.malformed));
    if (presented.values.empty() && presented.malformed.empty())
      inquiry_.note("identify.digest_user", "the INVITE has no credentials: it would be challenged first");
    for (const message::DigestCredentials& given : presented.values)
      inquiry_.note("identify.digest_user", judge_user(given));
  }

  std::string judge_user(const message::DigestCredentials& given) const {
    const std::string user = "user '" + printable(given.username) + "'";
    std::string told = user + " is in none of its access groups";
    for (const GroupUse& use : entry_.groups) {
      if (use.entry->users.find(given.username) == use.entry->users.end()) continue;
      const std::string in_group = user + " is in group " + use.entry->group->name;
      const std::string& realm = use.realm.empty() ? inquiry_.host : use.realm;
      if (realm != given.realm) {
        told = in_group + " with realm '" + printable(realm) + "', not '" + printable(given.realm) + "'";
      } else if (!use.entry->admits(source())) {
        told = in_group + ", which does not list " + source().print();
      } else {
        return in_group + ": fits";
      }
    }
    return told;
  }

  bool lists_source() const {
    for (const GroupUse& use : entry_.groups) {
      if (use.entry->admits(source())) return true;
    }
    return false;
  }

  Inquiry& inquiry_;
  const TrunkEntry& entry_;
};

std::string unknown_trunk(const Directory& directory, std::string_view name) {
  constexpr std::size_t kNear = 3;
  const config::Trunk* nearest = nullptr;
  std::size_t best = kNear;
  for (const config::Trunk& trunk : directory.config().trunks) {
    const std::size_t distance = edit_distance(trunk.name, name);
    if (distance < best) {
      nearest = &trunk;
      best = distance;
    }
  }
  const std::string told = "there is no trunk '" + printable(name) + "'";
  return nearest ? told + "; did you mean '" + nearest->name + "'?" : told;
}

}  // namespace

Trace why_not(const Directory& directory, const Arrival& arrival, std::string_view name) {
  Trace trace;
  const TrunkEntry* entry = directory.find_trunk(name);
  if (entry == nullptr) {
    trace.push_back({"trunk", unknown_trunk(directory, name)});
    return trace;
  }
  const config::Trunk& trunk = *entry->trunk;
  if (!trunk.enabled) trace.push_back({"trunk", "trunk " + trunk.name + " is disabled"});
  if (!trunk.termination) {
    trace.push_back({"trunk", "trunk " + trunk.name + " has no termination: it only receives calls"});
    return trace;
  }
  const Usage usage;
  const NonceKey key;
  Random random(0);
  Inquiry inquiry = begin_inquiry(directory, arrival, usage, key, WallTime{}, random, trace);
  Doubter doubter(inquiry, *entry);
  doubter.ask_listener();
  for (const config::IdentifyBy by : trunk.identify) doubter.ask(by);
  const Gate gate = open_gate(inquiry, *entry);
  if (entry->groups.empty()) inquiry.note("acl", "the trunk names no access group: nobody may use it");
  if (!gate.closed()) {
    inquiry.note("acl", gate.admitted ? "its access groups admit this source"
                                      : "its access groups admit this source with credentials");
  }
  return trace;
}

}  // namespace tandem::trunk
