// Diversions of a customer's call.; RFC 5806.
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

/// Acme owns +14155550000 and has verified +14155550001; its domain is acme.sip.example.
World world_with_numbers() {
  World world = World::simple();
  config::DialledNumber owned = number("+14155550000", "");
  owned.account = "account-acme";
  world.config.numbers.push_back(owned);
  world.config.verified_caller_ids.push_back({"+14155550001", "account-acme", "", "", {}});
  return world;
}

std::vector<std::string> diversions(const Decision& decision) {
  std::vector<std::string> found;
  if (!admission(decision)) {
    ADD_FAILURE() << explain(decision);
    return found;
  }
  for (const message::Header& header : admission(decision)->plan.targets.at(0).headers) {
    if (header.name == "Diversion") found.push_back(header.value);
  }
  return found;
}

std::vector<std::string> sent(World& world, const std::vector<std::string>& received) {
  Invite invite;
  for (const std::string& value : received) invite = invite.with("Diversion", value);
  return diversions(world.decide(invite));
}

using Values = std::vector<std::string>;

TEST(Diversion, TwoArriveInOrder_R075) {
  World world = world_with_numbers();
  const Values values = {"<sip:+14155559001@pbx.example>;reason=no-answer;counter=1",
                         "\"Desk\" <sip:+14155559002@pbx.example>;reason=unconditional"};
  EXPECT_EQ(sent(world, values), values);
  EXPECT_EQ(sent(world, {values[0] + ", " + values[1]}), values) << "or joined by a comma";
}

TEST(Diversion, OfOurDomainTheNumberMustBeTheAccounts_R076) {
  World world = world_with_numbers();
  EXPECT_EQ(sent(world, {"<sip:+14155550000@acme.sip.example>"}),
            Values{"<sip:+14155550000@acme.sip.example>"});
  EXPECT_EQ(sent(world, {"<sip:+14155550001@acme.sip.example>"}),
            Values{"<sip:+14155550001@acme.sip.example>"})
      << "verified";
  const Invite foreign = Invite{}.with("Diversion", "<sip:+14155559999@ACME.sip.example>");
  const Decision decision = world.decide(foreign);
  EXPECT_EQ(diversions(decision), Values{}) << "the header goes, the call goes on";
  EXPECT_NE(explain(decision).find(
                "diversion: +14155559999 of our domain acme.sip.example is not the account's: removed"),
            std::string::npos)
      << explain(decision);
  EXPECT_EQ(sent(world, {"<sip:boss@acme.sip.example>"}), Values{}) << "nobody's number";
  EXPECT_EQ(sent(world, {"<sip:+14155559999@node.example>"}), Values{}) << "the node is ours too";
}

TEST(Diversion, OfTheDomainThatOursNameTheNumberMustBeTheAccounts_R076_R077) {
  World world = world_with_numbers();
  world.config.trunks[0].origination.diversion_domain = "Calls.example";
  EXPECT_EQ(sent(world, {"<sip:+14155550000@calls.example>", "<sip:+14155559999@CALLS.example.>",
                         "<sip:+14155559999@pbx.calls.example>"}),
            (Values{"<sip:+14155550000@calls.example>", "<sip:+14155559999@pbx.calls.example>"}));
}

TEST(Diversion, OfAnotherDomainIsNobodysBusiness_R076) {
  World world = world_with_numbers();
  for (const char* value : {"<sip:+14155559999@pbx.example>", "<sip:boss@192.0.2.7:5070;user=phone>"})
    EXPECT_EQ(sent(world, {value}), Values{value});
}

TEST(Diversion, OfOurDomainIsWrittenAsTheFarSideWritesNumbers_R063_R076) {
  World world = world_with_numbers();
  world.config.trunks[0].general.number_in = numbering::NumberFormat::E164;
  world.config.carriers[0].general.number_out = numbering::NumberFormat::UsDomestic;
  EXPECT_EQ(sent(world, {"<sip:14155550000@acme.sip.example>", "<sip:14155550000@pbx.example>"}),
            (Values{"<sip:4155550000@acme.sip.example>", "<sip:14155550000@pbx.example>"}));
}

TEST(Diversion, WhatCannotBeReadIsNotForwarded_R033) {
  World world = world_with_numbers();
  EXPECT_EQ(sent(world, {"<sip:broken", "<sip:+14155559001@pbx.example>"}),
            Values{"<sip:+14155559001@pbx.example>"});
}

TEST(Diversion, ThereIsAnEnd) {
  World world = world_with_numbers();
  EXPECT_EQ(sent(world, Values(50, "<sip:+14155559001@pbx.example>")).size(), 20U);
}

TEST(Diversion, MayBeDropped_R075) {
  World world = world_with_numbers();
  world.config.trunks[0].termination->diversion = config::DiversionIn::Drop;
  EXPECT_EQ(sent(world, {"<sip:+14155559001@pbx.example>"}), Values{});
}

TEST(Diversion, OnesThatAreToBeHiddenStayInsideTheTrust_RFC5806_4_1) {
  World world = world_with_numbers();
  const std::string hidden = "<sip:+14155559001@pbx.example>;privacy=full";
  EXPECT_EQ(sent(world, {hidden}), Values{});
  world.config.carriers[0].general.trust = config::Trust::Trusted;
  EXPECT_EQ(sent(world, {hidden}), Values{hidden});
}

}  // namespace
}  // namespace tandem::trunk::test
