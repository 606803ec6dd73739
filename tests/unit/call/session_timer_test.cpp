#include <gtest/gtest.h>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using config::RefreshedBy;
using config::Support;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr LegId kLegB{1};

Terms timer(std::optional<SessionExpires> session = std::nullopt, bool update = true) {
  Terms terms;
  terms.supports_timer = true;
  terms.allows_update = update;
  terms.session_expires = session;
  return terms;
}

std::string value_of(const std::vector<message::Header>& headers, const std::string& name) {
  for (const auto& row : headers) {
    if (row.name == name) return row.value;
  }
  return {};
}

/// Session timers on one leg alone, so that each test sees what it is about.
struct SessionTimers : testing::Test {
  trunk::Admission admission = admission_to(1);
  SessionTimers() {
    admission.caller_policy.in_call.reliable = Support::Off;
    admission.plan.targets[0].policy.in_call.reliable = Support::Off;
  }
  config::SessionTimer& of_a() { return admission.caller_policy.in_call.session_timer; }
  config::SessionTimer& of_b() { return admission.plan.targets[0].policy.in_call.session_timer; }
  void connect(CallLadder& ladder, const Terms& a, const Terms& b) {
    ladder.a.invites_with({offer_of_a(), false}, a);
    ladder.b.answers(answer_of_b(), "b1", b);
    ladder.a.acks();
  }
};

TEST_F(SessionTimers, OurInviteAsksForASession_R130) {
  CallLadder ladder{admission};
  ladder.a.invites(offer_of_a());
  const auto headers = ladder.all<SendInvite>().back().more_headers;
  EXPECT_EQ(value_of(headers, "Supported"), "timer");
  EXPECT_EQ(value_of(headers, "Session-Expires"), "1800");
  EXPECT_EQ(value_of(headers, "Min-SE"), "90");
}

TEST_F(SessionTimers, OurInviteSaysWhoIsToRefreshWherePolicyDoes_R130) {
  for (const auto& [who, text] :
       {std::pair{RefreshedBy::Us, "1800;refresher=uac"}, {RefreshedBy::Peer, "1800;refresher=uas"}}) {
    of_b().refreshed_by = who;
    of_b().support = Support::Required;
    CallLadder ladder{admission};
    ladder.a.invites(offer_of_a());
    const auto headers = ladder.all<SendInvite>().back().more_headers;
    EXPECT_EQ(value_of(headers, "Session-Expires"), text);
    EXPECT_EQ(value_of(headers, "Require"), "timer");
  }
}

struct AnswerRow {
  const char* name;
  RefreshedBy policy;
  Terms terms;
  const char* session;
  const char* require;
};
class SessionAnswer : public testing::TestWithParam<AnswerRow> {};
TEST_P(SessionAnswer, TheCallersRequestAndPolicyDecide_RFC4028_9) {
  trunk::Admission admission = admission_to(1);
  admission.caller_policy.in_call.session_timer.refreshed_by = GetParam().policy;
  CallLadder ladder{admission};
  ladder.a.invites_with({offer_of_a(), false}, GetParam().terms);
  ladder.b.answers(answer_of_b());
  const auto ok = ladder.all<RespondToInvite>().back();
  EXPECT_EQ(value_of(ok.headers, "Session-Expires"), GetParam().session);
  EXPECT_EQ(value_of(ok.headers, "Require"), GetParam().require);
}
INSTANTIATE_TEST_SUITE_P(
    SessionTimers, SessionAnswer,
    testing::Values(AnswerRow{"knows_no_timer", RefreshedBy::Peer, Terms{}, "1800;refresher=uas", ""},
                    AnswerRow{"leaves_it_to_us", RefreshedBy::Auto, timer(), "1800;refresher=uac", "timer"},
                    AnswerRow{"we_want_to", RefreshedBy::Us, timer(), "1800;refresher=uas", ""},
                    AnswerRow{"asks_for_less", RefreshedBy::Auto, timer(SessionExpires{600, {}}),
                              "600;refresher=uac", "timer"},
                    AnswerRow{"asks_for_more", RefreshedBy::Auto, timer(SessionExpires{7200, {}}),
                              "1800;refresher=uac", "timer"},
                    AnswerRow{"wants_us_to", RefreshedBy::Peer, timer(SessionExpires{1800, Refresher::Uas}),
                              "1800;refresher=uas", ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(SessionTimers, ASessionThatIsTooBriefGets422_R130) {
  CallLadder ladder{admission};
  ladder.a.invites_with({offer_of_a(), false}, timer(SessionExpires{89, {}}));
  const auto final = ladder.all<RespondToInvite>().back();
  EXPECT_EQ(final.status, 422);
  EXPECT_EQ(value_of(final.headers, "Min-SE"), "90");
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(SessionTimers, WhatCallerAndTrunkInsistOn_R130) {
  Terms needs = timer();
  needs.requires_timer = true;
  of_a().support = Support::Off;
  CallLadder refused{admission};
  refused.a.invites_with({offer_of_a(), false}, needs);
  EXPECT_EQ(refused.all<RespondToInvite>().back().status, 420);
  EXPECT_EQ(value_of(refused.all<RespondToInvite>().back().headers, "Unsupported"), "timer");
  of_a().support = Support::Required;
  CallLadder missing{admission};
  missing.a.invites(offer_of_a());
  EXPECT_EQ(missing.all<RespondToInvite>().back().status, 421);
  EXPECT_EQ(value_of(missing.all<RespondToInvite>().back().headers, "Require"), "timer");
}

TEST_F(SessionTimers, ACallOf24HoursIsRefreshedAllDay_R126_R130) {
  CallLadder ladder{admission};
  connect(ladder, Terms{}, timer(SessionExpires{1800, Refresher::Uac}));
  ladder.passes(hours(24) - seconds(1));
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  const auto offers = ladder.all<SendOffer>();
  std::size_t to_a = 0, to_b = 0;
  for (const SendOffer& offer : offers) {
    ++(offer.leg == kLegA ? to_a : to_b);
    EXPECT_EQ(offer.method, offer.leg == kLegA ? OfferMethod::Invite : OfferMethod::Update)
        << "A allows no UPDATE";
    EXPECT_EQ(value_of(offer.headers, "Session-Expires"), "1800;refresher=uac");
  }
  EXPECT_EQ(to_a, 95U);
  EXPECT_EQ(to_b, 95U);
  ladder.passes(seconds(1));
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::MaxDuration);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(SessionTimers, APeerThatVanishesEndsBothLegs_R130) {
  of_a().support = Support::Off;
  CallLadder ladder{admission};
  connect(ladder, Terms{}, timer(SessionExpires{1800, Refresher::Uas}));
  ladder.passes(seconds(1800 - 32) - milliseconds(1));
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  ladder.passes(milliseconds(1));
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::SessionExpired);
  EXPECT_EQ(ladder.sent_to_a().back(), "BYE");
  EXPECT_EQ(ladder.sent_to_b().back(), "BYE");
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(SessionTimers, ThePeersRefreshStartsAnew_R130) {
  of_a().support = Support::Off;
  CallLadder ladder{admission};
  connect(ladder, Terms{}, timer(SessionExpires{300, Refresher::Uas}));
  for (int i = 0; i < 5; ++i) {
    ladder.passes(seconds(200));
    ladder.b.offers({}, "UPDATE", timer(SessionExpires{300, Refresher::Uac}));
    const auto reply = ladder.all<RespondToRequest>().back();
    EXPECT_EQ(value_of(reply.headers, "Session-Expires"), "300;refresher=uac");
    EXPECT_EQ(value_of(reply.headers, "Require"), "timer");
  }
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  ladder.b.offers({}, "UPDATE", timer(SessionExpires{30, Refresher::Uac}));
  EXPECT_EQ(ladder.sent_to_b().back(), "reply 422");
  ladder.b.offers({}, "UPDATE", timer(SessionExpires{300, Refresher::Uas}));
  ladder.passes(seconds(150));
  EXPECT_EQ(ladder.sent_to_b().back(), "UPDATE") << "it has left the refreshing to us";
}

OfferAnswered answered(int status, const Terms& terms = {}) {
  OfferAnswered answer{kLegB, status, {}, {}, {}, {}, {}, false};
  answer.terms = terms;
  return answer;
}

/// We refresh leg B every 150 s, and the test answers.
struct Refreshes : SessionTimers {
  CallLadder start() {
    of_a().support = Support::Off;
    return CallLadder{admission};
  }
  void run(CallLadder& ladder, bool update = true) {
    ladder.refreshes_are_answered = false;
    connect(ladder, Terms{}, timer(SessionExpires{300, Refresher::Uac}, update));
    ladder.passes(seconds(150));
  }
};

TEST_F(Refreshes, ANew2xxDecidesAnew_R130) {
  CallLadder ladder = start();
  run(ladder);
  ladder.happens(answered(200, timer(SessionExpires{600, Refresher::Uas})));
  ladder.passes(seconds(600 - 32) - milliseconds(1));
  EXPECT_EQ(ladder.all<SendOffer>().size(), 1U);
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  ladder.passes(milliseconds(1));
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::SessionExpired);
}

TEST_F(Refreshes, AReInviteCarriesOurUnchangedDescriptionAndIsAcked_R130) {
  CallLadder ladder = start();
  run(ladder, false);
  EXPECT_EQ(ladder.all<SendOffer>().back().sdp, ladder.all<SendInvite>().back().sdp);
  ladder.happens(answered(200, timer(SessionExpires{300, Refresher::Uac}, false)));
  EXPECT_EQ(ladder.sent_to_b().back(), "ACK");
}

TEST_F(Refreshes, A422IsMetOnceWithWhatItWants_R130) {
  CallLadder ladder = start();
  run(ladder);
  Terms more;
  more.min_se_s = 900;
  ladder.happens(answered(422, more));
  auto offers = ladder.all<SendOffer>();
  ASSERT_EQ(offers.size(), 2U);
  EXPECT_EQ(value_of(offers[1].headers, "Session-Expires"), "900;refresher=uac");
  EXPECT_EQ(value_of(offers[1].headers, "Min-SE"), "900");
  ladder.happens(answered(422, more));
  EXPECT_EQ(ladder.all<SendOffer>().size(), 2U);
}

TEST_F(Refreshes, AChallengeIsAnsweredOnceEachTime_R053_R130) {
  admission.plan.targets[0].credential = config::OutboundCredential{"acme", Secret{"s"}, {}};
  for (const bool update : {true, false}) {
    CallLadder ladder = start();
    run(ladder, update);
    for (std::size_t refresh = 1; refresh <= 2; ++refresh) {
      ladder.b.refuses(401);
      const auto offers = ladder.all<SendOffer>();
      ASSERT_EQ(offers.size(), 2 * refresh);
      EXPECT_NE(value_of(offers.back().headers, "Authorization").find("username=\"acme\""), std::string::npos);
      EXPECT_EQ(value_of(offers.back().headers, "Session-Expires"), "300;refresher=uac");
      OfferAnswered accepted = answered(200, timer(SessionExpires{300, Refresher::Uac}, update));
      if (!update) accepted.body.sdp = answer_of_b();
      ladder.happens(accepted);
      ladder.passes(seconds(150));
    }
    EXPECT_EQ(ladder.all<SendOffer>().size(), 5U) << "each refresh has its own nonce";
    ladder.b.refuses(407);
    ladder.b.refuses(407);
    EXPECT_EQ(ladder.all<SendOffer>().size(), 6U);
    EXPECT_EQ(ladder.call().stage, Stage::Connected) << "refused, and tried again later";
    ladder.a.hangs_up();
    EXPECT_EQ(ladder.complaint(), "");
  }
}

TEST_F(Refreshes, AnotherRefusalIsTriedAgainUntilTheSessionEnds_R130) {
  for (const int status : {488, 491, 500}) {
    CallLadder ladder = start();
    run(ladder);
    ladder.happens(answered(status));
    ladder.passes(seconds(10));
    ASSERT_EQ(ladder.all<SendOffer>().size(), 2U) << status;
    ladder.happens(answered(status));
    ladder.passes(seconds(10));
    ladder.happens(answered(200, timer(SessionExpires{300, Refresher::Uac})));
    ladder.passes(seconds(140));
    EXPECT_EQ(ladder.call().stage, Stage::Connected) << "the third was taken";
    ladder.passes(seconds(10));
    ladder.happens(answered(status));
    for (int i = 0; i < 14; ++i) {
      ladder.passes(seconds(10));
      ladder.happens(answered(status));
    }
    EXPECT_EQ(ladder.call().stage, Stage::Connected);
    ladder.passes(seconds(10));
    EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::SessionExpired);
    if (ladder.call().attempts.back().leg.asking) ladder.happens(answered(487));  // the last refresh met the end
    EXPECT_EQ(ladder.complaint(), "");
  }
}

TEST_F(Refreshes, ADialogThatIsGoneEndsTheCallAtOnce_R130) {
  for (const int status : {481, 408, 503}) {
    CallLadder ladder = start();
    run(ladder);
    OfferAnswered lost = answered(status);
    lost.by_stack = status == 503;
    ladder.happens(lost);
    EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::SessionExpired);
    EXPECT_EQ(ladder.complaint(), "");
  }
}

TEST_F(SessionTimers, APeerThatAgreedToNoneIsRefreshedAndMayRefuse_R130) {
  of_a().support = Support::Off;
  CallLadder ladder{admission};
  ladder.refreshes_are_answered = false;
  connect(ladder, Terms{}, Terms{});
  for (int i = 0; i < 6; ++i) {
    ladder.passes(seconds(900));
    EXPECT_EQ(ladder.sent_to_b().back(), "re-INVITE sdp");
    ladder.happens(answered(488));
  }
  EXPECT_EQ(ladder.call().stage, Stage::Connected) << "its answer shows that it lives";
}

TEST_F(SessionTimers, OffMeansNeitherHeaderNorDeadline_R130) {
  of_a().support = of_b().support = Support::Off;
  CallLadder ladder{admission};
  connect(ladder, timer(), timer());
  EXPECT_TRUE(ladder.all<SendInvite>().back().more_headers.empty());
  EXPECT_TRUE(ladder.all<RespondToInvite>().back().headers.empty());
  EXPECT_EQ(ladder.call().deadlines.size(), 1U) << "the longest duration alone";
}

}  // namespace
}  // namespace tandem::test
