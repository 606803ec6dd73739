// Calls to a customer: which of its targets, with which Diversion, and what is left when none answers. R-010,
//
#include <gtest/gtest.h>

#include <cstdio>
#include <map>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using Names = std::vector<std::string>;

/// The example of the trunk services: 60, 20 and 20, and a backup of the next priority.
std::vector<config::Target> example() {
  return {
      target("sip:127.0.0.1", "127.0.0.1:5060", 10, 60), target("sip:127.0.0.2", "127.0.0.2:5060", 10, 20),
      target("sip:127.0.0.3", "127.0.0.3:5060", 10, 20), target("sip:127.0.0.4", "127.0.0.4:5060", 20, 10)};
}

using Shares = std::map<std::string, double>;

/// Who takes the call, in points of 10,000 calls, when these are down and the call goes on to the next of its
/// plan.
Shares shares_with(const Names& down) {
  FromCarrier call;
  call.world.random = Random(20261126);
  call.acme().targets = example();
  const auto directory = build_directory(std::make_shared<const config::Config>(call.world.config));
  const message::Request request = call.invite.request();
  const Arrival arrival{request, SocketAddress::parse(call.invite.source).value(), Transport::Udp, "drop"};
  Shares shares;
  for (int i = 0; i < 10'000; ++i) {
    const Decision decision =
        decide(*directory, arrival, {}, call.world.key, call.world.now, call.world.random);
    for (const std::string& name : names(decision)) {
      if (std::find(down.begin(), down.end(), name) != down.end()) continue;
      shares[name] += 0.01;
      break;
    }
  }
  std::string text;
  for (const auto& [name, share] : shares) {
    char line[64];
    std::snprintf(line, sizeof line, "  %s %6.2f %%\n", name.c_str(), share);
    text += line;
  }
  std::printf("10,000 calls, %zu targets down:\n%s", down.size(), text.c_str());
  return shares;
}

TEST(Origination, TenThousandCallsShareAsTheWeightsSay_R101) {
  Shares shares = shares_with({});
  EXPECT_NEAR(shares["sip:127.0.0.1"], 60, 2);
  EXPECT_NEAR(shares["sip:127.0.0.2"], 20, 2);
  EXPECT_NEAR(shares["sip:127.0.0.3"], 20, 2);
  EXPECT_EQ(shares.count("sip:127.0.0.4"), 0U);
}

TEST(Origination, TheRestOfTheGroupShareTheLoadOfOneThatIsDown_R102) {
  Shares shares = shares_with({"sip:127.0.0.1"});
  EXPECT_NEAR(shares["sip:127.0.0.2"], 50, 2);
  EXPECT_NEAR(shares["sip:127.0.0.3"], 50, 2);
  EXPECT_EQ(shares.size(), 2U);
  shares = shares_with({"sip:127.0.0.2"});
  EXPECT_NEAR(shares["sip:127.0.0.1"], 75, 2);
  EXPECT_NEAR(shares["sip:127.0.0.3"], 25, 2);
}

TEST(Origination, TheNextPriorityTakesOverWhenTheWholeGroupIsDown_R102) {
  Shares shares = shares_with({"sip:127.0.0.1", "sip:127.0.0.2", "sip:127.0.0.3"});
  EXPECT_NEAR(shares["sip:127.0.0.4"], 100, 0.001);
}

/// acme's targets a, b, c, whose priorities and weights say another order.
struct ThreeTargets : FromCarrier {
  explicit ThreeTargets(config::TargetPolicy policy) {
    acme().targets = {target("sip:a.example", "127.0.0.1:5060", 30, 1),
                      target("sip:b.example", "127.0.0.2:5060", 20, 1),
                      target("sip:c.example", "127.0.0.3:5060", 10, 1)};
    for (config::Target& one : acme().targets) one.name = one.uri.host.substr(0, 1);
    acme().origination.policy = policy;
  }
  Turns turns;
  /// One call after another: the switchboard's part of a rotation.
  Names next() {
    world.usage.turns = &turns;
    const Admission made = admitted();
    for (const std::string& counter : made.turns) ++turns[counter];
    return names(made.plan);
  }
};

TEST(TargetPolicy, FailoverIsAsWritten_R106) {
  ThreeTargets call(config::TargetPolicy::Failover);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(call.next(), (Names{"a", "b", "c"}));
  EXPECT_TRUE(call.turns.empty());
  call.acme().targets[0].enabled = false;
  EXPECT_EQ(call.next(), (Names{"b", "c"}));
}

TEST(TargetPolicy, RoundRobinTakesTurns_R106) {
  ThreeTargets call(config::TargetPolicy::RoundRobin);
  EXPECT_EQ(call.next(), (Names{"a", "b", "c"}));
  EXPECT_EQ(call.next(), (Names{"b", "c", "a"}));
  EXPECT_EQ(call.next(), (Names{"c", "a", "b"}));
  EXPECT_EQ(call.next(), (Names{"a", "b", "c"}));
  EXPECT_EQ(call.turns, (Turns{{"trunk acme", 4}}));
}

TEST(TargetPolicy, RoundRobinPassesOverWhatIsOff_R106_R103) {
  ThreeTargets call(config::TargetPolicy::RoundRobin);
  call.acme().targets[1].enabled = false;
  EXPECT_EQ(call.next(), (Names{"a", "c"}));
  EXPECT_EQ(call.next(), (Names{"c", "a"}));
  EXPECT_EQ(call.next(), (Names{"a", "c"}));
}

TEST(TargetPolicy, ARotationWithoutCountersBeginsAtItsBeginning_R106) {
  ThreeTargets call(config::TargetPolicy::RoundRobin);
  call.world.usage.turns = nullptr;
  EXPECT_EQ(names(call.admitted().plan), (Names{"a", "b", "c"}));
}

TEST(Origination, TheEntryTakesTheTrunksChannels_R079) {
  FromCarrier call;
  call.acme().limits.channels = 10;
  call.acme().general.stop_codes = config::StatusSet{{486}, {}};
  const RoutePlan plan = call.admitted().plan;
  ASSERT_EQ(plan.entries.size(), 1U);
  ASSERT_EQ(plan.entries[0].takes.size(), 1U);
  EXPECT_EQ(plan.entries[0].takes[0].counter, "trunk acme");
  EXPECT_EQ(plan.entries[0].takes[0].limit, 10U);
  EXPECT_EQ(plan.entries[0].stop_codes, (config::StatusSet{{486}, {}}));
}

TEST(Origination, ATrunkThatInsistsOnItsFormatGetsNoOther_R063) {
  FromCarrier call;
  call.world.config.numbers.push_back(number("+442079460000", "acme"));
  call.acme().general.number_out = numbering::NumberFormat::UsDomestic;
  call.acme().general.unwritable = config::Unwritable::Reject;
  call.invite.called = "+442079460000";
  const Decision decision = call.decide();
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::NumberUnwritable);
  EXPECT_EQ(refusal(decision)->trunk, "acme");
}

TEST(Diversion, TheDialledNumberThoughAFixedUserHidesIt_R077) {
  FromCarrier call;
  call.acme().targets = {target("sip:anniebp@127.0.0.10", "127.0.0.10:5060")};
  const PlannedTarget planned = call.admitted().plan.targets.at(0);
  EXPECT_EQ(planned.request_uri.user, "anniebp");
  EXPECT_EQ(all_headers(planned.headers, "Diversion"), Names{"<sip:+14155550000@acme.sip.example>"});
}

TEST(Diversion, ItsDomainMayBeAnother_R077) {
  FromCarrier call;
  call.acme().origination.diversion_domain = "our.example";
  EXPECT_EQ(all_headers(call.admitted().plan.targets.at(0).headers, "Diversion"),
            Names{"<sip:+14155550000@our.example>"});
}

TEST(Diversion, NeverIsNone_R077) {
  FromCarrier call;
  call.acme().origination.diversion = config::DiversionOut::Never;
  EXPECT_EQ(header(call.admitted().plan.targets.at(0).headers, "Diversion"), nullptr);
}

TEST(Diversion, ATrunkOfPatternsHasTheFirstOfItsNames_R077) {
  FromCarrier call;
  config::DomainPattern pattern;
  pattern.localized = "{trunk}.pstn.{edge}.example.com";
  pattern.plain = "{trunk}.pstn.example.com";
  call.world.config.domains = {pattern};
  call.acme().termination->domains.clear();
  call.acme().termination->labels = {"acme"};
  EXPECT_EQ(*header(call.admitted().plan.targets.at(0).headers, "Diversion"),
            "<sip:+14155550000@acme.pstn.example.com>");
  call.acme().termination.reset();
  EXPECT_EQ(*header(call.admitted().plan.targets.at(0).headers, "Diversion"),
            "<sip:+14155550000@node.example>");
}

TEST(Diversion, TheCarrierGetsNoneOfOurs_R077) {
  World world = World::simple();
  const Decision decision = world.decide(Invite{});
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(header(admission(decision)->plan.targets.at(0).headers, "Diversion"), nullptr);
}

TEST(HistoryInfo, WhereItIsOn_R077_RFC7044) {
  FromCarrier call;
  EXPECT_EQ(header(call.admitted().plan.targets.at(0).headers, "History-Info"), nullptr);
  call.acme().origination.history_info = true;
  EXPECT_EQ(
      all_headers(call.admitted().plan.targets.at(0).headers, "History-Info"),
      (Names{"<sip:+14155550000@acme.sip.example>;index=1", "<sip:+14155550000@127.0.0.10>;index=1.1;rc=1"}));
  call.acme().targets = {target("sip:anniebp@127.0.0.10", "127.0.0.10:5060")};
  EXPECT_EQ(
      all_headers(call.admitted().plan.targets.at(0).headers, "History-Info"),
      (Names{"<sip:+14155550000@acme.sip.example>;index=1", "<sip:anniebp@127.0.0.10>;index=1.1;mp=1"}));
}

TEST(Origination, TwoTrunksOfOneAccountEachTakeTheirNumbers_R107) {
  FromCarrier call;
  config::Trunk& second = call.world.trunk("acme2", {"hq"});
  second.account = call.acme().account;
  second.targets = {target("sip:127.0.0.11", "127.0.0.11:5060")};
  call.world.config.numbers.push_back(number("+14155550001", "acme2"));
  EXPECT_EQ(call.admitted().trunk, "acme");
  call.invite.called = "+14155550001";
  const Admission made = call.admitted();
  EXPECT_EQ(made.trunk, "acme2");
  EXPECT_EQ(made.account, "account-acme");
  EXPECT_EQ(names(made.plan), Names{"sip:127.0.0.11"});
  // And the customer sends from either.
  for (const char* host : {"acme.sip.example", "acme2.sip.example"}) {
    Invite out;
    out.host = host;
    const Decision decision = call.world.decide(out);
    ASSERT_TRUE(admission(decision)) << explain(decision);
    EXPECT_EQ(admission(decision)->account, "account-acme");
  }
}

TEST(Fallback, FollowsTheTargetsThroughTheCarriers_R112) {
  FromCarrier call;
  call.acme().origination.fallback_number = "+13125550000";
  call.world.config.carriers[0].limits.channels = 5;
  const Admission made = call.admitted();
  ASSERT_EQ(names(made.plan), (Names{"sip:127.0.0.10", "sip:127.0.0.20"}));
  ASSERT_EQ(made.plan.entries.size(), 2U);
  EXPECT_EQ(made.plan.entries[0].leg_type, LegType::Normal);
  EXPECT_EQ(made.plan.entries[1].leg_type, LegType::DisasterRecovery);
  EXPECT_EQ(to_string(made.plan.entries[1].leg_type), "dr");
  ASSERT_EQ(made.plan.entries[1].takes.size(), 1U);
  EXPECT_EQ(made.plan.entries[1].takes[0].counter, "carrier north")
      << "the trunk's channels may be what is full";
  const PlannedTarget& last = made.plan.targets[1];
  EXPECT_EQ(last.entry, 1U);
  EXPECT_TRUE(last.policy.peer_is_carrier);
  EXPECT_EQ(last.request_uri.user, "+13125550000");
  EXPECT_EQ(last.to.uri.user, "+13125550000");
  EXPECT_EQ(last.from.uri.user, "+13124441212") << "who called";
  EXPECT_EQ(all_headers(last.headers, "Diversion"), Names{"<sip:+14155550000@acme.sip.example>"});
  EXPECT_EQ(made.trunk, "acme");
}

TEST(Fallback, StandsAloneWhereNoTargetIsEnabled_R112) {
  FromCarrier call;
  call.acme().targets[0].enabled = false;
  call.acme().origination.fallback_number = "+13125550000";
  const Admission made = call.admitted();
  EXPECT_EQ(names(made.plan), Names{"sip:127.0.0.20"});
  ASSERT_EQ(made.plan.entries.size(), 1U);
  EXPECT_EQ(made.plan.entries[0].leg_type, LegType::DisasterRecovery);
}

TEST(Fallback, WithoutACarrierIsNotedAndLeavesTheTargets_R112) {
  FromCarrier call;
  call.world.config.carriers[0].prefixes = {"44"};
  call.acme().origination.fallback_number = "+13125550000";
  const Decision decision = call.decide();
  EXPECT_EQ(names(decision), Names{"sip:127.0.0.10"});
  EXPECT_NE(explain(decision).find("fallback: +13125550000: no enabled carrier has a prefix of it"),
            std::string::npos)
      << explain(decision);
}

TEST(Fallback, ADisabledTrunkHasNone_R112_R166) {
  FromCarrier call;
  call.acme().enabled = false;
  call.acme().origination.fallback_number = "+13125550000";
  EXPECT_EQ(reason_of(call.decide()), Reason::TrunkDisabled);
}

}  // namespace
}  // namespace tandem::trunk::test
