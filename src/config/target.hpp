// The URI of a target, read with columns and written back.
#pragma once

#include "reader.hpp"

namespace tandem::config {

void read_target_uri(Reader& reader, const Place& place, Target& target);
/// As it could be written: edge, headers and {number} in their places.
std::string print_target_uri(const Target& target);

}  // namespace tandem::config
