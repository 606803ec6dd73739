#include <array>
#include <utility>

#include "tandem/base/text.hpp"
#include "tandem/numbering/number.hpp"

namespace tandem::numbering {
namespace {

constexpr std::array<std::pair<NumberFormat, std::string_view>, 4> kFormats{{
    {NumberFormat::E164Plus, "e164_plus"},
    {NumberFormat::E164, "e164"},
    {NumberFormat::National, "national"},
    {NumberFormat::UsDomestic, "us_domestic"},
}};

constexpr std::size_t kUsDigits = 10;

/// NXX-NXX-XXXX after the country code 1, N being 2 to 9.
bool is_north_american(const Number& number) {
  const std::string_view digits = number.digits();
  return digits.size() == kUsDigits + 1 && digits[0] == '1' && digits[1] >= '2' && digits[4] >= '2';
}

Expected<Number, NumberError> require_north_american(Expected<Number, NumberError> number) {
  if (number && !is_north_american(*number)) return unexpected(NumberError::NotNorthAmerican);
  return number;
}

std::size_t count_digits(std::string_view text) {
  std::size_t count = 0;
  for (char c : text)
    if (c >= '0' && c <= '9') ++count;
  return count;
}

Expected<Number, NumberError> parse_us_domestic(std::string_view text) {
  if (text.empty() || text.front() == '+') return require_north_american(Number::parse_e164_plus(text));
  auto number = Number::parse_e164_plus("+1" + std::string(text));
  if (!number && number.error() == NumberError::NotDigits) return number;
  const std::size_t digits = count_digits(text);
  if (digits < kUsDigits) return unexpected(NumberError::TooShort);
  if (digits > kUsDigits) return unexpected(NumberError::TooLong);
  return require_north_american(std::move(number));
}

/// Puts a context of digits before a local number. RFC 3966 §5.1.5 warns that the sum need not be a number
/// ("911" in "+1"), so what cannot be one is refused instead of dialled: a +1 number of another length, a
/// national prefix 0 kept by mistake.
Expected<Number, NumberError> join(std::string_view context, std::string_view text) {
  const std::size_t first = text.find_first_of("0123456789");
  if (first == std::string_view::npos)
    return unexpected(text.empty() ? NumberError::Empty : NumberError::NotDigits);
  const auto prefix =
      std::string(context) + "0";  // a country code of one digit alone is too short to be a Number
  const auto checked = Number::parse_e164_plus(prefix);
  if (!checked) return unexpected(checked.error());
  const bool keeps_zero = checked->digits().substr(0, 2) == "39";  // Italy's numbers begin with their 0
  if (text[first] == '0' && !keeps_zero) return unexpected(NumberError::LeadingZero);
  auto number = Number::parse_e164_plus(std::string(context).append(text));
  if (number && number->digits().front() == '1') return require_north_american(std::move(number));
  return number;
}

}  // namespace

std::optional<NumberFormat> parse_number_format(std::string_view text) {
  for (const auto& [format, name] : kFormats)
    if (name == text) return format;
  return std::nullopt;
}

std::string_view to_string(NumberFormat format) {
  for (const auto& [known, name] : kFormats)
    if (known == format) return name;
  return "";
}

Expected<Number, NumberError> parse_number(std::string_view text, NumberFormat format) {
  switch (format) {
    case NumberFormat::E164Plus:
      return Number::parse_e164_plus(text);
    case NumberFormat::E164:
    case NumberFormat::National:
      return Number::parse_e164(text);
    case NumberFormat::UsDomestic:
      return parse_us_domestic(text);
  }
  return unexpected(NumberError::NotDigits);
}

Expected<Number, NumberError> parse_number_in_context(std::string_view text, std::string_view phone_context,
                                                      NumberFormat format) {
  const bool is_global = !text.empty() && text.front() == '+';
  if (is_global || phone_context.empty() || phone_context.front() != '+') return parse_number(text, format);
  auto number = join(phone_context, text);
  if (format == NumberFormat::UsDomestic) return require_north_american(std::move(number));
  return number;
}

Expected<Number, NumberError> parse_subscriber(std::string_view user, NumberFormat format) {
  std::string_view context;
  std::size_t mark = user.find(';');
  const std::string_view number = user.substr(0, mark);
  static constexpr std::string_view kName = "phone-context=";
  while (mark != std::string_view::npos) {
    user.remove_prefix(mark + 1);
    mark = user.find(';');
    const std::string_view param = user.substr(0, mark);
    if (param.size() > kName.size() && iequals(param.substr(0, kName.size()), kName))
      context = param.substr(kName.size());
  }
  return parse_number_in_context(number, context, format);
}

std::optional<std::string> print(const Number& number, NumberFormat format) {
  switch (format) {
    case NumberFormat::E164Plus:
      return number.e164();
    case NumberFormat::E164:
    case NumberFormat::National:
      return std::string(number.digits());
    case NumberFormat::UsDomestic:
      if (!is_north_american(number)) return std::nullopt;
      return std::string(number.digits().substr(1));
  }
  return std::nullopt;
}

}  // namespace tandem::numbering
