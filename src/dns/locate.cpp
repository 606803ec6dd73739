#include "dns/locate.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

#include "dns/order.hpp"
#include "tandem/base/text.hpp"

namespace tandem::dns {

namespace {

constexpr int kMostAliases = 8;
constexpr std::size_t kMostPointers = 8;  // NAPTR records that are followed

std::string service_name(Transport transport, const std::string& domain) {
  switch (transport) {
    case Transport::Udp:
      return "_sip._udp." + domain;
    case Transport::Tcp:
      return "_sip._tcp." + domain;
    case Transport::Tls:
      return "_sips._tcp." + domain;
  }
  return domain;
}

/// RFC 3263 §4.1
std::optional<Transport> transport_of(const NaptrRecord& record) {
  if (iequals(record.service, "SIP+D2U")) return Transport::Udp;
  if (iequals(record.service, "SIP+D2T")) return Transport::Tcp;
  if (iequals(record.service, "SIPS+D2T")) return Transport::Tls;
  return std::nullopt;
}

std::vector<RecordType> types_of(Families families) {
  switch (families) {
    case Families::V4:
      return {RecordType::A};
    case Families::V6:
      return {RecordType::Aaaa};
    case Families::V4ThenV6:
      return {RecordType::A, RecordType::Aaaa};
    case Families::V6ThenV4:
      return {RecordType::Aaaa, RecordType::A};
  }
  return {RecordType::A};
}

bool is_absent(Outcome outcome) { return outcome == Outcome::NoRecord || outcome == Outcome::NoName; }

/// What the SRV queries said together.
enum class Services : std::uint8_t { Absent, Unknown, Found };

class Locator {
 public:
  Locator(const Question& question, const RecordView& view, std::uint64_t seed, const LocateRules& rules)
      : question_(question), view_(view), seed_(seed), rules_(rules) {}

  Located run() {
    const Transport fallback = question_.transport.value_or(Transport::Udp);  // RFC 3263 §4.1, last paragraph
    if (IpAddress::parse(question_.host) || question_.port) {
      add_host(question_.host, question_.port.value_or(default_port(fallback)), fallback);
    } else if (question_.transport) {
      add_services({fallback});
    } else if (rules_.naptr == Naptr::Skip || !add_pointers()) {
      add_services(rules_.transports);
    }
    if (located_.missing.empty() && located_.addresses.empty()) located_.failure = failure_;
    return std::move(located_);
  }

 private:
  /// What is known under the key's name or the one that it is an alias of; null and noted when that is
  /// missing.
  Records look(RecordKey key) {
    for (int hops = 0; hops <= kMostAliases; ++hops) {
      Records records = view_(key);
      if (!records) {
        if (std::find(located_.missing.begin(), located_.missing.end(), key) == located_.missing.end())
          located_.missing.push_back(key);
        return nullptr;
      }
      if (records->outcome != Outcome::Alias) return records;
      const auto target = normalise_host(records->alias);
      if (!target) return make_records(Outcome::Unreadable);
      key.name = *target;
    }
    return make_records(Outcome::Alias);
  }

  /// Keeps the failure that says most, the last in the enumeration: a server that does not answer explains
  /// more than a record that is not there.
  void note(const RecordKey& key, Outcome outcome) {
    if (!failure_.empty() && outcome <= noted_) return;
    noted_ = outcome;
    failure_ = describe(key, outcome);
  }

  /// Records of equal right in an order of their own: of this question and this key, whatever else is known
  /// by now.
  Random random_for(const RecordKey& key) const { return Random(seed_ ^ std::hash<RecordKey>{}(key)); }

  void add_address(const IpAddress& ip, std::uint16_t port, Transport transport) {
    const TargetAddress target{{ip, port}, transport};
    auto& addresses = located_.addresses;
    if (addresses.size() < rules_.max_addresses &&
        std::find(addresses.begin(), addresses.end(), target) == addresses.end())
      addresses.push_back(target);
  }

  /// A and AAAA (RFC 3263 §4.2).
  void add_host(const std::string& host, std::uint16_t port, Transport transport) {
    if (hosts_++ >= rules_.max_addresses) return;
    if (const auto ip = IpAddress::parse(host)) return add_address(*ip, port, transport);
    for (const RecordType type : types_of(question_.families)) {
      const RecordKey key{host, type};
      const Records records = look(key);
      if (!records) continue;
      if (records->outcome != Outcome::Found || records->addresses.empty()) note(key, records->outcome);
      auto addresses = records->addresses;
      Random random = random_for(key);
      shuffle(addresses, random);
      for (const IpAddress& ip : addresses) add_address(ip, port, transport);
    }
  }

  void add_targets(const RecordKey& key, const RecordSet& set, Transport transport) {
    Random random = random_for(key);
    for (const SrvRecord& record : draw_order(set.services, random)) {
      const auto host = normalise_host(record.target);
      if (host && record.port != 0) {
        add_host(*host, record.port, transport);
      } else if (failure_.empty()) {
        failure_ = record.target.empty()
                       ? key.name + ": the domain does not offer this service (SRV target \".\")"
                       : describe(key, Outcome::Found);
      }
    }
  }

  /// The SRV records of each transport.
  void add_services(const std::vector<Transport>& transports) {
    for (const Transport transport : transports)
      follow({service_name(transport, question_.host), RecordType::Srv}, transport);
    if (services_ == Services::Absent) add_domain_itself(question_.transport.value_or(Transport::Udp));
  }

  /// The records we can use, the first order first. RFC 3403 §4.1; RFC 3263 §4.1 has the flag "s" alone.
  std::vector<NaptrRecord> usable(std::vector<NaptrRecord> pointers) const {
    std::erase_if(pointers, [&](const NaptrRecord& record) {
      const auto transport = transport_of(record);
      return !transport || !iequals(record.flags, "s") || !record.regexp.empty() ||
             !normalise_host(record.replacement) ||
             std::find(rules_.transports.begin(), rules_.transports.end(), *transport) ==
                 rules_.transports.end();
    });
    std::stable_sort(pointers.begin(), pointers.end(), [](const NaptrRecord& a, const NaptrRecord& b) {
      return std::tie(a.order, a.preference) < std::tie(b.order, b.preference);
    });
    if (pointers.size() > kMostPointers) pointers.resize(kMostPointers);
    return pointers;
  }

  /// False when NAPTR says nothing that we can use, so that SRV is asked for directly.
  bool add_pointers() {
    const RecordKey key{question_.host, RecordType::Naptr};
    const Records records = look(key);
    if (!records) return true;
    // A server that fails at NAPTR, as old ones do, may well know SRV.
    const auto pointers = usable(records->pointers);
    for (auto first = pointers.begin(); first != pointers.end();) {
      const auto last = std::find_if(first, pointers.end(),
                                     [&](const NaptrRecord& record) { return record.order != first->order; });
      for (auto pointer = first; pointer != last; ++pointer)
        follow({*normalise_host(pointer->replacement), RecordType::Srv}, *transport_of(*pointer));
      // RFC 3403 §4.1: records of a higher order are for those who can use none of the lower.
      if (!located_.addresses.empty() || !located_.missing.empty()) return true;
      first = last;
    }
    if (pointers.empty()) return false;
    if (services_ == Services::Absent) add_domain_itself(*transport_of(pointers.front()));
    return true;
  }

  void follow(const RecordKey& key, Transport transport) {
    const Records records = look(key);
    if (records && records->outcome == Outcome::Found) {
      services_ = Services::Found;
      add_targets(key, *records, transport);
    } else if (services_ == Services::Absent && !(records && is_absent(records->outcome))) {
      // A record that cannot be had is not one that does not exist: the domain's own address may be a web
      // server.
      services_ = Services::Unknown;
    }
    if (records && !is_absent(records->outcome) && records->outcome != Outcome::Found)
      note(key, records->outcome);
  }

  /// RFC 3263 §4.2: where there is no SRV record at all.
  void add_domain_itself(Transport transport) {
    add_host(question_.host, default_port(transport), transport);
  }

  const Question& question_;
  const RecordView& view_;
  std::uint64_t seed_;
  const LocateRules& rules_;
  Located located_;
  std::string failure_;
  Outcome noted_ = Outcome::Found;
  Services services_ = Services::Absent;
  std::size_t hosts_ = 0;
};

}  // namespace

std::uint16_t default_port(Transport transport) { return transport == Transport::Tls ? 5061 : 5060; }

Located locate(const Question& question, const RecordView& view, std::uint64_t seed,
               const LocateRules& rules) {
  return Locator(question, view, seed, rules).run();
}

}  // namespace tandem::dns
