#include "tandem/numbering/number.hpp"

namespace tandem::numbering {
namespace {

constexpr std::size_t kMinDigits = 2;
constexpr std::size_t kMaxDigits = 15;  // ITU-T E.164 §6.1

constexpr bool is_visual_separator(char c) { return c == '-' || c == '.' || c == '(' || c == ')'; }

}  // namespace

std::string_view to_string(NumberError error) {
  switch (error) {
    case NumberError::Empty:
      return "is empty";
    case NumberError::NoPlus:
      return "has no leading +";
    case NumberError::NotDigits:
      return "has something other than digits";
    case NumberError::TooShort:
      return "has too few digits";
    case NumberError::TooLong:
      return "has too many digits";
    case NumberError::LeadingZero:
      return "begins with 0";
    case NumberError::NotNorthAmerican:
      return "is not a North American number";
  }
  return "";
}

Expected<Number, NumberError> Number::parse_e164_plus(std::string_view text) {
  if (text.empty()) return unexpected(NumberError::Empty);
  if (text.front() != '+') return unexpected(NumberError::NoPlus);
  Number number;
  number.text_.reserve(kMaxDigits + 1);
  number.text_.push_back('+');
  bool too_long = false;
  for (char c : text.substr(1)) {
    if (is_visual_separator(c)) continue;
    if (c < '0' || c > '9') return unexpected(NumberError::NotDigits);
    if (number.text_.size() > kMaxDigits)
      too_long = true;  // the rest is still looked at: letters are the clearer error
    else
      number.text_.push_back(c);
  }
  if (too_long) return unexpected(NumberError::TooLong);
  if (number.text_.size() < kMinDigits + 1) return unexpected(NumberError::TooShort);
  if (number.text_[1] == '0') return unexpected(NumberError::LeadingZero);
  return number;
}

Expected<Number, NumberError> Number::parse_e164(std::string_view text) {
  if (text.empty() || text.front() == '+') return parse_e164_plus(text);
  std::string with_plus;
  with_plus.reserve(text.size() + 1);
  with_plus.append("+").append(text);
  return parse_e164_plus(with_plus);
}

}  // namespace tandem::numbering
