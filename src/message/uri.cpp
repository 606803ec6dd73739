#include "tandem/message/uri.hpp"

#include "message/grammar.hpp"
#include "tandem/base/address.hpp"
#include "tandem/base/text.hpp"
#include "tandem/message/limits.hpp"

namespace tandem::message {
namespace {

constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Takes octets of the class and percent escapes, decoded. `part` names the place in the error.
Expected<std::string, ParseError> take_escaped(Cursor& cursor, CharClass wanted, std::string_view part) {
  std::string text;
  for (;;) {
    text.append(cursor.take_all(wanted));
    if (!cursor.is_at('%')) return text;
    const std::string_view rest = cursor.rest();
    const int high = rest.size() > 2 ? hex_value(rest[1]) : -1;
    const int low = rest.size() > 2 ? hex_value(rest[2]) : -1;
    if (high < 0 || low < 0)
      return fail(cursor.offset(), "Uri: '%' without two hex digits in the " + std::string(part));
    text.push_back(static_cast<char>(high * 16 + low));
    cursor.advance(3);
  }
}

void append_escaped(std::string& out, std::string_view text, CharClass plain) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (char c : text) {
    if (is(plain, c)) {
      out.push_back(c);
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kHex[octet >> 4U]);
    out.push_back(kHex[octet & 15U]);
  }
}

std::string shown(char c) { return "'" + printable(std::string_view(&c, 1)) + "'"; }

/// host of RFC 3261 §25.1: names of labels; what ends in a label of digits must be an IPv4 address.
bool is_host_name(std::string_view host) {
  if (host.back() == '.') host.remove_suffix(1);
  if (host.empty() || host.size() > 253) return false;
  std::size_t start = 0;
  std::string_view label;
  for (;;) {
    const std::size_t dot = host.find('.', start);
    label = host.substr(start, dot == std::string_view::npos ? dot : dot - start);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    if (dot == std::string_view::npos) break;
    start = dot + 1;
  }
  if (!all_are(kDigit, label)) return true;
  const auto address = IpAddress::parse(host);
  return address && address->is_v4();
}

/// RFC 3261's grammar wants a third colon between "::" and an IPv4 address; RFC 5118 §4.10 wants both forms read.
std::string without_third_colon(std::string_view reference) {
  std::string text(reference);
  const std::size_t colons = text.find(":::");
  if (colons != std::string::npos && text.find('.', colons) != std::string::npos) text.erase(colons, 1);
  return text;
}

Expected<std::string, ParseError> take_host(Cursor& cursor) {
  const std::size_t start = cursor.offset();
  if (cursor.take('[')) {
    const std::size_t close = cursor.rest().find(']');
    if (close == std::string_view::npos) return fail(start, "Uri: IPv6 reference without ']'");
    const std::string text = without_third_colon(cursor.rest().substr(0, close));
    const bool is_numeric = text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
    const auto address = is_numeric ? IpAddress::parse(text) : std::nullopt;
    if (!address || !address->is_v6())
      return fail(start, "Uri: '" + printable(text, 60) + "' is not an IPv6 address");
    cursor.advance(close + 1);
    return to_lower(text);
  }
  const std::string_view rest = cursor.rest();
  const std::string_view bare = rest.substr(0, rest.find_first_of(";?"));
  const std::string_view host = cursor.take_all(kHostChar);
  if (host.size() < bare.size() && bare.find(':') != bare.rfind(':') && IpAddress::parse(bare))
    return fail(start, "Uri: the IPv6 address '" + printable(bare, 60) + "' needs brackets");
  if (host.empty()) {
    if (cursor.at_end() || cursor.is_at(':') || cursor.is_at(';') || cursor.is_at('?'))
      return fail(start, "Uri: no host");
    return fail(start, "Uri: " + shown(cursor.peek()) + " cannot be in a host");
  }
  if (!is_host_name(host))
    return fail(start, "Uri: '" + printable(host, 60) + "' is neither a host name nor an IPv4 address");
  return to_lower(host);
}

Expected<void, ParseError> take_port(Cursor& cursor, Uri& uri) {
  if (!cursor.take(':')) return {};
  const std::size_t start = cursor.offset();
  const std::string_view digits = cursor.take_all(kDigit);
  if (digits.empty()) return fail(start, "Uri: no port after ':'");
  const auto port = parse_decimal(digits, 65535);
  if (!port || *port == 0) return fail(start, "Uri: port out of range");
  uri.port = static_cast<std::uint16_t>(*port);
  return {};
}

/// `*( ";" pname [ "=" pvalue ] )`; an empty value is tolerated, a name given twice is not (§19.1.1).
Expected<void, ParseError> take_params(Cursor& cursor, Uri& uri) {
  while (cursor.take(';')) {
    const std::size_t start = cursor.offset();
    auto name = take_escaped(cursor, kParamChar, "parameters");
    if (!name) return unexpected(std::move(name.error()));
    if (name->empty()) return fail(start, "Uri: parameter without a name");
    if (find_param(uri.params, *name) != nullptr)
      return fail(start, "Uri: parameter '" + printable(*name, 60) + "' twice");
    if (uri.params.size() == kMaxParams)
      return fail(start, "Uri: more than " + std::to_string(kMaxParams) + " parameters");
    Param& param = uri.params.emplace_back(Param{std::move(*name), std::nullopt});
    if (!cursor.take('=')) continue;
    auto value = take_escaped(cursor, kParamChar, "parameters");
    if (!value) return unexpected(std::move(value.error()));
    param.value = std::move(*value);
  }
  return {};
}

Expected<void, ParseError> take_uri_headers(Cursor& cursor, Uri& uri) {
  if (!cursor.take('?')) return {};
  do {
    const std::size_t start = cursor.offset();
    auto name = take_escaped(cursor, kHeaderChar, "headers");
    if (!name) return unexpected(std::move(name.error()));
    if (name->empty()) return fail(start, "Uri: header without a name");
    if (!cursor.take('='))
      return fail(cursor.offset(), "Uri: header '" + printable(*name, 60) + "' without '='");
    if (uri.headers.size() == kMaxParams)
      return fail(start, "Uri: more than " + std::to_string(kMaxParams) + " headers");
    auto value = take_escaped(cursor, kHeaderChar, "headers");
    if (!value) return unexpected(std::move(value.error()));
    uri.headers.push_back({std::move(*name), std::move(*value)});
  } while (cursor.take('&'));
  return {};
}

/// userinfo with its "@". An "@" can be nowhere else in a SIP URI without an escape, so the first one ends
/// the userinfo.
Expected<void, ParseError> take_userinfo(Cursor& cursor, Uri& uri) {
  if (cursor.rest().find('@') == std::string_view::npos) return {};
  const std::size_t start = cursor.offset();
  auto user = take_escaped(cursor, kUser, "user");
  if (!user) return unexpected(std::move(user.error()));
  if (user->empty() && (cursor.is_at('@') || cursor.is_at(':')))
    return fail(start, "Uri: no user before '@'");
  uri.user = std::move(*user);
  if (cursor.take(':')) {
    auto password = take_escaped(cursor, kPassword, "password");
    if (!password) return unexpected(std::move(password.error()));
    uri.password = std::move(*password);
  }
  if (!cursor.take('@'))
    return fail(cursor.offset(), "Uri: " + shown(cursor.peek()) + " cannot be in the user or password");
  return {};
}

Expected<void, ParseError> take_sip(Cursor& cursor, Uri& uri) {
  if (auto done = take_userinfo(cursor, uri); !done) return done;
  auto host = take_host(cursor);
  if (!host) return unexpected(std::move(host.error()));
  uri.host = std::move(*host);
  if (auto done = take_port(cursor, uri); !done) return done;
  if (auto done = take_params(cursor, uri); !done) return done;
  return take_uri_headers(cursor, uri);
}

/// A local number without phone-context is let through: RFC 3966 §5.1.4 wants one, telephones leave it out,
/// and the trunk's number format says what such a number means.
Expected<void, ParseError> take_tel(Cursor& cursor, Uri& uri) {
  const std::size_t start = cursor.offset();
  const std::string_view number = cursor.take_all(kPhone);
  const bool global = !number.empty() && number.front() == '+';
  const std::string_view dialled = global ? number.substr(1) : number;
  if (dialled.find_first_not_of("-.()") == std::string_view::npos)
    return fail(start, "Uri: no telephone number after 'tel:'");
  if (dialled.find('+') != std::string_view::npos) return fail(start, "Uri: '+' inside a telephone number");
  if (global && dialled.find_first_not_of("0123456789-.()") != std::string_view::npos)
    return fail(start, "Uri: a global telephone number has digits and separators only");
  uri.user = number;
  return take_params(cursor, uri);
}

}  // namespace

const Param* find_param(const std::vector<Param>& params, std::string_view name) {
  for (const Param& param : params)
    if (iequals(param.name, name)) return &param;
  return nullptr;
}

Expected<Uri, ParseError> parse_uri(std::string_view text) {
  if (text.size() > kMaxMessageSize)
    return fail(0, "Uri: longer than " + std::to_string(kMaxMessageSize) + " octets");
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return fail(0, "Uri: no scheme");
  const std::string_view scheme = text.substr(0, colon);
  Cursor cursor(text);
  cursor.advance(colon + 1);
  Uri uri;
  Expected<void, ParseError> done;
  if (iequals(scheme, "sip") || iequals(scheme, "sips")) {
    uri.scheme = scheme.size() == 3 ? Scheme::Sip : Scheme::Sips;
    done = take_sip(cursor, uri);
  } else if (iequals(scheme, "tel")) {
    uri.scheme = Scheme::Tel;
    done = take_tel(cursor, uri);
  } else {
    return fail(0, "Uri: scheme '" + printable(scheme, 40) + "' is not sip, sips or tel");
  }
  if (!done) return unexpected(std::move(done.error()));
  if (!cursor.at_end()) return fail(cursor.offset(), "Uri: unexpected " + shown(cursor.peek()));
  return uri;
}

namespace {
void append_params(std::string& out, const std::vector<Param>& params) {
  for (const Param& param : params) {
    out.push_back(';');
    append_escaped(out, param.name, kParamChar);
    if (!param.value) continue;
    out.push_back('=');
    append_escaped(out, *param.value, kParamChar);
  }
}
}  // namespace

void append(std::string& out, const Uri& uri) {
  if (uri.scheme == Scheme::Tel) {
    out.append("tel:");
    append_escaped(out, uri.user, kPhone);
    append_params(out, uri.params);
    return;
  }
  out.append(uri.scheme == Scheme::Sips ? "sips:" : "sip:");
  if (!uri.user.empty()) {
    append_escaped(out, uri.user, kUser);
    if (!uri.password.empty()) {
      out.push_back(':');
      append_escaped(out, uri.password, kPassword);
    }
    out.push_back('@');
  }
  if (uri.host.find(':') != std::string::npos) {
    out.push_back('[');
    append_line_text(out, uri.host);
    out.push_back(']');
  } else {
    append_line_text(out, uri.host);
  }
  if (uri.port) {
    out.push_back(':');
    out.append(std::to_string(*uri.port));
  }
  append_params(out, uri.params);
  char mark = '?';
  for (const Param& header : uri.headers) {
    out.push_back(mark);
    append_escaped(out, header.name, kHeaderChar);
    out.push_back('=');
    if (header.value) append_escaped(out, *header.value, kHeaderChar);
    mark = '&';
  }
}

std::string print(const Uri& uri) {
  std::string out;
  out.reserve(16 + uri.user.size() + uri.host.size() + uri.params.size() * 24 + uri.headers.size() * 32);
  append(out, uri);
  return out;
}

}  // namespace tandem::message
