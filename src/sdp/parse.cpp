#include <algorithm>
#include <array>
#include <utility>

#include "tandem/base/text.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::sdp {
namespace {

using Done = Expected<void, ParseError>;

/// token-char, RFC 8866 §9
constexpr std::array<bool, 256> kTokenChars = [] {
  std::array<bool, 256> chars{};
  for (unsigned char c = 0x21; c < 0x7f; ++c)
    chars[c] = std::string_view("\"(),/:;<=>?@[\\]").find(static_cast<char>(c)) == std::string_view::npos;
  return chars;
}();

bool is_token(std::string_view text) {
  for (char c : text)
    if (!kTokenChars[static_cast<unsigned char>(c)]) return false;
  return !text.empty();
}

bool is_digits(std::string_view text) {
  for (char c : text)
    if (c < '0' || c > '9') return false;
  return !text.empty();
}

/// Takes the next field; more than one space between fields, or one at the end of a line, does no harm.
std::string_view next_field(std::string_view& rest) {
  const std::size_t start = rest.find_first_not_of(' ');
  if (start == std::string_view::npos) {
    rest = {};
    return {};
  }
  rest.remove_prefix(start);
  const std::size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(end);
  return field;
}

/// One description in the making. Lines after v= may stand in any order as long as m= opens its own section:
/// peers do put b= before c=, or a= before t=, and nothing is ambiguous.
class Parser {
 public:
  Done line(std::string_view text) {
    ++line_;
    if (text.find('\r') != std::string_view::npos || text.find('\0') != std::string_view::npos)
      return fail("CR or NUL inside a line");
    if (text.size() < 2 || text[1] != '=')
      return fail("'" + printable(text, 40) + "' is not <letter>=<value>");
    const char type = text[0];
    const std::string_view value = text.substr(2);
    if (line_ == 1) return version(type, value);
    switch (type) {
      case 'o':
        return origin(value);
      case 's':
        return name(value);
      case 'c':
        return connection(value);
      case 'b':
        return bandwidth(value);
      case 't':
        return timing(value);
      case 'a':
        return attribute(value);
      case 'm':
        return media(value);
      case 'i':
      case 'u':
      case 'e':
      case 'p':
      case 'r':
      case 'z':
      case 'k':
        return {};  // nothing a switch acts on; none of them may cross it
      case 'v':
        return fail("v=: twice");
      default:
        return fail("'" + printable(text.substr(0, 1)) + "=' is not a line of a session description");
    }
  }

  Expected<Session, ParseError> finish() {
    if (line_ == 0) return unexpected(ParseError{1, "the description is empty"});
    if (!has_origin_) return unexpected(ParseError{line_, "o=: missing"});
    return std::move(session_);
  }

 private:
  Done fail(std::string what) const { return unexpected(ParseError{line_, std::move(what)}); }

  Done version(char type, std::string_view value) {
    if (type != 'v') return fail("the first line is not v=");
    if (trim(value) != "0") return fail("v=: version '" + printable(value, 20) + "' is not 0");
    return {};
  }

  Done origin(std::string_view value) {
    if (std::exchange(has_origin_, true)) return fail("o=: twice");
    if (in_media()) return fail("o=: after an m= line");
    Origin& origin = session_.origin;
    origin.username = next_field(value);
    const std::string_view id = next_field(value);
    const std::string_view version = next_field(value);
    if (!is_digits(id)) return fail("o=: session id '" + printable(id, 40) + "' is not a number");
    if (!is_digits(version)) return fail("o=: version '" + printable(version, 40) + "' is not a number");
    origin.session_id = wrapped_decimal(id);
    origin.version = wrapped_decimal(version);
    return address(value, "o=", origin.address);
  }

  Done name(std::string_view value) {
    if (std::exchange(has_name_, true)) return fail("s=: twice");
    if (in_media()) return fail("s=: after an m= line");
    session_.name = value;
    return {};
  }

  Done timing(std::string_view value) {
    if (in_media()) return fail("t=: after an m= line");
    std::string_view rest = value;
    const std::string_view start = next_field(rest);
    const std::string_view stop = next_field(rest);
    if (!is_digits(start) || !is_digits(stop) || !trim(rest).empty()) return fail("t=: not two numbers");
    if (std::exchange(has_timing_, true)) return {};  // a session has one time here: the first
    session_.timing.assign(start).append(" ").append(stop);
    return {};
  }

  Done connection(std::string_view value) {
    std::string text;
    if (auto done = address(value, "c=", text); !done) return done;
    std::string& place = in_media() ? session_.media.back().connection : session_.connection;
    if (place.empty()) {
      place = std::move(text);
      return {};
    }
    if (!in_media()) return fail("c=: twice");
    return {};  // more than one in a section are layers of multicast (RFC 8866 §5.7): the first serves
  }

  /// `IN IP4 192.0.2.1`: the address alone is kept, its family is seen in it.
  Done address(std::string_view rest, std::string_view part, std::string& out) {
    const std::string_view network = next_field(rest);
    const std::string_view family = next_field(rest);
    const std::string_view text = next_field(rest);
    const std::string name(part);
    if (!iequals(network, "IN")) return fail(name + ": network '" + printable(network, 20) + "' is not IN");
    if (!iequals(family, "IP4") && !iequals(family, "IP6"))
      return fail(name + ": address type '" + printable(family, 20) + "' is not IP4 or IP6");
    if (text.empty()) return fail(name + ": no address");
    if (!trim(rest).empty()) return fail(name + ": text after the address");
    if (iequals(family, "IP4") && text.find(':') != std::string_view::npos)
      return fail(name + ": '" + printable(text, 60) + "' is not an IP4 address");
    out = text;
    return {};
  }

  Done bandwidth(std::string_view value) {
    if (value.find(':') == std::string_view::npos) return fail("b=: no ':'");
    if (auto counted = count_attribute(); !counted) return counted;
    (in_media() ? session_.media.back().bandwidth : session_.bandwidth).emplace_back(value);
    return {};
  }

  Done attribute(std::string_view value) {
    const std::size_t colon = value.find(':');
    const std::string_view name = value.substr(0, colon);
    if (!is_token(name)) return fail("a=: name '" + printable(name, 40) + "' is not a token");
    if (auto counted = count_attribute(); !counted) return counted;
    Attribute attribute{std::string(name), std::nullopt};
    if (colon != std::string_view::npos) attribute.value = std::string(value.substr(colon + 1));
    (in_media() ? session_.media.back().attributes : session_.attributes).push_back(std::move(attribute));
    return {};
  }

  Done media(std::string_view value) {
    if (session_.media.size() == kMaxMedia)
      return fail("m=: more than " + std::to_string(kMaxMedia) + " of them");
    Media media;
    media.type = next_field(value);
    if (!is_token(media.type)) return fail("m=: type '" + printable(media.type, 40) + "' is not a token");
    if (auto done = port(next_field(value), media); !done) return done;
    media.protocol = next_field(value);
    if (media.protocol.empty()) return fail("m=: no protocol");
    for (std::string_view part : split(media.protocol, '/'))
      if (!is_token(part))
        return fail("m=: protocol '" + printable(media.protocol, 40) + "' is not tokens joined by '/'");
    for (std::string_view format = next_field(value); !format.empty(); format = next_field(value)) {
      if (media.formats.size() == kMaxFormats)
        return fail("m=: more than " + std::to_string(kMaxFormats) + " formats");
      if (!is_token(format)) return fail("m=: format '" + printable(format, 40) + "' is not a token");
      media.formats.emplace_back(format);
    }
    if (media.formats.empty()) return fail("m=: no format");
    session_.media.push_back(std::move(media));
    return {};
  }

  Done port(std::string_view field, Media& media) {
    const std::size_t slash = field.find('/');
    const std::string_view digits = field.substr(0, slash);
    if (!is_digits(digits)) return fail("m=: port '" + printable(digits, 40) + "' is not a number");
    const auto number = parse_decimal(digits, 65535);
    if (!number) return fail("m=: port out of range");
    media.port = static_cast<std::uint16_t>(*number);
    if (slash == std::string_view::npos) return {};
    const auto count = parse_decimal(field.substr(slash + 1), 65535);
    if (!count || *count == 0) return fail("m=: number of ports out of range");
    media.port_count = static_cast<std::uint16_t>(*count);
    return {};
  }

  Done count_attribute() {
    if (++attributes_ <= kMaxAttributes) return {};
    return fail("a=: more than " + std::to_string(kMaxAttributes) + " attributes");
  }

  /// Numbers of an o= line only need to differ where they differ; some peers' do not fit 64 bits (RFC 8866
  /// §5.2 sets no size), and a call must not fail for it.
  static std::uint64_t wrapped_decimal(std::string_view digits) {
    std::uint64_t number = 0;
    for (char c : digits) number = number * 10 + static_cast<std::uint64_t>(c - '0');
    return number;
  }

  bool in_media() const { return !session_.media.empty(); }

  Session session_;
  int line_ = 0;
  std::size_t attributes_ = 0;
  bool has_origin_ = false;
  bool has_name_ = false;
  bool has_timing_ = false;
};

}  // namespace

const Attribute* find_attribute(const std::vector<Attribute>& attributes, std::string_view name) {
  for (const Attribute& attribute : attributes)
    if (attribute.name == name) return &attribute;
  return nullptr;
}

Expected<Session, ParseError> parse(std::string_view text) {
  if (text.size() > kMaxDescription)
    return unexpected(ParseError{1, "longer than " + std::to_string(kMaxDescription) + " octets"});
  // Empty lines at the end are what files and some peers add; inside they are errors.
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  Parser parser;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t feed = text.find('\n', start);
    const bool ended = feed != std::string_view::npos;
    std::string_view line = text.substr(start, ended ? feed - start : feed);
    if (ended && !line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (auto done = parser.line(line); !done) return unexpected(std::move(done.error()));
    start = ended ? feed + 1 : text.size();
  }
  return parser.finish();
}

}  // namespace tandem::sdp
