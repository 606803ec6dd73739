// Which number a customer may show, and what becomes of a call that shows another.,
//
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using config::CallerIdAllowed;
using config::CallerIdFailure;
using config::CallerIdSource;

constexpr const char* kOwned = "+13125550001";
constexpr const char* kVerified = "+13125550002";
constexpr const char* kForeign = "+13125550003";  // another account's
constexpr const char* kUnknown = "+13125550004";

config::DialledNumber number_of(std::string e164, std::string account) {
  config::DialledNumber made = number(std::move(e164), "");
  made.account = std::move(account);
  return made;
}

/// Acme's account owns one number and has verified another; carrier north is trusted.
World owned() {
  World world = World::simple();
  world.config.trunks[0].termination->caller_id = {};
  world.config.numbers = {number_of(kOwned, "account-acme"), number_of(kForeign, "account-zeta")};
  world.config.verified_caller_ids.push_back({kVerified, "account-acme", "2026-01-02", "call", {}});
  world.config.carriers[0].general.trust = config::Trust::Trusted;
  return world;
}

config::CallerId& rules(World& world) { return world.config.trunks[0].termination->caller_id; }

Decision call(World& world, std::string calling) {
  Invite invite;
  invite.calling = std::move(calling);
  return world.decide(invite);
}

const PlannedTarget& first_target(const Decision& decision) {
  return admission(decision)->plan.targets.at(0);
}

TEST(CallerId, OwnedAndVerifiedMayBeShownAndNoOther_R066) {
  World world = owned();
  for (const char* good : {kOwned, kVerified}) {
    const Decision decision = call(world, good);
    ASSERT_TRUE(admission(decision)) << explain(decision);
    EXPECT_EQ(first_target(decision).from.uri.user, good);
    EXPECT_EQ(admission(decision)->calling, good);
    EXPECT_EQ(admission(decision)->presented_cli, good);
    EXPECT_EQ(admission(decision)->asserted_cli, good);
    EXPECT_EQ(admission(decision)->privacy, "");
  }
  for (const char* bad : {kForeign, kUnknown}) {
    const Decision decision = call(world, bad);
    ASSERT_TRUE(refusal(decision)) << bad << explain(decision);
    EXPECT_EQ(refusal(decision)->reason, Reason::CallerIdNotOwned);
    EXPECT_EQ(refusal(decision)->status, 403);
    EXPECT_TRUE(refusal(decision)->identified);
  }
}

TEST(CallerId, EachRuleAlone_R066) {
  struct Row {
    CallerIdAllowed rule;
    const char* allowed;
  };
  const Row table[] = {{CallerIdAllowed::Owned, kOwned},
                       {CallerIdAllowed::Verified, kVerified},
                       {CallerIdAllowed::Listed, kUnknown}};
  for (const Row& row : table) {
    World world = owned();
    rules(world).allowed = {row.rule};
    rules(world).listed = {kUnknown};
    for (const char* number : {kOwned, kVerified, kUnknown, kForeign}) {
      const Decision decision = call(world, number);
      EXPECT_EQ(admission(decision) != nullptr, std::string(number) == row.allowed) << explain(decision);
    }
  }
  World world = owned();
  rules(world).allowed = {CallerIdAllowed::Any};
  for (const char* number : {kOwned, kVerified, kUnknown, kForeign, "alice"})
    EXPECT_TRUE(admission(call(world, number))) << number;
}

TEST(CallerId, OwnershipIsTheAccountsAndNotTheTrunks_R066) {
  World world = owned();
  world.config.trunks[0].targets = {target("sip:127.0.0.10", "127.0.0.10:5060")};
  world.trunk("second", {"hq"}).account = "account-acme";
  world.config.numbers.push_back(number("+13125550009", "second"));  // its account is its trunk's
  EXPECT_TRUE(admission(call(world, "+13125550009")));
  world.config.trunks.back().account = "account-zeta";
  EXPECT_EQ(reason_of(call(world, "+13125550009")), Reason::CallerIdNotOwned);
}

TEST(CallerId, OnlyNumbersInServiceAreOwned_R066) {
  World world = owned();
  for (const config::NumberState state : {config::NumberState::Reserved, config::NumberState::Released}) {
    world.config.numbers[0].state = state;
    EXPECT_EQ(reason_of(call(world, kOwned)), Reason::CallerIdNotOwned);
  }
}

TEST(CallerId, WithoutAccountsATrunkOwnsWhatIsAssignedToIt_R066) {
  World world = owned();
  world.config.trunks[0].account.clear();
  world.config.numbers = {number("+13125550008", "acme"), number("+13125550009", "")};
  EXPECT_TRUE(admission(call(world, "+13125550008")));
  EXPECT_EQ(reason_of(call(world, "+13125550009")), Reason::CallerIdNotOwned);
}

TEST(CallerId, TheNumberIsReadAsTheTrunkWritesNumbers_R063_R066) {
  World world = owned();
  world.config.trunks[0].general.number_in = numbering::NumberFormat::UsDomestic;
  Invite invite;
  invite.called = "2128675309";
  invite.calling = "3125550001";
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->calling, kOwned);
  EXPECT_EQ(admission(decision)->calling_received, "3125550001");
}

TEST(CallerId, PrivateHidesTheCallerAndAssertsTheAccountsNumber_R067) {
  World world = owned();
  rules(world).on_fail = CallerIdFailure::Private;
  config::Account account;
  account.id = "account-acme";
  account.default_number = "+13125550099";
  world.config.accounts.push_back(account);
  const Decision decision = call(world, kForeign);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  const PlannedTarget& target = first_target(decision);
  EXPECT_EQ(message::print(target.from), "\"Anonymous\" <sip:anonymous@anonymous.invalid>");
  const std::string* privacy = header(target.headers, "Privacy");
  ASSERT_TRUE(privacy);
  EXPECT_EQ(*privacy, "id");
  ASSERT_EQ(target.identity.size(), 1U);
  EXPECT_EQ(target.identity[0].name, "P-Asserted-Identity");
  EXPECT_EQ(target.identity[0].value, "<sip:+13125550099@node.example>");
  EXPECT_EQ(admission(decision)->calling, kForeign) << "the record keeps what was claimed";
  EXPECT_EQ(admission(decision)->presented_cli, "");
  EXPECT_EQ(admission(decision)->asserted_cli, "+13125550099");
  EXPECT_EQ(admission(decision)->privacy, "id");
}

TEST(CallerId, TheFirstOwnedNumberStandsWhereNoDefaultIsWritten_R067) {
  World world = owned();
  rules(world).on_fail = CallerIdFailure::Private;
  const Decision decision = call(world, kUnknown);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->asserted_cli, kOwned);
}

TEST(CallerId, SubstituteStandsForIt_R067) {
  World world = owned();
  rules(world).on_fail = CallerIdFailure::Substitute;
  rules(world).substitute = "+13125550077";
  for (const char* bad : {kForeign, "alice"}) {
    const Decision decision = call(world, bad);
    ASSERT_TRUE(admission(decision)) << explain(decision);
    EXPECT_EQ(message::print(first_target(decision).from), "<sip:+13125550077@node.example>");
    EXPECT_EQ(first_target(decision).identity.at(0).value, "<sip:+13125550077@node.example>");
    EXPECT_EQ(admission(decision)->presented_cli, "+13125550077");
  }
  EXPECT_EQ(first_target(call(world, kOwned)).from.uri.user, kOwned) << "a good one stays";
}

TEST(CallerId, ACallWithoutANumberIsRefusedAsSuch_R066) {
  World world = owned();
  for (const char* nobody : {"alice", "anonymous", "Restricted"}) {
    const Decision decision = call(world, nobody);
    ASSERT_TRUE(refusal(decision)) << nobody << explain(decision);
    EXPECT_EQ(refusal(decision)->reason, Reason::CallerIdMissing);
    EXPECT_EQ(refusal(decision)->status, 403);
  }
}

/// From, Remote-Party-ID and P-Asserted-Identity, each there or not.
struct Combination {
  bool from, remote_party, asserted;
  const char* number;  ///< that counts; empty: none
};

TEST(CallerId, EightCombinationsOfHeaders_R068) {
  constexpr const char *kFrom = "+13125550011", *kRemote = "+13125550012", *kAsserted = "+13125550013";
  const Combination table[] = {
      {true, true, true, kFrom},       {true, true, false, kFrom},   {true, false, true, kFrom},
      {true, false, false, kFrom},     {false, true, true, kRemote}, {false, true, false, kRemote},
      {false, false, true, kAsserted}, {false, false, false, ""},
  };
  for (const Combination& row : table) {
    World world = owned();
    for (const char* number : {kFrom, kRemote, kAsserted})
      world.config.numbers.push_back(number_of(number, "account-acme"));
    Invite invite;
    invite.calling = row.from ? kFrom : "anonymous";
    invite.from_host = row.from ? "pbx.example" : "anonymous.invalid";
    if (row.remote_party) {
      invite = invite.with("Remote-Party-ID", "<sip:+13125559999@pbx.example>;party=called")
                   .with("Remote-Party-ID", "<sip:" + std::string(kRemote) + "@pbx.example>;party=calling");
    }
    if (row.asserted)
      invite = invite.with("P-Asserted-Identity", "<sip:" + std::string(kAsserted) + "@pbx.example>");
    const Decision decision = world.decide(invite);
    SCOPED_TRACE(explain(decision));
    if (*row.number == '\0') {
      EXPECT_EQ(reason_of(decision), Reason::CallerIdMissing);
      continue;
    }
    ASSERT_TRUE(admission(decision));
    EXPECT_EQ(admission(decision)->calling, row.number);
    // An anonymous From stays anonymous to the called party, though its number was found and is right.
    EXPECT_EQ(admission(decision)->presented_cli, row.from ? row.number : "");
    EXPECT_EQ(admission(decision)->asserted_cli, row.number);
    EXPECT_EQ(first_target(decision).from.uri.user, row.from ? row.number : "anonymous");
    ASSERT_EQ(first_target(decision).identity.size(), 1U);
    EXPECT_EQ(first_target(decision).identity[0].value, "<sip:" + std::string(row.number) + "@node.example>");
  }
}

TEST(CallerId, TheFirstHeaderThatHoldsANumberIsJudgedAndNoOther_R068) {
  World world = owned();
  Invite invite;
  invite.calling = kForeign;
  const Decision decision =
      world.decide(invite.with("P-Asserted-Identity", "<sip:" + std::string(kOwned) + "@pbx.example>"));
  EXPECT_EQ(reason_of(decision), Reason::CallerIdNotOwned) << "a good second number excuses no bad first";
}

TEST(CallerId, SourcesAreReadInTheTrunksOrder_R068) {
  World world = owned();
  rules(world).sources = {CallerIdSource::AssertedIdentity, CallerIdSource::From};
  Invite invite;
  invite.calling = kForeign;
  Decision decision = world.decide(invite.with("P-Asserted-Identity", "<tel:+1-312-555-0001>"));
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->calling, kOwned);
  decision = world.decide(invite.with("Remote-Party-ID", "<sip:" + std::string(kOwned) + "@pbx.example>"));
  EXPECT_EQ(reason_of(decision), Reason::CallerIdNotOwned) << "a header that is not named is not read";
}

TEST(CallerId, TrialAccountsCallVerifiedNumbersOnly_R069) {
  World world = owned();
  config::Account account;
  account.id = "account-acme";
  account.restrict_destinations = config::RestrictDestinations::Verified;
  world.config.accounts.push_back(account);
  Invite invite;
  invite.calling = kOwned;
  const Decision refused = world.decide(invite);
  ASSERT_TRUE(refusal(refused)) << explain(refused);
  EXPECT_EQ(refusal(refused)->reason, Reason::DestinationRestricted);
  EXPECT_EQ(refusal(refused)->status, 403);
  invite.called = kVerified;
  EXPECT_TRUE(admission(world.decide(invite)));
  world.config.accounts[0].restrict_destinations = config::RestrictDestinations::None;
  invite.called = "+12128675309";
  EXPECT_TRUE(admission(world.decide(invite)));
}

TEST(FromUser, MayHaveToBeTheDigestUser_R055) {
  World world = World::with_digest();
  Invite invite;
  invite.calling = "bob";
  const auto decide = [&] {
    const Decision first = world.decide(invite);
    EXPECT_TRUE(challenge(first)) << explain(first);
    return world.decide(answer(invite, *challenge(first), "bob", "secret", world.random));
  };
  world.config.trunks[0].termination->from_must_match_account = true;
  EXPECT_TRUE(admission(decide()));
  for (const char* other : {"alice", "Bob", "+13124441212"}) {
    invite.calling = other;
    const Decision decision = decide();
    ASSERT_TRUE(refusal(decision)) << other << explain(decision);
    EXPECT_EQ(refusal(decision)->reason, Reason::AuthFromMismatch);
    EXPECT_EQ(refusal(decision)->status, 403);
  }
  world.config.trunks[0].termination->from_must_match_account = false;
  EXPECT_TRUE(admission(decide()));
}

TEST(FromUser, WhoCameByAddressHasNoUserToMatch_R055) {
  World world = World::simple();
  world.config.trunks[0].termination->from_must_match_account = true;
  EXPECT_TRUE(admission(world.decide(Invite{})));
}

TEST(ProvenUser, IsTakenWhereAGroupHasIt) {
  World world = World::with_digest();
  world.usage.proven_user = "bob";
  const Decision decision = world.decide(Invite{});
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->user, "bob");
  EXPECT_FALSE(admission(decision)->nonce_use);
  EXPECT_NE(explain(decision).find("digest: user 'bob' of group hq: taken as proven"), std::string::npos)
      << explain(decision);
  world.usage.proven_user = "eve";
  EXPECT_EQ(reason_of(world.decide(Invite{})), Reason::AuthUnknownUser);
}

TEST(ProvenUser, TellsWhoseCallItIs_R036) {
  World world = World::with_digest();
  world.config.trunks[0].identify = {config::IdentifyBy::DigestUser};
  world.usage.proven_user = "bob";
  Invite invite;
  invite.host = "shared.example";
  const Decision decision = world.decide(invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->trunk, "acme");
}

}  // namespace
}  // namespace tandem::trunk::test
