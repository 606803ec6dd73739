#include "switchboard/admission_ledger.hpp"

#include <gtest/gtest.h>

namespace tandem::switchboard {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

trunk::Reservation channels(std::string counter, std::uint32_t limit) {
  return {std::move(counter), trunk::Meter::Channel, limit, 0, trunk::Reason::ChannelsExhausted, 503};
}
trunk::Reservation rate(std::string counter, std::uint32_t cps, std::uint32_t burst) {
  return {std::move(counter), trunk::Meter::CallRate, cps, burst, trunk::Reason::RateExceeded, 503};
}

constexpr Instant kStart{std::chrono::hours(1)};

TEST(AdmissionLedger, AChannelIsHeldAsLongAsItsGrant_R079) {
  AdmissionLedger ledger;
  {
    const auto first = ledger.take({channels("trunk acme", 2)}, kStart);
    const auto second = ledger.take({channels("trunk acme", 2)}, kStart);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(ledger.channels_of("trunk acme"), 2U);
    const auto third = ledger.take({channels("trunk acme", 2)}, kStart);
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().counter, "trunk acme");
    EXPECT_EQ(ledger.grants(), 2U);
  }
  EXPECT_EQ(ledger.channels_of("trunk acme"), 0U);
  EXPECT_EQ(ledger.channels_in_use(), 0U);
  EXPECT_EQ(ledger.grants(), 0U);
  EXPECT_TRUE(ledger.take({channels("trunk acme", 2)}, kStart));
}

TEST(AdmissionLedger, AllIsTakenOrNothing_R079) {
  AdmissionLedger ledger;
  const auto carrier = ledger.take({channels("carrier north", 1)}, kStart);
  const auto refused = ledger.take({rate("source 192.0.2.1", 1, 1), channels("account a1", 5),
                                    channels("trunk acme", 5), channels("carrier north", 1)},
                                   kStart);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().counter, "carrier north") << "the one that was full";
  EXPECT_EQ(ledger.channels_of("account a1"), 0U);
  EXPECT_EQ(ledger.channels_of("trunk acme"), 0U);
  EXPECT_EQ(ledger.channels_in_use(), 1U);
  EXPECT_TRUE(ledger.take({rate("source 192.0.2.1", 1, 1)}, kStart))
      << "its call of the second was not spent";
}

TEST(AdmissionLedger, OneCounterMayBeWantedTwice) {
  AdmissionLedger ledger;
  EXPECT_FALSE(ledger.take({channels("trunk acme", 1), channels("trunk acme", 1)}, kStart));
  EXPECT_EQ(ledger.channels_in_use(), 0U);
  EXPECT_FALSE(ledger.take({rate("trunk acme", 1, 1), rate("trunk acme", 1, 1)}, kStart));
  EXPECT_TRUE(ledger.take({rate("trunk acme", 1, 1)}, kStart));
}

TEST(AdmissionLedger, AMovedGrantGivesBackOnce) {
  AdmissionLedger ledger;
  Grant held;
  {
    auto taken = ledger.take({channels("trunk acme", 1)}, kStart);
    ASSERT_TRUE(taken);
    held = std::move(*taken);
  }
  EXPECT_EQ(ledger.channels_in_use(), 1U);
  Grant other = std::move(held);
  held = {};
  EXPECT_EQ(ledger.channels_in_use(), 1U);
  auto next = ledger.take({channels("trunk zeta", 1)}, kStart);
  ASSERT_TRUE(next);
  other = std::move(*next);
  EXPECT_EQ(ledger.channels_of("trunk acme"), 0U) << "what it held before went back";
  EXPECT_EQ(ledger.channels_of("trunk zeta"), 1U);
  other = {};
  EXPECT_EQ(ledger.channels_in_use(), 0U);
  EXPECT_EQ(ledger.grants(), 0U);
}

TEST(AdmissionLedger, ALimitLoweredByAReloadRefusesUntilEnoughHaveEnded) {
  AdmissionLedger ledger;
  auto first = ledger.take({channels("trunk acme", 3)}, kStart);
  auto second = ledger.take({channels("trunk acme", 3)}, kStart);
  EXPECT_FALSE(ledger.take({channels("trunk acme", 1)}, kStart));
  *first = {};
  EXPECT_FALSE(ledger.take({channels("trunk acme", 1)}, kStart));
  *second = {};
  EXPECT_TRUE(ledger.take({channels("trunk acme", 1)}, kStart));
}

TEST(AdmissionLedger, ZeroIsNone) {
  AdmissionLedger ledger;
  EXPECT_FALSE(ledger.take({channels("trunk acme", 0)}, kStart));
  EXPECT_FALSE(ledger.take({rate("trunk acme", 0, 5)}, kStart));
  EXPECT_EQ(ledger.rates(), 0U);
}

TEST(AdmissionLedger, ABurstAtOnceAndThenOneAnInterval_R081) {
  AdmissionLedger ledger;
  const std::vector wanted{rate("trunk acme", 10, 3)};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(ledger.take(wanted, kStart)) << i;
  EXPECT_FALSE(ledger.take(wanted, kStart));
  EXPECT_FALSE(ledger.take(wanted, kStart + milliseconds(99)));
  EXPECT_TRUE(ledger.take(wanted, kStart + milliseconds(100)));
  EXPECT_FALSE(ledger.take(wanted, kStart + milliseconds(100)));
  EXPECT_TRUE(ledger.take(wanted, kStart + milliseconds(300)));
  EXPECT_TRUE(ledger.take(wanted, kStart + milliseconds(300))) << "two intervals went by";
  EXPECT_FALSE(ledger.take(wanted, kStart + milliseconds(300)));
}

TEST(AdmissionLedger, ManySecondsKeepTheRate_R081) {
  AdmissionLedger ledger;
  int granted = 0;
  for (int ms = 0; ms < 60'000; ++ms)
    granted += ledger.take({rate("source 192.0.2.1", 50, 50)}, kStart + milliseconds(ms)) ? 1 : 0;
  EXPECT_EQ(granted, 50 + 60 * 50 - 1) << "the burst, and then fifty a second";
}

TEST(AdmissionLedger, WithoutABurstItIsOneSecondsCalls) {
  AdmissionLedger ledger;
  int granted = 0;
  for (int i = 0; i < 20; ++i) granted += ledger.take({rate("trunk acme", 7, 0)}, kStart) ? 1 : 0;
  EXPECT_EQ(granted, 7);
}

TEST(AdmissionLedger, ARefusalPutsNothingOff) {
  AdmissionLedger ledger;
  const std::vector wanted{rate("trunk acme", 1, 1)};
  EXPECT_TRUE(ledger.take(wanted, kStart));
  for (int i = 1; i < 1000; ++i) EXPECT_FALSE(ledger.take(wanted, kStart + milliseconds(i)));
  EXPECT_TRUE(ledger.take(wanted, kStart + seconds(1)));
}

TEST(AdmissionLedger, FullBucketsAreForgotten_R081) {
  AdmissionLedger ledger;
  std::size_t most = 0;
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_TRUE(ledger.take({rate("source " + std::to_string(i), 50, 50)}, kStart + milliseconds(i)));
    most = std::max(most, ledger.rates());
  }
  EXPECT_LE(most, 128U) << "each is full again after 20 ms";
}

}  // namespace
}  // namespace tandem::switchboard
