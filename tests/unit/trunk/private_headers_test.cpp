// X- headers on the way to a customer..
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using Values = std::vector<std::string>;

/// Headers of the INVITE to acme's one target.
std::vector<message::Header> sent(FromCarrier& call) { return call.admitted().plan.targets.at(0).headers; }

TEST(PrivateHeader, OfTheTargetIsOnEveryCallAndNotInItsUri_R094) {
  FromCarrier call;
  call.acme().targets[0].headers = {{"X-myheader", "foo"}};
  call.acme().targets[0].uri.headers = {{"X-myheader", "foo"}};  // as if load() had left it there
  const PlannedTarget planned = call.admitted().plan.targets.at(0);
  EXPECT_EQ(all_headers(planned.headers, "X-myheader"), Values{"foo"});
  EXPECT_EQ(message::print(planned.request_uri), "sip:+14155550000@127.0.0.10");
}

TEST(PrivateHeader, OfTheTrunkIsOnEveryCall_R095) {
  FromCarrier call;
  call.acme().origination.headers = {{"X-Site", "hq"}, {"My-Private-Header", "1"}};
  EXPECT_EQ(all_headers(sent(call), "X-Site"), Values{"hq"});
  EXPECT_EQ(all_headers(sent(call), "X-My-Private-Header"), Values{"1"}) << "a missing X- is put in front";
}

TEST(PrivateHeader, TheTargetsCountsOverTheTrunks_R095) {
  FromCarrier call;
  call.acme().targets[0].headers = {{"X-Site", "branch"}};
  call.acme().origination.headers = {{"x-site", "hq"}, {"X-Other", "1"}};
  EXPECT_EQ(all_headers(sent(call), "X-Site"), Values{"branch"});
  EXPECT_EQ(header(sent(call), "x-site"), nullptr);
  EXPECT_EQ(all_headers(sent(call), "X-Other"), Values{"1"});
}

TEST(PrivateHeader, LongerThan1024OctetsIsLeftOut_R095) {
  FromCarrier call;
  const std::string name = "X-Long";
  const std::size_t room = 1024 - name.size() - 2;
  call.acme().origination.headers = {{name, std::string(room, 'a')}};
  EXPECT_EQ(all_headers(sent(call), name).size(), 1U);
  call.acme().origination.headers = {{name, std::string(room + 1, 'a')}};
  const Decision decision = call.decide();
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(header(admission(decision)->plan.targets.at(0).headers, name), nullptr);
  EXPECT_NE(explain(decision).find("X-Long is left out: it has more than 1024 octets"), std::string::npos)
      << explain(decision);
}

TEST(PrivateHeader, ANameOfMoreThan50CharactersIsLeftOut_R095) {
  FromCarrier call;
  const std::string name = "X-" + std::string(48, 'n');
  call.acme().origination.headers = {{name, "1"}};
  EXPECT_EQ(all_headers(sent(call), name).size(), 1U);
  call.acme().origination.headers = {{name + "n", "1"}};
  EXPECT_EQ(header(sent(call), name + "n"), nullptr);
  call.acme().origination.headers = {{std::string(49, 'n'), "1"}};
  EXPECT_EQ(header(sent(call), "X-" + std::string(49, 'n')), nullptr) << "counted with its X-";
}

TEST(PrivateHeader, NoLineBreakCrosses_R095) {
  for (const char* evil : {"1\r\nVia: x", "1\nVia: x", "1\rVia: x", "1\x01"}) {
    FromCarrier call;
    call.acme().origination.headers = {{"X-A", evil}};
    EXPECT_EQ(header(sent(call), "X-A"), nullptr);
  }
  FromCarrier call;
  call.acme().origination.headers = {{"X-A\r\nVia", "1"}, {"X-A: b", "1"}, {"X-", "1"}};
  EXPECT_EQ(sent(call).size(), 2U + 1U) << "Max-Forwards, Diversion, and X-X-: the name after the prefix";
  EXPECT_NE(header(sent(call), "X-X-"), nullptr);
}

TEST(PrivateHeader, OfTheCallerCrossesWhereItIsListed_R096) {
  FromCarrier call;
  call.invite = call.invite.with("X-Case", "7").with("x-case", "8").with("X-Secret", "9");
  EXPECT_EQ(header(sent(call), "X-Case"), nullptr) << "off by default";
  call.acme().origination.pass_headers = {"X-CASE"};
  EXPECT_EQ(all_headers(sent(call), "X-Case"), Values{"7"});
  EXPECT_EQ(all_headers(sent(call), "x-case"), Values{"8"});
  EXPECT_EQ(header(sent(call), "X-Secret"), nullptr);
}

TEST(PrivateHeader, TheCallerCannotChangeWhatIsConfigured_R096) {
  FromCarrier call;
  call.acme().origination.pass_headers = {"X-Site"};
  call.acme().origination.headers = {{"X-Site", "hq"}};
  call.invite = call.invite.with("X-Site", "forged");
  EXPECT_EQ(all_headers(sent(call), "X-Site"), Values{"hq"});
}

TEST(PrivateHeader, OnlyPrivateOnesCrossWhateverIsListed_R096) {
  FromCarrier call;
  call.acme().origination.pass_headers = {"Route", "P-Asserted-Identity", "Organization"};
  call.invite = call.invite.with("Route", "<sip:x.example;lr>")
                    .with("P-Asserted-Identity", "<sip:+1@x>")
                    .with("Organization", "s");
  for (const char* name : {"Route", "X-Route", "Organization", "X-Organization"})
    EXPECT_EQ(header(sent(call), name), nullptr);
}

TEST(PrivateHeader, ACarrierGetsNone_R096) {
  World world = World::simple();
  world.config.trunks[0].origination.headers = {{"X-Site", "hq"}};
  world.config.trunks[0].origination.pass_headers = {"X-Case"};
  const Decision decision = world.decide(Invite{}.with("X-Case", "7"));
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->plan.targets.at(0).headers.size(), 1U);
}

}  // namespace
}  // namespace tandem::trunk::test
