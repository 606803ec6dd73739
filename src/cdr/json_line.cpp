#include "cdr/json_line.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace tandem::cdr {
namespace {

constexpr std::size_t kUsualLength = 2048;
/// The longest lawful Call-ID in use is a quarter of it.
constexpr std::size_t kPeerTextLimit = 512;
constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

std::uint8_t octet_at(std::string_view text, std::size_t i) { return static_cast<std::uint8_t>(text[i]); }

struct Range {
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xbf;
};

/// Octets that a sequence of UTF-8 has after this first one; nullopt: none begins with it. RFC 3629 §4.
std::optional<std::size_t> tail_length(std::uint8_t first) {
  if (first >= 0xc2 && first <= 0xdf) return 1;
  if (first >= 0xe0 && first <= 0xef) return 2;
  if (first >= 0xf0 && first <= 0xf4) return 3;
  return std::nullopt;
}

/// What the second octet may be: no overlong form, no surrogate, nothing above U+10FFFF. RFC 3629 §4.
Range second_octet(std::uint8_t first) {
  switch (first) {
    case 0xe0:
      return {0xa0, 0xbf};
    case 0xed:
      return {0x80, 0x9f};
    case 0xf0:
      return {0x90, 0xbf};
    case 0xf4:
      return {0x80, 0x8f};
    default:
      return {};
  }
}

/// Appends the character that begins at i, or U+FFFD for the octets that begin one and do not end it; returns
/// where the next begins.
std::size_t append_beyond_ascii(std::string& out, std::string_view text, std::size_t i) {
  const std::size_t start = i++;
  const auto tail = tail_length(octet_at(text, start));
  if (!tail) {
    out += kReplacement;
    return i;
  }
  Range range = second_octet(octet_at(text, start));
  for (; i <= start + *tail; ++i, range = {}) {
    if (i == text.size() || octet_at(text, i) < range.low || octet_at(text, i) > range.high) {
      out += kReplacement;
      return i;
    }
  }
  out += text.substr(start, i - start);
  return i;
}

void append_escaped(std::string& out, char c) {
  static constexpr char digits[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += digits[static_cast<unsigned char>(c) >> 4];
      out += digits[static_cast<unsigned char>(c) & 0xf];
  }
}

/// Stands in a JSON text as it is.
bool is_plain(char c) {
  const auto octet = static_cast<std::uint8_t>(c);
  return octet >= 0x20 && octet < 0x80 && c != '"' && c != '\\';
}

}  // namespace

JsonLine::JsonLine() {
  line_.reserve(kUsualLength);
  line_ += '{';
}

JsonLine& JsonLine::add(std::string_view name, std::string_view text) {
  open_field(name);
  line_ += '"';
  append_text(text);
  line_ += '"';
  return *this;
}

JsonLine& JsonLine::add(std::string_view name, const std::optional<WallTime>& time) {
  if (time) return add(name, std::string_view(print_utc(*time)));
  open_field(name);
  line_ += "null";
  return *this;
}

JsonLine& JsonLine::add_peer_text(std::string_view name, std::string_view text) {
  open_field(name);
  line_ += '"';
  append_text(text.substr(0, kPeerTextLimit));
  if (text.size() > kPeerTextLimit) line_ += "…";
  line_ += '"';
  return *this;
}

JsonLine& JsonLine::open_object(std::string_view name) {
  open_field(name);
  line_ += '{';
  return *this;
}

JsonLine& JsonLine::close_object() {
  line_ += '}';
  return *this;
}

std::string JsonLine::finish() && {
  line_ += '}';
  return std::move(line_);
}

void JsonLine::open_field(std::string_view name) {
  if (line_.back() != '{') line_ += ',';
  line_ += '"';
  line_ += name;
  line_ += "\":";
}

/// Octets that are not UTF-8 become U+FFFD (docs/cdr.md).
void JsonLine::append_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_plain(text[end])) ++end;
    line_ += text.substr(i, end - i);
    if (end == text.size()) return;
    if (octet_at(text, end) >= 0x80) {
      i = append_beyond_ascii(line_, text, end);
    } else {
      append_escaped(line_, text[end]);
      i = end + 1;
    }
  }
}

}  // namespace tandem::cdr
