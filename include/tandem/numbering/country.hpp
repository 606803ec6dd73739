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

/// Whether a call from one to the other stays inside a country. The United States and their territories (PR, VI, GU, MP,
/// AS, each with a code of its own) are one country here. A number that all of +1 shares, such as +1 800, is at home in each
/// country of +1 and in no other. A number that is not assigned is in no country: the answer is no, so a block errs to blocking.
bool same_country(const Number&, const Number&);

/// English short name for messages: "US" is "United States"; the code itself where it is not known.
std::string_view country_name(std::string_view code);

}  // namespace tandem::numbering
