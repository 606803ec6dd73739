// Hunting routes..
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using Names = std::vector<std::string>;

/// +14155550000 goes to route "hunt": trunk acme, trunk beta, +13125550000.
struct Hunt : FromCarrier {
  Hunt() {
    config::Trunk& beta = world.trunk("beta", {"hq"});
    beta.targets = {target("sip:127.0.0.11", "127.0.0.11:5060"),
                    target("sip:127.0.0.12", "127.0.0.12:5060", 20)};
    beta.limits.channels = 2;
    config::Route route;
    route.name = "hunt";
    route.account = "payer";
    route.entries.resize(3);
    route.entries[0].trunk = "acme";
    route.entries[1].trunk = "beta";
    route.entries[2].number = "+13125550000";
    world.config.routes = {route};
    hosted().trunk.clear();
    hosted().route = "hunt";
  }
  config::DialledNumber& hosted() { return world.config.numbers.front(); }
  config::Route& route() { return world.config.routes.front(); }
  config::Trunk& beta() { return world.config.trunks[1]; }
};

TEST(Hunting, EntriesFollowInOrder_R116) {
  Hunt call;
  const Admission made = call.admitted();
  EXPECT_EQ(names(made.plan),
            (Names{"sip:127.0.0.10", "sip:127.0.0.11", "sip:127.0.0.12", "sip:127.0.0.20"}));
  ASSERT_EQ(made.plan.entries.size(), 3U);
  std::vector<std::size_t> entries;
  for (const PlannedTarget& planned : made.plan.targets) entries.push_back(planned.entry);
  EXPECT_EQ(entries, (std::vector<std::size_t>{0, 1, 1, 2}));
  EXPECT_TRUE(made.plan.entries[0].takes.empty());
  ASSERT_EQ(made.plan.entries[1].takes.size(), 1U);
  EXPECT_EQ(made.plan.entries[1].takes[0].counter, "trunk beta");
  EXPECT_EQ(made.plan.entries[1].leg_type, LegType::Normal);
  EXPECT_EQ(made.plan.entries[2].leg_type, LegType::RouteNumber);
  EXPECT_EQ(to_string(made.plan.entries[2].leg_type), "route_number");
}

TEST(Hunting, TheAdmissionNamesTheRouteItsFirstTrunkAndWhoPays_R117) {
  Hunt call;
  Admission made = call.admitted();
  EXPECT_EQ(made.route, "hunt");
  EXPECT_EQ(made.trunk, "acme");
  EXPECT_EQ(made.account, "payer");
  Names peers;
  for (const PlannedTarget& planned : made.plan.targets) peers.push_back(planned.policy.peer);
  EXPECT_EQ(peers, (Names{"acme", "beta", "beta", "north"})) << "each attempt says whose it is";
  call.route().account.clear();
  EXPECT_EQ(call.admitted().account, "account-acme");
  call.hosted().account = "owner";
  EXPECT_EQ(call.admitted().account, "owner");
  call.route().entries.erase(call.route().entries.begin(), call.route().entries.begin() + 2);
  made = call.admitted();
  EXPECT_EQ(made.trunk, "") << "a route of numbers alone";
  EXPECT_EQ(names(made.plan), Names{"sip:127.0.0.20"});
}

TEST(Hunting, TheNumberIsDialledThroughACarrier_R116) {
  Hunt call;
  call.world.config.carriers[0].general.number_out = numbering::NumberFormat::E164;
  const PlannedTarget last = call.admitted().plan.targets.back();
  EXPECT_TRUE(last.policy.peer_is_carrier);
  EXPECT_EQ(last.request_uri.user, "13125550000");
  EXPECT_EQ(last.from.uri.host, "node.example");
  EXPECT_EQ(all_headers(last.headers, "Diversion"), Names{"<sip:+14155550000@node.example>"});
  call.world.config.carriers[0].diversion = config::DiversionIn::Drop;
  EXPECT_EQ(header(call.admitted().plan.targets.back().headers, "Diversion"), nullptr);
}

TEST(Hunting, EachTrunkReadsItsOwnDomain_R116) {
  Hunt call;
  const Admission made = call.admitted();
  EXPECT_EQ(made.plan.targets[0].from.uri.host, "acme.sip.example");
  EXPECT_EQ(made.plan.targets[1].from.uri.host, "beta.sip.example");
  EXPECT_EQ(*header(made.plan.targets[1].headers, "Diversion"), "<sip:+14155550000@beta.sip.example>");
}

TEST(Hunting, ADisabledTrunkIsPassedOver_R116) {
  Hunt call;
  call.acme().enabled = false;
  const Decision decision = call.decide();
  EXPECT_EQ(names(decision), (Names{"sip:127.0.0.11", "sip:127.0.0.12", "sip:127.0.0.20"}));
  EXPECT_NE(explain(decision).find("trunk acme is disabled"), std::string::npos) << explain(decision);
  EXPECT_EQ(admission(decision)->trunk, "acme") << "the first that the route names";
  EXPECT_EQ(admission(decision)->plan.targets[0].entry, 0U);
}

TEST(Hunting, ATrunkWithoutTargetsIsPassedOver_R010_R116) {
  Hunt call;
  call.acme().targets.clear();
  const Decision decision = call.decide();
  EXPECT_EQ(names(decision), (Names{"sip:127.0.0.11", "sip:127.0.0.12", "sip:127.0.0.20"}));
  EXPECT_NE(explain(decision).find("trunk acme has no enabled target"), std::string::npos)
      << explain(decision);
}

TEST(Hunting, ANumberWithoutACarrierIsPassedOver_R116) {
  Hunt call;
  call.world.config.carriers[0].prefixes = {"44"};
  const Decision decision = call.decide();
  EXPECT_EQ(names(decision), (Names{"sip:127.0.0.10", "sip:127.0.0.11", "sip:127.0.0.12"}));
  EXPECT_NE(explain(decision).find("number +13125550000: no enabled carrier"), std::string::npos)
      << explain(decision);
}

TEST(Hunting, ATrunkThatBlocksInternationalCallsIsPassedOver_R116_R078) {
  Hunt call;
  call.acme().termination->international = config::International::Block;
  EXPECT_EQ(names(call.admitted().plan).front(), "sip:127.0.0.10") << "from Chicago to San Francisco";
  call.invite.calling = "+442079460000";
  EXPECT_EQ(names(call.admitted().plan).front(), "sip:127.0.0.11");
}

TEST(Hunting, NothingThatCanBeUsedIsNoTarget_R116) {
  Hunt call;
  call.acme().enabled = call.beta().enabled = false;
  call.world.config.carriers[0].prefixes = {"44"};
  const Decision decision = call.decide();
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::NoTarget);
  EXPECT_EQ(refusal(decision)->status, 480);
  EXPECT_EQ(refusal(decision)->detail, "no entry of route hunt can be used");
}

TEST(Hunting, ATrunksOwnFallbackIsNotTheRoutes_R116_R112) {
  Hunt call;
  call.acme().origination.fallback_number = "+13125559999";
  for (const PlannedTarget& planned : call.admitted().plan.targets)
    EXPECT_NE(planned.request_uri.user, "+13125559999") << "the route says what follows a trunk";
}

TEST(Hunting, RotationsOfItsTrunksAdvance_R116_R106) {
  Hunt call;
  call.beta().origination.policy = config::TargetPolicy::RoundRobin;
  Turns turns{{"trunk beta", 1}};
  call.world.usage.turns = &turns;
  const Admission made = call.admitted();
  EXPECT_EQ(made.turns, Names{"trunk beta"});
  EXPECT_EQ(made.plan.targets[1].name, "sip:127.0.0.12");
}

TEST(Hunting, TheShortestDurationHoldsForAll_R126) {
  using namespace std::chrono_literals;
  Hunt call;
  call.beta().general.max_duration = 1h;
  EXPECT_EQ(call.admitted().plan.max_duration, 1h);
}

TEST(Host, AReservedOrReleasedNumberIsUnassigned_R157) {
  for (const auto state : {config::NumberState::Reserved, config::NumberState::Released}) {
    Hunt call;
    call.hosted().state = state;
    EXPECT_EQ(reason_of(call.decide()), Reason::NumberUnassigned);
    FromCarrier plain;
    plain.world.config.numbers[0].state = state;
    EXPECT_EQ(reason_of(plain.decide()), Reason::NumberUnassigned);
  }
}

TEST(Host, ANumberOfNeitherTrunkNorRouteIsUnassigned_R157) {
  Hunt call;
  call.hosted().route = "no such route";
  EXPECT_EQ(reason_of(call.decide()), Reason::NumberUnassigned);
  call.hosted().route.clear();
  EXPECT_EQ(reason_of(call.decide()), Reason::NumberUnassigned);
}

}  // namespace
}  // namespace tandem::trunk::test
