// Two offers that meet: 491, 500 with a time, and our back-off. R-127; RFC 3261 §14.1, §14.2, RFC 3311 §5.2.
#include <gtest/gtest.h>

#include "support/connected_call.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using enum Carrying;

struct Glare : ConnectedCall {};

TEST_F(Glare, AnOfferThatMeetsOursGets491) {
  ladder.a.offers(kHoldOfA);
  for (const char* method : {"INVITE", "UPDATE"}) {
    ladder.b.offers(kHoldOfB, method);
    EXPECT_EQ(ladder.sent_to_b().back(), "reply 491") << method;
  }
  ladder.b.offers({}, "UPDATE");
  EXPECT_EQ(ladder.sent_to_b().back(), "reply 200") << "without an offer there is no glare";
  ladder.b.accepts(kHeldByB);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description)));
  ladder.a.acks_offer(reply().request);
  end_cleanly();
}

TEST_F(Glare, ASecondOfferOfTheSamePeerGets500AndATime) {
  ladder.a.offers(kHoldOfA);
  for (const char* method : {"INVITE", "UPDATE"}) {
    ladder.a.offers(audio_sdp("0", 20000, 3), method);
    EXPECT_EQ(reply().status, 500);
    ASSERT_EQ(reply().headers.size(), 1U);
    EXPECT_EQ(reply().headers[0].name, "Retry-After");
    EXPECT_LE(std::stoi(reply().headers[0].value), 10);
  }
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}));
  ladder.b.accepts(kHeldByB);
  EXPECT_EQ(reply().status, 200);
  end_cleanly();
}

/// Our re-INVITE meets the peer's: it is sent again once, after a time within the bounds.
void expect_back_off(Party& asker, Party& asked, CallLadder& ladder, std::chrono::milliseconds from,
                     std::chrono::milliseconds to, LegId leg) {
  asker.offers(audio_sdp("0", leg == kLegA ? 30000 : 20000, 2));
  asked.refuses(491);
  const auto due = ladder.call().deadlines.find({leg, TimerKind::Glare});
  ASSERT_NE(due, ladder.call().deadlines.end());
  EXPECT_GE(due->second - ladder.now(), from);
  EXPECT_LE(due->second - ladder.now(), to);
  EXPECT_EQ((due->second - ladder.now()) % std::chrono::milliseconds(10), Duration::zero());
  EXPECT_EQ(ladder.all<SendOffer>().size(), 1U);
  ladder.passes(to);
  ASSERT_EQ(ladder.all<SendOffer>().size(), 2U);
  EXPECT_EQ(ladder.all<SendOffer>()[0].sdp, ladder.all<SendOffer>()[1].sdp);
}

TEST_F(Glare, TheOwnerOfTheCallIdWaitsLonger_RFC3261_14_1) {
  expect_back_off(ladder.a, ladder.b, ladder, std::chrono::milliseconds(2100),
                  std::chrono::milliseconds(4000), LegId{1});
  ladder.b.refuses(491);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(491))) << "a second one is passed on";
  end_cleanly();
}

TEST_F(Glare, TheOtherWaitsShortly_RFC3261_14_1) {
  trunk::Admission admission = admission_to(1);
  CallLadder both{admission};
  both.a.invites(offer_of_a());
  both.b.answers(audio_sdp("8 0", 30000));
  both.a.acks();
  both.forgets_what_was_sent();
  expect_back_off(both.b, both.a, both, std::chrono::milliseconds(0), std::chrono::milliseconds(2000), kLegA);
  both.a.accepts(audio_sdp("0", 20000, 2));
  EXPECT_EQ(both.sent_to_b(), Sent(Reply(200, Description)));
  both.a.hangs_up();
  EXPECT_EQ(both.complaint(), "");
}

TEST_F(Glare, WhileWeBackOffTheTokenIsHeld) {
  ladder.a.offers(kHoldOfA);
  ladder.b.refuses(491);
  ladder.b.offers(kHoldOfB);
  EXPECT_EQ(ladder.sent_to_b().back(), "reply 491");
  ladder.passes(std::chrono::seconds(4));
  ladder.b.accepts(kHeldByB);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description)));
  end_cleanly();
}

TEST_F(Glare, APeerThatNamesATimeIsAskedAgainThen) {
  ladder.a.offers(kHoldOfA);
  ladder.b.refuses(500, 3);
  ladder.passes(std::chrono::milliseconds(2999));
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}));
  ladder.passes(std::chrono::milliseconds(1));
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, ReInvite{}));
  ladder.b.refuses(500, 3);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(500)));
  ladder.a.offers(kHoldOfA);
  ladder.b.refuses(500, 11);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(500), Reply(500))) << "that is too long to wait";
  end_cleanly();
}

TEST_F(Glare, ACancelEndsTheWait) {
  const RequestId request = ladder.a.offers(kHoldOfA);
  ladder.b.refuses(491);
  ladder.a.cancels_offer(request);
  EXPECT_FALSE(ladder.call().exchange);
  EXPECT_EQ(ladder.call().deadlines.count({LegId{1}, TimerKind::Glare}), 0U);
  ladder.passes(std::chrono::seconds(5));
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}));
  end_cleanly();
}

TEST_F(Glare, NoReInviteGoesToAPeerBeforeItsAck_RFC3261_14_1) {
  const RequestId refresh = ladder.b.offers(answer_of_b());
  ladder.a.offers(kHoldOfA);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(491)));
  ladder.b.acks_offer(refresh);
  ladder.a.offers(kHoldOfA);
  EXPECT_EQ(ladder.sent_to_b().back(), "re-INVITE sdp");
  ladder.b.accepts(kHeldByB);
  end_cleanly();
}

}  // namespace
}  // namespace tandem::test
