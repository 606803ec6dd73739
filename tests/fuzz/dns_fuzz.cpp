// read_answer on octets from the wire: no fault, no set without bounds, and a set that is found holds
// something. The first octet chooses the type that was asked for; the question is always s.example.
#include <cstddef>
#include <cstdint>
#include <span>

#include "dns/message.hpp"
#include "tandem/base/check.hpp"

using namespace tandem::dns;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  if (size == 0) return 0;
  constexpr RecordType types[] = {RecordType::A, RecordType::Aaaa, RecordType::Srv, RecordType::Naptr};
  const RecordType type = types[octets[0] % 4];
  const RecordSet set = read_answer(std::span(octets, size).subspan(1), {"s.example", type});
  const std::size_t records = set.addresses.size() + set.services.size() + set.pointers.size();
  TANDEM_CHECK(records <= 64, "a set has a bound");
  TANDEM_CHECK(records == 0 || set.outcome == Outcome::Found, "records are found or not there");
  TANDEM_CHECK(set.services.empty() || type == RecordType::Srv, "records are of the type that was asked for");
  TANDEM_CHECK(set.pointers.empty() || type == RecordType::Naptr,
               "records are of the type that was asked for");
  TANDEM_CHECK(set.outcome != Outcome::Alias || !set.alias.empty(), "an alias names something");
  TANDEM_CHECK(set.outcome != Outcome::Found || set.ttl, "what is found has a time to live");
  for (const SrvRecord& record : set.services) (void)normalise_host(record.target);
  return 0;
}
