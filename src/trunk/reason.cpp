// The table of reasons. A code is a promise: it stands in logs, records and dashboards of operators, so a row
// may be reworded but its code never changes.
#include "tandem/trunk/reason.hpp"

#include <array>

namespace tandem::trunk {
namespace {

using enum Reason;

constexpr std::size_t kReasonCount = static_cast<std::size_t>(InternalError) + 1;

constexpr std::array<ReasonInfo, kReasonCount> kReasons{{
    {None, "none", 0, 16, "Nothing went wrong.", "Nothing to do."},

    {UnknownSource, "unknown_source", 403, 21,
     "The request came from an address that no trunk and no carrier lists, and it named no trunk's domain.",
     "Add the address to access_groups[].ips of the trunk, or to carriers[].sources; "
     "listeners[].unknown_source says whether such a source gets silence or 403."},
    {UnknownDomain, "unknown_domain", 404, 3,
     "A known source asked for a Request-URI host that is no trunk's domain.",
     "Let the peer use a name of trunks[].termination.domain, or add source_ip to trunks[].identify."},
    {TrunkDisabled, "trunk_disabled", 403, 21, "The trunk or carrier is switched off.",
     "Set trunks[].enabled or carriers[].enabled to true."},
    {NoTermination, "no_termination", 403, 21,
     "The trunk only receives calls: it has no termination section, so it may not place any.",
     "Add trunks[].termination with domains and access."},
    {SourceNotListed, "source_not_listed", 403, 21,
     "The request named a trunk's domain, but its source is in none of that trunk's access groups.",
     "Add the address to the ips of a group named in trunks[].termination.access."},
    {AuthRequired, "auth_required", 407, 21,
     "The caller was asked for digest credentials and has not sent any yet.",
     "Normal for the first INVITE; if no second one follows, the peer has no user and password for the "
     "realm."},
    {AuthStale, "auth_stale", 407, 21, "The credentials are right but their nonce is too old or not ours.",
     "Normal from time to time and after a restart; limits.nonce_lifetime says how long a nonce lives."},
    {AuthReplay, "auth_replay", 407, 21,
     "The nonce count (nc) was used before: a repeated or copied request.",
     "If it comes often, the peer does not count nc up, or somebody replays its requests."},
    {AuthWrongPassword, "auth_wrong_password", 403, 21,
     "The digest response does not fit the password or HA1 on file.",
     "Compare access_groups[].credentials (password or ha1, and the group's realm) with what the peer uses."},
    {AuthUnknownUser, "auth_unknown_user", 403, 21,
     "The digest user is in no access group of the trunk that the call asked for.",
     "Add the user to access_groups[].credentials of a group in trunks[].termination.access."},
    {AuthWrongRealm, "auth_wrong_realm", 407, 21,
     "The credentials are for a realm that this trunk does not use.",
     "Set the peer's realm to the challenge's: trunks[].termination.challenge.realm, or "
     "access_groups[].realm."},
    {AuthAlgorithmNotOffered, "auth_algorithm_not_offered", 403, 21,
     "The credentials use a digest algorithm that was not offered, or none can be offered for this user.",
     "See trunks[].termination.challenge.algorithms, and whether access_groups[].credentials[].ha1 has that "
     "algorithm."},
    {AuthMalformed, "auth_malformed", 400, 95,
     "The Authorization header breaks RFC 7616, or its uri is not the Request-URI.",
     "Look at the peer's header in the log; a proxy in between may have rewritten the Request-URI."},

    {AuthFromMismatch, "auth_from_mismatch", 403, 21,
     "The From user is not the digest user, and the trunk insists that they are the same.",
     "Let the PBX send its account name as From user, or remove trunks[].termination.from_must_match_account."},
    {HeaderMismatch, "header_mismatch", 403, 21,
     "The header that identifies the trunk and the source address do not belong to one trunk.",
     "Compare trunks[].termination.header and the ips of its access groups with what the provider sends."},

    {CallerIdMissing, "cli_missing", 403, 21,
     "No header that the trunk reads its caller ID from holds a number.",
     "See trunks[].termination.caller_id.sources; on_fail says what becomes of such a call."},
    {CallerIdNotOwned, "cli_not_owned", 403, 21,
     "The caller ID is neither a number of the account nor one that was verified for it.",
     "Add it to numbers or verified_caller_ids of the account, or change "
     "trunks[].termination.caller_id.allowed or on_fail."},
    {PrivacyUnsupported, "privacy_unsupported", 500, 29,
     "The caller insists (Privacy: critical) on a kind of privacy that cannot be given here.",
     "The log names it; id, header, user, session, history and none are given."},

    {NumberInvalid, "number_invalid", 400, 28,
     "The called number is not written in the format agreed with this peer.",
     "See trunks[].general.number_format.in or carriers[].general.number_format.in; the log names the "
     "value."},
    {DestinationRestricted, "destination_restricted", 403, 21,
     "The account may call verified numbers only, and this is none.",
     "Add the number to verified_caller_ids, or change accounts[].restrict_destinations."},
    {InternationalBlocked, "international_blocked", 403, 21,
     "Caller and called number are of different countries, and the trunk blocks international calls.",
     "Set trunks[].termination.international to allow; an unknown caller counts as unknown_caller says."},
    {NumberUnknown, "number_unknown", 404, 1,
     "A carrier sent a call for a number that is not in the inventory.",
     "Add the number to numbers[], or ask the carrier why it sends it here."},
    {NumberUnassigned, "number_unassigned", 404, 1, "The number is in the inventory but belongs to no trunk.",
     "Set numbers[].trunk."},
    {NoRoute, "no_route", 404, 3, "No enabled carrier has a prefix that the called number begins with.",
     "Add the prefix to carriers[].prefixes (\"\" takes every number)."},
    {NoTarget, "no_target", 480, 27, "The trunk or carrier for this call has no enabled target.",
     "Add or enable an entry of trunks[].origination.targets or carriers[].targets."},
    {NumberUnwritable, "number_unwritable", 404, 28,
     "The far side's number format cannot say the called number, and its trunk or carrier insists on the format.",
     "Set general.number_format.out to a format that can, or general.unwritable to e164."},

    {MaxForwardsExhausted, "max_forwards_exhausted", 483, 25,
     "Max-Forwards reached 0: the call is probably in a loop.",
     "Look for two systems that send the number to each other."},
    {MaxForwardsMissing, "max_forwards_missing", 400, 96, "The request has no Max-Forwards header.",
     "RFC 3261 section 8.1.1.6 requires it of the peer."},
    {RequestMalformed, "request_malformed", 400, 95, "A header of the request cannot be read.",
     "The log names the header and what is wrong with it; the peer must mend it."},
    {MethodNotAllowed, "method_not_allowed", 405, 97, "The method is not served here.",
     "The Allow header of the response lists what is."},
    {ExtensionRequired, "extension_required", 420, 127,
     "The request requires a SIP extension that is not supported.",
     "The Unsupported header of the response names it; switch it from required to supported at the peer."},
    {ExtensionMissing, "extension_missing", 421, 127,
     "The trunk or carrier insists on a SIP extension that the caller does not support.",
     "The Require header of the response names it; switch it on at the peer, or from required to supported in general.in_call."},
    {SessionTooBrief, "session_too_brief", 422, 127,
     "The caller wants the session refreshed more often than is taken.",
     "Normal where a second INVITE with a larger Session-Expires follows; see general.in_call.session_timer.min."},
    {UnsupportedBody, "unsupported_body", 415, 79, "The body is neither empty nor a session description.",
     "Let the peer send application/sdp."},

    {SdpMalformed, "sdp_malformed", 400, 100, "The session description cannot be read.",
     "The log names the line; the peer must mend it."},
    {NoAudio, "no_audio", 488, 65, "The session description offers no audio stream.",
     "Let the peer offer m=audio."},
    {NoCommonCodec, "no_common_codec", 488, 65, "The two sides have no audio codec in common.",
     "Allow a common codec at one of the peers."},
    {UnsupportedMediaProfile, "unsupported_media_profile", 488, 65,
     "The audio stream uses a transport profile that is not served.", "Let the peer offer RTP/AVP."},
    {PortsExhausted, "ports_exhausted", 503, 47, "Every media port is in use.",
     "Widen media.ports, or lower limits.max_calls."},
    {DescriptorsExhausted, "descriptors_exhausted", 503, 47,
     "The process has no file descriptor left for media.",
     "Raise LimitNOFILE of the service, or lower limits.max_calls."},
    {MediaUnavailable, "media_unavailable", 503, 47, "Media could not be opened.",
     "The log holds the system's error; check media.address."},

    {CallsExhausted, "calls_exhausted", 503, 34, "The switch carries as many calls as it may.",
     "Raise limits.max_calls."},
    {Draining, "draining", 503, 41, "The switch is stopping and takes no new calls.",
     "Wait for the restart; let the peers know a second node."},
    {Overloaded, "overloaded", 503, 42, "An internal queue is full, so new work is refused.",
     "Look at the processor load and lower limits.max_calls."},

    {ChannelsExhausted, "channels_exhausted", 503, 34,
     "Every channel of the trunk, its group, account or carrier is in use.",
     "See limits.channels of the one that the log line names; tandemctl calls lists who uses them."},
    {RateExceeded, "rate_exceeded", 503, 42,
     "More calls a second than the trunk, account, carrier or source may bring.",
     "See limits.cps and burst of the one that the log line names, or limits.source_cps of the node."},
    {RejectedByTarget, "rejected_by_target", 0, 31,
     "The called side refused the call; its status was passed on.",
     "Ask the called side; the record holds its status and Reason."},
    {NoResponse, "no_response", 408, 102, "The target did not answer the INVITE at all.",
     "Check the target's address and reachability; limits.no_response_timeout is how long was waited."},
    {RingTimeout, "ring_timeout", 480, 19, "The called side did not answer the call in time.",
     "limits.ring_timeout, or general.ring_timeout of the trunk or carrier."},
    {TargetUnreachable, "target_unreachable", 503, 38, "The network refused the target's address.",
     "Check the target's address, port and transport, and the route to it."},
    {NameUnresolved, "name_unresolved", 503, 27,
     "The host name of the target has no address, or no name server answered in time.",
     "Look the name up with the servers of dns.servers; the log says what they answered."},
    {TargetAuthFailed, "target_auth_failed", 503, 41,
     "The target asked for credentials that are not configured, or did not accept them.",
     "See carriers[].auth or trunks[].origination.auth: user, password and realm."},
    {AllTargetsFailed, "all_targets_failed", 503, 41, "Every target was tried and none took the call.",
     "The attempts' records hold the cause of each."},
    {BadAnswer, "bad_answer", 502, 111,
     "The target's session description does not fit what was offered to it.",
     "The log holds both; the target must mend it."},
    {Redirected, "redirected", 480, 23, "The target redirected the call to where the call cannot go.",
     "The log says why: no usable Contact, one of our own names, a loop, or a number and redirect.pstn is off."},
    {CallerCancelled, "caller_cancelled", 487, 16, "The caller gave up before an answer.", "Nothing to do."},
    {CallerHungUp, "caller_hung_up", 0, 16, "The caller ended the call.", "Nothing to do."},
    {CalleeHungUp, "callee_hung_up", 0, 16, "The called side ended the call.", "Nothing to do."},
    {AnswerLost, "answer_lost", 487, 16,
     "The called side answered and hung up, but its answer never arrived here; nobody else was called.",
     "Look for a firewall or a link that drops large or fragmented UDP on the way from that carrier; it may bill the call."},
    {AckMissing, "ack_missing", 0, 102, "The caller never acknowledged our 200.",
     "Its ACK does not reach us: check the advertised address of the listener and the peer's NAT."},
    {PrackMissing, "prack_missing", 504, 102, "The caller never acknowledged our reliable provisional response.",
     "Its PRACK does not reach us: check the advertised address of the listener and the peer's NAT, or set "
     "general.in_call.reliable to off."},
    {MaxDuration, "max_duration", 0, 102, "The call reached its longest permitted duration.",
     "limits.max_duration, or general.max_duration of the trunk or carrier."},
    {SessionExpired, "session_expired", 0, 102, "Nobody refreshed the session in time: one side has vanished.",
     "The log names the leg; see general.in_call.session_timer, and why that peer is not reached any more."},
    {MediaTimeout, "media_timeout", 0, 102, "One side sent no RTP for too long although it should.",
     "See general.in_call.media_timeout, and the peer's path to our media ports."},
    {AdminCleared, "admin_cleared", 0, 31, "An operator cleared the call.", "Nothing to do."},
    {ShuttingDown, "shutting_down", 503, 41, "The switch stopped before the call had ended.",
     "limits.drain_timeout says how long calls may go on after a stop."},
    {RenegotiationRefused, "renegotiation_refused", 488, 65, "A change of the running session was refused.",
     "The call goes on as it was; the log names what was asked."},
    {DialogLost, "dialog_lost", 0, 102,
     "A side answered a request inside the call with 481 or 408, or not at all.",
     "Look at that side: it restarted, or forgot the call, or cannot be reached any more."},

    {TransferDisabled, "transfer_disabled", 603, 21,
     "The peer may not transfer this call, or not to a telephone number.",
     "general.transfer.mode of the trunk; carriers never may."},
    {TransferRefused, "transfer_refused", 403, 21, "The transfer leads where no call of the trunk may go.",
     "The log says why: an unusable Refer-To, a name or address of ours or of a carrier, a number without a route."},
    {TransferPending, "transfer_pending", 491, 42, "The call is being transferred, or its session is being changed.",
     "Nothing to do: the peer may try again."},
    {Transferred, "transferred", 0, 16, "The call was transferred, and goes on without the one that transferred it.",
     "Nothing to do."},
    {InternalError, "internal_error", 500, 41, "A fault of the switch itself.",
     "Please report it with the log lines of the call."},
}};

constexpr bool is_complete_and_ordered() {
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    const ReasonInfo& row = kReasons[i];
    if (static_cast<std::size_t>(row.reason) != i) return false;
    if (row.code.empty() || row.meaning.empty() || row.cure.empty()) return false;
    if (row.q850 < 1 || row.q850 > 127) return false;
  }
  return true;
}
static_assert(is_complete_and_ordered(), "each Reason has its row, in the order of the enum");

constexpr bool codes_are_unique() {
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    for (std::size_t k = i + 1; k < kReasons.size(); ++k) {
      if (kReasons[i].code == kReasons[k].code) return false;
    }
  }
  return true;
}
static_assert(codes_are_unique(), "a code names one reason");

constexpr bool codes_are_snake_case() {
  for (const ReasonInfo& row : kReasons) {
    for (char c : row.code) {
      if (!((c >= 'a' && c <= 'z') || c == '_')) return false;
    }
  }
  return true;
}
static_assert(codes_are_snake_case(), "codes are lower_snake_case: they stand unescaped in a quoted string");

}  // namespace

const ReasonInfo& info(Reason reason) {
  const auto index = static_cast<std::size_t>(reason);
  return index < kReasons.size() ? kReasons[index] : kReasons.back();
}

std::string_view code(Reason reason) { return info(reason).code; }

std::optional<Reason> find_reason(std::string_view wanted) {
  for (const ReasonInfo& row : kReasons) {
    if (row.code == wanted) return row.reason;
  }
  return std::nullopt;
}

std::span<const ReasonInfo> all_reasons() { return kReasons; }

std::string reason_header(Reason reason) {
  const ReasonInfo& row = info(reason);
  std::string text = "Q.850;cause=";
  text += std::to_string(row.q850);
  text += ";text=\"";
  text += row.code;
  text += '"';
  return text;
}

// RFC 3398 §8.2.6.1. It leaves 487, 488 and 606 open: 487 is a call given up, so normal clearing; 488 and 606
// take the cause that §7.2.4.1 maps to 488, bearer capability not implemented.
int q850_for_status(int status) {
  switch (status) {
    case 404:
    case 485:
    case 604:
      return 1;  // unallocated number
    case 487:
      return 16;  // normal clearing
    case 486:
    case 600:
      return 17;  // user busy
    case 480:
      return 18;  // no user responding
    case 401:
    case 402:
    case 403:
    case 407:
    case 603:
      return 21;  // call rejected
    case 410:
      return 22;  // number changed
    case 482:
    case 483:
      return 25;  // exchange routing error
    case 484:
      return 28;  // invalid number format
    case 502:
      return 38;  // network out of order
    case 400:
    case 481:
    case 500:
    case 503:
      return 41;  // temporary failure
    case 405:
      return 63;  // service or option unavailable
    case 488:
    case 606:
      return 65;  // bearer capability not implemented
    case 406:
    case 415:
    case 501:
      return 79;  // service or option not implemented
    case 408:
    case 504:
      return 102;  // recovery on timer expiry
    case 413:
    case 414:
    case 416:
    case 420:
    case 421:
    case 423:
    case 505:
    case 513:
      return 127;  // interworking
    default:
      break;
  }
  if (status >= 200 && status < 300) return 16;
  // An unknown status counts as the x00 of its class (RFC 3261 §8.1.3.2); a redirect is normal, unspecified.
  if (status >= 400 && status < 600) return 41;
  if (status >= 600) return 17;
  return 31;
}

}  // namespace tandem::trunk
