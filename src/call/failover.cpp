// A target that does not take the call: what that means, and where the call goes next.,
// R-105; the table is in cause.cpp.
#include <algorithm>

#include "call/rule.hpp"
#include "call/turn.hpp"
#include "tandem/message/uri.hpp"
#include "tandem/trunk/digest.hpp"

namespace tandem::call {

namespace {

/// The INVITE once more in the same leg, with what its rejection asked for.
void repeat_invite(Turn& turn, Attempt& attempt) {
  attempt.early.clear();
  attempt.to_tag.clear();
  turn.disarm(attempt.leg.id, TimerKind::Ring);
  send_invite(turn, attempt);
}

/// The INVITE again, with the answer to the target's challenge: once an attempt (R-053, RFC 3261 §22.2).
bool answer_challenge(Turn& turn, Attempt& attempt, const Answered& answered) {
  if (attempt.authorized && holds(Rule::AuthorizeOnce)) return false;
  auto credentials = credentials_for(turn, attempt, answered.status, answered.challenges, "INVITE");
  if (!credentials) return false;
  attempt.authorized = true;
  attempt.credentials = {*std::move(credentials)};
  repeat_invite(turn, attempt);
  return true;
}

/// 422: the INVITE again with the interval that the target insists on, once an attempt (RFC 4028 §7.3). Credentials stay
/// in it. A peer that counts their use may challenge once more, and is answered.
bool lengthen_session(Turn& turn, Attempt& attempt, const Answered& answered) {
  if (policy_of(turn.call, attempt.leg).in_call.session_timer.support == config::Support::Off) return false;
  if (!answered.min_se_s || (attempt.lengthened && holds(Rule::LengthenOnce))) return false;
  attempt.lengthened = true;
  attempt.authorized = false;
  attempt.min_se_s = answered.min_se_s;
  repeat_invite(turn, attempt);
  return true;
}

/// RFC 3263 §4.3: another record of the same name may do where this one is silent, cannot be reached, or says
/// 503.
bool is_of_one_record(const Attempt& attempt) {
  return attempt.cause.reason == trunk::Reason::NoResponse ||
         attempt.cause.reason == trunk::Reason::TargetUnreachable || attempt.status == 503;
}

/// Nothing more comes from this INVITE.
void end_transaction(Turn& turn, Attempt& attempt) {
  for (TimerKind kind : {TimerKind::NoResponse, TimerKind::Ring, TimerKind::CancelWait}) turn.disarm(attempt.leg.id, kind);
  release(turn, attempt.leg);
}

}  // namespace

bool is_challenge(int status) { return status == 401 || status == 407; }

std::optional<message::Header> credentials_for(Turn& turn, const Attempt& attempt, int status,
                                               const std::vector<std::string>& challenges, std::string_view method) {
  const trunk::PlannedTarget& target = target_of(turn.call, attempt);
  if (!target.credential) return std::nullopt;
  auto credentials = trunk::answer_challenge(challenges, *target.credential, method, message::print(target.request_uri),
                                             turn.context.random);
  if (!credentials) return std::nullopt;
  return message::Header{status == 401 ? "Authorization" : "Proxy-Authorization", *std::move(credentials)};
}

void on_rejection(Turn& turn, Attempt& attempt, const Answered& answered) {
  const DialogState dialog = attempt.leg.dialog;
  const bool canceling = dialog == DialogState::Canceling;
  if (!canceling && dialog != DialogState::Calling && dialog != DialogState::Early) {
    return note_unlawful(turn, "answered", attempt.leg.id);
  }
  attempt.status = answered.status;
  attempt.phrase = answered.phrase;
  turn.disarm(attempt.leg.id, TimerKind::NoResponse);
  if (!canceling && is_challenge(answered.status) && answer_challenge(turn, attempt, answered)) return;
  if (!canceling && answered.status == 422 && lengthen_session(turn, attempt, answered)) return;
  end_transaction(turn, attempt);
  if (canceling) return;  // why it was given up is known already
  attempt.remote_reason = clean_reason(answered.reason_header);
  // The transferor may follow a redirection itself: it hears of it (RFC 3515 §2.4.5).
  if (answered.status < 400 && !is_of_transfer(turn.call, attempt)) take_redirection(turn, attempt, answered.contacts);
  fail_attempt(turn, attempt, verdict_for_status(answered.status, stop_codes_of(turn.call, attempt)));
}

void on_invite_failed(Turn& turn, const InviteFailed& failed) {
  Attempt* attempt = find_attempt(turn.call, failed.leg);
  if (attempt == nullptr) return note_unlawful(turn, "invite_failed", failed.leg);
  switch (attempt->leg.dialog) {
    case DialogState::Calling:
    case DialogState::Early:
      end_transaction(turn, *attempt);
      return fail_attempt(turn, *attempt,
                          verdict_for(failed.failure == TransactionFailure::Transport ? trunk::Reason::TargetUnreachable
                                                                                      : trunk::Reason::NoResponse));
    case DialogState::Canceling:
      return end_transaction(turn, *attempt);
    case DialogState::Idle:
    case DialogState::Answered:
    case DialogState::Confirmed:
    case DialogState::Terminating:
    case DialogState::Terminated:
      return note_unlawful(turn, "invite_failed", failed.leg);
  }
}

void on_no_response(Turn& turn, Attempt& attempt) {
  const Verdict verdict = verdict_for(trunk::Reason::NoResponse);
  if (holds(Rule::CancelOnNoResponse)) cancel(turn, attempt, reason_header_for(verdict.cause, {}));
  fail_attempt(turn, attempt, verdict);
}

void on_ring_timeout(Turn& turn, Attempt& attempt) {
  const Verdict verdict = verdict_for(trunk::Reason::RingTimeout);
  cancel(turn, attempt, reason_header_for(verdict.cause, {}));
  fail_attempt(turn, attempt, verdict);
}

void fail_attempt(Turn& turn, Attempt& attempt, const Verdict& verdict) {
  const bool of_transfer = is_of_transfer(turn.call, attempt);
  if (!of_transfer) abandon_exchange(turn);  // an UPDATE in the early dialog
  attempt.cause = verdict.cause;
  attempt.ended = turn.context.wall;
  if (verdict.hunting == Hunting::Stop && holds(Rule::StopListStops)) return end_hunt(turn, verdict.hunting);
  const std::size_t target = attempt.target;
  const bool next_record = is_of_one_record(attempt) && !turn.call.preparation.untried.empty();
  const bool goes_on = next_record || target + 1 < turn.call.admission.plan.targets.size();
  if (goes_on && !of_transfer) disconnect_target(turn, attempt);
  // `attempt` is gone from here on: the vector may move.
  if (!next_record || !dial_next_record(turn, target)) dial(turn, target + 1);
}

bool by_target(const Attempt& attempt) {
  return attempt.status >= 300 || attempt.cause.reason == trunk::Reason::AnswerLost;
}

void end_hunt(Turn& turn, Hunting hunting) {
  const Call& call = turn.call;
  const Attempt& telling = most_telling_failure(call);
  if (call.transfer) return fail_transfer(turn, telling);
  Cause cause = telling.cause;
  const auto dialled = [](const Attempt& attempt) { return attempt.to.address.port != 0; };
  const auto first = std::find_if(call.attempts.begin(), call.attempts.end(), dialled);
  const bool several = std::any_of(first, call.attempts.end(), [&](const Attempt& attempt) {
    return dialled(attempt) && attempt.target != first->target;
  });
  if (hunting == Hunting::TryNext && several) cause.reason = trunk::Reason::AllTargetsFailed;
  clear(turn, Ending{cause, by_target(telling) ? std::optional(Side::B) : std::nullopt, telling.remote_reason});
}

}  // namespace tandem::call
