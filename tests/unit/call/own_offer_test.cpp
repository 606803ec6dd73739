// Offers that no peer asked for: session refresh, and an offer made from another leg's description. R-130,
//
#include <gtest/gtest.h>

#include "call/turn.hpp"
#include "support/connected_call.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using enum Carrying;

struct OwnOffer : ConnectedCall {};

void refresh(CallLadder& ladder, Side side) {
  ladder.does([side](Call& call, Effects& out, const Context& context) {
    Turn turn{call, context, out};
    refresh_session(turn, side == Side::A ? call.a : call.attempts.back().leg);
    if (!call.exchange) start_own_offers(turn);
  });
}

TEST_F(OwnOffer, ARefreshRepeatsOurDescription_R130) {
  refresh(ladder, Side::A);
  EXPECT_EQ(ladder.sent_to_a(), Sent(ReInvite{}));
  EXPECT_EQ(ladder.all<SendOffer>().back().sdp, ladder.all<RespondToInvite>().back().sdp);
  ladder.a.accepts(offer_of_a());
  EXPECT_EQ(ladder.sent_to_a(), Sent(ReInvite{}, Ack{}));
  EXPECT_EQ(ladder.all<ConnectMedia>().size(), 1U) << "nothing has changed";
  EXPECT_TRUE(ladder.sent_to_b().empty());
  end_cleanly();
}

TEST_F(OwnOffer, ARefreshGoesAsUpdateWithoutADescriptionWhereThePeerTakesIt_R130) {
  ladder.b.takes_update();
  ladder.forgets_what_was_sent();
  refresh(ladder, Side::B);
  EXPECT_EQ(ladder.sent_to_b(), Sent(Update{Nothing}));
  ladder.b.accepts({});
  EXPECT_EQ(ladder.sent_to_b(), Sent(Update{Nothing}));
  EXPECT_FALSE(ladder.call().exchange);
  end_cleanly();
}

TEST_F(OwnOffer, ARefreshThatBringsANewAddressMovesTheMedia) {
  refresh(ladder, Side::B);
  ladder.b.accepts(audio_sdp("8", 30020, 2));
  EXPECT_EQ(ladder.all<ConnectMedia>().back().b->remote_rtp.port, 30020);
  end_cleanly();
}

TEST_F(OwnOffer, WaitsUntilTheOpenExchangeIsOver) {
  const RequestId request = ladder.a.offers(audio_sdp("8", 20000, 2, "a=sendonly\r\n"));
  refresh(ladder, Side::A);
  EXPECT_TRUE(ladder.sent_to_a().empty());
  ladder.b.accepts(audio_sdp("8", 30000, 2, "a=recvonly\r\n"));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description))) << "and for A's ACK";
  ladder.a.acks_offer(request);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description), ReInvite{}));
  ladder.a.accepts(audio_sdp("8", 20000, 2, "a=sendonly\r\n"));
  end_cleanly();
}

TEST_F(OwnOffer, ARefusedRefreshLeavesTheSession) {
  refresh(ladder, Side::B);
  ladder.b.refuses(488);
  EXPECT_FALSE(ladder.call().exchange);
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  ladder.b.offers(answer_of_b(), "UPDATE");
  EXPECT_EQ(reply().sdp, ladder.all<SendInvite>().back().sdp);
  end_cleanly();
}

TEST_F(OwnOffer, IsMadeFromAnotherLegsDescription_R128) {
  ladder.does([](Call& call, Effects& out, const Context& context) {
    Turn turn{call, context, out};
    EXPECT_TRUE(offer_description(turn, call.attempts.back().leg, call.a));
    start_own_offers(turn);
  });
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}));
  EXPECT_EQ(offered().media[0].formats, (std::vector<std::string>{"8", "0", "101"}));
  ladder.b.accepts(audio_sdp("0", 30000, 2));
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, Ack{}));
  end_cleanly();
}

TEST_F(OwnOffer, ALostDialogEndsTheCall_R130) {
  refresh(ladder, Side::B);
  ladder.b.is_silent();
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::SessionExpired);
  EXPECT_EQ(ladder.complaint(), "");
}

}  // namespace
}  // namespace tandem::test
