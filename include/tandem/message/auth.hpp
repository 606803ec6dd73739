// Digest challenges and credentials as text and values (RFC 7616, RFC 8760). No hash is computed here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tandem/message/uri.hpp"

namespace tandem::message {

/// Value of WWW-Authenticate or Proxy-Authenticate.
struct DigestChallenge {
  std::string realm;
  std::string nonce;
  std::string opaque;
  std::string algorithm;         ///< as written; empty when absent (MD5, RFC 7616 §3.3)
  std::vector<std::string> qop;  ///< "auth", "auth-int"; empty when absent
  bool stale = false;
};

/// Value of Authorization or Proxy-Authorization.
struct DigestCredentials {
  std::string username;
  std::string realm;
  std::string nonce;
  std::string uri;
  std::string response;  ///< lower-case hex as sent
  std::string algorithm;
  std::string opaque;
  std::string cnonce;
  std::string qop;
  std::optional<std::uint32_t> nc;
};

Expected<DigestChallenge, ParseError> parse_challenge(std::string_view header_value);
Expected<DigestCredentials, ParseError> parse_credentials(std::string_view header_value);
std::string print(const DigestChallenge&);
std::string print(const DigestCredentials&);

/// Value of a Reason header (RFC 3326): `Q.850;cause=16;text="Terminated"`.
struct ReasonValue {
  std::string protocol;
  int cause = 0;
  std::string text;
};
std::optional<ReasonValue> parse_reason(std::string_view header_value);  ///< the first value of a list
std::string print(const ReasonValue&);

}  // namespace tandem::message
