// CHECK is for our own mistakes only: it prints the invariant and aborts. A peer's mistake is an Expected.
#pragma once

namespace tandem {

[[noreturn]] void check_failed(const char* invariant, const char* file, int line) noexcept;

}  // namespace tandem

#define TANDEM_CHECK(condition, invariant)                             \
  do {                                                                 \
    if (!(condition)) [[unlikely]]                                     \
      ::tandem::check_failed(invariant " [" #condition "]", __FILE__, __LINE__); \
  } while (false)
