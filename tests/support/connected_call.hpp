// A call in which both sides talk: where a ladder about changes of the session begins.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support/call_ladder.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::test {

struct ConnectedCall : testing::Test {
  CallLadder ladder;
  void SetUp() override { ladder.connects(); }
  /// What we asked last.
  sdp::Session offered() const { return *sdp::parse(ladder.all<call::SendOffer>().back().sdp); }
  /// What we answered last.
  call::RespondToRequest reply() const { return ladder.all<call::RespondToRequest>().back(); }
  sdp::Session replied() const { return *sdp::parse(reply().sdp); }
  void end_cleanly() {
    ladder.a.hangs_up();
    EXPECT_EQ(ladder.complaint(), "");
  }
};

inline const std::string kHoldOfA = audio_sdp("8", 20000, 2, "a=sendonly\r\n");
inline const std::string kHoldOfB = audio_sdp("8", 30000, 2, "a=sendonly\r\n");
inline const std::string kHeldByB = audio_sdp("8", 30000, 2, "a=recvonly\r\n");

}  // namespace tandem::test
