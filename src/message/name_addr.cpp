#include <algorithm>

#include "message/grammar.hpp"
#include "tandem/base/text.hpp"
#include "tandem/message/limits.hpp"
#include "tandem/message/uri.hpp"

namespace tandem::message {
namespace {

/// Parses the URI that is the next `length` octets and moves the error's offset to the whole text.
Expected<void, ParseError> take_uri(Cursor& cursor, std::size_t length, Uri& uri) {
  auto parsed = parse_uri(cursor.rest().substr(0, length));
  if (!parsed) {
    parsed.error().offset += cursor.offset();
    return unexpected(std::move(parsed.error()));
  }
  uri = std::move(*parsed);
  cursor.advance(length);
  return {};
}

Expected<void, ParseError> take_bracketed(Cursor& cursor, Uri& uri) {
  const std::size_t start = cursor.offset();
  cursor.advance(1);
  const std::size_t close = cursor.rest().find('>');
  if (close == std::string_view::npos) return fail(start, "NameAddr: no closing '>'");
  if (auto done = take_uri(cursor, close, uri); !done) return done;
  cursor.advance(1);
  return {};
}

/// display-name = *( token LWS ) / quoted-string, when a "<" follows; otherwise the cursor stays and the URI
/// is bare.
Expected<void, ParseError> take_display_name(Cursor& cursor, std::string& display_name) {
  if (cursor.is_at('"')) {
    auto quoted = take_quoted(cursor, "NameAddr");
    if (!quoted) return unexpected(std::move(quoted.error()));
    display_name = std::move(*quoted);
    cursor.skip_lws();
    if (!cursor.is_at('<')) return fail(cursor.offset(), "NameAddr: no '<' after the display name");
    return {};
  }
  const std::string_view rest = cursor.rest();
  std::size_t end = 0;
  while (end < rest.size() && (is(kToken, rest[end]) || is(kLws, rest[end]))) ++end;
  if (end < rest.size() && rest[end] == '<') {
    display_name = trim(rest.substr(0, end));
    cursor.advance(end);
    return {};
  }
  // A "<" before any separator of parameters: a display name was meant, and something in it wants quotes.
  const std::size_t mark = rest.find_first_of("<;,");
  if (mark != std::string_view::npos && rest[mark] == '<')
    return fail(cursor.offset() + end,
                "NameAddr: display name '" + printable(trim(rest.substr(0, mark)), 60) + "' needs quotes");
  return {};
}

Expected<NameAddr, ParseError> take_name_addr(Cursor& cursor) {
  NameAddr address;
  cursor.skip_lws();
  if (cursor.at_end() || cursor.is_at(',')) return fail(cursor.offset(), "NameAddr: empty");
  if (auto done = take_display_name(cursor, address.display_name); !done)
    return unexpected(std::move(done.error()));
  if (cursor.is_at('<')) {
    if (auto done = take_bracketed(cursor, address.uri); !done) return unexpected(std::move(done.error()));
  } else {
    // A bare URI ends at the first ";", "?" or ",": those would have needed brackets (RFC 3261 §20.10).
    const std::string_view rest = cursor.rest();
    const std::size_t length = std::min(rest.find_first_of(";?, \t"), rest.size());
    if (auto done = take_uri(cursor, length, address.uri); !done) return unexpected(std::move(done.error()));
    if (cursor.is_at('?')) return fail(cursor.offset(), "NameAddr: a URI with '?' needs angle brackets");
  }
  auto params = take_header_params(cursor, "NameAddr");
  if (!params) return unexpected(std::move(params.error()));
  address.params = std::move(*params);
  cursor.skip_lws();
  return address;
}

Expected<void, ParseError> check_size(std::string_view text) {
  if (text.size() <= kMaxMessageSize) return {};
  return fail(0, "NameAddr: longer than " + std::to_string(kMaxMessageSize) + " octets");
}

auto unexpected_octet(const Cursor& cursor) {
  const char octet = cursor.peek();
  return fail(cursor.offset(), "NameAddr: unexpected '" + printable(std::string_view(&octet, 1)) + "'");
}

}  // namespace

std::string_view NameAddr::tag() const {
  const Param* found = find_param(params, "tag");
  return found != nullptr && found->value ? std::string_view(*found->value) : std::string_view();
}

Expected<NameAddr, ParseError> parse_name_addr(std::string_view text) {
  if (auto sized = check_size(text); !sized) return unexpected(std::move(sized.error()));
  Cursor cursor(text);
  auto address = take_name_addr(cursor);
  if (address && !cursor.at_end()) return unexpected_octet(cursor);
  return address;
}

Expected<std::vector<NameAddr>, ParseError> parse_name_addr_list(std::string_view text) {
  if (auto sized = check_size(text); !sized) return unexpected(std::move(sized.error()));
  std::vector<NameAddr> list;
  Cursor cursor(text);
  do {
    if (list.size() == kMaxListItems)
      return fail(cursor.offset(),
                  "NameAddr: more than " + std::to_string(kMaxListItems) + " addresses in one value");
    auto address = take_name_addr(cursor);
    if (!address) return unexpected(std::move(address.error()));
    list.push_back(std::move(*address));
  } while (cursor.take(','));
  if (!cursor.at_end()) return unexpected_octet(cursor);
  return list;
}

std::string print(const NameAddr& address) {
  std::string out;
  out.reserve(address.display_name.size() + address.uri.user.size() + address.uri.host.size() + 24 +
              address.params.size() * 32);
  if (!address.display_name.empty()) {
    append_quoted(out, address.display_name);
    out.push_back(' ');
  }
  out.push_back('<');
  append(out, address.uri);
  out.push_back('>');
  append_header_params(out, address.params);
  return out;
}

}  // namespace tandem::message
