#include "tandem/base/ulid.hpp"

namespace tandem {

std::string make_ulid(WallTime now, Random& random) {
  static constexpr char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  auto millis = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
  std::string text(26, '0');
  for (std::size_t i = 10; i-- > 0; millis >>= 5) text[i] = alphabet[millis & 31];
  std::uint64_t bits = random.next();
  for (std::size_t i = 10; i < 18; ++i, bits >>= 5) text[i] = alphabet[bits & 31];
  bits = random.next();
  for (std::size_t i = 18; i < 26; ++i, bits >>= 5) text[i] = alphabet[bits & 31];
  return text;
}

}  // namespace tandem
