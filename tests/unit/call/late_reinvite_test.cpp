// A re-INVITE without an offer: the other side makes it, and its ACK waits for the answer. R-127; RFC 3261
// §14.1, §14.2.
#include <gtest/gtest.h>

#include "support/connected_call.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using enum Carrying;

struct LateReInvite : ConnectedCall {};

const std::string kNewOfferOfB = audio_sdp("0 8", 30010, 2);
const std::string kNewAnswerOfA = audio_sdp("0", 20010, 2);

TEST_F(LateReInvite, CrossesInThe200AndTheAck_R127) {
  const RequestId request = ladder.a.offers({});
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{Nothing}));
  ladder.b.accepts(kNewOfferOfB);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description)));
  EXPECT_EQ(replied().media[0].formats, (std::vector<std::string>{"0", "8"}));
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{Nothing})) << "the ACK waits for A's answer";
  ladder.a.acks_offer(request, kNewAnswerOfA);
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{Nothing}, Ack{Description}));
  EXPECT_EQ(sdp::parse(ladder.all<SendAck>().back().sdp)->media[0].formats, std::vector<std::string>{"0"});
  EXPECT_EQ(ladder.all<ConnectMedia>().back().a->remote_rtp.port, 20010);
  EXPECT_EQ(ladder.all<ConnectMedia>().back().b->remote_rtp.port, 30010);
  EXPECT_FALSE(ladder.call().exchange);
  end_cleanly();
}

TEST_F(LateReInvite, OfTheCalleeCrossesTheOtherWay) {
  const RequestId request = ladder.b.offers({});
  EXPECT_EQ(ladder.sent_to_a(), Sent(ReInvite{Nothing}));
  ladder.a.accepts(offer_of_a());
  EXPECT_EQ(ladder.sent_to_b(), Sent(Reply(200, Description)));
  ladder.b.acks_offer(request, answer_of_b());
  EXPECT_EQ(ladder.sent_to_a(), Sent(ReInvite{Nothing}, Ack{Description}));
  end_cleanly();
}

TEST_F(LateReInvite, ARefusalIsPassedOn) {
  ladder.a.offers({});
  ladder.b.refuses(488);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(488)));
  EXPECT_FALSE(ladder.call().exchange);
  end_cleanly();
}

TEST_F(LateReInvite, A200WithoutAnOfferIs488) {
  ladder.a.offers({});
  ladder.b.accepts({});
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{Nothing}, Ack{}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(488)));
  end_cleanly();
}

TEST_F(LateReInvite, AMissingAnswerEndsTheCallAndBGetsOneThatFits) {
  const RequestId request = ladder.a.offers({});
  ladder.b.accepts(answer_of_b());
  ladder.a.acks_offer(request);
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{Nothing}, Ack{Description}, Bye{}));
  EXPECT_EQ(ladder.all<SendAck>().back().sdp, ladder.all<SendInvite>()[0].sdp)
      << "our side of the session as it was";
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description), Bye{}));
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::BadAnswer);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(LateReInvite, AMissingAckEndsBothSides) {
  const RequestId request = ladder.a.offers({});
  ladder.b.accepts(kNewOfferOfB);
  ladder.a.never_acks_offer(request);
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{Nothing}, Ack{Description}, Bye{}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description), Bye{}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(LateReInvite, AByeInsteadOfTheAckStillAcksB) {
  ladder.a.offers({});
  ladder.b.accepts(kNewOfferOfB);
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{Nothing}, Ack{Description}, Bye{}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_F(LateReInvite, AnOfferThatCrossesTheCancelIsAnsweredAsBefore) {
  const RequestId request = ladder.a.offers({});
  ladder.a.cancels_offer(request);
  ladder.b.accepts(answer_of_b());
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{Nothing}, Cancel{}, Ack{Description}))
      << "nothing changed: nothing to undo";
  EXPECT_EQ(ladder.all<SendAck>().back().sdp, ladder.all<SendInvite>()[0].sdp);
  end_cleanly();
}

TEST_F(LateReInvite, AnOfferThatCannotBeMetIsRefusedAndBIsPutBack) {
  ladder.a.offers({});
  ladder.b.accepts(opus_only());
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply(200, Description))) << "A may know that codec";
  ladder.a.offers(offer_of_a());
  EXPECT_EQ(ladder.sent_to_a().back(), "reply 491") << "our offer is open";
  ladder.a.hangs_up();
  EXPECT_EQ(sdp::parse(ladder.all<SendAck>().back().sdp)->media[0].port, 0);
  EXPECT_EQ(ladder.complaint(), "");
}

}  // namespace
}  // namespace tandem::test
