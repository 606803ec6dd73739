#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tandem/cdr/record.hpp"
#include "unit/cdr/sample_call.hpp"

namespace tandem::cdr {
namespace {

using Json = nlohmann::json;
using testing::answered_call;
using testing::at_ms;

Json call_json(const call::Call& call) { return Json::parse(call_line(call, "node1")); }

TEST(CallLine, SaysWhoWhereAndWhen) {
  const Json line = call_json(answered_call());
  EXPECT_EQ(line["type"], "call");
  EXPECT_EQ(line["id"], "01JD7Z0000000000000000CALL");
  EXPECT_EQ(line["node"], "node1");
  EXPECT_EQ(line["direction"], "termination");
  EXPECT_EQ(line["trunk"], "acme");
  EXPECT_EQ(line["trunk_id"], "TK1");
  EXPECT_EQ(line["account"], "acme-inc");
  EXPECT_EQ(line["user"], "alice");
  EXPECT_EQ(line["from"], "+4420");
  EXPECT_EQ(line["to"], "0012125550100");
  EXPECT_EQ(line["called"], "+12125550100");
  EXPECT_EQ(line["start"], "2026-11-21T12:00:00.000000Z");
  EXPECT_EQ(line["ring"], "2026-11-21T12:00:00.700000Z");
  EXPECT_EQ(line["answer"], "2026-11-21T12:00:02.200000Z");
  EXPECT_EQ(line["end"], "2026-11-21T12:00:12.200000Z");
  EXPECT_EQ(line["duration_ms"], 12200);
  EXPECT_EQ(line["billable_ms"], 10000);
  EXPECT_EQ(line["source"], "127.0.0.10:5060");
  EXPECT_EQ(line["listener"], "udp4");
  EXPECT_EQ(line["call_id"], "abc@127.0.0.10");
  EXPECT_EQ(line["attempts"], 2);
}

TEST(CallLine, NamesTheTargetThatCarriedTheCall) {
  const Json line = call_json(answered_call());
  EXPECT_EQ(line["carrier"], "south");
  EXPECT_EQ(line["target"], "south-gw");
  EXPECT_EQ(line["target_address"], "127.0.0.21:5062");
  EXPECT_EQ(line["target_transport"], "udp");
  EXPECT_EQ(line["called_sent"], "12125550100");
  EXPECT_EQ(line["calling_sent"], "+4420");
}

TEST(CallLine, SaysWhoReallyCalledAndWhatWasShown_R071) {
  call::Call call = answered_call();
  call.admission.presented_cli.clear();
  call.admission.privacy = "id";
  const Json line = call_json(call);
  EXPECT_EQ(line["calling"], "+442071838750");
  EXPECT_EQ(line["presented_cli"], "");
  EXPECT_EQ(line["asserted_cli"], "+442071838750");
  EXPECT_EQ(line["privacy"], "id");
}

TEST(CallLine, SaysByWhichEdgeRouteAndKindOfLeg_R117) {
  const Json line = call_json(answered_call());
  EXPECT_EQ(line["edge"], "dublin");
  EXPECT_EQ(line["route"], "night");
  EXPECT_EQ(line["leg_type"], "route_number");
  EXPECT_EQ(line["redirects"], 0);
  EXPECT_EQ(line["transfers"], 0);
}

TEST(CallLine, TheAddressIsThatOfTheRecordThatWasUsed) {
  call::Call call = answered_call();
  call.admission.plan.targets[1].address = {};  // a name
  call.attempts[1].to = {*SocketAddress::parse("203.0.113.7:5070"), Transport::Tcp};
  const Json line = call_json(call);
  EXPECT_EQ(line["target_address"], "203.0.113.7:5070");
  EXPECT_EQ(line["target_transport"], "tcp");
}

TEST(CallLine, ATargetThatWasPassedOverIsNotCountedAndNotTheCalls) {
  call::Call call = answered_call();
  call.facts.answered.reset();
  call.attempts[1].answered.reset();
  call.attempts[1].to = {};
  const Json line = call_json(call);
  EXPECT_EQ(line["attempts"], 1);
  EXPECT_EQ(line["target"], "north-gw");
  EXPECT_EQ(line["leg_type"], "normal");
}

TEST(CallLine, ALateAnswerOfAnAbandonedTargetDoesNotCarryAnUnansweredCall) {
  call::Call call = answered_call();
  call.attempts[0].answered = at_ms(4300);
  call.attempts[1].answered.reset();
  call.facts.answered.reset();
  const Json line = call_json(call);
  EXPECT_EQ(line["carrier"], "south");
  EXPECT_TRUE(line["answer"].is_null());
  EXPECT_EQ(line["billable_ms"], 0);
}

TEST(CallLine, SaysWhoHungUp) {
  call::Call call = answered_call();
  EXPECT_EQ(call_json(call)["hung_up_by"], "caller");
  call.facts.hung_up_by = call::Side::B;
  EXPECT_EQ(call_json(call)["hung_up_by"], "callee");
  call.facts.hung_up_by_us = true;
  EXPECT_EQ(call_json(call)["hung_up_by"], "tandem");
}

TEST(CallLine, CarriesTheCause) {
  const Json line = call_json(answered_call());
  EXPECT_EQ(line["sip_status"], 200);
  EXPECT_EQ(line["reason"], "caller_hung_up");
  EXPECT_EQ(line["q850"], 16);
}

TEST(CallLine, CountsEachWay) {
  const Json media = call_json(answered_call())["media"];
  EXPECT_EQ(media["caller"]["received_packets"], 500);
  EXPECT_EQ(media["caller"]["jitter_us"], 125);
  EXPECT_EQ(media["callee"]["sent_packets"], 499);
  EXPECT_EQ(media["callee"].size(), 13U);
}

TEST(CallLine, OfACarriersCallNamesTheCarrier) {
  call::Call call = answered_call();
  call.admission.direction = trunk::CallDirection::Origination;
  call.admission.caller_policy.peer = "north";
  call.admission.caller_policy.peer_is_carrier = true;
  for (auto& target : call.admission.plan.targets) {
    target.policy.peer = "acme";
    target.policy.peer_is_carrier = false;
  }
  const Json line = call_json(call);
  EXPECT_EQ(line["direction"], "origination");
  EXPECT_EQ(line["carrier"], "north");
}

TEST(CallLine, OfARefusedCallHasTheSameFields) {
  call::Call refused;
  refused.facts.started = at_ms(0);
  refused.facts.ended = at_ms(1);
  const Json line = call_json(refused);
  const Json full = call_json(answered_call());
  for (const auto& [name, value] : full.items()) EXPECT_TRUE(line.contains(name)) << name;
  EXPECT_EQ(line.size(), full.size());
  EXPECT_EQ(line["carrier"], "");
  EXPECT_TRUE(line["ring"].is_null());
}

TEST(CallLine, ADurationIsNeverNegative) {
  call::Call call = answered_call();
  call.facts.ended = at_ms(-5000);
  EXPECT_EQ(call_json(call)["duration_ms"], 0);
  EXPECT_EQ(call_json(call)["billable_ms"], 0);
}

TEST(CallLine, AnyOctetsOfAPeerLeaveOneLineOfJson) {
  call::Call call = answered_call();
  std::string octets;
  for (int octet = 0; octet < 256; ++octet) octets += static_cast<char>(octet);
  call.facts.call_id = octets;
  call.facts.remote_reason = "\"},\n{\"type\":\"call\"";
  const std::string line = call_line(call, "node1");
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(Json::parse(line)["remote_reason"], call.facts.remote_reason);
}

TEST(CallLine, PeerTextIsCut) {
  call::Call call = answered_call();
  const std::string huge(65'000, 'x');
  call.facts.call_id = call.facts.remote_reason = huge;
  call.admission.user = call.admission.calling_received = call.admission.called_received = huge;
  EXPECT_LT(call_line(call, "node1").size(), 6'000U);
  EXPECT_EQ(call_json(call)["call_id"], std::string(512, 'x') + "…");
}

TEST(AttemptLine, SharesTheCallsIdAndCarriesItsOwnCause) {
  const call::Call call = answered_call();
  const Json line = Json::parse(attempt_line(call, call.attempts[0], "node1"));
  EXPECT_EQ(line["type"], "attempt");
  EXPECT_EQ(line["id"], call.ref);
  EXPECT_EQ(line["attempt"], 1);
  EXPECT_EQ(line["carrier"], "north");
  EXPECT_EQ(line["target_address"], "127.0.0.20:5060");
  EXPECT_EQ(line["sip_status"], 503);
  EXPECT_EQ(line["phrase"], "Busy Here");
  EXPECT_EQ(line["remote_reason"], "Q.850;cause=41");
  EXPECT_EQ(line["reason"], "rejected_by_target");
  EXPECT_EQ(line["q850"], 41);
  EXPECT_EQ(line["duration_ms"], 80);
  EXPECT_TRUE(line["answer"].is_null());
}

TEST(AttemptLine, OfATargetThatWasPassedOverSaysWhatStoodInTheWay_R079) {
  call::Call call = answered_call();
  call::Attempt& passed = call.attempts[1];
  passed.to = {};
  passed.status = 0;
  passed.cause = {trunk::Reason::ChannelsExhausted, 503, 34};
  passed.phrase = "carrier south: all 2 channels in use";
  const Json line = Json::parse(attempt_line(call, passed, "node1"));
  EXPECT_EQ(line["target"], "south-gw");
  EXPECT_EQ(line["target_address"], "");
  EXPECT_EQ(line["sip_status"], 0);
  EXPECT_EQ(line["reason"], "channels_exhausted");
  EXPECT_EQ(line["phrase"], "carrier south: all 2 channels in use");
  EXPECT_EQ(line["leg_type"], "route_number");
}

TEST(AttemptLine, OfATargetOutsideThePlanSaysNoTarget) {
  call::Call call = answered_call();
  call.attempts[0].target = 99;
  EXPECT_EQ(Json::parse(attempt_line(call, call.attempts[0], "node1"))["target"], "");
}

}  // namespace
}  // namespace tandem::cdr
