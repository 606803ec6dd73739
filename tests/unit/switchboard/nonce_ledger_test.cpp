#include "switchboard/nonce_ledger.hpp"

#include <gtest/gtest.h>

namespace tandem::switchboard {
namespace {

constexpr WallTime kNow{std::chrono::seconds(1'000'000)};

trunk::NonceUse use(std::string nonce, std::uint32_t count, int lives_s = 300) {
  return {std::move(nonce), count, kNow + std::chrono::seconds(lives_s)};
}

TEST(NonceLedger, RefusesACountThatWasUsed_R054) {
  NonceLedger ledger;
  EXPECT_TRUE(ledger.take(use("a", 1), kNow));
  EXPECT_FALSE(ledger.take(use("a", 1), kNow));
  EXPECT_TRUE(ledger.take(use("a", 2), kNow));
  EXPECT_TRUE(ledger.take(use("b", 1), kNow));
}

TEST(NonceLedger, TakesCountsThatOvertookEachOtherOnceEach) {
  NonceLedger ledger;
  for (std::uint32_t count : {1u, 5u, 3u, 2u, 4u, 60u}) EXPECT_TRUE(ledger.take(use("a", count), kNow)) << count;
  for (std::uint32_t count : {1u, 2u, 3u, 4u, 5u, 60u}) EXPECT_FALSE(ledger.take(use("a", count), kNow)) << count;
}

TEST(NonceLedger, RefusesCountsFarBehindTheHighest) {
  NonceLedger ledger;
  EXPECT_TRUE(ledger.take(use("a", 1000), kNow));
  EXPECT_TRUE(ledger.take(use("a", 936), kNow));
  EXPECT_FALSE(ledger.take(use("a", 935), kNow));
  EXPECT_TRUE(ledger.take(use("a", 1064), kNow));
  EXPECT_FALSE(ledger.take(use("a", 1000), kNow)) << "64 behind, used";
}

TEST(NonceLedger, ForgetsExpiredNonces) {
  NonceLedger ledger;
  EXPECT_TRUE(ledger.take(use("a", 1, 10), kNow));
  EXPECT_TRUE(ledger.take(use("b", 1, 300), kNow + std::chrono::seconds(20)));
  EXPECT_EQ(ledger.size(), 1u);
}

TEST(NonceLedger, WhenFullRefusesWhatItCouldHaveForgotten) {
  NonceLedger ledger(2);
  EXPECT_TRUE(ledger.take(use("a", 1, 100), kNow));
  EXPECT_TRUE(ledger.take(use("b", 1, 200), kNow));
  EXPECT_TRUE(ledger.take(use("c", 1, 300), kNow));
  EXPECT_EQ(ledger.size(), 2u);
  EXPECT_FALSE(ledger.take(use("a", 1, 100), kNow)) << "pushed out, so its replay cannot be told from its first use";
}

}  // namespace
}  // namespace tandem::switchboard
