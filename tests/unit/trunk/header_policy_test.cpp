// Which headers cross the bridge.
#include "tandem/trunk/header_policy.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using Values = std::vector<std::string>;

std::vector<message::Header> sent(FromCarrier& call) { return call.admitted().plan.targets.at(0).headers; }

TEST(HeaderPolicy, EachNameHasOneRule) {
  std::set<std::string> names;
  for (const HeaderRule& rule : header_policy()) {
    EXPECT_TRUE(names.insert(to_lower(rule.name)).second) << rule.name;
    EXPECT_FALSE(rule.why.empty()) << rule.name;
    EXPECT_EQ(crosses(rule.name), rule.crossing == Crossing::Crosses) << rule.name;
  }
}

TEST(HeaderPolicy, CompactFormsAndCaseAreTheSameHeader) {
  EXPECT_EQ(rule_for("k").name, "Supported");
  EXPECT_TRUE(crosses("s")) << "Subject";
  EXPECT_EQ(rule_for("user-to-user").crossing, Crossing::Crosses);
  EXPECT_EQ(rule_for("x-any").crossing, Crossing::Listed);
  EXPECT_EQ(rule_for("X-").crossing, Crossing::Dropped) << "no name behind the prefix";
  EXPECT_EQ(rule_for("Never-Heard-Of").crossing, Crossing::Dropped);
}

TEST(HeaderPolicy, WhatCrossesStandsInTheInviteToTheTargetInItsOrder) {
  FromCarrier call;
  call.invite = call.invite.with("User-to-User", "56a390;encoding=hex")
                    .with("Subject", "lunch")
                    .with("User-to-User", "00");
  EXPECT_EQ(all_headers(sent(call), "User-to-User"), (Values{"56a390;encoding=hex", "00"}));
  EXPECT_EQ(all_headers(sent(call), "Subject"), Values{"lunch"});
}

TEST(HeaderPolicy, EveryOtherHeaderOfTheTableEndsHere) {
  FromCarrier plain;
  const std::size_t usual = sent(plain).size();
  for (const HeaderRule& rule : header_policy()) {
    if (rule.crossing != Crossing::Dropped) continue;
    FromCarrier call;
    const std::string name(rule.name == "…" ? "P-Unknown" : rule.name);
    call.invite = call.invite.with(name, "<sip:x@192.0.2.1>");
    EXPECT_EQ(header(sent(call), name), nullptr) << name;
    EXPECT_EQ(sent(call).size(), usual) << name;
  }
}

TEST(HeaderPolicy, HistoryInfoOfTheCallerEndsWhereWeWriteOurOwn) {
  FromCarrier call;
  call.invite = call.invite.with("History-Info", "<sip:+14155559999@carrier.example>;index=1");
  EXPECT_EQ(all_headers(sent(call), "History-Info").size(), 1U);
  call.acme().origination.history_info = true;
  const Values ours = all_headers(sent(call), "History-Info");
  ASSERT_EQ(ours.size(), 2U);
  EXPECT_EQ(ours[0].find("carrier.example"), std::string::npos);
}

TEST(HeaderPolicy, NothingCrossesFromACallerWhoHides_R070) {
  FromCarrier call;
  call.invite = call.invite.with("Privacy", "id").with("Subject", "it is Bob").with("User-to-User", "00");
  EXPECT_EQ(header(sent(call), "Subject"), nullptr);
  EXPECT_EQ(header(sent(call), "User-to-User"), nullptr);
}

TEST(HeaderPolicy, TooLongAHeaderStaysBehind) {
  FromCarrier call;
  call.invite = call.invite.with("Subject", std::string(1024, 's'));
  EXPECT_EQ(header(sent(call), "Subject"), nullptr);
}

// TANDEM_UPDATE_DOCS=1 writes the page anew.
TEST(HeaderPolicy, ThePageInDocsIsThisTable) {
  const std::string path = std::string(TANDEM_SOURCE_DIR) + "/docs/headers.md";
  if (std::getenv("TANDEM_UPDATE_DOCS") != nullptr) std::ofstream(path, std::ios::binary) << headers_page();
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path;
  std::ostringstream page;
  page << file.rdbuf();
  EXPECT_EQ(page.str(), headers_page()) << "run unit_trunk with TANDEM_UPDATE_DOCS=1 and commit the page";
}

}  // namespace
}  // namespace tandem::trunk::test
