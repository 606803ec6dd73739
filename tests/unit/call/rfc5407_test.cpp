// Every figure of RFC 5407 §3 and of its appendices, told from the side that we are on there: towards A we are its Bob,
// towards B its Alice. Where both can meet the race, both are here.
#include <gtest/gtest.h>

#include "support/connected_call.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using enum Carrying;

struct Rfc5407 : ConnectedCall {};

// §3.1.1: the INVITE that A repeats in the moratorium is the transaction layer's (SipStack, in tests/contract). What reaches
// the call of such a loss is the 200 that a target repeats.
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

// §3.1.2 with us as Bob: the CANCEL meets our 200 in the transaction layer, which answers it and tells nobody. A then ends
// the dialog that it did not want.
TEST_F(Rfc5407, ACancelOfTheCallerThatCrossesOur200_3_1_2) {
  CallLadder fresh;
  fresh.a.invites(offer_of_a());
  fresh.b.rings();
  fresh.b.answers(answer_of_b());
  fresh.a.acks();
  fresh.a.hangs_up();
  EXPECT_EQ(fresh.sent_to_a(), Sent(Trying{}, Ringing{}, Ok{}, Reply(200)));
  EXPECT_EQ(fresh.sent_to_b(), Sent(Invite{}, Ack{}, Bye{}));
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

class OvertakenAnswer : public testing::TestWithParam<const char*> {};

TEST_P(OvertakenAnswer, AnOfferThatOvertakesTheAckWithTheAnswerGets491_3_1_5) {
  CallLadder fresh;
  fresh.a.invites({});
  fresh.b.rings();
  fresh.b.answers(offer_of_b());
  fresh.a.offers(answer_of_a(), GetParam());
  EXPECT_EQ(fresh.sent_to_a().back(), "reply 491");
  fresh.a.acks(answer_of_a());
  EXPECT_EQ(fresh.call().stage, Stage::Connected);
  fresh.a.hangs_up();
  EXPECT_EQ(fresh.complaint(), "");
}

INSTANTIATE_TEST_SUITE_P(Rfc5407, OvertakenAnswer, testing::Values("INVITE", "UPDATE"));

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

TEST_F(Rfc5407, AByeThatOvertakesTheAckWithTheAnswer_3_1_6) {
  CallLadder fresh;
  fresh.a.invites({});
  fresh.b.answers(offer_of_b());
  fresh.writer_writes = false;
  fresh.a.hangs_up();
  fresh.a.acks(answer_of_a());
  EXPECT_TRUE(fresh.all<ConnectMedia>().empty()) << "no session begins in the mortal state";
  fresh.happens(RecordWritten{});
  EXPECT_EQ(fresh.sent_to_a().back(), "reply 200");
  EXPECT_EQ(fresh.sent_to_b(), Sent(Invite{Nothing}, Ack{Description}, Bye{})) << "B's offer is refused in our ACK";
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

TEST_F(Rfc5407, AByeThatCrossesOur200ToItsReInvite_3_2_3) {
  ladder.writer_writes = false;
  const RequestId refresh = ladder.b.offers(answer_of_b());
  ladder.b.hangs_up();
  ladder.b.acks_offer(refresh);
  ladder.happens(RecordWritten{});
  EXPECT_EQ(ladder.sent_to_b(), Sent(Reply(200, Description), Reply(200)));
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

// The race of §3.2.4 cannot befall us as Bob, since RFC 3261 §15 keeps our BYE back; the ACK comes first, and the answer in
// it is not used any more.
TEST_F(Rfc5407, AnAckWithTheAnswerInTheMortalState_3_2_4) {
  CallLadder fresh;
  fresh.a.invites({});
  fresh.b.answers(offer_of_b());
  fresh.b.hangs_up();
  EXPECT_EQ(fresh.sent_to_b(), Sent(Invite{Nothing}, Ack{Description}, Reply(200)));
  fresh.a.acks(answer_of_a());
  EXPECT_TRUE(fresh.all<ConnectMedia>().empty());
  EXPECT_EQ(fresh.sent_to_a(), Sent(Trying{}, Ok{}, Bye{}));
  EXPECT_EQ(fresh.complaint(), "");
}

// Ours is the one of Alice: B may come again first, and its refresh is served while ours waits.
TEST_F(Rfc5407, AReInviteThatCrossesARefresh_3_3_1) {
  const RequestId hold = ladder.a.offers(kHoldOfA);
  ladder.b.offers(answer_of_b());
  ladder.b.refuses(491);
  ladder.passes(std::chrono::milliseconds(2000));
  const RequestId refresh = ladder.b.offers(answer_of_b());
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Reply(491), Reply(200, Description)));
  ladder.b.acks_offer(refresh);
  ladder.passes(std::chrono::milliseconds(2000));
  EXPECT_EQ(ladder.sent_to_b().back(), "re-INVITE sdp");
  ladder.b.accepts(kHeldByB);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description)));
  ladder.a.acks_offer(hold);
  end_cleanly();
}

TEST_F(Rfc5407, OurReInviteWaitsForTheAckOfThatRefresh_3_3_1) {
  ladder.a.offers(kHoldOfA);
  ladder.b.refuses(491);
  const RequestId refresh = ladder.b.offers(answer_of_b());
  ladder.passes(std::chrono::seconds(4));
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Reply(200, Description))) << "RFC 3261 §14.1";
  ladder.b.acks_offer(refresh);
  ladder.passes(std::chrono::seconds(4));
  EXPECT_EQ(ladder.sent_to_b().back(), "re-INVITE sdp");
  ladder.b.accepts(kHeldByB);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description)));
  end_cleanly();
}

// Towards A we are Bob: the Call-ID is A's, so that we come again first.
TEST_F(Rfc5407, AReInviteOfTheCallerThatCrossesOurs_3_3_1) {
  const RequestId hold = ladder.b.offers(kHoldOfB);
  ladder.a.offers(kHoldOfA);
  EXPECT_EQ(ladder.sent_to_a(), Sent(ReInvite{}, Reply(491)));
  ladder.a.refuses(491);
  ladder.passes(std::chrono::milliseconds(2000));
  EXPECT_EQ(ladder.sent_to_a(), Sent(ReInvite{}, Reply(491), ReInvite{}));
  ladder.a.accepts(audio_sdp("8", 20000, 2, "a=recvonly\r\n"));
  EXPECT_EQ(ladder.sent_to_b(), Sent(Reply(200, Description)));
  ladder.b.acks_offer(hold);
  end_cleanly();
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
  ladder.b.refuses(491);
  ladder.passes(std::chrono::seconds(4));
  EXPECT_EQ(ladder.sent_to_b(), Sent(Update{}, Reply(491), Update{}));
  ladder.b.accepts(kHeldByB);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description)));
  end_cleanly();
}

TEST_F(Rfc5407, AnUpdateWithoutADescriptionCrossesAnyOffer_3_3_2) {
  const RequestId hold = ladder.a.offers(kHoldOfA);
  ladder.b.offers({}, "UPDATE");
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Reply(200)));
  ladder.b.accepts(kHeldByB);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description)));
  ladder.a.acks_offer(hold);
  end_cleanly();
}

TEST_F(Rfc5407, TwoUpdatesThatCross_3_3_2) {
  ladder.b.takes_update();
  ladder.forgets_what_was_sent();
  ladder.a.offers(kHoldOfA, "UPDATE");
  ladder.b.offers(kHoldOfB, "UPDATE");
  EXPECT_EQ(ladder.sent_to_b(), Sent(Update{}, Reply(491)));
  ladder.b.refuses(491);
  ladder.passes(std::chrono::seconds(4));
  ladder.b.accepts(kHeldByB);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description)));
  end_cleanly();
}

TEST_F(Rfc5407, AReferInTheMortalState_3_3_3) {
  ladder.byes_are_answered = false;
  ladder.a.hangs_up();
  ladder.b.refers("<sip:carol@203.0.113.7>");
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

TEST_F(Rfc5407, AReInviteThatItsOwnByeOvertook_AppendixB) {
  ladder.writer_writes = false;
  ladder.a.hangs_up();
  ladder.a.offers(kHoldOfA);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(481)));
  ladder.happens(RecordWritten{});
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(481), Reply(200)));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(Rfc5407, OurReInviteThatOurByeOvertook_AppendixB) {
  ladder.a.offers(kHoldOfA);
  ladder.a.hangs_up();
  ladder.b.refuses(481);
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Cancel{}, Bye{}));
  EXPECT_EQ(ladder.complaint(), "");
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

TEST_F(Rfc5407, ACancelInTheEarlyState_AppendixC) {
  CallLadder fresh;
  fresh.a.invites(offer_of_a());
  fresh.b.rings();
  fresh.a.cancels();
  EXPECT_EQ(fresh.sent_to_a(), Sent(Trying{}, Ringing{})) << "the stack has said 487";
  EXPECT_EQ(fresh.sent_to_b(), Sent(Invite{}, Cancel{}));
  fresh.b.rejects(487);
  EXPECT_EQ(fresh.complaint(), "");
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

TEST_F(Rfc5407, OurByeIsAuthorizedInTheMortalState_AppendixD) {
  trunk::Admission admission = admission_to(1);
  admission.plan.targets[0].credential = config::OutboundCredential{"acme", Secret{"s"}, {}};
  CallLadder fresh{admission};
  fresh.connects();
  fresh.byes_are_answered = false;
  fresh.a.hangs_up();
  fresh.happens(ByeFinished{LegId{1}, 401, {"Digest realm=\"n\", nonce=\"a\", algorithm=MD5, qop=\"auth\""}});
  EXPECT_EQ(fresh.sent_to_b(), Sent(Bye{}, Bye{}));
  EXPECT_EQ(fresh.all<SendBye>().back().headers.back().name, "Authorization");
  fresh.happens(ByeFinished{LegId{1}, 200});
  EXPECT_EQ(fresh.complaint(), "");
}

// Figure 4.
TEST_F(Rfc5407, AnEarlyDialogThatAnotherOnesAnswerEnds_AppendixE) {
  CallLadder fresh;
  fresh.a.invites(offer_of_a());
  fresh.b.progresses(answer_of_b(), "b1");
  fresh.b.progresses(other_answer_of_b(), "b2");
  fresh.b.answers(answer_of_b(), "b1");
  EXPECT_EQ(fresh.sent_to_b(), Sent(Invite{}, Ack{}));
  EXPECT_EQ(fresh.all<ConnectMedia>().back().b->remote_rtp.port, 30000) << "the other's early media is over";
  fresh.a.acks();
  fresh.a.hangs_up();
  EXPECT_EQ(fresh.complaint(), "");
}

// Figure 6.
TEST_F(Rfc5407, AnAnswerWithATagThatNobodyHasSeen_AppendixE) {
  CallLadder fresh;
  fresh.a.invites(offer_of_a());
  fresh.b.rings("b1");
  fresh.b.answers(answer_of_b(), "b1");
  fresh.b.answers(other_answer_of_b(), "b2");
  EXPECT_EQ(fresh.sent_to_b(), Sent(Invite{}, Ack{}, Ack{}, Bye{}));
  fresh.a.acks();
  fresh.a.hangs_up();
  EXPECT_EQ(fresh.complaint(), "");
}

// Figure 7 has a fork ring reliably after another one's answer, and sends the PRACK. Here the answer has ended every other
// early dialog (RFC 3261 §13.2.2.4), the stack lets none of their responses through, and the proxy cancels that fork anyway.
TEST_F(Rfc5407, AForkThatRingsReliablyAfterTheAnswerChangesNothing_AppendixE) {
  CallLadder fresh;
  fresh.a.invites(offer_of_a());
  fresh.b.answers(answer_of_b(), "b1");
  fresh.b.progresses_reliably(1, other_answer_of_b(), "b2", 180);
  EXPECT_EQ(fresh.sent_to_b(), Sent(Invite{}, Ack{}));
  EXPECT_EQ(fresh.all<ConnectMedia>().size(), 1U);
  fresh.a.acks();
  fresh.a.hangs_up();
  EXPECT_EQ(fresh.complaint(), "");
}

// Figure 5.
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
