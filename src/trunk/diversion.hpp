// Who diverted the call before it came here: Diversion, RFC 5806.
#pragma once

#include <vector>

#include "trunk/identity.hpp"

namespace tandem::trunk {

/// The Diversions of a customer's call that may go on, in order. One of our own domain must be of a
/// number that the account owns or has verified; others are nobody's business here and pass untouched
///
std::vector<ForwardedDiversion> diversions_of_customer(Inquiry&, const config::Trunk&);

/// Those that a carrier sent: all that can be read.
std::vector<ForwardedDiversion> diversions_of_carrier(Inquiry&);

/// Appends them as one far side may read them.
void write_diversions(PlannedTarget&, const CallerIdentity&, const config::General& far);

}  // namespace tandem::trunk
