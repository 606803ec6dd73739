#include <gtest/gtest.h>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A call that talks.
void connect(CallLadder& ladder) {
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.b.answers(answer_of_b());
  ladder.a.acks();
}

TEST(Clear, TheCalleeHangsUp) {
  CallLadder ladder;
  connect(ladder);
  ladder.b.hangs_up("Q.850;cause=16;text=\"bye bye\"");
  EXPECT_EQ(ladder.sent_to_a().back(), "BYE");
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Ack{}, Reply{200}));
  EXPECT_EQ(ladder.all<SendBye>()[0].reason_header, "Q.850;cause=16;text=\"bye bye\"");
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::CalleeHungUp);
  EXPECT_EQ(ladder.call().cause.status, 200);
  EXPECT_EQ(ladder.call().facts.hung_up_by, Side::B);
  EXPECT_FALSE(ladder.call().facts.hung_up_by_us);
  EXPECT_EQ(ladder.complaint(), "");
}

ByeFinished challenged() {
  return {LegId{1}, 407, {"Digest realm=\"north\", nonce=\"abc\", algorithm=MD5, qop=\"auth\""}};
}

TEST(Clear, OurByeGoesOnceMoreWhereTheCarrierChallengesIt_R053) {
  trunk::Admission admission = admission_to(1);
  admission.plan.targets[0].credential = config::OutboundCredential{"acme", Secret{"s"}, {}};
  CallLadder ladder{admission};
  ladder.byes_are_answered = false;
  connect(ladder);
  ladder.a.hangs_up("Q.850;cause=16");
  ladder.happens(challenged());
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Ack{}, Bye{}, Bye{}));
  const auto byes = ladder.all<SendBye>();
  EXPECT_EQ(byes[1].headers.back().name, "Proxy-Authorization");
  EXPECT_EQ(byes[1].reason_header, byes[0].reason_header);
  ladder.happens(challenged());
  EXPECT_EQ(ladder.all<SendBye>().size(), 2U);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, WithoutACredentialAChallengedByeIsTheEnd) {
  CallLadder ladder;
  ladder.byes_are_answered = false;
  connect(ladder);
  ladder.a.hangs_up();
  ladder.happens(challenged());
  EXPECT_EQ(ladder.all<SendBye>().size(), 1U);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, The200ToAByeWaitsForTheRecord) {
  CallLadder ladder;
  ladder.writer_writes = false;
  connect(ladder);
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_b().back(), "BYE") << "the other side is told at once";
  EXPECT_EQ(ladder.all<RecordCall>().size(), 1U);
  EXPECT_TRUE(ladder.all<RespondToRequest>().empty());
  ladder.passes(milliseconds(199));
  EXPECT_TRUE(ladder.all<RespondToRequest>().empty());
  ladder.happens(RecordWritten{});
  EXPECT_EQ(ladder.sent_to_a().back(), "reply 200");
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, The200ToAByeWaitsNoLongerThan200Milliseconds) {
  CallLadder ladder;
  ladder.writer_writes = false;
  connect(ladder);
  ladder.a.hangs_up();
  ladder.passes(milliseconds(200));
  EXPECT_EQ(ladder.sent_to_a().back(), "reply 200");
  EXPECT_EQ(ladder.call().stage, Stage::Clearing) << "a call ends with its record";
  ladder.happens(RecordWritten{});
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, TheRecordHoldsWhatMediaCounted) {
  CallLadder ladder;
  ladder.media_answers = false;
  ladder.a.invites(offer_of_a());
  ladder.happens(MediaReady{local_media(10000), local_media(10002)});
  ladder.b.answers(answer_of_b());
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_TRUE(ladder.all<RecordCall>().empty());
  MediaClosed closed;
  closed.report.b.received_packets = 77;
  ladder.happens(closed);
  EXPECT_EQ(ladder.call().facts.media.b.received_packets, 77U);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, ByesThatCrossAreBothAnswered_RFC5407_3_2_1) {
  CallLadder ladder;
  ladder.byes_are_answered = false;
  connect(ladder);
  ladder.a.hangs_up();
  ladder.b.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Ack{}, Bye{}, Reply{200}));
  EXPECT_EQ(ladder.sent_to_a().back(), "reply 200");
  EXPECT_EQ(ladder.all<SendBye>().size(), 1U);
  ladder.happens(ByeFinished{LegId{1}, 481});
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::CallerHungUp);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, AByeBeforeTheAckEndsTheCall_RFC5407_3_1_6) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.answers(answer_of_b());
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Ack{}, Bye{}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ok{}, Reply{200}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, AnAckAfterTheByeChangesNothing_RFC5407_3_2_4) {
  CallLadder ladder;
  ladder.writer_writes = false;
  ladder.a.invites(offer_of_a());
  ladder.b.answers(answer_of_b());
  ladder.a.hangs_up();
  ladder.a.acks();
  ladder.happens(RecordWritten{});
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, ACalleeThatHangsUpBeforeAsAckMakesOurByeWaitForIt_RFC3261_15) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.answers(answer_of_b());
  ladder.b.hangs_up();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ok{}));
  ladder.a.acks();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ok{}, Bye{}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, OrForTheEndOfItsTime) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.answers(answer_of_b());
  ladder.b.hangs_up();
  ladder.a.never_acks();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ok{}, Bye{}));
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::CalleeHungUp);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, AMissingAckEndsBothSides) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.answers(answer_of_b());
  ladder.a.never_acks();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ok{}, Bye{}));
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Ack{}, Bye{}));
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::AckMissing);
  EXPECT_TRUE(ladder.call().facts.hung_up_by_us);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, TheLongestDurationEndsBothSidesWithAReason_R126) {
  trunk::Admission admission = admission_to(1);
  admission.plan.max_duration = seconds(3);
  CallLadder ladder{admission};
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.passes(seconds(10));
  ladder.b.answers(answer_of_b());
  ladder.a.acks();
  ladder.passes(milliseconds(2999));
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  ladder.passes(milliseconds(1));
  for (const SendBye& bye : ladder.all<SendBye>()) EXPECT_EQ(bye.reason_header, "Q.850;cause=102;text=\"max_duration\"");
  EXPECT_EQ(ladder.all<SendBye>().size(), 2U);
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::MaxDuration);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, TheUsualLongestDurationIsADay_R126) {
  CallLadder ladder;
  connect(ladder);
  ladder.passes(hours(24) - milliseconds(1));
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  ladder.passes(milliseconds(1));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, AnOperatorEndsATalkingCall) {
  CallLadder ladder;
  connect(ladder);
  ladder.happens(ClearRequested{trunk::Reason::AdminCleared});
  EXPECT_EQ(ladder.all<SendBye>().size(), 2U);
  EXPECT_EQ(ladder.call().cause.status, 200);
  EXPECT_TRUE(ladder.call().facts.hung_up_by_us);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, AShutdownEndsARingingCallWith503) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.happens(ClearRequested{trunk::Reason::ShuttingDown});
  EXPECT_EQ(ladder.sent_to_a().back(), "503");
  ladder.b.rejects(487);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, AnOperatorEndsARingingCallWith480) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.happens(ClearRequested{});
  ladder.happens(ClearRequested{});
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{480}));
  ladder.b.times_out();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, AByeThatGetsNoAnswerEndsAllTheSame) {
  CallLadder ladder;
  ladder.byes_are_answered = false;
  connect(ladder);
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.call().stage, Stage::Clearing);
  ladder.happens(ByeFinished{LegId{1}, 408});
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, ASecondForkThatAnswersIsAckedAndByed) {
  CallLadder ladder;
  connect(ladder);
  ladder.b.answers(other_answer_of_b(), "b2");
  ladder.b.answers(other_answer_of_b(), "b2");  // repeated
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Ack{}, Ack{}, Bye{}));
  EXPECT_EQ(ladder.all<SendBye>()[0].to_tag, "b2");
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  EXPECT_EQ(ladder.all<ConnectMedia>().size(), 1U);
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.all<SendBye>()[1].to_tag, "b1");
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Clear, ForksWithoutEndAreFollowedToALimit) {
  CallLadder ladder;
  connect(ladder);
  for (int i = 0; i < 40; ++i) ladder.b.answers(answer_of_b(), "fork" + std::to_string(i));
  EXPECT_EQ(ladder.call().attempts[0].lost_forks.size(), kMaxLostForks);
  EXPECT_EQ(ladder.all<SendBye>().size(), kMaxLostForks);
}

TEST(Clear, ARepeated200IsNotAckedAgainByUs) {
  CallLadder ladder;
  connect(ladder);
  ladder.b.answers(answer_of_b());
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Ack{}));
  EXPECT_EQ(ladder.unlawful(), 0U);
}

TEST(Clear, ASecondByeOfTheSameSideGets481) {
  CallLadder ladder;
  ladder.writer_writes = false;
  connect(ladder);
  ladder.a.hangs_up();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_a().back(), "reply 481");
}

TEST(Clear, SilenceOnTheMediaIsNotedAndNothingElse) {
  CallLadder ladder;
  connect(ladder);
  ladder.happens(MediaSilence{Side::B, true});
  ladder.happens(MediaSilence{Side::B, false});
  const auto notes = ladder.all<Note>();
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0].event, "media_silent");
  EXPECT_EQ(notes[1].event, "media_resumed");
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
}

}  // namespace
}  // namespace tandem::test
