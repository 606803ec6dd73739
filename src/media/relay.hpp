// The packet path: one datagram in, at most one out.
#pragma once

#include <cstdint>

#include "media/session.hpp"
#include "tandem/media/engine.hpp"

namespace tandem::media {

/// Plain numbers of one worker, published once a tick.
struct Totals {
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  DropCounts dropped;
};

enum class Silence : std::uint8_t { Began, Ended };

/// What the packet path may say to the signalling thread.
class Reporter {
 public:
  virtual ~Reporter() = default;
  virtual void silence_changed(Session&, Side, Silence) = 0;
  virtual void latched(Session&, Side) = 0;
};

/// A second of audio from the very address we send to, before a socket is connected to it.
inline constexpr std::uint8_t kCleanBeforeConnect = 50;

struct RelayContext {
  Instant now{};  ///< of the tick that reads: an arrival is known to a millisecond
  std::int64_t now_us = 0;
  Totals totals{};
  Reporter& reporter;
};

/// Reads what waits at one socket of a leg, at most `limit` datagrams, and relays each.
void relay_waiting(Session&, Side from, Port, int limit, RelayContext&);

/// Sends what is due of the digits towards a leg's peer.
void send_digits(Leg&, RelayContext&);

}  // namespace tandem::media
