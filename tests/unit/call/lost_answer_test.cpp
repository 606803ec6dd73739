// A target that says BYE and whose 2xx never came: it has answered and hung up.
#include <gtest/gtest.h>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using std::chrono::seconds;

TEST(LostAnswer, EndsTheCallAtOnceAndNobodyElseIsCalled_RFC3261_15) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.b.hangs_up("Q.850;cause=16;text=\"bye bye\"");
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Cancel{}, Reply{200}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ringing{}, Final{487}));
  EXPECT_EQ(ladder.call().attempts.size(), 1U) << "the callee has had this call";
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::AnswerLost);
  EXPECT_EQ(ladder.call().cause.q850, 16);
  EXPECT_EQ(ladder.call().attempts[0].cause.reason, trunk::Reason::AnswerLost);
  EXPECT_FALSE(ladder.call().facts.answered);
  EXPECT_FALSE(ladder.call().facts.hung_up_by_us);
  EXPECT_EQ(ladder.call().facts.hung_up_by, Side::B);
  EXPECT_EQ(ladder.all<SendCancel>()[0].reason_header, "Q.850;cause=16;text=\"bye bye\"");
  ladder.b.rejects(487);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(LostAnswer, BeforeAnyProvisionalToo) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Cancel{}, Reply{200}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{487}));
  ladder.passes(seconds(32));
  EXPECT_EQ(ladder.complaint(), "") << "an INVITE that never ends is let go";
}

TEST(LostAnswer, A200ThatComesAfterAllIsAckedAndByed) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.b.hangs_up();
  ladder.b.answers(answer_of_b());
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Cancel{}, Reply{200}, Ack{}, Bye{}))
      << "it may be another fork's";
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ringing{}, Final{487}));
  EXPECT_EQ(ladder.complaint(), "");
}

// Found by random events: the repetition named no dialog.
TEST(LostAnswer, OurByeToItIsRepeatedInItsDialogWhereItIsChallenged) {
  trunk::Admission admission = admission_to(1);
  admission.plan.targets[0].credential = config::OutboundCredential{"tandem", Secret("secret"), {}};
  CallLadder ladder{admission};
  ladder.byes_are_answered = false;
  ladder.a.invites(offer_of_a());
  ladder.b.hangs_up();
  ladder.b.answers(answer_of_b(), "b7");
  EXPECT_EQ(ladder.all<SendBye>().back().to_tag, "b7");
  ladder.happens(ByeFinished{LegId{1}, 407, {"Digest realm=\"n\", nonce=\"a\", algorithm=MD5, qop=\"auth\""}});
  ASSERT_EQ(ladder.all<SendBye>().size(), 2U);
  EXPECT_EQ(ladder.all<SendBye>().back().to_tag, "b7");
}

TEST(LostAnswer, ItsByeIsAnsweredBeforeTheLegIsLetGo) {
  CallLadder ladder;
  ladder.writer_writes = false;
  ladder.a.invites(offer_of_a());
  ladder.b.hangs_up();
  ladder.b.rejects(487);
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Cancel{})) << "the 200 waits for the record";
  ladder.happens(RecordWritten{});
  EXPECT_EQ(ladder.sent_to_b().back(), "reply 200");
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(LostAnswer, OfATargetThatWasGivenUpTheHuntGoesOn) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.passes(seconds(4));
  ladder.b2.rings();
  ladder.b.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Cancel{}, Reply{200}));
  ladder.b.rejects(487);
  ladder.b2.answers(answer_of_b());
  ladder.a.acks();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ringing{}, Ok{}));
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(LostAnswer, CrossesTheCancelOfTheCaller) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.a.cancels();
  ladder.b.hangs_up();
  ladder.b.rejects(487);
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Cancel{}, Reply{200}));
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::CallerCancelled);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(LostAnswer, TellsMoreThanWhatATargetBeforeSaid_R104) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.b.rejects(503);
  ladder.b2.hangs_up();
  ladder.b2.rejects(487);
  EXPECT_EQ(ladder.sent_to_a().back(), "487");
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::AnswerLost);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(LostAnswer, ASecondByeIsUnlawful) {
  CallLadder ladder;
  ladder.writer_writes = false;
  ladder.a.invites(offer_of_a());
  ladder.b.hangs_up();
  ladder.b.hangs_up();
  EXPECT_EQ(ladder.sent_to_b().back(), "reply 481");
  EXPECT_EQ(ladder.unlawful(), 1U);
}

}  // namespace
}  // namespace tandem::test
