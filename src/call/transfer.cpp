#include "call/turn.hpp"

namespace tandem::call {

void on_refer(Turn& turn, const ReferReceived& refer) { turn.emit(RespondToRequest{refer.leg, refer.request, 405, {}, {}}); }
void on_transferor_silent(Turn&, Leg&) {}
void on_description_finished(Turn& turn, Leg& leg, const OfferAnswered& answered) {
  if (answered.status < 300) return;
  turn.emit(Note{log::Level::Warn,
                 "offer_refused",
                 {{"leg", std::to_string(leg.id.value())}, {"status", std::to_string(answered.status)}}});
}

}  // namespace tandem::call
