// Every lawful thing that peers, stack, media, writer and clock can do to a call next, and the walk through all of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/call_ledger.hpp"
#include "support/call_samples.hpp"

namespace tandem::test {

/// What the walk lets peers do. A bound that is off makes the walk smaller, not the call.
struct Bounds {
  std::string_view name;
  std::size_t targets = 1;
  bool late_offer = false;     ///< A's INVITE carries no offer
  std::size_t forks = 0;       ///< so many of the first targets fork: a second To-tag answers, early and finally
  bool early_media = false;    ///< 183 with a description
  bool bad_answers = false;    ///< 200 without a usable description, ACK without an answer
  bool challenges = false;     ///< 407, and a credential for it
  bool requests = false;       ///< OPTIONS, refreshes and refused offers inside dialogs
  bool crossing_cancel = false;  ///< the stack answers a CANCEL before the call hears of it
  bool operators = false;      ///< ClearRequested at any moment
  std::size_t records = 0;     ///< targets are names with so many records; 0: they are addresses
  bool entries = false;        ///< the targets are one entry that takes a channel
  bool too_brief = false;      ///< 422
  bool reliable = false;       ///< both sides can 100rel, and the targets' 18x come reliably
  bool session_timers = false;  ///< the targets can session timers
  bool silence = false;        ///< silence of a target ends the call
  bool lost_answers = false;   ///< a target hangs up whose 2xx was lost
  bool redirects = false;      ///< the targets are a customer's, and the first sends 302
  int offers = 0;              ///< so many re-INVITEs and UPDATEs that change the session, of both sides together
  bool updates = false;        ///< by UPDATE too
  bool offerless = false;      ///< re-INVITEs that ask for an offer instead
  std::size_t transfers = 0;   ///< so many REFERs are taken, of the first target
  bool caller_transfers = false;  ///< of A instead
};

/// A call and what has been seen of it. `now` only moves forward.
struct World {
  call::Call call;
  CallLedger ledger;
  Instant now{std::chrono::hours(1)};
  std::uint32_t requests = 0;
};

/// Voluntary: a peer may. Owed: happens by itself, sooner or later, whatever the peers do.
enum class Due : std::uint8_t { Voluntary, Owed };

struct Move {
  std::string_view name;
  Due due = Due::Voluntary;
  std::optional<call::Event> event;  ///< none: A's CANCEL reaches the stack, and the call has not heard yet
};

/// What is lawful of reliable responses, session timers and silence; and what of it tells two worlds apart.
void add_early_moves(const World&, const Bounds&, std::vector<Move>&);
void print_early(std::string&, const call::Call&);
/// What a peer may do about offers in the dialog of that leg, which is made and not ended by it (call_moves_offer.cpp).
void add_offer_moves(const World&, const Bounds&, call::LegId, std::vector<Move>&);
/// What follows by itself on a leg that is not released, ended or not.
void add_offer_dues(const World&, call::LegId, std::vector<Move>&);
/// REFER: who may, who is told, and what of it tells two worlds apart.
void allow_transfers(const Bounds&, trunk::Admission&);
void add_transfer_moves(const World&, const Bounds&, std::vector<Move>&);
void print_transfer(std::string&, const call::Call&);

std::vector<Move> lawful_moves(const World&, const Bounds&);
/// One event, lawful or not: step(), and what the ledger says of it. A deadline of the call that the event names is due.
std::optional<std::string> take(World&, const call::Event&, call::Effects&);
/// Plays one move. Returns the invariant that broke, or nothing.
std::optional<std::string> play(World&, const Move&);
/// Two worlds that nothing can tell apart print alike: times, random numbers and request ids are left out.
std::string canonical(const World&);

struct Walk {
  std::size_t states = 0;
  std::size_t edges = 0;
  double seconds = 0;
  bool complete = false;                    ///< a fixpoint was reached
  std::optional<std::string> broken;        ///< the invariant
  std::vector<std::string_view> path;       ///< moves from the INVITE to where it broke
};

/// Breadth first, until nothing new is found, an invariant breaks, or there are more than max_states.
Walk walk(const Bounds&, std::size_t max_states = 2'000'000);

std::string print(const Bounds&);
std::string print(const Walk&);

/// The walks that together are the exploration.
std::vector<Bounds> exploration();

}  // namespace tandem::test
