#include "tandem/numbering/country.hpp"

#include <algorithm>

#include "numbering/country_tables.hpp"

namespace tandem::numbering {
namespace {

constexpr std::size_t kAreaDigits = 3;

bool is_in_nanp(const Number& number) { return number.digits().starts_with('1'); }

std::optional<std::string_view> find_area(std::string_view digits) {
  if (digits.size() < kAreaDigits) return std::nullopt;
  const auto digit = [&](std::size_t i) { return digits[i] - '0'; };
  const std::string_view country =
      country_of_area(static_cast<std::uint16_t>(digit(0) * 100 + digit(1) * 10 + digit(2)));
  if (country.empty()) return std::nullopt;
  return country;
}

/// The longest row that the digits begin with.
std::optional<std::string_view> find_code(std::string_view digits) {
  const auto codes = country_codes();
  for (std::size_t length = std::min(digits.size(), kLongestCode); length > 0; --length) {
    const std::string_view wanted = digits.substr(0, length);
    const auto row = std::ranges::lower_bound(codes, wanted, {}, &CodeRow::digits);
    if (row != codes.end() && row->digits == wanted) return row->country;
  }
  return std::nullopt;
}

/// Puerto Rico, Guam and the others have codes of their own, and calls between them and the States are
/// domestic.
std::string_view with_territories(std::string_view country) {
  static constexpr std::string_view kTerritories[] = {"AS", "GU", "MP", "PR", "VI"};
  return std::ranges::find(kTerritories, country) != std::end(kTerritories) ? "US" : country;
}

}  // namespace

std::optional<std::string_view> country_of(const Number& number) {
  const std::string_view digits = number.digits();
  return is_in_nanp(number) ? find_area(digits.substr(1)) : find_code(digits);
}

std::string_view country_name(std::string_view code) {
  const auto names = country_names();
  const auto row = std::ranges::lower_bound(names, code, {}, &NameRow::code);
  return row != names.end() && row->code == code ? row->name : code;
}

bool same_country(const Number& a, const Number& b) {
  const auto country_a = country_of(a);
  const auto country_b = country_of(b);
  if (!country_a || !country_b) return false;
  if (*country_a == kNoCountry || *country_b == kNoCountry) return is_in_nanp(a) && is_in_nanp(b);
  return with_territories(*country_a) == with_territories(*country_b);
}

}  // namespace tandem::numbering
