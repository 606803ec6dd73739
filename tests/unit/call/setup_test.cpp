#include <gtest/gtest.h>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;

TEST(Setup, ACallIsOfferedRungAnsweredAndEnded) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.b.answers(answer_of_b());
  ladder.a.acks();
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Ack{}, Bye{}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ringing{}, Ok{}, Reply{200}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Setup, TheOfferToTheTargetHoldsOurPortsAndAsCodecsAlone) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  const auto invites = ladder.all<SendInvite>();
  ASSERT_EQ(invites.size(), 1U);
  const auto offer = sdp::parse(invites[0].sdp);
  ASSERT_TRUE(offer);
  const auto audio = sdp::audio_of_offer(*offer);
  ASSERT_TRUE(audio);
  EXPECT_EQ(audio->rtp, (SocketAddress{*IpAddress::parse("192.0.2.1"), 10002}));
  EXPECT_EQ(audio->codecs.size(), 3U);
  EXPECT_NE(offer->origin.session_id, 20000U);
}

TEST(Setup, BothSidesAreConnectedBeforeAIsAnswered) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.answers(answer_of_b());
  const auto& effects = ladder.effects();
  const auto index_of = [&](auto matches) {
    return std::find_if(effects.begin(), effects.end(), matches) - effects.begin();
  };
  const auto connected = index_of([](const Effect& e) { return std::holds_alternative<ConnectMedia>(e); });
  const auto answered = index_of([](const Effect& e) {
    const auto* response = std::get_if<RespondToInvite>(&e);
    return response != nullptr && response->status == 200;
  });
  EXPECT_LT(connected, answered);
  const auto path = ladder.all<ConnectMedia>().back();
  ASSERT_TRUE(path.a && path.b);
  EXPECT_EQ(path.a->remote_rtp.port, 20000);
  EXPECT_EQ(path.b->remote_rtp.port, 30000);
}

TEST(Setup, SymmetricRtpFollowsThePolicyOfEachSide) {
  trunk::Admission admission = admission_to(1);
  admission.caller_policy.symmetric_rtp = true;
  CallLadder ladder{admission};
  ladder.a.invites(offer_of_a());
  ladder.b.answers(answer_of_b());
  const auto path = ladder.all<ConnectMedia>().back();
  EXPECT_TRUE(path.symmetric_a);
  EXPECT_FALSE(path.symmetric_b);
}

/// What becomes of a call that cannot be set up: one row a cause.
struct BadInvite {
  const char* name;
  Body body;
  int status;
  const char* reason;
};

class RefusedAtOnce : public testing::TestWithParam<BadInvite> {};

TEST_P(RefusedAtOnce, WithItsStatusAndReason) {
  CallLadder ladder;
  ladder.a.invites_with(GetParam().body);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{GetParam().status}));
  const auto last = ladder.all<RespondToInvite>().back();
  ASSERT_EQ(last.headers.size(), GetParam().status == 415 ? 2U : 1U);
  EXPECT_EQ(last.headers[0].name, "Reason");
  if (GetParam().status == 415) EXPECT_EQ(last.headers[1], (message::Header{"Accept", "application/sdp"}));
  EXPECT_NE(last.headers[0].value.find(GetParam().reason), std::string::npos) << last.headers[0].value;
  EXPECT_TRUE(ladder.all<OpenMedia>().empty());
  EXPECT_EQ(ladder.complaint(), "");
}

INSTANTIATE_TEST_SUITE_P(
    Setup, RefusedAtOnce,
    testing::Values(BadInvite{"Garbage", {"v=0\r\nrubbish", false}, 400, "sdp_malformed"},
                    BadInvite{"NoAudio", {"v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n"
                                          "m=video 4000 RTP/AVP 31\r\n", false}, 488, "no_audio"},
                    BadInvite{"Encrypted", {"v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n"
                                            "m=audio 4000 RTP/SAVP 8\r\n", false}, 488, "unsupported_media_profile"},
                    BadInvite{"AnotherBody", {"", true}, 415, "unsupported_body"}),
    [](const auto& row) { return row.param.name; });

TEST(Setup, WithoutATargetACallIsRefused) {
  CallLadder ladder{std::size_t{0}};
  ladder.a.invites(offer_of_a());
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{480}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Setup, WithoutAPortACallIsRefusedWith503) {
  CallLadder ladder;
  ladder.media_answers = false;
  ladder.a.invites(offer_of_a());
  ladder.happens(MediaRefused{trunk::Reason::PortsExhausted});
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{503}));
  EXPECT_EQ(ladder.all<RespondToInvite>().back().headers[0].value, "Q.850;cause=47;text=\"ports_exhausted\"");
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::PortsExhausted);
  EXPECT_EQ(ladder.complaint(), "");
}

Refused refusal(bool identified) {
  Refused refused;
  refused.refusal.reason = trunk::Reason::AuthWrongPassword;
  refused.refusal.status = 403;
  refused.refusal.identified = identified;
  refused.refusal.headers = {{"X-Node", "1"}};
  refused.refusal.trunk = "acme";
  return refused;
}

TEST(Setup, ARefusalLeavesItsRecordAndTellsAnIdentifiedPeerWhy) {
  CallLadder ladder;
  ladder.happens(refusal(true));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Final{403}));
  const auto headers = ladder.all<RespondToInvite>().back().headers;
  ASSERT_EQ(headers.size(), 2U);
  EXPECT_EQ(headers[1].value, "Q.850;cause=21;text=\"auth_wrong_password\"");
  EXPECT_EQ(ladder.all<RecordCall>().size(), 1U);
  EXPECT_EQ(ladder.call().admission.trunk, "acme");
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Setup, ARefusalTellsAnUnknownSourceNothing) {
  CallLadder ladder;
  ladder.happens(refusal(false));
  EXPECT_EQ(ladder.all<RespondToInvite>().back().headers.size(), 1U);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Setup, NothingHappensBeforeTheInviteAndASecondOneIsUnlawful) {
  CallLadder ladder;
  ladder.a.acks();
  EXPECT_EQ(ladder.unlawful(), 1U);
  EXPECT_EQ(ladder.call().stage, Stage::Routing);
  ladder.a.invites(offer_of_a());
  const std::size_t sent = ladder.effects().size();
  ladder.a.invites(offer_of_a());
  EXPECT_EQ(ladder.unlawful(), 2U);
  EXPECT_EQ(ladder.effects().size(), sent + 1);  // the note
}

TEST(Setup, ARetiredCallSaysNothingMore) {
  CallLadder ladder;
  ladder.a.invites_with({"rubbish", false});
  ASSERT_EQ(ladder.call().stage, Stage::Done);
  const Sent before = ladder.sent_to_a();
  ladder.a.hangs_up();
  ladder.happens(RecordWritten{});
  ladder.happens(DeadlinePassed{kLegA, TimerKind::Record});
  EXPECT_EQ(ladder.sent_to_a(), before);
  EXPECT_EQ(ladder.all<Retire>().size(), 1U);
}

}  // namespace
}  // namespace tandem::test
