// May they? Addresses, and addresses AND credentials, OR over groups..
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

TEST(Access, AListedSourceGetsThrough_R043) {
  World world = World::simple();
  const Decision decision = world.decide(Invite{});
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_FALSE(admission(decision)->nonce_use);
}

TEST(Access, AnUnlistedSourceGetsSilence_R043) {
  World world = World::simple();
  Invite invite;
  invite.source = "127.0.0.9:5060";
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(drop(decision)) << explain(decision);
  EXPECT_EQ(drop(decision)->reason, Reason::SourceNotListed);
}

TEST(Access, AnUnlistedSourceGetsABare403WhereTheListenerRejects_R043) {
  World world = World::simple();
  for (const char* host : {"acme.sip.example", "nowhere.example"}) {
    Invite invite;
    invite.source = "127.0.0.9:5060";
    invite.listener = "reject";
    invite.host = host;
    const Decision decision = world.decide(invite);
    ASSERT_TRUE(refusal(decision)) << explain(decision);
    EXPECT_EQ(refusal(decision)->status, 403);
    EXPECT_FALSE(refusal(decision)->identified) << "unknown sources get no detail";
    EXPECT_TRUE(refusal(decision)->headers.empty());
  }
}

TEST(Access, AnUnknownListenerDrops_R043) {
  World world = World::simple();
  Invite invite;
  invite.source = "127.0.0.9:5060";
  invite.listener = "gone";
  EXPECT_TRUE(drop(world.decide(invite)));
}

TEST(Access, AnUnlistedSourceIsNeverChallenged_R043) {
  World world = World::with_digest();
  world.config.access_groups[0].ips = {*Cidr::parse("127.0.0.10")};
  Invite invite;
  invite.source = "127.0.0.9:5060";
  for (const char* listener : {"drop", "reject"}) {
    invite.listener = listener;
    EXPECT_FALSE(challenge(world.decide(invite))) << listener;
    EXPECT_FALSE(admission(world.decide(invite))) << listener;
  }
}

TEST(Access, AnUnlistedSourceIsSilencedWhateverItSends_R043) {
  World world = World::simple();
  Invite invite;
  invite.source = "127.0.0.9:5060";
  invite.max_forwards = "0";
  EXPECT_TRUE(drop(world.decide(invite)));
  invite.max_forwards.reset();
  EXPECT_TRUE(drop(world.decide(invite.with("Require", "100rel"))));
  world.usage.draining = true;
  EXPECT_TRUE(drop(world.decide(invite)));
  world.config.trunks[0].enabled = false;
  EXPECT_TRUE(drop(world.decide(invite)));
}

TEST(Access, Ipv6AndPrefixes_R043) {
  World world = World::simple();
  world.config.access_groups[0].ips = {*Cidr::parse("2001:db8:1::/48"), *Cidr::parse("198.51.100.0/24")};
  const std::pair<const char*, bool> table[] = {
      {"[2001:db8:1::1]:5060", true},        {"[2001:db8:1:ffff::1]:5060", true},
      {"[2001:db8:2::1]:5060", false},       {"198.51.100.0:5060", true},
      {"198.51.100.255:5060", true},         {"198.51.101.0:5060", false},
      {"[::ffff:198.51.100.1]:5060", false},  // a mapped address never comes from a socket of ours in this
                                              // form
  };
  for (const auto& [source, admitted] : table) {
    Invite invite;
    invite.source = source;
    EXPECT_EQ(admission(world.decide(invite)) != nullptr, admitted) << source;
  }
}

TEST(Access, OneGroupServesTwoTrunks_R044_R045) {
  World world = World::simple();
  world.trunk("zeta", {"hq"});
  Invite invite;
  invite.host = "zeta.sip.example";
  EXPECT_TRUE(admission(world.decide(Invite{})));
  EXPECT_TRUE(admission(world.decide(invite)));
  world.config.access_groups[0].ips = {*Cidr::parse("127.0.0.11")};
  EXPECT_TRUE(drop(world.decide(Invite{}))) << "one removal, both trunks";
  EXPECT_TRUE(drop(world.decide(invite)));
}

TEST(Access, SeveralGroupsOfATrunk_R044) {
  World world = World::simple();
  world.group("branch", {"127.0.0.12"});
  world.config.trunks[0].termination->access.push_back("branch");
  Invite invite;
  invite.source = "127.0.0.12:5060";
  EXPECT_TRUE(admission(world.decide(invite)));
}

/// {address ok, bad} × {digest ok, wrong password, none}: both are enforced inside one group.
TEST(Access, AddressAndDigestInsideAGroup_R046) {
  for (const bool listed : {true, false}) {
    for (const char* password : {"secret", "guess", ""}) {
      World world = World::with_digest();
      world.config.access_groups[0].ips = {*Cidr::parse("127.0.0.10")};
      Invite invite;
      const Decision first = world.decide(invite);
      ASSERT_TRUE(challenge(first)) << explain(first);
      if (*password != '\0') invite = answer(invite, *challenge(first), "bob", password, world.random);
      if (!listed) invite.source = "127.0.0.9:5060";
      const Decision decision = world.decide(invite);
      const bool both = listed && std::string_view(password) == "secret";
      EXPECT_EQ(admission(decision) != nullptr, both) << listed << password << "\n" << explain(decision);
      EXPECT_EQ(drop(decision) != nullptr, !listed) << explain(decision);
    }
  }
}

TEST(Access, ASecondGroupOfAddressesLetsItsOwnInWithoutDigest_R046) {
  World world = World::with_digest();
  world.config.access_groups[0].ips = {*Cidr::parse("127.0.0.10")};
  world.group("trusted", {"127.0.0.12"});
  world.config.trunks[0].termination->access.push_back("trusted");
  Invite invite;
  invite.source = "127.0.0.12:5060";
  EXPECT_TRUE(admission(world.decide(invite)));
  invite.source = "127.0.0.10:5060";
  EXPECT_TRUE(challenge(world.decide(invite)));
  invite.source = "127.0.0.9:5060";
  EXPECT_TRUE(drop(world.decide(invite)));
}

TEST(Access, CredentialsOfAGroupThatDoesNotListTheSourceDoNotCount_R046) {
  World world = World::with_digest();
  world.config.access_groups[0].ips = {*Cidr::parse("127.0.0.10")};
  world.group("roaming", {}, {user("eve", "evening")});
  world.config.trunks[0].termination->access.push_back("roaming");
  Invite invite;
  invite.source = "127.0.0.9:5060";
  const Decision first = world.decide(invite);
  ASSERT_TRUE(challenge(first)) << "the roaming group takes any address";
  const Decision bob = world.decide(answer(invite, *challenge(first), "bob", "secret", world.random));
  EXPECT_EQ(reason_of(bob), Reason::AuthUnknownUser) << explain(bob);
  const Decision eve = world.decide(answer(invite, *challenge(first), "eve", "evening", world.random));
  EXPECT_TRUE(admission(eve)) << explain(eve);
}

TEST(Access, ACredentialOnlyClientCanCall_R014) {
  World world = World::with_digest();
  Invite invite;
  invite.source = "203.0.113.77:41234";
  const Decision first = world.decide(invite);
  ASSERT_TRUE(challenge(first)) << explain(first);
  const Decision second = world.decide(answer(invite, *challenge(first), "bob", "secret", world.random));
  ASSERT_TRUE(admission(second)) << explain(second);
  EXPECT_EQ(admission(second)->user, "bob");
}

TEST(Access, SourcesAndTargetsMayDiffer_R048) {
  World world = World::simple();
  world.config.trunks[0].targets = {target("sip:127.0.0.70", "127.0.0.70:5060")};
  EXPECT_TRUE(admission(world.decide(Invite{})));
  Invite invite;
  invite.source = "127.0.0.70:5060";
  EXPECT_TRUE(drop(world.decide(invite))) << "where we send to is not what we accept from";
}

TEST(Access, NoGroupNoCalls_R009) {
  World world = World::simple();
  world.config.trunks[0].termination->access.clear();
  EXPECT_TRUE(drop(world.decide(Invite{})));
  world.config.trunks[0].termination->access = {"no such group"};
  EXPECT_TRUE(drop(world.decide(Invite{})));
}

TEST(Access, AnEmptyGroupAdmitsNobody_R009) {
  World world = World::simple();
  world.config.access_groups[0].ips.clear();
  EXPECT_TRUE(drop(world.decide(Invite{})));
}

TEST(Access, EveryAddressIsNoProof_R009) {
  for (const char* everything : {"0.0.0.0/0", "::/0"}) {
    for (const config::IdentifyBy key : {config::IdentifyBy::Domain, config::IdentifyBy::SourceIp}) {
      World world = World::simple();
      world.config.access_groups[0].ips = {*Cidr::parse(everything)};
      world.config.trunks[0].identify = {key};
      Invite invite;
      EXPECT_TRUE(drop(world.decide(invite))) << everything;
      invite.source = "[2001:db8::1]:5060";
      EXPECT_TRUE(drop(world.decide(invite))) << everything;
    }
  }
}

TEST(Access, ADisabledTrunkIsRefused_R166) {
  World world = World::simple();
  world.config.trunks[0].enabled = false;
  const Decision decision = world.decide(Invite{});
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::TrunkDisabled);
  EXPECT_EQ(refusal(decision)->status, 403);
  EXPECT_TRUE(refusal(decision)->identified);
}

}  // namespace
}  // namespace tandem::trunk::test
