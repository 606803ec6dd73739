#include "trunk/nonce.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "tandem/base/check.hpp"
#include "tandem/base/text.hpp"

namespace tandem::trunk {
namespace {

constexpr std::size_t kStampOctets = 16;  // time and salt
constexpr std::size_t kMacOctets = 16;    // 128 of HMAC-SHA256's 256 bits (RFC 2104 §5)
constexpr std::size_t kNonceOctets = kStampOctets + kMacOctets;

using Stamp = std::array<std::uint8_t, kStampOctets>;
using Mac = std::array<std::uint8_t, kMacOctets>;

void put_u64(std::uint8_t* at, std::uint64_t value) {
  for (int i = 7; i >= 0; --i, value >>= 8) at[i] = static_cast<std::uint8_t>(value & 0xff);
}

std::uint64_t take_u64(const std::uint8_t* at) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | at[i];
  return value;
}

Mac mac_of(const NonceKey& key, const Stamp& stamp, std::string_view realm) {
  std::string text(kStampOctets, '\0');
  std::memcpy(text.data(), stamp.data(), stamp.size());
  text += realm;
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> whole{};
  unsigned int length = 0;
  const auto* made =
      HMAC(EVP_sha256(), key.octets.data(), static_cast<int>(key.octets.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), whole.data(), &length);
  TANDEM_CHECK(made != nullptr && length >= kMacOctets, "an HMAC in memory cannot fail");
  Mac mac{};
  std::copy_n(whole.begin(), kMacOctets, mac.begin());
  return mac;
}

}  // namespace

std::string make_nonce(const NonceKey& key, std::string_view realm, WallTime now, Random& random) {
  Stamp stamp{};
  put_u64(stamp.data(), static_cast<std::uint64_t>(now.time_since_epoch().count()));
  put_u64(stamp.data() + 8, random.next());
  const Mac mac = mac_of(key, stamp, realm);
  std::array<std::uint8_t, kNonceOctets> nonce{};
  std::copy(stamp.begin(), stamp.end(), nonce.begin());
  std::copy(mac.begin(), mac.end(), nonce.begin() + kStampOctets);
  return print_hex(nonce);
}

std::optional<WallTime> open_nonce(const NonceKey& key, std::string_view realm, std::string_view nonce) {
  if (nonce.size() != 2 * kNonceOctets) return std::nullopt;
  const auto octets = parse_hex(nonce);
  if (!octets || octets->size() != kNonceOctets) return std::nullopt;
  Stamp stamp{};
  std::copy_n(octets->begin(), kStampOctets, stamp.begin());
  const Mac expected = mac_of(key, stamp, realm);
  if (CRYPTO_memcmp(expected.data(), octets->data() + kStampOctets, kMacOctets) != 0) return std::nullopt;
  return WallTime(std::chrono::microseconds(static_cast<std::int64_t>(take_u64(stamp.data()))));
}

}  // namespace tandem::trunk
