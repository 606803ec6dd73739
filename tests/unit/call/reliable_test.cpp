#include <gtest/gtest.h>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using enum Carrying;
using config::EarlyMedia;
using config::Support;

Terms can_100rel() {
  Terms terms;
  terms.supports_100rel = true;
  return terms;
}
Terms needs_100rel() {
  Terms terms = can_100rel();
  terms.requires_100rel = true;
  return terms;
}

/// Session timers off, so that headers speak of 100rel alone.
trunk::Admission plain(std::size_t targets = 1) {
  trunk::Admission admission = admission_to(targets);
  admission.caller_policy.in_call.session_timer.support = Support::Off;
  for (auto& target : admission.plan.targets) target.policy.in_call.session_timer.support = Support::Off;
  return admission;
}

std::string value_of(const std::vector<message::Header>& headers, const std::string& name) {
  for (const auto& row : headers) {
    if (row.name == name) return row.value;
  }
  return {};
}

TEST(Reliable, ADescriptionIsSentReliablyToACallerThatCan_R129) {
  CallLadder ladder{plain()};
  ladder.a.invites_with({offer_of_a(), false}, can_100rel());
  ladder.b.rings();
  ladder.b.progresses(answer_of_b());
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ringing{}, Reliably{183, Description}));
  ladder.a.pracks();
  ladder.b.rings();
  ladder.b.answers(answer_of_b());
  EXPECT_EQ(ladder.sent_to_a(),
            Sent(Trying{}, Ringing{}, Reliably{183, Description}, Reply{200}, Ringing{}, Final{200}))
      << "the description was given once, reliably (RFC 6337 3.1.1)";
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Reliable, EveryProvisionalResponseIsWhereTheCallerRequiresIt_R129) {
  CallLadder ladder{plain()};
  ladder.a.invites_with({offer_of_a(), false}, needs_100rel());
  ladder.b.rings();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Reliably{180}));
  for (int i = 0; i < 20; ++i) ladder.b.rings();
  EXPECT_EQ(ladder.sent_to_a().size(), 1U + kMaxUnacknowledged)
      << "a caller that never acknowledges is not flooded";
  for (std::uint32_t i = 0; i < kMaxUnacknowledged; ++i) ladder.a.pracks();
  ladder.b.answers(answer_of_b());
  EXPECT_EQ(ladder.sent_to_a().back(), "200 sdp");
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Reliable, TheAnswerWaitsForThePrack_RFC3262_3) {
  CallLadder ladder{plain()};
  ladder.a.invites_with({offer_of_a(), false}, can_100rel());
  ladder.b.progresses(answer_of_b());
  ladder.b.answers(answer_of_b());
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Reliably{183, Description}));
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Ack{})) << "the target is not kept waiting";
  ladder.a.pracks();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Reliably{183, Description}, Reply{200}, Final{200}));
  ladder.a.acks();
  ladder.b.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Reliable, ACallerThatNeverAcknowledgesGets504_RFC3262_3) {
  for (const bool answered : {false, true}) {
    CallLadder ladder{plain()};
    ladder.a.invites_with({offer_of_a(), false}, can_100rel());
    ladder.b.progresses(answer_of_b());
    if (answered) ladder.b.answers(answer_of_b());
    ladder.a.never_pracks();
    EXPECT_EQ(ladder.sent_to_a().back(), "504");
    EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::PrackMissing);
    if (!answered) ladder.b.rejects(487);
    EXPECT_EQ(ladder.sent_to_b(), answered ? Sent(Invite{}, Ack{}, Bye{}) : Sent(Invite{}, Cancel{}));
    EXPECT_EQ(ladder.complaint(), "");
  }
}

TEST(Reliable, TheCalleeMayHangUpWhileTheAnswerWaits) {
  CallLadder ladder{plain()};
  ladder.a.invites_with({offer_of_a(), false}, can_100rel());
  ladder.b.progresses(answer_of_b());
  ladder.b.answers(answer_of_b());
  ladder.b.hangs_up();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Reliably{183, Description}, Final{487}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Reliable, AnOfferInAPrackIsRefusedAndTheCallGoesOn) {
  CallLadder ladder{plain()};
  ladder.a.invites_with({offer_of_a(), false}, can_100rel());
  ladder.b.progresses(answer_of_b());
  ladder.a.pracks(offer_of_a());
  EXPECT_EQ(ladder.sent_to_a().back(), "reply 488");
  ladder.b.answers(answer_of_b());
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Reliable, APrackForNothingIs481) {
  CallLadder ladder{plain()};
  ladder.a.invites_with({offer_of_a(), false}, can_100rel());
  ladder.b.rings();
  ladder.a.pracks();
  EXPECT_EQ(ladder.sent_to_a().back(), "reply 481");
  EXPECT_EQ(ladder.unlawful(), 1U);
}

struct SetupRow {
  const char* name;
  Support reliable;
  Terms terms;
  int status;
  const char* header;
};
class ReliableSetup : public testing::TestWithParam<SetupRow> {};
TEST_P(ReliableSetup, WhatTheCallerAndItsTrunkInsistOn_R129) {
  trunk::Admission admission = plain();
  admission.caller_policy.in_call.reliable = GetParam().reliable;
  CallLadder ladder{admission};
  ladder.a.invites_with({offer_of_a(), false}, GetParam().terms);
  const auto final = ladder.all<RespondToInvite>().back();
  EXPECT_EQ(final.status, GetParam().status);
  if (GetParam().status == 100) return;
  EXPECT_EQ(value_of(final.headers, GetParam().header), "100rel");
  EXPECT_FALSE(value_of(final.headers, "Reason").empty());
  EXPECT_EQ(ladder.complaint(), "");
}
INSTANTIATE_TEST_SUITE_P(
    Reliable, ReliableSetup,
    testing::Values(SetupRow{"required_but_off", Support::Off, needs_100rel(), 420, "Unsupported"},
                    SetupRow{"offered_and_off", Support::Off, can_100rel(), 100, ""},
                    SetupRow{"required_by_us", Support::Required, Terms{}, 421, "Require"},
                    SetupRow{"required_by_both", Support::Required, needs_100rel(), 100, ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Reliable, OurInviteSaysWhatTheTargetsTrunkWants_R129) {
  for (const auto& [policy, supported, required] : {std::tuple{Support::Off, "", ""},
                                                    {Support::Supported, "100rel", ""},
                                                    {Support::Required, "", "100rel"}}) {
    trunk::Admission admission = plain();
    admission.plan.targets[0].policy.in_call.reliable = policy;
    CallLadder ladder{admission};
    ladder.a.invites(offer_of_a());
    const auto invite = ladder.all<SendInvite>().back();
    EXPECT_EQ(value_of(invite.more_headers, "Supported"), supported);
    EXPECT_EQ(value_of(invite.more_headers, "Require"), required);
  }
}

TEST(Reliable, AnInviteWithoutAnOfferLeavesWithout100relUnlessTheCallerCan) {
  for (const bool can : {false, true}) {
    CallLadder ladder{plain()};
    ladder.a.invites_with({}, can ? can_100rel() : Terms{});
    EXPECT_EQ(value_of(ladder.all<SendInvite>().back().more_headers, "Supported"), can ? "100rel" : "");
  }
}

TEST(Reliable, EachReliableResponseOfATargetGetsOnePrackInOrder_RFC3262_4) {
  CallLadder ladder{plain()};
  ladder.a.invites(offer_of_a());
  ladder.b.progresses_reliably(71, answer_of_b());
  ladder.b.progresses_reliably(71, answer_of_b());  // repeated
  ladder.b.progresses_reliably(73, {}, "b1", 180);  // overtook 72
  ladder.b.progresses_reliably(72, {}, "b1", 180);
  ladder.b.progresses_reliably(5, other_answer_of_b(), "b2");  // another fork counts for itself
  ladder.b.progresses_reliably(70, {}, "b1", 180);             // older
  const auto pracks = ladder.all<SendPrack>();
  ASSERT_EQ(pracks.size(), 3U);
  EXPECT_EQ(pracks[0].rseq, 71U);
  EXPECT_EQ(pracks[1].rseq, 72U);
  EXPECT_EQ(pracks[2].rseq, 5U);
  EXPECT_EQ(pracks[2].to_tag, "b2");
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Progress{}, Ringing{}, Progress{}))
      << "A cannot: its hop is a plain one";
  ladder.b.answers({}, "b1");
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Reliable, AfterAReliableAnswerNoOtherCounts_RFC3261_13_2_1) {
  CallLadder ladder{plain()};
  ladder.a.invites(offer_of_a());
  ladder.b.progresses_reliably(1, answer_of_b());
  ladder.b.answers(other_answer_of_b());
  const auto paths = ladder.all<ConnectMedia>();
  ASSERT_EQ(paths.size(), 1U);
  EXPECT_EQ(paths[0].b->remote_rtp.port, 30000);
}

TEST(Reliable, ARefusedPrackIsNotedAndTheCallGoesOn) {
  CallLadder ladder{plain()};
  ladder.pracks_are_answered = false;
  ladder.a.invites(offer_of_a());
  ladder.b.progresses_reliably(1, answer_of_b());
  ladder.happens(PrackFinished{LegId{1}, 408, {}, "b1", 1});
  EXPECT_EQ(ladder.all<Note>().back().event, "prack_refused");
  ladder.b.answers({});
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

// Found by random events: the caller got 200 without a description.
TEST(Reliable, WhatEndsACallWhose200WaitsRefusesTheCaller) {
  for (const bool refresh_is_lost : {false, true}) {
    CallLadder ladder{plain()};
    ladder.a.invites_with({offer_of_a(), false}, can_100rel());
    ladder.b.progresses_reliably(1, answer_of_b());
    ladder.b.answers(answer_of_b());
    const RequestId refresh = ladder.b.offers(answer_of_b());
    EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Reliably{183, Description})) << "the 200 waits for the PRACK";
    if (refresh_is_lost) {
      ladder.b.never_acks_offer(refresh);
    } else {
      ladder.happens(ClearRequested{});
    }
    EXPECT_GE(std::stoi(ladder.sent_to_a().back()), 400) << ladder.sent_to_a().back();
    EXPECT_EQ(ladder.complaint(), "");
  }
}

struct LateReliable : testing::Test {
  CallLadder ladder{plain()};
  void offer_early() {
    ladder.a.invites_with({}, can_100rel());
    ladder.b.progresses_reliably(1, offer_of_b());
  }
};

TEST_F(LateReliable, TheTwoPracksAreTiedAndMediaConnectsEarly_R129) {
  offer_early();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Reliably{183, Description}));
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing})) << "the PRACK waits for A's answer";
  ladder.a.pracks(answer_of_a());
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Prack{Description}));
  const auto path = ladder.all<ConnectMedia>().back();
  EXPECT_EQ(path.a->remote_rtp.port, 20000);
  EXPECT_EQ(path.b->remote_rtp.port, 30000);
  ladder.b.answers({});
  ladder.a.acks();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Reliably{183, Description}, Reply{200}, Final{200}));
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Prack{Description}, Ack{}));
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(LateReliable, APrackWithoutTheAnswerEndsTheCall) {
  offer_early();
  ladder.a.pracks();
  ladder.b.rejects(487);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Reliably{183, Description}, Reply{200}, Final{488}));
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Cancel{}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(LateReliable, AnAnswerThatDoesNotReachTheTargetEndsTheAttempt) {
  ladder.pracks_are_answered = false;
  offer_early();
  ladder.a.pracks(answer_of_a());
  ladder.happens(PrackFinished{LegId{1}, 408, {}, "b1", 1});
  ladder.b.rejects(487);
  EXPECT_EQ(ladder.sent_to_a().back(), "502");
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(LateReliable, ASecondForkIsAnsweredWithWhatTheCallerSaid) {
  offer_early();
  ladder.a.pracks(answer_of_a());
  ladder.b.progresses_reliably(9, audio_sdp("8 0", 32000), "b2");
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Prack{Description}, Prack{Description}));
  EXPECT_EQ(ladder.all<ConnectMedia>().back().b->remote_rtp.port, 32000) << "the latest description is heard";
  ladder.b.answers({}, "b2");
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(LateReliable, AForkThatIsGoneDoesNotTakeTheOtherWithIt) {
  ladder.pracks_are_answered = false;
  offer_early();
  ladder.a.pracks(answer_of_a());
  ladder.b.progresses_reliably(9, audio_sdp("8 0", 32000), "b2");
  ladder.happens(PrackFinished{LegId{1}, 481, {}, "b1", 1});
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Prack{Description}, Prack{Description})) << "no CANCEL";
  ladder.b.answers({}, "b2");
  ladder.a.acks();
  ladder.happens(PrackFinished{LegId{1}, 200, {}, "b2", 9});
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(LateReliable, AForkThatIsGoneDoesNotEndTheCallOfTheOther) {
  ladder.pracks_are_answered = false;
  offer_early();
  ladder.a.pracks(answer_of_a());
  ladder.b.progresses_reliably(9, audio_sdp("8 0", 32000), "b2");
  ladder.b.answers({}, "b2");
  ladder.a.acks();
  ladder.happens(PrackFinished{LegId{1}, 200, {}, "b2", 9});
  ladder.happens(PrackFinished{LegId{1}, 408, {}, "b1", 1});
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(LateReliable, OfTwoPracksTheOneWithTheAnswerCounts) {
  ladder.pracks_are_answered = false;
  offer_early();
  ladder.a.pracks(answer_of_a());
  ladder.b.progresses_reliably(2, {}, "b1", 180);
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Prack{Description}, Prack{}));
  ladder.happens(PrackFinished{LegId{1}, 408, {}, "b1", 1});
  ladder.happens(PrackFinished{LegId{1}, 200, {}, "b1", 2});
  EXPECT_EQ(ladder.sent_to_b().back(), "CANCEL") << "the target has no answer";
  ladder.b.rejects(487);
  EXPECT_EQ(ladder.sent_to_a().back(), "502");
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(LateReliable, AForkThatNeverGotTheAnswerCannotTalk) {
  ladder.pracks_are_answered = false;
  offer_early();
  ladder.a.pracks(answer_of_a());
  ladder.b.progresses_reliably(9, audio_sdp("8 0", 32000), "b2");
  ladder.happens(PrackFinished{LegId{1}, 408, {}, "b1", 1});
  ladder.b.answers({}, "b1");
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Prack{Description}, Prack{Description}, Ack{}, Bye{}));
  EXPECT_EQ(ladder.sent_to_a().back(), "502");
  EXPECT_EQ(ladder.complaint(), "");
}

// Found by random events: the 2xx was taken for another offer, and its ACK answered where nothing had been asked.
TEST(Reliable, ATargetWhoseEarlyOfferWasRefusedHasNoSession_RFC3262_5) {
  CallLadder ladder{plain()};
  ladder.a.invites({});  // it knows no 100rel, so that the INVITE did not offer it
  ladder.b.progresses_reliably(1, offer_of_b());
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Prack{Description}));
  ladder.b.answers(offer_of_b());
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Nothing}, Prack{Description}, Ack{}, Bye{}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{183}, Final{502}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(LateReliable, TheForkThatAnswersIsHeardAgain) {
  offer_early();
  ladder.a.pracks(answer_of_a());
  ladder.b.progresses_reliably(9, audio_sdp("8 0", 32000), "b2");
  EXPECT_EQ(ladder.all<ConnectMedia>().back().b->remote_rtp.port, 32000);
  ladder.b.answers({}, "b1");
  EXPECT_EQ(ladder.all<ConnectMedia>().back().b->remote_rtp.port, 30000);
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Reliable, TheNextTargetIsOfferedWhatTheCallerSaidInItsPrack) {
  CallLadder ladder{plain(2)};
  ladder.a.invites_with({}, can_100rel());
  ladder.b.progresses_reliably(1, offer_of_b());
  ladder.a.pracks(answer_of_a());
  ladder.b.rejects(503);
  EXPECT_EQ(ladder.sent_to_b(2), Sent(Invite{}));
  ladder.b2.answers(audio_sdp("8", 33000));
  ladder.a.acks();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Reliably{183, Description}, Reply{200}, Final{200}));
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

struct EarlyMediaRow {
  const char* name;
  EarlyMedia policy;
  Sent heard;
  std::size_t connected;
};
class EarlyMediaPolicy : public testing::TestWithParam<EarlyMediaRow> {};
TEST_P(EarlyMediaPolicy, WhatTheCallerHearsBeforeTheAnswer_R129) {
  trunk::Admission admission = plain();
  admission.plan.targets[0].policy.in_call.early_media = GetParam().policy;
  CallLadder ladder{admission};
  ladder.a.invites(offer_of_a());
  ladder.b.progresses({});
  ladder.b.progresses(answer_of_b());
  ladder.b.rings();
  EXPECT_EQ(ladder.sent_to_a(), GetParam().heard);
  EXPECT_EQ(ladder.all<ConnectMedia>().size(), GetParam().connected);
  ladder.b.answers({});  // its answer was in the 183
  EXPECT_EQ(ladder.sent_to_a().back(), "200 sdp");
  EXPECT_EQ(ladder.all<ConnectMedia>().size(), 1U);
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}
INSTANTIATE_TEST_SUITE_P(Early, EarlyMediaPolicy,
                         testing::Values(EarlyMediaRow{"relay", EarlyMedia::Relay,
                                                       Sent(Trying{}, Final{183}, Progress{}, Ringing{}), 1},
                                         EarlyMediaRow{"ignore", EarlyMedia::Ignore,
                                                       Sent(Trying{}, Ringing{}), 0},
                                         EarlyMediaRow{"ringback", EarlyMedia::Ringback,
                                                       Sent(Trying{}, Final{183}, Ringing{}, Ringing{}), 0}),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace tandem::test
