// Calls that cross a border.
#pragma once

#include <optional>

#include "trunk/inquiry.hpp"

namespace tandem::trunk {

/// Why the trunk does not take the call; nullopt where it is domestic, or the trunk allows all. caller: as
/// far as it is known.
std::optional<std::string> international_block(Trace&, const config::Trunk&,
                                               const std::optional<numbering::Number>& caller,
                                               const numbering::Number& called);

/// The refusal where the trunk blocks international calls and this is one, in either direction.
std::optional<Refusal> check_international(Inquiry&, const config::Trunk&,
                                           const std::optional<numbering::Number>& caller,
                                           const numbering::Number& called);

}  // namespace tandem::trunk
