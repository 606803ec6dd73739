// numbering: telephone numbers as values (pure). Canonical form inside is always "+" and E.164 digits. ITU-T E.164, RFC 3966.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "tandem/base/expected.hpp"

namespace tandem::numbering {

enum class NumberError { Empty, NoPlus, NotDigits, TooShort, TooLong, LeadingZero };
std::string_view to_string(NumberError);  ///< one clause for a log line: "has no leading +"

class Number {
 public:
  /// "+" and 2 to 15 digits, the first not 0. Visual separators ( - . ( ) ) are dropped (RFC 3966 §5.1.1).
  static Expected<Number, NumberError> parse_e164_plus(std::string_view);
  /// As above with the "+" optional.
  static Expected<Number, NumberError> parse_e164(std::string_view);
  const std::string& e164() const { return text_; }               ///< "+12128675309"
  std::string_view digits() const { return std::string_view(text_).substr(1); }  ///< "12128675309"
  friend auto operator<=>(const Number&, const Number&) = default;

 private:
  std::string text_;
};

/// How a peer writes numbers.
enum class NumberFormat { E164Plus, E164, National, UsDomestic };
std::optional<NumberFormat> parse_number_format(std::string_view);
std::string_view to_string(NumberFormat);
Expected<Number, NumberError> parse_number(std::string_view text, NumberFormat);
/// nullopt when the format cannot say it: a number outside +1 in UsDomestic.
std::optional<std::string> print(const Number&, NumberFormat);

}  // namespace tandem::numbering
