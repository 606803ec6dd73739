// What can happen to a call, as values. sip, media, cdr and the switchboard's clock say these; step() reads them.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tandem/base/ids.hpp"
#include "tandem/base/media_report.hpp"
#include "tandem/message/message.hpp"
#include "tandem/sdp/negotiate.hpp"
#include "tandem/trunk/decide.hpp"

namespace tandem::call {

/// Leg 0 is A, the side that called us; B attempts count from 1 in the order they are dialled. Unique within one call.
using LegId = StrongId<struct LegTag, std::uint16_t>;
inline constexpr LegId kLegA{0};
/// One request that a peer sent inside a dialog and that waits for our final response. Given by sip, unique within one call.
using RequestId = StrongId<struct RequestTag, std::uint32_t>;

/// Body of a message as far as the core looks: nothing, a description, or neither.
struct Body {
  std::string sdp;          ///< text of application/sdp; empty: none
  bool unsupported = false;  ///< there is a body of another type
  friend bool operator==(const Body&, const Body&) = default;
};

/// The INVITE that makes the call; the decision is made already.
struct Invited {
  trunk::Admission admission;
  Body body;
  std::string call_id;  ///< A's Call-ID, for CDR and log
  SocketAddress source;
  std::string listener;
};
/// Identified and refused: the call lives only to answer and to leave its record.
struct Refused {
  trunk::Refusal refusal;
  std::string call_id;
  SocketAddress source;
  std::string listener;
};

struct MediaReady {
  sdp::LocalMedia towards_a;
  sdp::LocalMedia towards_b;
};
struct MediaRefused {
  trunk::Reason reason = trunk::Reason::PortsExhausted;
};
struct MediaClosed {
  MediaReport report;
};

/// Where one record of a target leads.
struct TargetAddress {
  SocketAddress address;
  Transport transport = Transport::Udp;
  friend bool operator==(const TargetAddress&, const TargetAddress&) = default;
};
/// PrepareTarget is done: what the target's entry takes is granted, and this is where its name leads, in the order to try
/// (RFC 3263 §4). At least one, at most kMaxTargetAddresses.
struct TargetReady {
  std::size_t target = 0;
  std::vector<TargetAddress> addresses;
};
inline constexpr std::size_t kMaxTargetAddresses = 16;
/// ChannelsExhausted, RateExceeded: the target's entry is passed over. NameUnresolved: the target.
struct TargetRefused {
  std::size_t target = 0;
  trunk::Reason reason = trunk::Reason::NameUnresolved;
  int status = 503;
  std::string detail;  ///< for the record's phrase and the log
};

/// Provisional or final response to our INVITE on a B leg; 100 too.
struct Answered {
  LegId leg;
  int status = 0;
  std::string phrase;
  std::string to_tag;
  Body body;
  std::vector<std::string> challenges;  ///< of 401 and 407, in order
  std::string reason_header;            ///< first Reason value, or empty
  std::optional<int> retry_after_s;
  std::vector<std::string> contacts;    ///< Contact values of 3xx, in order
  std::optional<std::uint32_t> min_se_s;  ///< Min-SE of 422 (RFC 4028 §5)
};
enum class TransactionFailure : std::uint8_t { Timeout, Transport };
/// Our INVITE got no final response from the peer: timer B, or the transport failed. No response event follows.
struct InviteFailed {
  LegId leg;
  TransactionFailure failure = TransactionFailure::Timeout;
};

/// The ACK for our 2xx to A.
struct Acked {
  Body body;
};
/// 64*T1 passed without it.
struct AckTimedOut {};
/// CANCEL of A's INVITE. The stack has answered 200 and 487; where our own final response crossed, it was not sent.
struct Cancelled {
  std::string reason_header;
};

/// In leg A's dialog or in the one that the attempt follows; the stack answers a BYE from any other fork itself.
struct ByeReceived {
  LegId leg;
  RequestId request;
  std::string reason_header;
};
/// Our BYE ended: by its final status, or 408/503 from the stack. Exactly one for each SendBye.
struct ByeFinished {
  LegId leg;
  int status = 0;
};

/// A re-INVITE or UPDATE (method says) inside the dialog.
struct OfferReceived {
  LegId leg;
  RequestId request;
  std::string method;
  Body body;
};
/// Any other request inside the dialog: OPTIONS, INFO, MESSAGE, REFER…
struct RequestReceived {
  LegId leg;
  RequestId request;
  std::string method;
};

enum class TimerKind : std::uint8_t {
  NoResponse,   ///< per B leg: until its first response
  Ring,         ///< per B leg: until its final response
  MaxDuration,  ///< per call, kept on leg A
  Record,       ///< our 200 to a BYE waits for the record no longer than this
  CancelWait,   ///< per B leg: after CANCEL, until the final response
  Prepare,      ///< per call, kept on leg A: PrepareTarget is not answered
};
/// The shell's heap says that it is late enough. step() looks at the deadline itself, so a stale one is harmless.
struct DeadlinePassed {
  LegId leg;
  TimerKind kind = TimerKind::Ring;
};

/// The record went through write(2), or failed for good.
struct RecordWritten {};

enum class Side : std::uint8_t { A, B };
/// No RTP from that side for media.silence_timeout, or again some.
struct MediaSilence {
  Side side = Side::A;
  bool silent = true;
};

/// An operator or a shutdown ends the call.
struct ClearRequested {
  trunk::Reason reason = trunk::Reason::AdminCleared;
};

using Event = std::variant<Invited, Refused, MediaReady, MediaRefused, MediaClosed, TargetReady, TargetRefused, Answered, InviteFailed, Acked, AckTimedOut,
                           Cancelled, ByeReceived, ByeFinished, OfferReceived, RequestReceived, DeadlinePassed,
                           RecordWritten, MediaSilence, ClearRequested>;

std::string_view name_of(const Event&);  ///< "invited", for the trace

}  // namespace tandem::call
