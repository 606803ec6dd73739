// What a call takes of those who have ceilings. Here is said only what is wanted; the
// switchboard's ledger grants it.
#pragma once

#include <vector>

#include "trunk/inquiry.hpp"

namespace tandem::trunk {

/// What a call in this direction takes of the trunk: its channels and call rate; in a limit group, calls from
/// the customer take of the group's sum instead of the trunk's channels. Nothing where it has no
/// ceiling.
std::vector<Reservation> takes_of_trunk(const Directory&, const config::Trunk&, CallDirection);

/// What a call takes of the carrier that it goes to or comes from.
std::vector<Reservation> takes_of_carrier(const config::Carrier&);

/// What a call of a customer takes before it begins: of its source, its account and its trunk.
std::vector<Reservation> takes_of_termination(const Inquiry&, const config::Trunk&);
/// What a call of a carrier takes before it begins: of its source, the carrier and the account that it is
/// for. What the trunks take stands in the plan's entries.
std::vector<Reservation> takes_of_origination(const Inquiry&, const config::Carrier&,
                                              const std::string& account);

}  // namespace tandem::trunk
