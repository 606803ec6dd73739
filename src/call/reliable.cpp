#include "call/turn.hpp"

namespace tandem::call {

void on_prack(Turn& turn, const PrackReceived& prack) {
  note_unlawful(turn, "prack_received", kLegA);
  turn.emit(RespondToRequest{kLegA, prack.request, 481, {}, {}});
}
void on_prack_timed_out(Turn& turn) { note_unlawful(turn, "prack_timed_out", kLegA); }
void on_prack_finished(Turn& turn, const PrackFinished& finished) { note_unlawful(turn, "prack_finished", finished.leg); }

}  // namespace tandem::call
