// 100 and 18x of a target: timers, ringing and early media towards A.; RFC 3261 §13.2.2.1, RFC 3960.
#include <algorithm>

#include "call/turn.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::call {

namespace {

/// any response at all, 100 too, shows that the target lives; from now on it may ring as long as its plan says.
void target_lives(Turn& turn, const Attempt& attempt);

}  // namespace

}  // namespace tandem::call
