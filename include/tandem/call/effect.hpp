// What the shell must do, as values, in order. step() writes these; the switchboard carries them out.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tandem/call/event.hpp"

namespace tandem::call {

/// Reliably: with Require: 100rel and RSeq, repeated by the stack until its PRACK comes; what is sent after it waits for that
/// (RFC 3262 §3); a final refusal does not. Answered by PrackReceived or PrackTimedOut. Where the INVITE requires 100rel,
/// each provisional response but 100 is sent so.
enum class Delivery : std::uint8_t { Plain, Reliable };

/// A response to A's INVITE. 1xx may repeat; one final is the last.
struct RespondToInvite {
  int status = 0;
  std::string phrase;  ///< empty: the standard one
  std::string sdp;     ///< empty: no body
  std::vector<message::Header> headers;
  Delivery delivery = Delivery::Plain;
  friend bool operator==(const RespondToInvite&, const RespondToInvite&) = default;
};
/// A final response to a request inside a dialog.
struct RespondToRequest {
  LegId leg;
  RequestId request;
  int status = 0;
  std::string sdp;
  std::vector<message::Header> headers;
  friend bool operator==(const RespondToRequest&, const RespondToRequest&) = default;
};
/// Opens leg `leg` with an INVITE to plan.targets[target]; or repeats it in the same dialog, with more headers: credentials,
/// Min-SE.
struct SendInvite {
  LegId leg;
  std::size_t target = 0;  ///< index into the call's RoutePlan
  TargetAddress to;        ///< where that INVITE goes
  std::string sdp;         ///< empty: no offer
  std::vector<message::Header> more_headers;
  friend bool operator==(const SendInvite&, const SendInvite&) = default;
};
/// Of the INVITE that opens a B leg, or of our pending re-INVITE. The stack holds it back until a provisional response came.
struct SendCancel {
  LegId leg;
  std::string reason_header;
  friend bool operator==(const SendCancel&, const SendCancel&) = default;
};
/// ACK for the 2xx that named to_tag; on a leg with a re-INVITE of ours, for the 2xx to that.
struct SendAck {
  LegId leg;
  std::string to_tag;
  std::string sdp;
  std::vector<message::Header> headers;  ///< identity (R-072)
  friend bool operator==(const SendAck&, const SendAck&) = default;
};
/// BYE in the dialog of `leg`; for a forked 2xx that lost, to_tag names which. Each is answered by one ByeFinished.
struct SendBye {
  LegId leg;
  std::string to_tag;  ///< empty on leg A
  std::string reason_header;
  std::vector<message::Header> headers;  ///< identity (R-072)
  friend bool operator==(const SendBye&, const SendBye&) = default;
};
/// PRACK for the reliable provisional response with that RSeq in the dialog of to_tag (RFC 3262 §4).
struct SendPrack {
  LegId leg;
  std::string to_tag;
  std::uint32_t rseq = 0;
  std::string sdp;  ///< the answer to an offer that it carried, or empty
  friend bool operator==(const SendPrack&, const SendPrack&) = default;
};
enum class OfferMethod : std::uint8_t { Invite, Update };
std::string_view to_string(OfferMethod);  ///< "INVITE", "UPDATE"
/// re-INVITE or UPDATE in the dialog of `leg`. Answered by one OfferAnswered.
struct SendOffer {
  LegId leg;
  OfferMethod method = OfferMethod::Invite;
  std::string sdp;  ///< empty: none; the 2xx to a re-INVITE then brings the peer's offer
  std::vector<message::Header> headers;
  friend bool operator==(const SendOffer&, const SendOffer&) = default;
};
/// NOTIFY of the subscription that a REFER made (RFC 3515 §2.4.4). Nothing is reported of it.
struct SendNotify {
  LegId leg;
  RequestId refer;                 ///< the REFER that it tells of
  std::string sipfrag;             ///< "SIP/2.0 180 Ringing"
  std::string subscription_state;  ///< "active;expires=60", "terminated;reason=noresource"
  friend bool operator==(const SendNotify&, const SendNotify&) = default;
};
/// INFO with a body of that type. Nothing is reported of it.
struct SendInfo {
  LegId leg;
  std::string content_type;
  std::string content;
  friend bool operator==(const SendInfo&, const SendInfo&) = default;
};
/// The leg has ended on the wire: its dialog and transactions may be let go.
struct ReleaseLeg {
  LegId leg;
  friend bool operator==(const ReleaseLeg&, const ReleaseLeg&) = default;
};
using SipEffect = std::variant<RespondToInvite, RespondToRequest, SendInvite, SendCancel, SendAck, SendPrack, SendOffer,
                               SendNotify, SendInfo, SendBye, ReleaseLeg>;

/// The call wants to dial plan.targets[target]: takes what its entry wants, lets go of what another entry held, and resolves its
/// name. Answered by TargetReady or TargetRefused, at once or later. Not asked for where the plan has neither limits nor names.
struct PrepareTarget {
  std::size_t target = 0;
  friend bool operator==(const PrepareTarget&, const PrepareTarget&) = default;
};

/// Answered by MediaReady or MediaRefused.
struct OpenMedia {
  friend bool operator==(const OpenMedia&, const OpenMedia&) = default;
};
/// Early or final: a later one replaces the whole path between two packets. A side that is absent gets and gives nothing yet.
struct ConnectMedia {
  std::optional<sdp::NegotiatedLeg> a;
  std::optional<sdp::NegotiatedLeg> b;
  bool symmetric_a = false;
  bool symmetric_b = false;
  friend bool operator==(const ConnectMedia&, const ConnectMedia&) = default;
};
/// A digit as telephone events towards that side, on its own timestamp line (RFC 4733 §2.5).
struct SendDigit {
  Side side = Side::A;
  char digit = '0';  ///< 0-9, *, #, A-D
  std::chrono::milliseconds duration{100};
  friend bool operator==(const SendDigit&, const SendDigit&) = default;
};
/// Answered by MediaClosed.
struct CloseMedia {
  friend bool operator==(const CloseMedia&, const CloseMedia&) = default;
};
/// One record line for this attempt, from the call's own state.
struct RecordAttempt {
  LegId leg;
  friend bool operator==(const RecordAttempt&, const RecordAttempt&) = default;
};
/// The call's record line. Answered by RecordWritten.
struct RecordCall {
  friend bool operator==(const RecordCall&, const RecordCall&) = default;
};
/// Note::event where a peer, the stack or the shell said what cannot be: fields "event" and "leg".
inline constexpr std::string_view kUnlawfulEvent = "unlawful_event";

/// A line for the log, beside the trace of the step itself.
struct Note {
  log::Level level = log::Level::Info;
  std::string event;
  std::vector<std::pair<std::string, std::string>> fields;
  friend bool operator==(const Note&, const Note&) = default;
};
/// Nothing follows: the call may be forgotten.
struct Retire {
  friend bool operator==(const Retire&, const Retire&) = default;
};

using Effect = std::variant<RespondToInvite, RespondToRequest, SendInvite, SendCancel, SendAck, SendPrack, SendOffer, SendNotify,
                            SendInfo, SendBye, ReleaseLeg, PrepareTarget, OpenMedia, ConnectMedia, SendDigit, CloseMedia,
                            RecordAttempt, RecordCall, Note, Retire>;
using Effects = std::vector<Effect>;

std::string_view name_of(const Effect&);

}  // namespace tandem::call
