// The one list of reasons. Each has a stable lower_snake_case code that appears on the wire towards identified peers, in the
// log, the CDR, the metric and docs/reasons.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tandem::trunk {

enum class Reason : std::uint16_t {
  None,
  // who is calling
  UnknownSource,        ///< no trunk or carrier lists this source
  UnknownDomain,        ///< the Request-URI host is no trunk's domain
  TrunkDisabled,
  NoTermination,        ///< the trunk has no termination section
  SourceNotListed,      ///< the trunk is known, the source is in none of its groups
  AuthRequired,         ///< challenged, no credentials yet
  AuthStale,            ///< nonce too old
  AuthReplay,           ///< nc used before
  AuthWrongPassword,
  AuthUnknownUser,
  AuthWrongRealm,
  AuthAlgorithmNotOffered,
  AuthMalformed,
  AuthFromMismatch,     ///< from_must_match_account, and the From user is another
  HeaderMismatch,       ///< the identifying header and the source do not belong to one trunk (R-171)
  // what they show
  CallerIdMissing,      ///< no source yields a number, and the trunk insists on one
  CallerIdNotOwned,     ///< code cli_not_owned
  PrivacyUnsupported,   ///< Privacy: critical, with a value that nobody here can grant (RFC 3323 §5)
  // where to
  NumberInvalid,
  DestinationRestricted,  ///< the account may call verified numbers only (R-069)
  InternationalBlocked,
  NumberUnknown,        ///< an origination call for a number that nobody hosts
  NumberUnassigned,
  NoRoute,              ///< no carrier for the prefix
  NoTarget,             ///< the carrier or trunk has no enabled target
  NumberUnwritable,     ///< the far side's format cannot say the number, and it insists (R-063)
  // message
  MaxForwardsExhausted,
  MaxForwardsMissing,
  RequestMalformed,
  MethodNotAllowed,
  ExtensionRequired,    ///< Require names what we do not support (420)
  ExtensionMissing,     ///< the trunk insists on what the caller does not support (421)
  SessionTooBrief,      ///< Session-Expires below our least (422)
  UnsupportedBody,      ///< neither empty nor application/sdp
  // media
  SdpMalformed,
  NoAudio,
  NoCommonCodec,
  UnsupportedMediaProfile,
  PortsExhausted,
  DescriptorsExhausted,
  MediaUnavailable,
  // capacity
  CallsExhausted,       ///< limits.max_calls
  Draining,
  Overloaded,           ///< a mailbox is full
  ChannelsExhausted,    ///< of a trunk, group, account or carrier
  RateExceeded,         ///< calls a second of a trunk, account, carrier or source
  // the far side and time
  RejectedByTarget,     ///< a final response of a target, passed on
  NoResponse,           ///< no_response_timeout
  RingTimeout,
  TargetUnreachable,    ///< transport error
  NameUnresolved,       ///< the target's name has no address
  TargetAuthFailed,     ///< it challenged and we have no answer
  AllTargetsFailed,
  BadAnswer,            ///< its SDP answer does not fit
  Redirected,           ///< 3xx that cannot be followed
  CallerCancelled,
  CallerHungUp,
  CalleeHungUp,
  AnswerLost,           ///< a target hung up whose 2xx never arrived
  AckMissing,
  PrackMissing,         ///< a reliable provisional response was never acknowledged
  MaxDuration,
  SessionExpired,       ///< nobody refreshed the session (RFC 4028)
  MediaTimeout,         ///< in_call.media_timeout
  AdminCleared,
  ShuttingDown,
  RenegotiationRefused,
  DialogLost,           ///< 481, 408 or silence where a request inside the call was answered
  // transfer
  TransferDisabled,     ///< the trunk's transfer.mode does not allow it
  TransferRefused,      ///< it leads where no call of this trunk may go
  TransferPending,      ///< another one is under way
  Transferred,          ///< the transferor's part of the call is over
  InternalError,
};

/// One row of the table.
struct ReasonInfo {
  Reason reason;
  std::string_view code;      ///< "auth_wrong_password"
  int status;                 ///< SIP status of our own refusal; 0 where it never is one
  int q850;                   ///< ITU-T Q.850 cause
  std::string_view meaning;   ///< one sentence for an operator
  std::string_view cure;      ///< what to look at: the YAML key that causes it, or the peer
};

const ReasonInfo& info(Reason);
std::string_view code(Reason);
std::optional<Reason> find_reason(std::string_view code);
std::span<const ReasonInfo> all_reasons();
std::string reasons_page();  ///< docs/reasons.md

/// `Q.850;cause=21;text="auth_wrong_password"` (RFC 3326, RFC 6432).
std::string reason_header(Reason);

/// Q.850 cause that matches a SIP final status (RFC 3398 §8.2.6.1), and back.
int q850_for_status(int sip_status);

}  // namespace tandem::trunk
