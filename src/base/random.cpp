#include "tandem/base/random.hpp"

#include <sys/random.h>

#include <bit>
#include <cerrno>

#include "tandem/base/check.hpp"

namespace tandem {

namespace {

/// splitmix64 spreads one seed over the state.
std::uint64_t spread(std::uint64_t& seed) {
  seed += 0x9e3779b97f4a7c15ULL;
  std::uint64_t z = seed;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed) {
  for (auto& word : state_) word = spread(seed);
}

Random Random::from_system() {
  std::uint64_t seed = 0;
  fill_secure_random({reinterpret_cast<std::uint8_t*>(&seed), sizeof seed});
  return Random(seed);
}

std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t Random::below(std::uint64_t limit) {
  TANDEM_CHECK(limit > 0, "Random::below of a positive limit");
  const std::uint64_t unbiased = UINT64_MAX - UINT64_MAX % limit;
  std::uint64_t value = next();
  while (value >= unbiased) value = next();
  return value % limit;
}

std::string Random::token(std::size_t length) {
  static constexpr char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::string text(length, '0');
  for (char& c : text) c = alphabet[below(36)];
  return text;
}

void fill_secure_random(std::span<std::uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const auto got = ::getrandom(out.data() + done, out.size() - done, 0);
    if (got < 0 && errno == EINTR) continue;
    TANDEM_CHECK(got > 0, "getrandom(2) gives octets");
    done += static_cast<std::size_t>(got);
  }
}

}  // namespace tandem
