// Digits by INFO. R-135; RFC 6086, RFC 4733.
#include <gtest/gtest.h>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using std::chrono::milliseconds;

constexpr const char* kRelay = "application/dtmf-relay";
constexpr const char* kPlain = "application/dtmf";

/// A takes telephone events, and so does B where it says so.
CallLadder connected(const std::string& answer) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.answers(answer);
  ladder.a.acks();
  ladder.forgets_what_was_sent();
  return ladder;
}
CallLadder with_events() {
  return connected(audio_sdp("8 101", 30000, 1, "a=rtpmap:101 telephone-event/8000\r\n"));
}
CallLadder without_events() { return connected(answer_of_b()); }

TEST(Info, ADigitGoesOnAsEvents_R135) {
  CallLadder ladder = with_events();
  ladder.a.informs(kRelay, "Signal=5\r\nDuration=200\r\n");
  EXPECT_EQ(ladder.all<SendDigit>(), std::vector<SendDigit>({{Side::B, '5', milliseconds(200)}}));
  EXPECT_EQ(ladder.sent_to_a(), Sent{Reply{200}});
  ladder.b.informs(kPlain, "#");
  EXPECT_EQ(ladder.all<SendDigit>().back(), (SendDigit{Side::A, '#', milliseconds(160)}));
  EXPECT_EQ(ladder.sent_to_b(), Sent{Reply{200}});
}

TEST(Info, WhereTheOtherSideTakesNoEventsItGoesOnAsInfo_R135) {
  CallLadder ladder = without_events();
  ladder.a.informs(kPlain, "d");
  EXPECT_EQ(ladder.all<SendInfo>(),
            std::vector<SendInfo>({{LegId{1}, kRelay, "Signal=D\r\nDuration=160\r\n"}}));
  EXPECT_EQ(ladder.sent_to_a(), Sent{Reply{200}});
  EXPECT_EQ(ladder.all<SendDigit>(), std::vector<SendDigit>{});
}

TEST(Info, IsReadAsPeersWriteIt) {
  const std::pair<const char*, SendDigit> rows[] = {
      {"Signal= *\nDuration= 250", {Side::B, '*', milliseconds(250)}},
      {"duration=160\r\nSIGNAL=10\r\n", {Side::B, '*', milliseconds(160)}},
      {"Signal=11", {Side::B, '#', milliseconds(160)}},
      {"Signal=0\r\nDuration=1", {Side::B, '0', milliseconds(40)}},
      {"Signal=A\r\nDuration=999999\r\nX: y", {Side::B, 'A', milliseconds(6000)}},
  };
  for (const auto& [content, digit] : rows) {
    CallLadder ladder = with_events();
    ladder.a.informs(kRelay, content);
    EXPECT_EQ(ladder.all<SendDigit>(), std::vector<SendDigit>{digit}) << content;
  }
}

TEST(Info, WhatIsNoDigitIs400_RFC6086) {
  for (const char* content :
       {"", "Signal=", "Signal=16", "Signal=x", "Duration=100", "Signal=5\r\nDuration=x", "5"}) {
    CallLadder ladder = with_events();
    ladder.a.informs(kRelay, content);
    EXPECT_EQ(ladder.sent_to_a(), Sent{Reply{400}}) << content;
    EXPECT_TRUE(ladder.all<SendDigit>().empty());
  }
}

TEST(Info, AnUnknownTypeIs415WithAccept_RFC6086_4_2_2) {
  CallLadder ladder = with_events();
  ladder.a.informs("application/vnd.other", "x");
  EXPECT_EQ(ladder.sent_to_a(), Sent{Reply{415}});
  EXPECT_EQ(ladder.all<RespondToRequest>().back().headers,
            (std::vector<message::Header>{{"Accept", "application/dtmf-relay, application/dtmf"},
                                          {"Accept-Encoding", "identity"}}));
  ladder.a.informs("", "");
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply{415}, Reply{200})) << "asks whether we are there";
}

TEST(Info, BeforeTheAnswerNobodyHearsADigit) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.a.informs(kRelay, "Signal=5");
  EXPECT_EQ(ladder.sent_to_a().back(), "reply 480");
}

}  // namespace
}  // namespace tandem::test
