// The inventory of numbers: listed, searched, exported.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tandem/config/config.hpp"
#include "tandemctl/options.hpp"

namespace tandem::tandemctl {

/// "+1415" begins so; "0123" holds it; with * (any digits, or none) or ? (one digit) it is the whole number,
/// the + left aside where the pattern has none.
bool fits(std::string_view number, std::string_view pattern);

/// pattern, trunk: empty for all.
std::vector<const config::DialledNumber*> find_numbers(const config::Config&, std::string_view pattern,
                                                       std::string_view trunk);

std::string print_numbers(const std::vector<const config::DialledNumber*>&, Output);

}  // namespace tandem::tandemctl
