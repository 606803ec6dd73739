// Calls that cross a border.
#pragma once

#include <optional>

#include "trunk/inquiry.hpp"

namespace tandem::trunk {

/// The refusal where the trunk blocks international calls and this is one, in either direction. caller: as
/// far as it is known.
std::optional<Refusal> check_international(Inquiry&, const config::Trunk&,
                                           const std::optional<numbering::Number>& caller,
                                           const numbering::Number& called);

}  // namespace tandem::trunk
