// The invariants of a call, judged from outside: what peers, stack, media and writer said, and what step() asked for.
// It reads no state of the call, so a ladder, the exploration, the fuzzer and a trace are all held to the same book.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tandem/call/call.hpp"

namespace tandem::test {

/// One 2xx to our INVITE: the dialog that it made.
struct AnsweredDialog {
  std::string to_tag;
  bool offered = false;  ///< it carried an offer, so its ACK must answer
  bool acked = false;
  bool bye_sent = false;
  bool bye_challenged = false;  ///< it met 401 or 407, and may go once more
  bool bye_repeated = false;
};

/// One early dialog of a target that sends reliably.
struct ReliableDialog {
  std::string to_tag;
  std::uint32_t last = 0;   ///< RSeq of what came last, in order
  bool owed = false;        ///< its PRACK has not been sent
  bool offered = false;     ///< and it carries an offer, so its PRACK must answer
  bool settled = false;     ///< an answer was sent or came
};

/// What has been seen of one B leg.
struct TargetBook {
  std::size_t target = 0;
  call::TargetAddress to;
  int invites = 0;
  int last_final = 0;          ///< status that its open INVITE ended with
  int challenges_answered = 0;  ///< since the last Min-SE retry
  int lengthenings = 0;
  bool passed_over = false;    ///< refused before it was dialled: it has no leg
  bool we_offered = false;
  bool invite_open = true;     ///< no final response yet
  bool lives = false;          ///< some response came
  bool cancelled = false;
  bool given_up = false;       ///< the stack may let go of the open INVITE: it failed or was waited for long enough
  bool stopped = false;        ///< it ended with a status that ends hunting
  std::vector<AnsweredDialog> answers;
  int byes_pending = 0;
  bool bye_received = false;
  bool hung_up_unheard = false;  ///< its BYE came, and its 2xx has not
  bool on_side_a = false;        ///< of the media: a transfer took it there
  bool answer_lost = false;      ///< the same, and it had not been given up before
  bool released = false;
  std::vector<ReliableDialog> reliable;
  bool holds = false;           ///< by the description in its 2xx it does not send, and it has given no other
  std::vector<std::pair<std::string, std::uint32_t>> pracks;  ///< To-tag and RSeq of each that has not ended
};

/// What has been seen of leg A.
struct CallerBook {
  bool has_dialog = false;     ///< a response with a To-tag left: 18x or 2xx
  bool final_given = false;    ///< step() asked for a final response
  bool cancel_in_stack = false;  ///< the stack has answered 487; step() may not have heard
  bool cancel_told = false;
  bool gave_2xx = false;       ///< step() asked for it; whether it left is another matter
  bool answered = false;       ///< a 2xx is on the wire
  bool acked = false;
  bool ack_timed_out = false;
  bool late_offer = false;     ///< its INVITE carried no offer
  bool bye_sent = false;
  bool bye_received = false;
  int byes_pending = 0;
  bool released = false;
  std::string answer;          ///< the description that A was given
  int pracks_due = 0;          ///< reliable responses without their PRACK
  int described_due = 0;       ///< which of those has the description, from the oldest; 0: none
  bool described = false;      ///< a description was given reliably
  bool prack_missing = false;  ///< the stack has given up waiting for a PRACK
  bool answered_early = false;  ///< and A has answered it in a PRACK: late offer
};

/// What has been seen of the way through the plan.
struct PlanBook {
  std::shared_ptr<const trunk::RoutePlan> plan = std::make_shared<trunk::RoutePlan>();  ///< as it is now
  std::optional<std::size_t> asked;  ///< PrepareTarget without an answer, and the call waits
  std::vector<std::size_t> late;     ///< asked, not answered, and the call does not wait any more
  std::optional<std::size_t> ready;  ///< the target that was answered last
  std::vector<call::TargetAddress> untried;  ///< what that answer gave and no INVITE went to
  std::optional<std::size_t> full;   ///< entry that was refused last

  bool must_prepare() const;
};

/// A re-INVITE or UPDATE of a peer that waits for our final response.
struct WaitingOffer {
  bool invite = false;
  bool offered = false;
  bool bare = false;  ///< UPDATE without a body
  bool met_ours = false;  ///< a request of ours was open when it came
  friend bool operator==(const WaitingOffer&, const WaitingOffer&) = default;
};

/// What has been seen of offers inside one leg's dialog.
struct OfferBook {
  bool open = false;       ///< our re-INVITE or UPDATE has no OfferAnswered
  bool invite = false;     ///< it is a re-INVITE
  bool offered = false;    ///< it carries a description
  bool relayed = false;    ///< it left while a request of another leg waited
  bool cancelled = false;
  bool ack_due = false;    ///< a 2xx to our re-INVITE
  bool answer_due = false;  ///< which carried an offer
  bool undo_due = false;   ///< the peer accepted a change that was cancelled
  bool lost = false;       ///< 481, 408 or silence
  bool ack_never_came = false;
  int glares = 0, challenges = 0;  ///< of the request at hand
  std::map<std::uint32_t, WaitingOffer> waiting;
  std::map<std::uint32_t, bool> unacked;  ///< our 2xx to re-INVITEs; true: it carried an offer
  friend bool operator==(const OfferBook&, const OfferBook&) = default;
};

/// What has been seen of REFERs.
struct TransferBook {
  std::set<std::pair<std::uint16_t, std::uint32_t>> refers;  ///< not answered yet
  bool pending = false;       ///< one was taken, and its outcome is open
  std::uint16_t transferor = 0;
  bool transferor_gone = false;  ///< hung up meanwhile
  bool gone_unheard = false;     ///< and media was told
  std::size_t first_target = 0;  ///< rows of targets from here on are the transfer's
  std::size_t first_planned = 0;  ///< so are targets of the plan from here on
  std::set<std::uint16_t> parted;  ///< transferors that a new callee replaced
  std::size_t taken = 0;
};

struct CallLedger {
  CallerBook a;
  TransferBook transfer;
  std::map<std::uint16_t, OfferBook> offers;  ///< by leg
  int offers_seen = 0;                        ///< re-INVITEs and UPDATEs of peers
  bool offer_failed = false;                  ///< a request that was put to the other side got 300 to 699
  std::string agreed;  ///< sketch of the descriptions when nothing was open last
  std::string agreed_by;  ///< who talked then
  PlanBook route;
  std::vector<TargetBook> b;
  bool admitted = false;
  bool begun = false;
  int media_opened = 0, media_closed = 0;
  bool media_answered = false;  ///< MediaReady came
  bool media_ended = false;     ///< MediaClosed or MediaRefused came
  int calls_recorded = 0;
  bool record_written = false;
  std::set<std::uint16_t> attempts_recorded;
  std::set<std::pair<std::uint16_t, std::uint32_t>> requests;     ///< waiting for their final response, BYE excepted
  std::set<std::pair<std::uint16_t, std::uint32_t>> byes;         ///< waiting likewise
  std::set<std::uint16_t> record_waits_over;                      ///< legs whose record deadline has passed
  std::set<std::uint32_t> brief;           ///< requests whose Session-Expires is below the least of their leg
  std::set<std::uint16_t> silent;          ///< legs that media does not hear
  bool retired = false;
  bool ends = false;                  ///< the call clears, from this step on or has before
  bool transfer_step_is_bye = false;  ///< the step at hand is a peer's BYE
  bool record_failed = false;  ///< the step at hand is a failure of a target, or may be one

  /// Books one step. Returns the name of the invariant that broke first, or nothing.
  std::optional<std::string> book(const call::Event&, const call::Effects&, const call::Call& after);
  /// What must be true of a call that has retired.
  std::optional<std::string> judge_end() const;
  /// Everything that tells two books apart, for the exploration's canonical form.
  void print_to(std::string& out) const;
};

}  // namespace tandem::test
