// A side that sends no RTP.
#include "call/turn.hpp"

namespace tandem::call {

void on_media_silence(Turn& turn, const MediaSilence& silence) {
  turn.emit(Note{silence.silent ? log::Level::Warn : log::Level::Info,
                 silence.silent ? "media_silent" : "media_resumed",
                 {{"side", silence.side == Side::A ? "a" : "b"}}});
}

void on_media_lost(Turn&, Leg&) {}

}  // namespace tandem::call
