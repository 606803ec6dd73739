// REFER: one side of the call hands the other on. It is consumed here: a new INVITE goes to where it leads,
// and the transferor is told by NOTIFY how that fares. Until the new callee answers, the call stays as it
// was. R-128; RFC 3515, RFC 3891, RFC 5589 §6.
#include "tandem/trunk/transfer.hpp"

#include <algorithm>

#include "call/rule.hpp"
#include "call/turn.hpp"
#include "tandem/base/check.hpp"
#include "tandem/sdp/negotiate.hpp"

namespace tandem::call {

namespace {

using trunk::Reason;

/// Longer than any hunt: the subscription ends when the transfer does (RFC 3515 §2.4.7).
constexpr std::string_view kActive = "active;expires=600";
constexpr std::string_view kOver = "terminated;reason=noresource";

/// Its dialog takes requests of ours, and nobody is ending it.
bool is_there(const Leg& leg) { return leg.dialog == DialogState::Confirmed; }

const Leg& leg_of(const Call& call, LegId id) {
  return id == kLegA ? call.a : call.attempts.at(id.value() - std::size_t{1}).leg;
}

trunk::Party party_of(const Call& call, LegId leg) {
  if (leg == kLegA) return std::nullopt;
  return call.attempts.at(leg.value() - std::size_t{1}).target;
}

/// The transferor's subscription goes with its dialog: who has hung up is told nothing.
void notify(Turn& turn, int status, std::string_view subscription) {
  Transfer& transfer = *turn.call.transfer;
  if (!is_there(leg_of(turn.call, transfer.transferor)) || !holds(Rule::TellTransferor)) return;
  transfer.told = status;
  const std::string sipfrag =
      "SIP/2.0 " + std::to_string(status) + " " + std::string(message::status_phrase(status));
  turn.emit(SendNotify{transfer.transferor, transfer.refer, sipfrag, std::string(subscription)});
}

void refuse(Turn& turn, const ReferReceived& refer, Reason reason, int status, const std::string& why) {
  turn.emit(Note{log::Level::Warn,
                 "transfer_refused",
                 {{"leg", std::to_string(refer.leg.value())},
                  {"reason", std::string(trunk::code(reason))},
                  {"why", why}}});
  turn.emit(
      RespondToRequest{refer.leg, refer.request, status, {}, {{"Reason", trunk::reason_header(reason)}}});
}

/// Two parties talk, and nothing is under way that the transfer would meet.
bool can_begin(const Call& call, const Leg& transferor, const Leg* transferee) {
  const bool pending = call.transfer.has_value() && holds(Rule::OneTransferAtATime);
  return call.stage == Stage::Connected && !pending && is_there(transferor) && transferee != nullptr &&
         is_there(*transferee) && transferee->sdp.local && transferee->sdp.remote;
}

void begin(Turn& turn, const ReferReceived& refer, const Leg& transferee, trunk::Redirection&& planned) {
  Call& call = turn.call;
  const std::size_t first = call.admission.plan.targets.size();
  turn.emit(Note{log::Level::Info,
                 "transfer",
                 {{"leg", std::to_string(refer.leg.value())},
                  {"target", planned.targets.front().name},
                  {"targets", std::to_string(planned.targets.size())}}});
  add_targets(call.admission.plan, first - 1, std::move(planned));
  if (!call.bridge.b)
    call.bridge.b = std::max(refer.leg, transferee.id);  // attempts follow that are not on it
  call.transfer = Transfer{refer.leg, transferee.id, refer.request, call.attempts.size(), 0};
  ++call.transfers;
  turn.emit(RespondToRequest{refer.leg, refer.request, 202, {}, {}});
  notify(turn, 100, kActive);
  dial(turn, holds(Rule::CallWhomReferNames) ? first : 0);
}

/// What the transferee can hear, as a new callee may be offered it: the encodings of its session, held or
/// not.
Expected<sdp::AudioStream, Reason> audio_of_transferee(const Call& call, const trunk::PlannedTarget& target) {
  const OfferAnswer& session = leg_of(call, call.transfer->transferee).sdp;
  const auto agreed = sdp::negotiate(*session.local, *session.remote);
  if (!agreed) return unexpected(reason_for(agreed.error()));
  auto audio = sdp::audio_of_offer(*session.remote);
  if (!audio) return unexpected(reason_for(audio.error()));
  audio->codecs = agreed->codecs;
  audio->direction = sdp::Direction::SendRecv;
  if (!target.policy.codecs.empty()) keep_listed(audio->codecs, target.policy.codecs);
  if (!holds_voice(audio->codecs)) return unexpected(Reason::NoCommonCodec);
  return std::move(*audio);
}

bool is_on_hold(const Leg& leg) {
  const auto agreed = sdp::negotiate(*leg.sdp.local, *leg.sdp.remote);
  return !agreed || !agreed->we_send || !agreed->we_receive;
}

/// The party that stays and the new callee hear each other, if need be after the former was asked.
void join(Turn& turn, Leg& transferee, const Leg& callee) {
  const bool fits = connect_bridge(turn, transferee, callee).has_value();
  if (!fits || is_on_hold(transferee)) offer_description(turn, transferee, callee);
}

/// The call goes on without it; it has so long for its BYE.
void part_with(Turn& turn, Leg& transferor) {
  if (Attempt* attempt = find_attempt(turn.call, transferor.id); attempt != nullptr && !attempt->ended) {
    attempt->ended = turn.context.wall;
    attempt->cause = cause_of(Reason::Transferred, 200);
  }
  for (const TimerKind kind : {TimerKind::SessionRefresh, TimerKind::SessionExpiry, TimerKind::MediaLost})
    turn.disarm(transferor.id, kind);
  if (!is_there(transferor) || !holds(Rule::ReleaseTransferor)) return;
  turn.arm(transferor.id, TimerKind::Transferor, policy_of(turn.call, transferor).in_call.transfer.guard);
}

bool is_on_bridge(Call& call, const Leg& leg) { return other_leg(call, leg) != nullptr; }

}  // namespace

bool is_of_transfer(const Call& call, const Attempt& attempt) {
  return call.transfer && attempt.leg.id.value() > call.transfer->first_attempt;
}

void on_refer(Turn& turn, const ReferReceived& refer) {
  Call& call = turn.call;
  Leg* leg = find_leg(call, refer.leg);
  const bool alive = leg != nullptr && (is_there(*leg) || leg->dialog == DialogState::Early ||
                                        leg->dialog == DialogState::Answered);
  if (!alive) {
    if (holds(Rule::RefuseRequestsAtTheEnd))
      turn.emit(RespondToRequest{refer.leg, refer.request, 481, {}, {}});
    return;
  }
  const bool allowed = policy_of(call, *leg).in_call.transfer.mode != config::TransferMode::Off;
  const Leg* transferee = other_leg(call, *leg);
  if (allowed && !can_begin(call, *leg, transferee)) {
    return refuse(turn, refer, Reason::TransferPending, 491,
                  "the two parties do not talk, or another transfer is under way");
  }
  if (allowed && call.transfers == kMaxTransfers) {
    return refuse(turn, refer, Reason::TransferRefused, 403, "it was transferred too often");
  }
  TANDEM_CHECK(call.directory != nullptr, "a call keeps the snapshot that it was born with");
  trunk::TransferRequest request{
      party_of(call, refer.leg), {}, refer.refer_to, refer.referred_by, refer.replaces};
  if (transferee != nullptr) request.transferee = party_of(call, transferee->id);
  auto planned = trunk::plan_transfer(*call.directory, call.admission, request, turn.context.random);
  if (!planned) {
    const trunk::TransferRefusal& refusal = planned.error();
    return refuse(turn, refer, refusal.reason, refusal.status, refusal.detail);
  }
  begin(turn, refer, *transferee, std::move(*planned));
}

bool can_be_transferred_to(const Call& call, const trunk::PlannedTarget& target) {
  return audio_of_transferee(call, target).has_value();
}

void offer_transferee(const Call& call, Attempt& attempt) {
  const Leg& transferee = leg_of(call, call.transfer->transferee);
  const auto audio = audio_of_transferee(call, target_of(call, attempt));
  TANDEM_CHECK(audio.has_value(), "dial() has asked whether there is something to offer");
  attempt.leg.side = leg_of(call, call.transfer->transferor).side;
  attempt.offered = true;
  attempt.leg.sdp.local = sdp::relay_offer(*transferee.sdp.remote, *audio, media_of(call, attempt.leg),
                                           {attempt.leg.sdp.session_id, attempt.leg.sdp.version});
  attempt.leg.sdp.state = OfferState::LocalOffer;
}

void on_transfer_progress(Turn& turn, Attempt& attempt, const Answered& answered) {
  if (attempt.leg.dialog != DialogState::Calling && attempt.leg.dialog != DialogState::Early) return;
  note_life(turn, attempt);
  if (answered.status == 100 || answered.to_tag.empty()) return;
  attempt.leg.dialog = DialogState::Early;
  if (attempt.to_tag.empty()) attempt.to_tag = answered.to_tag;
  EarlyDialog* early = early_dialog(attempt, answered.to_tag);
  if (answered.rseq) {
    if (early == nullptr || !is_in_order(*early, *answered.rseq)) return;
    early->rseq = answered.rseq;
    send_prack(turn, attempt, *early, {});
  }
  if (!crosses(answered.status)) return;
  // Nobody hears it yet, but a 200 may leave out what a 183 has said.
  if (auto answer = offer_in(answered.body); early != nullptr && answer) early->answer = std::move(answer);
  if (answered.status == 180 && !attempt.rang) attempt.rang = turn.context.wall;
  if (turn.call.transfer->told != answered.status) notify(turn, answered.status, kActive);
}

Expected<void, trunk::Reason> follow_transfer(Attempt& attempt, const sdp::Session& answer) {
  const auto agreed = sdp::negotiate(*attempt.leg.sdp.local, answer);
  if (!agreed) return unexpected(reason_for(agreed.error()));
  attempt.leg.sdp.remote = answer;
  return {};
}

void complete_transfer(Turn& turn, Attempt& attempt) {
  Call& call = turn.call;
  const Transfer over = *call.transfer;
  notify(turn, 200, kOver);
  call.transfer.reset();
  ++call.transferred;
  abandon_exchange(turn);
  if (attempt.leg.side == Side::A) {
    call.bridge.a = attempt.leg.id;
  } else {
    call.bridge.b = attempt.leg.id;
  }
  part_with(turn, *find_leg(call, over.transferor));
  join(turn, *find_leg(call, over.transferee), attempt.leg);
}

void fail_transfer(Turn& turn, const Attempt& telling) {
  Call& call = turn.call;
  const Transfer over = *call.transfer;
  Cause cause = telling.cause;
  const int status = cause.reason == Reason::Redirected ? telling.status : cause.status;
  notify(turn, status, kOver);
  call.transfer.reset();
  stop_preparing(turn);
  turn.emit(Note{log::Level::Info,
                 "transfer_failed",
                 {{"leg", std::to_string(over.transferor.value())},
                  {"reason", std::string(trunk::code(cause.reason))},
                  {"status", std::to_string(status)}}});
  if (is_there(leg_of(call, over.transferor))) return;
  cause.status = 200;  // A's INVITE was answered long ago
  clear(turn, Ending{cause, by_target(telling) ? std::optional(telling.leg.side) : std::nullopt,
                     telling.remote_reason});
}

void abandon_transfer(Turn& turn) {
  if (!turn.call.transfer) return;
  notify(turn, 487, kOver);
  turn.call.transfer.reset();
}

bool goes_on_without(Turn& turn, Leg& leg) {
  Call& call = turn.call;
  if (call.stage != Stage::Connected) return false;
  if (!call.transfer || call.transfer->transferor != leg.id) return !is_on_bridge(call, leg);
  if (!holds(Rule::WaitForNewCallee)) return false;
  abandon_exchange(turn);
  part_with(turn, leg);
  if (holds(Rule::SilenceTransferor)) (void)connect_alone(turn, leg_of(call, call.transfer->transferee));
  return true;
}

void on_transferor_silent(Turn& turn, Leg& leg) {
  if (turn.call.stage != Stage::Connected || !is_there(leg) || is_on_bridge(turn.call, leg)) return;
  const Attempt* attempt = find_attempt(turn.call, leg.id);
  leg.dialog = DialogState::Terminating;
  forget_dialog(turn, leg);
  send_bye(turn, leg, attempt == nullptr ? std::string{} : attempt->to_tag,
           reason_header_for(cause_of(Reason::Transferred, 200), {}));
}

void on_description_finished(Turn& turn, Leg& leg, const OfferAnswered& answered) {
  if (answered.status < 300) return;
  turn.emit(Note{log::Level::Warn,
                 "offer_refused",
                 {{"leg", std::to_string(leg.id.value())}, {"status", std::to_string(answered.status)}}});
}

}  // namespace tandem::call
