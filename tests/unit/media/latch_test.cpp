#include "media/latch.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tandem::media {
namespace {

using Verdict = Latch::Verdict;

SocketAddress at(const char* text) { return *SocketAddress::parse(text); }
Instant after_ms(int ms) { return Instant{} + std::chrono::milliseconds(1'000'000 + ms); }

const SocketAddress kDescribed = at("192.0.2.1:4000");
const SocketAddress kSamePeerOtherPort = at("192.0.2.1:5000");
const SocketAddress kBehindNat = at("198.51.100.7:61000");
const SocketAddress kStranger = at("203.0.113.9:4000");

struct Arrival {
  int ms;
  SocketAddress source;
  std::uint32_t ssrc;
  Verdict verdict;
  SocketAddress target;  ///< afterwards
};

struct Ladder {
  const char* name;
  LatchMode mode;
  std::vector<Arrival> arrivals;
};

TEST(Latch, TableOfArrivals_R131) {
  const auto kFixed = LatchMode::Fixed;
  const auto kSymmetric = LatchMode::Symmetric;
  const Ladder ladders[] = {
      {"fixed: the described address", kFixed, {{0, kDescribed, 1, Verdict::Accepted, kDescribed}}},
      {"fixed: another port of the peer is heard, never sent to",
       kFixed,
       {{0, kSamePeerOtherPort, 1, Verdict::Accepted, kDescribed}, {20, kSamePeerOtherPort, 1, Verdict::Accepted, kDescribed}}},
      {"fixed: a stranger is foreign from the first packet",
       kFixed,
       {{0, kStranger, 1, Verdict::Foreign, kDescribed},
        {20, kStranger, 1, Verdict::Foreign, kDescribed},
        {40, kStranger, 1, Verdict::Foreign, kDescribed},
        {9000, kStranger, 1, Verdict::Foreign, kDescribed}}},
      {"fixed: one source at a time, the described one before others",
       kFixed,
       {{0, kSamePeerOtherPort, 1, Verdict::Accepted, kDescribed},
        {20, kDescribed, 2, Verdict::Accepted, kDescribed},
        {40, kSamePeerOtherPort, 1, Verdict::Foreign, kDescribed},
        {5041, kSamePeerOtherPort, 1, Verdict::Accepted, kDescribed}}},
      {"symmetric: latches after three packets of one source",
       kSymmetric,
       {{0, kBehindNat, 1, Verdict::Unproven, kDescribed},
        {20, kBehindNat, 1, Verdict::Unproven, kDescribed},
        {40, kBehindNat, 1, Verdict::Moved, kBehindNat},
        {60, kBehindNat, 1, Verdict::Accepted, kBehindNat}}},
      {"symmetric: the described address needs no proof", kSymmetric, {{0, kDescribed, 1, Verdict::Accepted, kDescribed}}},
      {"symmetric: two sources that alternate never prove themselves",
       kSymmetric,
       {{0, kBehindNat, 1, Verdict::Unproven, kDescribed},
        {5, kStranger, 2, Verdict::Unproven, kDescribed},
        {20, kBehindNat, 1, Verdict::Unproven, kDescribed},
        {25, kStranger, 2, Verdict::Unproven, kDescribed},
        {40, kBehindNat, 1, Verdict::Unproven, kDescribed}}},
      {"symmetric: a source that changes its SSRC proves nothing",
       kSymmetric,
       {{0, kBehindNat, 1, Verdict::Unproven, kDescribed},
        {20, kBehindNat, 2, Verdict::Unproven, kDescribed},
        {40, kBehindNat, 3, Verdict::Unproven, kDescribed}}},
      {"symmetric: a hijacker after the latch stays foreign however much it sends",
       kSymmetric,
       {{0, kDescribed, 1, Verdict::Accepted, kDescribed},
        {5, kStranger, 1, Verdict::Foreign, kDescribed},
        {10, kStranger, 1, Verdict::Foreign, kDescribed},
        {15, kStranger, 1, Verdict::Foreign, kDescribed},
        {20, kDescribed, 1, Verdict::Accepted, kDescribed},
        {4900, kStranger, 1, Verdict::Foreign, kDescribed}}},
      {"symmetric: after five seconds of quiet another source must prove itself",
       kSymmetric,
       {{0, kDescribed, 1, Verdict::Accepted, kDescribed},
        {5000, kBehindNat, 1, Verdict::Unproven, kDescribed},
        {5020, kBehindNat, 1, Verdict::Unproven, kDescribed},
        {5040, kBehindNat, 1, Verdict::Moved, kBehindNat},
        {5060, kDescribed, 1, Verdict::Foreign, kBehindNat}}},
      {"symmetric: the incumbent that speaks again undoes the proof",
       kSymmetric,
       {{0, kDescribed, 1, Verdict::Accepted, kDescribed},
        {5000, kStranger, 9, Verdict::Unproven, kDescribed},
        {5020, kStranger, 9, Verdict::Unproven, kDescribed},
        {5030, kDescribed, 1, Verdict::Accepted, kDescribed},
        {5040, kStranger, 9, Verdict::Foreign, kDescribed}}},
      {"symmetric: within the learning window the described address takes over from a latched one",
       kSymmetric,
       {{0, kStranger, 9, Verdict::Unproven, kDescribed},
        {1, kStranger, 9, Verdict::Unproven, kDescribed},
        {2, kStranger, 9, Verdict::Moved, kStranger},
        {2990, kDescribed, 1, Verdict::Moved, kDescribed},
        {3000, kStranger, 9, Verdict::Foreign, kDescribed}}},
      {"symmetric: after the window it does not",
       kSymmetric,
       {{0, kBehindNat, 1, Verdict::Unproven, kDescribed},
        {20, kBehindNat, 1, Verdict::Unproven, kDescribed},
        {40, kBehindNat, 1, Verdict::Moved, kBehindNat},
        {2999, kBehindNat, 1, Verdict::Accepted, kBehindNat},
        {3001, kDescribed, 2, Verdict::Foreign, kBehindNat}}},
  };
  for (const Ladder& ladder : ladders) {
    Latch latch;
    latch.point(kDescribed, ladder.mode, after_ms(0));
    for (const Arrival& arrival : ladder.arrivals) {
      EXPECT_EQ(latch.judge(arrival.source, arrival.ssrc, after_ms(arrival.ms)), arrival.verdict)
          << ladder.name << " at " << arrival.ms << " ms";
      EXPECT_EQ(latch.target(), arrival.target) << ladder.name << " at " << arrival.ms << " ms";
    }
  }
}

TEST(Latch, NothingIsThePeersBeforeThePathNamesIt) {
  Latch latch;
  EXPECT_EQ(latch.judge(kDescribed, 1, after_ms(0)), Verdict::Foreign);
  EXPECT_EQ(latch.target().port, 0);
}

TEST(Latch, TheSameAddressAgainKeepsWhatWasLearnt) {
  Latch latch;
  latch.point(kDescribed, LatchMode::Symmetric, after_ms(0));
  for (int i = 0; i < Latch::kProof; ++i) latch.judge(kBehindNat, 1, after_ms(i));
  latch.point(kDescribed, LatchMode::Symmetric, after_ms(100));
  EXPECT_EQ(latch.target(), kBehindNat);
  latch.point(at("0.0.0.0:4000"), LatchMode::Symmetric, after_ms(200));  // held the old way (RFC 3264 §8.4)
  latch.point(SocketAddress{}, LatchMode::Symmetric, after_ms(300));
  EXPECT_EQ(latch.target(), kBehindNat);
  EXPECT_TRUE(latch.sends_to_source());
}

TEST(Latch, AnotherAddressOpensLearningAgain) {
  Latch latch;
  latch.point(kDescribed, LatchMode::Symmetric, after_ms(0));
  for (int i = 0; i < Latch::kProof; ++i) latch.judge(kBehindNat, 1, after_ms(i));
  latch.point(kSamePeerOtherPort, LatchMode::Symmetric, after_ms(100));
  EXPECT_EQ(latch.target(), kSamePeerOtherPort);
  EXPECT_EQ(latch.source().port, 0);
  EXPECT_EQ(latch.judge(kBehindNat, 1, after_ms(110)), Verdict::Unproven);
}

TEST(Latch, PacketsSeenByTheKernelAloneKeepTheSourceFromGoingQuiet) {
  Latch latch;
  latch.point(kDescribed, LatchMode::Symmetric, after_ms(0));
  latch.judge(kDescribed, 1, after_ms(0));
  latch.heard(after_ms(6000));
  EXPECT_EQ(latch.judge(kStranger, 1, after_ms(6001)), Verdict::Foreign);
}

}  // namespace
}  // namespace tandem::media
