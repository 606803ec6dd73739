// Two clocks, two types: Instant for deadlines (monotonic), WallTime for records (UTC). Neither converts to the other.
#pragma once

#include <chrono>
#include <string>

namespace tandem {

using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

inline Instant monotonic_now() { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }
inline WallTime wall_now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

/// "2026-11-21T03:30:00.123456Z" (RFC 3339, UTC, microseconds).
std::string print_utc(WallTime);

}  // namespace tandem
