#include "call/turn.hpp"

namespace tandem::call {

void on_refresh_due(Turn&, Leg&) {}
void on_session_expired(Turn&, Leg&) {}

}  // namespace tandem::call
