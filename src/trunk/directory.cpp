#include "trunk/directory.hpp"

#include <algorithm>

#include "trunk/names.hpp"

namespace tandem::trunk {
namespace {

bool is_host_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    const char lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

/// What cannot change between two calls is sorted once; CarrierOrder::Weighted draws anew for each.
void sort_carriers(std::vector<CarrierUse>& carriers, config::CarrierOrder order) {
  if (order == config::CarrierOrder::Ordered) {
    std::stable_sort(carriers.begin(), carriers.end(), [](const CarrierUse& a, const CarrierUse& b) {
      return a.prefix->priority < b.prefix->priority;
    });
  } else if (order == config::CarrierOrder::LeastCost) {
    const auto cost = [](const CarrierUse& use) { return use.prefix->cost.value_or(UINT64_MAX); };
    std::stable_sort(carriers.begin(), carriers.end(),
                     [&](const CarrierUse& a, const CarrierUse& b) { return cost(a) < cost(b); });
  }
}

Cidr host_prefix(const IpAddress& address) { return Cidr{address, address.is_v6() ? 128 : 32}; }

}  // namespace

std::string comparable_host(std::string_view host) {
  if (const auto ip = IpAddress::parse(host)) return ip->print();
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  return to_lower(host);
}

bool proves_nothing(const config::AccessGroup& group, const Cidr& cidr) {
  return cidr.prefix_bits == 0 && group.credentials.empty();
}

bool can_answer(const config::Credential& credential, config::DigestAlgorithm algorithm,
                std::string_view realm) {
  if (!credential.password.empty()) return true;
  return !realm.empty() && credential.ha1.count(algorithm) != 0;
}

std::string fixed_realm(const config::AccessGroup& group, const config::Challenge& challenge) {
  if (!group.realm.empty()) return group.realm;
  return challenge.realm_rule == config::RealmRule::Fixed ? challenge.realm : std::string();
}

bool TrunkEntry::identified_by(config::IdentifyBy key) const {
  return std::find(trunk->identify.begin(), trunk->identify.end(), key) != trunk->identify.end();
}

bool merge_offer(std::vector<Offer>& offers, const Offer& added) {
  if (added.algorithms.empty()) return true;
  auto at = std::find_if(offers.begin(), offers.end(),
                         [&](const Offer& offer) { return offer.realm == added.realm; });
  if (at == offers.end()) {
    if (offers.size() == kMaxRealmsOffered) return false;
    offers.push_back(added);
    return true;
  }
  for (config::DigestAlgorithm algorithm : added.algorithms) {
    if (std::find(at->algorithms.begin(), at->algorithms.end(), algorithm) == at->algorithms.end()) {
      at->algorithms.push_back(algorithm);
    }
  }
  return true;
}

Directory::Directory(std::shared_ptr<const config::Config> config)
    : config_(std::move(config)),
      host_(is_host_name(config_->node_name) ? config_->node_name : "tandem.invalid") {
  index_groups();
  index_trunks();
  index_carriers();
  index_numbers();
  index_names();
  index_hosts();
  index_edges();
  index_limits();
  index_owners();
  index_headers();
  for (const auto& [key, offers] : user_offers_) user_sources_.add(key, &offers);
  user_sources_.seal();
  for (auto* index :
       {&carrier_sources_, &trunk_sources_, &header_sources_, &listed_sources_, &target_addresses_})
    index->seal();
}

void Directory::index_groups() {
  groups_.reserve(config_->access_groups.size());
  for (const config::AccessGroup& group : config_->access_groups) {
    GroupEntry& entry = groups_.emplace_back();
    entry.group = &group;
    for (std::size_t i = 0; i < group.ips.size(); ++i) {
      if (!proves_nothing(group, group.ips[i])) entry.ips.add(group.ips[i], i);
    }
    entry.ips.seal();
    for (const config::Credential& credential : group.credentials)
      entry.users[credential.user].push_back(&credential);
    groups_by_name_.emplace(group.name, &entry);
  }
}

void Directory::index_trunks() {
  trunks_.reserve(config_->trunks.size());  // entries are pointed to: they may not move
  for (const config::Trunk& trunk : config_->trunks) {
    TrunkEntry& entry = trunks_.emplace_back();
    entry.trunk = &trunk;
    trunks_by_name_.emplace(trunk.name, &entry);
    index_trunk(entry);
    for (const config::Target& target : trunk.targets) {
      if (target.is_numeric())
        target_addresses_.add(host_prefix(target.address.ip), {nullptr, &entry, nullptr});
    }
  }
}

void Directory::index_trunk(TrunkEntry& entry) {
  const config::Trunk& trunk = *entry.trunk;
  if (!trunk.termination) return;
  const config::Termination& termination = *trunk.termination;
  entry.groups.reserve(termination.access.size());
  for (const std::string& name : termination.access) {
    const auto found = groups_by_name_.find(name);
    if (found == groups_by_name_.end()) continue;  // an error of load()
    GroupUse& use = entry.groups.emplace_back();
    use.entry = found->second;
    use.realm = fixed_realm(*use.entry->group, termination.challenge);
    const auto& credentials = use.entry->group->credentials;
    for (config::DigestAlgorithm algorithm : termination.challenge.algorithms) {
      const bool answerable =
          std::any_of(credentials.begin(), credentials.end(),
                      [&](const config::Credential& c) { return can_answer(c, algorithm, use.realm); });
      if (answerable) use.algorithms.push_back(algorithm);
    }
  }
  for (const GroupUse& use : entry.groups) {
    for (const Cidr& cidr : use.entry->group->ips) {
      if (proves_nothing(*use.entry->group, cidr)) continue;
      const SourceUse source{&cidr, &entry, nullptr};
      listed_sources_.add(cidr, source);
      if (entry.identified_by(config::IdentifyBy::SourceIp)) trunk_sources_.add(cidr, source);
      if (entry.identified_by(config::IdentifyBy::Header)) header_sources_.add(cidr, source);
    }
    if (entry.identified_by(config::IdentifyBy::DigestUser)) index_users(entry, use);
  }
}

void Directory::index_users(const TrunkEntry& entry, const GroupUse& use) {
  for (const config::Credential& credential : use.entry->group->credentials) {
    users_[credential.user].emplace_back(&entry, &use);
  }
  if (use.algorithms.empty()) return;
  const int status = entry.trunk->termination->challenge.status;
  if (use.entry->admits_any_address()) merge_offer(open_offers_, {status, use.realm, use.algorithms});
  for (const Cidr& cidr : use.entry->group->ips) {
    merge_offer(user_offers_[cut(cidr.network, cidr.prefix_bits)], {status, use.realm, use.algorithms});
  }
}

void Directory::index_carriers() {
  for (const config::Carrier& carrier : config_->carriers) {
    for (const Cidr& cidr : carrier.sources) carrier_sources_.add(cidr, {&cidr, nullptr, &carrier});
    for (const config::PrefixRoute& prefix : carrier.prefixes) {
      auto& carriers = prefixes_[prefix.digits];
      if (carriers.empty() || carriers.back().carrier != &carrier) carriers.push_back({&carrier, &prefix});
      longest_prefix_ = std::max(longest_prefix_, prefix.digits.size());
    }
    for (const config::Target& target : carrier.targets) {
      if (target.is_numeric())
        target_addresses_.add(host_prefix(target.address.ip), {nullptr, nullptr, &carrier});
      carrier_hosts_.insert(comparable_host(target.uri.host));
    }
  }
  for (auto& [digits, carriers] : prefixes_) sort_carriers(carriers, config_->carrier_order);
}

void Directory::index_numbers() {
  for (const config::Route& route : config_->routes) routes_.emplace(route.name, &route);
  numbers_.reserve(config_->numbers.size());
  for (const config::DialledNumber& number : config_->numbers) {
    NumberUse use{&number};
    const auto route = routes_.find(number.route);
    if (!number.route.empty() && route != routes_.end()) {
      use.route = route->second;
      for (const config::RouteEntry& entry : use.route->entries) {
        if (use.trunk == nullptr) use.trunk = find_trunk(entry.trunk);
      }
    } else {
      use.trunk = find_trunk(number.trunk);
    }
    numbers_.emplace(number.number, use);
  }
}

void Directory::index_names() {
  visit_shared_names(*config_, [this](std::string host, const std::string& edge) {
    names_.emplace(std::move(host), NameUse{nullptr, edge});
  });
  for (const TrunkEntry& entry : trunks_) {
    // Of two trunks with one name the first that is known by its domain has it: check() makes it an error.
    const TrunkEntry* known = entry.identified_by(config::IdentifyBy::Domain) ? &entry : nullptr;
    visit_names(*config_, *entry.trunk, [&](std::string host, const std::string& edge) {
      const auto [at, fresh] = names_.emplace(std::move(host), NameUse{known, edge});
      if (!fresh && at->second.trunk == nullptr) at->second.trunk = known;
    });
    const std::string& diversion_domain = entry.trunk->origination.diversion_domain;
    if (!diversion_domain.empty()) diversion_domains_.insert(to_lower(diversion_domain));
  }
  visit_bases(*config_, [this](std::string base, const std::string&) { bases_.insert(std::move(base)); });
}

void Directory::index_hosts() {
  for (TrunkEntry& entry : trunks_) {
    visit_names(*config_, *entry.trunk, [&entry](std::string host, const std::string& edge) {
      if (entry.host.empty() && edge.empty()) entry.host = std::move(host);
    });
    if (entry.host.empty()) entry.host = host_;
  }
}

void Directory::index_edges() {
  for (const config::Edge& edge : config_->edges) {
    edges_.emplace(to_lower(edge.name), &edge.name);
    for (const std::string& alias : edge.aliases) edges_.emplace(to_lower(alias), &edge.name);
  }
}

void Directory::index_limits() {
  for (const config::Account& account : config_->accounts) accounts_.emplace(account.id, &account);
  for (const config::LimitGroup& group : config_->limit_groups) {
    GroupLimit limit{&group, 0};
    for (const std::string& name : group.trunks) {
      const auto found = trunks_by_name_.find(std::string_view(name));
      if (found == trunks_by_name_.end()) continue;  // an error of load()
      const auto& channels = found->second->trunk->limits.channels;
      if (!channels) limit.channels.reset();
      if (limit.channels) *limit.channels += *channels;
    }
    for (const std::string& name : group.trunks) limit_groups_.emplace(name, limit);
  }
}

namespace {

/// Whose number it is: as written, else its trunk's.
std::string_view account_of(const NumberUse& use) {
  if (!use.number->account.empty()) return use.number->account;
  if (use.route != nullptr && !use.route->account.empty()) return use.route->account;
  return use.trunk ? std::string_view(use.trunk->trunk->account) : std::string_view();
}

std::string header_key(std::string_view name, std::string_view value) {
  std::string key = to_lower(name);
  key += ':';
  key += value;
  return key;
}

}  // namespace

void Directory::index_owners() {
  for (const config::Account& account : config_->accounts) {
    if (!account.default_number.empty()) default_numbers_.emplace(account.id, account.default_number);
  }
  for (const config::DialledNumber& number : config_->numbers) {
    if (number.state != config::NumberState::Active) continue;
    const std::string_view account = account_of(*find_number(number.number));
    if (!account.empty()) default_numbers_.emplace(account, number.number);
  }
  for (const config::VerifiedCallerId& verified : config_->verified_caller_ids)
    verified_[verified.number].push_back(verified.account);
  for (const config::Trunk& trunk : config_->trunks) {
    if (!trunk.termination || trunk.termination->caller_id.listed.empty()) continue;
    const auto& numbers = trunk.termination->caller_id.listed;
    listed_[trunk.name].insert(numbers.begin(), numbers.end());
  }
}

void Directory::index_headers() {
  for (const TrunkEntry& entry : trunks_) {
    if (!entry.trunk->termination) continue;
    const config::Termination& termination = *entry.trunk->termination;
    if (entry.identified_by(config::IdentifyBy::Fqdn)) {
      for (const std::string& fqdn : termination.fqdns) fqdns_.emplace(to_lower(fqdn), &entry);
    }
    if (!termination.header || !entry.identified_by(config::IdentifyBy::Header)) continue;
    const std::string& name = termination.header->name;
    const auto same = [&](const std::string& other) { return iequals(other, name); };
    if (std::none_of(header_names_.begin(), header_names_.end(), same)) header_names_.push_back(name);
    headers_[header_key(name, termination.header->value)].push_back(&entry);
  }
  for (auto& [key, entries] : headers_) {
    // Where `created` is not written the order of writing holds, before all that have it.
    std::stable_sort(entries.begin(), entries.end(), [](const TrunkEntry* a, const TrunkEntry* b) {
      if (a->trunk->enabled != b->trunk->enabled) return a->trunk->enabled;
      return a->trunk->created < b->trunk->created;
    });
  }
}

const config::Listener* Directory::find_listener(std::string_view name) const {
  for (const config::Listener& listener : config_->listeners) {
    if (listener.name == name) return &listener;
  }
  return nullptr;
}

const NameUse* Directory::find_name(std::string_view host) const {
  const auto found = names_.find(host);
  return found == names_.end() ? nullptr : &found->second;
}

const config::Account* Directory::find_account(std::string_view id) const {
  const auto found = accounts_.find(id);
  return found == accounts_.end() ? nullptr : found->second;
}

const GroupLimit* Directory::find_limit_group(std::string_view trunk) const {
  const auto found = limit_groups_.find(trunk);
  return found == limit_groups_.end() ? nullptr : &found->second;
}

const std::vector<std::pair<const TrunkEntry*, const GroupUse*>>& Directory::find_user(
    std::string_view user) const {
  static const std::vector<std::pair<const TrunkEntry*, const GroupUse*>> kNone;
  const auto found = users_.find(user);
  return found == users_.end() ? kNone : found->second;
}

const NumberUse* Directory::find_number(std::string_view e164) const {
  const auto found = numbers_.find(e164);
  return found == numbers_.end() ? nullptr : &found->second;
}

const std::vector<CarrierUse>* Directory::find_prefix(std::string_view digits) const {
  const auto found = prefixes_.find(digits);
  return found == prefixes_.end() ? nullptr : &found->second;
}

bool Directory::owns(const config::Trunk& trunk, std::string_view e164) const {
  const NumberUse* use = find_number(e164);
  if (use == nullptr || use->number->state != config::NumberState::Active) return false;
  const std::string_view account = account_of(*use);
  if (account.empty()) return use->trunk != nullptr && use->trunk->trunk->name == trunk.name;
  return account == trunk.account;
}

bool Directory::has_verified(std::string_view account, std::string_view e164) const {
  const auto found = verified_.find(e164);
  return found != verified_.end() &&
         std::find(found->second.begin(), found->second.end(), account) != found->second.end();
}

bool Directory::lists_caller_id(const config::Trunk& trunk, std::string_view e164) const {
  const auto found = listed_.find(trunk.name);
  return found != listed_.end() && found->second.count(e164) != 0;
}

std::string_view Directory::default_number(std::string_view account) const {
  const auto found = default_numbers_.find(account);
  return found == default_numbers_.end() ? std::string_view() : found->second;
}

const TrunkEntry* Directory::find_fqdn(std::string_view host) const {
  const auto found = fqdns_.find(host);
  return found == fqdns_.end() ? nullptr : found->second;
}

const std::vector<const TrunkEntry*>* Directory::find_header(std::string_view name,
                                                             std::string_view value) const {
  const auto found = headers_.find(header_key(name, value));
  return found == headers_.end() ? nullptr : &found->second;
}

const TrunkEntry* Directory::find_trunk(std::string_view name) const {
  const auto found = trunks_by_name_.find(name);
  return found == trunks_by_name_.end() ? nullptr : found->second;
}

const std::string* Directory::find_edge(std::string_view label) const {
  const auto found = edges_.find(to_lower(label));
  return found == edges_.end() ? nullptr : found->second;
}

bool Directory::is_carrier_host(std::string_view host) const {
  return carrier_hosts_.find(comparable_host(host)) != carrier_hosts_.end();
}

bool Directory::can_leave_from(std::string_view edge, std::optional<Transport> transport) const {
  return std::any_of(
      config_->listeners.begin(), config_->listeners.end(), [&](const config::Listener& listener) {
        return iequals(listener.edge, edge) && (!transport || listener.transport == *transport);
      });
}

bool Directory::is_listed(const IpAddress& address) const {
  return carrier_sources_.contains(address) || listed_sources_.contains(address);
}

bool Directory::is_known(const IpAddress& address) const {
  return is_listed(address) || target_addresses_.contains(address);
}

std::shared_ptr<const Directory> build_directory(std::shared_ptr<const config::Config> config) {
  return std::make_shared<const Directory>(std::move(config));
}

const config::Config& config_of(const Directory& directory) { return directory.config(); }

bool is_known_source(const Directory& directory, const SocketAddress& source) {
  return directory.is_known(source.ip);
}

}  // namespace tandem::trunk
