// Where next: prefixes, carriers, targets, and the INVITE that would leave. to
//
#include <gtest/gtest.h>

#include <map>

#include "trunk/draft.hpp"
#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using Names = std::vector<std::string>;

World with_carriers() {
  World world;
  world.group("hq", {"127.0.0.10"});
  world.trunk("acme", {"hq"});
  return world;
}

Decision dial(World& world, std::string called) {
  Invite invite;
  invite.called = std::move(called);
  return world.decide(invite);
}

TEST(Route, TheLongestPrefixWins_R083) {
  World world = with_carriers();
  world.carrier("all", {""}, {target("sip:127.0.0.1", "127.0.0.1:5060")});
  world.carrier("us", {"1"}, {target("sip:127.0.0.2", "127.0.0.2:5060")});
  world.carrier("ny", {"1212", "44"}, {target("sip:127.0.0.3", "127.0.0.3:5060")});
  EXPECT_EQ(names(dial(world, "+12128675309")), Names{"sip:127.0.0.3"});
  EXPECT_EQ(names(dial(world, "+13128675309")), Names{"sip:127.0.0.2"});
  EXPECT_EQ(names(dial(world, "+4930123456")), Names{"sip:127.0.0.1"});
  EXPECT_EQ(names(dial(world, "+442079460000")), Names{"sip:127.0.0.3"});
}

TEST(Route, NoPrefixNoRoute_R083) {
  World world = with_carriers();
  world.carrier("us", {"1"}, {target("sip:127.0.0.2", "127.0.0.2:5060")});
  const Decision decision = dial(world, "+4930123456");
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::NoRoute);
  EXPECT_EQ(refusal(decision)->status, 404);
  EXPECT_EQ(refusal(decision)->trunk, "acme");
  EXPECT_TRUE(refusal(decision)->identified);
}

TEST(Route, APrefixLongerThanTheNumberIsNoMatch_R083) {
  World world = with_carriers();
  world.carrier("one", {"12128675309", "121286753091"}, {target("sip:127.0.0.2", "127.0.0.2:5060")});
  EXPECT_EQ(names(dial(world, "+12128675309")), Names{"sip:127.0.0.2"});
  EXPECT_EQ(reason_of(dial(world, "+1212867530")), Reason::NoRoute);
}

TEST(Route, CarriersOfOnePrefixFollowInOrder_R083) {
  World world = with_carriers();
  world.carrier(
      "first", {"1"},
      {target("sip:127.0.0.2", "127.0.0.2:5060", 20), target("sip:127.0.0.3", "127.0.0.3:5060", 10)});
  world.carrier("second", {"1"}, {target("sip:127.0.0.4", "127.0.0.4:5060", 1)});
  EXPECT_EQ(names(dial(world, "+12128675309")), (Names{"sip:127.0.0.3", "sip:127.0.0.2", "sip:127.0.0.4"}))
      << "a carrier's own priorities do not overtake the carrier before it";
}

TEST(Route, ADisabledCarrierIsAsIfItWereNotThere_R083) {
  World world = with_carriers();
  world.carrier("all", {""}, {target("sip:127.0.0.1", "127.0.0.1:5060")});
  world.carrier("us", {"1"}, {target("sip:127.0.0.2", "127.0.0.2:5060")}).enabled = false;
  EXPECT_EQ(names(dial(world, "+12128675309")), Names{"sip:127.0.0.1"});
  world.config.carriers[0].enabled = false;
  EXPECT_EQ(reason_of(dial(world, "+12128675309")), Reason::NoRoute);
}

TEST(Route, ACarrierWithoutTargetsIsOurFault) {
  World world = with_carriers();
  world.carrier("us", {"1"}, {target("sip:127.0.0.2", "127.0.0.2:5060")}).targets[0].enabled = false;
  const Decision decision = dial(world, "+12128675309");
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::NoTarget);
  EXPECT_EQ(refusal(decision)->status, 503);
}

/// Three carriers of prefix 1 in one order or another; north is 127.0.0.1, and so on.
World with_three_carriers(config::CarrierOrder order) {
  World world = with_carriers();
  world.config.carrier_order = order;
  for (const char* name : {"1", "2", "3"}) {
    world.carrier(name, {"1"}, {target("sip:127.0.0." + std::string(name), "127.0.0.1:5060")});
  }
  return world;
}

Names peers(const Decision& decision) {
  Names all;
  if (const Admission* made = admission(decision)) {
    for (const PlannedTarget& planned : made->plan.targets) all.push_back(planned.policy.peer);
  }
  return all;
}

TEST(CarrierOrder, OrderedIsByPriorityThenAsWritten_R083) {
  World world = with_three_carriers(config::CarrierOrder::Ordered);
  EXPECT_EQ(peers(dial(world, "+12128675309")), (Names{"1", "2", "3"}));
  world.config.carriers[0].prefixes[0].priority = 20;
  EXPECT_EQ(peers(dial(world, "+12128675309")), (Names{"2", "3", "1"}));
}

TEST(CarrierOrder, LeastCostIsByCostUnknownLast_R083) {
  World world = with_three_carriers(config::CarrierOrder::LeastCost);
  EXPECT_EQ(peers(dial(world, "+12128675309")), (Names{"1", "2", "3"})) << "none is known: as written";
  world.config.carriers[1].prefixes[0].cost = 9000;
  world.config.carriers[2].prefixes[0].cost = 4000;
  EXPECT_EQ(peers(dial(world, "+12128675309")), (Names{"3", "2", "1"}));
  world.config.carriers[0].prefixes[0].cost = 9000;
  EXPECT_EQ(peers(dial(world, "+12128675309")), (Names{"3", "1", "2"})) << "ties as written";
  world.config.carriers[1].prefixes[0].cost = 0;
  EXPECT_EQ(peers(dial(world, "+12128675309")), (Names{"2", "3", "1"}));
}

TEST(CarrierOrder, LeastCostDoesNotOvertakeALongerPrefix_R083) {
  World world = with_three_carriers(config::CarrierOrder::LeastCost);
  world.config.carriers[0].prefixes = {"1212"};
  world.config.carriers[0].prefixes[0].cost = 9000;
  world.config.carriers[1].prefixes[0].cost = 1;
  EXPECT_EQ(peers(dial(world, "+12128675309")), Names{"1"});
}

TEST(CarrierOrder, WeightedIsDrawnWithinAPriority_R083) {
  World world = with_three_carriers(config::CarrierOrder::Weighted);
  world.config.carriers[0].prefixes[0].weight = 75;
  world.config.carriers[1].prefixes[0].weight = 25;
  world.config.carriers[2].prefixes[0].priority = 20;
  std::map<std::string, double> first;
  for (int i = 0; i < 10'000; ++i) {
    const Names all = peers(dial(world, "+12128675309"));
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[2], "3") << "the backup is last whatever is drawn";
    first[all[0]] += 0.01;
  }
  EXPECT_NEAR(first["1"], 75, 2);
  EXPECT_NEAR(first["2"], 25, 2);
}

TEST(Carrier, EachHasAnEntryOfItsOwn_R083) {
  World world = with_carriers();
  auto& north = world.carrier(
      "north", {"1"},
      {target("sip:127.0.0.2", "127.0.0.2:5060", 1), target("sip:127.0.0.3", "127.0.0.3:5060", 2)});
  north.limits.channels = 30;
  north.limits.cps = 5;
  north.limits.burst = 10;
  north.limits.status = 486;
  north.general.stop_codes = config::StatusSet{{404}, {}};
  world.carrier("south", {"1"}, {target("sip:127.0.0.4", "127.0.0.4:5060")});
  const Decision decision = dial(world, "+12128675309");
  ASSERT_TRUE(admission(decision)) << explain(decision);
  const RoutePlan& plan = admission(decision)->plan;
  ASSERT_EQ(plan.entries.size(), 2U);
  ASSERT_EQ(plan.targets.size(), 3U);
  EXPECT_EQ(plan.targets[0].entry, 0U);
  EXPECT_EQ(plan.targets[1].entry, 0U);
  EXPECT_EQ(plan.targets[2].entry, 1U);
  EXPECT_EQ(plan.entries[0].leg_type, LegType::Normal);
  EXPECT_EQ(
      plan.entries[0].takes,
      (std::vector<Reservation>{{"carrier north", Meter::Channel, 30, 0, Reason::ChannelsExhausted, 486},
                                {"carrier north", Meter::CallRate, 5, 10, Reason::RateExceeded, 486}}));
  EXPECT_EQ(plan.entries[0].stop_codes, (config::StatusSet{{404}, {}}));
  EXPECT_TRUE(plan.entries[1].takes.empty());
  EXPECT_EQ(plan.entries[1].stop_codes, config::default_stop_codes());
}

TEST(Carrier, ItsTargetsMayRotate_R083_R106) {
  World world = with_carriers();
  world
      .carrier("north", {"1"},
               {target("sip:127.0.0.2", "127.0.0.2:5060"), target("sip:127.0.0.3", "127.0.0.3:5060")})
      .policy = config::TargetPolicy::RoundRobin;
  Turns turns{{"carrier north", 1}};
  world.usage.turns = &turns;
  const Decision decision = dial(world, "+12128675309");
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(names(decision), (Names{"sip:127.0.0.3", "sip:127.0.0.2"}));
  EXPECT_EQ(admission(decision)->turns, Names{"carrier north"});
}

TEST(Route, DisabledTargetsAreNotUsed_R103) {
  World world = with_carriers();
  world.carrier("us", {"1"},
                {target("sip:127.0.0.2", "127.0.0.2:5060", 1), target("sip:127.0.0.3", "127.0.0.3:5060", 2)});
  world.config.carriers[0].targets[0].enabled = false;
  EXPECT_EQ(names(dial(world, "+12128675309")), Names{"sip:127.0.0.3"});
}

std::vector<const config::Target*> order_by_weight(const std::vector<config::Target>& targets,
                                                   Random& random) {
  return order_targets(targets, config::TargetPolicy::PriorityWeight, 0, random);
}

/// How often each target came first in 10,000 calls, in points.
std::map<std::string, double> shares(const std::vector<config::Target>& targets) {
  Random random(20261121);
  std::map<std::string, double> first;
  for (int i = 0; i < 10'000; ++i) first[order_by_weight(targets, random).at(0)->name] += 0.01;
  return first;
}

std::vector<config::Target> example() {
  return {
      target("sip:127.0.0.1", "127.0.0.1:5060", 10, 60), target("sip:127.0.0.2", "127.0.0.2:5060", 10, 20),
      target("sip:127.0.0.3", "127.0.0.3:5060", 10, 20), target("sip:127.0.0.4", "127.0.0.4:5060", 20, 10)};
}

TEST(Route, WeightsShareTheLoad_R101) {
  auto first = shares(example());
  EXPECT_NEAR(first["sip:127.0.0.1"], 60, 2);
  EXPECT_NEAR(first["sip:127.0.0.2"], 20, 2);
  EXPECT_NEAR(first["sip:127.0.0.3"], 20, 2);
  EXPECT_EQ(first.count("sip:127.0.0.4"), 0U);
}

TEST(Route, TheRestShareTheLoadOfOneThatIsOff_R102) {
  auto targets = example();
  targets[0].enabled = false;
  auto first = shares(targets);
  EXPECT_NEAR(first["sip:127.0.0.2"], 50, 2);
  EXPECT_NEAR(first["sip:127.0.0.3"], 50, 2);
  targets[1].enabled = targets[2].enabled = false;
  first = shares(targets);
  EXPECT_NEAR(first["sip:127.0.0.4"], 100, 0.001);
}

TEST(Route, AfterTheFirstTheRestIsDrawnInProportionToo_R102) {
  const auto targets = example();
  Random random(5);
  int second_is_2 = 0;
  int first_is_1 = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto ordered = order_by_weight(targets, random);
    ASSERT_EQ(ordered.size(), 4U);
    EXPECT_EQ(ordered[3]->name, "sip:127.0.0.4") << "the backup is last whatever is drawn";
    if (ordered[0] != &targets[0]) continue;
    ++first_is_1;
    if (ordered[1] == &targets[1]) ++second_is_2;
  }
  EXPECT_NEAR(100.0 * second_is_2 / first_is_1, 50, 2) << "60/20/20 with the first down is 50/50";
}

TEST(Route, EveryTargetStandsOnceInTheOrder_R101) {
  Random random(3);
  for (int round = 0; round < 500; ++round) {
    std::vector<config::Target> targets;
    const std::size_t count = 1 + random.below(10);
    for (std::size_t i = 0; i < count; ++i) {
      targets.push_back(target("sip:127.0.0." + std::to_string(i + 1), "127.0.0.1:5060",
                               static_cast<std::uint16_t>(random.below(3)),
                               static_cast<std::uint16_t>(random.below(65536))));
    }
    const auto ordered = order_by_weight(targets, random);
    std::map<std::string, int> seen;
    for (std::size_t i = 0; i < ordered.size(); ++i) {
      ++seen[ordered[i]->name];
      EXPECT_LE(ordered[i > 0 ? i - 1 : 0]->priority, ordered[i]->priority);
    }
    EXPECT_EQ(seen.size(), count);
  }
}

TEST(Route, NoTargetsNoOrder) {
  Random random(1);
  EXPECT_TRUE(order_by_weight({}, random).empty());
}

/// The one planned target of a termination call to a carrier with this target.
PlannedTarget plan(config::Target only, const Invite& invite = {}) {
  World world = with_carriers();
  world.carrier("north", {""}, {std::move(only)});
  const Decision decision = world.decide(invite);
  EXPECT_TRUE(admission(decision)) << explain(decision);
  return admission(decision) ? admission(decision)->plan.targets.at(0) : PlannedTarget{};
}

TEST(Target, WithoutAUserTheNumberIsPutIn_R088) {
  EXPECT_EQ(message::print(plan(target("sip:127.0.0.20", "127.0.0.20:5060")).request_uri),
            "sip:+12128675309@127.0.0.20");
}

TEST(Target, AFixedUserGoesUnchanged_R089) {
  const PlannedTarget planned = plan(target("sip:anniebp@127.0.0.20", "127.0.0.20:5060"));
  EXPECT_EQ(message::print(planned.request_uri), "sip:anniebp@127.0.0.20");
  EXPECT_EQ(message::print(planned.to.uri), "sip:anniebp@127.0.0.20");
}

TEST(Target, NumberIsReplaced_R090) {
  EXPECT_EQ(message::print(
                plan(target("sip:{number}@127.0.0.20:5070;transport=tcp", "127.0.0.20:5070")).request_uri),
            "sip:+12128675309@127.0.0.20:5070;transport=tcp");
}

TEST(Target, AUserOfDigitsWithoutPlusIsFixed_R091) {
  EXPECT_EQ(plan(target("sip:4690001@127.0.0.20", "127.0.0.20:5060")).request_uri.user, "4690001");
}

TEST(Target, FromAndToCarryNoPortsAndParameters_RFC3261_19_1_1) {
  const PlannedTarget planned = plan(target("sip:{number}@127.0.0.20:5070;transport=tcp", "127.0.0.20:5070"));
  EXPECT_EQ(message::print(planned.to.uri), "sip:+12128675309@127.0.0.20");
  EXPECT_EQ(message::print(planned.from.uri), "sip:+13124441212@node.example")
      << "a carrier sees the node, not the customer";
  EXPECT_EQ(planned.from.tag(), "");
  EXPECT_EQ(planned.from.display_name, "Alice");
  EXPECT_TRUE(planned.from.params.empty());
}

TEST(Target, ACustomerSeesItsOwnDomain) {
  World world = World::simple();
  world.config.trunks[0].targets = {target("sip:127.0.0.10", "127.0.0.10:5060")};
  world.config.numbers.push_back(number("+14155550000", "acme"));
  Invite invite;
  invite.source = "127.0.0.20:5060";
  invite.host = "127.0.0.1";
  invite.called = "+14155550000";
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(message::print(admission(decision)->plan.targets.at(0).from.uri),
            "sip:+13124441212@acme.sip.example");
}

TEST(Target, ANodeNameThatIsNoHostIsReplaced) {
  World world = World::simple();
  for (const char* name : {"", "node one", "a@b"}) {
    world.config.node_name = name;
    const Decision decision = world.decide(Invite{});
    ASSERT_TRUE(admission(decision)) << explain(decision);
    EXPECT_EQ(admission(decision)->plan.targets.at(0).from.uri.host, "tandem.invalid");
  }
}

TEST(Target, WhatIsNoNumberInFromGoesAsItCame) {
  for (const char* calling : {"anonymous", "bob", "0012"}) {
    Invite invite;
    invite.calling = calling;
    EXPECT_EQ(plan(target("sip:127.0.0.20", "127.0.0.20:5060"), invite).from.uri.user, calling);
  }
}

TEST(Target, NoHeaderOfTheCallerCrosses) {
  const PlannedTarget planned =
      plan(target("sip:127.0.0.20", "127.0.0.20:5060"),
           Invite{}.with("X-Secret", "1").with("P-Asserted-Identity", "<sip:+1@x.example>"));
  ASSERT_EQ(planned.headers.size(), 1U);
  EXPECT_EQ(planned.headers[0], (message::Header{"Max-Forwards", "69"}));
}

TEST(Target, AddressTransportAndCredentialComeAlong) {
  World world = with_carriers();
  auto& carrier = world.carrier("north", {""}, {target("sip:127.0.0.20", "127.0.0.20:5099")});
  carrier.targets[0].transport = Transport::Tcp;
  carrier.auth = config::OutboundCredential{"tandem", Secret("s3cret"), "r"};
  carrier.general.symmetric_rtp = true;
  const Decision decision = dial(world, "+12128675309");
  ASSERT_TRUE(admission(decision)) << explain(decision);
  const PlannedTarget& planned = admission(decision)->plan.targets.at(0);
  EXPECT_EQ(planned.address.print(), "127.0.0.20:5099");
  EXPECT_EQ(planned.transport, Transport::Tcp);
  ASSERT_TRUE(planned.credential);
  EXPECT_EQ(planned.credential->user, "tandem");
  EXPECT_EQ(planned.policy.peer, "north");
  EXPECT_TRUE(planned.policy.peer_is_carrier);
  EXPECT_TRUE(planned.policy.symmetric_rtp);
}

TEST(Limits, TheFarSidesTimeoutsOverTheNodes_R084_R105) {
  using namespace std::chrono_literals;
  World world = with_carriers();
  world.config.limits.no_response_timeout = 4000ms;
  world.config.limits.ring_timeout = 90s;
  world.carrier("north", {""}, {target("sip:127.0.0.20", "127.0.0.20:5060")});
  world.config.trunks[0].general.ring_timeout = 5s;  // the caller's side says nothing about how B rings
  Decision decision = dial(world, "+12128675309");
  EXPECT_EQ(admission(decision)->plan.targets.at(0).no_response_timeout, 4000ms);
  EXPECT_EQ(admission(decision)->plan.targets.at(0).ring_timeout, 90s);
  world.config.carriers[0].general.no_response_timeout = 2000ms;
  world.config.carriers[0].general.ring_timeout = 30s;
  decision = dial(world, "+12128675309");
  EXPECT_EQ(admission(decision)->plan.targets.at(0).no_response_timeout, 2000ms);
  EXPECT_EQ(admission(decision)->plan.targets.at(0).ring_timeout, 30s);
}

TEST(Limits, TheShorterDurationOfBothSides_R126) {
  using namespace std::chrono_literals;
  World world = with_carriers();
  world.carrier("north", {""}, {target("sip:127.0.0.20", "127.0.0.20:5060")});
  const auto duration = [&] { return admission(dial(world, "+12128675309"))->plan.max_duration; };
  EXPECT_EQ(duration(), world.config.limits.max_duration);
  world.config.trunks[0].general.max_duration = 2h;
  EXPECT_EQ(duration(), 2h);
  world.config.carriers[0].general.max_duration = 1h;
  EXPECT_EQ(duration(), 1h);
  world.config.trunks[0].general.max_duration = 30min;
  EXPECT_EQ(duration(), 30min);
}

}  // namespace
}  // namespace tandem::trunk::test
