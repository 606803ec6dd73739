// The table of failures. Every way in which a target can fail ends here, so that hunting, A's response, Q.850 and the
// reason code never disagree.; RFC 3398 §8.2.6.1 for Q.850; RFC 3326 for Reason.
#include <algorithm>
#include <array>

#include "call/turn.hpp"
#include "tandem/message/auth.hpp"
#include "tandem/trunk/reason.hpp"

namespace tandem::call {

namespace {

using trunk::Reason;

/// These are about our own INVITE, and mean something only with a header or a state that ends at this hop. A did not send
/// that INVITE, so it hears of a fault on our side.
constexpr std::array kOurOwnHop{420, 421, 422, 423, 424, 481, 489, 491, 493, 494};

template <std::size_t N>
bool contains(const std::array<int, N>& list, int status) {
  return std::find(list.begin(), list.end(), status) != list.end();
}

/// Where we refuse for a reason that has no status of its own: temporarily unavailable (RFC 3261 §21.4.18).
constexpr int kUnavailable = 480;

/// These kept us from dialling the target at all.
constexpr std::array kNeverDialled{Reason::ChannelsExhausted, Reason::RateExceeded, Reason::NameUnresolved,
                                   Reason::NoCommonCodec};

/// What A learns most from: a callee that has answered, then a target's own word before our diagnosis, a diagnosis of the target before its
/// silence, and that before a target that was never dialled.
int telling(Reason reason) {
  if (reason == Reason::AnswerLost) return 4;
  if (reason == Reason::RejectedByTarget) return 3;
  if (reason == Reason::Redirected || reason == Reason::TargetAuthFailed) return 2;
  return std::find(kNeverDialled.begin(), kNeverDialled.end(), reason) == kNeverDialled.end() ? 1 : 0;
}

}  // namespace

Cause cause_of(trunk::Reason reason, int status) { return {reason, status, trunk::info(reason).q850}; }

Verdict verdict_for_status(int status, const config::StatusSet& stop_codes) {
  if (status < 400) return verdict_for(Reason::Redirected);
  if (status == 401 || status == 407) return verdict_for(Reason::TargetAuthFailed);
  const int for_a = contains(kOurOwnHop, status) ? 500 : status;
  return {stop_codes.contains(status) ? Hunting::Stop : Hunting::TryNext,
          {Reason::RejectedByTarget, for_a, trunk::q850_for_status(status)}};
}

Verdict verdict_for(trunk::Reason reason) {
  const trunk::ReasonInfo& row = trunk::info(reason);
  const bool next = reason == Reason::NoResponse || reason == Reason::TargetUnreachable ||
                    reason == Reason::TargetAuthFailed || reason == Reason::Redirected ||
                    std::find(kNeverDialled.begin(), kNeverDialled.end(), reason) != kNeverDialled.end();
  return {next ? Hunting::TryNext : Hunting::Stop,
          cause_of(reason, row.status >= 300 ? row.status : kUnavailable)};
}

const Attempt& most_telling_failure(const Call& call) {
  const auto first = call.attempts.begin() + static_cast<std::ptrdiff_t>(call.transfer ? call.transfer->first_attempt : 0);
  const Attempt* best = &*first;
  for (auto attempt = first; attempt != call.attempts.end(); ++attempt) {
    if (telling(attempt->cause.reason) >= telling(best->cause.reason)) best = &*attempt;
  }
  return *best;
}

std::string reason_header_for(const Cause& cause, const std::string& remote_reason) {
  if (!remote_reason.empty()) return remote_reason;
  return message::print(message::ReasonValue{"Q.850", cause.q850, std::string(trunk::code(cause.reason))});
}

std::string clean_reason(const std::string& reason_header) {
  constexpr std::size_t kLongestReason = 256;  // a sentence; a peer that writes a page is not quoted
  if (reason_header.empty() || reason_header.size() > kLongestReason) return {};
  const auto value = message::parse_reason(reason_header);
  return value ? message::print(*value) : std::string{};
}

}  // namespace tandem::call
