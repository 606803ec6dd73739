// Rules over several objects, when every file is read.
#pragma once

#include "reader.hpp"
#include "tandem/config/config.hpp"

namespace tandem::config {

/// Listeners against each other and the media ports, trunks against groups, domains against domains. What
/// needs the meaning of a call (routes, realms, carriers' sources) is trunk::check()'s.
void check_across(const Config& config, Reading& reading);

/// Host names of trunks: each is one trunk's, and below it are those of the same account only.
void check_names(const Config& config, Reading& reading);

/// Numbers, verified caller IDs, routes and groups against accounts and trunks.
void check_inventory(const Config& config, Reading& reading);

/// Private addresses of trunks behind a public listener.
void check_private_addresses(const Config& config, Reading& reading);

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
