#include "trunk/nonce.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>

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

struct DeleteMac {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

// One context a thread, as with the hashes: OpenSSL 3 looks HMAC and SHA-256 up by name at each HMAC(), which costs several times
// what the computation does.
class MacMaker {
 public:
  MacMaker() : mac_(EVP_MAC_fetch(nullptr, "HMAC", nullptr)), context_(EVP_MAC_CTX_new(mac_.get())) {
    char name[] = "SHA256";
    const OSSL_PARAM hash[] = {OSSL_PARAM_construct_utf8_string("digest", name, 0), OSSL_PARAM_construct_end()};
    TANDEM_CHECK(context_ && EVP_MAC_CTX_set_params(context_.get(), hash) == 1, "OpenSSL offers HMAC with SHA-256");
  }

  Mac over(const NonceKey& key, const Stamp& stamp, std::string_view realm) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> whole{};
    std::size_t length = 0;
    const bool made = start(key) &&
                      EVP_MAC_update(context_.get(), stamp.data(), stamp.size()) == 1 &&
                      EVP_MAC_update(context_.get(), reinterpret_cast<const unsigned char*>(realm.data()), realm.size()) == 1 &&
                      EVP_MAC_final(context_.get(), whole.data(), &length, whole.size()) == 1;
    TANDEM_CHECK(made && length >= kMacOctets, "an HMAC in memory cannot fail");
    Mac mac{};
    std::copy_n(whole.begin(), kMacOctets, mac.begin());
    return mac;
  }

 private:
  /// Without a key the context starts again with its last one, whose two hash blocks are done already: half of the work.
  bool start(const NonceKey& key) {
    if (last_key_ == key.octets) return EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1;
    last_key_ = key.octets;
    return EVP_MAC_init(context_.get(), key.octets.data(), key.octets.size(), nullptr) == 1;
  }

  std::optional<decltype(NonceKey::octets)> last_key_;
  std::unique_ptr<EVP_MAC, DeleteMac> mac_;
  std::unique_ptr<EVP_MAC_CTX, DeleteMac> context_;
};

Mac mac_of(const NonceKey& key, const Stamp& stamp, std::string_view realm) {
  thread_local MacMaker maker;
  return maker.over(key, stamp, realm);
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
