#include "tandem/rtp/rtcp_view.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tandem::rtp {
namespace {

using Packet = std::vector<std::uint8_t>;

Packet operator+(Packet left, const Packet& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Packet report_block() {
  return {0, 0, 0, 7, 0x10, 0xff, 0xff, 0xfe, 0, 1, 0x00, 0x20, 0, 0, 0, 9, 0xaa, 0xbb, 0xcc, 0xdd, 0, 1, 0, 0};
}
Packet sender_report() {
  return Packet{0x81, 200, 0, 12, 0, 0, 0, 5, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0x03, 0xe8, 0, 0, 0, 50, 0, 0, 0x1f, 0x40} +
         report_block();
}
Packet description() { return {0x81, 202, 0, 3, 0, 0, 0, 5, 1, 2, 'a', 'b', 0, 0, 0, 0}; }
Packet bye() { return {0x82, 203, 0, 2, 0, 0, 0, 5, 0, 0, 0, 6}; }

TEST(RtcpView, WalksACompoundInOrder) {
  Packet packet = sender_report() + description() + bye();
  const auto view = RtcpView::parse(packet);
  ASSERT_TRUE(view);
  std::vector<int> types;
  view->for_each([&](RtcpPart part) { types.push_back(part.type()); });
  EXPECT_EQ(types, (std::vector<int>{200, 202, 203}));
}

TEST(RtcpView, ReadsASenderReportAndItsBlock) {
  Packet packet = sender_report();
  const auto view = RtcpView::parse(packet);
  ASSERT_TRUE(view);
  view->for_each([](RtcpPart part) {
    EXPECT_EQ(part.sender(), 5U);
    EXPECT_EQ(part.sender_timestamp(), 1000U);
    ASSERT_EQ(part.report_count(), 1U);
    const ReportBlock block = part.report(0);
    EXPECT_EQ(block.ssrc(), 7U);
    EXPECT_EQ(block.fraction_lost(), 0x10);
    EXPECT_EQ(block.cumulative_lost(), -2);
    EXPECT_EQ(block.highest_sequence(), 0x00010020U);
    EXPECT_EQ(block.jitter(), 9U);
    EXPECT_EQ(block.last_sender_report(), 0xaabbccddU);
    EXPECT_EQ(block.delay_since_last_sender_report(), 65536U);
  });
}

TEST(RtcpView, RefusesWhatDoesNotFit_RFC3550_A_2) {
  const auto refused = [](Packet packet) { return !RtcpView::parse(packet).has_value(); };
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused({0x80, 201, 0}));
  EXPECT_TRUE(refused({0x40, 201, 0, 1, 0, 0, 0, 5})) << "version";
  EXPECT_TRUE(refused({0xa0, 201, 0, 1, 0, 0, 0, 5})) << "padding on the first part";
  EXPECT_TRUE(refused({0x80, 201, 0, 2, 0, 0, 0, 5})) << "length beyond the datagram";
  EXPECT_TRUE(refused({0x81, 201, 0, 1, 0, 0, 0, 5})) << "a block is promised and missing";
  EXPECT_TRUE(refused({0x82, 203, 0, 1, 0, 0, 0, 5})) << "a source is promised and missing";
  EXPECT_TRUE(refused({0x80, 8, 0, 1, 0, 0, 0, 5})) << "no RTCP type";
  EXPECT_TRUE(refused(Packet{0x80, 201, 0, 1, 0, 0, 0, 5} + Packet{0x80, 202})) << "a second part cut short";
  EXPECT_FALSE(refused({0x80, 201, 0, 1, 0, 0, 0, 5}));
  EXPECT_FALSE(refused({0x81, 206, 0, 2, 0, 0, 0, 5, 0, 0, 0, 7})) << "reduced size (RFC 5506)";
}

TEST(RtcpView, EveryCutOfACompoundIsRefusedOrWalkedInside) {
  const Packet whole = sender_report() + description() + bye();
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    Packet cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    const auto view = RtcpView::parse(cut);
    if (!view) continue;
    std::size_t walked = 0;
    view->for_each([&](RtcpPart part) { walked += part.octets.size(); });
    EXPECT_EQ(walked, length);
  }
}

TEST(RtcpView, ChangesEveryPlaceWhereASourceNamesItself) {
  Packet packet = sender_report() + description() + bye();
  RtcpView::parse(packet)->for_each(
      [](RtcpPart part) { change_own_sources(part, [](std::uint32_t ssrc) { return ssrc + 100; }); });
  EXPECT_EQ(packet[7], 105) << "SR";
  EXPECT_EQ(packet[28 + 3], 7) << "the report block names somebody else";
  EXPECT_EQ(packet[52 + 7], 105) << "SDES chunk";
  EXPECT_EQ(packet[52 + 10], 'a') << "CNAME";
  EXPECT_EQ(packet[68 + 7], 105) << "BYE";
  EXPECT_EQ(packet[68 + 11], 106) << "BYE, second";
}

TEST(RtcpView, ADescriptionThatLiesAboutItsChunksIsWalkedInside) {
  Packet packet{0x9f, 202, 0, 2, 0, 0, 0, 5, 1, 0xff, 'a', 'b'};
  int named = 0;
  RtcpView::parse(packet)->for_each([&](RtcpPart part) {
    change_own_sources(part, [&](std::uint32_t ssrc) {
      ++named;
      return ssrc;
    });
  });
  EXPECT_EQ(named, 1);
}

}  // namespace
}  // namespace tandem::rtp
