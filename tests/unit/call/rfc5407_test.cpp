// Every figure of RFC 5407 §3 and of its appendices that a B2BUA can meet, told from the side that we are on
// there.
#include <gtest/gtest.h>

#include "support/connected_call.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using enum Carrying;

struct Rfc5407 : ConnectedCall {};

// §3.1.1: a repeated INVITE in the moratorium is the transaction layer's: tests/contract. What reaches the
// call is a repeated 200 of the target, which changes nothing.
TEST_F(Rfc5407, A200ThatIsRepeatedInTheMoratorium_3_1_1) {
  CallLadder fresh;
  fresh.a.invites(offer_of_a());
  fresh.b.answers(answer_of_b());
  fresh.b.answers(answer_of_b());
  EXPECT_EQ(fresh.sent_to_b(), Sent(Invite{}, Ack{})) << "the stack repeats our ACK";
  EXPECT_EQ(fresh.sent_to_a(), Sent(Trying{}, Ok{}));
  fresh.a.acks();
  fresh.a.hangs_up();
  EXPECT_EQ(fresh.complaint(), "");
}

TEST_F(Rfc5407, ACancelThatCrossesThe200_3_1_2) {
  CallLadder fresh;
  fresh.a.invites(offer_of_a());
  fresh.b.rings();
  fresh.a.cancels();
  fresh.b.answers(answer_of_b());
  EXPECT_EQ(fresh.sent_to_b(), Sent(Invite{}, Cancel{}, Ack{}, Bye{}));
  EXPECT_EQ(fresh.complaint(), "");
}

TEST_F(Rfc5407, AByeOfTheCallerThatCrossesOur200_3_1_3) {
  CallLadder fresh;
  fresh.a.invites(offer_of_a());
  fresh.b.rings();
  fresh.b.answers(answer_of_b());
  fresh.writer_writes = false;
  fresh.a.hangs_up();  // sent on the early dialog, before our 200 came there
  EXPECT_EQ(fresh.sent_to_b(), Sent(Invite{}, Ack{}, Bye{}));
  fresh.a.acks();
  fresh.happens(RecordWritten{});
  EXPECT_EQ(fresh.sent_to_a(), Sent(Trying{}, Ringing{}, Ok{}, Reply(200)));
  EXPECT_EQ(fresh.complaint(), "");
}

TEST_F(Rfc5407, AReInviteThatOvertakesTheAckOfASettledSession_3_1_4) {
  CallLadder fresh;
  fresh.a.invites(offer_of_a());
  fresh.b.answers(answer_of_b());
  const RequestId refresh = fresh.a.offers(offer_of_a());
  EXPECT_EQ(fresh.sent_to_a().back(), "reply 200 sdp");
  const RequestId hold = fresh.a.offers(kHoldOfA);
  EXPECT_EQ(fresh.sent_to_b().back(), "re-INVITE sdp") << "B's session is settled too";
  fresh.b.accepts(kHeldByB);
  fresh.a.acks();
  fresh.a.acks_offer(refresh);
  fresh.a.acks_offer(hold);
  fresh.a.hangs_up();
  EXPECT_EQ(fresh.complaint(), "");
}

TEST_F(Rfc5407, AReInviteThatOvertakesTheAckWithTheAnswer_3_1_5) {
  CallLadder fresh;
  fresh.a.invites({});
  fresh.b.answers(offer_of_b());
  fresh.a.offers(answer_of_a());
  EXPECT_EQ(fresh.sent_to_a().back(), "reply 491");
  fresh.a.acks(answer_of_a());
  EXPECT_EQ(fresh.call().stage, Stage::Connected);
  fresh.a.hangs_up();
  EXPECT_EQ(fresh.complaint(), "");
}

TEST_F(Rfc5407, AByeThatOvertakesTheAck_3_1_6) {
  CallLadder fresh;
  fresh.a.invites(offer_of_a());
  fresh.b.answers(answer_of_b());
  fresh.writer_writes = false;
  fresh.a.hangs_up();
  fresh.a.acks();
  fresh.happens(RecordWritten{});
  EXPECT_EQ(fresh.sent_to_a().back(), "reply 200");
  EXPECT_EQ(fresh.sent_to_b(), Sent(Invite{}, Ack{}, Bye{}));
  EXPECT_EQ(fresh.complaint(), "");
}

TEST_F(Rfc5407, TwoByesThatCross_3_2_1) {
  ladder.byes_are_answered = false;
  ladder.a.hangs_up();
  ladder.b.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(), Sent(Bye{}, Reply(200)));
  ladder.happens(ByeFinished{LegId{1}, 200});
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(Rfc5407, AReInviteInTheMortalState_3_2_2) {
  ladder.byes_are_answered = false;
  ladder.a.hangs_up();
  ladder.b.offers(kHoldOfB);
  EXPECT_EQ(ladder.sent_to_b(), Sent(Bye{}, Reply(481)));
  ladder.happens(ByeFinished{LegId{1}, 200});
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(Rfc5407, A200ToOurReInviteInTheMortalState_3_2_3) {
  ladder.a.offers(kHoldOfA);
  ladder.a.hangs_up();
  ladder.b.accepts(kHeldByB);
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Cancel{}, Bye{}, Ack{}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(487), Reply(200)));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(Rfc5407, AnAckInTheMortalState_3_2_4) {
  CallLadder fresh;
  fresh.a.invites(offer_of_a());
  fresh.b.answers(answer_of_b());
  fresh.byes_are_answered = false;
  fresh.b.hangs_up();
  EXPECT_EQ(fresh.sent_to_a(), Sent(Trying{}, Ok{})) << "no BYE to A before its ACK";
  fresh.a.acks();
  EXPECT_EQ(fresh.sent_to_a(), Sent(Trying{}, Ok{}, Bye{}));
  fresh.a.acks();
  fresh.happens(ByeFinished{kLegA, 200});
  EXPECT_EQ(fresh.complaint(), "");
}

TEST_F(Rfc5407, TwoReInvitesThatCross_3_3_1) {
  const RequestId request = ladder.a.offers(kHoldOfA);
  ladder.b.offers(kHoldOfB);
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Reply(491)));
  ladder.b.refuses(491);
  EXPECT_TRUE(ladder.sent_to_a().empty());
  ladder.passes(std::chrono::seconds(4));
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Reply(491), ReInvite{}));
  ladder.b.accepts(kHeldByB);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description)));
  ladder.a.acks_offer(request);
  end_cleanly();
}

TEST_F(Rfc5407, AnUpdateThatCrossesOurReInvite_3_3_2) {
  ladder.a.offers(kHoldOfA);
  ladder.b.offers(kHoldOfB, "UPDATE");
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Reply(491)));
  ladder.b.refuses(491);
  ladder.passes(std::chrono::seconds(4));
  ladder.b.accepts(kHeldByB);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description)));
  end_cleanly();
}

TEST_F(Rfc5407, AReInviteThatCrossesOurUpdate_3_3_2) {
  ladder.b.takes_update();
  ladder.forgets_what_was_sent();
  ladder.a.offers(kHoldOfA, "UPDATE");
  ladder.b.offers(kHoldOfB);
  EXPECT_EQ(ladder.sent_to_b(), Sent(Update{}, Reply(491)));
  ladder.b.accepts(kHeldByB);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description)));
  end_cleanly();
}

TEST_F(Rfc5407, AReferInTheMortalState_3_3_3) {
  ladder.byes_are_answered = false;
  ladder.a.hangs_up();
  ladder.b.asks("REFER");
  EXPECT_EQ(ladder.sent_to_b().back(), "reply 481");
  ladder.happens(ByeFinished{LegId{1}, 200});
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(Rfc5407, AByeInTheEarlyDialog_AppendixA) {
  CallLadder fresh;
  fresh.a.invites(offer_of_a());
  fresh.b.rings();
  fresh.a.hangs_up();
  EXPECT_EQ(fresh.sent_to_a(), Sent(Trying{}, Ringing{}, Final{487}, Reply(200)));
  EXPECT_EQ(fresh.sent_to_b(), Sent(Invite{}, Cancel{}));
  fresh.b.rejects(487);
  EXPECT_EQ(fresh.complaint(), "");
}

TEST_F(Rfc5407, AByeOfThePeerWhoseReInviteWaits_AppendixB) {
  ladder.a.offers(kHoldOfA);
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(487), Reply(200))) << "RFC 3261 §15.1.2";
  ladder.b.refuses(487);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(Rfc5407, AByeOfThePeerWhomWeAsk_AppendixB) {
  ladder.a.offers(kHoldOfA);
  ladder.b.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Reply(200))) << "its BYE ends our re-INVITE: no CANCEL";
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(487), Bye{}));
  EXPECT_NE(ladder.call().stage, Stage::Done);
  ladder.b.refuses(487);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(Rfc5407, A200ToOurReInviteThatTheByeOvertook_AppendixB) {
  ladder.a.offers(kHoldOfA);
  ladder.b.hangs_up();
  ladder.b.accepts(kHeldByB);
  EXPECT_EQ(ladder.sent_to_b().back(), "ACK");
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(Rfc5407, ACancelAfterTheFinalResponse_AppendixC) {
  CallLadder fresh;
  fresh.a.invites(offer_of_a());
  fresh.writer_writes = false;
  fresh.b.rejects(486);
  fresh.a.cancels();
  fresh.happens(RecordWritten{});
  EXPECT_EQ(fresh.sent_to_a(), Sent(Trying{}, Final{486}));
  EXPECT_EQ(fresh.complaint(), "");
}

class MortalState : public testing::TestWithParam<const char*> {};

TEST_P(MortalState, EveryOtherRequestGets481_AppendixD) {
  CallLadder ladder;
  ladder.connects();
  ladder.byes_are_answered = false;
  ladder.a.hangs_up();
  ladder.b.asks(GetParam());
  EXPECT_EQ(ladder.sent_to_b(), Sent(Bye{}, Reply(481)));
  ladder.happens(ByeFinished{LegId{1}, 200});
  EXPECT_EQ(ladder.complaint(), "");
}

INSTANTIATE_TEST_SUITE_P(Rfc5407, MortalState,
                         testing::Values("OPTIONS", "INFO", "MESSAGE", "SUBSCRIBE", "FOO"));

TEST_F(Rfc5407, AnAnswerWithANewTag_AppendixE) {
  CallLadder fresh;
  fresh.a.invites(offer_of_a());
  fresh.b.rings("b1");
  fresh.b.rings("b2");
  fresh.b.answers(answer_of_b(), "b2");
  fresh.b.answers(other_answer_of_b(), "b1");
  EXPECT_EQ(fresh.sent_to_b(), Sent(Invite{}, Ack{}, Ack{}, Bye{})) << "one dialog goes on";
  fresh.a.acks();
  fresh.a.hangs_up();
  EXPECT_EQ(fresh.complaint(), "");
}

}  // namespace
}  // namespace tandem::test
