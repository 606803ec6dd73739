// What the shell must do, as values, in order. step() writes these; the switchboard carries them out.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tandem/call/event.hpp"

namespace tandem::call {

/// A response to A's INVITE. 1xx may repeat; one final is the last.
struct RespondToInvite {
  int status = 0;
  std::string phrase;  ///< empty: the standard one
  std::string sdp;     ///< empty: no body
  std::vector<message::Header> headers;
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
/// The stack holds it back until a provisional response came.
struct SendCancel {
  LegId leg;
  std::string reason_header;
  friend bool operator==(const SendCancel&, const SendCancel&) = default;
};
/// ACK for the 2xx that named to_tag.
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
/// The leg has ended on the wire: its dialog and transactions may be let go.
struct ReleaseLeg {
  LegId leg;
  friend bool operator==(const ReleaseLeg&, const ReleaseLeg&) = default;
};
using SipEffect =
    std::variant<RespondToInvite, RespondToRequest, SendInvite, SendCancel, SendAck, SendBye, ReleaseLeg>;

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

using Effect = std::variant<RespondToInvite, RespondToRequest, SendInvite, SendCancel, SendAck, SendBye, ReleaseLeg, PrepareTarget, OpenMedia,
                            ConnectMedia, CloseMedia, RecordAttempt, RecordCall, Note, Retire>;
using Effects = std::vector<Effect>;

std::string_view name_of(const Effect&);

}  // namespace tandem::call
