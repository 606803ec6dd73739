// The id that an operator greps: 26 characters, ordered by time, unique over restarts and nodes.
#pragma once

#include <string>

#include "tandem/base/random.hpp"
#include "tandem/base/time.hpp"

namespace tandem {

/// 48 bits of milliseconds and 80 random bits in Crockford's base 32.
std::string make_ulid(WallTime now, Random&);

}  // namespace tandem
