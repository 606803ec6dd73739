// Moves of a transfer: the REFER of whoever may send one.
#include "support/call_world.hpp"

namespace tandem::test {

using namespace tandem::call;

namespace {

/// Its dialog is there, as its peer sees it.
bool may_refer(const CallLedger& ledger, LegId leg) {
  if (leg == kLegA) {
    const CallerBook& a = ledger.a;
    return a.answered && a.acked && !a.bye_received && !a.released;
  }
  if (ledger.b.size() < leg.value()) return false;
  const TargetBook& target = ledger.b[leg.value() - std::size_t{1}];
  return !target.answers.empty() && target.answers.front().acked && !target.bye_received && !target.released;
}

}  // namespace

LegId transferor_of(const Bounds& bounds) { return bounds.caller_transfers ? kLegA : LegId{1}; }

void allow_transfers(const Bounds& bounds, trunk::Admission& admission) {
  if (bounds.transfers == 0) return;
  trunk::PlannedTarget& target = admission.plan.targets.front();
  target.headers.push_back({"Max-Forwards", "70"});
  admission.called = "+12025550100";
  trunk::LegPolicy& customer = bounds.caller_transfers ? admission.caller_policy : target.policy;
  trunk::LegPolicy& carrier = bounds.caller_transfers ? target.policy : admission.caller_policy;
  customer.peer = "acme";
  customer.peer_is_carrier = false;
  customer.in_call.transfer.mode = config::TransferMode::SipOnly;
  carrier.peer = "north";
  carrier.peer_is_carrier = true;
}

void add_transfer_moves(const World& world, const Bounds& bounds, std::vector<Move>& moves) {
  const TransferBook& book = world.ledger.transfer;
  const LegId leg = transferor_of(bounds);
  if (bounds.transfers == 0 || !may_refer(world.ledger, leg)) return;
  // The last one that is taken is followed by those that are not.
  if (book.taken >= bounds.transfers && !book.pending) return;
  ReferReceived refer;
  refer.leg = leg;
  refer.request = RequestId{world.requests + 1};
  refer.refer_to = "<sip:carol@203.0.113.7>";
  moves.push_back({"REFER", Due::Voluntary, refer});
}

void print_transfer(std::string& out, const Call& call) {
  out += '~';
  out += static_cast<char>('0' + call.bridge.a.value());
  out += call.bridge.b ? static_cast<char>('0' + call.bridge.b->value()) : '-';
  out.append(std::to_string(call.transfers)).append(std::to_string(call.transferred));
  if (!call.transfer) return;
  out += static_cast<char>('0' + call.transfer->transferor.value());
  out += static_cast<char>('0' + call.transfer->transferee.value());
  out.append(std::to_string(call.transfer->first_attempt)).append(":").append(std::to_string(call.transfer->told));
}

}  // namespace tandem::test
