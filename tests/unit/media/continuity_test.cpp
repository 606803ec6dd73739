#include "media/continuity.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace tandem::media {
namespace {

constexpr std::uint32_t kRate = 8000;

Instant after_ms(int ms) { return Instant{} + std::chrono::milliseconds(5000 + ms); }

struct Sent {
  std::uint32_t ssrc;
  std::uint16_t sequence;
  std::uint32_t timestamp;
  bool marker;
  bool operator==(const Sent&) const = default;
};
void PrintTo(const Sent& sent, std::ostream* out) {
  *out << sent.ssrc << "/" << sent.sequence << "/" << sent.timestamp << (sent.marker ? "/M" : "");
}

/// One direction: puts packets in and reads what leaves.
class Direction {
 public:
  Sent pass(int ms, std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t timestamp) {
    std::array<std::uint8_t, 12> octets{0x80, 8};
    auto packet = rtp::RtpView::parse(octets);
    packet->change_ssrc(ssrc);
    packet->change_sequence(sequence);
    packet->change_timestamp(timestamp);
    stream.apply(*packet, after_ms(ms), kRate);
    return {packet->ssrc(), packet->sequence(), packet->timestamp(), packet->marker()};
  }
  StreamContinuity stream;
};

TEST(StreamContinuity, TheFirstStreamPassesUnchangedLossAndReorderingIncluded) {
  Direction direction;
  EXPECT_EQ(direction.pass(0, 7, 65534, 1000), (Sent{7, 65534, 1000, false}));
  EXPECT_EQ(direction.pass(20, 7, 0, 1320), (Sent{7, 0, 1320, false}));
  EXPECT_EQ(direction.pass(21, 7, 65535, 1160), (Sent{7, 65535, 1160, false}));
  EXPECT_FALSE(direction.stream.is_rewriting());
}

TEST(StreamContinuity, ANewSourceIsFittedBehindTheOldOne_RFC3550_5_1) {
  Direction direction;
  direction.pass(0, 7, 100, 16000);
  EXPECT_EQ(direction.pass(40, 9, 5, 777), (Sent{7, 101, 16000 + 320, true}));
  EXPECT_EQ(direction.pass(60, 9, 6, 937), (Sent{7, 102, 16000 + 480, false}));
  EXPECT_EQ(direction.pass(80, 9, 8, 1257), (Sent{7, 104, 16000 + 800, false})) << "a loss stays a loss";
}

TEST(StreamContinuity, ContinuesAcrossBothWraps) {
  Direction direction;
  direction.pass(0, 7, 65535, 0xfffffff0U);
  EXPECT_EQ(direction.pass(20, 9, 30000, 5), (Sent{7, 0, 0xfffffff0U + 160U, true}));
}

TEST(StreamContinuity, FollowsTheNewestPacketNotTheLatestToArrive) {
  Direction direction;
  direction.pass(0, 7, 100, 16000);
  direction.pass(20, 7, 102, 16320);
  direction.pass(21, 7, 101, 16160);  // late
  EXPECT_EQ(direction.pass(40, 9, 1, 0), (Sent{7, 103, 16320 + 160, true}));
}

TEST(StreamContinuity, RestartMakesANewSourceOfTheSameSsrc) {
  Direction direction;
  direction.pass(0, 7, 100, 16000);
  direction.stream.restart();
  EXPECT_EQ(direction.pass(20, 7, 900, 50), (Sent{7, 101, 16160, true}));
}

TEST(StreamContinuity, RestartBeforeTheFirstPacketChangesNothing) {
  Direction direction;
  direction.stream.restart();
  EXPECT_EQ(direction.pass(0, 7, 900, 50), (Sent{7, 900, 50, false}));
}

TEST(StreamContinuity, TheTimestampAdvancesEvenWithinOneTick) {
  Direction direction;
  direction.pass(0, 7, 100, 16000);
  EXPECT_EQ(direction.pass(0, 9, 5, 777), (Sent{7, 101, 16001, true}));
}

TEST(StreamContinuity, ASourceThatChangesWithEveryPacketKeepsOneSequence) {
  Direction direction;
  direction.pass(0, 1, 100, 0);
  for (std::uint16_t i = 1; i < 200; ++i) {
    const Sent sent = direction.pass(i * 20, 1000U + i, static_cast<std::uint16_t>(i * 7919), i * 12345U);
    EXPECT_EQ(sent, (Sent{1, static_cast<std::uint16_t>(100 + i), i * 160U, true}));
  }
}

std::vector<std::uint8_t> sender_report(std::uint32_t sender, std::uint32_t timestamp, std::uint32_t about, std::uint32_t highest) {
  std::vector<std::uint8_t> octets(52);
  octets[0] = 0x81;
  octets[1] = 200;
  octets[3] = 12;
  rtp::store_u32(&octets[4], sender);
  rtp::store_u32(&octets[16], timestamp);
  rtp::store_u32(&octets[28], about);
  rtp::store_u32(&octets[36], highest);
  return octets;
}

TEST(RewriteRtcp, ReportsNameEachStreamAsItsReaderKnowsIt) {
  Direction a_to_b;
  Direction b_to_a;
  a_to_b.pass(0, 7, 100, 16000);
  a_to_b.pass(20, 9, 5, 777);  // now 9 is heard as 7: +96 in sequence, +15383 in timestamp
  b_to_a.pass(0, 50, 1, 0);
  b_to_a.pass(20, 60, 1001, 0);  // 60 is heard as 50: -999

  auto octets = sender_report(9, 937, 50, 0x0001'0002);  // from A: its stream 9, and what it heard as 50
  rewrite_rtcp(*rtp::RtcpView::parse(octets), a_to_b.stream, b_to_a.stream);
  EXPECT_EQ(rtp::load_u32(&octets[4]), 7U);
  EXPECT_EQ(rtp::load_u32(&octets[16]), 16320U);
  EXPECT_EQ(rtp::load_u32(&octets[28]), 60U);
  EXPECT_EQ(rtp::load_u32(&octets[36]) & 0xffffU, 1001U);
}

TEST(RewriteRtcp, LeavesAloneWhatItDoesNotKnow) {
  Direction a_to_b;
  Direction b_to_a;
  a_to_b.pass(0, 7, 100, 16000);
  a_to_b.pass(20, 9, 5, 777);
  auto octets = sender_report(1234, 937, 5678, 42);
  const auto before = octets;
  rewrite_rtcp(*rtp::RtcpView::parse(octets), a_to_b.stream, b_to_a.stream);
  EXPECT_EQ(octets, before);
}

TEST(RewriteRtcp, FeedbackNamesTheStreamOfItsSource_RFC4585_6_1) {
  Direction a_to_b;
  Direction b_to_a;
  b_to_a.pass(0, 50, 1, 0);
  b_to_a.pass(20, 60, 1001, 0);
  std::vector<std::uint8_t> octets{0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 50};
  rewrite_rtcp(*rtp::RtcpView::parse(octets), a_to_b.stream, b_to_a.stream);
  EXPECT_EQ(octets[11], 60);
}

}  // namespace
}  // namespace tandem::media
