// What can happen to a call, as values. sip, media, cdr and the switchboard's clock say these; step() reads them.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tandem/base/ids.hpp"
#include "tandem/base/media_report.hpp"
#include "tandem/call/terms.hpp"
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
  Terms terms{};
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

/// Provisional or final response to the INVITE that opened a B leg; 100 too.
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
  Terms terms{};
  std::optional<std::uint32_t> rseq{};  ///< of a provisional response sent reliably: it wants a PRACK (RFC 3262 §4)
};
enum class TransactionFailure : std::uint8_t { Timeout, Transport };
/// Our INVITE got no final response from the peer: timer B, or the transport failed. No response event follows.
struct InviteFailed {
  LegId leg;
  TransactionFailure failure = TransactionFailure::Timeout;
};

/// The ACK for our 2xx: to the INVITE that made the call, or to the peer's re-INVITE `request`.
struct Acked {
  Body body;
  LegId leg = kLegA;
  std::optional<RequestId> request{};
};
/// 64*T1 passed without it.
struct AckTimedOut {
  LegId leg = kLegA;
  std::optional<RequestId> request{};
};
/// CANCEL of A's INVITE. The stack has answered 200 and 487; where our own final response crossed, it was not sent.
struct Cancelled {
  std::string reason_header;
};

/// A acknowledged our reliable provisional response; the PRACK waits for our final response (RFC 3262 §3).
struct PrackReceived {
  RequestId request;
  Body body;
};
/// 64*T1 passed without the PRACK. The stack has answered A's INVITE with 503; what waited behind it was not sent.
struct PrackTimedOut {};
/// Our PRACK ended: by its final status, or 408/503 from the stack. Exactly one for each SendPrack, whose dialog and RSeq it
/// repeats: of several forks one may have gone.
struct PrackFinished {
  LegId leg;
  int status = 0;
  Body body;
  std::string to_tag;
  std::uint32_t rseq = 0;
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
  std::vector<std::string> challenges{};  ///< of 401 and 407, in order
};

/// A re-INVITE or UPDATE (method says) inside the dialog.
struct OfferReceived {
  LegId leg;
  RequestId request;
  std::string method;
  Body body;
  Terms terms{};
};
/// CANCEL of a re-INVITE that waited for our final response. The stack has answered 200 and 487: nothing is owed any more.
struct OfferCancelled {
  LegId leg;
  RequestId request;
};
/// Our re-INVITE or UPDATE ended: by its final status, or by the stack: 408, 503, 481 where the leg has no dialog for it, 491
/// where one is pending. Exactly one for each SendOffer. A 2xx to a re-INVITE wants its SendAck.
struct OfferAnswered {
  LegId leg;
  int status = 0;
  std::string phrase;
  Body body;
  Terms terms{};
  std::vector<std::string> challenges;  ///< of 401 and 407, in order
  std::optional<int> retry_after_s;
  bool by_stack = false;  ///< no response came from the peer
};
/// REFER inside the dialog (RFC 3515).
struct ReferReceived {
  LegId leg;
  RequestId request;
  std::string refer_to;     ///< value of Refer-To as it came
  std::string referred_by;  ///< value of Referred-By, or empty (RFC 3892)
  /// Where Refer-To asks to replace a dialog of this switch: the Replaces value that names the same call at its far end (RFC
  /// 3891). Empty: it asks for none, or for one that is not ours.
  std::string replaces;
};
/// Any other request inside the dialog: OPTIONS, INFO, MESSAGE…
struct RequestReceived {
  LegId leg;
  RequestId request;
  std::string method;
  std::string content_type{};  ///< lower case, without parameters; empty: no body
  std::string content{};       ///< of INFO, at most kMaxContent octets; longer ones come without
};
inline constexpr std::size_t kMaxContent = 1024;

enum class TimerKind : std::uint8_t {
  NoResponse,   ///< per B leg: until its first response
  Ring,         ///< per B leg: until its final response
  MaxDuration,  ///< per call, kept on leg A
  Record,       ///< our 200 to a BYE waits for the record no longer than this
  CancelWait,   ///< per B leg: after CANCEL, until the final response
  Prepare,      ///< per call, kept on leg A: PrepareTarget is not answered
  Glare,           ///< per leg: when our offer that met 491 or 500 is repeated (RFC 3261 §14.1)
  SessionRefresh,  ///< per leg: when we refresh the session (RFC 4028 §7.2, §8)
  SessionExpiry,   ///< per leg: when it ends unless the peer has refreshed it (RFC 4028 §10)
  Transferor,      ///< per leg: after a transfer, until the transferor's BYE
  MediaLost,       ///< per leg: silent although it should send
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
                           Cancelled, PrackReceived, PrackTimedOut, PrackFinished, ByeReceived, ByeFinished, OfferReceived,
                           OfferCancelled, OfferAnswered, ReferReceived, RequestReceived, DeadlinePassed, RecordWritten,
                           MediaSilence, ClearRequested>;

std::string_view name_of(const Event&);  ///< "invited", for the trace

}  // namespace tandem::call
