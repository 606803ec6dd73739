// The switchboard itself, with its neighbours handed in, so that a test can put a simulated stack beside it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tandem/base/random.hpp"
#include "tandem/base/time.hpp"
#include "tandem/dns/resolver.hpp"
#include "tandem/switchboard/switchboard.hpp"

namespace tandem::switchboard {

/// What the board stands on; all outlive it.
struct Neighbours {
  sip::SipStack& sip;
  media::MediaEngine& media;
  cdr::CdrWriter& records;
  dns::Resolver* resolver = nullptr;  ///< nullptr: a target that is a name is passed over with name_unresolved
};

/// All members on the shard's thread. Time comes in, so a virtual clock drives it as well as a real one.
class Board : public sip::EventSink {
 public:
  ~Board() override = default;

  /// New calls use this snapshot; live calls keep the one they were born with.
  virtual void publish(std::shared_ptr<const trunk::Directory>) = 0;
  virtual void set_time(Instant, WallTime) = 0;
  /// Takes what the media workers have said: when the engine's wake_fd() is readable.
  virtual void take_media_news() = 0;
  /// Takes what the record writer has finished: when its wake_fd() is readable.
  virtual void take_record_news() = 0;
  /// Takes what the resolver has found, fires what is due and steps calls until nothing waits.
  virtual void settle() = 0;
  /// When settle() is next needed without news, if ever.
  virtual std::optional<Instant> next_deadline() const = 0;

  virtual void start_drain() = 0;
  virtual void clear_calls(trunk::Reason) = 0;
  virtual std::size_t live_calls() const = 0;
  virtual Stats stats() const = 0;
  virtual std::vector<CallSummary> calls() const = 0;
};

std::unique_ptr<Board> make_board(Neighbours, std::shared_ptr<const trunk::Directory>, Random);

}  // namespace tandem::switchboard
