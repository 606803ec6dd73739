// Rules about callers that let nobody call, or nobody be asked, and ceilings that
// hold nothing.
#include <algorithm>
#include <unordered_set>

#include "trunk/check.hpp"

namespace tandem::trunk {
namespace {

using config::CallerIdAllowed;
using config::CallerIdFailure;

/// Who has numbers at all, and which. Views into the configuration.
class Holdings {
 public:
  explicit Holdings(const config::Config& config) {
    std::unordered_map<std::string_view, std::string_view> accounts;  // of trunks
    for (const config::Trunk& trunk : config.trunks) accounts.emplace(trunk.name, trunk.account);
    for (const config::DialledNumber& number : config.numbers) {
      if (number.state != config::NumberState::Active) continue;
      std::string_view account = number.account;
      if (const auto found = accounts.find(number.trunk); account.empty() && found != accounts.end())
        account = found->second;
      owners_.insert(account.empty() ? std::string_view(number.trunk) : account);
      numbers_.emplace(number.number, account);
    }
    for (const config::VerifiedCallerId& verified : config.verified_caller_ids) {
      verifiers_.insert(verified.account);
      verified_.emplace(verified.number, verified.account);
    }
  }

  bool owns_any(const config::Trunk& trunk) const {
    return owners_.count(trunk.account.empty() ? std::string_view(trunk.name) : trunk.account) != 0;
  }
  bool verified_any(std::string_view account) const { return verifiers_.count(account) != 0; }
  bool has(std::string_view account, std::string_view number) const {
    const auto owned = numbers_.find(number);
    if (owned != numbers_.end() && owned->second == account) return true;
    const auto [first, last] = verified_.equal_range(number);
    return std::any_of(first, last, [&](const auto& row) { return row.second == account; });
  }

 private:
  std::unordered_set<std::string_view> owners_, verifiers_;
  std::unordered_map<std::string_view, std::string_view> numbers_;
  std::unordered_multimap<std::string_view, std::string_view> verified_;
};

bool may_show_something(const config::Trunk& trunk, const Holdings& holdings) {
  const config::CallerId& rules = trunk.termination->caller_id;
  return std::any_of(rules.allowed.begin(), rules.allowed.end(), [&](CallerIdAllowed rule) {
    switch (rule) {
      case CallerIdAllowed::Owned:
        return holdings.owns_any(trunk);
      case CallerIdAllowed::Verified:
        return holdings.verified_any(trunk.account);
      case CallerIdAllowed::Listed:
        return !rules.listed.empty();
      case CallerIdAllowed::Any:
        break;
    }
    return true;
  });
}

std::string_view fate_of(CallerIdFailure on_fail) {
  switch (on_fail) {
    case CallerIdFailure::Private:
      return "made private";
    case CallerIdFailure::Substitute:
      return "shown with the substitute";
    case CallerIdFailure::Reject:
      break;
  }
  return "refused";
}

void check_caller_id(const config::Trunk& trunk, const Holdings& holdings, Findings& findings) {
  const config::CallerId& rules = trunk.termination->caller_id;
  if (!may_show_something(trunk, holdings)) {
    findings.warning(
        trunk.mark,
        "trunk '" + trunk.name + "': nothing that its caller_id allows exists, so every call would be " +
            std::string(fate_of(rules.on_fail)),
        "add numbers or verified_caller_ids of its account, or set termination.caller_id.allowed");
  }
  if (rules.on_fail == CallerIdFailure::Substitute && !holdings.has(trunk.account, rules.substitute)) {
    findings.warning(trunk.mark,
                     "trunk '" + trunk.name + "' substitutes " + rules.substitute +
                         ", which its account neither owns nor has verified",
                     "substitute a number of the account");
  }
}

void check_from_user(const config::Trunk& trunk, const std::vector<const config::AccessGroup*>& groups,
                     Findings& findings) {
  if (!trunk.termination->from_must_match_account) return;
  for (const config::AccessGroup* group : groups) {
    if (!group->credentials.empty()) return;
  }
  findings.warning(
      trunk.mark,
      "trunk '" + trunk.name +
          "' wants the From user to be the digest user, but none of its access groups has credentials",
      "add credentials to a group, or remove from_must_match_account");
}

void check_accounts(const config::Config& config, const Holdings& holdings, Findings& findings) {
  for (const config::Account& account : config.accounts) {
    if (account.restrict_destinations != config::RestrictDestinations::Verified) continue;
    if (holdings.verified_any(account.id)) continue;
    findings.warning(
        account.mark,
        "account '" + account.id + "' may call verified numbers only, and has none: it can call nobody",
        "add verified_caller_ids of the account, or remove restrict_destinations");
  }
}

void check_limit_groups(const config::Config& config, Findings& findings) {
  if (config.limit_groups.empty()) return;
  std::unordered_map<std::string_view, const config::Trunk*> trunks;
  for (const config::Trunk& trunk : config.trunks) trunks.emplace(trunk.name, &trunk);
  for (const config::LimitGroup& group : config.limit_groups) {
    for (const std::string& name : group.trunks) {
      const auto found = trunks.find(name);
      if (found == trunks.end() || found->second->limits.channels) continue;
      findings.warning(group.mark,
                       "trunk '" + name + "' of limit group '" + group.name +
                           "' has no channels, so the group's sum is no ceiling either",
                       "set limits.channels of the trunk");
    }
  }
}

void check_listeners(const config::Config& config, Findings& findings) {
  const auto serves_static = [](const config::Listener& listener) {
    return std::find(listener.serves.begin(), listener.serves.end(), config::Serves::Static) !=
           listener.serves.end();
  };
  if (config.listeners.empty() ||
      std::any_of(config.listeners.begin(), config.listeners.end(), serves_static))
    return;
  for (const config::Trunk& trunk : config.trunks) {
    if (!trunk.termination) continue;
    findings.error(config.listeners.front().mark,
                   "every listener is for registered trunks only, and trunk '" + trunk.name + "' is static",
                   "add static to listeners[].serves");
    return;
  }
}

}  // namespace

void check_callers(const config::Config& config, const GroupsByName& groups, Findings& findings) {
  const Holdings holdings(config);
  for (const config::Trunk& trunk : config.trunks) {
    if (!trunk.termination) continue;
    check_caller_id(trunk, holdings, findings);
    check_from_user(trunk, groups_of(trunk, groups), findings);
  }
  check_accounts(config, holdings, findings);
  check_limit_groups(config, findings);
  check_listeners(config, findings);
}

}  // namespace tandem::trunk
