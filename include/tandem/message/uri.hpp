// message: SIP URIs, headers, requests and responses as values, with a strict parser and a printer. It knows no stack, no
// socket and no configuration. RFC 3261 §7, §19, §20, §25; RFC 3966 (tel).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tandem/base/expected.hpp"

namespace tandem::message {

/// Where and why a text is not what its grammar says.
struct ParseError {
  std::size_t offset = 0;  ///< octets from the start of the parsed text
  std::string what;        ///< names the part: "Uri: port out of range"
};

/// `;name=value` or `;name`. Names compare case-insensitively.
struct Param {
  std::string name;
  std::optional<std::string> value;  ///< quoted strings are stored unquoted
  friend bool operator==(const Param&, const Param&) = default;
};

const Param* find_param(const std::vector<Param>&, std::string_view name);

enum class Scheme : std::uint8_t { Sip, Sips, Tel };

struct Uri {
  Scheme scheme = Scheme::Sip;
  std::string user;                        ///< percent-decoded; for tel the number with its separators
  std::string password;                    ///< percent-decoded
  std::string host;                        ///< lower case; IPv6 without brackets; empty for tel
  std::optional<std::uint16_t> port;
  std::vector<Param> params;
  std::vector<Param> headers;              ///< after '?', percent-decoded
  friend bool operator==(const Uri&, const Uri&) = default;
};

/// RFC 3261 §19.1, §25.1 and RFC 3966 §3 to the letter, but: unknown parameters and empty parameter values are taken, host
/// names may have "_", and a local tel number may lack its phone-context. Ports are 1 to 65535. Limits: limits.hpp.
/// Text of a peer stays as it came: it need not be UTF-8, and an escaped user may hold any octet.
Expected<Uri, ParseError> parse_uri(std::string_view);
std::string print(const Uri&);

/// `"Display" <uri>;params` or `uri;params`, as in From, To, Contact, P-Asserted-Identity, Diversion.
struct NameAddr {
  std::string display_name;  ///< unquoted
  Uri uri;
  std::vector<Param> params;  ///< header parameters, tag among them
  std::string_view tag() const;
  friend bool operator==(const NameAddr&, const NameAddr&) = default;
};

/// A bare URI ends at its first ";": what follows are header parameters (RFC 3261 §20.10).
Expected<NameAddr, ParseError> parse_name_addr(std::string_view);
/// Splits a comma-joined header value first (commas inside quotes and angle brackets do not count).
Expected<std::vector<NameAddr>, ParseError> parse_name_addr_list(std::string_view);
/// The URI always in angle brackets, the display name always quoted, a parameter's value quoted where it must be.
std::string print(const NameAddr&);

}  // namespace tandem::message
