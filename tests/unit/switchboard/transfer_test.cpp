// What a transfer takes and lets go of, and attended transfers by Replaces.; RFC 3891.
#include "unit/switchboard/board_bench.hpp"

namespace tandem::switchboard {
namespace {

class TransferTest : public BoardTest {
 protected:
  TransferTest() {
    acme().general.in_call.transfer.mode = config::TransferMode::All;
    acme().limits.channels = 4;
    north().limits.channels = 3;
    board_->publish(directory(config));
  }
  config::Config config = two_target_config();
  config::Trunk& acme() { return config.trunks.at(0); }
  config::Carrier& north() { return config.carriers.at(0); }

  void refers(CallId call, const std::string& refer_to) {
    happens(call, call::ReferReceived{call::kLegA, call::RequestId{++requests_}, refer_to, {}, {}});
  }
  std::size_t channels() const { return board_->stats().channels_in_use; }
  std::string header_of_last_invite(CallId call, std::string_view name) {
    const auto& targets = stack_.plans[call].targets;
    for (const auto& row : targets.at(stack_.last<call::SendInvite>(call)->target).headers) {
      if (row.name == name) return row.value;
    }
    return {};
  }
  std::uint32_t requests_ = 100;
};

TEST_F(TransferTest, BothLegsHoldTheirChannelsAndWhatFailsGivesThemBack_R079_R128) {
  const CallId call = connected_call();
  ASSERT_EQ(channels(), 2U) << "the trunk's and the carrier's";
  refers(call, "<tel:+12025550188>");
  EXPECT_EQ(channels(), 4U) << "one more of each";
  happens(call, answer(486, {}, 2));
  EXPECT_EQ(channels(), 2U);
  refers(call, "<tel:+12025550188>");
  happens(call, answer(200, kSdp, 3));
  EXPECT_EQ(channels(), 4U) << "two parties of the PSTN talk";
  happens(call, call::ByeReceived{call::kLegA, call::RequestId{7}, {}});
  EXPECT_EQ(channels(), 4U);
  happens(call, call::ByeReceived{call::LegId{3}, call::RequestId{8}, {}});
  EXPECT_EQ(channels(), 0U);
}

TEST_F(TransferTest, AFullCarrierRefusesTheTransferAndNotTheCall_R079_R128) {
  north().limits.channels = 1;
  board_->publish(directory(config));
  const CallId call = connected_call();
  refers(call, "<tel:+12025550188>");
  EXPECT_EQ(stack_.last<call::SendNotify>(call)->sipfrag, "SIP/2.0 503 Service Unavailable");
  EXPECT_EQ(channels(), 2U);
  EXPECT_EQ(board_->live_calls(), 1U);
}

TEST_F(TransferTest, ReplacesNamesTheConsultationAtItsFarEnd_RFC3891) {
  const CallId call = connected_call();
  const CallId consultation = connected_call();
  stack_.dialogs[{consultation, call::kLegA}] = {"c2@pbx", "ours", "theirs"};
  stack_.dialogs[{consultation, call::LegId{1}}] = {"c3@tandem", "us", "them"};
  refers(call, "<sip:0@192.0.2.1?Replaces=c2%40pbx%3Bto-tag%3Dours%3Bfrom-tag%3Dtheirs>");
  EXPECT_EQ(header_of_last_invite(call, "Replaces"), "c3@tandem;to-tag=them;from-tag=us");
  EXPECT_EQ(stack_.plans[call].targets.back().request_uri.user, "+12025550123") << "who was consulted";
}

TEST_F(TransferTest, ReplacesOfADialogThatIsNotOursStaysAsItIs_RFC3891) {
  const CallId call = connected_call();
  refers(call, "<sip:carol@203.0.113.7?Replaces=c9%40pbx%3Bto-tag%3Da%3Bfrom-tag%3Db>");
  EXPECT_EQ(header_of_last_invite(call, "Replaces"), "c9@pbx;to-tag=a;from-tag=b");
  EXPECT_EQ(stack_.last<call::SendInvite>(call)->to.address.print(), "203.0.113.7:5060");
}

TEST_F(TransferTest, ADigitGoesToTheMediaEngine_R135) {
  const CallId call = connected_call();
  happens(call, call::RequestReceived{call::kLegA, call::RequestId{9}, "INFO", "application/dtmf", "5"});
  EXPECT_TRUE(media_.digits.empty()) << "nobody takes events";
  EXPECT_EQ(stack_.last<call::SendInfo>(call)->content, "Signal=5\r\nDuration=160\r\n");
}

}  // namespace
}  // namespace tandem::switchboard
