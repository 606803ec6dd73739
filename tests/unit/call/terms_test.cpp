#include "tandem/call/terms.hpp"

#include <gtest/gtest.h>

namespace tandem::call {
namespace {

Terms terms(std::initializer_list<message::Header> rows) {
  message::Headers headers;
  for (const auto& row : rows) headers.add(row.name, row.value);
  return terms_of(headers);
}

TEST(Terms, AMessageThatSaysNothingPromisesNothing) { EXPECT_EQ(terms({}), Terms{}); }

TEST(Terms, SupportedAndRequireNameOptionTags) {
  const Terms can = terms({{"Supported", "replaces, 100rel"}, {"k", "TIMER"}});
  EXPECT_TRUE(can.supports_100rel && can.supports_timer);
  EXPECT_FALSE(can.requires_100rel || can.requires_timer);
  const Terms must = terms({{"Require", "100rel"}, {"require", "timer"}});
  EXPECT_TRUE(must.supports_100rel && must.requires_100rel && must.supports_timer && must.requires_timer);
}

TEST(Terms, AnOptionTagIsAWholeWord) {
  EXPECT_EQ(terms({{"Supported", "100relx, x-timer"}, {"Allow", "UPDATES"}}), Terms{});
}

TEST(Terms, AllowMayStandInSeveralLines) {
  EXPECT_TRUE(terms({{"Allow", "INVITE, ACK"}, {"Allow", "BYE,update"}}).allows_update);
}

TEST(Terms, SessionExpiresWithAndWithoutRefresher) {
  EXPECT_EQ(terms({{"Session-Expires", "1800;refresher=uas"}}).session_expires, (SessionExpires{1800, Refresher::Uas}));
  EXPECT_EQ(terms({{"x", " 90 ; a=b ; Refresher = UAC "}}).session_expires, (SessionExpires{90, Refresher::Uac}));
  EXPECT_EQ(terms({{"Session-Expires", "90;refresher=me"}}).session_expires, (SessionExpires{90, std::nullopt}));
}

TEST(Terms, UnreadableSecondsCountAsAbsentAndVastOnesAsTheLargest) {
  EXPECT_EQ(terms({{"Session-Expires", "soon"}, {"Min-SE", "-1"}}), Terms{});
  EXPECT_EQ(terms({{"Min-SE", "99999999999999999999"}}).min_se_s, 0xffffffffU);
  EXPECT_EQ(terms({{"Min-SE", "120;x"}}).min_se_s, 120U);
}

}  // namespace
}  // namespace tandem::call
