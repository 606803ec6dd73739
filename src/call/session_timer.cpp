#include "call/turn.hpp"

namespace tandem::call {

void on_refresh_due(Turn&, Leg&) {}
void on_session_expired(Turn&, Leg&) {}
void on_refresh_finished(Turn& turn, Leg& leg, const OfferAnswered& answered) {
  if (answered.status < 300) return;
  turn.emit(Note{log::Level::Warn,
                 "refresh_refused",
                 {{"leg", std::to_string(leg.id.value())}, {"status", std::to_string(answered.status)}}});
}

}  // namespace tandem::call
