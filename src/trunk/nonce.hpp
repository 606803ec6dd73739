// Nonces that need no memory: time, salt and an HMAC-SHA256 over both and the realm. RFC 7616 §5.4.
//
//   hex of:  | 8 octets: microseconds | 8 octets: salt | 16 octets: HMAC(key, time | salt | realm) |
//
// The salt keeps two challenges of the same microsecond apart, because their counts (nc) are kept apart by
// the nonce.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tandem/base/random.hpp"
#include "tandem/base/time.hpp"
#include "tandem/trunk/decide.hpp"

namespace tandem::trunk {

std::string make_nonce(const NonceKey&, std::string_view realm, WallTime now, Random&);

/// When it was made; nullopt when it is not ours, or was made for another realm. Compares in constant time.
std::optional<WallTime> open_nonce(const NonceKey&, std::string_view realm, std::string_view nonce);

}  // namespace tandem::trunk
