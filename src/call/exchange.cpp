#include "call/turn.hpp"

namespace tandem::call {

void on_offer_cancelled(Turn& turn, const OfferCancelled& cancelled) { note_unlawful(turn, "offer_cancelled", cancelled.leg); }
void on_offer_answered(Turn& turn, const OfferAnswered& answered) { note_unlawful(turn, "offer_answered", answered.leg); }
void on_glare_over(Turn&, Leg&) {}

}  // namespace tandem::call
