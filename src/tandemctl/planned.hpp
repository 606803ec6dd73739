// A planned target in words, for text and JSON alike.
#pragma once

#include <string>

#include "tandem/trunk/decide.hpp"

namespace tandem::tandemctl {

/// The target that the plan's row was made of; null for one that a redirect or a URI made.
const config::Target* find_configured(const config::Config&, const trunk::PlannedTarget&);
/// "udp 192.0.2.1:5060", "udp sbc.example.com (its name is asked for when it is called)".
std::string place_of(const trunk::PlannedTarget&);
std::string peer_of(const trunk::PlannedTarget&);  ///< "carrier north"
std::string leg_type_of(const trunk::RoutePlan&, const trunk::PlannedTarget&);
std::string targets_of_entry(const trunk::RoutePlan&, std::size_t entry);  ///< "1", "2 to 4"

}  // namespace tandem::tandemctl
