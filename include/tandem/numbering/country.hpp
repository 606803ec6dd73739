// Which country a number belongs to: the country codes of ITU-T E.164, and inside +1 the area codes of the North American
// Numbering Plan, since the United States, Canada and the Caribbean share it.
#pragma once

#include <optional>
#include <string_view>

#include "tandem/numbering/number.hpp"

namespace tandem::numbering {

/// ISO 3166-1 alpha-2: "US", "GB". "001" for numbers of no country (+800, +870, +882, and the toll-free and personal area codes
/// inside +1 that several countries share, such as +1 800). nullopt: not assigned.
/// Where several countries share a code (+7, +44, +590, +47, +61, +262, +358, +599, +212) the national digits decide.
std::optional<std::string_view> country_of(const Number&);

/// English short name for messages: "US" is "United States"; the code itself where it is not known.
std::string_view country_name(std::string_view code);

}  // namespace tandem::numbering
