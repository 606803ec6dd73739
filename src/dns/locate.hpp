// RFC 3263 §4 as a pure function of what is known of the DNS: the addresses so far, and what must be asked to
// know more.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "dns/records.hpp"
#include "tandem/dns/resolver.hpp"

namespace tandem::dns {

/// What is known of a key; null: nothing yet.
using RecordView = std::function<Records(const RecordKey&)>;

struct LocateRules {
  std::vector<Transport> transports;
  Naptr naptr = Naptr::Ask;
  std::size_t max_addresses = 16;
};

struct Located {
  std::vector<TargetAddress> addresses;
  std::vector<RecordKey> missing;  ///< not known yet; with none of these the addresses are final
  std::string failure;             ///< where nothing is missing and no address was found
};

/// 5061 for TLS, else 5060 (RFC 3261 §19.1.2)
std::uint16_t default_port(Transport);

/// question.host: as normalise_host() gives it. The same seed and the same records give the same order, and
/// records that become known later do not change the order of the others.
Located locate(const Question&, const RecordView&, std::uint64_t seed, const LocateRules&);

}  // namespace tandem::dns
