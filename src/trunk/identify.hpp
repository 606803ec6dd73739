// Who is calling? By Request-URI host (a name of ours, or a provider's that a trunk takes calls for), then by
// header and source together, then a carrier's source address, then digest user, then a trunk's source
// address: the most specific first, so that a call that fits two is decided the same way each time, and its
// trace says so.
#pragma once

#include "trunk/inquiry.hpp"

namespace tandem::trunk {

/// One of the two.
struct Caller {
  const TrunkEntry* trunk = nullptr;
  const config::Carrier* carrier = nullptr;
};

std::variant<Caller, Verdict> identify(Inquiry&);

}  // namespace tandem::trunk
