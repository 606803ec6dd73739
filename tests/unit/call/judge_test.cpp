// The ledger on what step() would never ask for: each invariant that a transfer bends must still hold where
// it does not.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/call_world.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;

struct Judge : testing::Test {
  Bounds bounds{"judged", 1};
  World world;

  Judge() { bounds.transfers = 1; }

  /// The first lawful move of each name, in turn.
  void play_out(const std::vector<std::string_view>& names) {
    for (std::string_view name : names) {
      const auto moves = lawful_moves(world, bounds);
      const auto found =
          std::find_if(moves.begin(), moves.end(), [&](const Move& move) { return move.name == name; });
      ASSERT_NE(found, moves.end()) << name;
      ASSERT_EQ(play(world, *found), std::nullopt) << name;
    }
  }
  /// What the ledger says of a step that asks for `wrong` before what it really asks for.
  std::string verdict(const Event& event, const Effect& wrong) const {
    World forged = world;
    Random random{1};
    Effects effects{wrong};
    step(forged.call, event, {forged.now, WallTime{}, random}, effects);
    return forged.ledger.book(event, effects, forged.call).value_or("nothing broke");
  }
  RequestId next() const { return RequestId{world.requests + 1}; }
};

const sdp::NegotiatedLeg kSomePath{};

TEST_F(Judge, The200ToAByeThatEndsATransferredCallWaitsForTheRecord) {
  bounds.caller_transfers = true;
  play_out({"A: INVITE", "media is ready", "B: 200", "A: ACK", "REFER", "B: 200"});
  const ByeReceived bye{
      LegId{1}, next(), {}};  // one of the two that talk now, and not the one that was dialled last
  EXPECT_EQ(verdict(bye, RespondToRequest{bye.leg, bye.request, 200, {}, {}}),
            "the 200 to a BYE waits for the record");
  const ByeReceived parting{kLegA, next(), {}};
  EXPECT_EQ(verdict(parting, Note{}), "nothing broke") << "the transferor's is answered at once";
}

TEST_F(Judge, WhileTheTransferorIsThereAPathHasItsASide) {
  play_out({"A: INVITE", "media is ready", "B: 200", "A: ACK", "REFER"});
  const RequestReceived any{kLegA, next(), "OPTIONS"};
  ConnectMedia half;
  half.b = kSomePath;
  EXPECT_EQ(verdict(any, half), "a path has its A side");
}

TEST_F(Judge, WhoHasHungUpIsHeardNoMore) {
  play_out({"A: INVITE", "media is ready", "B: 200", "A: ACK", "REFER", "B: BYE"});
  ConnectMedia both;
  both.a = both.b = kSomePath;
  EXPECT_EQ(verdict(RequestReceived{kLegA, next(), "OPTIONS"}, both), "who has hung up is heard no more");
}

TEST_F(Judge, ATransferWhoseTransferorHasGoneIsStillOne) {
  play_out({"A: INVITE", "media is ready", "B: 200", "A: ACK", "REFER", "B: BYE"});
  const ReferReceived second{kLegA, next(), "<sip:dave@203.0.113.8>", {}, {}};
  EXPECT_EQ(verdict(second, RespondToRequest{kLegA, second.request, 202, {}, {}}), "one transfer at a time");
}

TEST_F(Judge, ATransferDoesNotCallWhomTheCallHasCalled) {
  play_out({"A: INVITE", "media is ready", "B: 200", "A: ACK", "REFER"});
  const SendInvite again{LegId{3}, 0, world.ledger.b[0].to, offer_of_a(), {}};
  EXPECT_EQ(verdict(RequestReceived{kLegA, next(), "OPTIONS"}, again),
            "a transfer calls whom its REFER names");
}

TEST_F(Judge, ATransfersTargetIsPreparedWhereThePlanWantsIt) {
  bounds.entries = true;
  play_out({"A: INVITE", "media is ready", "target is ready", "B: 200", "A: ACK", "REFER"});
  ASSERT_TRUE(world.ledger.route.asked);
  const SendInvite early{LegId{2}, *world.ledger.route.asked, {}, offer_of_a(), {}};
  EXPECT_EQ(verdict(RequestReceived{kLegA, next(), "OPTIONS"}, early),
            "a target is dialled once it is prepared");
}

TEST_F(Judge, WhenATransferredCallEndsBothThatTalkGetTheirBye) {
  bounds.caller_transfers = true;
  play_out({"A: INVITE", "media is ready", "B: 200", "A: ACK", "REFER", "B: 200"});
  World forged = world;
  Random random{1};
  Effects effects;
  step(forged.call, ClearRequested{}, {forged.now, WallTime{}, random}, effects);
  std::erase_if(effects, [](const Effect& effect) {
    const auto* bye = std::get_if<SendBye>(&effect);
    return bye != nullptr && bye->leg == LegId{2};
  });
  EXPECT_EQ(forged.ledger.book(ClearRequested{}, effects, forged.call),
            "when the call ends every target that answered gets its BYE");
}

}  // namespace
}  // namespace tandem::test
