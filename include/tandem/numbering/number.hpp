// numbering: telephone numbers as values (pure). Canonical form inside is always "+" and E.164 digits. ITU-T E.164, RFC 3966.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "tandem/base/expected.hpp"

namespace tandem::numbering {

enum class NumberError { Empty, NoPlus, NotDigits, TooShort, TooLong, LeadingZero, NotNorthAmerican };
std::string_view to_string(NumberError);  ///< one clause for a log line: "has no leading +"

class Number {
 public:
  /// "+" and 2 to 15 digits, the first not 0. Visual separators ( - . ( ) ) are dropped (RFC 3966 §5.1.1).
  static Expected<Number, NumberError> parse_e164_plus(std::string_view);
  /// As above with the "+" optional.
  static Expected<Number, NumberError> parse_e164(std::string_view);
  const std::string& e164() const { return text_; }               ///< "+12128675309"
  /// "12128675309"; empty for a Number that nothing was parsed into.
  std::string_view digits() const { return text_.empty() ? std::string_view() : std::string_view(text_).substr(1); }
  friend auto operator<=>(const Number&, const Number&) = default;

 private:
  std::string text_;
};

/// How a peer writes numbers. E164 and National are both the E.164 digits without "+"; UsDomestic is
/// NXX-NXX-XXXX. What is written with "+" speaks for itself in each of them.
enum class NumberFormat { E164Plus, E164, National, UsDomestic };
std::optional<NumberFormat> parse_number_format(std::string_view);  ///< "e164_plus", "e164", "national", "us_domestic"
std::string_view to_string(NumberFormat);

/// The number that the peer means. Errors: as parse_e164; for UsDomestic NotNorthAmerican too.
Expected<Number, NumberError> parse_number(std::string_view text, NumberFormat);
/// As above for a number that is local to a phone-context (RFC 3966 §5.1.5). A context of digits ("+1", "+49") goes before
/// the number; another context (a domain), or none, leaves the number to the format. A number with "+" needs no context.
Expected<Number, NumberError> parse_number_in_context(std::string_view text, std::string_view phone_context, NumberFormat);
/// A telephone-subscriber, as the user of a SIP URI has it: "7042;phone-context=+1212", "+1-212-867-5309;npdi;rn=+12125550000".
/// Only phone-context changes the number: rn says where a ported number is routed, not who is called (RFC 4694).
Expected<Number, NumberError> parse_subscriber(std::string_view user, NumberFormat);
/// nullopt when the format cannot say it: a number outside +1 in UsDomestic.
std::optional<std::string> print(const Number&, NumberFormat);

}  // namespace tandem::numbering
