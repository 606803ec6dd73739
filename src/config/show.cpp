#include "tandem/config/show.hpp"

#include <algorithm>

#include "tables.hpp"

namespace tandem::config {
namespace {

constexpr std::string_view kHeading =
    "# The effective configuration: defaults and the presets of profiles are written out. Secrets are "
    "withheld:\n"
    "# write them where \"***\" stands before you load this.\n";

bool names(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// Copies of what a trunk is made of, in a configuration of its own.
Config part_of(const Config& config, const Trunk& trunk) {
  Config part;
  const auto copy = [](const auto& from, auto& to, auto belongs) {
    std::copy_if(from.begin(), from.end(), std::back_inserter(to), belongs);
  };
  part.edges = config.edges;
  part.domains = config.domains;
  part.nodes = config.nodes;
  part.trunks = {trunk};
  copy(config.accounts, part.accounts, [&](const Account& account) { return account.id == trunk.account; });
  copy(config.numbers, part.numbers, [&](const DialledNumber& number) { return number.trunk == trunk.name; });
  copy(config.verified_caller_ids, part.verified_caller_ids, [&](const VerifiedCallerId& verified) {
    return !trunk.account.empty() && verified.account == trunk.account;
  });
  copy(config.access_groups, part.access_groups, [&](const AccessGroup& group) {
    return trunk.termination && names(trunk.termination->access, group.name);
  });
  return part;
}

}  // namespace

std::string show(const Config& config, std::optional<std::string_view> trunk) {
  if (!trunk) return std::string(kHeading) + print_yaml(write_object(root_table(), &config));
  const auto found = std::find_if(config.trunks.begin(), config.trunks.end(),
                                  [&](const Trunk& candidate) { return candidate.name == *trunk; });
  if (found == config.trunks.end()) return {};
  const auto part = part_of(config, *found);
  auto written = write_object(root_table(), &part);
  // The node's own sections are not the trunk's.
  auto& members = written.members;
  members.erase(std::remove_if(members.begin(), members.end(),
                               [](const auto& member) {
                                 const auto* key = root_table().find(member.name);
                                 return key->form.arity == Arity::One;
                               }),
                members.end());
  return std::string(kHeading) + print_yaml(written);
}

}  // namespace tandem::config
