// The tables of the parts, for the root table.
#pragma once

#include "schema.hpp"

namespace tandem::config {

// tables_node.cpp
const Object& node_table();
const Object& listener_table();
const Object& media_table();
const Object& cdr_table();
const Object& log_table();
const Object& admin_table();
const Object& limits_table();
const Object& dns_table();

// tables_service.cpp
const Object& edge_table();
const Object& domain_pattern_table();
const Object& service_node_table();
const Object& routing_table();

// tables_access.cpp
const Object& account_table();
const Object& access_group_table();
const Object& outbound_credential_table();
/// Errors for prefixes so wide that an address alone proves nothing.
void refuse_wide_sources(Reader& reader, Position at, const std::vector<Cidr>& sources);

// tables_general.cpp
const Object& call_limits_table();
const Object& general_table();

// tables_in_call.cpp
const Object& in_call_table();

// tables_termination.cpp
const Object& termination_table();

// tables_origination.cpp
const Object& target_table();
const Object& origination_table();

// tables_peer.cpp
const Object& trunk_table();
const Object& carrier_table();

// tables_number.cpp
const Object& number_table();
const Object& verified_caller_id_table();
const Object& route_table();
const Object& limit_group_table();

inline constexpr std::size_t kMaxTargets = 10;

}  // namespace tandem::config
