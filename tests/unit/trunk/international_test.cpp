// Calls that cross a border. R-078.
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using config::International;

World blocking() {
  World world = World::simple();
  world.config.trunks[0].termination->international = International::Block;
  return world;
}

Decision call(World& world, std::string calling, std::string called) {
  Invite invite;
  invite.calling = std::move(calling);
  invite.called = std::move(called);
  return world.decide(invite);
}

struct Row {
  const char* calling;
  const char* called;
  bool domestic;
};

const Row kTable[] = {
    {"+13124441212", "+16464441212", true},    // Chicago, New York
    {"+13124441212", "+14164441212", false},   // Toronto is in Canada, though in +1
    {"+14164441212", "+16044441212", true},    // Toronto, Vancouver
    {"+13124441212", "+18764441212", false},   // Jamaica
    {"+442079460000", "+441614960000", true},  // London, Manchester
    {"+442079460000", "+33142680000", false},
    {"+13124441212", "+18005550100", true},  // toll-free numbers of +1 are at home in each of its countries
    {"+442079460000", "+18005550100", false},
    {"+13124441212", "+80012345678", false},  // of no country
    {"+18005550100", "+18764441212", false},  // who calls from a number of no country may be anybody
};

TEST(International, ByCountryAndNotByCode_R078) {
  World world = blocking();
  for (const Row& row : kTable) {
    const Decision decision = call(world, row.calling, row.called);
    SCOPED_TRACE(std::string(row.calling) + " " + row.called + "\n" + explain(decision));
    EXPECT_EQ(admission(decision) != nullptr, row.domestic);
    if (row.domestic) continue;
    ASSERT_TRUE(refusal(decision));
    EXPECT_EQ(refusal(decision)->reason, Reason::InternationalBlocked);
    EXPECT_EQ(refusal(decision)->status, 403);
    EXPECT_TRUE(refusal(decision)->identified);
  }
}

TEST(International, IsAllowedWhereItIsNotBlocked_R078) {
  World world = World::simple();
  for (const Row& row : kTable) EXPECT_TRUE(admission(call(world, row.calling, row.called))) << row.called;
}

TEST(International, AnUnknownCallerCountsAsTheOptionSays_R078) {
  World world = blocking();
  EXPECT_EQ(reason_of(call(world, "anonymous", "+16464441212")), Reason::InternationalBlocked);
  EXPECT_EQ(reason_of(call(world, "alice", "+16464441212")), Reason::InternationalBlocked);
  world.config.trunks[0].termination->unknown_caller = International::Allow;
  EXPECT_TRUE(admission(call(world, "anonymous", "+16464441212")));
  EXPECT_TRUE(admission(call(world, "+18005550100", "+16464441212")));
  EXPECT_EQ(reason_of(call(world, "+442079460000", "+16464441212")), Reason::InternationalBlocked)
      << "a known one is not unknown";
}

TEST(International, ANumberThatTheCallerMayNotShowDoesNotOpenTheBorder_R078_R067) {
  World world = blocking();
  config::CallerId& rules = world.config.trunks[0].termination->caller_id;
  rules.allowed = {config::CallerIdAllowed::Owned};
  rules.on_fail = config::CallerIdFailure::Private;
  EXPECT_EQ(reason_of(call(world, "+442079460000", "+441614960000")), Reason::InternationalBlocked);
}

TEST(International, TowardsTheCustomerToo_R078) {
  World world = blocking();
  world.config.trunks[0].targets = {target("sip:127.0.0.10", "127.0.0.10:5062")};
  world.config.numbers.push_back(number("+14155550000", "acme"));
  const auto from = [&](std::string calling) {
    Invite invite;
    invite.source = "127.0.0.20:5060";
    invite.host = "127.0.0.1";
    invite.called = "+14155550000";
    invite.calling = std::move(calling);
    return world.decide(invite);
  };
  EXPECT_TRUE(admission(from("+13124441212")));
  EXPECT_EQ(reason_of(from("+442079460000")), Reason::InternationalBlocked);
}

TEST(International, EachTrunkOfARouteIsAskedInItsTurn_R078_R116) {
  World world = blocking();
  world.config.trunks[0].targets = {target("sip:127.0.0.10", "127.0.0.10:5062")};
  world.trunk("open", {"hq"}).targets = {target("sip:127.0.0.11", "127.0.0.11:5062")};
  config::Route route;
  route.name = "both";
  route.entries = {{"acme", "", {}}, {"open", "", {}}};
  world.config.routes.push_back(route);
  config::DialledNumber dialled = number("+14155550000", "");
  dialled.route = "both";
  world.config.numbers.push_back(dialled);
  Invite invite;
  invite.source = "127.0.0.20:5060";
  invite.host = "127.0.0.1";
  invite.called = "+14155550000";
  invite.calling = "+442079460000";
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  ASSERT_EQ(admission(decision)->plan.targets.size(), 1U);
  EXPECT_EQ(admission(decision)->plan.targets[0].policy.peer, "open");
}

}  // namespace
}  // namespace tandem::trunk::test
