// Inside the ledger: what booking and judging share.
#pragma once

#include <optional>
#include <string>

#include "support/call_ledger.hpp"

namespace tandem::test::detail {

using Broken = std::optional<std::string>;

inline std::uint16_t number(call::LegId leg) { return leg.value(); }
TargetBook* find_target(CallLedger&, call::LegId);
AnsweredDialog* find_dialog(TargetBook&, const std::string& to_tag);
bool leg_is_over(const CallLedger&, call::LegId);
/// Nobody is called for A any more, nor for whom it talks with.
bool is_over_for_a(const CallLedger&);
/// Whether the last failure is one after which a further record of the same name is due (RFC 3263 §4.3).
bool failed_as_a_record(const TargetBook&);
/// Of a target's leg, if it has session timers.
const config::SessionTimer* timer_policy(const CallLedger&, call::LegId);
/// Whether a peer waits for what is asked on that leg: somebody else has to.
bool somebody_waits(const CallLedger&, std::uint16_t asked);

/// A target that is not dialled is a row of the book that has ended.
void pass_over(CallLedger&, std::size_t target);
/// The leg's side of the media.
bool is_on_side_a(const CallLedger&, std::uint16_t leg);
/// A target that has answered, and whose part of the call is not over.
bool talks(const CallLedger&, std::uint16_t leg);
/// A talks or waits to: it has neither hung up nor handed its call on.
bool a_has_part(const CallLedger&);
/// Where the transferor has gone, nobody is told of the end: the new callee's answer is one, and the end of the call.
void conclude_transfer(CallLedger&);

/// What step() asked for (call_judge.cpp).
Broken judge(CallLedger&, const call::Effect&);
/// What must hold between the end of one renegotiation and the next.
Broken judge_agreement(CallLedger&, const call::Call& after);
/// What must hold between any two steps.
Broken judge_rest(const CallLedger&, const call::Call& after);

}  // namespace tandem::test::detail
