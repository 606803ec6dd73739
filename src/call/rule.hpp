// The rules of the B2BUA that the mutation test turns off one at a time. In the release library every rule holds, at
// compile time; only a build with TANDEM_MUTATIONS (tests/unit/call) can ask for a world without one of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tandem::call {

enum class Rule : std::uint8_t {
  SingleFinalToA,          ///< one final response to A's INVITE, ever
  CancelIsFinal,           ///< a CANCEL that the stack answered is A's final response
  AckEveryAnswer,          ///< the 2xx of the target we follow is ACKed
  AckLateAnswer,           ///< so is a 2xx that crossed our CANCEL
  ByeAfterCancelled200,    ///< which is then ended by a BYE
  ByeForkedAnswer,         ///< a 2xx from another fork is ACKed and ended by a BYE
  AnswerOfferInAck,        ///< a 2xx with an offer gets an answer in its ACK, if only a refusing one
  CancelPendingTargets,    ///< when the call ends, targets that ring are cancelled
  CancelOnNoResponse,      ///< a target given up for silence is cancelled
  ReleaseAfterCancelWait,  ///< a cancelled target that stays silent is let go
  ByeOtherLeg,             ///< when one side hangs up the other gets a BYE
  HoldByeUntilAck,         ///< no BYE to A before its ACK (RFC 3261 §15)
  ByeWhenAckNeverCame,     ///< nor silence after it never came
  ArmNoResponse,           ///< every INVITE has its no-response deadline
  ArmRing,                 ///< every ringing target its ring deadline
  ArmMaxDuration,          ///< every answered call its maximum duration
  StopListStops,           ///< a busy callee is not called at the next target (R-085)
  AuthorizeOnce,           ///< a second challenge is a failure
  AuthorizeByeOnce,        ///< so is one to a BYE
  OneAnswerToA,            ///< A's answer does not change within its dialog (RFC 3261 §13.2.1)
  CloseMedia,              ///< open media is closed when the call ends, though it opened after the end began
  RecordEveryAttempt,      ///< each attempt leaves its record
  RecordOnce,              ///< the call leaves one record
  WaitForRecord,           ///< our 200 to a BYE waits for the record
  AnswerByeInTime,         ///< but no longer than the record deadline
  ReleaseEndedLegs,        ///< a leg that has ended on the wire is let go
  RefuseRequestsAtTheEnd,  ///< requests on a leg that ends are answered all the same
  PrepareWhereNeeded,  ///< a target whose entry takes something, or that is a name, is prepared before it is
                       ///< dialled
  ArmPrepare,          ///< the wait for that has its deadline
  IgnoreLatePreparation,  ///< after which, and after the end, its answer changes nothing
  PassOverRefusedEntry,   ///< an entry that is full is not asked again for its next target
  NextRecordFirst,        ///< a name's next record is tried before the next target (RFC 3263 §4.3)
  StopAfterLostAnswer,    ///< who answered and hung up is not called again, though the 2xx was lost
  LengthenOnce,           ///< a second 422 is a failure
  IdentityInBye,          ///< our BYE to a target carries the identity that its INVITE did (R-072)
  HoldAnswerUntilPrack,   ///< A's 200 waits for the PRACK of what went before it (RFC 3262 §3)
  EndWithoutPrack,        ///< a caller that never acknowledges gets a final response
  PrackInOrder,           ///< a repeated reliable response gets no second PRACK
  RefuseBriefSessions,    ///< a Session-Expires below our least is refused (RFC 4028 §9)
  RefreshSession,         ///< where we refresh, the refresh has its deadline
  ArmSessionExpiry,       ///< where the peer does, the end has
  EndDeadSessions,        ///< a refresh without an answer ends the call
  NoSilenceOnHold,        ///< a side that need not send is not missed
  AckReInvite,            ///< a 2xx to our re-INVITE is ACKed
  RollBackRejectedOffer,  ///< after a rejected offer both sessions are as they were (RFC 3261 §14.1)
  RefuseOfferOverOurs,    ///< 491 to an offer that meets an open one of ours (RFC 3311 §5.2)
  RefuseSecondOffer,      ///< 500 to an offer whose peer has one open already
  NoOfferBeforeAck,       ///< no re-INVITE to a peer before its ACK to our 2xx (RFC 3261 §14.1)
  RepeatOfferOnce,        ///< a second 491 is passed on
  AuthorizeOfferOnce,     ///< so is a second challenge
  ClearLostDialog,        ///< 481, 408 or silence end the call (RFC 3261 §12.2.1.2)
  CancelPendingOffer,     ///< what the asker cancels, or nobody waits for any more, is cancelled
  RestoreAfterCancel,     ///< a change that was cancelled too late is undone
  AnswerWaitingOffer,     ///< at the end whoever waits is answered
  ReleaseAfterOffer,      ///< a leg is let go after what we asked there has ended
  ByeWhenReInviteUnacked,  ///< the ACK to a re-INVITE that never came ends the call
  TellTransferor,      ///< whoever sent a REFER that was taken hears how it ends (RFC 3515 §2.4.4)
  OneTransferAtATime,  ///< a second REFER meanwhile gets 491
  WaitForNewCallee,    ///< a transferor that hangs up early does not end the call
  ReleaseTransferor,   ///< one that stays gets our BYE
  SilenceTransferor,   ///< one that has hung up is heard no more
  CallWhomReferNames,  ///< the plan's own targets are no way to transfer to
  NoOfferOverLostAnswer,  ///< no offer to A before it has said that our answer came (RFC 3311 §5.1)
};
inline constexpr std::size_t kRules = static_cast<std::size_t>(Rule::NoOfferOverLostAnswer) + 1;

std::string_view to_string(Rule);

#ifdef TANDEM_MUTATIONS
/// Whether the rule holds in this build at this moment.
bool holds(Rule) noexcept;
/// Turns one rule off, or none. For the thread that asks.
void turn_off(std::optional<Rule>) noexcept;
#else
constexpr bool holds(Rule) noexcept { return true; }
#endif

}  // namespace tandem::call
