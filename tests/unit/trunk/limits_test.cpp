// What a call takes of those who have ceilings..
#include "trunk/limits.hpp"

#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

config::Account account(std::string id, config::CallLimits limits) {
  config::Account made;
  made.id = std::move(id);
  made.limits = limits;
  return made;
}

/// Every kind of ceiling, each of its own size.
World limited() {
  World world = World::simple();
  world.config.limits.source_cps = 50;
  world.config.accounts.push_back(account("account-acme", {40, 20, 25, 480}));
  world.config.trunks[0].limits = {30, 10, 15, 503};
  world.config.carriers[0].limits = {100, 60, {}, 503};
  return world;
}

Reservation channels(std::string counter, std::uint32_t limit, int status = 503) {
  return {std::move(counter), Meter::Channel, limit, 0, Reason::ChannelsExhausted, status};
}
Reservation rate(std::string counter, std::uint32_t cps, std::uint32_t burst, int status = 503) {
  return {std::move(counter), Meter::CallRate, cps, burst, Reason::RateExceeded, status};
}

using Takes = std::vector<Reservation>;

std::string list(const Takes& takes) {
  std::string text;
  for (const Reservation& taken : takes) text += taken.counter + " " + std::to_string(taken.limit) + "\n";
  return text;
}

Decision inbound(World& world) {
  world.config.trunks[0].targets = {target("sip:127.0.0.10", "127.0.0.10:5062")};
  world.config.numbers.push_back(number("+14155550000", "acme"));
  Invite invite;
  invite.source = "127.0.0.20:5060";
  invite.host = "127.0.0.1";
  invite.called = "+14155550000";
  return world.decide(invite);
}

TEST(Limits, ACustomersCallTakesOfSourceAccountAndTrunk_R079_R081) {
  World world = limited();
  const Decision decision = world.decide(Invite{});
  ASSERT_TRUE(admission(decision)) << explain(decision);
  const Takes expected = {rate("source 127.0.0.10", 50, 50), channels("account account-acme", 40, 480),
                          rate("account account-acme", 20, 25, 480), channels("trunk acme", 30),
                          rate("trunk acme", 10, 15)};
  EXPECT_EQ(admission(decision)->takes, expected) << list(admission(decision)->takes);
}

TEST(Limits, ACarriersCallTakesOfSourceCarrierAndAccount_R079_R081) {
  World world = limited();
  const Decision decision = inbound(world);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  const Takes expected = {rate("source 127.0.0.20", 50, 50), channels("carrier north", 100),
                          rate("carrier north", 60, 60), channels("account account-acme", 40, 480),
                          rate("account account-acme", 20, 25, 480)};
  EXPECT_EQ(admission(decision)->takes, expected) << list(admission(decision)->takes);
}

TEST(Limits, BothDirectionsTakeOfOneCounterOfTheTrunk_R079) {
  World world = limited();
  const Decision decision = inbound(world);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  const Takes expected = {channels("trunk acme", 30), rate("trunk acme", 10, 15)};
  EXPECT_EQ(admission(decision)->plan.entries.at(0).takes, expected);
}

TEST(Limits, NothingIsTakenWhereThereIsNoCeiling_R079) {
  World world = World::simple();
  world.config.accounts.push_back(account("account-acme", {}));
  const Decision decision = world.decide(Invite{});
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_TRUE(admission(decision)->takes.empty());
}

/// Two trunks of 2 and 3 channels in one group.
World grouped() {
  World world = World::simple();
  world.config.trunks[0].limits.channels = 3;
  world.trunk("second", {"hq"}).limits.channels = 2;
  world.config.limit_groups.push_back({"fw", {"acme", "second"}, {}});
  return world;
}

TEST(Limits, AGroupPoolsCallsFromTheCustomerAndNotThoseToIt_R080) {
  World world = grouped();
  const auto directory = build_directory(std::make_shared<const config::Config>(world.config));
  const config::Config& config = config_of(*directory);
  for (const config::Trunk& trunk : config.trunks) {
    EXPECT_EQ(takes_of_trunk(*directory, trunk, CallDirection::Termination),
              Takes{channels("group fw termination", 5)});
    EXPECT_EQ(takes_of_trunk(*directory, trunk, CallDirection::Origination),
              Takes{channels("trunk " + trunk.name, *trunk.limits.channels)});
  }
}

TEST(Limits, AMemberWithoutACeilingLeavesTheGroupWithout_R080) {
  World world = grouped();
  world.config.trunks[1].limits.channels.reset();
  const auto directory = build_directory(std::make_shared<const config::Config>(world.config));
  EXPECT_TRUE(
      takes_of_trunk(*directory, config_of(*directory).trunks[0], CallDirection::Termination).empty());
}

TEST(Limits, TheRefusalSaysWhatIsFullAndWhenToTryAgain_R079_R081) {
  Admission admission;
  admission.trunk = "acme";
  admission.called_received = "+12128675309";
  admission.calling_received = "+13124441212";
  const Refusal full = refusal_for(admission, channels("trunk acme", 30));
  EXPECT_EQ(full.reason, Reason::ChannelsExhausted);
  EXPECT_EQ(full.status, 503);
  EXPECT_EQ(full.detail, "trunk acme: all 30 channels in use");
  EXPECT_TRUE(full.identified);
  EXPECT_EQ(full.trunk, "acme");
  EXPECT_EQ(full.called_received, "+12128675309");
  EXPECT_EQ(full.calling_received, "+13124441212");
  EXPECT_TRUE(header(full.headers, "Retry-After"));
  const Refusal fast = refusal_for(admission, rate("source 192.0.2.1", 5, 5));
  EXPECT_EQ(fast.reason, Reason::RateExceeded);
  EXPECT_EQ(fast.detail, "source 192.0.2.1: more than 5 calls a second");
  EXPECT_EQ(*header(fast.headers, "Retry-After"), "1");
}

TEST(Limits, TheStatusIsTheOneThatIsConfigured_R079) {
  for (const int status : {403, 480, 486, 503}) {
    const Refusal refused = refusal_for({}, channels("trunk acme", 1, status));
    EXPECT_EQ(refused.status, status);
    EXPECT_EQ(header(refused.headers, "Retry-After") != nullptr, status != 403);
  }
}

}  // namespace
}  // namespace tandem::trunk::test
