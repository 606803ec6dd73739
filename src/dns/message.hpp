// Reads one answer of a name server. c-ares has matched it to our query by then; its own readers say neither
// the time to live of SRV and NAPTR records nor that of a negative answer, so the records are read here, all
// in one way.
#pragma once

#include <cstdint>
#include <span>

#include "dns/records.hpp"

namespace tandem::dns {

/// The set of `key` in a whole response. Aliases inside the response are followed. What breaks RFC 1035 is
/// Outcome::Unreadable; records beyond the first 64 of a response are left out.
RecordSet read_answer(std::span<const std::uint8_t> response, const RecordKey& key);

}  // namespace tandem::dns
