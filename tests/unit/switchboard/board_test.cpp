#include "unit/switchboard/board_bench.hpp"

#include <algorithm>

#include "tandem/trunk/digest.hpp"

namespace tandem::switchboard {
namespace {

TEST_F(BoardTest, AWholeCallLeavesNothingBehind) {
  const CallId call = connected_call();
  EXPECT_EQ(board_->stats().calls_answered, 1u);
  EXPECT_EQ(media_.sessions.size(), 1u);
  hangs_up(call);
  EXPECT_EQ(board_->live_calls(), 0u);
  EXPECT_EQ(board_->stats().deadlines, 0u);
  EXPECT_EQ(media_.sessions.size(), 0u);
  EXPECT_EQ(stack_.released, std::vector<CallId>{call});
  ASSERT_EQ(records_.lines.size(), 1u);
  const std::string& lines = records_.lines.front();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1) << "one attempt, one call";
}

TEST_F(BoardTest, TheAnswerToABye_WaitsForTheRecord) {
  const CallId call = connected_call();
  happens(call, call::ByeReceived{call::kLegA, call::RequestId{7}, {}});
  board_->take_media_news();
  board_->settle();
  EXPECT_EQ(stack_.last<call::RespondToRequest>(call), nullptr);
  board_->take_record_news();
  board_->settle();
  ASSERT_NE(stack_.last<call::RespondToRequest>(call), nullptr);
  EXPECT_EQ(stack_.last<call::RespondToRequest>(call)->status, 200);
}

TEST_F(BoardTest, TheAnswerToABye_WaitsNoLongerThan200Ms) {
  const CallId call = connected_call();
  happens(call, call::ByeReceived{call::kLegA, call::RequestId{7}, {}});
  move_clock(std::chrono::milliseconds(199));
  EXPECT_EQ(stack_.last<call::RespondToRequest>(call), nullptr);
  move_clock(std::chrono::milliseconds(1));
  EXPECT_NE(stack_.last<call::RespondToRequest>(call), nullptr);
}

TEST_F(BoardTest, ASilentTargetIsLeftAfterFourSecondsAndNotBefore_R105) {
  arrives(invite());
  const CallId call = stack_.adopted.back();
  move_clock(std::chrono::milliseconds(3999));
  EXPECT_EQ(stack_.count<call::SendInvite>(call), 1u);
  move_clock(std::chrono::milliseconds(1));
  ASSERT_EQ(stack_.count<call::SendInvite>(call), 2u);
  EXPECT_EQ(stack_.last<call::SendInvite>(call)->target, 1u);
}

TEST_F(BoardTest, AnUnlistedSourceHearsNothing_R043) {
  arrives(invite(), "192.0.2.99:5060");
  // The trunk's second group admits any address with credentials, so only a domain that is not ours stays silent.
  message::Request stranger = invite();
  stranger.uri.host = "elsewhere.example";
  stack_.replies.clear();
  arrives(stranger, "192.0.2.99:5060");
  EXPECT_TRUE(stack_.replies.empty());
  EXPECT_EQ(stack_.dropped.size(), 1u);
  EXPECT_EQ(board_->live_calls(), 0u);
}

TEST_F(BoardTest, OptionsOfAKnownSourceIsAnsweredAndOthersMethodsAreNotAllowed_R031_R150) {
  message::Request options = invite();
  options.method = "OPTIONS";
  arrives(options);
  ASSERT_EQ(stack_.replies.size(), 1u);
  EXPECT_EQ(stack_.replies[0].status, 200);
  options.method = "SUBSCRIBE";
  arrives(options);
  ASSERT_EQ(stack_.replies.size(), 2u);
  EXPECT_EQ(stack_.replies[1].status, 405);
  arrives(options, "192.0.2.99:5060");
  EXPECT_EQ(stack_.replies.size(), 2u);
}

TEST_F(BoardTest, WhileDrainingLiveCallsGoOnAndNewOnesAreRefused) {
  const CallId call = connected_call();
  board_->start_drain();
  arrives(invite());
  const CallId refused = stack_.adopted.back();
  ASSERT_NE(refused, call);
  ASSERT_NE(stack_.last<call::RespondToInvite>(refused), nullptr);
  const auto& response = *stack_.last<call::RespondToInvite>(refused);
  EXPECT_EQ(response.status, 503);
  EXPECT_TRUE(std::any_of(response.headers.begin(), response.headers.end(),
                          [](const message::Header& row) { return row.name == "Retry-After"; }));
  hear_from_media_and_records();
  EXPECT_EQ(board_->live_calls(), 1u);
  hangs_up(call);
  EXPECT_EQ(board_->live_calls(), 0u);
}

TEST_F(BoardTest, WhenTheRecordWriterFallsBehindNewCallsAreRefusedAndLeaveNothing) {
  records_.room = false;
  arrives(invite());
  EXPECT_TRUE(stack_.adopted.empty());
  EXPECT_TRUE(records_.lines.empty());
  ASSERT_EQ(stack_.replies.size(), 1u);
  EXPECT_EQ(stack_.replies[0].status, 503);
  EXPECT_TRUE(std::any_of(stack_.replies[0].headers.begin(), stack_.replies[0].headers.end(), [](const message::Header& row) {
    return row.name == "Reason" && row.value.find("overloaded") != std::string::npos;
  }));
  EXPECT_EQ(media_.sessions.size(), 0u);
}

TEST_F(BoardTest, ExhaustedPortsAreAClean503WithTheirReason_R027) {
  media_.refuse_with = media::OpenError::PortsExhausted;
  arrives(invite());
  const CallId call = stack_.adopted.back();
  ASSERT_NE(stack_.last<call::RespondToInvite>(call), nullptr);
  const auto& response = *stack_.last<call::RespondToInvite>(call);
  EXPECT_EQ(response.status, 503);
  EXPECT_TRUE(std::any_of(response.headers.begin(), response.headers.end(), [](const message::Header& row) {
    return row.name == "Reason" && row.value.find("ports_exhausted") != std::string::npos;
  }));
  hear_from_media_and_records();
  EXPECT_EQ(board_->live_calls(), 0u);
}

TEST_F(BoardTest, NewsOfARetiredCallIsCountedAndDropped) {
  const CallId call = connected_call();
  hangs_up(call);
  happens(call, answer(200, kSdp));
  EXPECT_EQ(board_->stats().unlawful_events, 1u);
}

TEST_F(BoardTest, AReplayedDigestIsChallengedAgain_R054) {
  arrives(invite(), "198.51.100.1:5060");
  ASSERT_EQ(stack_.replies.size(), 1u);
  ASSERT_EQ(stack_.replies[0].status, 407);
  Random random(5);
  config::OutboundCredential bob;
  bob.user = "bob";
  bob.password = Secret("secret");
  std::vector<std::string> challenges;
  for (const auto& row : stack_.replies[0].headers) {
    if (row.name == "Proxy-Authenticate") challenges.push_back(row.value);
  }
  const auto credentials = trunk::answer_challenge(challenges, bob, "INVITE", "sip:+12025550123@acme.example", random);
  ASSERT_TRUE(credentials);
  message::Request authorized = invite();
  authorized.headers.add("Proxy-Authorization", *credentials);
  arrives(authorized, "198.51.100.1:5060");
  EXPECT_EQ(stack_.adopted.size(), 1u);
  arrives(authorized, "198.51.100.1:5060");
  EXPECT_EQ(stack_.adopted.size(), 1u);
  ASSERT_EQ(stack_.replies.size(), 2u);
  EXPECT_EQ(stack_.replies[1].status, 407);
}

TEST_F(BoardTest, ALiveCallKeepsTheSnapshotItWasBornWith) {
  const CallId call = connected_call();
  config::Config next = two_target_config();
  next.node_name = "second-snapshot";
  next.trunks.clear();
  board_->publish(directory(next));
  hangs_up(call);
  ASSERT_FALSE(records_.lines.empty());
  EXPECT_NE(records_.lines.back().find("first-snapshot"), std::string::npos);
  stack_.adopted.clear();
  arrives(invite());
  EXPECT_TRUE(stack_.adopted.empty()) << "the trunk is gone for new calls";
}

TEST_F(BoardTest, ClearingEndsEveryCall) {
  const CallId call = connected_call();
  board_->clear_calls(trunk::Reason::ShuttingDown);
  board_->settle();
  EXPECT_EQ(stack_.count<call::SendBye>(call), 2u);
  happens(call, call::ByeFinished{call::kLegA, 200});
  happens(call, call::ByeFinished{call::LegId{1}, 200});
  hear_from_media_and_records();
  EXPECT_EQ(board_->live_calls(), 0u);
}

}  // namespace
}  // namespace tandem::switchboard
