#include <gtest/gtest.h>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using enum Carrying;

/// The description in an ACK that refuses every stream.
bool refuses_all(const std::string& text) {
  const auto session = sdp::parse(text);
  if (!session || session->media.empty()) return false;
  for (const sdp::Media& media : session->media) {
    if (media.port != 0) return false;
  }
  return true;
}

TEST(LateOffer, CrossesInThe200AndTheAck) {
  CallLadder ladder;
  ladder.a.invites({});
  ladder.b.rings();
  ladder.b.answers(offer_of_b());
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing})) << "the ACK waits for A's answer";
  ladder.a.acks(answer_of_a());
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Ack{Description}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ringing{}, Ok{}));
  const auto answer = sdp::parse(ladder.all<SendAck>()[0].sdp);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->media[0].port, 10002);
  EXPECT_EQ(answer->media[0].formats, std::vector<std::string>{"8"});
  const auto path = ladder.all<ConnectMedia>().back();
  EXPECT_EQ(path.a->remote_rtp.port, 20000);
  EXPECT_EQ(path.b->remote_rtp.port, 30000);
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(LateOffer, A200WithoutAnOfferIsRefused) {
  CallLadder ladder;
  ladder.a.invites({});
  ladder.b.answers({});
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Ack{}, Bye{}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{502}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(LateOffer, AnUnusableOfferIsAnsweredBeforeTheBye_RFC3261_13_2_2_4) {
  CallLadder ladder;
  ladder.a.invites({});
  ladder.b.answers("v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\nm=video 4000 RTP/AVP 31\r\n");
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Ack{Description}, Bye{}));
  EXPECT_TRUE(refuses_all(ladder.all<SendAck>()[0].sdp));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{502}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(LateOffer, AnAckWithoutAnAnswerEndsBothSides) {
  CallLadder ladder;
  ladder.a.invites({});
  ladder.b.answers(offer_of_b());
  ladder.a.acks();
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Ack{Description}, Bye{}));
  EXPECT_TRUE(refuses_all(ladder.all<SendAck>()[0].sdp));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ok{}, Bye{}));
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::BadAnswer);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(LateOffer, AnAnswerWithoutACommonCodecEndsBothSides) {
  CallLadder ladder;
  ladder.a.invites({});
  ladder.b.answers(offer_of_b());
  ladder.a.acks(opus_only());
  EXPECT_EQ(ladder.sent_to_a().back(), "BYE");
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(LateOffer, AMissingAckStillAcksTheTarget) {
  CallLadder ladder;
  ladder.a.invites({});
  ladder.b.answers(offer_of_b());
  ladder.a.never_acks();
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Ack{Description}, Bye{}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(LateOffer, AByeBeforeTheAckStillAcksTheTarget) {
  CallLadder ladder;
  ladder.a.invites({});
  ladder.b.answers(offer_of_b());
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Ack{Description}, Bye{}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(LateOffer, ACalleeThatHangsUpWithoutItsAckGetsIt) {
  CallLadder ladder;
  ladder.a.invites({});
  ladder.b.answers(offer_of_b());
  ladder.b.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Ack{Description}, Reply{200}));
  ladder.a.acks(answer_of_a());
  EXPECT_EQ(ladder.sent_to_a().back(), "BYE");
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(LateOffer, A200AfterTheCancelIsAnsweredAndByed) {
  CallLadder ladder;
  ladder.a.invites({});
  ladder.b.rings();
  ladder.a.cancels();
  ladder.b.answers(offer_of_b());
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Cancel{}, Ack{Description}, Bye{}));
  EXPECT_TRUE(refuses_all(ladder.all<SendAck>()[0].sdp));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(LateOffer, AForkThatAnswersTooIsAnsweredAndByed) {
  CallLadder ladder;
  ladder.a.invites({});
  ladder.b.answers(offer_of_b(), "b1");
  ladder.b.answers(other_answer_of_b(), "b2");
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Ack{Description}, Bye{}));
  EXPECT_EQ(ladder.all<SendAck>()[0].to_tag, "b2");
  ladder.a.acks(answer_of_a());
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(LateOffer, AnUnreliable18xCannotHoldAnOffer) {
  CallLadder ladder;
  ladder.a.invites({});
  ladder.b.progresses(offer_of_b());
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{183}));
  EXPECT_TRUE(ladder.all<ConnectMedia>().empty());
}

TEST(LateOffer, FailsOverWithoutAnOfferToo) {
  CallLadder ladder{2};
  ladder.a.invites({});
  ladder.b.rejects(500);
  EXPECT_EQ(ladder.sent_to_b(2), Sent(Invite{Nothing}));
  ladder.b2.rejects(500);
  EXPECT_EQ(ladder.sent_to_a().back(), "500");
  EXPECT_EQ(ladder.complaint(), "");
}

}  // namespace
}  // namespace tandem::test
