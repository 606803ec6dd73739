// The way through the plan: a target is prepared where it must be, then its records are dialled in their
// order, then comes the next target.; RFC 3263 §4.3.
#include <algorithm>

#include "call/rule.hpp"
#include "call/turn.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::call {

namespace {

using trunk::Reason;

/// Whether targets of this plan must be granted or looked up. One question for the whole plan: a target that
/// takes nothing is prepared too, so that what the entry before it held is let go.
bool needs_preparation(const trunk::RoutePlan& plan) {
  return std::any_of(plan.entries.begin(), plan.entries.end(),
                     [](const auto& entry) { return !entry.takes.empty(); }) ||
         std::any_of(plan.targets.begin(), plan.targets.end(),
                     [](const auto& target) { return !target.is_numeric(); });
}

/// The first target behind the run that this one stands in.
std::size_t behind_entry(const trunk::RoutePlan& plan, std::size_t target) {
  std::size_t next = target + 1;
  while (next < plan.targets.size() && plan.targets[next].entry == plan.targets[target].entry) ++next;
  return next;
}

Attempt new_attempt(const Turn& turn, std::size_t target) {
  Attempt attempt;
  attempt.leg.id = LegId{static_cast<std::uint16_t>(turn.call.attempts.size() + 1)};
  attempt.target = target;
  attempt.started = turn.context.wall;
  return attempt;
}

bool has_an_offer(const Call& call, const trunk::PlannedTarget& target) {
  return call.transfer ? can_be_transferred_to(call, target) : can_be_offered(call, target);
}

/// A target that cannot be dialled leaves its record all the same: an attempt without a leg on the wire.
void pass_over(Turn& turn, std::size_t target, const Cause& cause, const std::string& detail) {
  Attempt attempt = new_attempt(turn, target);
  attempt.leg.dialog = DialogState::Terminated;
  attempt.ended = turn.context.wall;
  attempt.cause = cause;
  attempt.phrase = detail;
  turn.emit(Note{log::Level::Info,
                 "target_passed_over",
                 {{"target", turn.call.admission.plan.targets[target].name},
                  {"reason", std::string(trunk::code(cause.reason))},
                  {"why", detail}}});
  turn.call.attempts.push_back(std::move(attempt));
}

/// What the transferee hears may have changed while the target was prepared, or its record before was tried.
void pass_over_unoffered(Turn& turn, std::size_t target) {
  pass_over(turn, target, verdict_for(Reason::NoCommonCodec).cause, "none of the offered codecs is one of its policy");
  dial(turn, target + 1);
}

/// The first INVITE to that record of the target.
void open_attempt(Turn& turn, std::size_t target, const TargetAddress& to) {
  Call& call = turn.call;
  if (!has_an_offer(call, call.admission.plan.targets[target])) return pass_over_unoffered(turn, target);
  Attempt attempt = new_attempt(turn, target);
  attempt.to = to;
  attempt.leg.sdp.session_id = new_session_id(turn.context.random);
  attempt.leg.sdp.version = 1;
  attempt.offered = call.a.sdp.remote.has_value();
  if (call.transfer) {
    offer_transferee(call, attempt);
  } else if (attempt.offered) {
    attempt.leg.sdp.local = offer_for_target(call, attempt);
    attempt.leg.sdp.state = OfferState::LocalOffer;
  }
  call.attempts.push_back(std::move(attempt));
  send_invite(turn, call.attempts.back());
}

Duration prepare_wait(const Call& call) {
  const config::DnsSettings names =
      call.directory ? trunk::config_of(*call.directory).dns : config::DnsSettings{};
  return names.timeout + kPrepareGrace;
}

void prepare(Turn& turn, std::size_t target) {
  const trunk::RoutePlan& plan = turn.call.admission.plan;
  if (!needs_preparation(plan) || !holds(Rule::PrepareWhereNeeded)) {
    return open_attempt(turn, target, {plan.targets[target].address, plan.targets[target].transport});
  }
  turn.call.preparation.asked = target;
  if (holds(Rule::ArmPrepare)) turn.arm(kLegA, TimerKind::Prepare, prepare_wait(turn.call));
  turn.emit(PrepareTarget{target});
}

/// An answer that comes after the call gave up waiting, or has ended, is nobody's mistake: the two have
/// crossed.
bool is_awaited(const Call& call, std::size_t target) {
  if (!holds(Rule::IgnoreLatePreparation)) return true;
  return (call.stage == Stage::Dialing || call.transfer) && call.preparation.asked == target;
}

void passed_over_by_shell(Turn& turn, const TargetRefused& refused) {
  stop_preparing(turn);
  pass_over(turn, refused.target, cause_of(refused.reason, refused.status), refused.detail);
  const bool whole_entry = refused.reason != Reason::NameUnresolved && holds(Rule::PassOverRefusedEntry);
  dial(turn, whole_entry ? behind_entry(turn.call.admission.plan, refused.target) : refused.target + 1);
}

}  // namespace

bool uses_entry(const Call& call, std::size_t entry) {
  const auto& targets = call.admission.plan.targets;
  const auto asked = call.preparation.asked;
  if (asked && targets.at(*asked).entry == entry) return true;
  return std::any_of(call.attempts.begin(), call.attempts.end(), [&](const Attempt& attempt) {
    return !attempt.ended && targets.at(attempt.target).entry == entry;
  });
}

void dial(Turn& turn, std::size_t target) {
  const trunk::RoutePlan& plan = turn.call.admission.plan;
  turn.call.preparation = {};
  if (target >= plan.targets.size()) return end_hunt(turn, Hunting::TryNext);
  if (has_an_offer(turn.call, plan.targets[target])) return prepare(turn, target);
  pass_over_unoffered(turn, target);
}

bool dial_next_record(Turn& turn, std::size_t target) {
  auto& untried = turn.call.preparation.untried;
  if (untried.empty() || !holds(Rule::NextRecordFirst)) return false;
  const TargetAddress to = untried.front();
  untried.erase(untried.begin());
  open_attempt(turn, target, to);
  return true;
}

void stop_preparing(Turn& turn) {
  turn.call.preparation = {};
  turn.disarm(kLegA, TimerKind::Prepare);
}

void on_target_ready(Turn& turn, const TargetReady& ready) {
  const trunk::RoutePlan& plan = turn.call.admission.plan;
  const bool whole = !ready.addresses.empty() && ready.addresses.size() <= kMaxTargetAddresses;
  if (ready.target >= plan.targets.size() || !needs_preparation(plan) || !whole) {
    return note_unlawful(turn, "target_ready", kLegA);
  }
  if (!is_awaited(turn.call, ready.target)) return;
  stop_preparing(turn);
  turn.call.preparation.untried.assign(ready.addresses.begin() + 1, ready.addresses.end());
  open_attempt(turn, ready.target, ready.addresses.front());
}

void on_target_refused(Turn& turn, const TargetRefused& refused) {
  const trunk::RoutePlan& plan = turn.call.admission.plan;
  if (refused.target >= plan.targets.size() || !needs_preparation(plan)) {
    return note_unlawful(turn, "target_refused", kLegA);
  }
  if (is_awaited(turn.call, refused.target)) passed_over_by_shell(turn, refused);
}

void on_prepare_timeout(Turn& turn) {
  const auto asked = turn.call.preparation.asked;
  if (!asked) return;
  passed_over_by_shell(
      turn, TargetRefused{*asked, Reason::NameUnresolved, 503, "nobody has said where the name leads"});
}

}  // namespace tandem::call
