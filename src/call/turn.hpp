// Inside the room: one turn of a call, and the rules by verb. Each file of this folder keeps the rules of its name.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "tandem/call/call.hpp"

namespace tandem::call {

/// What one step works on.
struct Turn {
  Call& call;
  const Context& context;
  Effects& out;

  void emit(Effect effect) { out.push_back(std::move(effect)); }
  void arm(LegId leg, TimerKind kind, Duration after) { call.deadlines[{leg, kind}] = context.now + after; }
  void disarm(LegId leg, TimerKind kind) { call.deadlines.erase({leg, kind}); }
};

/// After CANCEL, how long a target may take for its final response: 64*T1 (RFC 3261 §9.1).
inline constexpr std::chrono::seconds kCancelWait{32};
/// How long a target may take to be prepared, beyond what its name may take: the switchboard answers sooner.
inline constexpr std::chrono::seconds kPrepareGrace{2};
/// Our 200 to a BYE waits for the record no longer than this.
inline constexpr std::chrono::milliseconds kRecordWait{200};

/// Why the call ends, who ended it, and what that side gave as Reason.
struct Ending {
  Cause cause;
  std::optional<Side> by;     ///< none: we did
  std::string remote_reason;  ///< a Reason header value as it came, or empty
};

// step.cpp
void note_unlawful(Turn&, std::string_view event, LegId);
/// The attempt of a B leg, or nullptr for A and for legs that do not exist.
Attempt* find_attempt(Call&, LegId);
Leg* find_leg(Call&, LegId);
const trunk::PlannedTarget& target_of(const Call&, const Attempt&);
const config::StatusSet& stop_codes_of(const Call&, const Attempt&);
/// Keeps what a message of the peer says of itself. One without Allow does not take UPDATE back (RFC 3261 §20.5).
void remember(Leg&, const Terms&);

// bridge.cpp
/// The leg that this one talks to, whatever its state; nullptr: it is on no bridge.
Leg* other_leg(Call&, const Leg&);
Side side_of(const Leg&);
/// Where we receive what that leg sends.
const sdp::LocalMedia& media_of(const Call&, const Leg&);
const trunk::LegPolicy& policy_of(const Call&, const Leg&);
/// What one side offers becomes our offer to the other. Changes nothing on error.
Expected<void, trunk::Reason> pass_offer(Call&, const sdp::Session& offer, Leg& to);
/// The answer to our offer becomes ours to the offerer, and media connects. On error both legs are for the caller to roll back.
Expected<void, trunk::Reason> pass_answer(Turn&, const Body&, Leg& answerer, Leg& offerer);
/// Media of one leg, which hears nobody and whom nobody hears.
Expected<void, trunk::Reason> connect_alone(Turn&, const Leg&);
/// Media between two legs as their descriptions are now. Who has hung up is sent nothing more: the other stays alone.
Expected<void, trunk::Reason> connect_bridge(Turn&, const Leg&, const Leg&);
/// RFC 3264 §6.1: the answer must allow no more than the offer does. Ours may have been an offer when it was written.
bool fits_as_answer(const sdp::Session& ours, const sdp::Session& offered);
/// An answer that refuses every stream: RFC 3261 §13.2.2.4 wants one before the BYE.
std::string refusing_answer(const Call&, Leg&, const sdp::Session& offer);

// setup.cpp
void on_invited(Turn&, const Invited&);
void on_refused(Turn&, const Refused&);
void on_media_ready(Turn&, const MediaReady&);
void on_media_refused(Turn&, const MediaRefused&);
/// RFC 4566 wants an id unique to us; it need not be secret, and some peers read no more than 31 bits.
std::uint64_t new_session_id(Random&);
/// The INVITE of an attempt: the first one, or the one that repeats it with more headers.
void send_invite(Turn&, Attempt&);
/// Answers A's INVITE for good. Says nothing if that has happened.
void respond_finally(Turn&, RespondToInvite);

// hunt.cpp
/// Goes through the plan from that target on; with nothing left, the call ends.
void dial(Turn&, std::size_t target);
/// Dials the next record of the target that has just failed. False: there is none.
bool dial_next_record(Turn&, std::size_t target);
void on_target_ready(Turn&, const TargetReady&);
void on_target_refused(Turn&, const TargetRefused&);
void on_prepare_timeout(Turn&);
/// No answer is awaited any more, and no record is left to try.
void stop_preparing(Turn&);

// redirect.cpp
/// Puts the targets of a 3xx behind the one that sent it, or says why not.
void take_redirection(Turn&, const Attempt&, const std::vector<std::string>& contacts);

/// Puts targets behind that one. Their entries come last of all, so that no index in use changes; without entries of their
/// own they belong to that one's.
void add_targets(trunk::RoutePlan&, std::size_t behind, trunk::Redirection&&);

// early.cpp
/// Any response at all shows that the target lives: it may ring from now on.
void note_life(Turn&, const Attempt&);
/// The early dialog of that To-tag, or nullptr.
EarlyDialog* find_early(Attempt&, const std::string& to_tag);
/// The early dialog of that To-tag, made if there is room; nullptr where a peer forks without end.
EarlyDialog* early_dialog(Attempt&, const std::string& to_tag);
/// 180 to 183.
bool crosses(int status);
void on_provisional(Turn&, Attempt&, const Answered&);

// answer.cpp
/// A's 200, now or once A has acknowledged what was sent reliably before it (RFC 3262 §3).
void answer_a(Turn&);
/// The ACK of a target whose offer came with its 2xx, when A has answered another one already.
Expected<void, trunk::Reason> answer_in_ack(Turn&, Attempt&);
void on_success(Turn&, Attempt&, const Answered&);
void on_acked(Turn&, const Acked&);
/// The ACK for a 2xx, with the identity where the target's policy wants it.
void send_ack(Turn&, const Attempt&, const std::string& to_tag, std::string sdp);
/// The same for the 2xx to our re-INVITE.
void send_ack(Turn&, const Leg&, std::string sdp);
/// The ACK for a 2xx that leads nowhere; if its offer wants an answer, a refusing one.
void acknowledge_in_vain(Turn&, Attempt&, const std::string& to_tag, const std::optional<sdp::Session>& offer);

// cancel.cpp
void on_cancelled(Turn&, const Cancelled&);
void cancel(Turn&, Attempt&, const std::string& reason_header);
void on_cancel_wait(Turn&, Attempt&);
/// A 2xx that nobody wants any more: ACKed and ended by a BYE.
void end_unwanted_dialog(Turn&, Attempt&, const Answered&);

// failover.cpp
bool is_challenge(int status);
/// The header that answers a target's challenge, where we have a credential for it.
std::optional<message::Header> credentials_for(Turn&, const Attempt&, int status, const std::vector<std::string>& challenges,
                                               std::string_view method);
void on_rejection(Turn&, Attempt&, const Answered&);
void on_invite_failed(Turn&, const InviteFailed&);
void on_no_response(Turn&, Attempt&);
void on_ring_timeout(Turn&, Attempt&);
/// The attempt is over: dials the next target, or ends the call.
void fail_attempt(Turn&, Attempt&, const Verdict&);
/// Its own word ended it: a final response, or a BYE.
bool by_target(const Attempt&);
/// Nothing is left to try, or nothing may be tried: A hears of the failure that tells most.
void end_hunt(Turn&, Hunting);

// clear.cpp
void clear(Turn&, const Ending&);
void on_bye(Turn&, const ByeReceived&);
void on_bye_finished(Turn&, const ByeFinished&);
void on_ack_timed_out(Turn&, const AckTimedOut&);
void on_clear_requested(Turn&, const ClearRequested&);
void on_max_duration(Turn&);
/// BYE in the dialog of a leg; of a B leg it carries the identity.
void send_bye(Turn&, Leg&, const std::string& to_tag, const std::string& reason_header,
              std::optional<message::Header> credentials = std::nullopt);

// in_dialog.cpp
void on_offer_received(Turn&, const OfferReceived&);
void on_request_received(Turn&, const RequestReceived&);

/// A final response to a re-INVITE or UPDATE.
struct Reply {
  int status = 200;
  std::string sdp{};
  std::vector<message::Header> headers{};
};
Reply refused(trunk::Reason);
/// An earlier exchange is open: the peer tries again in 0 to 10 s (RFC 3261 §14.2).
Reply busy(Turn&);
/// 2xx to a re-INVITE or UPDATE; the former waits for its ACK.
void accept_offer(Turn&, Leg&, RequestId, OfferMethod, std::string sdp);

// exchange.cpp: renegotiation over the bridge
/// Puts what that side asks to the other one; without a description, its wish for an offer.
void renegotiate(Turn&, Leg& asker, const OfferReceived&, std::optional<sdp::Session> offered);
void on_offer_cancelled(Turn&, const OfferCancelled&);
void on_offer_answered(Turn&, const OfferAnswered&);
void on_offer_acked(Turn&, const Acked&);
void on_offer_ack_timed_out(Turn&, const AckTimedOut&);
void on_glare_over(Turn&, Leg&);
/// The call ends, or a leg of the bridge does: whoever waits is answered, and what we asked is withdrawn.
void abandon_exchange(Turn&);
/// That leg ends and the call goes on: what is asked there, or is to be asked again, comes to nothing.
void forget_dialog(Turn&, const Leg&);
/// How that leg can be asked now, if at all: by UPDATE where that is wished and the peer takes it, else by re-INVITE.
std::optional<OfferMethod> way_to_ask(const Call&, const Leg&, OfferMethod wished);
/// Our request of the open exchange.
void ask(Turn&, Leg&);
void roll_back(Turn&);
void close_exchange(Turn&);

// own_offer.cpp: renegotiation that no peer asked for
/// Sends our unchanged description, by UPDATE without one where the peer and the policy's RefreshMethod allow, else by
/// re-INVITE; at the end of this step, or when the open exchange is over. Then on_refresh_finished() hears of it, unless the
/// dialog turned out to be lost.
void refresh_session(Turn&, Leg&);
/// Offers `to` what the other leg describes, likewise. False: there is nothing to offer, or nobody to offer it to.
bool offer_description(Turn&, Leg& to, const Leg& others);
/// Our last description over again, to a peer that accepted what nobody wants any more.
void restore_session(Turn&, Leg&);
/// Begins an offer that waits, if one can be made now. Asked at the end of every step in which some leg has one.
void start_own_offers(Turn&);
void own_offer_accepted(Turn&, Leg&, const OfferAnswered&);
void own_offer_refused(Turn&, Leg&, const OfferAnswered&);

// reliable.cpp
/// What A's INVITE and its trunk make of reliable responses.
config::Support reliability_of(const config::InCall&, const Terms&);
/// A provisional response to A, in the way that A wants it.
void respond_early(Turn&, int status, std::string sdp);
/// Whether the INVITE to that target offers 100rel.
config::Support reliability_towards(const Call&, const Attempt&);
/// Whether a reliable response is the next of its dialog; a repeated one, or one that overtook another, is not (RFC 3262 §4).
bool is_in_order(const EarlyDialog&, std::uint32_t rseq);
void send_prack(Turn&, Attempt&, EarlyDialog&, std::string answer);
/// Late offer: what came reliably goes to A. True if A is to be shown it now.
bool take_early_offer(Turn&, Attempt&, EarlyDialog&, const Body&);
void on_prack(Turn&, const PrackReceived&);
void on_prack_timed_out(Turn&);
void on_prack_finished(Turn&, const PrackFinished&);

// session_timer.cpp
/// The least interval that we take from that peer, where what it asks for is less (RFC 4028 §9).
std::optional<std::chrono::seconds> too_brief(const Call&, const Leg&, const Terms&);
/// Of our INVITE: Session-Expires, Min-SE. Option tags stand elsewhere.
std::vector<message::Header> session_headers_of_invite(const Call&, const Attempt&);
/// The 2xx to our INVITE or refresh decides interval and refresher, and starts the timer (RFC 4028 §7.2).
void begin_session(Turn&, Leg&, const Terms& of_2xx);
/// A's INVITE, or a request inside the dialog, gets its 2xx: starts the timer anew; what the 2xx says of it (RFC 4028 §9).
std::vector<message::Header> session_headers_of_answer(Turn&, Leg&, const Terms& of_request);
/// Of a refresh, or of any re-INVITE or UPDATE of ours (RFC 4028 §7.4).
std::vector<message::Header> session_headers_of_offer(const Call&, const Leg&);
void on_refresh_finished(Turn&, Leg&, const OfferAnswered&);
/// The call ends: no leg is refreshed or watched any more.
void stop_watching(Turn&);
void on_refresh_due(Turn&, Leg&);
/// Another offer of ours goes first.
void postpone_refresh(Turn&, Leg&);
void on_session_expired(Turn&, Leg&);
void on_refresh_finished(Turn&, Leg&, const OfferAnswered&);

// info.cpp
void on_info(Turn&, Leg&, const RequestReceived&);

// transfer.cpp
void on_refer(Turn&, const ReferReceived&);
void on_transferor_silent(Turn&, Leg&);
bool is_of_transfer(const Call&, const Attempt&);
/// Whether the transferee can hear what that target may be offered.
bool can_be_transferred_to(const Call&, const trunk::PlannedTarget&);
/// The offer to a new callee, made from what the transferee hears.
void offer_transferee(const Call&, Attempt&);
/// A provisional response of a transfer's attempt.
void on_transfer_progress(Turn&, Attempt&, const Answered&);
/// The new callee's answer is usable. Changes nothing on error.
Expected<void, trunk::Reason> follow_transfer(Attempt&, const sdp::Session& answer);
/// The new callee takes the transferor's place.
void complete_transfer(Turn&, Attempt&);
/// No target of the transfer took the call. That failure tells most.
void fail_transfer(Turn&, const Attempt& telling);
/// The call ends: the transferor hears that its transfer does too.
void abandon_transfer(Turn&);
/// True: the call goes on without that leg, whose BYE has come.
bool goes_on_without(Turn&, Leg&);
/// offer_description() has ended; status 488 too where no codec of that description may be offered.
void on_description_finished(Turn&, Leg&, const OfferAnswered&);

// silence.cpp
void on_media_silence(Turn&, const MediaSilence&);
void on_media_lost(Turn&, Leg&);
/// What is connected, or whether the call is answered, has changed: who should send now?
void review_silence(Turn&);

// record.cpp
/// What follows by itself once a call clears: media closed, record, the 200 to a BYE, legs let go, the end.
void settle(Turn&);
void on_media_closed(Turn&, const MediaClosed&);
void on_record_written(Turn&);
void answer_bye(Turn&, Leg&);
void release(Turn&, Leg&);

// media.cpp
trunk::Reason reason_for(sdp::NegotiationError);
/// The description in a body; no value: there is none.
Expected<std::optional<sdp::Session>, trunk::Reason> description_in(const Body&);
/// Whether A's offer, as far as we may show it to this target, still holds a voice codec.
bool can_be_offered(const Call&, const trunk::PlannedTarget&);
/// A's offer as we show it to the next target.
sdp::Session offer_for_target(const Call&, const Attempt&);
/// Takes the target's answer as the one that media follows, makes A's answer from it if A has none, and connects.
/// Changes nothing on error.
Expected<void, trunk::Reason> follow_answer(Turn&, Attempt&, const sdp::Session& answer);
/// The offer in a 2xx to our INVITE without one, as we show it to the other leg. Changes nothing on error.
Expected<void, trunk::Reason> take_offer(Call&, const Body&, Leg& offerer, Leg& to);
/// what a side may be offered, in the order that its list says; companions behind, as they were.
void keep_listed(std::vector<sdp::Codec>&, const std::vector<std::string>& names);
bool holds_voice(const std::vector<sdp::Codec>&);
/// Nothing is transcoded yet: one encoding must be good for both sides.
bool share_voice(const sdp::NegotiatedLeg& a, const sdp::NegotiatedLeg& b);
/// The description in a body that may hold anything.
std::optional<sdp::Session> offer_in(const Body&);
/// The target that A hears has gone: A keeps its ports and hears nothing.
void disconnect_target(Turn&, Attempt&);

// cause.cpp
/// Reason header that tells a peer why (LAW 3): the other side's own words where there are some, else our code.
std::string reason_header_for(const Cause&, const std::string& remote_reason);
/// A peer's Reason value as we repeat it: parsed and printed again, or empty (RFC 3326).
std::string clean_reason(const std::string& reason_header);
Cause cause_of(trunk::Reason, int status);
/// Which failure A is told of when no target is left.
const Attempt& most_telling_failure(const Call&);

}  // namespace tandem::call
