// What every request must be, and whether there is room..
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

TEST(Shape, MaxForwards_R032) {
  World world = World::simple();
  Invite invite;
  invite.max_forwards = "0";
  const Decision exhausted = world.decide(invite);
  ASSERT_TRUE(refusal(exhausted)) << explain(exhausted);
  EXPECT_EQ(refusal(exhausted)->reason, Reason::MaxForwardsExhausted);
  EXPECT_EQ(refusal(exhausted)->status, 483);
  invite.max_forwards.reset();
  const Decision missing = world.decide(invite);
  ASSERT_TRUE(refusal(missing)) << explain(missing);
  EXPECT_EQ(refusal(missing)->reason, Reason::MaxForwardsMissing);
  EXPECT_EQ(refusal(missing)->status, 400);
  EXPECT_TRUE(refusal(missing)->identified);
}

TEST(Shape, AMissingMaxForwardsMayBeAccepted_R032) {
  World world = World::simple();
  world.config.trunks[0].general.max_forwards_missing = config::MaxForwardsMissing::Accept;
  Invite invite;
  invite.max_forwards.reset();
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(*header(admission(decision)->plan.targets.at(0).headers, "Max-Forwards"), "70");
  invite.max_forwards = "0";
  EXPECT_EQ(reason_of(world.decide(invite)), Reason::MaxForwardsExhausted) << "0 is not missing";
}

TEST(Shape, MaxForwardsIsDecrementedAcrossTheBridge_R032) {
  World world = World::simple();
  for (const auto& [received, sent] : {std::pair("1", "0"), {"70", "69"}, {"255", "254"}}) {
    Invite invite;
    invite.max_forwards = received;
    const Decision decision = world.decide(invite);
    ASSERT_TRUE(admission(decision)) << explain(decision);
    const std::string* left = header(admission(decision)->plan.targets.at(0).headers, "Max-Forwards");
    ASSERT_TRUE(left);
    EXPECT_EQ(*left, sent);
  }
}

TEST(Shape, MalformedMaxForwards_R033) {
  World world = World::simple();
  for (const char* text : {"", "-1", "256", "70x", "0x10", "99999999999999999999"}) {
    Invite invite;
    invite.max_forwards = text;
    const Decision decision = world.decide(invite);
    EXPECT_EQ(reason_of(decision), Reason::RequestMalformed) << text << "\n" << explain(decision);
  }
}

TEST(Shape, AMissingOrBrokenFromIsMalformed_R033) {
  World world = World::simple();
  const Invite invite;
  for (const char* from : {"", "<sip:", "<sip:+1@[::1>"}) {
    auto request = invite.request();
    request.headers.set("From", from);
    const Decision decision = world.decide(request, invite);
    ASSERT_TRUE(refusal(decision)) << from << "\n" << explain(decision);
    EXPECT_EQ(refusal(decision)->reason, Reason::RequestMalformed) << from;
    EXPECT_EQ(refusal(decision)->status, 400);
  }
  auto request = invite.request();
  request.headers.remove("From");
  EXPECT_EQ(reason_of(world.decide(request, invite)), Reason::RequestMalformed);
}

TEST(Shape, RequiredExtensionsAreNamed_RFC3261_8_2_2_3) {
  World world = World::simple();
  const Decision decision =
      world.decide(Invite{}.with("Require", "100rel, precondition").with("Require", "x-odd"));
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::ExtensionRequired);
  EXPECT_EQ(refusal(decision)->status, 420);
  const std::string* unsupported = header(refusal(decision)->headers, "Unsupported");
  ASSERT_TRUE(unsupported);
  EXPECT_EQ(*unsupported, "100rel, precondition, x-odd");
}

TEST(Shape, SupportedAndEmptyRequireAreNoMatter) {
  World world = World::simple();
  EXPECT_TRUE(admission(world.decide(Invite{}.with("Supported", "100rel, timer").with("Require", " "))));
}

TEST(Shape, AnEncodedBodyIsRefused_RFC3261_8_2_3) {
  World world = World::simple();
  Invite invite;
  auto request = invite.with("Content-Encoding", "gzip").request();
  EXPECT_TRUE(admission(world.decide(request, invite))) << "there is no body";
  request.body = "\x1f\x8b";
  const Decision decision = world.decide(request, invite);
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::UnsupportedBody);
  EXPECT_EQ(refusal(decision)->status, 415);
  const std::string* understood = header(refusal(decision)->headers, "Accept-Encoding");
  ASSERT_TRUE(understood);
  EXPECT_EQ(*understood, "identity");
  request.headers.set("Content-Encoding", "identity");
  EXPECT_TRUE(admission(world.decide(request, invite)));
}

TEST(Shape, OtherMethodsAreNotDecidedHere_R031) {
  World world = World::simple();
  Invite invite;
  invite.method = "SUBSCRIBE";
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::MethodNotAllowed);
  EXPECT_EQ(refusal(decision)->status, 405);
  EXPECT_TRUE(header(refusal(decision)->headers, "Allow"));
}

TEST(Capacity, MaxCalls) {
  World world = World::simple();
  world.config.limits.max_calls = 10;
  world.usage.calls = 9;
  EXPECT_TRUE(admission(world.decide(Invite{})));
  world.usage.calls = 10;
  const Decision decision = world.decide(Invite{});
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::CallsExhausted);
  EXPECT_EQ(refusal(decision)->status, 503);
  EXPECT_TRUE(header(refusal(decision)->headers, "Retry-After"));
}

TEST(Capacity, Draining) {
  World world = World::simple();
  world.usage.draining = true;
  const Decision decision = world.decide(Invite{});
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::Draining);
  EXPECT_EQ(refusal(decision)->status, 503);
  EXPECT_TRUE(header(refusal(decision)->headers, "Retry-After"));
  Invite origination;
  origination.source = "127.0.0.20:5060";
  origination.host = "127.0.0.1";
  EXPECT_EQ(reason_of(world.decide(origination)), Reason::Draining) << "in both directions";
}

}  // namespace
}  // namespace tandem::trunk::test
