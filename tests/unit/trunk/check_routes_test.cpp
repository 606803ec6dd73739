// Findings about where calls go..
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using config::Severity;

/// Messages of this severity, one a line.
std::string findings(const World& world, Severity severity = Severity::Warning) {
  std::string text;
  for (const config::Finding& finding : check(world.config)) {
    EXPECT_FALSE(finding.cure.empty()) << finding.message;
    if (finding.severity == severity) text += finding.message + "\n";
  }
  return text;
}

/// acme and beta behind route "hunt" of +14155550000, then +13125550000; nothing to find.
World hunt() {
  World world = FromCarrier().world;
  world.config.trunks[0].termination.reset();
  world.config.access_groups.clear();
  config::Trunk beta = world.config.trunks[0];
  beta.name = "beta";
  beta.id = "id-beta";
  world.config.trunks.push_back(beta);
  config::Route route;
  route.name = "hunt";
  route.mark = {"routes.yaml", 1, 1};
  route.entries.resize(3);
  route.entries[0].trunk = "acme";
  route.entries[1].trunk = "beta";
  route.entries[2].number = "+13125550000";
  world.config.routes = {route};
  world.config.numbers[0].trunk.clear();
  world.config.numbers[0].route = "hunt";
  return world;
}

TEST(CheckRoutes, ASoundRouteHasNoFindings_R116) {
  EXPECT_EQ(findings(hunt()), "");
  EXPECT_EQ(findings(hunt(), Severity::Error), "");
  EXPECT_EQ(findings(hunt(), Severity::Advice), "");
}

TEST(CheckRoutes, AnEntryThatCannotBeUsed_R116) {
  World world = hunt();
  world.config.trunks[0].enabled = false;
  EXPECT_EQ(findings(world), "route 'hunt': trunk 'acme' is disabled: it is passed over\n");
  world = hunt();
  world.config.trunks[1].targets.clear();
  EXPECT_NE(findings(world).find("route 'hunt': trunk 'beta' has no enabled target: it is passed over"),
            std::string::npos);
  world = hunt();
  world.config.carriers[0].prefixes = {"44"};
  EXPECT_EQ(findings(world), "route 'hunt': no carrier takes number +13125550000: it is passed over\n");
}

TEST(CheckRoutes, ARouteThatLeadsNowhere_R116) {
  World world = hunt();
  world.config.routes[0].entries.resize(1);
  world.config.trunks[0].enabled = false;
  EXPECT_NE(findings(world).find(
                "route 'hunt' has no entry that can be used, so calls to its number +14155550000 fail"),
            std::string::npos);
}

TEST(CheckRoutes, ATrunkOfARouteHasNumbers_R013) {
  World world = hunt();
  world.config.routes[0].entries.erase(world.config.routes[0].entries.begin());
  EXPECT_EQ(findings(world), "trunk 'acme': origination configured, no numbers\n");
  world.config.numbers[0].state = config::NumberState::Released;
  EXPECT_NE(findings(world).find("trunk 'beta': origination configured, no numbers"), std::string::npos)
      << "a number out of service leads nowhere";
}

TEST(CheckRoutes, AFallbackNumberWithoutACarrier_R112) {
  World world = FromCarrier().world;
  world.config.trunks[0].origination.fallback_number = "+13125550000";
  EXPECT_EQ(findings(world), "");
  world.config.carriers[0].prefixes = {"44", "1415"};
  EXPECT_EQ(findings(world), "trunk 'acme': no carrier takes its fallback number +13125550000\n");
  world.config.carriers[0].prefixes = {"1312"};
  world.config.carriers[0].enabled = false;
  EXPECT_NE(findings(world).find("no carrier takes its fallback number"), std::string::npos);
}

TEST(CheckRoutes, ATrunkWithNothingButAFallback_R112) {
  World world = FromCarrier().world;
  world.config.trunks[0].origination.fallback_number = "+13125550000";
  world.config.trunks[0].targets.clear();
  EXPECT_EQ(findings(world),
            "trunk 'acme' has no enabled target, so calls to its number +14155550000 go to its fallback "
            "number alone\n");
}

TEST(CheckCarriers, WithoutCostUnderLeastCost_R083) {
  World world = FromCarrier().world;
  world.config.carriers[0].prefixes = {"1", "44", "49"};
  EXPECT_EQ(findings(world), "") << "cost counts only where it orders";
  world.config.carrier_order = config::CarrierOrder::LeastCost;
  EXPECT_EQ(findings(world),
            "carrier 'north' has no cost for 3 of its prefixes ('1'…), so it comes last among the carriers "
            "of each\n");
  world.config.carriers[0].prefixes[0].cost = 0;
  world.config.carriers[0].prefixes[2].cost = 5000;
  EXPECT_EQ(findings(world),
            "carrier 'north' has no cost for 1 of its prefixes ('44'), so it comes last among the carriers "
            "of each\n");
}

TEST(CheckEdges, WithoutAListenerHere_R098) {
  World world = hunt();
  world.config.edges.emplace_back().name = "rome";
  EXPECT_EQ(findings(world, Severity::Advice), "");
  world.config.trunks[0].targets[0].edge = "rome";
  world.config.carriers[0].location = "rome";
  EXPECT_EQ(findings(world, Severity::Advice),
            "edge 'rome' has no listener on this node, and 2 targets and locations name it: their calls "
            "leave where "
            "they came in\n");
  world.config.listeners[0].edge = "rome";
  EXPECT_EQ(findings(world, Severity::Advice), "");
}

TEST(CheckBandwidth, MoreChannelsThanTheLineCarries_R082) {
  World world = FromCarrier().world;
  world.config.files = {"tandem.yaml"};
  world.config.trunks[0].limits.channels = 100;
  world.config.media.bandwidth_bps = 10'000'000;
  EXPECT_EQ(findings(world), "");
  world.config.trunks[0].limits.channels = 101;
  EXPECT_EQ(findings(world), "101 channels may need 10.1 Mbit/s, and media.bandwidth is 10 Mbit/s\n");
  world.config.trunks[0].limits.channels.reset();
  EXPECT_EQ(findings(world), "4000 channels may need 400 Mbit/s, and media.bandwidth is 10 Mbit/s\n");
  world.config.media.bandwidth_bps.reset();
  EXPECT_EQ(findings(world), "");
}

}  // namespace
}  // namespace tandem::trunk::test
