// Two trunks that cannot be told apart, and trunks that nothing can identify.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "trunk/check.hpp"

namespace tandem::trunk {
namespace {

bool identified_by(const config::Trunk& trunk, config::IdentifyBy key) {
  return std::find(trunk.identify.begin(), trunk.identify.end(), key) != trunk.identify.end();
}

class IdentityCheck {
 public:
  explicit IdentityCheck(Findings& findings) : findings_(findings) {}

  void look_at(const config::Trunk& trunk, const std::vector<const config::AccessGroup*>& groups) {
    if (identified_by(trunk, config::IdentifyBy::Domain)) look_at_domains(trunk);
    if (identified_by(trunk, config::IdentifyBy::SourceIp)) look_at_sources(trunk, groups);
    if (identified_by(trunk, config::IdentifyBy::DigestUser)) look_at_users(trunk, groups);
    if (identified_by(trunk, config::IdentifyBy::Header)) look_at_header(trunk, groups);
    if (identified_by(trunk, config::IdentifyBy::Fqdn)) look_at_fqdns(trunk);
  }

  void look_at(const config::Carrier& carrier) {
    for (const Cidr& cidr : carrier.sources) {
      const auto key = cut(cidr.network, cidr.prefix_bits);
      if (const auto [at, fresh] = carriers_.emplace(key, &carrier); !fresh && at->second != &carrier) {
        findings_.warning(carrier.mark,
                          "carriers '" + at->second->name + "' and '" + carrier.name + "' both list " +
                              cidr.print() + ": calls from there count as the first one's",
                          "list each source with one carrier");
      }
      if (const auto found = sources_.find(key); found != sources_.end()) {
        findings_.warning(carrier.mark,
                          "carrier '" + carrier.name + "' and trunk '" + found->second->name +
                              "' both list " + cidr.print() + ": calls from there count as the carrier's",
                          "let the trunk be identified by domain");
      }
    }
  }

  void finish() {
    if (open_realms_.size() <= kMaxRealmsOffered) return;
    findings_.error(first_open_->mark,
                    "trunks known by their digest user ask callers from any address for " +
                        std::to_string(open_realms_.size()) + " realms; a challenge names at most " +
                        std::to_string(kMaxRealmsOffered),
                    "give them a common realm");
  }

 private:
  void look_at_domains(const config::Trunk& trunk) {
    if (!trunk.termination) return;
    if (trunk.termination->domains.empty() && trunk.termination->labels.empty() &&
        trunk.identify.size() == 1) {
      findings_.error(trunk.mark, "trunk '" + trunk.name + "' is identified by domain but has none",
                      "add termination.domain, or change identify");
    }
    for (const std::string& domain : trunk.termination->domains) {
      if (const auto [at, fresh] = domains_.emplace(to_lower(domain), &trunk);
          !fresh && at->second != &trunk) {
        findings_.error(
            trunk.mark,
            "trunks '" + at->second->name + "' and '" + trunk.name + "' both have domain '" + domain + "'",
            "give each its own domain, or identify them by digest_user");
      }
    }
  }

  void look_at_sources(const config::Trunk& trunk, const std::vector<const config::AccessGroup*>& groups) {
    bool has_addresses = false;
    for (const config::AccessGroup* group : groups) {
      for (const Cidr& cidr : group->ips) {
        has_addresses = true;
        const auto [at, fresh] = sources_.emplace(cut(cidr.network, cidr.prefix_bits), &trunk);
        if (fresh || at->second == &trunk) continue;
        findings_.error(trunk.mark,
                        "trunks '" + at->second->name + "' and '" + trunk.name +
                            "' are both identified by source " + cidr.print(),
                        "list each address with one of them, or identify one by domain");
      }
    }
    if (!has_addresses && trunk.termination) {
      findings_.warning(
          trunk.mark,
          "trunk '" + trunk.name + "' is identified by source_ip, but none of its access groups has ips",
          "add ips to a group, or change identify");
    }
  }

  void look_at_users(const config::Trunk& trunk, const std::vector<const config::AccessGroup*>& groups) {
    bool has_users = false;
    for (const config::AccessGroup* group : groups) {
      const std::string realm = fixed_realm(*group, trunk.termination->challenge);
      if (group->ips.empty() && !group->credentials.empty()) {
        open_realms_.insert(realm);
        if (first_open_ == nullptr) first_open_ = &trunk;
      }
      for (const config::Credential& credential : group->credentials) {
        has_users = true;
        const auto [at, fresh] = users_.emplace(std::pair(realm, credential.user), &trunk);
        if (fresh || at->second == &trunk) continue;
        findings_.error(trunk.mark,
                        "trunks '" + at->second->name + "' and '" + trunk.name +
                            "' are both identified by digest user '" + credential.user + "'",
                        "give each its own user");
      }
    }
    if (!has_users && trunk.termination) {
      findings_.warning(trunk.mark,
                        "trunk '" + trunk.name +
                            "' is identified by digest_user, but none of its access groups has credentials",
                        "add credentials to a group, or change identify");
    }
  }

  /// Trunks of one header value may be told apart by their addresses. A provider that sends every trunk's
  /// calls alike is the exception: there the oldest stands for all.
  void look_at_header(const config::Trunk& trunk, const std::vector<const config::AccessGroup*>& groups) {
    if (!trunk.termination || !trunk.termination->header) return;
    const config::HeaderMatch& header = *trunk.termination->header;
    for (const config::AccessGroup* group : groups) {
      std::vector<Cidr> sources = group->ips;
      if (sources.empty()) sources.emplace_back();  // any address
      for (const Cidr& cidr : sources) {
        const auto [at, fresh] = headers_.emplace(
            std::tuple(to_lower(header.name), header.value, cut(cidr.network, cidr.prefix_bits)), &trunk);
        if (fresh || at->second == &trunk) continue;
        return tell_twins(*at->second, trunk, header);
      }
    }
  }

  void tell_twins(const config::Trunk& first, const config::Trunk& second,
                  const config::HeaderMatch& header) {
    const std::string both = "trunks '" + first.name + "' and '" + second.name + "' share " + header.name +
                             " '" + header.value + "' and a source";
    if (first.profile == config::Profile::Freshworks && second.profile == config::Profile::Freshworks) {
      const config::Trunk& oldest = second.created < first.created ? second : first;
      findings_.advice(second.mark,
                       both + ": calls from there count as those of '" + oldest.name + "', the oldest",
                       "nothing to do where the provider cannot tell them apart");
    } else {
      findings_.error(second.mark, both + ": they cannot be told apart",
                      "give each its own header value or source");
    }
  }

  void look_at_fqdns(const config::Trunk& trunk) {
    if (!trunk.termination) return;
    if (trunk.termination->fqdns.empty() && trunk.identify.size() == 1) {
      findings_.error(trunk.mark, "trunk '" + trunk.name + "' is identified by fqdn but has none",
                      "add termination.fqdn, or change identify");
    }
    for (const std::string& fqdn : trunk.termination->fqdns) {
      const auto [at, fresh] = fqdns_.emplace(to_lower(fqdn), &trunk);
      if (fresh || at->second == &trunk) continue;
      findings_.error(
          trunk.mark,
          "trunks '" + at->second->name + "' and '" + trunk.name + "' both take calls for '" + fqdn + "'",
          "give each its own name, or identify them by header or digest_user");
    }
  }

  Findings& findings_;
  std::map<std::string, const config::Trunk*> domains_, fqdns_;
  std::map<std::tuple<std::string, std::string, CidrKey>, const config::Trunk*> headers_;
  std::map<CidrKey, const config::Trunk*> sources_;
  std::map<std::pair<std::string, std::string>, const config::Trunk*> users_;
  std::map<CidrKey, const config::Carrier*> carriers_;
  std::set<std::string> open_realms_;
  const config::Trunk* first_open_ = nullptr;
};

}  // namespace

void check_identity(const config::Config& config, const GroupsByName& groups, Findings& findings) {
  IdentityCheck identity(findings);
  for (const config::Trunk& trunk : config.trunks) identity.look_at(trunk, groups_of(trunk, groups));
  for (const config::Carrier& carrier : config.carriers) identity.look_at(carrier);
  identity.finish();
}

}  // namespace tandem::trunk
