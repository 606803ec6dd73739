// The tables of the parts, for the root table.
#pragma once

#include "schema.hpp"

namespace tandem::config {

const Object& node_table();
const Object& listener_table();
const Object& media_table();
const Object& cdr_table();
const Object& log_table();
const Object& admin_table();
const Object& limits_table();
const Object& account_table();
const Object& access_group_table();
const Object& target_table();
const Object& outbound_credential_table();
const Object& general_table();
const Object& trunk_table();
const Object& carrier_table();
const Object& number_table();

}  // namespace tandem::config
