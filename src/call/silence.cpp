// A side that sends no RTP. Media says so after media.silence_timeout; a call whose trunk or carrier wants it
// ends when a side that should send has been silent for in_call.media_timeout. R-130.
#include <algorithm>

#include "call/rule.hpp"
#include "call/turn.hpp"
#include "tandem/sdp/negotiate.hpp"

namespace tandem::call {

namespace {

Duration timeout_of(const Call& call, const Leg& leg) { return policy_of(call, leg).in_call.media_timeout; }

/// What has passed already when media reports a silence.
Duration passed_before_report(const Call& call) {
  return call.directory ? trunk::config_of(*call.directory).media.silence_timeout
                        : config::MediaSettings{}.silence_timeout;
}

/// Once the call is answered, and by the last descriptions: not while one of the two holds.
bool should_send(const Call& call, const Leg& leg) {
  const bool up = leg.dialog == DialogState::Answered || leg.dialog == DialogState::Confirmed;
  const bool talks = up && call.facts.answered && (call.stage == Stage::Dialing || call.stage == Stage::Connected);
  if (!talks || !leg.sdp.local || !leg.sdp.remote) return false;
  const auto agreed = sdp::negotiate(*leg.sdp.local, *leg.sdp.remote);
  return agreed && (agreed->we_receive || !holds(Rule::NoSilenceOnHold));
}

/// The leg whose silence a side's is: that of the bridge.
Leg* leg_of(Call& call, Side side) {
  if (side == Side::A) return find_leg(call, call.bridge.a);
  if (call.attempts.empty()) return nullptr;
  return find_leg(call, call.bridge.b.value_or(call.attempts.back().leg.id));
}

void review(Turn& turn, Leg& leg) {
  if (!leg.silent) return;
  if (!should_send(turn.call, leg)) return turn.disarm(leg.id, TimerKind::MediaLost);
  const bool armed = turn.call.deadlines.contains({leg.id, TimerKind::MediaLost});
  // From now on it should send: what was silent before counts for nothing.
  if (const Duration timeout = timeout_of(turn.call, leg); timeout > Duration::zero() && !armed) {
    turn.arm(leg.id, TimerKind::MediaLost, timeout);
  }
}

}  // namespace

void on_media_silence(Turn& turn, const MediaSilence& silence) {
  turn.emit(Note{silence.silent ? log::Level::Warn : log::Level::Info,
                 silence.silent ? "media_silent" : "media_resumed",
                 {{"side", silence.side == Side::A ? "a" : "b"}}});
  Leg* leg = leg_of(turn.call, silence.side);
  if (leg == nullptr || turn.call.stage == Stage::Clearing) return;
  leg->silent = silence.silent;
  turn.disarm(leg->id, TimerKind::MediaLost);
  const Duration timeout = timeout_of(turn.call, *leg);
  if (!silence.silent || timeout == Duration::zero() || !should_send(turn.call, *leg)) return;
  turn.arm(leg->id, TimerKind::MediaLost,
           std::max(Duration::zero(), timeout - passed_before_report(turn.call)));
}

void review_silence(Turn& turn) {
  for (const Side side : {Side::A, Side::B}) {
    if (Leg* leg = leg_of(turn.call, side)) review(turn, *leg);
  }
}

void on_media_lost(Turn& turn, Leg& leg) {
  if (!leg.silent || !should_send(turn.call, leg) || other_leg(turn.call, leg) == nullptr) return;
  turn.emit(Note{log::Level::Warn, "media_lost", {{"leg", std::to_string(leg.id.value())}}});
  clear(turn, Ending{cause_of(trunk::Reason::MediaTimeout, 200), std::nullopt, {}});
}

}  // namespace tandem::call
