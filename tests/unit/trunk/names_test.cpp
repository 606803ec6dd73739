// The host names of a service: patterns, labels, edges and aliases..
#include "trunk/names.hpp"

#include <gtest/gtest.h>

#include <map>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

/// Trunk acme with the label "acme" at two edges, one of which has an older name.
World with_edges() {
  World world = World::simple();
  world.config.trunks[0].termination->domains.clear();
  world.config.trunks[0].termination->labels = {"acme"};
  world.config.edges.push_back({"dublin", {"ie1"}, {}});
  world.config.edges.push_back({"tokyo", {}, {}});
  world.config.domains.push_back(
      {"{trunk}.pstn.example.com", "{trunk}.pstn.{edge}.example.com", config::Naming::Dns, {}});
  world.config.listeners[0].edge = "tokyo";
  return world;
}

std::map<std::string, std::string> names(const World& world, std::size_t trunk = 0) {
  std::map<std::string, std::string> found;
  for (const TrunkName& name : names_of(world.config, world.config.trunks[trunk])) {
    EXPECT_TRUE(found.emplace(name.host, name.edge).second) << name.host << " twice";
  }
  return found;
}

Decision ask(World& world, std::string host) {
  Invite invite;
  invite.host = std::move(host);
  return world.decide(invite);
}

TEST(Names, APlainOneAndOneForEachEdgeAndAlias_R018_R019) {
  const std::map<std::string, std::string> expected = {{"acme.pstn.example.com", ""},
                                                       {"acme.pstn.dublin.example.com", "dublin"},
                                                       {"acme.pstn.ie1.example.com", "dublin"},
                                                       {"acme.pstn.tokyo.example.com", "tokyo"}};
  EXPECT_EQ(names(with_edges()), expected);
}

TEST(Names, TheEdgeMayStandBeforeTheTrunk_R018) {
  World world = with_edges();
  world.config.domains = {{"", "{edge}.{trunk}.Sip.Example", config::Naming::Dns, {}}};
  const std::map<std::string, std::string> expected = {{"dublin.acme.sip.example", "dublin"},
                                                       {"ie1.acme.sip.example", "dublin"},
                                                       {"tokyo.acme.sip.example", "tokyo"}};
  EXPECT_EQ(names(world), expected);
}

TEST(Names, DomainsStandBesideThePatterns_R015) {
  World world = with_edges();
  world.config.trunks[0].termination->domains = {"Voice.Acme.Example"};
  EXPECT_EQ(names(world).size(), 5U);
  EXPECT_EQ(names(world).at("voice.acme.example"), "");
}

TEST(Names, ATrunkThatOnlyReceivesHasNone_R010) {
  World world = with_edges();
  world.config.trunks[0].termination.reset();
  EXPECT_TRUE(names(world).empty());
}

TEST(Names, EachNameReachesTheTrunkAndTellsItsEdge_R018_R019) {
  World world = with_edges();
  const std::pair<const char*, const char*> table[] = {
      {"acme.pstn.example.com", "tokyo"},  // the plain name says nothing: the listener's edge
      {"acme.pstn.dublin.example.com", "dublin"},
      {"ACME.pstn.IE1.example.com", "dublin"},
      {"acme.pstn.tokyo.example.com.", "tokyo"},
  };
  for (const auto& [host, edge] : table) {
    const Decision decision = ask(world, host);
    ASSERT_TRUE(admission(decision)) << host << "\n" << explain(decision);
    EXPECT_EQ(admission(decision)->trunk, "acme") << host;
    EXPECT_EQ(admission(decision)->edge, edge) << host;
  }
  EXPECT_EQ(reason_of(ask(world, "acme.pstn.paris.example.com")), Reason::UnknownDomain);
  EXPECT_EQ(reason_of(ask(world, "beta.pstn.dublin.example.com")), Reason::UnknownDomain);
}

TEST(Names, ALabelBelowAnotherIsItsOwnTrunks_R016) {
  World world = with_edges();
  world.trunk("below", {"hq"}).termination->labels = {"lab.acme"};
  const Decision below = ask(world, "lab.acme.pstn.example.com");
  ASSERT_TRUE(admission(below)) << explain(below);
  EXPECT_EQ(admission(below)->trunk, "below");
  const Decision above = ask(world, "acme.pstn.example.com");
  ASSERT_TRUE(admission(above)) << explain(above);
  EXPECT_EQ(admission(above)->trunk, "acme");
  EXPECT_EQ(reason_of(ask(world, "x.acme.pstn.example.com")), Reason::UnknownDomain) << "no wildcard";
}

/// Two customers on one regional host, as at a service that knows them by application key.
World shared_host() {
  World world;
  world.config.edges.push_back({"euc1", {"sip-euc1"}, {}});
  world.config.edges.push_back({"use1", {}, {}});
  world.config.domains.push_back({"sip.example", "{edge}.sip.example", config::Naming::Dns, {}});
  for (const std::string name : {"app1", "app2"}) {
    world.group(name, {}, {user(name + "-key", name + "-secret")});
    config::Trunk& made = world.trunk(name, {name});
    made.identify = {config::IdentifyBy::DigestUser};
    made.termination->domains.clear();
  }
  world.carrier("north", {""}, {target("sip:127.0.0.20", "127.0.0.20:5060")}, {"127.0.0.20"});
  return world;
}

TEST(Names, SharedHostsBelongToTrunksThatAreKnownByUser_R018_R036) {
  const World world = shared_host();
  const std::map<std::string, std::string> expected = {{"sip.example", ""},
                                                       {"euc1.sip.example", "euc1"},
                                                       {"sip-euc1.sip.example", "euc1"},
                                                       {"use1.sip.example", "use1"}};
  EXPECT_EQ(names(world, 0), expected);
  EXPECT_EQ(names(world, 1), expected);
}

TEST(Names, TheRealmOfASharedHostIsTheHostUsed_R036_R050) {
  World world = shared_host();
  for (const auto& [host, edge] : {std::pair("euc1.sip.example", "euc1"), {"use1.sip.example", "use1"}}) {
    Invite invite;
    invite.host = host;
    invite.source = "127.0.0.99:5060";
    const Decision first = world.decide(invite);
    ASSERT_TRUE(challenge(first)) << explain(first);
    EXPECT_NE(challenge(first)->headers[0].value.find("realm=\"" + std::string(host) + "\""),
              std::string::npos)
        << challenge(first)->headers[0].value;
    const Decision second =
        world.decide(answer(invite, *challenge(first), "app2-key", "app2-secret", world.random));
    ASSERT_TRUE(admission(second)) << explain(second);
    EXPECT_EQ(admission(second)->trunk, "app2");
    EXPECT_EQ(admission(second)->edge, edge);
  }
}

TEST(Names, WhatIsOurs_R076) {
  World world = with_edges();
  world.config.trunks[0].termination->domains = {"voice.acme.example"};
  const auto directory = build_directory(std::make_shared<const config::Config>(world.config));
  for (const char* ours :
       {"acme.pstn.example.com", "ACME.PSTN.EXAMPLE.COM.", "pstn.example.com", "nobody.pstn.example.com",
        "nobody.pstn.ie1.example.com", "pstn.dublin.example.com", "voice.acme.example", "node.example"})
    EXPECT_TRUE(is_own_domain(*directory, ours)) << ours;
  for (const char* others : {"", ".", "example.com", "xpstn.example.com", "acme.example", "pbx.example",
                             "127.0.0.1", "pstn.example.com.evil.example"})
    EXPECT_FALSE(is_own_domain(*directory, others)) << others;
}

}  // namespace
}  // namespace tandem::trunk::test
