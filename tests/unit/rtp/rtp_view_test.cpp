#include "tandem/rtp/rtp_view.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tandem::rtp {
namespace {

using Packet = std::vector<std::uint8_t>;

Packet plain() {
  return {0x80, 0x88, 0x12, 0x34, 0x00, 0x01, 0x02, 0x03, 0xde, 0xad, 0xbe, 0xef, 0x55, 0x56};
}

TEST(RtpView, ReadsTheFixedHeader) {
  Packet packet = plain();
  const auto view = RtpView::parse(packet);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->payload_type(), 8);
  EXPECT_TRUE(view->marker());
  EXPECT_EQ(view->sequence(), 0x1234);
  EXPECT_EQ(view->timestamp(), 0x00010203U);
  EXPECT_EQ(view->ssrc(), 0xdeadbeefU);
  EXPECT_EQ(view->payload().size(), 2U);
}

TEST(RtpView, ChangesFieldsInPlaceAndNothingElse) {
  Packet packet = plain();
  auto view = RtpView::parse(packet);
  view->change_payload_type(101);
  view->change_sequence(0xffff);
  view->change_timestamp(1);
  view->change_ssrc(2);
  EXPECT_EQ(packet, (Packet{0x80, 0x80 | 101, 0xff, 0xff, 0, 0, 0, 1, 0, 0, 0, 2, 0x55, 0x56}));
}

struct Shape {
  const char* name;
  Packet packet;
  bool valid;
  std::size_t payload;
};

Packet header(std::uint8_t first, std::initializer_list<std::uint8_t> rest) {
  Packet packet{first, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1};
  for (const std::uint8_t octet : rest) packet.push_back(octet);
  return packet;
}

TEST(RtpView, ChecksEveryLengthAgainstTheDatagram_RFC3550_A_1) {
  const Shape shapes[] = {
      {"empty", {}, false, 0},
      {"eleven octets", {0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}, false, 0},
      {"header only", header(0x80, {}), true, 0},
      {"version 1", header(0x40, {1}), false, 0},
      {"one CSRC", header(0x81, {1, 2, 3, 4, 9}), true, 1},
      {"CSRC cut", header(0x81, {1, 2, 3}), false, 0},
      {"extension of one word", header(0x90, {0xbe, 0xde, 0, 1, 1, 2, 3, 4, 9, 9}), true, 2},
      {"extension header cut", header(0x90, {0xbe, 0xde, 0}), false, 0},
      {"extension longer than the datagram", header(0x90, {0xbe, 0xde, 0xff, 0xff, 1}), false, 0},
      {"padding of two", header(0xa0, {9, 0, 2}), true, 1},
      {"padding of all", header(0xa0, {0, 0, 3}), true, 0},
      {"padding of zero", header(0xa0, {9, 0, 0}), false, 0},
      {"padding longer than the payload", header(0xa0, {9, 0, 4}), false, 0},
      {"padding without payload", header(0xa0, {}), false, 0},
  };
  for (const Shape& shape : shapes) {
    Packet packet = shape.packet;
    const auto view = RtpView::parse(packet);
    ASSERT_EQ(view.has_value(), shape.valid) << shape.name;
    if (view) {
      EXPECT_EQ(view->payload().size(), shape.payload) << shape.name;
    }
  }
}

TEST(RtpView, RtcpOnASharedPortIsToldByItsType_RFC5761_4) {
  for (int type = 0; type < 256; ++type) {
    const Packet datagram{0x80, static_cast<std::uint8_t>(type), 0, 0};
    EXPECT_EQ(looks_like_rtcp(datagram), type >= 192 && type <= 223) << type;
  }
  EXPECT_FALSE(looks_like_rtcp(Packet{0x80, 200, 0}));
}

}  // namespace
}  // namespace tandem::rtp
