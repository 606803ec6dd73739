// The records of the DNS that RFC 3263 needs, as values.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tandem/base/address.hpp"

namespace tandem::dns {

/// The numbers on the wire.
enum class RecordType : std::uint16_t { A = 1, Cname = 5, Soa = 6, Aaaa = 28, Srv = 33, Naptr = 35 };
std::string_view to_string(RecordType);

/// What a query asks for. name: lower case, without the final dot.
struct RecordKey {
  std::string name;
  RecordType type = RecordType::A;
  friend bool operator==(const RecordKey&, const RecordKey&) = default;
};

/// RFC 2782. An empty target is the root: "decidedly not available at this domain".
struct SrvRecord {
  std::uint16_t priority = 0;
  std::uint16_t weight = 0;
  std::uint16_t port = 0;
  std::string target;
  friend bool operator==(const SrvRecord&, const SrvRecord&) = default;
};

/// RFC 3403 §4.1
struct NaptrRecord {
  std::uint16_t order = 0;
  std::uint16_t preference = 0;
  std::string flags;
  std::string service;
  std::string regexp;
  std::string replacement;
  friend bool operator==(const NaptrRecord&, const NaptrRecord&) = default;
};

enum class Outcome : std::uint8_t {
  Found,
  Alias,         ///< a CNAME whose target the server did not look up: ask for `alias`
  NoRecord,      ///< the name has no record of this type
  NoName,        ///< NXDOMAIN
  NoAnswer,      ///< no server said anything in time
  ServerFailed,  ///< refused, SERVFAIL, unreachable
  Unreadable,    ///< an answer that breaks RFC 1035
};

/// All that is known of one key: a set is cached, and lives, as a whole (RFC 2181 §5).
struct RecordSet {
  Outcome outcome = Outcome::NoRecord;
  std::vector<IpAddress> addresses;   ///< A, AAAA
  std::vector<SrvRecord> services;    ///< SRV
  std::vector<NaptrRecord> pointers;  ///< NAPTR
  std::string alias;
  /// The smallest of the chain; of a negative answer as RFC 2308 §5 has it, none without an SOA.
  std::optional<std::chrono::seconds> ttl;
};
using Records = std::shared_ptr<const RecordSet>;

/// A set that says no more than that.
Records make_records(Outcome);

/// Lower case, without brackets and the final dot; nullopt where that is neither a host name (letters,
/// digits, hyphens and, as SRV has them, underscores in labels of at most 63, RFC 1035 §2.3.4) nor a numeric
/// address.
std::optional<std::string> normalise_host(std::string_view);

/// Why this set holds no address, for the operator: "sip1.example.com: no such name".
std::string describe(const RecordKey&, Outcome);

}  // namespace tandem::dns

template <>
struct std::hash<tandem::dns::RecordKey> {
  std::size_t operator()(const tandem::dns::RecordKey& key) const noexcept {
    return std::hash<std::string>{}(key.name) * 31 + static_cast<std::size_t>(key.type);
  }
};
