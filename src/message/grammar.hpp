// The lexical ground that the parsers and printers of this room share: character classes, a cursor, quoted
// strings, percent escapes. RFC 3261 §25.1. Not part of the door.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "tandem/base/expected.hpp"
#include "tandem/message/uri.hpp"

namespace tandem::message {

/// Classes of octets; an octet may be in several.
enum CharClass : std::uint16_t {
  kToken = 1U << 0,       ///< token
  kUser = 1U << 1,        ///< unreserved / user-unreserved
  kPassword = 1U << 2,    ///< unreserved / "&=+$,"
  kParamChar = 1U << 3,   ///< unreserved / param-unreserved, and the same set in RFC 3966
  kHeaderChar = 1U << 4,  ///< unreserved / hnv-unreserved
  kHostChar = 1U << 5,    ///< letters, digits, "-", ".", and "_", which operators' names do have
  kPhone = 1U << 6,       ///< phonedigit-hex and the leading "+", RFC 3966 §3
  kDigit = 1U << 7,
  kLws = 1U << 8,         ///< space and tab; lines are unfolded before this is asked
  kControl = 1U << 9,     ///< 0x00..0x1f but tab, and 0x7f
  kHostParam = 1U << 10,  ///< token, or what an IPv6reference adds to it: gen-value of a header parameter
};

constexpr std::array<std::uint16_t, 256> make_char_classes() {
  std::array<std::uint16_t, 256> table{};
  auto add = [&table](std::string_view chars, unsigned classes) {
    for (char c : chars) {
      auto& entry = table[static_cast<unsigned char>(c)];
      entry = static_cast<std::uint16_t>(entry | classes);
    }
  };
  const unsigned everywhere = kToken | kUser | kPassword | kParamChar | kHeaderChar | kHostParam;
  add("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", everywhere | kHostChar);
  add("0123456789", kPhone | kDigit);
  add("ABCDEFabcdef*#-.()+", kPhone);
  add("-_.!~*'()", kUser | kPassword | kParamChar | kHeaderChar);
  add("-.!%*_+`'~", kToken | kHostParam);
  add("-._", kHostChar);
  add("&=+$,;?/", kUser);
  add("&=+$,", kPassword);
  add("[]/:&+$", kParamChar);
  add("[]/?:+$", kHeaderChar);
  add("[]:", kHostParam);
  add(" \t", kLws);
  for (unsigned c = 0; c < 0x20; ++c)
    if (c != '\t') table[c] = static_cast<std::uint16_t>(table[c] | kControl);
  table[0x7f] = static_cast<std::uint16_t>(table[0x7f] | kControl);
  return table;
}
inline constexpr std::array<std::uint16_t, 256> kCharClasses = make_char_classes();

constexpr bool is(CharClass wanted, char c) {
  return (kCharClasses[static_cast<unsigned char>(c)] & static_cast<unsigned>(wanted)) != 0;
}
constexpr bool all_are(CharClass wanted, std::string_view text) {
  for (char c : text)
    if (!is(wanted, c)) return false;
  return true;
}
constexpr bool is_token(std::string_view text) { return !text.empty() && all_are(kToken, text); }

inline auto fail(std::size_t offset, std::string what) {
  return unexpected(ParseError{offset, std::move(what)});
}

/// A place in a text. Offsets in errors count from the start of the text it was made with.
class Cursor {
 public:
  explicit Cursor(std::string_view text, std::size_t base = 0) : text_(text), base_(base) {}
  bool at_end() const { return position_ == text_.size(); }
  /// The octet here, or NUL at the end.
  char peek() const { return at_end() ? '\0' : text_[position_]; }
  bool is_at(char c) const { return !at_end() && text_[position_] == c; }
  std::size_t offset() const { return base_ + position_; }
  std::string_view rest() const { return text_.substr(position_); }
  void advance(std::size_t count) { position_ += count; }
  bool take(char c) {
    if (!is_at(c)) return false;
    ++position_;
    return true;
  }
  std::string_view take_all(CharClass wanted) {
    const std::size_t start = position_;
    while (position_ < text_.size() && is(wanted, text_[position_])) ++position_;
    return text_.substr(start, position_ - start);
  }
  void skip_lws() {
    while (position_ < text_.size() && is(kLws, text_[position_])) ++position_;
  }

 private:
  std::string_view text_;
  std::size_t base_;
  std::size_t position_ = 0;
};

/// Takes a quoted-string, the cursor being at its opening quote; the result is without quotes and escapes.
Expected<std::string, ParseError> take_quoted(Cursor&, std::string_view part);

/// Takes `*( ";" name [ "=" value ] )` of a header, with whitespace around the marks and quoted values. It
/// stops where no
/// ";" follows. Names are unique (RFC 3261 §7.3.1).
Expected<std::vector<Param>, ParseError> take_header_params(Cursor&, std::string_view part);

void append_quoted(std::string& out, std::string_view text);
void append_header_params(std::string& out, const std::vector<Param>&);
void append(std::string& out, const Uri&);
/// One line's worth of text: CR and LF become spaces, so that no value can begin a line of its own.
void append_line_text(std::string& out, std::string_view text);

}  // namespace tandem::message
