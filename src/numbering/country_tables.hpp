// The tables that country.cpp looks in: constants, sorted when the program is built.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tandem::numbering {

inline constexpr std::string_view kNoCountry =
    "001";  ///< UN M.49 for the world, as libphonenumber and CLDR use it

struct CodeRow {
  std::string_view
      digits;  ///< a country code, or a country code with the national digits that tell countries apart
  std::string_view country;
};
std::span<const CodeRow> country_codes();  ///< ascending by digits
inline constexpr std::size_t kLongestCode = 7;

std::string_view country_of_area(std::uint16_t area);  ///< inside +1; empty: not assigned

struct NameRow {
  std::string_view code;
  std::string_view name;
};
std::span<const NameRow> country_names();  ///< ascending by code

}  // namespace tandem::numbering
