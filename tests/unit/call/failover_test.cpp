#include <gtest/gtest.h>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Failover, SilenceTakesTheNextTargetAfterFourSeconds_R084) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.passes(milliseconds(3999));
  EXPECT_EQ(ladder.all<SendInvite>().size(), 1U);
  ladder.passes(milliseconds(1));
  EXPECT_EQ(ladder.sent_to_b(1), Sent(Invite{}, Cancel{}));
  EXPECT_EQ(ladder.sent_to_b(2), Sent(Invite{}));
  ladder.b2.answers(answer_of_b());
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.call().stage, Stage::Clearing) << "the abandoned INVITE is still open";
  ladder.passes(seconds(32));
  EXPECT_EQ(ladder.complaint(), "");
  EXPECT_EQ(ladder.call().attempts[0].cause.reason, trunk::Reason::NoResponse);
}

TEST(Failover, A100StopsTheNoResponseTimer_R105) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.b.tries();
  ladder.passes(seconds(60));
  EXPECT_EQ(ladder.all<SendInvite>().size(), 1U);
  ladder.passes(seconds(120));
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Cancel{}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{480})) << "the ring timeout ends hunting";
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::RingTimeout);
  ladder.b.rejects(487);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Failover, ALaterProvisionalDoesNotProlongTheRinging) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.tries();
  ladder.passes(seconds(170));
  ladder.b.rings();
  ladder.passes(seconds(10));
  EXPECT_EQ(ladder.sent_to_a().back(), "480");
}

TEST(Failover, ALate200OfAnAbandonedTargetIsAckedAndByed_R105) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.passes(seconds(4));
  ladder.b2.rings();
  ladder.b.answers(answer_of_b());
  EXPECT_EQ(ladder.sent_to_b(1), Sent(Invite{}, Cancel{}, Ack{}, Bye{}));
  ladder.b2.answers(answer_of_b());
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(2), Sent(Invite{}, Ack{}, Bye{}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Failover, TheByeOfALate200SaysWhy) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.passes(seconds(4));
  ladder.b.answers(answer_of_b());
  EXPECT_EQ(ladder.all<SendBye>()[0].reason_header, "Q.850;cause=102;text=\"no_response\"");
}

TEST(Failover, ALate200AfterTheCallIsAnsweredElsewhere) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.passes(seconds(4));
  ladder.b2.answers(answer_of_b());
  ladder.a.acks();
  ladder.b.answers(answer_of_b());
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  EXPECT_EQ(ladder.sent_to_b(1), Sent(Invite{}, Cancel{}, Ack{}, Bye{}));
  ladder.b2.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Failover, AnAbandonedTargetThatHangsUpItselfGetsIts200AtOnce) {
  CallLadder ladder{2};
  ladder.byes_are_answered = false;
  ladder.a.invites(offer_of_a());
  ladder.passes(seconds(4));
  ladder.b.answers(answer_of_b());
  ladder.b.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(1), Sent(Invite{}, Cancel{}, Ack{}, Bye{}, Reply{200}));
  ladder.happens(ByeFinished{LegId{1}, 481});
  EXPECT_EQ(ladder.call().stage, Stage::Dialing);
  ladder.b2.rejects(486);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Failover, ABusyCalleeIsNotCalledASecondTime_R085) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.b.rejects(486);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ringing{}, Final{486}));
  EXPECT_EQ(ladder.all<SendInvite>().size(), 1U);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Failover, ADeclineEverywhereStops_R085) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.b.rejects(603);
  EXPECT_EQ(ladder.sent_to_a().back(), "603");
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Failover, A503TakesTheNextTarget) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.b.rejects(503);
  ladder.b2.answers(answer_of_b());
  ladder.a.acks();
  ladder.b2.hangs_up();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ok{}, Bye{}));
  EXPECT_EQ(ladder.all<RecordAttempt>().size(), 2U);
  EXPECT_EQ(ladder.call().attempts[0].status, 503);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Failover, AnUnreachableTargetIsLeftAtOnce_R105) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.b.is_unreachable();
  EXPECT_EQ(ladder.sent_to_b(2), Sent(Invite{}));
  ladder.b2.times_out();
  EXPECT_EQ(ladder.sent_to_a().back(), "408");
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::AllTargetsFailed);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Failover, TheLastTargetsWordIsAs_R086) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.b.rejects(480);
  ladder.b2.rejects(487);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{487}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Failover, ATargetsWordTellsMoreThanTheNextOnesSilence) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.b.rejects(480, "Q.850;cause=20;text=\"absent\"");
  ladder.passes(seconds(4));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{480}));
  EXPECT_EQ(ladder.all<RespondToInvite>().back().headers[0].value, "Q.850;cause=20;text=\"absent\"");
  ladder.passes(seconds(32));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Failover, ARejectionsReasonIsPassedBack_R086) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rejects(404, "Q.850;cause=1;text=\"Unallocated\"");
  EXPECT_EQ(ladder.all<RespondToInvite>().back().headers[0].value, "Q.850;cause=1;text=\"Unallocated\"");
  EXPECT_EQ(ladder.call().facts.remote_reason, "Q.850;cause=1;text=\"Unallocated\"");
}

TEST(Failover, ARejectionWithoutAReasonGetsTheQ850OfItsStatus) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rejects(486);
  EXPECT_EQ(ladder.all<RespondToInvite>().back().headers[0].value, "Q.850;cause=17;text=\"rejected_by_target\"");
}

TEST(Failover, AReasonOfAPageIsNotRepeated) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rejects(486, "Q.850;cause=17;text=\"" + std::string(1000, 'x') + "\"");
  EXPECT_EQ(ladder.all<RespondToInvite>().back().headers[0].value, "Q.850;cause=17;text=\"rejected_by_target\"");
}

TEST(Failover, ARedirectIsAFailedTargetAnd480AtTheEnd) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.b.rejects(302);
  EXPECT_EQ(ladder.all<SendInvite>().size(), 2U);
  ladder.b2.rejects(301);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{480}));
  EXPECT_EQ(ladder.call().attempts[0].cause.reason, trunk::Reason::Redirected);
  EXPECT_EQ(ladder.complaint(), "");
}

trunk::Admission with_credential() {
  trunk::Admission admission = admission_to(2);
  admission.plan.targets[0].credential = config::OutboundCredential{"acme", Secret{"secret"}, {}};
  return admission;
}

TEST(Failover, AChallengeIsAnsweredInTheSameLeg_R053) {
  CallLadder ladder{with_credential()};
  ladder.a.invites(offer_of_a());
  ladder.b.tries();
  ladder.b.challenges(407);
  const auto invites = ladder.all<SendInvite>();
  ASSERT_EQ(invites.size(), 2U);
  EXPECT_EQ(invites[0].leg, invites[1].leg);
  EXPECT_EQ(invites[0].sdp, invites[1].sdp);
  ASSERT_EQ(invites[1].more_headers.size(), invites[0].more_headers.size() + 1);
  EXPECT_EQ(invites[1].more_headers[0].name, "Proxy-Authorization");
  EXPECT_NE(invites[1].more_headers[0].value.find("username=\"acme\""), std::string::npos);
  ladder.b.answers(answer_of_b());
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Invite{}, Ack{}, Bye{}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Failover, A401IsAnsweredInAuthorization) {
  CallLadder ladder{with_credential()};
  ladder.a.invites(offer_of_a());
  ladder.b.challenges(401);
  EXPECT_EQ(ladder.all<SendInvite>().back().more_headers.at(0).name, "Authorization");
}

TEST(Failover, ASecondChallengeIsAFailureAndAHearsNoChallenge) {
  CallLadder ladder{with_credential()};
  ladder.a.invites(offer_of_a());
  ladder.b.challenges();
  ladder.b.challenges();
  ladder.b2.challenges();
  EXPECT_EQ(ladder.sent_to_b(1), Sent(Invite{}, Invite{}));
  EXPECT_EQ(ladder.sent_to_b(2), Sent(Invite{})) << "it has no credential";
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{503}));
  EXPECT_EQ(ladder.call().attempts[1].cause.reason, trunk::Reason::TargetAuthFailed);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Failover, TheRepeatedInviteHasItsOwnNoResponseTimer) {
  CallLadder ladder{with_credential()};
  ladder.a.invites(offer_of_a());
  ladder.b.tries();
  ladder.passes(seconds(10));
  ladder.b.challenges();
  ladder.passes(seconds(4));
  EXPECT_EQ(ladder.sent_to_b(1), Sent(Invite{}, Invite{}, Cancel{}));
  EXPECT_EQ(ladder.sent_to_b(2), Sent(Invite{}));
}

TEST(Failover, CancelWhileTwoInvitesAreOpen) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.passes(seconds(4));
  ladder.b2.rings();
  ladder.a.cancels();
  EXPECT_EQ(ladder.sent_to_b(1), Sent(Invite{}, Cancel{}));
  EXPECT_EQ(ladder.sent_to_b(2), Sent(Invite{}, Cancel{}));
  ladder.b.rejects(487);
  ladder.b2.answers(answer_of_b());
  EXPECT_EQ(ladder.sent_to_b(2), Sent(Invite{}, Cancel{}, Ack{}, Bye{}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Failover, ABadAnswerEndsTheCallAndCallsNobodyElse) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.b.answers(opus_only());
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Ack{}, Bye{}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{502}));
  EXPECT_EQ(ladder.all<SendInvite>().size(), 1U);
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::BadAnswer);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Failover, A200WithoutAnAnswerIsABadAnswer) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.answers({});
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Ack{}, Bye{}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{502}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Failover, AStaleDeadlineIsHarmless) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  ladder.b.tries();
  ladder.happens(DeadlinePassed{LegId{1}, TimerKind::NoResponse});
  ladder.happens(DeadlinePassed{LegId{1}, TimerKind::Ring});  // early: the deadline is not reached
  ladder.happens(DeadlinePassed{LegId{9}, TimerKind::Ring});
  EXPECT_EQ(ladder.all<SendInvite>().size(), 1U);
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}));
  EXPECT_EQ(ladder.unlawful(), 0U);
}

}  // namespace
}  // namespace tandem::test
