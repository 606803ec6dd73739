#include "dns/message.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "tandem/base/byte_reader.hpp"
#include "tandem/base/text.hpp"

namespace tandem::dns {

namespace {

using Octets = std::span<const std::uint8_t>;

constexpr std::size_t kMostRecords = 64;  // of a response; far more than any answer can use
constexpr int kMostAliases = 8;
constexpr std::size_t kLongestName = 254;
constexpr std::uint16_t kClassIn = 1;
constexpr unsigned kNoError = 0;
constexpr unsigned kNameError = 3;

/// A part of the message, read from its front. Names may point back into the whole (RFC 1035 §4.1.4).
class Cursor {
 public:
  Cursor(Octets whole, std::size_t begin, std::size_t size)
      : whole_(whole), end_(begin + size), reader_(whole.subspan(begin, size)) {}

  bool ok() const { return ok_ && reader_.ok(); }
  std::uint16_t u16() { return reader_.u16(); }
  std::uint32_t u32() { return reader_.u32(); }

  /// Lower case, without the final dot. An octet that no host name has becomes '?': such a name matches
  /// nothing.
  std::string name() {
    std::string text;
    ByteReader pointed({});
    ByteReader* from = &reader_;
    std::size_t earliest =
        position();  // a pointer leads further back than the one before, so they come to an end
    while (true) {
      const std::uint8_t length = from->u8();
      if (!from->ok()) return refuse();
      if (length == 0) return text;
      if (length >= 0xc0) {
        const std::size_t target = ((length & 0x3fU) << 8) | from->u8();
        if (!from->ok() || target >= earliest) return refuse();
        earliest = target;
        pointed = ByteReader(whole_.subspan(target));
        from = &pointed;
        continue;
      }
      const Octets label = from->bytes(length);
      if (length > 63 || !from->ok() || text.size() + length + 1 > kLongestName) return refuse();
      if (!text.empty()) text += '.';
      for (const std::uint8_t octet : label) text += as_text(octet);
    }
  }

  /// <character-string>, RFC 1035 §3.3
  std::string text() {
    const Octets octets = reader_.bytes(reader_.u8());
    return {octets.begin(), octets.end()};
  }

  Cursor part(std::size_t size) {
    const std::size_t begin = position();
    const Octets octets = reader_.bytes(size);
    return {whole_, begin, octets.size()};
  }
  Octets rest() { return reader_.bytes(reader_.remaining()); }

 private:
  std::size_t position() const { return end_ - reader_.remaining(); }
  std::string refuse() {
    ok_ = false;
    return {};
  }
  static char as_text(std::uint8_t octet) {
    const char c = ascii_lower(static_cast<char>(octet));
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ? c : '?';
  }

  Octets whole_;
  std::size_t end_;
  ByteReader reader_;
  bool ok_ = true;
};

struct ResourceRecord {
  std::string owner;
  std::uint16_t type = 0;
  std::uint16_t record_class = 0;
  std::chrono::seconds ttl{};
  Cursor data;
};

bool is_of(const ResourceRecord& record, RecordType type) {
  return record.type == static_cast<std::uint16_t>(type) && record.record_class == kClassIn;
}

///      0  1  2  3  4  5  6  7  8  9  0  1  2  3  4  5      RFC 1035 §4.1.3
///    +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///    /      NAME  /  TYPE  /  CLASS  /  TTL (32)     /
///    /      RDLENGTH       /  RDATA                  /
///    +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
ResourceRecord read_record(Cursor& cursor) {
  std::string owner = cursor.name();
  const std::uint16_t type = cursor.u16();
  const std::uint16_t record_class = cursor.u16();
  const std::uint32_t ttl = cursor.u32();
  Cursor data = cursor.part(cursor.u16());
  // RFC 2181 §8: with the first bit set it is zero.
  const std::chrono::seconds life(ttl > 0x7fffffffU ? 0 : ttl);
  return {std::move(owner), type, record_class, life, std::move(data)};
}

std::optional<IpAddress> read_address(Cursor& data, RecordType type) {
  const Octets octets = data.rest();
  sockaddr_in6 native{};
  if (octets.size() != (type == RecordType::A ? sizeof(in_addr) : sizeof(in6_addr))) return std::nullopt;
  if (type == RecordType::A) return IpAddress::from_v4(ByteReader(octets).u32());
  native.sin6_family = AF_INET6;
  std::copy(octets.begin(), octets.end(), native.sin6_addr.s6_addr);
  sockaddr_storage storage{};
  std::memcpy(&storage, &native, sizeof native);
  return SocketAddress::from_native(storage).ip;
}

SrvRecord read_srv(Cursor& data) {
  SrvRecord record;
  record.priority = data.u16();
  record.weight = data.u16();
  record.port = data.u16();
  record.target = data.name();
  return record;
}

NaptrRecord read_naptr(Cursor& data) {
  NaptrRecord record;
  record.order = data.u16();
  record.preference = data.u16();
  record.flags = data.text();
  record.service = data.text();
  record.regexp = data.text();
  record.replacement = data.name();
  return record;
}

/// Adds the record to the set; false if it cannot be read.
bool add_record(RecordSet& set, ResourceRecord& record, RecordType type) {
  set.ttl = std::min(set.ttl.value_or(record.ttl), record.ttl);
  if (type == RecordType::Srv) {
    set.services.push_back(read_srv(record.data));
  } else if (type == RecordType::Naptr) {
    set.pointers.push_back(read_naptr(record.data));
  } else {
    const auto address = read_address(record.data, type);
    if (!address) return false;
    if (address->is_v4() == (type == RecordType::A))
      set.addresses.push_back(*address);  // not ::ffff:192.0.2.1
  }
  return record.data.ok();
}

RecordSet unreadable() {
  RecordSet set;
  set.outcome = Outcome::Unreadable;
  return set;
}

/// RFC 2308 §5: a negative answer lives as long as the SOA beside it says, by its own time to live and its
/// last field.
std::optional<std::chrono::seconds> read_negative_ttl(Cursor& cursor, std::size_t authorities) {
  for (std::size_t i = 0; i < authorities; ++i) {
    ResourceRecord record = read_record(cursor);
    if (!cursor.ok()) return std::nullopt;
    if (!is_of(record, RecordType::Soa)) continue;
    (void)record.data.name();                                         // MNAME
    (void)record.data.name();                                         // RNAME
    for (int field = 0; field < 4; ++field) (void)record.data.u32();  // SERIAL REFRESH RETRY EXPIRE
    const std::uint32_t minimum = record.data.u32();
    if (!record.data.ok()) return std::nullopt;
    return std::min(record.ttl, std::chrono::seconds(minimum));
  }
  return std::nullopt;
}

/// The records of the key, through the aliases that lead to them; `alias` is the last of those.
RecordSet gather(std::vector<ResourceRecord>& answers, const RecordKey& key) {
  RecordSet set;
  std::string owner = key.name;
  for (int hops = 0; hops <= kMostAliases; ++hops) {
    ResourceRecord* alias = nullptr;
    for (ResourceRecord& record : answers) {
      if (record.owner != owner) continue;
      if (is_of(record, RecordType::Cname)) alias = &record;
      if (!is_of(record, key.type)) continue;
      if (!add_record(set, record, key.type)) return unreadable();
      set.outcome = Outcome::Found;
    }
    if (set.outcome == Outcome::Found || !alias) return set;
    set.ttl = std::min(set.ttl.value_or(alias->ttl), alias->ttl);
    owner = set.alias = alias->data.name();
    if (!alias->data.ok() || owner.empty()) return unreadable();
  }
  return unreadable();  // a ring of aliases
}

}  // namespace

RecordSet read_answer(Octets response, const RecordKey& key) {
  Cursor cursor(response, 0, response.size());
  (void)cursor.u16();  // ID: c-ares matched it
  const std::uint16_t flags = cursor.u16();
  const std::uint16_t questions = cursor.u16();
  const std::uint16_t answer_count = cursor.u16();
  const std::uint16_t authority_count = cursor.u16();
  (void)cursor.u16();  // additional records are not used: each host is asked for under its own name
  const bool is_response = (flags & 0x8000U) != 0;
  if (!cursor.ok() || !is_response || questions != 1) return unreadable();
  const unsigned status = flags & 0xfU;
  RecordSet set;
  if (status != kNoError && status != kNameError) {
    set.outcome = Outcome::ServerFailed;
    return set;
  }
  (void)cursor.name();
  (void)cursor.u32();  // QTYPE, QCLASS
  std::vector<ResourceRecord> answers;
  for (std::size_t i = 0; i < answer_count; ++i) {
    ResourceRecord record = read_record(cursor);
    if (!cursor.ok()) return unreadable();
    if (answers.size() < kMostRecords) answers.push_back(std::move(record));
  }
  if (!cursor.ok()) return unreadable();
  if (status == kNameError) {
    set.outcome = Outcome::NoName;
  } else {
    set = gather(answers, key);
  }
  if (set.outcome != Outcome::NoRecord && set.outcome != Outcome::NoName) return set;
  const auto negative_ttl = read_negative_ttl(cursor, authority_count);
  if (!cursor.ok()) return unreadable();
  if (set.outcome == Outcome::NoRecord && !set.alias.empty() && !negative_ttl) {
    set.outcome = Outcome::Alias;  // the server did not look further, and does not say that there is nothing
    return set;
  }
  set.ttl = negative_ttl;
  return set;
}

}  // namespace tandem::dns
