// Randomness as an argument: the core draws from the Random it is handed, so a test can hand it a seed.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace tandem {

/// xoshiro256**: fast, seedable, not for keys.
class Random {
 public:
  explicit Random(std::uint64_t seed);
  static Random from_system();  ///< seeded by getrandom(2)
  std::uint64_t next();
  std::uint64_t below(std::uint64_t limit);  ///< uniform in [0, limit), limit > 0
  std::string token(std::size_t length);     ///< [0-9a-z], for tags and branches

 private:
  std::uint64_t state_[4];
};

/// Octets from getrandom(2): for keys and nonces.
void fill_secure_random(std::span<std::uint8_t>);

}  // namespace tandem
