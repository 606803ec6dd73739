// Why a call is not taken for a trunk's, in words.
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using config::IdentifyBy;

std::string why(const World& world, const Invite& invite, std::string_view trunk) {
  const auto directory = build_directory(std::make_shared<const config::Config>(world.config));
  const message::Request request = invite.request();
  const Arrival arrival{request, SocketAddress::parse(invite.source).value(), Transport::Udp,
                        invite.listener};
  std::string text;
  for (const TraceStep& step : why_not(*directory, arrival, trunk))
    text.append(step.step).append(": ").append(step.outcome).append("\n");
  return text;
}

/// Trunk zeta with every key.
World every_key() {
  World world = World::simple();
  world.group("z", {"127.0.2.0/24"}, {user("zoe", "zeal")});
  config::Trunk& made = world.trunk("zeta", {"z"});
  made.identify = {IdentifyBy::Domain, IdentifyBy::DigestUser, IdentifyBy::SourceIp, IdentifyBy::Header,
                   IdentifyBy::Fqdn};
  made.termination->header = {"X-Account", "Z1"};
  made.termination->fqdns = {"zeta.cloud.example"};
  return world;
}

TEST(WhyNot, OneStepForEachKeyAndEachGroup_R040) {
  EXPECT_EQ(why(every_key(), Invite{}, "zeta"),
            "identify.domain: Request-URI host 'acme.sip.example' is a name of trunk acme; this trunk has "
            "zeta.sip.example\n"
            "identify.digest_user: the INVITE has no credentials: it would be challenged first\n"
            "identify.source_ip: 127.0.0.10 is not in the ips of its access groups (127.0.2.0/24)\n"
            "identify.header: the INVITE has no X-Account\n"
            "identify.fqdn: Request-URI host 'acme.sip.example' is not among termination.fqdns "
            "(zeta.cloud.example)\n"
            "acl: group z does not list 127.0.0.10\n");
}

TEST(WhyNot, WhatFitsIsSaidToo_R040) {
  Invite invite;
  invite.host = "zeta.sip.example";
  invite.source = "127.0.2.7:5060";
  const std::string told = why(every_key(), invite.with("X-Account", "Z1"), "zeta");
  for (const char* part :
       {"'zeta.sip.example' is a name of the trunk: fits", "127.0.2.7 is listed: fits",
        "X-Account and source fit", "its access groups admit this source with credentials"})
    EXPECT_NE(told.find(part), std::string::npos) << part << "\n" << told;
}

TEST(WhyNot, CredentialsThatMiss_R036) {
  World world = every_key();
  message::DigestCredentials given;
  given.username = "zoe";
  given.realm = "elsewhere";
  given.nonce = given.uri = "x";
  given.response = std::string(32, '0');
  Invite invite;
  invite.host = "zeta.sip.example";
  const auto told = [&] {
    return why(world, invite.with("Proxy-Authorization", message::print(given)), "zeta");
  };
  EXPECT_NE(told().find("user 'zoe' is in group z with realm 'zeta.sip.example', not 'elsewhere'"),
            std::string::npos)
      << told();
  given.realm = "zeta.sip.example";
  EXPECT_NE(told().find("user 'zoe' is in group z, which does not list 127.0.0.10"), std::string::npos)
      << told();
  given.username = "eve";
  EXPECT_NE(told().find("user 'eve' is in none of its access groups"), std::string::npos) << told();
}

TEST(WhyNot, AnAddressThatCountsForAnother_R040) {
  World world = every_key();
  world.group("narrow", {"127.0.2.7"});
  world.trunk("narrow", {"narrow"}).identify = {IdentifyBy::SourceIp};
  Invite invite;
  invite.source = "127.0.2.7:5060";
  EXPECT_NE(why(world, invite, "zeta").find("127.0.2.7 is listed, but trunk narrow lists it more exactly"),
            std::string::npos)
      << why(world, invite, "zeta");
  world.config.carriers[0].sources.push_back(*Cidr::parse("127.0.2.0/24"));
  EXPECT_NE(why(world, invite, "zeta").find("by carrier north too, which counts"), std::string::npos)
      << why(world, invite, "zeta");
}

TEST(WhyNot, TrunksThatCannotHaveIt) {
  World world = every_key();
  EXPECT_EQ(why(world, Invite{}, "zetta"), "trunk: there is no trunk 'zetta'; did you mean 'zeta'?\n");
  world.config.trunks[1].enabled = false;
  world.config.trunks[1].termination.reset();
  EXPECT_EQ(why(world, Invite{}, "zeta"),
            "trunk: trunk zeta is disabled\n"
            "trunk: trunk zeta has no termination: it only receives calls\n");
}

TEST(WhyNot, AListenerForOthers_R025) {
  World world = every_key();
  world.config.listeners[0].serves = {config::Serves::Registered};
  EXPECT_NE(why(world, Invite{}, "zeta").find("listener drop is for registered trunks only"),
            std::string::npos);
}

}  // namespace
}  // namespace tandem::trunk::test
