// Trunks of providers: known by a header and their source together, or by a name of the provider's. R-039,
// and listeners that are for registered trunks only, R-025.
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using config::IdentifyBy;

constexpr const char* kHeader = "X-Twilio-AccountSid";

config::Trunk& add_fresh(World& world, const std::string& name, std::string sid, std::string created) {
  config::Trunk& made = world.trunk(name, {"fresh"});
  made.profile = config::Profile::Freshworks;
  made.identify = {IdentifyBy::Header};
  made.termination->domains.clear();
  made.termination->header = {kHeader, std::move(sid)};
  made.created = std::move(created);
  return made;
}

/// Two trunks of one account number, the first written being the younger, and one of another.
World freshworks() {
  World world = World::simple();
  world.group("fresh", {"127.0.3.0/24"});
  add_fresh(world, "young", "AC1", "2026-05-01");
  add_fresh(world, "old", "AC1", "2025-02-01");
  add_fresh(world, "other", "AC2", "2024-01-01");
  return world;
}

Decision ask(World& world, const char* sid, const char* source, std::string listener = "drop") {
  Invite invite;
  invite.host = "192.0.2.1";
  invite.source = source;
  invite.listener = std::move(listener);
  return world.decide(sid ? invite.with(kHeader, sid) : invite);
}

TEST(Header, HeaderAndSourceTogether_R039_R171) {
  World world = freshworks();
  const Decision both = ask(world, "AC2", "127.0.3.7:5060");
  ASSERT_TRUE(admission(both)) << explain(both);
  EXPECT_EQ(admission(both)->trunk, "other");
}

TEST(Header, TheRightValueFromAWrongSourceIsRefused_R171) {
  World world = freshworks();
  const Decision decision = ask(world, "AC2", "127.0.9.9:5060");
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->status, 403);
  EXPECT_EQ(refusal(decision)->reason, Reason::HeaderMismatch);
  EXPECT_FALSE(refusal(decision)->identified) << "who it is is not proven: it hears no reason";
}

TEST(Header, AWrongValueFromTheRightSourceIsRefused_R171) {
  World world = freshworks();
  const Decision decision = ask(world, "AC3", "127.0.3.7:5060");
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->status, 403);
  EXPECT_EQ(refusal(decision)->reason, Reason::HeaderMismatch);
  EXPECT_TRUE(refusal(decision)->identified);
  EXPECT_NE(refusal(decision)->detail.find("AC3"), std::string::npos) << refusal(decision)->detail;
  EXPECT_EQ(reason_of(ask(world, nullptr, "127.0.3.7:5060")), Reason::HeaderMismatch) << "none at all";
}

TEST(Header, NeitherIsAnUnknownSource_R171_R043) {
  World world = freshworks();
  EXPECT_TRUE(drop(ask(world, "AC3", "127.0.9.9:5060")));
}

TEST(Header, TheOldestStillProvisionedStandsForThoseThatCannotBeToldApart_R172) {
  World world = freshworks();
  Decision decision = ask(world, "AC1", "127.0.3.7:5060");
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->trunk, "old");
  EXPECT_NE(explain(decision).find("of trunk young too: the oldest in service counts"), std::string::npos)
      << explain(decision);
  std::erase_if(world.config.trunks, [](const config::Trunk& trunk) { return trunk.name == "old"; });
  decision = ask(world, "AC1", "127.0.3.7:5060");
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->trunk, "young") << "attribution moves";
}

TEST(Header, OneThatIsSwitchedOffDoesNotStandForOthers_R172) {
  World world = freshworks();
  world.config.trunks[2].enabled = false;  // "old"
  const Decision decision = ask(world, "AC1", "127.0.3.7:5060");
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->trunk, "young");
}

TEST(Header, TheLongerPrefixTellsTrunksOfOneValueApart_R040) {
  World world = freshworks();
  world.group("narrow", {"127.0.3.7"});
  world.config.trunks[1].termination->access = {"narrow"};  // "young"
  const Decision narrow = ask(world, "AC1", "127.0.3.7:5060");
  ASSERT_TRUE(admission(narrow)) << explain(narrow);
  EXPECT_EQ(admission(narrow)->trunk, "young");
  const Decision wide = ask(world, "AC1", "127.0.3.8:5060");
  ASSERT_TRUE(admission(wide)) << explain(wide);
  EXPECT_EQ(admission(wide)->trunk, "old");
}

TEST(Header, HeaderAndSourceSayMoreThanTheSourceAlone_R040) {
  World world = freshworks();
  world.config.carriers[0].sources.push_back(*Cidr::parse("127.0.3.7"));
  const Decision decision = ask(world, "AC2", "127.0.3.7:5060");
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->trunk, "other");
  EXPECT_NE(explain(decision).find("carrier north lists 127.0.3.7 too: an address says less"),
            std::string::npos)
      << explain(decision);
  EXPECT_EQ(reason_of(ask(world, nullptr, "127.0.3.7:5060")), Reason::NumberUnknown) << "the carrier's call";
}

World genesys() {
  World world = World::simple();
  world.group("cloud", {"127.0.4.0/24"});
  config::Trunk& made = world.trunk("genesys", {"cloud"});
  made.identify = {IdentifyBy::Fqdn};
  made.termination->domains.clear();
  made.termination->fqdns = {"Acme.byoc.mypurecloud.example"};
  return world;
}

TEST(Fqdn, TheRequestUriHostIsTheProvidersName_R040_R173) {
  World world = genesys();
  Invite invite;
  invite.host = "acme.BYOC.mypurecloud.example";
  invite.source = "127.0.4.1:5060";
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->trunk, "genesys");
  invite.host = "other.byoc.mypurecloud.example";
  EXPECT_EQ(reason_of(world.decide(invite)), Reason::UnknownDomain);
}

TEST(Fqdn, TheNameAloneProvesNothing_R041_R173) {
  World world = genesys();
  Invite invite;
  invite.host = "acme.byoc.mypurecloud.example";
  invite.source = "127.0.9.9:5060";
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(drop(decision)) << explain(decision);
  EXPECT_EQ(drop(decision)->reason, Reason::SourceNotListed);
}

TEST(Identify, FiveKeysOnOneListenerLandOnFiveTrunks_R040) {
  World world = freshworks();
  world.group("cloud", {"127.0.4.0/24"});
  config::Trunk& cloud = world.trunk("genesys", {"cloud"});
  cloud.identify = {IdentifyBy::Fqdn};
  cloud.termination->fqdns = {"acme.byoc.example"};
  world.group("static", {"127.0.5.1"});
  world.trunk("static", {"static"}).identify = {IdentifyBy::SourceIp};
  world.group("app", {"127.0.6.0/24"}, {user("app-key", "app-secret")});
  world.trunk("app", {"app"}).identify = {IdentifyBy::DigestUser};
  const auto trunk_of = [&](Invite invite) {
    Decision decision = world.decide(invite);
    if (challenge(decision))
      decision = world.decide(answer(invite, *challenge(decision), "app-key", "app-secret", world.random));
    return admission(decision) ? admission(decision)->trunk : explain(decision);
  };
  Invite invite;
  EXPECT_EQ(trunk_of(invite), "acme");
  invite.host = "192.0.2.1";
  invite.source = "127.0.3.1:5060";
  EXPECT_EQ(trunk_of(invite.with(kHeader, "AC2")), "other");
  invite.source = "127.0.5.1:5060";
  EXPECT_EQ(trunk_of(invite), "static");
  invite.source = "127.0.6.1:5060";
  EXPECT_EQ(trunk_of(invite), "app");
  invite.source = "127.0.4.1:5060";
  invite.host = "acme.byoc.example";
  EXPECT_EQ(trunk_of(invite), "genesys");
}

TEST(Listener, OneForRegisteredTrunksKnowsNoStaticOne_R025) {
  World world = World::simple();
  config::Listener registered = world.config.listeners[1];
  registered.name = "registered";
  registered.serves = {config::Serves::Registered};
  world.config.listeners.push_back(registered);
  Invite invite;
  invite.listener = "registered";
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::UnknownSource);
  EXPECT_EQ(refusal(decision)->status, 403);
  EXPECT_FALSE(refusal(decision)->identified);
  EXPECT_NE(explain(decision).find("listener registered is for registered trunks only"), std::string::npos);
  invite.listener = "reject";
  EXPECT_TRUE(admission(world.decide(invite)));
}

TEST(Listener, ACarrierIsNoTrunk_R025) {
  World world = World::simple();
  world.config.listeners[0].serves = {config::Serves::Registered};
  Invite invite;
  invite.source = "127.0.0.20:5060";
  EXPECT_EQ(reason_of(world.decide(invite)), Reason::NumberUnknown);
}

}  // namespace
}  // namespace tandem::trunk::test
