// RFC 2782: priorities in order, weights by draw.
#include "dns/order.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tandem::dns {
namespace {

constexpr int kDraws = 10000;

/// How many of 10,000 draws begin with each target, in hundredths.
std::map<std::string, double> first_shares(const std::vector<SrvRecord>& records) {
  Random random(42);
  std::map<std::string, double> shares;
  for (int i = 0; i < kDraws; ++i) shares[draw_order(records, random).front().target] += 100.0 / kDraws;
  return shares;
}

TEST(DrawOrder, PrioritiesComeInOrderAndEveryRecordComesOnce_R176) {
  const std::vector<SrvRecord> records{{20, 5, 1, "c"}, {10, 1, 1, "a"}, {30, 0, 1, "d"}, {10, 9, 1, "b"}};
  Random random(1);
  for (int i = 0; i < 100; ++i) {
    const auto ordered = draw_order(records, random);
    ASSERT_EQ(ordered.size(), 4U);
    EXPECT_TRUE((ordered[0].target == "a" && ordered[1].target == "b") ||
                (ordered[0].target == "b" && ordered[1].target == "a"));
    EXPECT_EQ(ordered[2].target, "c");
    EXPECT_EQ(ordered[3].target, "d");
  }
}

TEST(DrawOrder, SharesFollowTheWeightsWithinTwoPoints_R176) {
  auto shares = first_shares({{1, 60, 1, "a"}, {1, 30, 1, "b"}, {1, 10, 1, "c"}});
  EXPECT_NEAR(shares["a"], 60, 2);
  EXPECT_NEAR(shares["b"], 30, 2);
  EXPECT_NEAR(shares["c"], 10, 2);
}

TEST(DrawOrder, TheSecondIsDrawnFromTheRest_R176) {
  Random random(7);
  std::map<std::string, double> second;
  for (int i = 0; i < kDraws; ++i)
    second[draw_order({{1, 60, 1, "a"}, {1, 30, 1, "b"}, {1, 10, 1, "c"}}, random)[1].target] +=
        100.0 / kDraws;
  // P(b second) = P(a first) 30/40 + P(c first) 30/90
  EXPECT_NEAR(second["b"], 60 * 0.75 + 10 / 3.0, 2);
}

TEST(DrawOrder, AWeightOfZeroHasAVerySmallChanceAndNotNone_RFC2782) {
  auto shares = first_shares({{1, 0, 1, "spare"}, {1, 99, 1, "main"}});
  EXPECT_NEAR(shares["spare"], 1, 0.5);
  EXPECT_GT(shares["spare"], 0);
}

TEST(DrawOrder, AllWeightsZeroAreEqualChances_R176) {
  auto shares = first_shares({{1, 0, 1, "a"}, {1, 0, 1, "b"}, {1, 0, 1, "c"}, {1, 0, 1, "d"}});
  for (const char* target : {"a", "b", "c", "d"}) EXPECT_NEAR(shares[target], 25, 2) << target;
}

TEST(DrawOrder, TheHighestWeightsDoNotOverflow) {
  std::vector<SrvRecord> records;
  for (int i = 0; i < 64; ++i) records.push_back({1, 65535, 1, std::to_string(i)});
  Random random(3);
  EXPECT_EQ(draw_order(records, random).size(), 64U);
  EXPECT_TRUE(draw_order({}, random).empty());
}

}  // namespace
}  // namespace tandem::dns
