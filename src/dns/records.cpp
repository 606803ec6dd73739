#include "dns/records.hpp"

#include <algorithm>

#include "tandem/base/text.hpp"

namespace tandem::dns {

namespace {

constexpr std::size_t kLongestName = 253;  // RFC 1035 §2.3.4: 255 octets on the wire
constexpr std::size_t kLongestLabel = 63;

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel &&
         std::all_of(label.begin(), label.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

}  // namespace

std::string_view to_string(RecordType type) {
  switch (type) {
    case RecordType::A:
      return "A";
    case RecordType::Cname:
      return "CNAME";
    case RecordType::Soa:
      return "SOA";
    case RecordType::Aaaa:
      return "AAAA";
    case RecordType::Srv:
      return "SRV";
    case RecordType::Naptr:
      return "NAPTR";
  }
  return "unknown";
}

Records make_records(Outcome outcome) {
  RecordSet set;
  set.outcome = outcome;
  return std::make_shared<const RecordSet>(std::move(set));
}

std::optional<std::string> normalise_host(std::string_view host) {
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (const auto ip = IpAddress::parse(host)) {
    if (bracketed && !ip->is_v6()) return std::nullopt;
    return ip->print();
  }
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  if (bracketed || host.size() > kLongestName) return std::nullopt;
  const std::string name = to_lower(host);
  const auto labels = split(name, '.');
  if (!std::all_of(labels.begin(), labels.end(), is_label)) return std::nullopt;
  return name;
}

std::string describe(const RecordKey& key, Outcome outcome) {
  const std::string type(to_string(key.type));
  switch (outcome) {
    case Outcome::Found:
      return key.name + ": no usable " + type + " record";
    case Outcome::Alias:
      return key.name + ": too many aliases in a row";
    case Outcome::NoRecord:
      return key.name + ": no " + type + " record";
    case Outcome::NoName:
      return key.name + ": no such name";
    case Outcome::NoAnswer:
      return key.name + ": no name server answered in time (" + type + ")";
    case Outcome::ServerFailed:
      return key.name + ": every name server failed, refused or is unreachable (" + type + ")";
    case Outcome::Unreadable:
      return key.name + ": the name server's answer cannot be read (" + type + ")";
  }
  return key.name;
}

}  // namespace tandem::dns
