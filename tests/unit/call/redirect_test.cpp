// A customer's 3xx, followed into the plan.
#include <gtest/gtest.h>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using std::chrono::seconds;

enum class Following : std::uint8_t { Off, On };

config::Config world(Following following) {
  config::Config config;
  config::Trunk acme;
  acme.name = "acme";
  acme.origination.redirect.follow = following == Following::On;
  config.trunks.push_back(acme);
  return config;
}

/// A call from carrier north to so many targets of trunk acme.
struct Origination {
  trunk::Admission admission = admission_to(1);
  std::shared_ptr<const trunk::Directory> directory;

  explicit Origination(std::size_t targets, Following following = Following::On) {
    admission = admission_to(targets);
    admission.direction = trunk::CallDirection::Origination;
    admission.called = "+12125550100";
    admission.caller_policy = {"north", true, false, false, {}};
    for (std::size_t i = 0; i < targets; ++i) {
      trunk::PlannedTarget& target = admission.plan.targets[i];
      target.policy.peer = "acme";
      target.policy.peer_is_carrier = false;
    }
    directory = trunk::build_directory(std::make_shared<const config::Config>(world(following)));
  }
};

CallLadder ladder_of(const Origination& call) { return CallLadder{call.admission, call.directory}; }

std::vector<std::string> reached(const CallLadder& ladder) {
  std::vector<std::string> hosts;
  for (const SendInvite& one : ladder.all<SendInvite>()) {
    hosts.push_back(ladder.call().admission.plan.targets.at(one.target).request_uri.host);
  }
  return hosts;
}

TEST(Redirected, TheContactIsTheNextTarget_R108) {
  CallLadder ladder = ladder_of(Origination{2});
  ladder.a.invites(offer_of_a());
  ladder.b.redirects("<sip:+12125550199@203.0.113.7:5080>");
  ASSERT_EQ(ladder.all<SendInvite>().size(), 2U);
  EXPECT_EQ(ladder.all<SendInvite>()[1].to.address.print(), "203.0.113.7:5080");
  EXPECT_EQ(ladder.call().redirects, 1U);
  ladder.b2.answers(answer_of_b());
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
  EXPECT_EQ(ladder.call().attempts.at(0).cause.reason, trunk::Reason::Redirected);
  EXPECT_EQ(ladder.call().attempts.at(0).status, 302);
}

TEST(Redirected, TheTargetsBehindItFollowAfterIt_R108) {
  CallLadder ladder = ladder_of(Origination{2});
  ladder.a.invites(offer_of_a());
  ladder.b.redirects("<sip:bob@203.0.113.7>");
  ladder.b2.rejects(503);
  EXPECT_EQ(reached(ladder), (std::vector<std::string>{"north1.example", "203.0.113.7", "north2.example"}));
}

TEST(Redirected, ANameInTheContactIsPreparedFirst_R108) {
  CallLadder ladder = ladder_of(Origination{1});
  ladder.a.invites(offer_of_a());
  ladder.b.redirects("<sip:bob@pbx.customer.example>");
  ASSERT_EQ(ladder.all<PrepareTarget>().size(), 1U);
  EXPECT_EQ(ladder.all<PrepareTarget>()[0].target, 1U);
  ladder.happens(ready(1));
  EXPECT_EQ(ladder.all<SendInvite>().back().to, record(1, 1));
  ladder.b2.answers(answer_of_b());
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Redirected, OneThatCannotBeFollowedIsAFailureThatHuntsOn_R110) {
  CallLadder ladder = ladder_of(Origination{2});
  ladder.a.invites(offer_of_a());
  ladder.b.redirects("nonsense <<");
  EXPECT_EQ(reached(ladder), (std::vector<std::string>{"north1.example", "north2.example"}));
  const auto notes = ladder.all<Note>();
  EXPECT_TRUE(std::any_of(notes.begin(), notes.end(),
                          [](const Note& note) { return note.event == "redirect_refused"; }));
  ladder.b2.redirects("<sip:x@203.0.113.7>", 305);
  EXPECT_EQ(ladder.call().redirects, 1U);
}

TEST(Redirected, ATrunkMaySayThatItIsNotRedirected_R108) {
  CallLadder ladder = ladder_of(Origination{1, Following::Off});
  ladder.a.invites(offer_of_a());
  ladder.b.redirects("<sip:x@203.0.113.7>");
  EXPECT_EQ(ladder.all<SendInvite>().size(), 1U);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{480}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Redirected, ALoopEnds_R111) {
  CallLadder ladder = ladder_of(Origination{1});
  ladder.a.invites(offer_of_a());
  ladder.b.redirects("<sip:x@203.0.113.7>");
  ladder.b2.redirects("<sip:x@203.0.113.7>");
  EXPECT_EQ(ladder.all<SendInvite>().size(), 2U);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{480}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Redirected, AChainOfRedirectsEnds_R111) {
  CallLadder ladder = ladder_of(Origination{1});
  ladder.a.invites(offer_of_a());
  for (std::uint16_t leg = 1; ladder.call().stage == Stage::Dialing && leg < 100; ++leg) {
    Callee(ladder, leg).redirects("<sip:x@203.0.113." + std::to_string(leg) + ">");
  }
  EXPECT_EQ(ladder.call().stage, Stage::Done);
  EXPECT_LE(ladder.call().redirects, 10U);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{480}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Redirected, OfACancelledTargetIsNotFollowed) {
  CallLadder ladder = ladder_of(Origination{1});
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.a.cancels();
  ladder.b.redirects("<sip:x@203.0.113.7>");
  EXPECT_EQ(ladder.all<SendInvite>().size(), 1U);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Redirected, OfAnAbandonedTargetChangesNothing) {
  CallLadder ladder = ladder_of(Origination{2});
  ladder.a.invites(offer_of_a());
  ladder.passes(seconds(4));
  ladder.b.redirects("<sip:x@203.0.113.7>");
  EXPECT_EQ(reached(ladder), (std::vector<std::string>{"north1.example", "north2.example"}));
  EXPECT_EQ(ladder.call().admission.plan.targets.size(), 2U);
}

TEST(Redirected, ACarriersIsNotFollowed) {
  Origination call{2};
  call.admission.plan.targets[0].policy.peer_is_carrier = true;
  CallLadder ladder = ladder_of(call);
  ladder.a.invites(offer_of_a());
  ladder.b.redirects("<sip:x@203.0.113.7>");
  EXPECT_EQ(reached(ladder), (std::vector<std::string>{"north1.example", "north2.example"}));
}

TEST(Redirected, ItStaysInTheEntryOfTheTargetThatRedirected_R111) {
  Origination call{1};
  begin_entry(call.admission, 0);
  CallLadder ladder = ladder_of(call);
  ladder.a.invites(offer_of_a());
  ladder.happens(ready(0));
  ladder.b.redirects("<sip:x@203.0.113.7>");
  const trunk::RoutePlan& plan = ladder.call().admission.plan;
  ASSERT_EQ(plan.targets.size(), 2U);
  EXPECT_EQ(plan.targets[1].entry, plan.targets[0].entry);
  EXPECT_EQ(plan.entries.size(), 1U);
}

TEST(Redirected, ToANumberHasEntriesOfItsOwnAndLeavesTheOthersInPlace_R108) {
  Origination call{2};
  config::Config config = world(Following::On);
  config.trunks[0].origination.redirect.pstn = true;
  config::Carrier south;
  south.name = "south";
  south.prefixes = {""};
  config::Target gateway;
  gateway.name = "south-gw";
  gateway.uri.host = "203.0.113.40";
  gateway.address = *SocketAddress::parse("203.0.113.40:5060");
  south.targets = {gateway};
  config.carriers.push_back(south);
  call.directory = trunk::build_directory(std::make_shared<const config::Config>(config));
  CallLadder ladder = ladder_of(call);
  ladder.a.invites(offer_of_a());
  ladder.b.redirects("<tel:+13125550111>");
  const trunk::RoutePlan& plan = ladder.call().admission.plan;
  ASSERT_EQ(plan.targets.size(), 3U);
  EXPECT_EQ(plan.targets[1].policy.peer, "south");
  ASSERT_EQ(plan.entries.size(), 2U);
  EXPECT_EQ(plan.targets[1].entry, 1U);
  EXPECT_EQ(plan.targets[2].entry, 0U);
  EXPECT_EQ(plan.entries[1].leg_type, trunk::LegType::Redirect);
}

}  // namespace
}  // namespace tandem::test
