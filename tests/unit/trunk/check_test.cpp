// Findings that need meaning..
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using config::Severity;

bool found(const World& world, Severity severity, const std::string& part) {
  for (const config::Finding& finding : check(world.config)) {
    if (finding.severity == severity && finding.message.find(part) != std::string::npos)
      return !finding.cure.empty();
  }
  return false;
}

std::string all(const World& world) {
  std::string text;
  for (const config::Finding& finding : check(world.config)) text += finding.message + "\n";
  return text;
}

std::size_t errors(const World& world) {
  std::size_t count = 0;
  for (const config::Finding& finding : check(world.config))
    count += finding.severity == Severity::Error ? 1 : 0;
  return count;
}

/// Both directions, digest, nothing to find.
World sound() {
  World world = World::with_digest();
  world.config.trunks[0].targets = {target("sip:127.0.0.10", "127.0.0.10:5060")};
  world.config.numbers.push_back(number("+14155550000", "acme"));
  return world;
}

TEST(Check, ASoundConfigurationHasNoFindings) { EXPECT_EQ(all(sound()), ""); }

TEST(Check, FindingsAreOrderedByPlace) {
  World world = sound();
  world.trunk("zeta", {}).mark = {"b.yaml", 9, 1};
  world.trunk("yota", {}).mark = {"b.yaml", 2, 1};
  world.trunk("xi", {}).mark = {"a.yaml", 30, 1};
  const auto findings = check(world.config);
  ASSERT_EQ(findings.size(), 3U) << all(world);
  EXPECT_EQ(findings[0].mark.file, "a.yaml");
  EXPECT_EQ(findings[1].mark.line, 2);
  EXPECT_EQ(findings[2].mark.line, 9);
}

TEST(Check, TerminationWithoutAccess_R009) {
  World world = sound();
  world.config.trunks[0].termination->access.clear();
  EXPECT_TRUE(found(world, Severity::Error, "no access group: nobody may use it")) << all(world);
}

TEST(Check, OpenRelays_R009) {
  for (const char* everything : {"0.0.0.0/0", "::/0"}) {
    World world = sound();
    world.config.access_groups[0].credentials.clear();
    world.config.access_groups[0].ips = {*Cidr::parse(everything)};
    EXPECT_TRUE(found(world, Severity::Error, "an open relay")) << all(world);
  }
  World empty = sound();
  empty.config.access_groups[0].credentials.clear();
  EXPECT_TRUE(found(empty, Severity::Error, "admits nobody")) << all(empty);
  World wide = sound();
  wide.config.access_groups[0].credentials.clear();
  wide.config.access_groups[0].ips = {*Cidr::parse("128.0.0.0/1")};
  EXPECT_TRUE(found(wide, Severity::Warning, "admits 128.0.0.0/1 without credentials")) << all(wide);
  World guarded = sound();
  guarded.config.access_groups[0].ips = {*Cidr::parse("0.0.0.0/0")};
  EXPECT_EQ(all(guarded), "") << "every address, with a password";
}

TEST(Check, AddressesAloneOverUdp_R047) {
  World world = sound();
  world.config.access_groups[0].credentials.clear();
  world.config.access_groups[0].ips = {*Cidr::parse("127.0.0.10")};
  EXPECT_TRUE(found(world, Severity::Advice, "by source address alone")) << all(world);
  for (config::Listener& listener : world.config.listeners) listener.transport = Transport::Tcp;
  EXPECT_EQ(all(world), "");
}

TEST(Check, HashesThatCannotAnswerForTheHostUsed_R050) {
  World world = sound();
  world.config.access_groups[0].credentials = {hashed_user("bob", "r", "secret", {DigestAlgorithm::Md5})};
  EXPECT_TRUE(found(world, Severity::Error, "user 'bob' of access group 'hq' has only HA1s")) << all(world);
  EXPECT_TRUE(found(world, Severity::Error, "'acme.sip.example'"))
      << "the hosts that are missing: " << all(world);
}

TEST(Check, HashesThatAreMissing_R050) {
  World world = sound();
  world.config.access_groups[0].realm = "r";
  world.config.access_groups[0].credentials = {hashed_user("bob", "r", "secret", {DigestAlgorithm::Md5})};
  EXPECT_TRUE(found(world, Severity::Warning, "no HA1 for SHA-256 in realm 'r'")) << all(world);
  EXPECT_EQ(errors(world), 0U);
  world.config.trunks[0].termination->challenge.algorithms = {DigestAlgorithm::Sha256,
                                                              DigestAlgorithm::Sha512_256};
  EXPECT_TRUE(found(world, Severity::Error, "no HA1 for SHA-256, SHA-512-256 in realm 'r'")) << all(world);
  world.config.trunks[0].termination->challenge.algorithms = {DigestAlgorithm::Md5};
  EXPECT_EQ(all(world), "");
}

TEST(Check, HashesThatWouldHaveToAnswerForTwoRealms_R050) {
  World world = sound();
  world.config.access_groups[0].credentials = {
      hashed_user("bob", "r", "secret", {DigestAlgorithm::Md5, DigestAlgorithm::Sha256})};
  world.trunk("zeta", {"hq"});
  for (config::Trunk& trunk : world.config.trunks) {
    trunk.termination->challenge.realm_rule = config::RealmRule::Fixed;
    trunk.termination->challenge.realm = trunk.name;
  }
  EXPECT_TRUE(found(world, Severity::Error, "2 realms: 'acme', 'zeta'")) << all(world);
  world.config.access_groups[0].realm = "r";
  EXPECT_EQ(errors(world), 0U) << all(world);
}

TEST(Check, MoreRealmsThanAChallengeNames) {
  World world = sound();
  for (int i = 0; i < 4; ++i) {
    world.group("g" + std::to_string(i), {}, {user("u", "p")}).realm = "realm" + std::to_string(i);
    world.config.trunks[0].termination->access.push_back("g" + std::to_string(i));
  }
  EXPECT_TRUE(found(world, Severity::Error, "would challenge for 5 realms")) << all(world);
}

TEST(Check, TwoTrunksOfOneDomain_R040) {
  World world = sound();
  world.trunk("zeta", {"hq"}).termination->domains = {"ACME.sip.example"};
  EXPECT_TRUE(found(world, Severity::Error, "trunks 'acme' and 'zeta' both have domain")) << all(world);
}

TEST(Check, TwoTrunksOfOneSource_R040) {
  World world = sound();
  world.config.access_groups[0].ips = {*Cidr::parse("127.0.0.10")};
  world.trunk("zeta", {"hq"});
  for (config::Trunk& trunk : world.config.trunks) trunk.identify = {config::IdentifyBy::SourceIp};
  EXPECT_TRUE(found(world, Severity::Error, "both identified by source 127.0.0.10")) << all(world);
}

TEST(Check, TwoTrunksOfOneDigestUser_R040) {
  World world = sound();
  world.trunk("zeta", {"hq"});
  for (config::Trunk& trunk : world.config.trunks) trunk.identify = {config::IdentifyBy::DigestUser};
  EXPECT_TRUE(found(world, Severity::Error, "both identified by digest user 'bob'")) << all(world);
}

TEST(Check, TooManyRealmsForAnyoneWhoCalls_R036) {
  World world = sound();
  for (int i = 0; i < 5; ++i) {
    const std::string name = "t" + std::to_string(i);
    world.group(name, {}, {user("u" + name, "p")}).realm = name;
    world.trunk(name, {name}).identify = {config::IdentifyBy::DigestUser};
  }
  EXPECT_TRUE(found(world, Severity::Error, "callers from any address for 5 realms")) << all(world);
}

TEST(Check, KeysThatIdentifyNothing_R040) {
  World world = sound();
  world.config.trunks[0].identify = {config::IdentifyBy::SourceIp};
  EXPECT_TRUE(found(world, Severity::Warning, "none of its access groups has ips")) << all(world);
  world.config.trunks[0].identify = {config::IdentifyBy::Domain};
  world.config.trunks[0].termination->domains.clear();
  EXPECT_TRUE(found(world, Severity::Error, "identified by domain but has none")) << all(world);
  world = sound();
  world.config.access_groups[0].credentials.clear();
  world.config.access_groups[0].ips = {*Cidr::parse("127.0.0.10")};
  world.config.trunks[0].identify = {config::IdentifyBy::DigestUser};
  EXPECT_TRUE(found(world, Severity::Warning, "none of its access groups has credentials")) << all(world);
}

TEST(Check, SourcesThatBelongToTwo_R040) {
  World world = sound();
  world.carrier("south", {"1"}, {target("sip:127.0.0.21", "127.0.0.21:5060")}, {"127.0.0.20"});
  EXPECT_TRUE(found(world, Severity::Warning, "carriers 'north' and 'south' both list 127.0.0.20"))
      << all(world);
  world = sound();
  world.config.access_groups[0].ips = {*Cidr::parse("127.0.0.20")};
  world.config.trunks[0].identify = {config::IdentifyBy::SourceIp};
  EXPECT_TRUE(found(world, Severity::Warning, "carrier 'north' and trunk 'acme' both list 127.0.0.20"))
      << all(world);
}

TEST(Check, TargetsWithoutNumbers_R013) {
  World world = sound();
  world.config.numbers.clear();
  EXPECT_TRUE(found(world, Severity::Warning, "origination configured, no numbers")) << all(world);
  EXPECT_EQ(errors(world), 0U);
}

TEST(Check, NumbersWithoutTargets_R013) {
  World world = sound();
  world.config.numbers.push_back(number("+14155550001", "acme"));
  world.config.trunks[0].targets[0].enabled = false;
  EXPECT_TRUE(
      found(world, Severity::Warning, "no enabled target, so calls to its 2 numbers (+14155550000…) fail"))
      << all(world);
}

TEST(Check, NumbersOfADisabledTrunk) {
  World world = sound();
  world.config.trunks[0].enabled = false;
  EXPECT_TRUE(found(world, Severity::Warning, "is disabled, so calls to its number +14155550000 fail"))
      << all(world);
}

TEST(Check, ATrunkThatCanDoNothing_R010) {
  World world = sound();
  config::Trunk idle;
  idle.name = "idle";
  world.config.trunks.push_back(idle);
  EXPECT_TRUE(found(world, Severity::Warning, "neither termination nor targets")) << all(world);
}

TEST(Check, ACarrierThatCanDoNothing) {
  World world = sound();
  world.carrier("idle", {}, {target("sip:127.0.0.21", "127.0.0.21:5060")});
  EXPECT_TRUE(found(world, Severity::Warning, "neither prefixes nor sources")) << all(world);
}

TEST(Check, ACarrierOfEveryAddress) {
  World world = sound();
  world.carrier("wide", {}, {}, {"0.0.0.0/0"});
  EXPECT_TRUE(found(world, Severity::Warning, "counts every address (0.0.0.0/0) as its own")) << all(world);
}

TEST(Check, PrefixesThatLeadNowhere) {
  World world = sound();
  world.carrier("south", {"1", "44"}, {target("sip:127.0.0.21", "127.0.0.21:5060")}).enabled = false;
  EXPECT_TRUE(found(world, Severity::Warning,
                    "'south' is disabled, and 2 of its prefixes have no other carrier ('1'…)"))
      << all(world);
  world.carrier("west", {"1", "44"}, {target("sip:127.0.0.22", "127.0.0.22:5060")});
  EXPECT_EQ(all(world), "") << "switched off on purpose, and another takes its calls";
  world.config.carriers[1].enabled = true;
  world.config.carriers[1].targets.clear();
  EXPECT_TRUE(found(world, Severity::Warning, "'south' has no enabled target: it is passed over"))
      << all(world);
}

/// A trunk that is known by X-Account and comes from 127.0.3.0/24.
config::Trunk& by_header(World& world, const std::string& name, std::string created) {
  config::Trunk& made = world.trunk(name, {"provider"});
  made.identify = {config::IdentifyBy::Header};
  made.termination->header = {"X-Account", "A1"};
  made.profile = config::Profile::Freshworks;
  made.created = std::move(created);
  return made;
}

TEST(Check, TwoTrunksOfOneHeaderAndSource_R040_R171) {
  World world = sound();
  world.group("provider", {"127.0.3.0/24"}, {user("p", "q")});
  by_header(world, "young", "2026-01-01");
  by_header(world, "old", "2025-01-01").profile = config::Profile::None;
  EXPECT_TRUE(found(world, Severity::Error,
                    "trunks 'young' and 'old' share X-Account 'A1' and a source: they "
                    "cannot be told apart"))
      << all(world);
  world.config.trunks.back().profile = config::Profile::Freshworks;
  EXPECT_EQ(errors(world), 0U) << all(world);
  EXPECT_TRUE(found(world, Severity::Advice, "calls from there count as those of 'old', the oldest"))
      << all(world);
  world.group("elsewhere", {"127.0.4.0/24"}, {user("p", "q")});
  world.config.trunks.back().termination->access = {"elsewhere"};
  EXPECT_EQ(all(world), "") << "their sources tell them apart";
}

TEST(Check, TwoTrunksOfOneFqdn_R040_R173) {
  World world = sound();
  for (const char* name : {"first", "second"}) {
    config::Trunk& made = world.trunk(name, {"hq"});
    made.identify = {config::IdentifyBy::Fqdn};
    made.termination->fqdns = {"acme.byoc.example"};
  }
  EXPECT_TRUE(
      found(world, Severity::Error, "trunks 'first' and 'second' both take calls for 'acme.byoc.example'"))
      << all(world);
  world.config.trunks.back().termination->fqdns.clear();
  EXPECT_TRUE(found(world, Severity::Error, "trunk 'second' is identified by fqdn but has none"))
      << all(world);
}

TEST(Check, ALabelIsANameToo_R015) {
  World world = sound();
  world.config.trunks[0].termination->domains.clear();
  EXPECT_EQ(errors(world), 1U) << all(world);
  world.config.trunks[0].termination->labels = {"acme"};
  EXPECT_EQ(errors(world), 0U) << all(world);
}

TEST(Check, ACallerIdThatNobodyHas_R066) {
  World world = sound();
  config::CallerId& rules = world.config.trunks[0].termination->caller_id;
  rules = {};
  EXPECT_EQ(all(world), "") << "it has a number of its own";
  world.config.numbers[0].account = "another";
  EXPECT_TRUE(found(world, Severity::Warning,
                    "nothing that its caller_id allows exists, so every call would be refused"))
      << all(world);
  rules.on_fail = config::CallerIdFailure::Private;
  EXPECT_TRUE(found(world, Severity::Warning, "so every call would be made private")) << all(world);
  world.config.verified_caller_ids.push_back({"+14155550009", "account-acme", "", "", {}});
  EXPECT_EQ(all(world), "");
  rules.allowed = {config::CallerIdAllowed::Listed};
  EXPECT_TRUE(found(world, Severity::Warning, "nothing that its caller_id allows exists")) << "an empty list";
}

TEST(Check, ASubstituteOfSomebodyElse_R067) {
  World world = sound();
  config::CallerId& rules = world.config.trunks[0].termination->caller_id;
  rules.on_fail = config::CallerIdFailure::Substitute;
  rules.substitute = "+14155559999";
  EXPECT_TRUE(found(world, Severity::Warning,
                    "substitutes +14155559999, which its account neither owns nor has verified"))
      << all(world);
  rules.substitute = "+14155550000";
  EXPECT_EQ(all(world), "");
}

TEST(Check, AnAccountThatCanCallNobody_R069) {
  World world = sound();
  config::Account account;
  account.id = "account-acme";
  account.restrict_destinations = config::RestrictDestinations::Verified;
  world.config.accounts.push_back(account);
  EXPECT_TRUE(found(world, Severity::Warning, "has none: it can call nobody")) << all(world);
  world.config.verified_caller_ids.push_back({"+14155550009", "account-acme", "", "", {}});
  EXPECT_EQ(all(world), "");
}

TEST(Check, AFromUserThatNobodyProves_R055) {
  World world = sound();
  world.config.trunks[0].termination->from_must_match_account = true;
  EXPECT_EQ(all(world), "");
  world.config.access_groups[0].credentials.clear();
  world.config.access_groups[0].ips = {*Cidr::parse("127.0.0.10")};
  EXPECT_TRUE(found(world, Severity::Warning, "none of its access groups has credentials")) << all(world);
}

TEST(Check, AGroupWithoutASum_R080) {
  World world = sound();
  world.config.limit_groups.push_back({"fw", {"acme"}, {}});
  EXPECT_TRUE(found(world, Severity::Warning, "so the group's sum is no ceiling either")) << all(world);
  world.config.trunks[0].limits.channels = 2;
  EXPECT_EQ(all(world), "");
}

TEST(Check, ListenersThatNoTrunkMayUse_R025) {
  World world = sound();
  for (config::Listener& listener : world.config.listeners) listener.serves = {config::Serves::Registered};
  EXPECT_TRUE(found(world, Severity::Error, "every listener is for registered trunks only")) << all(world);
  world.config.listeners[1].serves.push_back(config::Serves::Static);
  EXPECT_EQ(all(world), "");
}

}  // namespace
}  // namespace tandem::trunk::test
