// The URI of a target: the one grammar of where calls can be sent.
#pragma once

#include "reader.hpp"
#include "tandem/config/config.hpp"

namespace tandem::config {

/// Fills uri, address, transport and mark; a finding at the very octet where the URI is wrong.
void read_target_uri(Reader& reader, const Place& place, Target& target);

}  // namespace tandem::config
