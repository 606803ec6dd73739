#include "call/turn.hpp"

namespace tandem::call {

void on_refer(Turn& turn, const ReferReceived& refer) { turn.emit(RespondToRequest{refer.leg, refer.request, 405, {}, {}}); }
void on_transferor_silent(Turn&, Leg&) {}

}  // namespace tandem::call
