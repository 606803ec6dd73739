#include <gtest/gtest.h>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using std::chrono::seconds;

/// media reports a silence after 60 s, and both sides are given 90.
struct Silent : testing::Test {
  static trunk::Admission admission(seconds timeout = seconds(90)) {
    trunk::Admission admission = admission_to(1);
    admission.caller_policy.in_call.media_timeout = timeout;
    admission.plan.targets[0].policy.in_call.media_timeout = timeout;
    admission.caller_policy.in_call.session_timer.support = config::Support::Off;
    admission.plan.targets[0].policy.in_call.session_timer.support = config::Support::Off;
    return admission;
  }
  CallLadder ladder{admission()};
  void connect(const std::string& answer = answer_of_b()) {
    ladder.a.invites(offer_of_a());
    ladder.b.answers(answer);
    ladder.a.acks();
  }
};

TEST_F(Silent, ASideThatSendsNothingEndsTheCallInTime_R130) {
  for (const Side side : {Side::A, Side::B}) {
    CallLadder call{admission()};
    call.a.invites(offer_of_a());
    call.b.answers(answer_of_b());
    call.a.acks();
    call.passes(seconds(60));
    call.happens(MediaSilence{side, true});
    call.passes(seconds(29));
    EXPECT_EQ(call.call().stage, Stage::Connected);
    call.passes(seconds(1));
    EXPECT_EQ(call.call().cause.reason, trunk::Reason::MediaTimeout);
    EXPECT_EQ(call.sent_to_a().back(), "BYE");
    EXPECT_EQ(call.sent_to_b().back(), "BYE");
    EXPECT_EQ(call.complaint(), "");
  }
}

TEST_F(Silent, ASideThatSpeaksAgainIsNotMissed) {
  connect();
  ladder.happens(MediaSilence{Side::B, true});
  ladder.passes(seconds(29));
  ladder.happens(MediaSilence{Side::B, false});
  ladder.passes(seconds(3600));
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
}

TEST_F(Silent, ASideOnHoldNeedNotSend) {
  for (const char* direction : {"a=inactive\r\n", "a=recvonly\r\n"}) {
    CallLadder call{admission()};
    call.a.invites(offer_of_a());
    call.b.answers(audio_sdp("8", 30000, 1, direction));
    call.a.acks();
    call.happens(MediaSilence{Side::B, true});
    call.passes(seconds(3600));
    EXPECT_EQ(call.call().stage, Stage::Connected) << direction;
  }
}

TEST_F(Silent, BeforeTheAnswerNobodyNeedSend) {
  ladder.a.invites(offer_of_a());
  ladder.b.progresses(answer_of_b());
  ladder.passes(seconds(60));
  ladder.happens(MediaSilence{Side::B, true});
  ladder.passes(seconds(60));
  ladder.b.answers(answer_of_b());
  ladder.a.acks();
  ladder.passes(seconds(89));
  EXPECT_EQ(ladder.call().stage, Stage::Connected) << "its time begins with the answer";
  ladder.passes(seconds(1));
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::MediaTimeout);
}

TEST_F(Silent, ZeroMeansNever) {
  CallLadder call{admission(seconds(0))};
  call.a.invites(offer_of_a());
  call.b.answers(answer_of_b());
  call.a.acks();
  call.happens(MediaSilence{Side::A, true});
  call.passes(seconds(7200));
  EXPECT_EQ(call.call().stage, Stage::Connected);
}

TEST_F(Silent, LessThanMediaNoticesIsAtOnce) {
  CallLadder call{admission(seconds(30))};
  call.a.invites(offer_of_a());
  call.b.answers(answer_of_b());
  call.a.acks();
  call.happens(MediaSilence{Side::A, true});
  call.passes(seconds(0));
  EXPECT_EQ(call.call().cause.reason, trunk::Reason::MediaTimeout);
}

}  // namespace
}  // namespace tandem::test
