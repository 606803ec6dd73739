// The host names of this service: what DomainPattern, labels and edges make of each other,
// and which names are ours at all.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "trunk/directory.hpp"

namespace tandem::trunk {

/// True for every name that a trunk answers under, for any name under the base of a pattern (what follows
/// "{trunk}."), and for the node's own. host: lower case or not, without port.
bool is_own_domain(const Directory&, std::string_view host);

/// Calls take(host, edge) for each name of names_of(), without making a list of them. Host names are lower
/// case.
using TakeName = std::function<void(std::string host, const std::string& edge)>;
void visit_names(const config::Config&, const config::Trunk&, const TakeName&);

/// Names that patterns without "{trunk}" make: they belong to no single trunk.
void visit_shared_names(const config::Config&, const TakeName&);

/// Calls take(base, edge) for what follows "{trunk}." in each pattern, edges filled in.
void visit_bases(const config::Config&, const TakeName&);

}  // namespace tandem::trunk
