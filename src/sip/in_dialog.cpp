// Requests of ours inside a dialog, ACK and BYE apart.
#include "sip/nta_stack.hpp"

namespace tandem::sip {

void NtaStack::carry_out(CallId call, const call::SendPrack& effect) { tell(call, call::PrackFinished{effect.leg, 503, {}}); }
void NtaStack::carry_out(CallId call, const call::SendOffer& effect) {
  tell(call, call::OfferAnswered{effect.leg, 503, {}, {}, {}, {}, {}, true});
}
void NtaStack::carry_out(CallId, const call::SendNotify&) {}
void NtaStack::carry_out(CallId, const call::SendInfo&) {}

}  // namespace tandem::sip
