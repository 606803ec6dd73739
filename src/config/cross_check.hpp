// Rules over several objects, when every file is read.
#pragma once

#include "reader.hpp"
#include "tandem/config/config.hpp"

namespace tandem::config {

/// Listeners against each other and the media ports, trunks against groups, domains against domains. What needs the meaning
/// of a call (routes, realms, carriers' sources) is trunk::check()'s.
void check_across(const Config& config, Reading& reading);

/// No call may belong to two trunks: source addresses that identify must not be shared.
void check_overlaps(const Config& config, Reading& reading);

/// Access groups by lower-case name.
using GroupIndex = std::unordered_map<std::string, const AccessGroup*>;
GroupIndex index_groups(const Config& config);

std::string print(const Mark& mark);
bool identifies_by(const Trunk& trunk, IdentifyBy by);
/// Where a trunk says how it is identified; where it is written, when it does not say.
Mark identify_mark(const Reading& reading, const Trunk& trunk);

}  // namespace tandem::config
