// A finished call with everything set, and its time line in one place.
#pragma once

#include <chrono>

#include "tandem/call/call.hpp"

namespace tandem::cdr::testing {

/// 2026-11-21T12:00:00Z plus so many milliseconds.
inline WallTime at_ms(int milliseconds) {
  return WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + std::chrono::hours{12} +
                  std::chrono::milliseconds{milliseconds}};
}

inline trunk::PlannedTarget carrier_target(const std::string& carrier, const std::string& address) {
  trunk::PlannedTarget target;
  target.name = carrier + "-gw";
  target.policy.peer = carrier;
  target.policy.peer_is_carrier = true;
  target.address = *SocketAddress::parse(address);
  target.request_uri.user = "12125550100";
  target.from.uri.user = "+4420";
  return target;
}

inline call::Attempt attempt(std::uint16_t number, std::size_t target) {
  call::Attempt made;
  made.leg.id = call::LegId{number};
  made.target = target;
  made.started = at_ms(100 * number);
  return made;
}

/// The first target rejects with 503, the second answers after 2.2 s, the caller hangs up after 10 s of talk.
inline call::Call answered_call() {
  call::Call call;
  call.ref = "01JD7Z0000000000000000CALL";
  call.admission.trunk = "acme";
  call.admission.trunk_id = "TK1";
  call.admission.account = "acme-inc";
  call.admission.user = "alice";
  call.admission.calling_received = "+4420";
  call.admission.called_received = "0012125550100";
  call.admission.called = "+12125550100";
  call.admission.caller_policy.peer = "acme";
  call.admission.plan.targets = {carrier_target("north", "127.0.0.20:5060"), carrier_target("south", "127.0.0.21:5062")};
  call.admission.calling = "+442071838750";
  call.admission.presented_cli = "+442071838750";
  call.admission.asserted_cli = "+442071838750";
  call.admission.edge = "dublin";
  call.admission.route = "night";
  call.admission.plan.entries.resize(2);
  call.admission.plan.entries[1].leg_type = trunk::LegType::RouteNumber;
  call.admission.plan.targets[1].entry = 1;
  call.attempts = {attempt(1, 0), attempt(2, 1)};
  for (call::Attempt& made : call.attempts) made.to = {call.admission.plan.targets[made.target].address, Transport::Udp};
  call.attempts[0].ended = at_ms(180);
  call.attempts[0].status = 503;
  call.attempts[0].phrase = "Busy Here";
  call.attempts[0].remote_reason = "Q.850;cause=41";
  call.attempts[0].cause = {trunk::Reason::RejectedByTarget, 503, 41};
  call.attempts[1].rang = at_ms(700);
  call.attempts[1].answered = at_ms(2200);
  call.attempts[1].ended = at_ms(12200);
  call.attempts[1].status = 200;
  call.facts.call_id = "abc@127.0.0.10";
  call.facts.source = *SocketAddress::parse("127.0.0.10:5060");
  call.facts.listener = "udp4";
  call.facts.started = at_ms(0);
  call.facts.rang = at_ms(700);
  call.facts.answered = at_ms(2200);
  call.facts.ended = at_ms(12200);
  call.facts.hung_up_by = call::Side::A;
  call.facts.media.a.received_packets = 500;
  call.facts.media.a.jitter_us = 125;
  call.facts.media.b.sent_packets = 499;
  call.cause = {trunk::Reason::CallerHungUp, 200, 16};
  return call;
}

}  // namespace tandem::cdr::testing
