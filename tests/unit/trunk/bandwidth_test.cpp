// What channels need of the line. R-082.
#include "tandem/trunk/bandwidth.hpp"

#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

TEST(Bandwidth, TenChannelsAreOneMegabit_R082) {
  config::Trunk trunk;
  trunk.limits.channels = 10;
  EXPECT_EQ(bandwidth_bps(trunk), 1'000'000U);
  trunk.limits.channels = UINT32_MAX;
  EXPECT_EQ(bandwidth_bps(trunk), 429'496'729'500'000U) << "no overflow";
  trunk.limits.channels.reset();
  EXPECT_EQ(bandwidth_bps(trunk), 0U);
}

TEST(Bandwidth, ARowForEachEnabledTrunkAndTheirSum_R082) {
  World world;
  world.trunk("a", {}).limits.channels = 10;
  world.trunk("b", {}).limits.channels = 25;
  world.trunk("off", {}).enabled = false;
  const Bandwidth total = bandwidth_of(world.config);
  ASSERT_EQ(total.trunks.size(), 2U);
  EXPECT_EQ(total.trunks[0].trunk, "a");
  EXPECT_EQ(total.trunks[0].bps, 1'000'000U);
  EXPECT_EQ(total.trunks[1].channels, 25U);
  EXPECT_EQ(total.trunks[1].bps, 2'500'000U);
  EXPECT_EQ(total.channels, 35U);
  EXPECT_EQ(total.bps, 3'500'000U);
}

TEST(Bandwidth, TheNodesCeilingBoundsTheSum_R082) {
  World world;
  world.config.limits.max_calls = 30;
  world.trunk("a", {}).limits.channels = 20;
  EXPECT_EQ(bandwidth_of(world.config).channels, 20U);
  world.trunk("b", {}).limits.channels = 20;
  EXPECT_EQ(bandwidth_of(world.config).channels, 30U);
  world.config.trunks.pop_back();
  world.trunk("open", {});
  EXPECT_EQ(bandwidth_of(world.config).bps, 3'000'000U) << "a trunk without a ceiling can fill the node";
  EXPECT_FALSE(bandwidth_of(world.config).trunks[1].channels);
}

}  // namespace
}  // namespace tandem::trunk::test
