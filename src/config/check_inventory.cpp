// Numbers, accounts, routes and groups against each other.
#include <set>
#include <string_view>
#include <unordered_map>

#include "cross_check.hpp"

namespace tandem::config {
namespace {

std::string in_words(const std::string& account) {
  return account.empty() ? "no account" : "account '" + account + "'";
}

/// Ownership is per account: a number and the trunk it rings at have the same.
void check_accounts_of_numbers(const Config& config, Findings& findings) {
  std::unordered_map<std::string_view, const Trunk*> trunks;
  for (const auto& trunk : config.trunks) trunks.emplace(trunk.name, &trunk);
  for (const auto& number : config.numbers) {
    if (number.trunk.empty()) continue;
    const auto found = trunks.find(number.trunk);
    if (found == trunks.end() || found->second->account == number.account) continue;
    findings.error(number.mark,
                   "number '" + number.number + "' is of " + in_words(number.account) + ", its trunk '" +
                       number.trunk + "' of " + in_words(found->second->account),
                   "give both the same 'account'; a trunk without one may not have numbers of another");
  }
}

using Holdings = std::set<std::pair<std::string_view, std::string_view>>;  ///< account, number

void check_verified(const Config& config, Holdings& holdings, Findings& findings) {
  for (const auto& verified : config.verified_caller_ids) {
    if (holdings.insert({verified.account, verified.number}).second) continue;
    findings.warn(verified.mark, "account '" + verified.account + "' has " + verified.number + " already");
  }
}

void check_default_numbers(const Config& config, const Holdings& holdings, Findings& findings) {
  for (const auto& account : config.accounts) {
    if (account.default_number.empty() || holdings.count({account.id, account.default_number}) != 0) continue;
    findings.error(
        account.mark,
        "'default_number' " + account.default_number + " is not a number of account '" + account.id + "'",
        "add it to 'numbers' or 'verified_caller_ids' of the account");
  }
}

void check_limit_groups(const Config& config, Findings& findings) {
  std::unordered_map<std::string_view, const LimitGroup*> groups;
  for (const auto& group : config.limit_groups) {
    for (const auto& trunk : group.trunks) {
      const auto [first, is_new] = groups.emplace(trunk, &group);
      if (is_new) continue;
      findings.error(group.mark,
                     "trunk '" + trunk + "' is in limit group '" + first->second->name + "' already",
                     "the other is at " + print(first->second->mark));
    }
  }
}

}  // namespace

void check_inventory(const Config& config, Reading& reading) {
  check_accounts_of_numbers(config, reading.findings);
  Holdings holdings;
  for (const auto& number : config.numbers) {
    if (!number.account.empty()) holdings.insert({number.account, number.number});
  }
  check_verified(config, holdings, reading.findings);
  check_default_numbers(config, holdings, reading.findings);
  check_limit_groups(config, reading.findings);
}

}  // namespace tandem::config
