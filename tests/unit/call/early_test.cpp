#include <gtest/gtest.h>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;

TEST(Early, TryingStaysOnItsHop) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.tries();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}));
}

TEST(Early, EarlyMediaThenRinging_R129) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.progresses(answer_of_b());
  ladder.b.rings();
  ladder.b.answers(answer_of_b());
  ladder.a.acks();
  ladder.b.hangs_up();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Progress{}, Ringing{}, Ok{}, Bye{}));
  EXPECT_EQ(ladder.all<ConnectMedia>().size(), 1U);  // the 200 repeats the answer
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Early, RingingThenEarlyMedia_R129) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.b.progresses(answer_of_b());
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ringing{}, Progress{}));
  EXPECT_EQ(ladder.all<ConnectMedia>().size(), 1U);
}

TEST(Early, ARingingWithADescriptionIsEarlyMediaToo) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rings("b1", answer_of_b());
  EXPECT_EQ(ladder.sent_to_a()[1], "180 sdp");
  EXPECT_EQ(ladder.all<ConnectMedia>().size(), 1U);
}

TEST(Early, TheAnswerOfThe183StandsWhenThe200HasNone) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.progresses(answer_of_b());
  ladder.b.answers({});
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Progress{}, Ok{}, Reply{200}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Early, TheAnswerOfAnotherForksEarlyDialogDoesNotStand) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.progresses(answer_of_b(), "b1");
  ladder.b.answers({}, "b2");
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Ack{}, Bye{}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Progress{}, Final{502}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Early, ASecondForkMovesTheMediaAndAKeepsItsAnswer) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.progresses(answer_of_b(), "b1");
  ladder.b.progresses(other_answer_of_b(), "b2");
  ladder.b.answers(other_answer_of_b(), "b2");
  ladder.a.acks();
  const auto paths = ladder.all<ConnectMedia>();
  ASSERT_EQ(paths.size(), 2U);
  EXPECT_EQ(paths[0].b->remote_rtp.port, 30000);
  EXPECT_EQ(paths[1].b->remote_rtp.port, 32000);
  const auto responses = ladder.all<RespondToInvite>();
  EXPECT_EQ(responses[1].sdp, responses[2].sdp);
  EXPECT_EQ(responses[1].sdp, responses[3].sdp);
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Early, AForkWhoseCodecAWasNotToldIsNotConnected) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.progresses(answer_of_b(), "b1");
  ladder.b.progresses(pcmu_answer_of_b(), "b2");
  EXPECT_EQ(ladder.all<ConnectMedia>().size(), 1U);
  EXPECT_EQ(ladder.sent_to_a().back(), "183");
  ASSERT_EQ(ladder.all<Note>().size(), 1U);
  EXPECT_EQ(ladder.all<Note>()[0].event, "early_media_refused");
}

TEST(Early, ABroken183IsRelayedWithoutItsDescription) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.progresses("v=0\r\nrubbish");
  ladder.b.answers(answer_of_b());
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{183}, Ok{}, Reply{200}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Early, ARepeated183ConnectsOnce) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  for (int i = 0; i < 3; ++i) ladder.b.progresses(answer_of_b());
  EXPECT_EQ(ladder.all<ConnectMedia>().size(), 1U);
}

TEST(Early, TheNextTargetReplacesEarlyMediaAndMayUseNoOtherCodec) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.b.progresses(answer_of_b());
  ladder.b.rejects(503);
  const auto paths = ladder.all<ConnectMedia>();
  ASSERT_EQ(paths.size(), 2U);
  EXPECT_FALSE(paths[1].b) << "the failed target is heard no more";
  const auto offer = sdp::parse(ladder.all<SendInvite>().back().sdp);
  ASSERT_TRUE(offer);
  const auto audio = sdp::audio_of_offer(*offer);
  ASSERT_TRUE(audio);
  ASSERT_EQ(audio->codecs.size(), 1U) << "A has been answered with PCMA alone";
  EXPECT_EQ(audio->codecs[0].name, "PCMA");
  ladder.b2.answers(audio_sdp("8", 33000));
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Early, OneAttemptRemembersNoMoreThanSixteenEarlyDialogs) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  for (int i = 0; i < 40; ++i) ladder.b.rings("fork" + std::to_string(i));
  EXPECT_EQ(ladder.call().attempts[0].early.size(), kMaxEarlyDialogs);
  EXPECT_EQ(ladder.sent_to_a().size(), 41U);
}

TEST(Early, RequestsThatA199OrA100CouldMakeAreNotRelayed) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  for (int status : {101, 179, 184, 199}) ladder.b.says(response({}, status, "b1"));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}));
  for (int status : {180, 181, 182, 183}) ladder.b.says(response({}, status, "b1"));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{180}, Final{181}, Final{182}, Final{183}));
}

TEST(Early, TheRecordKnowsWhenItRang) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.passes(std::chrono::seconds(2));
  ladder.b.rings();
  ladder.passes(std::chrono::seconds(2));
  ladder.b.rings();
  ASSERT_TRUE(ladder.call().facts.rang);
  EXPECT_EQ(*ladder.call().facts.rang - *ladder.call().facts.started, std::chrono::seconds(2));
  EXPECT_EQ(ladder.call().attempts[0].rang, ladder.call().facts.rang);
}

}  // namespace
}  // namespace tandem::test
