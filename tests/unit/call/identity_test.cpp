// Who calls, in every message of a call and not only in its INVITE: R-072, RFC 3325.
#include <gtest/gtest.h>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;

const std::vector<message::Header> kIdentity{{"P-Asserted-Identity", "<sip:+12025550100@tandem.example>"}};

enum class InAck : std::uint8_t { No, Yes };

trunk::Admission trusted(InAck in_ack) {
  trunk::Admission admission = admission_to(1);
  admission.plan.targets[0].identity = kIdentity;
  admission.plan.targets[0].policy.pai_in_ack = in_ack == InAck::Yes;
  return admission;
}

TEST(Identity, OurByeCarriesIt_R072) {
  CallLadder ladder{trusted(InAck::No)};
  ladder.a.invites(offer_of_a());
  ladder.b.answers(answer_of_b());
  ladder.a.acks();
  ladder.a.hangs_up();
  ASSERT_EQ(ladder.all<SendBye>().size(), 1U);
  EXPECT_EQ(ladder.all<SendBye>()[0].headers, kIdentity);
  ASSERT_EQ(ladder.all<SendAck>().size(), 1U);
  EXPECT_TRUE(ladder.all<SendAck>()[0].headers.empty()) << "RFC 3325 has none in ACK";
}

TEST(Identity, TheAckCarriesItWhereThePolicySaysSo_R072) {
  CallLadder ladder{trusted(InAck::Yes)};
  ladder.a.invites(offer_of_a());
  ladder.b.answers(answer_of_b());
  EXPECT_EQ(ladder.all<SendAck>().at(0).headers, kIdentity);
}

TEST(Identity, TheAckOfALateOfferCarriesIt_R072) {
  CallLadder ladder{trusted(InAck::Yes)};
  ladder.a.invites({});
  ladder.b.answers(offer_of_b());
  ladder.a.acks(answer_of_a());
  EXPECT_EQ(ladder.all<SendAck>().at(0).headers, kIdentity);
}

TEST(Identity, TheByeToTheCallerCarriesNone_R072) {
  CallLadder ladder{trusted(InAck::Yes)};
  ladder.a.invites(offer_of_a());
  ladder.b.answers(answer_of_b());
  ladder.a.acks();
  ladder.b.hangs_up();
  ASSERT_EQ(ladder.all<SendBye>().size(), 1U);
  EXPECT_EQ(ladder.all<SendBye>()[0].leg, kLegA);
  EXPECT_TRUE(ladder.all<SendBye>()[0].headers.empty());
}

TEST(Identity, AForkThatLostGetsItToo_R072) {
  CallLadder ladder{trusted(InAck::Yes)};
  ladder.a.invites(offer_of_a());
  ladder.b.answers(answer_of_b(), "b1");
  ladder.b.answers(other_answer_of_b(), "b2");
  ASSERT_EQ(ladder.all<SendBye>().size(), 1U);
  EXPECT_EQ(ladder.all<SendBye>()[0].headers, kIdentity);
  EXPECT_EQ(ladder.all<SendAck>().at(1).headers, kIdentity);
}

}  // namespace
}  // namespace tandem::test
