// What the other side refuses changes nothing, and what it cannot answer ends the call. R-127; RFC 3261
// §14.1, §12.2.1.2.
#include <gtest/gtest.h>

#include "support/connected_call.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using enum Carrying;

struct Rollback : ConnectedCall {};

/// A's last description over again is answered by ours, unchanged: both are as they were.
void expect_unchanged(CallLadder& ladder) {
  const std::size_t asked = ladder.all<SendOffer>().size();
  ladder.a.offers(offer_of_a(), "UPDATE");
  EXPECT_EQ(ladder.all<RespondToRequest>().back().sdp, ladder.all<RespondToInvite>().back().sdp);
  ladder.b.offers(answer_of_b(), "UPDATE");
  EXPECT_EQ(ladder.all<RespondToRequest>().back().sdp, ladder.all<SendInvite>().back().sdp);
  EXPECT_EQ(ladder.all<SendOffer>().size(), asked);
  EXPECT_EQ(ladder.all<ConnectMedia>().size(), 1U);
}

class RefusedOffer : public testing::TestWithParam<int> {};

TEST_P(RefusedOffer, IsRolledBackAndPassedOn_R127) {
  CallLadder ladder;
  ladder.connects();
  ladder.a.offers(kHoldOfA);
  ladder.b.refuses(GetParam());
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(GetParam())));
  EXPECT_EQ(ladder.all<RespondToRequest>().back().headers[0].name, "Reason");
  expect_unchanged(ladder);
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

INSTANTIATE_TEST_SUITE_P(Call, RefusedOffer, testing::Values(403, 415, 480, 486, 488, 503, 603, 606),
                         [](const auto& row) { return std::to_string(row.param); });

TEST_F(Rollback, AStatusOfThatHopAloneIsOurFault) {
  ladder.a.offers(kHoldOfA);
  ladder.b.refuses(422);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(500)));
  expect_unchanged(ladder);
}

TEST_F(Rollback, TheVersionOfARejectedOfferIsUsedUp_RFC3264_8) {
  ladder.a.offers(kHoldOfA);
  const auto rejected = offered();
  ladder.b.refuses(488);
  ladder.a.offers(audio_sdp("0 8", 20000, 3));
  EXPECT_EQ(offered().origin.version, rejected.origin.version + 1);
}

TEST_F(Rollback, AnUnusableAnswerIs488AndBIsPutBack) {
  ladder.a.offers(kHoldOfA);
  ladder.b.accepts(opus_only());
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(488)));
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Ack{}, ReInvite{}));
  EXPECT_EQ(offered().media, sdp::parse(ladder.all<SendInvite>().back().sdp)->media);
  ladder.b.accepts(answer_of_b());
  EXPECT_EQ(ladder.all<ConnectMedia>().size(), 1U) << "media runs on as it did";
  end_cleanly();
}

class LostDialog : public testing::TestWithParam<int> {};

TEST_P(LostDialog, EndsTheCall_RFC3261_12_2_1_2) {
  CallLadder ladder;
  ladder.connects();
  ladder.a.offers(kHoldOfA);
  if (GetParam() == 0) {
    ladder.b.is_silent();
  } else {
    ladder.b.refuses(GetParam());
  }
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(487), Bye{}));
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Bye{}));
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::DialogLost);
  EXPECT_EQ(ladder.complaint(), "");
}

INSTANTIATE_TEST_SUITE_P(Call, LostDialog, testing::Values(481, 408, 0), [](const auto& row) {
  return row.param == 0 ? std::string("silence") : std::to_string(row.param);
});

TEST_F(Rollback, TheEndOfTheCallAnswersWhoeverWaits) {
  ladder.a.offers(kHoldOfA);
  ladder.happens(ClearRequested{});
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(487), Bye{}));
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Cancel{}, Bye{}));
  EXPECT_NE(ladder.call().stage, Stage::Done) << "B's leg lives until our re-INVITE has ended";
  ladder.b.refuses(487);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(Rollback, AnAcceptanceAfterTheEndIsAcked) {
  ladder.a.offers(kHoldOfA);
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Cancel{}, Bye{}));
  ladder.b.accepts(audio_sdp("8", 30000, 2, "a=recvonly\r\n"));
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Cancel{}, Bye{}, Ack{}));
  EXPECT_EQ(ladder.complaint(), "");
}

}  // namespace
}  // namespace tandem::test
