// switchboard: the table on which calls lie. It takes what the stack, the media engine, the record writer and the clock say,
// runs step(), carries the effects out, and keeps the deadlines in one heap. One per shard, on the shard's thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tandem/base/time.hpp"
#include "tandem/cdr/record.hpp"
#include "tandem/media/engine.hpp"
#include "tandem/sip/stack.hpp"
#include "tandem/trunk/decide.hpp"

namespace tandem::switchboard {

/// What the shard counts: the answer to `tandemctl stats`, and what the leak tests assert.
struct Stats {
  std::size_t calls = 0;           ///< on the table now, those that wait for their record included
  std::size_t deadlines = 0;
  std::uint64_t calls_started = 0;  ///< admitted
  std::uint64_t calls_answered = 0;
  std::uint64_t calls_refused = 0;  ///< identified and refused, or dropped for capacity
  std::uint64_t challenges = 0;
  std::uint64_t drops = 0;          ///< unknown sources left without an answer
  std::uint64_t unlawful_events = 0;
  std::size_t nonces_remembered = 0;
  std::size_t channels_in_use = 0;    ///< over all that have a limit: a call may hold one of its account, trunk and carrier
  std::size_t reservations = 0;       ///< grants that hold a channel: at most two a call
  std::size_t rates_remembered = 0;   ///< buckets of calls a second that are not full
  std::uint64_t reservations_refused = 0;  ///< calls and targets that met a full counter
  std::uint64_t names_asked = 0;      ///< targets whose name was looked up
  bool draining = false;
  sip::StackStats sip;
  media::EngineStats media;
  cdr::WriterStats cdr;
};

/// One line of `tandemctl calls`.
struct CallSummary {
  std::string ref;
  std::string stage;
  std::string trunk;
  std::string carrier;
  std::string from;
  std::string to;
  std::int64_t seconds = 0;
};

}  // namespace tandem::switchboard
