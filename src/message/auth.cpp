#include "tandem/message/auth.hpp"

#include <algorithm>
#include <array>

#include "message/grammar.hpp"
#include "tandem/base/text.hpp"
#include "tandem/message/limits.hpp"

namespace tandem::message {
namespace {

struct AuthParam {
  std::string_view name;
  std::string value;
  std::size_t offset = 0;
};

/// One scheme and its auth-params.
struct AuthValue {
  std::string_view scheme;
  std::vector<AuthParam> params;

  const AuthParam* find(std::string_view name) const {
    for (const AuthParam& param : params)
      if (iequals(param.name, name)) return &param;
    return nullptr;
  }
  /// Moves the value out; empty when absent.
  std::string take(std::string_view name) {
    for (AuthParam& param : params)
      if (iequals(param.name, name)) return std::move(param.value);
    return {};
  }
};

Expected<void, ParseError> take_auth_param(Cursor& cursor, AuthValue& out) {
  const std::size_t start = cursor.offset();
  const std::string_view name = cursor.take_all(kToken);
  if (name.empty()) return fail(start, "auth: parameter without a name");
  if (out.find(name) != nullptr) return fail(start, "auth: parameter '" + printable(name, 40) + "' twice");
  if (out.params.size() == kMaxParams)
    return fail(start, "auth: more than " + std::to_string(kMaxParams) + " parameters");
  cursor.skip_lws();
  if (!cursor.take('=')) return fail(cursor.offset(), "auth: no '=' after '" + printable(name, 40) + "'");
  cursor.skip_lws();
  AuthParam param{name, {}, cursor.offset()};
  if (cursor.is_at('"')) {
    auto quoted = take_quoted(cursor, "auth");
    if (!quoted) return unexpected(std::move(quoted.error()));
    param.value = std::move(*quoted);
  } else {
    param.value = cursor.take_all(kToken);
    if (param.value.empty()) return fail(cursor.offset(), "auth: no value for '" + printable(name, 40) + "'");
  }
  out.params.push_back(std::move(param));
  return {};
}

/// Whether the cursor stands before the scheme of another challenge: a token, a space and no "=".
bool at_next_scheme(Cursor cursor) {
  if (cursor.take_all(kToken).empty() || !is(kLws, cursor.peek())) return false;
  cursor.skip_lws();
  return !cursor.is_at('=');
}

/// Takes one scheme with its parameters; stops at the end, or after the comma before another scheme.
Expected<AuthValue, ParseError> take_auth_value(Cursor& cursor) {
  AuthValue out;
  cursor.skip_lws();
  out.scheme = cursor.take_all(kToken);
  if (out.scheme.empty()) return fail(cursor.offset(), "auth: no scheme");
  if (!cursor.at_end() && !is(kLws, cursor.peek()))
    return fail(cursor.offset(), "auth: no space after the scheme");
  for (;;) {
    cursor.skip_lws();
    if (cursor.at_end() && out.params.empty()) return out;
    if (auto done = take_auth_param(cursor, out); !done) return unexpected(std::move(done.error()));
    cursor.skip_lws();
    if (cursor.at_end()) return out;
    if (!cursor.take(',')) return fail(cursor.offset(), "auth: no comma between parameters");
    cursor.skip_lws();
    if (at_next_scheme(cursor)) return out;
  }
}

Expected<void, ParseError> check_size(std::string_view text) {
  if (text.size() <= kMaxMessageSize) return {};
  return fail(0, "auth: longer than " + std::to_string(kMaxMessageSize) + " octets");
}

auto not_digest(std::string_view scheme) {
  return fail(0, "auth: scheme '" + printable(scheme, 40) + "' is not Digest");
}

template <std::size_t N>
Expected<void, ParseError> require(const AuthValue& value, const std::array<std::string_view, N>& names) {
  for (std::string_view name : names)
    if (value.find(name) == nullptr) return fail(0, "auth: no " + std::string(name));
  return {};
}

/// algorithm, and qop of credentials, are tokens also where a peer put quotes around them.
Expected<void, ParseError> require_token(const AuthValue& value, std::string_view name) {
  const AuthParam* param = value.find(name);
  if (param == nullptr || param->value.empty() || is_token(param->value)) return {};
  return fail(param->offset, "auth: " + std::string(name) + " is not a token");
}

constexpr bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

/// nc-value = 8LHEX
Expected<std::optional<std::uint32_t>, ParseError> read_nonce_count(const AuthValue& value) {
  const AuthParam* param = value.find("nc");
  if (param == nullptr) return std::optional<std::uint32_t>();
  const auto octets = parse_hex(param->value);
  if (!octets || octets->size() != 4) return fail(param->offset, "auth: nc is not eight hex digits");
  std::uint32_t count = 0;
  for (std::uint8_t octet : *octets) count = (count << 8U) | octet;
  return std::optional(count);
}

/// What RFC 7616 §3.4 asks of credentials beyond their grammar.
Expected<void, ParseError> check_credentials(const AuthValue& value) {
  static constexpr std::array<std::string_view, 4> kRequired{"realm", "nonce", "uri", "response"};
  if (value.find("username") == nullptr && value.find("username*") != nullptr)
    return fail(0, "auth: username* is not supported, username is");
  if (value.find("username") == nullptr) return fail(0, "auth: no username");
  if (auto done = require(value, kRequired); !done) return done;
  const AuthParam* response = value.find("response");
  if (!std::all_of(response->value.begin(), response->value.end(), is_lower_hex))
    return fail(response->offset, "auth: response is not lower-case hex");
  if (auto done = require_token(value, "algorithm"); !done) return done;
  if (auto done = require_token(value, "qop"); !done) return done;
  const AuthParam* qop = value.find("qop");
  if (qop != nullptr && !qop->value.empty() &&
      (value.find("cnonce") == nullptr || value.find("nc") == nullptr))
    return fail(qop->offset, "auth: qop without cnonce and nc");
  return {};
}

Expected<std::vector<std::string>, ParseError> read_qop_options(const AuthValue& value) {
  std::vector<std::string> options;
  const AuthParam* param = value.find("qop");
  if (param == nullptr) return options;
  for (std::string_view option : split(param->value, ',')) {
    option = trim(option);
    if (option.empty()) continue;
    if (!is_token(option))
      return fail(param->offset, "auth: qop option '" + printable(option, 40) + "' is not a token");
    options.emplace_back(option);
  }
  return options;
}

void append_separator(std::string& out) {
  if (out.back() != ' ') out.append(", ");
}
void append_quoted_param(std::string& out, std::string_view name, std::string_view value) {
  append_separator(out);
  out.append(name).push_back('=');
  append_quoted(out, value);
}
void append_token_param(std::string& out, std::string_view name, std::string_view value) {
  append_separator(out);
  out.append(name).push_back('=');
  append_line_text(out, value);
}

}  // namespace

Expected<DigestChallenge, ParseError> parse_challenge(std::string_view header_value) {
  if (auto sized = check_size(header_value); !sized) return unexpected(std::move(sized.error()));
  Cursor cursor(header_value);
  auto value = take_auth_value(cursor);
  while (value && !iequals(value->scheme, "Digest")) {
    if (cursor.at_end()) return not_digest(value->scheme);
    value = take_auth_value(cursor);
  }
  if (!value) return unexpected(std::move(value.error()));
  static constexpr std::array<std::string_view, 2> kRequired{"realm", "nonce"};
  if (auto done = require(*value, kRequired); !done) return unexpected(std::move(done.error()));
  if (auto done = require_token(*value, "algorithm"); !done) return unexpected(std::move(done.error()));
  auto qop = read_qop_options(*value);
  if (!qop) return unexpected(std::move(qop.error()));
  DigestChallenge challenge;
  challenge.qop = std::move(*qop);
  challenge.realm = value->take("realm");
  challenge.nonce = value->take("nonce");
  challenge.opaque = value->take("opaque");
  challenge.algorithm = value->take("algorithm");
  challenge.stale = iequals(value->take("stale"), "true");
  return challenge;
}

Expected<DigestCredentials, ParseError> parse_credentials(std::string_view header_value) {
  if (auto sized = check_size(header_value); !sized) return unexpected(std::move(sized.error()));
  Cursor cursor(header_value);
  auto value = take_auth_value(cursor);
  if (value && !iequals(value->scheme, "Digest")) return not_digest(value->scheme);
  if (!value) return unexpected(std::move(value.error()));
  if (!cursor.at_end()) return fail(cursor.offset(), "auth: a second scheme in one value (RFC 3261 §7.3.1)");
  if (auto done = check_credentials(*value); !done) return unexpected(std::move(done.error()));
  auto nc = read_nonce_count(*value);
  if (!nc) return unexpected(std::move(nc.error()));
  DigestCredentials credentials;
  credentials.nc = *nc;
  credentials.username = value->take("username");
  credentials.realm = value->take("realm");
  credentials.nonce = value->take("nonce");
  credentials.uri = value->take("uri");
  credentials.response = value->take("response");
  credentials.algorithm = value->take("algorithm");
  credentials.opaque = value->take("opaque");
  credentials.cnonce = value->take("cnonce");
  credentials.qop = value->take("qop");
  return credentials;
}

/// qop is quoted here and algorithm is not. RFC 3261 §25.1, RFC 7616 §3.3.
std::string print(const DigestChallenge& challenge) {
  std::string out = "Digest ";
  append_quoted_param(out, "realm", challenge.realm);
  append_quoted_param(out, "nonce", challenge.nonce);
  if (!challenge.opaque.empty()) append_quoted_param(out, "opaque", challenge.opaque);
  if (challenge.stale) append_token_param(out, "stale", "true");
  if (!challenge.algorithm.empty()) append_token_param(out, "algorithm", challenge.algorithm);
  if (!challenge.qop.empty()) {
    std::string options;
    for (const std::string& option : challenge.qop) {
      if (!options.empty()) options.push_back(',');
      options.append(option);
    }
    append_quoted_param(out, "qop", options);
  }
  return out;
}

/// algorithm, qop and nc are not quoted here. RFC 3261 §25.1, RFC 7616 §3.4.
std::string print(const DigestCredentials& credentials) {
  std::string out = "Digest ";
  append_quoted_param(out, "username", credentials.username);
  append_quoted_param(out, "realm", credentials.realm);
  append_quoted_param(out, "nonce", credentials.nonce);
  append_quoted_param(out, "uri", credentials.uri);
  append_quoted_param(out, "response", credentials.response);
  if (!credentials.algorithm.empty()) append_token_param(out, "algorithm", credentials.algorithm);
  if (!credentials.cnonce.empty() || !credentials.qop.empty())
    append_quoted_param(out, "cnonce", credentials.cnonce);
  if (!credentials.opaque.empty()) append_quoted_param(out, "opaque", credentials.opaque);
  if (!credentials.qop.empty()) append_token_param(out, "qop", credentials.qop);
  if (credentials.nc) {
    std::array<std::uint8_t, 4> octets{};
    for (unsigned i = 0; i < octets.size(); ++i)
      octets[i] = static_cast<std::uint8_t>(*credentials.nc >> (24U - 8U * i));
    append_token_param(out, "nc", print_hex(octets));
  }
  return out;
}

}  // namespace tandem::message
