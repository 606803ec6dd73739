// A change of the running session crosses the bridge: re-INVITE and UPDATE from either side..
#include <gtest/gtest.h>

#include "support/connected_call.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using enum Carrying;

struct Offer : ConnectedCall {};

std::string a_changed(const std::string& more = {}, const std::string& formats = "8", int port = 20000) {
  return audio_sdp(formats, port, 2, more);
}
std::string b_changed(const std::string& more = {}, const std::string& formats = "8", int port = 30000) {
  return audio_sdp(formats, port, 2, more);
}

TEST_F(Offer, CrossesTheBridgeAndComesBackAnswered_R127) {
  const RequestId request = ladder.a.offers(a_changed("a=ptime:40\r\n", "0 8", 20010));
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}));
  EXPECT_TRUE(ladder.sent_to_a().empty()) << "A waits until B has answered";
  EXPECT_EQ(offered().media[0].port, 10002);
  EXPECT_EQ(offered().media[0].formats, (std::vector<std::string>{"0", "8"}));
  EXPECT_EQ(sdp::find_attribute(offered().media[0].attributes, "ptime")->value, "40");
  ladder.b.accepts(b_changed({}, "0", 30010));
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Ack{}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description)));
  EXPECT_EQ(replied().media[0].formats, std::vector<std::string>{"0"});
  const ConnectMedia path = ladder.all<ConnectMedia>().back();
  EXPECT_EQ(path.a->remote_rtp.port, 20010);
  EXPECT_EQ(path.b->remote_rtp.port, 30010);
  EXPECT_EQ(path.a->codecs.front().name, "PCMU");
  ladder.a.acks_offer(request);
  end_cleanly();
}

TEST_F(Offer, OfTheCalleeCrossesTheOtherWay_R127) {
  const RequestId request = ladder.b.offers(b_changed({}, "8", 30010));
  EXPECT_EQ(ladder.sent_to_a(), Sent(ReInvite{}));
  EXPECT_EQ(offered().media[0].port, 10000);
  ladder.a.accepts(a_changed());
  EXPECT_EQ(ladder.sent_to_a(), Sent(ReInvite{}, Ack{}));
  EXPECT_EQ(ladder.sent_to_b(), Sent(Reply(200, Description)));
  EXPECT_EQ(ladder.all<ConnectMedia>().back().b->remote_rtp.port, 30010);
  ladder.b.acks_offer(request);
  end_cleanly();
}

TEST_F(Offer, OurOriginStaysAndItsVersionCountsUp_RFC3264_8) {
  const auto first = sdp::parse(ladder.all<SendInvite>()[0].sdp);
  ladder.a.offers(a_changed("a=sendonly\r\n"), "UPDATE");
  ladder.b.accepts(b_changed("a=recvonly\r\n"));
  EXPECT_EQ(offered().origin.session_id, first->origin.session_id);
  EXPECT_EQ(offered().origin.version, first->origin.version + 1);
  const auto answer = sdp::parse(ladder.all<RespondToInvite>().back().sdp);
  EXPECT_EQ(replied().origin.session_id, answer->origin.session_id);
  EXPECT_EQ(replied().origin.version, answer->origin.version + 1);
  ladder.a.offers(a_changed(), "UPDATE");
  EXPECT_EQ(offered().origin.version, first->origin.version + 2);
}

TEST_F(Offer, GoesAsUpdateWhereItCameAsOneAndThePeerTakesIt_RFC3311) {
  ladder.a.offers(a_changed("a=sendonly\r\n"), "UPDATE");
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{})) << "B has never said that it takes UPDATE";
  ladder.b.accepts(b_changed("a=recvonly\r\n"));
  ladder.b.takes_update();
  ladder.forgets_what_was_sent();
  ladder.a.offers(a_changed(), "UPDATE");
  EXPECT_EQ(ladder.sent_to_b(), Sent(Update{}));
  ladder.b.accepts(b_changed());
  EXPECT_EQ(ladder.sent_to_b(), Sent(Update{})) << "no ACK to an UPDATE";
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description)));
  ladder.forgets_what_was_sent();
  ladder.a.offers(a_changed("a=sendonly\r\n"));
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{})) << "a re-INVITE stays one";
  ladder.b.accepts(b_changed("a=recvonly\r\n"));
  end_cleanly();
}

TEST_F(Offer, ShowsASideOnlyItsListedCodecs_R133) {
  trunk::Admission admission = admission_to(1);
  admission.caller_policy.codecs = {"PCMA"};
  CallLadder listed{admission};
  listed.connects();
  listed.b.offers(b_changed({}, "0 8"));
  EXPECT_EQ(sdp::parse(listed.all<SendOffer>().back().sdp)->media[0].formats, std::vector<std::string>{"8"});
  listed.a.refuses(488);
  listed.forgets_what_was_sent();
  listed.b.offers(b_changed({}, "0"));
  EXPECT_EQ(listed.sent_to_b(), Sent(Reply(488)));
  EXPECT_TRUE(listed.sent_to_a().empty());
  listed.a.hangs_up();
  EXPECT_EQ(listed.complaint(), "");
}

TEST_F(Offer, MayHaveMoreStreamsThanBeforeAndOursNeverFewer_RFC3264_8_R177) {
  const std::string video = "m=video 20050 RTP/AVP 31\r\n";
  ladder.a.offers(a_changed(video));
  ASSERT_EQ(offered().media.size(), 1U) << "B's dialog has one stream";
  ladder.b.accepts(b_changed());
  ASSERT_EQ(replied().media.size(), 2U);
  EXPECT_EQ(replied().media[1].port, 0) << "the extra stream is refused";
  ladder.a.acks_offer(reply().request);
  ladder.b.offers(b_changed("a=sendonly\r\n"));
  ASSERT_EQ(offered().media.size(), 2U) << "A's dialog has two streams from now on";
  EXPECT_EQ(offered().media[0].port, 10000);
  EXPECT_EQ(offered().media[1].type, "video");
  EXPECT_EQ(offered().media[1].port, 0);
  ladder.a.accepts(a_changed("a=recvonly\r\nm=video 0 RTP/AVP 31\r\n"));
  EXPECT_EQ(reply().status, 200);
  EXPECT_EQ(replied().media.size(), 1U);
  end_cleanly();
}

TEST_F(Offer, CarriesTheIdentity_R072) {
  trunk::Admission admission = admission_to(1);
  admission.plan.targets[0].identity = {{"P-Asserted-Identity", "<sip:+12025550100@tandem.example>"}};
  admission.plan.targets[0].policy.pai_in_ack = true;
  CallLadder trusted{admission};
  trusted.connects();
  trusted.a.offers(a_changed("a=sendonly\r\n"));
  EXPECT_EQ(trusted.all<SendOffer>().back().headers.at(0), admission.plan.targets[0].identity.at(0));
  trusted.b.accepts(b_changed("a=recvonly\r\n"));
  EXPECT_EQ(trusted.all<SendAck>().back().headers, admission.plan.targets[0].identity);
}

TEST_F(Offer, AChallengeIsAnsweredOnce_R053) {
  trunk::Admission admission = admission_to(1);
  admission.plan.targets[0].credential = config::OutboundCredential{"acme", Secret{"s"}, {}};
  CallLadder challenged{admission};
  challenged.connects();
  challenged.a.offers(a_changed("a=sendonly\r\n"));
  challenged.b.refuses(407);
  EXPECT_EQ(challenged.sent_to_b(), Sent(ReInvite{}, ReInvite{}));
  EXPECT_EQ(challenged.all<SendOffer>().back().headers.back().name, "Proxy-Authorization");
  challenged.b.refuses(407);
  EXPECT_EQ(challenged.sent_to_b(), Sent(ReInvite{}, ReInvite{}));
  EXPECT_EQ(challenged.all<RespondToRequest>().back().status, verdict_for_status(407, {}).cause.status);
  challenged.a.hangs_up();
  EXPECT_EQ(challenged.complaint(), "");
}

TEST_F(Offer, IsCancelledWithItsAsker) {
  const RequestId request = ladder.a.offers(a_changed("a=sendonly\r\n"));
  ladder.a.cancels_offer(request);
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Cancel{}));
  ladder.b.refuses(487);
  EXPECT_TRUE(ladder.sent_to_a().empty()) << "the stack has said 487";
  EXPECT_FALSE(ladder.call().exchange);
  end_cleanly();
}

TEST_F(Offer, AnAcceptanceThatCrossesTheCancelIsUndone) {
  const auto before = sdp::parse(ladder.all<SendInvite>()[0].sdp);
  const RequestId request = ladder.a.offers(a_changed("a=sendonly\r\n"));
  ladder.a.cancels_offer(request);
  ladder.b.accepts(b_changed("a=recvonly\r\n"));
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Cancel{}, Ack{}, ReInvite{}));
  EXPECT_EQ(offered().media, before->media);
  EXPECT_GT(offered().origin.version, before->origin.version + 1) << "B has seen another version in between";
  ladder.b.accepts(answer_of_b());
  EXPECT_EQ(ladder.sent_to_b().back(), "ACK");
  EXPECT_FALSE(ladder.call().exchange);
  EXPECT_TRUE(ladder.sent_to_a().empty());
  end_cleanly();
}

TEST_F(Offer, AMissingAckEndsTheCall_RFC3261_13_3_1_4) {
  const RequestId request = ladder.b.offers(answer_of_b());
  ladder.b.never_acks_offer(request);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Bye{}));
  EXPECT_EQ(ladder.sent_to_b().back(), "BYE");
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::AckMissing);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(EarlyOffer, IsToldToWaitWhileTheDialogHasNoAnswer_RFC3311_5_2) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.a.offers(audio_sdp("0", 20000, 2), "UPDATE");
  EXPECT_EQ(ladder.sent_to_a().back(), "reply 500");
  ladder.a.cancels();
  ladder.b.rejects(487);
  EXPECT_EQ(ladder.complaint(), "");
}

Terms takes_update_and_100rel() {
  Terms terms;
  terms.allows_update = terms.supports_100rel = true;
  return terms;
}

TEST(EarlyOffer, OfTheCalleeWaitsForTheAckOfOur200ThatMayBeLost_RFC3264_4) {
  CallLadder ladder;
  ladder.a.invites_with({offer_of_a(), false}, takes_update_and_100rel());
  ladder.b.answers(answer_of_b());
  ladder.b.offers(b_changed("a=sendonly\r\n"), "UPDATE");
  EXPECT_EQ(ladder.sent_to_b().back(), "reply 491");
  ladder.a.acks();
  ladder.b.offers(b_changed("a=sendonly\r\n"), "UPDATE");
  EXPECT_EQ(ladder.sent_to_a().back(), "UPDATE sdp");
  ladder.a.accepts(a_changed("a=recvonly\r\n"));
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(EarlyOffer, OfTheCalleeWaitsForThePrackOfTheAnswer_RFC3311_5_1) {
  CallLadder ladder;
  ladder.a.invites_with({offer_of_a(), false}, takes_update_and_100rel());
  ladder.b.progresses(answer_of_b());
  ladder.b.answers(answer_of_b());
  ladder.b.offers(b_changed("a=sendonly\r\n"), "UPDATE");
  EXPECT_EQ(ladder.sent_to_b().back(), "reply 500");
  ladder.a.pracks();
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

}  // namespace
}  // namespace tandem::test
