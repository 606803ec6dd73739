// The configuration as a decision asks it: by domain, user, address, prefix and number. Built once for a
// snapshot; it points into that snapshot and keeps it alive. Sized for 10,000 trunks, 100,000 numbers and
// 10,000 prefixes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "tandem/base/text.hpp"
#include "tandem/trunk/decide.hpp"
#include "trunk/cidr_index.hpp"

namespace tandem::trunk {

template <class Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

/// One access group, shared by the trunks that name it.
struct GroupEntry {
  const config::AccessGroup* group = nullptr;
  CidrIndex<std::size_t> ips;  ///< index into group->ips
  TextMap<std::vector<const config::Credential*>> users;

  bool admits_any_address() const { return group->ips.empty(); }
  bool admits(const IpAddress& address) const { return admits_any_address() || ips.contains(address); }
};

/// A group as one trunk uses it.
struct GroupUse {
  const GroupEntry* entry = nullptr;
  std::string realm;                                ///< empty: the Request-URI host
  std::vector<config::DigestAlgorithm> algorithms;  ///< that some credential can answer, in the trunk's order
};

/// True for "every address" in a group that asks for nothing else: it would be an open relay (R-009). check()
/// makes it an error, and the directory does not index it, so that no other way of loading a configuration
/// opens one.
bool proves_nothing(const config::AccessGroup&, const Cidr&);

/// Whether the credential can check an answer: a password always, an HA1 for its own algorithm and only where
/// the realm is fixed, because the realm is part of it (R-050).
bool can_answer(const config::Credential&, config::DigestAlgorithm, std::string_view fixed_realm);
/// The realm that a group's users are asked for, empty where it is the Request-URI host.
std::string fixed_realm(const config::AccessGroup&, const config::Challenge&);

struct TrunkEntry {
  const config::Trunk* trunk = nullptr;
  std::vector<GroupUse> groups;
  std::string host;  ///< the customer's own domain, for what the customer reads; the node's where it has none
  bool identified_by(config::IdentifyBy) const;
};

/// What a caller who has not said who it is gets offered: trunks that are told apart by digest user share it.
struct Offer {
  int status = 407;
  std::string realm;  ///< empty: the Request-URI host
  std::vector<config::DigestAlgorithm> algorithms;
};

/// A challenge names at most so many realms; check() reports a configuration that needs more.
inline constexpr std::size_t kMaxRealmsOffered = 4;

/// Joins algorithms of the same realm; false when the realm is one too many.
bool merge_offer(std::vector<Offer>&, const Offer&);

struct SourceUse {
  const Cidr* cidr = nullptr;
  const TrunkEntry* trunk = nullptr;
  const config::Carrier* carrier = nullptr;
};

struct NumberUse {
  const config::DialledNumber* number = nullptr;
  const TrunkEntry* trunk = nullptr;     ///< or the first of its route
  const config::Route* route = nullptr;  ///< neither: unassigned
};

/// Host names compare without case and without the final dot of a rooted name (RFC 3261 §19.1.4, RFC 1034
/// §3.1), addresses in the form that IpAddress prints.
std::string comparable_host(std::string_view);

/// A carrier that takes the numbers of a prefix.
struct CarrierUse {
  const config::Carrier* carrier = nullptr;
  const config::PrefixRoute* prefix = nullptr;
};

/// A host name of ours.
struct NameUse {
  const TrunkEntry* trunk = nullptr;  ///< null: shared by trunks that are told apart by another key
  std::string_view edge;              ///< empty: the plain name
};

/// A limit group as its members use it.
struct GroupLimit {
  const config::LimitGroup* group = nullptr;
  std::optional<std::uint32_t> channels;  ///< the sum; absent where a member has no ceiling
};

class Directory {
 public:
  explicit Directory(std::shared_ptr<const config::Config>);
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  const config::Config& config() const { return *config_; }
  /// A name of ours that may stand after an "@".
  const std::string& host() const { return host_; }

  const config::Listener* find_listener(std::string_view name) const;
  /// host: lower case, without a final dot.
  const NameUse* find_name(std::string_view host) const;
  /// Whether trunks' names end in it.
  bool is_base(std::string_view host) const { return bases_.find(host) != bases_.end(); }
  /// Whether a Diversion of ours names it (R-077). Lower case, without a final dot.
  bool is_diversion_domain(std::string_view host) const {
    return diversion_domains_.find(host) != diversion_domains_.end();
  }
  /// Null where no accounts entry has the id.
  const config::Account* find_account(std::string_view id) const;
  const GroupLimit* find_limit_group(std::string_view trunk) const;
  /// Uses of the user in trunks that are identified by digest user.
  const std::vector<std::pair<const TrunkEntry*, const GroupUse*>>& find_user(std::string_view user) const;
  const NumberUse* find_number(std::string_view e164) const;

  // where next
  /// Carriers of exactly this prefix, by priority or by cost as carrier_order says, ties in configuration
  /// order; null when there are none.
  const std::vector<CarrierUse>* find_prefix(std::string_view digits) const;
  std::size_t longest_prefix() const { return longest_prefix_; }
  const TrunkEntry* find_trunk(std::string_view name) const;
  /// The name of the edge that has this name or alias; null when none has.
  const std::string* find_edge(std::string_view label) const;
  /// Whether this node has a listener of the edge for the transport; nullopt: for any.
  bool can_leave_from(std::string_view edge, std::optional<Transport>) const;
  /// Whether it is where a carrier takes calls: nobody but us may send calls there in our name.
  bool is_carrier_host(std::string_view host) const;

  // whose number it is
  /// In service and hosted by the trunk's account; by the trunk itself where it has no account (R-066).
  bool owns(const config::Trunk&, std::string_view e164) const;
  bool has_verified(std::string_view account, std::string_view e164) const;
  /// In the trunk's own caller_id.listed.
  bool lists_caller_id(const config::Trunk&, std::string_view e164) const;
  /// What stands for the account where its caller may not be shown: its default_number, else the first that
  /// it owns; empty: none.
  std::string_view default_number(std::string_view account) const;

  // other keys that tell whose call it is
  const TrunkEntry* find_fqdn(std::string_view host) const;
  /// Names of headers that identify trunks.
  const std::vector<std::string>& identifying_headers() const { return header_names_; }
  /// Trunks with this value of the header, those in service first, then the oldest; null when there are none
  /// (R-172).
  const std::vector<const TrunkEntry*>* find_header(std::string_view name, std::string_view value) const;
  /// Addresses of trunks that are identified by a header.
  const CidrIndex<SourceUse>& header_sources() const { return header_sources_; }

  const CidrIndex<SourceUse>& carrier_sources() const { return carrier_sources_; }
  /// Trunks identified by source address.
  const CidrIndex<SourceUse>& trunk_sources() const { return trunk_sources_; }
  /// What trunks identified by digest user ask a caller from a listed address for.
  const CidrIndex<const std::vector<Offer>*>& user_sources() const { return user_sources_; }
  /// The same for groups that admit any address.
  const std::vector<Offer>& open_offers() const { return open_offers_; }
  /// Addresses that we send calls to.
  const CidrIndex<SourceUse>& target_addresses() const { return target_addresses_; }
  /// In a carrier's sources or in an access group that some trunk names.
  bool is_listed(const IpAddress&) const;
  /// Listed, or an address that we send calls to: such a peer pings us too (R-150).
  bool is_known(const IpAddress&) const;

 private:
  void index_groups();
  void index_trunks();
  void index_trunk(TrunkEntry&);
  void index_users(const TrunkEntry&, const GroupUse&);
  void index_carriers();
  void index_numbers();
  void index_names();
  void index_owners();
  void index_headers();
  void index_hosts();
  void index_edges();
  void index_limits();

  std::shared_ptr<const config::Config> config_;
  std::string host_;
  std::vector<GroupEntry> groups_;
  std::vector<TrunkEntry> trunks_;
  std::unordered_map<std::string_view, const GroupEntry*> groups_by_name_;
  TextMap<const TrunkEntry*> trunks_by_name_;
  TextMap<NameUse> names_;
  std::unordered_set<std::string, TextHash, std::equal_to<>> bases_;
  std::unordered_set<std::string, TextHash, std::equal_to<>> diversion_domains_;
  std::unordered_map<std::string_view, const config::Account*> accounts_;
  std::unordered_map<std::string_view, GroupLimit> limit_groups_;                      // by trunk
  std::unordered_map<std::string_view, std::vector<std::string_view>> verified_;       // number to accounts
  std::unordered_map<std::string_view, std::unordered_set<std::string_view>> listed_;  // trunk to numbers
  std::unordered_map<std::string_view, std::string_view> default_numbers_;             // by account
  TextMap<const TrunkEntry*> fqdns_;
  std::vector<std::string> header_names_;
  TextMap<std::vector<const TrunkEntry*>> headers_;  // by header_key()
  CidrIndex<SourceUse> header_sources_;
  TextMap<std::vector<std::pair<const TrunkEntry*, const GroupUse*>>> users_;
  TextMap<NumberUse> numbers_;
  TextMap<std::vector<CarrierUse>> prefixes_;
  TextMap<const config::Route*> routes_;
  TextMap<const std::string*> edges_;  // by name and alias
  std::unordered_set<std::string, TextHash, std::equal_to<>> carrier_hosts_;
  std::size_t longest_prefix_ = 0;
  CidrIndex<SourceUse> carrier_sources_, trunk_sources_, listed_sources_, target_addresses_;
  std::map<CidrKey, std::vector<Offer>> user_offers_;
  CidrIndex<const std::vector<Offer>*> user_sources_;
  std::vector<Offer> open_offers_;
};

}  // namespace tandem::trunk
