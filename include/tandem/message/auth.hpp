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
  friend bool operator==(const DigestChallenge&, const DigestChallenge&) = default;
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
  friend bool operator==(const DigestCredentials&, const DigestCredentials&) = default;
};

/// The first Digest challenge of the value; other schemes beside it are passed over, none but others is an error.
/// Needs realm and nonce. RFC 7616 §3.3.
Expected<DigestChallenge, ParseError> parse_challenge(std::string_view header_value);
/// Needs username, realm, nonce, uri and response, and with qop also cnonce and nc. Quotes around what should be a token
/// are tolerated; username* and another scheme are errors. RFC 7616 §3.4.
Expected<DigestCredentials, ParseError> parse_credentials(std::string_view header_value);
std::string print(const DigestChallenge&);    ///< algorithm bare, qop quoted (RFC 3261 §25.1)
std::string print(const DigestCredentials&);  ///< algorithm, qop and nc bare

/// Value of a Reason header (RFC 3326): `Q.850;cause=16;text="Terminated"`.
struct ReasonValue {
  std::string protocol;
  int cause = 0;  ///< up to 999; 0 when absent
  std::string text;
  friend bool operator==(const ReasonValue&, const ReasonValue&) = default;
};
/// The first value of a list; nullopt when it is not what the grammar says.
std::optional<ReasonValue> parse_reason(std::string_view header_value);
std::string print(const ReasonValue&);

}  // namespace tandem::message
