#include <gtest/gtest.h>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using enum Carrying;

struct InDialog : testing::Test {
  CallLadder ladder;
  void connect() {
    ladder.a.invites(offer_of_a());
    ladder.b.answers(answer_of_b());
    ladder.a.acks();
  }
  RespondToRequest reply() const { return ladder.all<RespondToRequest>().back(); }
  std::string header(const std::string& name) const {
    for (const auto& row : reply().headers) {
      if (row.name == name) return row.value;
    }
    return {};
  }
};

TEST_F(InDialog, AnUnchangedOfferIsARefreshAndGetsOurUnchangedAnswer) {
  connect();
  ladder.a.offers(offer_of_a());
  EXPECT_EQ(reply().status, 200);
  EXPECT_EQ(reply().sdp, ladder.all<RespondToInvite>().back().sdp);
  ladder.b.offers(answer_of_b());
  EXPECT_EQ(reply().status, 200);
  EXPECT_EQ(reply().sdp, ladder.all<SendInvite>().back().sdp);
  EXPECT_EQ(ladder.all<ConnectMedia>().size(), 1U);
}

TEST_F(InDialog, ARefreshThatCountsItsVersionUpIsOneToo) {
  connect();
  ladder.b.offers(audio_sdp("8", 30000, 2), "UPDATE");
  EXPECT_EQ(reply().status, 200);
  ladder.b.offers(audio_sdp("8", 30000, 3));
  EXPECT_EQ(reply().status, 200);
}

TEST_F(InDialog, RubbishIsRefusedAndTheCallGoesOn) {
  connect();
  ladder.b.offers("rubbish");
  EXPECT_EQ(reply().status, 400);
  EXPECT_FALSE(header("Reason").empty());
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  ladder.b.offers(answer_of_b());
  EXPECT_EQ(reply().status, 200) << "a refused offer leaves the last description as it was";
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(InDialog, AnUpdateWithoutADescriptionIsARefreshAtAnyTime) {
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.b.offers({}, "UPDATE");
  EXPECT_EQ(reply().status, 200);
  ladder.a.offers({}, "UPDATE");
  EXPECT_EQ(reply().status, 200);
}

TEST_F(InDialog, ABodyOfAnotherTypeIs415) {
  connect();
  ladder.happens(OfferReceived{kLegA, ladder.next_request(), "UPDATE", {"", true}});
  EXPECT_EQ(reply().status, 415);
  EXPECT_EQ(header("Accept"), "application/sdp");
  EXPECT_EQ(header("Accept-Encoding"), "identity");
}

TEST_F(InDialog, AnOfferBeforeTheAnswerToOursGets491_RFC3311_5_2) {
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.b.offers(offer_of_b(), "UPDATE");
  EXPECT_EQ(reply().status, 491);
}

TEST_F(InDialog, ASecondOfferWhileTheFirstIsOpenGets500AndATime_RFC3261_14_2) {
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.a.offers(offer_of_a(), "UPDATE");
  EXPECT_EQ(reply().status, 500);
  const int wait = std::stoi(header("Retry-After"));
  EXPECT_GE(wait, 0);
  EXPECT_LE(wait, 10);
}

struct MethodRow {
  const char* method;
  int status;
};
class OtherMethods : public testing::TestWithParam<MethodRow> {};

TEST_P(OtherMethods, AreAnsweredAndChangeNothing) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.answers(answer_of_b());
  ladder.a.acks();
  ladder.a.asks(GetParam().method);
  ladder.b.asks(GetParam().method);
  EXPECT_EQ(ladder.sent_to_a().back(), "reply " + std::to_string(GetParam().status));
  EXPECT_EQ(ladder.sent_to_b().back(), "reply " + std::to_string(GetParam().status));
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
}

INSTANTIATE_TEST_SUITE_P(InDialog, OtherMethods,
                         testing::Values(MethodRow{"OPTIONS", 200}, MethodRow{"MESSAGE", 405},
                                         MethodRow{"REFER", 405}, MethodRow{"SUBSCRIBE", 405}, MethodRow{"NOTIFY", 481},
                                         MethodRow{"PRACK", 481}, MethodRow{"FOO", 405}),
                         [](const auto& row) { return std::string(row.param.method); });

}  // namespace
}  // namespace tandem::test
