// Digest arithmetic. RFC 7616 §3.4, RFC 8760 §2.
#include "tandem/trunk/digest.hpp"

#include <openssl/evp.h>

#include <array>
#include <memory>

#include "tandem/base/check.hpp"
#include "tandem/base/text.hpp"

namespace tandem::trunk {
namespace {

struct DeleteDigest {
  void operator()(EVP_MD* md) const { EVP_MD_free(md); }
};
struct DeleteContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const char* openssl_name(config::DigestAlgorithm algorithm) {
  switch (algorithm) {
    case config::DigestAlgorithm::Md5:
      return "MD5";
    case config::DigestAlgorithm::Sha256:
      return "SHA256";
    case config::DigestAlgorithm::Sha512_256:
      return "SHA512-256";
  }
  return "SHA256";
}

// One context a thread and algorithm: OpenSSL 3 looks an algorithm up by name at each EVP_get_digestbyname or
// fetch, and that costs more than hashing the hundred octets of a digest response.
class Hasher {
 public:
  explicit Hasher(config::DigestAlgorithm algorithm)
      : md_(EVP_MD_fetch(nullptr, openssl_name(algorithm), nullptr)), context_(EVP_MD_CTX_new()) {
    TANDEM_CHECK(md_ && context_, "OpenSSL offers MD5, SHA-256 and SHA-512-256");
  }

  std::string hex(std::string_view text) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> octets{};
    unsigned int length = 0;
    const bool done = EVP_DigestInit_ex2(context_.get(), md_.get(), nullptr) == 1 &&
                      EVP_DigestUpdate(context_.get(), text.data(), text.size()) == 1 &&
                      EVP_DigestFinal_ex(context_.get(), octets.data(), &length) == 1;
    TANDEM_CHECK(done, "a hash in memory cannot fail");
    return print_hex(std::span(octets).first(length));
  }

 private:
  std::unique_ptr<EVP_MD, DeleteDigest> md_;
  std::unique_ptr<EVP_MD_CTX, DeleteContext> context_;
};

Hasher& hasher(config::DigestAlgorithm algorithm) {
  thread_local Hasher md5(config::DigestAlgorithm::Md5);
  thread_local Hasher sha256(config::DigestAlgorithm::Sha256);
  thread_local Hasher sha512_256(config::DigestAlgorithm::Sha512_256);
  switch (algorithm) {
    case config::DigestAlgorithm::Md5:
      return md5;
    case config::DigestAlgorithm::Sha256:
      return sha256;
    case config::DigestAlgorithm::Sha512_256:
      return sha512_256;
  }
  return sha256;
}

/// Joins with colons, as every hash of RFC 7616 wants it.
std::string join(std::initializer_list<std::string_view> parts) {
  std::size_t length = parts.size();
  for (std::string_view part : parts) length += part.size();
  std::string text;
  text.reserve(length);
  for (std::string_view part : parts) {
    text += part;
    text += ':';
  }
  text.pop_back();
  return text;
}

}  // namespace

std::string hash_hex(config::DigestAlgorithm algorithm, std::string_view text) {
  return hasher(algorithm).hex(text);
}

std::string ha1(config::DigestAlgorithm algorithm, std::string_view user, std::string_view realm,
                std::string_view password) {
  return hash_hex(algorithm, join({user, realm, password}));
}

std::string digest_response(config::DigestAlgorithm algorithm, std::string_view ha1, std::string_view method,
                            const message::DigestCredentials& credentials) {
  const std::string ha2 = hash_hex(algorithm, join({method, credentials.uri}));
  if (credentials.qop.empty()) return hash_hex(algorithm, join({ha1, credentials.nonce, ha2}));
  std::string nc = "00000000";
  std::uint32_t count = credentials.nc.value_or(0);
  for (std::size_t at = nc.size(); count != 0; count >>= 4) nc[--at] = "0123456789abcdef"[count & 0xf];
  return hash_hex(algorithm, join({ha1, credentials.nonce, nc, credentials.cnonce, credentials.qop, ha2}));
}

}  // namespace tandem::trunk
