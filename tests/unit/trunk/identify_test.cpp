// Which trunk is this?.
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using config::IdentifyBy;

/// One trunk of each kind on one listener.
World three_kinds() {
  World world = World::simple();
  world.group("static", {"127.0.0.30/31"});
  world.trunk("static", {"static"}).identify = {IdentifyBy::SourceIp};
  world.config.trunks.back().termination->domains.clear();
  world.group("app", {}, {user("app-key", "app-secret")});
  world.trunk("app", {"app"}).identify = {IdentifyBy::DigestUser};
  world.config.trunks.back().termination->domains.clear();
  return world;
}

TEST(Identify, ByDomain_R035_R015) {
  World world = World::simple();
  world.trunk("zeta", {"hq"});
  Invite invite;
  invite.host = "zeta.sip.example";
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->trunk, "zeta");
  EXPECT_EQ(admission(decision)->trunk_id, "id-zeta");
  EXPECT_EQ(admission(decision)->account, "account-zeta");
}

TEST(Identify, DomainsCompareWithoutCasePortAndFinalDot_R015) {
  World world = World::simple();
  world.config.trunks[0].termination->domains = {"ACME.sip.example"};
  Invite invite;
  auto request = invite.request();
  request.uri.port = 5099;
  for (const char* host : {"acme.sip.example", "Acme.SIP.Example", "acme.sip.example."}) {
    request.uri.host = host;
    const Decision decision = world.decide(request, invite);
    EXPECT_TRUE(admission(decision)) << host << "\n" << explain(decision);
  }
}

TEST(Identify, ByDigestUserOnASharedHost_R036) {
  World world = three_kinds();
  Invite invite;
  invite.host = "eu.sip.example";
  invite.source = "127.0.0.99:5060";
  const Decision first = world.decide(invite);
  ASSERT_TRUE(challenge(first)) << explain(first);
  EXPECT_EQ(challenge(first)->reason, Reason::AuthRequired);
  const Decision second =
      world.decide(answer(invite, *challenge(first), "app-key", "app-secret", world.random));
  ASSERT_TRUE(admission(second)) << explain(second);
  EXPECT_EQ(admission(second)->trunk, "app");
  EXPECT_EQ(admission(second)->user, "app-key");
}

TEST(Identify, AWrongDigestUserOnASharedHostIsRefused_R036) {
  World world = three_kinds();
  Invite invite;
  invite.host = "eu.sip.example";
  invite.source = "127.0.0.99:5060";
  const Decision first = world.decide(invite);
  ASSERT_TRUE(challenge(first));
  const Decision unknown =
      world.decide(answer(invite, *challenge(first), "nobody", "app-secret", world.random));
  ASSERT_TRUE(refusal(unknown)) << explain(unknown);
  EXPECT_EQ(refusal(unknown)->reason, Reason::AuthUnknownUser);
  const Decision wrong = world.decide(answer(invite, *challenge(first), "app-key", "guess", world.random));
  ASSERT_TRUE(refusal(wrong)) << explain(wrong);
  EXPECT_EQ(refusal(wrong)->reason, Reason::AuthWrongPassword);
}

TEST(Identify, DigestUserOnlyWhereTheGroupAdmitsTheAddress_R036) {
  World world = three_kinds();
  world.config.access_groups.back().ips = {*Cidr::parse("127.0.0.40")};
  Invite invite;
  invite.host = "eu.sip.example";
  invite.source = "127.0.0.99:5060";
  EXPECT_TRUE(drop(world.decide(invite))) << "no trunk can want this source's credentials";
  invite.source = "127.0.0.40:5060";
  const Decision first = world.decide(invite);
  ASSERT_TRUE(challenge(first)) << explain(first);
  const Invite signed_invite = answer(invite, *challenge(first), "app-key", "app-secret", world.random);
  EXPECT_TRUE(admission(world.decide(signed_invite)));
  Invite elsewhere = signed_invite;
  elsewhere.source = "127.0.0.99:5060";
  EXPECT_TRUE(drop(world.decide(elsewhere)));
}

TEST(Identify, BySourceAddress_R037) {
  World world = three_kinds();
  Invite invite;
  invite.host = "192.0.2.1";
  invite.source = "127.0.0.31:40000";
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->trunk, "static");
  EXPECT_EQ(admission(decision)->user, "");
}

TEST(Identify, TheLongestPrefixOfTwoTrunksWins_R040) {
  World world = three_kinds();
  world.group("narrow", {"127.0.0.31"});
  world.trunk("narrow", {"narrow"}).identify = {IdentifyBy::SourceIp};
  Invite invite;
  invite.host = "192.0.2.1";
  invite.source = "127.0.0.31:5060";
  Decision decision = world.decide(invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->trunk, "narrow");
  invite.source = "127.0.0.30:5060";
  decision = world.decide(invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->trunk, "static");
}

TEST(Identify, TheMoreSpecificKeyWins_R040) {
  World world = three_kinds();
  world.config.access_groups[0].ips.push_back(*Cidr::parse("127.0.0.30"));  // also acme's
  Invite invite;
  invite.source = "127.0.0.30:5060";
  Decision decision = world.decide(invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->trunk, "acme") << "the domain says more than the address";
  invite.host = "192.0.2.1";
  decision = world.decide(invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->trunk, "static");
}

TEST(Identify, AnAmbiguousAddressIsDecidedByOrderAndTold_R040) {
  World world = three_kinds();
  world.group("twin", {"127.0.0.30/31"});
  world.trunk("twin", {"twin"}).identify = {IdentifyBy::SourceIp};
  Invite invite;
  invite.host = "192.0.2.1";
  invite.source = "127.0.0.30:5060";
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->trunk, "static");
  EXPECT_NE(explain(decision).find("so does trunk twin: ambiguous"), std::string::npos) << explain(decision);
}

TEST(Identify, TheTraceTellsWhyOthersDidNotMatch_R040) {
  World world = three_kinds();
  Invite invite;
  invite.host = "192.0.2.1";
  invite.source = "127.0.0.31:5060";
  const std::string told = explain(world.decide(invite));
  EXPECT_NE(told.find("identify.domain: no trunk has domain '192.0.2.1'"), std::string::npos) << told;
  EXPECT_NE(told.find("identify.source: no carrier lists 127.0.0.31"), std::string::npos) << told;
  EXPECT_NE(told.find("identify.source: trunk static lists 127.0.0.30/31"), std::string::npos) << told;
}

TEST(Identify, CredentialsOfOneTrunkAreRefusedOnAnothersDomain_R041) {
  World world = World::with_digest();
  world.group("zeta", {}, {user("zoe", "zeal")});
  world.trunk("zeta", {"zeta"});
  Invite invite;  // to acme
  const Decision first = world.decide(invite);
  ASSERT_TRUE(challenge(first));
  const Decision crossed = world.decide(answer(invite, *challenge(first), "zoe", "zeal", world.random));
  ASSERT_TRUE(refusal(crossed)) << explain(crossed);
  EXPECT_EQ(refusal(crossed)->reason, Reason::AuthUnknownUser);
  EXPECT_EQ(refusal(crossed)->status, 403);
  EXPECT_EQ(refusal(crossed)->trunk, "acme");
}

TEST(Identify, ABareAddressOrUnknownDomainIsNoDomainTrunks_R041) {
  World world = World::simple();
  for (const char* host : {"127.0.0.1", "sip.example", "x.acme.sip.example", "cme.sip.example", ""}) {
    Invite invite;
    invite.host = host;
    const Decision decision = world.decide(invite);
    ASSERT_TRUE(refusal(decision)) << host << "\n" << explain(decision);
    EXPECT_EQ(refusal(decision)->reason, Reason::UnknownDomain);
    EXPECT_EQ(refusal(decision)->status, 404);
    EXPECT_TRUE(refusal(decision)->identified) << "its address is listed, so it may hear why";
  }
}

TEST(Identify, AnUnknownDomainFromAnUnknownSourceIsSilence_R041_R043) {
  World world = World::with_digest();
  Invite invite;
  invite.host = "other.example";
  invite.source = "127.0.0.9:5060";
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(drop(decision)) << explain(decision);
  EXPECT_EQ(drop(decision)->reason, Reason::UnknownSource);
}

TEST(Identify, FromAndToHostsIdentifyNobody_R042) {
  World world = World::simple();
  world.trunk("zeta", {"hq"});
  Invite invite;
  invite.from_host = "zeta.sip.example";
  Decision decision = world.decide(invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->trunk, "acme");
  invite.host = "nowhere.example";
  invite.from_host = "acme.sip.example";
  decision = world.decide(invite);
  EXPECT_EQ(reason_of(decision), Reason::UnknownDomain) << explain(decision);
}

TEST(Identify, FromUserIsNoProof_R055) {
  World world = World::with_digest();
  Invite invite;
  invite.calling = "bob";
  EXPECT_TRUE(challenge(world.decide(invite)));
}

TEST(Identify, ACarriersSourceIsOrigination_R003) {
  World world = World::simple();
  world.config.trunks[0].targets = {target("sip:127.0.0.10", "127.0.0.10:5060")};
  world.config.numbers.push_back(number("+14155550000", "acme"));
  Invite invite;
  invite.source = "127.0.0.20:5060";
  invite.host = "127.0.0.1";
  invite.called = "+14155550000";
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->direction, CallDirection::Origination);
  EXPECT_EQ(admission(decision)->caller_policy.peer, "north");
  EXPECT_TRUE(admission(decision)->caller_policy.peer_is_carrier);
}

TEST(Identify, ASecondCarrierOfTheSameSourceTakesOverFromADisabledOne) {
  World world = World::simple();
  world.config.trunks[0].targets = {target("sip:127.0.0.10", "127.0.0.10:5060")};
  world.config.numbers.push_back(number("+14155550000", "acme"));
  world.config.carriers[0].enabled = false;
  Invite invite;
  invite.source = "127.0.0.20:5060";
  invite.host = "127.0.0.1";
  invite.called = "+14155550000";
  const Decision alone = world.decide(invite);
  ASSERT_TRUE(refusal(alone)) << explain(alone);
  EXPECT_EQ(refusal(alone)->reason, Reason::TrunkDisabled);
  world.carrier("south", {}, {}, {"127.0.0.20"});
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->caller_policy.peer, "south");
}

TEST(Identify, ATrunkThatOnlyReceivesMayNotCall_R010) {
  World world = World::simple();
  config::Trunk receiver;
  receiver.name = "receiver";
  receiver.targets = {target("sip:127.0.0.50", "127.0.0.50:5060")};
  world.config.trunks.push_back(receiver);
  Invite invite;
  invite.source = "127.0.0.50:5060";
  invite.host = "127.0.0.1";
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::NoTermination);
  EXPECT_EQ(refusal(decision)->status, 403);
  EXPECT_EQ(refusal(decision)->trunk, "receiver");
}

TEST(Identify, KnownSources_R150) {
  World world = three_kinds();
  world.config.trunks[0].targets = {target("sip:127.0.0.60", "127.0.0.60:5060")};
  world.config.trunks[0].enabled = false;
  const auto directory = build_directory(std::make_shared<const config::Config>(world.config));
  const auto known = [&](const char* address) {
    return is_known_source(*directory, *SocketAddress::parse(address));
  };
  EXPECT_TRUE(known("127.0.0.10:1")) << "an access group, though the trunk is disabled";
  EXPECT_TRUE(known("127.0.0.20:1")) << "a carrier";
  EXPECT_TRUE(known("127.0.0.60:1")) << "a target";
  EXPECT_FALSE(known("127.0.0.9:1"));
  EXPECT_FALSE(known("[::1]:1"));
}

}  // namespace
}  // namespace tandem::trunk::test
