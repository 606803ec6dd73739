// From which edge a call leaves..
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

void add_edge(World& world, std::string name, std::vector<std::string> aliases, Transport transport) {
  config::Edge edge;
  edge.name = name;
  edge.aliases = std::move(aliases);
  world.config.edges.push_back(edge);
  config::Listener listener;
  listener.name = "at-" + name;
  listener.edge = std::move(name);
  listener.transport = transport;
  world.config.listeners.push_back(listener);
}

/// Edges dublin (alias ie1) and tokyo with UDP, oslo with TCP alone, and rome without a listener here. The
/// call comes in at tokyo.
struct Edges : FromCarrier {
  Edges() {
    add_edge(world, "dublin", {"ie1"}, Transport::Udp);
    add_edge(world, "tokyo", {}, Transport::Udp);
    add_edge(world, "oslo", {}, Transport::Tcp);
    world.config.edges.emplace_back().name = "rome";
    invite.listener = "at-tokyo";
  }
  std::string edge() { return admitted().plan.targets.at(0).edge; }
};

TEST(Egress, TheTargetsEdge_R097) {
  Edges call;
  call.acme().targets[0].edge = "dublin";
  EXPECT_EQ(call.edge(), "dublin");
  call.acme().targets[0].edge = "DUBLIN";
  EXPECT_EQ(call.edge(), "dublin");
}

TEST(Egress, AnOlderLabelIsTheSameEdge_R099) {
  Edges call;
  call.acme().targets[0].edge = "ie1";
  EXPECT_EQ(call.edge(), "dublin");
}

TEST(Egress, WithoutOneWhereTheCallCameIn_R098) {
  Edges call;
  EXPECT_EQ(call.edge(), "tokyo");
  EXPECT_EQ(call.admitted().edge, "tokyo");
  call.invite.listener = "drop";
  EXPECT_EQ(call.edge(), "") << "a listener of no edge: any";
}

TEST(Egress, AnUnknownOneIsWhereTheCallCameInAndNoted_R098) {
  Edges call;
  call.acme().location = "dublin";
  call.acme().targets[0].edge = "bogus";
  const Decision decision = call.decide();
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->plan.targets.at(0).edge, "tokyo");
  EXPECT_NE(explain(decision).find("edge 'bogus' is unknown: it leaves where the call came in"),
            std::string::npos)
      << explain(decision);
}

TEST(Egress, AnEdgeThatThisNodeHasNoListenerOfIsNoted_R098) {
  Edges call;
  call.acme().targets[0].edge = "rome";
  EXPECT_EQ(call.edge(), "tokyo");
  call.acme().targets[0].edge = "oslo";
  const Decision decision = call.decide();
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->plan.targets.at(0).edge, "tokyo");
  EXPECT_NE(explain(decision).find("edge 'oslo' has no listener here for its transport"), std::string::npos)
      << explain(decision);
  call.acme().targets[0].transport = Transport::Tcp;
  EXPECT_EQ(call.edge(), "oslo");
  call.acme().targets[0].edge.clear();
  EXPECT_EQ(call.edge(), "") << "tokyo has no TCP: any listener that has";
}

TEST(Egress, ANameWhoseTransportNaptrMayChooseLeavesFromAnyOfTheEdge_R097) {
  Edges call;
  call.acme().targets[0].uri.host = "pbx.example";
  call.acme().targets[0].address = {};
  call.acme().targets[0].edge = "oslo";
  EXPECT_EQ(call.edge(), "oslo");
  call.acme().targets[0].transport_written = true;
  EXPECT_EQ(call.edge(), "tokyo");
}

TEST(Egress, TheTrunksLocation_R024) {
  Edges call;
  call.acme().location = "dublin";
  EXPECT_EQ(call.edge(), "dublin");
  call.acme().targets[0].edge = "tokyo";
  EXPECT_EQ(call.edge(), "tokyo") << "the target's own goes before";
}

TEST(Egress, ACarriersLocation_R083) {
  Edges call;
  Invite invite;
  invite.listener = "at-tokyo";
  const auto edge = [&] {
    const Decision decision = call.world.decide(invite);
    EXPECT_TRUE(admission(decision)) << explain(decision);
    return admission(decision)->plan.targets.at(0).edge;
  };
  EXPECT_EQ(edge(), "tokyo");
  call.world.config.carriers[0].location = "dublin";
  EXPECT_EQ(edge(), "dublin");
}

TEST(Egress, NeitherEdgeNorRegionIsOnTheWire_R099) {
  Edges call;
  call.acme().targets[0].uri.params = {{"transport", "udp"}, {"edge", "dublin"}, {"Region", "ie1"}};
  EXPECT_EQ(message::print(call.admitted().plan.targets.at(0).request_uri),
            "sip:+14155550000@127.0.0.10;transport=udp");
}

}  // namespace
}  // namespace tandem::trunk::test
