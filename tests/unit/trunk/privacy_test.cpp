// Who may know who calls.; RFC 3323, RFC 3325.
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using config::IdentityStyle;
using config::Trust;

constexpr const char* kNumber = "+13124441212";
constexpr const char* kAnonymous = "\"Anonymous\" <sip:anonymous@anonymous.invalid>";

/// A customer's call to a trusted and to an untrusted carrier.
World two_carriers() {
  World world = World::simple();
  world.config.carriers[0].general.trust = Trust::Trusted;
  world.carrier("south", {""}, {target("sip:127.0.0.21", "127.0.0.21:5060")});
  return world;
}

struct Sides {
  PlannedTarget trusted, untrusted;
};

Sides sides(const Decision& decision) {
  const Admission* made = admission(decision);
  EXPECT_TRUE(made) << explain(decision);
  if (made == nullptr || made->plan.targets.size() != 2) return {};
  return {made->plan.targets[0], made->plan.targets[1]};
}

std::string value_of(const std::vector<message::Header>& headers, std::string_view name) {
  const std::string* found = header(headers, name);
  return found ? *found : std::string();
}

std::string all_of(const PlannedTarget& target) {
  std::string text = message::print(target.from) + "\n" + message::print(target.to) + "\n";
  for (const auto* headers : {&target.headers, &target.identity}) {
    for (const message::Header& header : *headers) text += header.name + ": " + header.value + "\n";
  }
  return text;
}

TEST(Identity, ATrustedSideIsToldWhoCallsAndAnUntrustedIsNot_R072) {
  World world = two_carriers();
  const Sides made = sides(world.decide(Invite{}));
  ASSERT_EQ(made.trusted.identity.size(), 1U);
  EXPECT_EQ(made.trusted.identity[0],
            (message::Header{"P-Asserted-Identity", "<sip:+13124441212@node.example>"}));
  EXPECT_TRUE(made.untrusted.identity.empty());
  EXPECT_EQ(made.untrusted.from.uri.user, kNumber);
}

TEST(Identity, AForgedAssertionOfAnUntrustedPeerReachesNobody_R072) {
  World world = two_carriers();
  const Sides made =
      sides(world.decide(Invite{}
                             .with("P-Asserted-Identity", "<sip:+19995550000@pbx.example>")
                             .with("Remote-Party-ID", "<sip:+19995550000@pbx.example>;party=calling")
                             .with("P-Preferred-Identity", "<sip:+19995550000@pbx.example>")));
  for (const PlannedTarget* target : {&made.trusted, &made.untrusted})
    EXPECT_EQ(all_of(*target).find("9995550000"), std::string::npos) << all_of(*target);
}

TEST(Identity, ATrustedPeersAssertionIsBelieved_R072) {
  World world = two_carriers();
  world.config.trunks[0].general.trust = Trust::Trusted;
  const Decision decision =
      world.decide(Invite{}.with("P-Asserted-Identity", "\"Desk\" <sip:+13125550100@pbx.example>"));
  const Sides made = sides(decision);
  ASSERT_EQ(made.trusted.identity.size(), 1U);
  EXPECT_EQ(made.trusted.identity[0].value, "\"Desk\" <sip:+13125550100@pbx.example>");
  EXPECT_TRUE(made.untrusted.identity.empty());
  EXPECT_EQ(admission(decision)->asserted_cli, "+13125550100");
  EXPECT_EQ(admission(decision)->presented_cli, kNumber);
}

TEST(Identity, OneSipAndOneTelCross_R073) {
  World world = two_carriers();
  world.config.trunks[0].general.trust = Trust::Trusted;
  const Invite apart = Invite{}
                           .with("P-Asserted-Identity", "<sip:alice@pbx.example>")
                           .with("P-Asserted-Identity", "<tel:+1-312-555-0100>");
  const Invite joined = Invite{}.with("P-Asserted-Identity",
                                      "<sip:alice@pbx.example>, <tel:+13125550100>, <sip:third@pbx.example>");
  for (const Invite& invite : {apart, joined}) {
    const Decision decision = world.decide(invite);
    const Sides made = sides(decision);
    ASSERT_EQ(made.trusted.identity.size(), 2U);
    EXPECT_EQ(made.trusted.identity[0].value, "<sip:alice@pbx.example>");
    EXPECT_EQ(made.trusted.identity[1].value, "<tel:+13125550100>");
    EXPECT_EQ(admission(decision)->asserted_cli, "+13125550100") << "the number is what a record needs";
  }
}

TEST(Identity, RemotePartyIdWhereTheFarSideReadsThat_R072) {
  World world = two_carriers();
  world.config.carriers[0].general.identity = IdentityStyle::RemotePartyId;
  Sides made = sides(world.decide(Invite{}));
  ASSERT_EQ(made.trusted.identity.size(), 1U);
  EXPECT_EQ(made.trusted.identity[0].name, "Remote-Party-ID");
  EXPECT_EQ(made.trusted.identity[0].value,
            "<sip:+13124441212@node.example>;party=calling;id-type=subscriber;screen=yes;privacy=off");
  made = sides(world.decide(Invite{}.with("Privacy", "id")));
  EXPECT_NE(made.trusted.identity.at(0).value.find("privacy=full"), std::string::npos);
  EXPECT_EQ(message::print(made.trusted.from), kAnonymous);
}

TEST(Identity, IsWrittenAsTheFarSideWritesNumbers_R063_R072) {
  World world = two_carriers();
  world.config.trunks[0].general.trust = Trust::Trusted;
  world.config.carriers[0].general.number_out = numbering::NumberFormat::UsDomestic;
  const Sides made = sides(world.decide(
      Invite{}.with("P-Asserted-Identity", "<sip:+13125550100@pbx.example>, <tel:+13125550100>")));
  EXPECT_EQ(made.trusted.identity.at(0).value, "<sip:3125550100@pbx.example>");
  EXPECT_EQ(made.trusted.identity.at(1).value, "<tel:+13125550100>")
      << "a tel without + would need a context";
}

TEST(Privacy, AnAnonymousCallerIsNobodyToAnUntrustedSide_R070) {
  World world = two_carriers();
  Invite invite;
  invite.calling = "Anonymous";
  invite.from_host = "anonymous.invalid";
  const Decision decision =
      world.decide(invite.with("P-Asserted-Identity", "<sip:+13124441212@pbx.example>")
                       .with("Diversion", "\"312 444 1212\" <sip:boss@pbx.example>;reason=unconditional")
                       .with("Diversion", "<sip:+13124441212@pbx.example>")
                       .with("Diversion", "<sip:+14155559999@pbx.example>"));
  const Sides made = sides(decision);
  EXPECT_EQ(message::print(made.untrusted.from), kAnonymous);
  EXPECT_EQ(value_of(made.untrusted.headers, "Privacy"), "id");
  EXPECT_EQ(value_of(made.untrusted.headers, "Diversion"), "<sip:+14155559999@pbx.example>");
  EXPECT_EQ(all_of(made.untrusted).find("4441212"), std::string::npos) << all_of(made.untrusted);
  EXPECT_EQ(all_of(made.untrusted).find("444 1212"), std::string::npos) << all_of(made.untrusted);
  EXPECT_EQ(made.trusted.identity.at(0).value, "<sip:+13124441212@node.example>");
  EXPECT_EQ(admission(decision)->calling, kNumber) << "R-071: billing and the record need the real number";
  EXPECT_EQ(admission(decision)->asserted_cli, kNumber);
  EXPECT_EQ(admission(decision)->presented_cli, "");
  EXPECT_EQ(admission(decision)->privacy, "id");
}

struct Row {
  const char* asked;
  bool hidden;
  const char* passed;
  const char* recorded;
};

TEST(Privacy, EachValue_R074) {
  const Row table[] = {
      {"id", true, "id", "id"},
      {"user", true, "id", "user;id"},
      {"header", false, "", "header"},    // Via and Contact are ours anyway
      {"session", false, "", "session"},  // and so are the addresses of media
      {"history", false, "", "history"},
      {"none", false, "none", "none"},
      {"header; user;ID", true, "id", "header;user;id"},
      {"id;critical", true, "id;critical", "id;critical"},
      {"header;critical", false, "", "header;critical"},  // granted here: nobody further on must insist
      {"none, id", true, "id", "none;id"},                // the stricter counts
      {"x-odd", false, "x-odd", "x-odd"},                 // not granted, so it goes on
      {" ;; \"", false, "", ""},
  };
  for (const Row& row : table) {
    World world = two_carriers();
    const Decision decision = world.decide(Invite{}.with("Privacy", row.asked));
    SCOPED_TRACE(std::string(row.asked) + "\n" + explain(decision));
    const Sides made = sides(decision);
    for (const PlannedTarget* target : {&made.trusted, &made.untrusted}) {
      EXPECT_EQ(target->from.uri.user, row.hidden ? "anonymous" : kNumber);
      EXPECT_EQ(value_of(target->headers, "Privacy"), row.passed);
    }
    EXPECT_EQ(made.trusted.identity.size(), 1U);
    EXPECT_EQ(admission(decision)->presented_cli, row.hidden ? "" : kNumber);
    EXPECT_EQ(admission(decision)->privacy, row.recorded);
  }
}

TEST(Privacy, CriticalThatCannotBeGrantedEndsTheCall_R074_RFC3323_5) {
  World world = two_carriers();
  const Decision decision = world.decide(Invite{}.with("Privacy", "id;x-odd;critical"));
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::PrivacyUnsupported);
  EXPECT_EQ(refusal(decision)->status, 500);
  const std::string told = value_of(refusal(decision)->headers, "Warning");
  EXPECT_NE(told.find("x-odd"), std::string::npos) << told;
}

TEST(Privacy, RemotePartyIdMayAskForItToo_R074) {
  World world = two_carriers();
  const Sides made = sides(world.decide(
      Invite{}.with("Remote-Party-ID", "<sip:+13124441212@pbx.example>;party=calling;privacy=full")));
  EXPECT_EQ(message::print(made.untrusted.from), kAnonymous);
}

/// A carrier's call for a number of trunk acme.
struct Inbound {
  World world = World::simple();
  Invite invite;

  Inbound() {
    world.config.trunks[0].targets = {target("sip:127.0.0.10", "127.0.0.10:5062")};
    world.config.numbers.push_back(number("+14155550000", "acme"));
    invite.source = "127.0.0.20:5060";
    invite.host = "127.0.0.1";
    invite.called = "+14155550000";
    invite.calling = "anonymous";
    invite.from_host = "anonymous.invalid";
    invite = invite.with("P-Asserted-Identity", "<sip:+13124441212@carrier.example>").with("Privacy", "id");
  }
  void trust(Trust carrier, Trust trunk) {
    world.config.carriers[0].general.trust = carrier;
    world.config.trunks[0].general.trust = trunk;
  }
};

TEST(Privacy, ACarriersAssertionReachesTrustedCustomersAlone_R070_R072) {
  struct Sight {
    Trust carrier, trunk;
    const char* asserted;  ///< what the trunk sees
    const char* recorded;
  };
  const Sight table[] = {
      {Trust::Trusted, Trust::Trusted, "<sip:+13124441212@carrier.example>", kNumber},
      {Trust::Trusted, Trust::Untrusted, "", kNumber},
      {Trust::Untrusted, Trust::Trusted, "", ""},
      {Trust::Untrusted, Trust::Untrusted, "", ""},
  };
  for (const Sight& row : table) {
    Inbound in;
    in.trust(row.carrier, row.trunk);
    const Decision decision = in.world.decide(in.invite);
    ASSERT_TRUE(admission(decision)) << explain(decision);
    const PlannedTarget& target = admission(decision)->plan.targets.at(0);
    EXPECT_EQ(value_of(target.identity, "P-Asserted-Identity"), row.asserted);
    EXPECT_EQ(message::print(target.from), kAnonymous);
    EXPECT_EQ(value_of(target.headers, "Privacy"), "id");
    if (*row.asserted == '\0') {
      EXPECT_EQ(all_of(target).find("4441212"), std::string::npos) << all_of(target);
    }
    EXPECT_EQ(admission(decision)->asserted_cli, row.recorded);
    EXPECT_EQ(admission(decision)->presented_cli, "");
    EXPECT_EQ(admission(decision)->privacy, "id");
  }
}

TEST(Privacy, ACustomersPrivateHeaderDoesNotTellIt_R070) {
  Inbound in;
  in.world.config.trunks[0].origination.pass_headers = {"X-Caller", "X-Ticket"};
  const Decision decision =
      in.world.decide(in.invite.with("X-Caller", "+1 (312) 444-1212").with("X-Ticket", "4711"));
  ASSERT_TRUE(admission(decision)) << explain(decision);
  const PlannedTarget& target = admission(decision)->plan.targets.at(0);
  EXPECT_EQ(value_of(target.headers, "X-Caller"), "");
  EXPECT_EQ(value_of(target.headers, "X-Ticket"), "4711");
}

TEST(Privacy, AThirdPartyThatATrustedCustomerNamesIsNotTrusted_R070_RFC3325_5) {
  Inbound in;
  in.trust(Trust::Trusted, Trust::Trusted);
  in.invite = in.invite.with("Diversion", "<sip:+13124441212@carrier.example>");
  const auto directory = build_directory(std::make_shared<const config::Config>(in.world.config));
  const Decision decision = in.world.decide(in.invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  const auto at_home =
      follow_redirect(*directory, *admission(decision), 0, {"<sip:desk@127.0.0.10:5070>"}, in.world.random);
  ASSERT_TRUE(at_home) << at_home.error();
  EXPECT_EQ(at_home->targets.at(0).identity.size(), 1U);
  const auto elsewhere =
      follow_redirect(*directory, *admission(decision), 0, {"<sip:desk@third.example>"}, in.world.random);
  ASSERT_TRUE(elsewhere) << elsewhere.error();
  EXPECT_EQ(all_of(elsewhere->targets.at(0)).find("4441212"), std::string::npos)
      << all_of(elsewhere->targets.at(0));
  EXPECT_EQ(message::print(elsewhere->targets.at(0).from), kAnonymous);
}

}  // namespace
}  // namespace tandem::trunk::test
