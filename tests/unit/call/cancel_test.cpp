#include <gtest/gtest.h>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using std::chrono::seconds;

TEST(Cancel, BeforeMediaIsThereNobodyIsCalled) {
  CallLadder ladder;
  ladder.media_answers = false;
  ladder.a.invites(offer_of_a());
  ladder.a.cancels();
  ladder.happens(MediaReady{local_media(10000), local_media(10002)});
  EXPECT_EQ(ladder.all<CloseMedia>().size(), 1U);
  EXPECT_TRUE(ladder.all<RecordCall>().empty());
  ladder.happens(MediaClosed{});
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}));
  EXPECT_TRUE(ladder.all<SendInvite>().empty());
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Cancel, WhileMediaIsRefused) {
  CallLadder ladder;
  ladder.media_answers = false;
  ladder.a.invites(offer_of_a());
  ladder.a.cancels();
  ladder.happens(MediaRefused{});
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Cancel, BeforeAnyResponseOfTheTarget) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.a.cancels();
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Cancel{}));
  EXPECT_EQ(ladder.all<RecordCall>().size(), 1U) << "the record does not wait for the target";
  ladder.b.tries();
  ladder.b.rejects(487);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}));  // the stack said 200 and 487
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::CallerCancelled);
  EXPECT_EQ(ladder.call().cause.status, 487);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Cancel, WhileTheTargetRings) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.a.cancels();
  ladder.b.rejects(487);
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Cancel{}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ringing{}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Cancel, CrossingA200IsAckedAndByed_RFC5407_3_1_2) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.a.cancels();
  ladder.b.answers(answer_of_b());
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Cancel{}, Ack{}, Bye{}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ringing{}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Cancel, ThatTheStackAnsweredBeforeOur200EndsTheAnsweredTarget) {
  // Both were on their way: our 200 to the stack, its 487 to A. A has seen the 487.
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.answers(answer_of_b());
  ladder.a.cancels();
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Ack{}, Bye{}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ok{}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Cancel, ThatCrossesOurRefusalChangesNothing) {
  CallLadder ladder;
  ladder.writer_writes = false;
  ladder.a.invites(offer_of_a());
  ladder.b.rejects(486);
  ladder.a.cancels();
  ladder.happens(RecordWritten{});
  EXPECT_EQ(ladder.call().cause.status, 486);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{486}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Cancel, CrossingARejectionIsOneEnd) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.a.cancels();
  ladder.b.rejects(486);
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::CallerCancelled);
  EXPECT_EQ(ladder.call().attempts[0].status, 486);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Cancel, ATargetThatNeverAnswersIsLetGoAfter64T1) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.a.cancels();
  ladder.passes(seconds(31));
  EXPECT_EQ(ladder.call().stage, Stage::Clearing);
  ladder.passes(seconds(1));
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Cancel{}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Cancel, ATransactionThatTimesOutEndsTheWait) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.a.cancels();
  ladder.b.times_out();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Cancel, TheCallersReasonGoesWithIt) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.a.cancels("SIP;cause=200;text=\"Call completed elsewhere\"");
  EXPECT_EQ(ladder.all<SendCancel>()[0].reason_header, "SIP;cause=200;text=\"Call completed elsewhere\"");
}

TEST(Cancel, WithoutAReasonTheTargetIsToldOurs) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.a.cancels();
  EXPECT_EQ(ladder.all<SendCancel>()[0].reason_header, "Q.850;cause=16;text=\"caller_cancelled\"");
}

TEST(Cancel, ByeOnTheEarlyDialogIsACancelWithAnAnswer_RFC3261_15_1_2) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.a.hangs_up();
  ladder.b.rejects(487);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ringing{}, Final{487}, Reply{200}));
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Cancel{}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Cancel, ByeOnTheEarlyDialogCrossingA200_RFC5407_3_1_3) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.a.hangs_up();
  ladder.b.answers(answer_of_b());
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Cancel{}, Ack{}, Bye{}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Cancel, ForksThatAnswerAfterItAreEachAckedAndByed) {
  CallLadder ladder;
  ladder.byes_are_answered = false;
  ladder.a.invites(offer_of_a());
  ladder.b.rings("b1");
  ladder.a.cancels();
  ladder.b.answers(answer_of_b(), "b1");
  ladder.b.answers(other_answer_of_b(), "b2");
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Cancel{}, Ack{}, Bye{}, Ack{}, Bye{}));
  ladder.happens(ByeFinished{LegId{1}, 200});
  EXPECT_EQ(ladder.call().stage, Stage::Clearing);
  ladder.happens(ByeFinished{LegId{1}, 408});
  EXPECT_EQ(ladder.complaint(), "");
}

}  // namespace
}  // namespace tandem::test
