// The text of one configuration file, for excerpts under a finding. Secrets are masked here and nowhere else.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::config {

/// Line and column from 1; columns count characters, not octets. Line 0: nowhere.
struct Position {
  int line = 0;
  int column = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

class Source {
 public:
  explicit Source(std::string text);

  const std::string& text() const { return text_; }
  int lines() const { return static_cast<int>(starts_.size()); }
  /// One line without its end; empty past the last.
  std::string_view line(int number) const;
  /// Character column of an octet column (both from 1).
  int character_column(int line, int octet_column) const;
  /// Octet offset into text() of a position counted in octets.
  std::size_t offset(int line, int octet_column) const;
  /// The line as an operator may see it: passwords and hashes are stars of the same length.
  std::string excerpt(int number) const;

 private:
  /// Column of a secret's key above, whose value this line continues; npos where there is none.
  std::size_t secret_key_above(int number) const;

  std::string text_;
  std::vector<std::size_t> starts_;
};

/// First place where `text` is not UTF-8 or holds a control character; {0, 0} when there is none.
Position find_bad_character(std::string_view text);

}  // namespace tandem::config
