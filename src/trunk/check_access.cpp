// Open relays, and credentials that cannot answer what they will be asked.
#include <algorithm>
#include <map>
#include <set>

#include "trunk/check.hpp"

namespace tandem::trunk {
namespace {

/// Shorter prefixes than these take in a good part of the Internet.
constexpr int kWidestV4 = 8;
constexpr int kWidestV6 = 16;

bool has_udp_listener(const config::Config& config) {
  return std::any_of(config.listeners.begin(), config.listeners.end(),
                     [](const config::Listener& listener) { return listener.transport == Transport::Udp; });
}

void check_group_addresses(const config::AccessGroup& group, Findings& findings) {
  if (group.ips.empty() && group.credentials.empty()) {
    findings.error(group.mark,
                   "access group '" + group.name + "' has neither ips nor credentials: it admits nobody",
                   "add ips, or credentials, or both");
  }
  if (!group.credentials.empty()) return;
  for (const Cidr& cidr : group.ips) {
    if (proves_nothing(group, cidr)) {
      findings.error(group.mark,
                     "access group '" + group.name + "' lists every address (" + cidr.print() +
                         ") and wants no credentials: an open relay",
                     "list the peer's addresses, or add credentials");
    } else if (cidr.prefix_bits < (cidr.network.is_v6() ? kWidestV6 : kWidestV4)) {
      findings.warning(group.mark,
                       "access group '" + group.name + "' admits " + cidr.print() + " without credentials",
                       "list the peer's addresses, or add credentials");
    }
  }
}

std::string list(const std::vector<config::DigestAlgorithm>& algorithms) {
  std::string text;
  for (config::DigestAlgorithm algorithm : algorithms) {
    text += text.empty() ? "" : ", ";
    text += config::to_string(algorithm);
  }
  return text;
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
  return text;
}

/// One user against one trunk: what it will be asked and cannot answer.
void check_credential(const config::Trunk& trunk, const config::AccessGroup& group,
                      const config::Credential& credential, Findings& findings) {
  const config::Challenge& challenge = trunk.termination->challenge;
  const std::string realm = fixed_realm(group, challenge);
  const std::string who = "user '" + credential.user + "' of access group '" + group.name + "'";
  if (credential.password.empty() && realm.empty()) {
    findings.error(credential.mark,
                   who + " has only HA1s, but trunk '" + trunk.name + "' asks for the host used as realm (" +
                       list(trunk.termination->domains) + "): an HA1 holds its realm, so none can answer",
                   "set the group's realm to the one that the HA1s were made for, or give a password");
    return;
  }
  std::vector<config::DigestAlgorithm> missing;
  for (config::DigestAlgorithm algorithm : challenge.algorithms) {
    if (!can_answer(credential, algorithm, realm)) missing.push_back(algorithm);
  }
  if (missing.empty()) return;
  const std::string what = who + " has no HA1 for " + list(missing) + " in realm '" + realm +
                           "', which trunk '" + trunk.name + "' offers";
  const std::string cure = "add the HA1, or take the algorithm out of the trunk's challenge.algorithms";
  if (missing.size() == challenge.algorithms.size()) {
    findings.error(credential.mark, what + ": it can never log in", cure);
  } else {
    findings.warning(credential.mark, what, cure);
  }
}

/// HA1s of a group without its own realm are right for one realm, whichever trunk asks.
void check_shared_realm(const config::AccessGroup& group, const std::set<std::string>& realms,
                        Findings& findings) {
  if (realms.size() < 2) return;
  findings.error(group.mark,
                 "the HA1s of access group '" + group.name + "' would have to answer for " +
                     std::to_string(realms.size()) +
                     " realms: " + list(std::vector<std::string>(realms.begin(), realms.end())),
                 "set the group's realm to the one that the HA1s were made for");
}

}  // namespace

void check_relay(const config::Config& config, const GroupsByName& groups, Findings& findings) {
  for (const config::AccessGroup& group : config.access_groups) check_group_addresses(group, findings);
  const bool udp = has_udp_listener(config);
  for (const config::Trunk& trunk : config.trunks) {
    if (!trunk.termination) continue;
    const auto named = groups_of(trunk, groups);
    if (named.empty()) {
      findings.error(trunk.mark,
                     "trunk '" + trunk.name + "' has a termination but no access group: nobody may use it",
                     "name a group with ips or credentials under termination.access");
    }
    const bool by_address_alone = std::any_of(
        named.begin(), named.end(),
        [](const config::AccessGroup* group) { return !group->ips.empty() && group->credentials.empty(); });
    if (udp && by_address_alone) {
      findings.advice(
          trunk.mark,
          "trunk '" + trunk.name + "' admits callers by source address alone, and a UDP source can be forged",
          "add credentials to the access group");
    }
  }
}

void check_digest(const config::Config& config, const GroupsByName& groups, Findings& findings) {
  std::map<const config::AccessGroup*, std::set<std::string>> realms_of_hashes;
  for (const config::Trunk& trunk : config.trunks) {
    std::set<std::string> realms;
    for (const config::AccessGroup* group : groups_of(trunk, groups)) {
      const std::string realm = fixed_realm(*group, trunk.termination->challenge);
      if (!group->credentials.empty()) realms.insert(realm);
      for (const config::Credential& credential : group->credentials) {
        check_credential(trunk, *group, credential, findings);
        if (!credential.ha1.empty() && !realm.empty() && group->realm.empty())
          realms_of_hashes[group].insert(realm);
      }
    }
    if (realms.size() > kMaxRealmsOffered) {
      findings.error(trunk.mark,
                     "trunk '" + trunk.name + "' would challenge for " + std::to_string(realms.size()) +
                         " realms; a challenge names at most " + std::to_string(kMaxRealmsOffered),
                     "give its access groups a common realm");
    }
  }
  for (const config::AccessGroup& group : config.access_groups) {
    if (const auto found = realms_of_hashes.find(&group); found != realms_of_hashes.end()) {
      check_shared_realm(group, found->second, findings);
    }
  }
}

}  // namespace tandem::trunk
