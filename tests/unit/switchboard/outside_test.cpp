// What requests outside every dialog that begin no call are answered.
#include "switchboard/outside.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tandem::switchboard {
namespace {

message::Request request(std::string method) {
  message::Request made;
  made.method = std::move(method);
  made.uri = *message::parse_uri("sip:127.0.0.1");
  return made;
}

/// The value of that header, or "-" where there is none.
std::string value_of(const OutsideReply& reply, std::string_view name) {
  const auto at = std::find_if(reply.headers.begin(), reply.headers.end(),
                               [&](const auto& row) { return row.name == name; });
  return at == reply.headers.end() ? "-" : at->value;
}

TEST(Outside, OptionsHearsWhatAnInviteCouldUse_R031) {
  const OutsideReply reply = answer_outside(request("OPTIONS"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(value_of(reply, "Accept"), "application/sdp");
  EXPECT_EQ(value_of(reply, "Accept-Encoding"), "identity");
  EXPECT_EQ(value_of(reply, "Supported"), "100rel, timer");
}

TEST(Outside, WhatIsNotServedIsNotAllowed_R031) {
  for (const char* method : {"REGISTER", "SUBSCRIBE", "NOTIFY", "PUBLISH", "MESSAGE", "REFER", "INFO",
                             "PRACK", "UPDATE", "options", "RE%47IST%45R", "x"})
    EXPECT_EQ(answer_outside(request(method)).status, 405) << method;
}

TEST(Outside, TheMethodIsLookedAtFirst_R175) {
  message::Request asks = request("SUBSCRIBE");
  asks.headers.add("Require", "nothingSupportsThis");
  EXPECT_EQ(answer_outside(asks).status, 405);
}

TEST(Outside, EveryRequiredExtensionIsListed_R175) {
  message::Request asks = request("OPTIONS");
  asks.headers.add("Require", "first ,second,");
  asks.headers.add("Proxy-Require", "ofProxies");
  asks.headers.add("Require", "third");
  const OutsideReply reply = answer_outside(asks);
  EXPECT_EQ(reply.status, 420);
  EXPECT_EQ(value_of(reply, "Unsupported"), "first, second, third");
}

TEST(Outside, ABodyThatCannotBeReadIsRefused_R175) {
  message::Request asks = request("OPTIONS");
  asks.headers.add("Content-Type", "text/plain");
  EXPECT_EQ(answer_outside(asks).status, 200) << "there is none";
  asks.body = "hello";
  EXPECT_EQ(answer_outside(asks).status, 415);
  EXPECT_EQ(value_of(answer_outside(asks), "Accept"), "application/sdp");
  asks.headers.set("Content-Type", "application/sdp");
  EXPECT_EQ(answer_outside(asks).status, 200);
  asks.headers.add("e", "Identity");
  EXPECT_EQ(answer_outside(asks).status, 200);
  asks.headers.set("Content-Encoding", "gzip");
  EXPECT_EQ(answer_outside(asks).status, 415);
  EXPECT_EQ(value_of(answer_outside(asks), "Accept-Encoding"), "identity");
}

}  // namespace
}  // namespace tandem::switchboard
