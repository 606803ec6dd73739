// call: the B2BUA as a pure function. One call is leg A, B attempts and one media session; step() advances it by one event and
// says what the shell must do. No socket, no clock, no thread, no stack, no log. RFC 3261, RFC 3264, RFC 5407.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tandem/base/random.hpp"
#include "tandem/base/time.hpp"
#include "tandem/call/cause.hpp"
#include "tandem/call/effect.hpp"
#include "tandem/call/event.hpp"

namespace tandem::call {

///   Routing -> Dialing -> Connected -> Clearing -> Done
///      |          |                      ^
///      +----------+----------------------+
enum class Stage : std::uint8_t { Routing, Dialing, Connected, Clearing, Done };
std::string_view to_string(Stage);

/// RFC 3261 §12 seen from us. A: Idle, Early, Answered (2xx sent), Confirmed (ACK came), Terminating, Terminated.
/// B: Calling, Early, Answered (2xx came, ACK not sent: late offer), Confirmed, Canceling, Terminating, Terminated.
enum class DialogState : std::uint8_t { Idle, Calling, Early, Answered, Confirmed, Canceling, Terminating, Terminated };
std::string_view to_string(DialogState);

enum class OfferState : std::uint8_t { Empty, LocalOffer, RemoteOffer, Stable };

/// Offer and answer of one dialog: what we wrote, what the peer wrote.
struct OfferAnswer {
  OfferState state = OfferState::Empty;
  std::optional<sdp::Session> local;
  std::optional<sdp::Session> remote;
  std::uint64_t session_id = 0;  ///< of our o=
  std::uint64_t version = 0;
};

/// The session timer of one dialog (RFC 4028): each leg has its own.
struct SessionTimer {
  std::chrono::seconds interval{0};  ///< zero: none runs
  std::chrono::seconds min{0};       ///< the least that both sides want
  bool we_refresh = false;
  bool agreed = false;      ///< the peer said Session-Expires too: a session that nobody refreshes ends
  bool refreshing = false;  ///< a refresh of ours has no answer yet
  bool lengthened = false;  ///< and met 422 once (RFC 4028 §7.3)
  Instant ends{};           ///< unless it is refreshed; where we refresh
};

/// Our re-INVITE or UPDATE on a leg, until its OfferAnswered.
struct Asking {
  OfferMethod method = OfferMethod::Invite;
  bool offered = false;    ///< it carries a description
  bool cancelled = false;  ///< SendCancel was said
};

/// What a renegotiation is for.
enum class ExchangeKind : std::uint8_t {
  Relay,     ///< one side asked, the other is asked
  Refresh,   ///< our unchanged description, so that the session lives on (RFC 4028)
  Describe,  ///< an offer of ours, made from another leg's description
  Restore,   ///< a peer accepted what nobody wants any more: our last description over again
};
/// An offer of our own that waits until no exchange is open.
struct OwnOffer {
  ExchangeKind kind = ExchangeKind::Refresh;
  LegId from;  ///< Describe: whose description
};

/// 2xx to re-INVITEs of one peer whose ACKs have not come. Beyond them it is told to wait.
inline constexpr std::size_t kMaxUnacked = 4;

struct Leg {
  LegId id;
  Side side = Side::B;  ///< of the media that it is on: A's own, or for a transfer's attempt that of the transferor
  DialogState dialog = DialogState::Idle;  ///< Terminated: ReleaseLeg was said, or it was never opened
  OfferAnswer sdp;
  Terms terms;  ///< what its peer last said that it can do, and asks for; that it takes UPDATE is remembered
  SessionTimer session;
  bool silent = false;  ///< media hears nothing from it
  std::optional<Asking> asking;
  std::optional<OwnOffer> own_offer;
  std::vector<RequestId> unacked;  ///< at most kMaxUnacked
  bool final_sent = false;  ///< A: a final response to its INVITE left
  std::uint32_t byes_in_flight = 0;        ///< SendBye effects whose ByeFinished has not come
  bool bye_authorized = false;             ///< our BYE met 401 or 407 and went once more (RFC 5407 appendix D)
  bool hung_up = false;                    ///< the peer's BYE has come; there is no second one
  std::optional<RequestId> bye_to_answer;  ///< it waits for the record
};

/// One dialog that a target's 101-199 made (RFC 3261 §12.1.2): forks answer under one INVITE, told apart by To-tag.
struct EarlyDialog {
  std::string to_tag;
  std::optional<sdp::Session> answer;  ///< the description that came last in it
  std::optional<std::uint32_t> rseq;   ///< of its last reliable response (RFC 3262 §4)
  bool settled = false;                ///< its offer and answer are complete: one of them came reliably
  std::optional<sdp::Session> offer;   ///< came reliably, and its PRACK waits for A's answer (RFC 3262 §5)
  std::optional<OfferAnswer> session;      ///< late offer: what that offer and our answer came to
  std::optional<std::uint32_t> answering;  ///< RSeq of the PRACK that carries our answer, until its PrackFinished
  bool lost = false;  ///< that PRACK failed, or refused every stream: there is no session in it, and there will be none
};

/// Early dialogs that one attempt remembers, and forked 2xx that it ACKs and BYEs. Beyond them a peer is not followed.
inline constexpr std::size_t kMaxEarlyDialogs = 16;
inline constexpr std::size_t kMaxLostForks = 16;

/// One INVITE client transaction and the dialog that it made; or a target that was passed over without an INVITE: then `to`
/// is unset, the leg is Terminated from the start, and `phrase` says in our words what stood in the way.
struct Attempt {
  Leg leg;
  std::size_t target = 0;
  TargetAddress to;      ///< the record of the target's name that this attempt uses
  bool offered = false;  ///< our INVITE carried an offer
  std::string to_tag;    ///< of the dialog that we follow
  std::vector<EarlyDialog> early;      ///< at most kMaxEarlyDialogs
  std::vector<std::string> lost_forks;  ///< To-tags of later 2xx, ACKed and BYEd; at most kMaxLostForks
  bool ringing_relayed = false;
  bool authorized = false;  ///< one authentication retry was made
  bool lengthened = false;  ///< one Min-SE retry was made (RFC 4028 §7.3)
  std::vector<message::Header> credentials;  ///< what the authentication retry added
  std::optional<std::uint32_t> min_se_s;     ///< what the Min-SE retry was told
  std::uint32_t pracks = 0;                  ///< SendPrack effects whose PrackFinished has not come
  std::optional<WallTime> started, rang, answered, ended;
  int status = 0;      ///< last final status, 0: none
  std::string phrase;
  std::string remote_reason;  ///< Reason header of that final response
  Cause cause;
};

///   OfferReceived            2xx: 200 to the asker
///   ------------> Asked ---------------------------> over
///                 |  ^ |  2xx with the offer: 200 to the asker             ACK with the answer
///                 |  | +--------------------------------> AwaitingAck ----------------------> over
///   491, 500      |  | Glare timer, once
///                 v  |
///            BackingOff       The asker's CANCEL: Asked -> Withdrawn -> over. 300-699: rolled back and passed on.
enum class ExchangeStage : std::uint8_t { Asked, AwaitingAck, BackingOff, Withdrawn };

/// One renegotiation of the session: the call's token (RFC 3261 §14, RFC 3311). At most one a call.
struct Exchange {
  ExchangeKind kind = ExchangeKind::Relay;
  ExchangeStage stage = ExchangeStage::Asked;
  std::optional<LegId> asker;        ///< none: we ourselves
  std::optional<RequestId> request;  ///< the asker's, while it waits for our final response
  OfferMethod asked_by = OfferMethod::Invite;  ///< the asker's method
  LegId asked;
  OfferMethod method = OfferMethod::Invite;
  bool offered = false;     ///< our request carries a description; otherwise a 2xx to a re-INVITE brings the peer's offer
  bool repeated = false;    ///< after 491 or 500: once
  bool authorized = false;  ///< after 401 or 407: once
  std::vector<message::Header> credentials;  ///< what that added
  OfferAnswer asker_before;
  OfferAnswer asked_before;  ///< of both legs: a rejected offer is rolled back by assignment
};

/// The two legs that hear each other, by their side of the media.
struct Bridge {
  LegId a = kLegA;
  std::optional<LegId> b;  ///< none: the attempt that was dialled last
};

/// A REFER that was taken and whose last NOTIFY is not sent. Until then the bridge is as it was.
struct Transfer {
  LegId transferor;  ///< sent it; its leg may end before the transfer does
  LegId transferee;
  RequestId refer;
  std::size_t first_attempt = 0;  ///< attempts from here on are the transfer's
  int told = 0;                   ///< status that the last NOTIFY told of
};
/// In one call, whatever came of them.
inline constexpr std::size_t kMaxTransfers = 8;

/// What we asked of the media room and it has not answered yet.
enum class MediaAsked : std::uint8_t { Nothing, Open, Close };
/// The call's record: not due, with the writer, through write(2).
enum class RecordStage : std::uint8_t { None, Asked, Written };

/// The target that is being dialled: what PrepareTarget was asked for, and the records of its name that are left.
struct Preparation {
  std::optional<std::size_t> asked;       ///< no answer yet
  std::vector<TargetAddress> untried;     ///< further records of the target that is being tried, next first
};

/// Times and facts for the record.
struct Facts {
  std::string call_id;
  SocketAddress source;
  std::string listener;
  std::optional<WallTime> started, rang, answered, ended;
  Side hung_up_by = Side::A;
  bool hung_up_by_us = false;
  std::string remote_reason;  ///< Reason header that came with the BYE, CANCEL or rejection
  MediaReport media;
};

/// Reliable provisional responses to A (RFC 3262 §3). A's 200 waits until each has its PRACK.
struct Reliability {
  config::Support towards_a = config::Support::Off;  ///< Required: every 18x; Supported: those with a description
  std::uint32_t unacknowledged = 0;
  std::uint32_t described = 0;   ///< which of those, counted from the oldest, carries the description; 0: none
  bool gave_description = false;  ///< one did: no later response to the INVITE carries any (RFC 6337 §3.1.1)
  bool answer_waits = false;     ///< a target has answered, and A's 200 is due
};
/// Responses that wait for their PRACK; beyond them a target's ringing is not relayed.
inline constexpr std::uint32_t kMaxUnacknowledged = 4;

using Deadlines = std::map<std::pair<LegId, TimerKind>, Instant>;

struct Call {
  std::string ref;  ///< ULID: the id in every log line and record of this call
  Stage stage = Stage::Routing;
  trunk::Admission admission;
  Leg a;
  std::vector<Attempt> attempts;  ///< LegId = index + 1
  bool media_open = false;
  MediaAsked media_asked = MediaAsked::Nothing;
  Preparation preparation;
  std::size_t redirects = 0;
  Bridge bridge;
  std::optional<Transfer> transfer;
  std::size_t transfers = 0;    ///< begun
  std::size_t transferred = 0;  ///< of these, with a new callee
  RecordStage record = RecordStage::None;
  Reliability reliable;
  sdp::LocalMedia media_a, media_b;
  std::optional<Exchange> exchange;
  bool own_offers_wait = false;  ///< some leg has an own_offer
  Deadlines deadlines;
  Facts facts;
  Cause cause;  ///< why the call ended, once it does
  std::shared_ptr<const trunk::Directory> directory;  ///< the snapshot the call was born with
};

/// Time and randomness of this step.
struct Context {
  Instant now;
  WallTime wall;
  Random& random;
};

/// The leg that this one talks to; nullopt: nobody.
std::optional<LegId> far_leg(const Call&, LegId);

/// Whether a target of that entry of the plan is dialled, talks, or is about to be dialled: then the call holds what it takes.
bool uses_entry(const Call&, std::size_t entry);

/// Advances `call` by one event and appends what the shell must do, in order. Pure. Unlawful events change nothing
/// but add a Note.
void step(Call& call, const Event& event, const Context& context, Effects& out);

}  // namespace tandem::call
