#include <gtest/gtest.h>

#include "tandem/media/path_spec.hpp"

namespace tandem::media {
namespace {

sdp::Codec codec(std::uint8_t type, const char* name, std::uint32_t rate = 8000, const char* fmtp = "") {
  sdp::Codec made;
  made.payload_type = type;
  made.name = name;
  made.clock_rate = rate;
  made.fmtp = fmtp;
  return made;
}

sdp::NegotiatedLeg leg(const char* remote, std::vector<sdp::Codec> codecs) {
  sdp::NegotiatedLeg made;
  made.remote_rtp = *SocketAddress::parse(remote);
  made.remote_rtcp = {made.remote_rtp.ip, static_cast<std::uint16_t>(made.remote_rtp.port + 1)};
  made.codecs = codecs;
  made.receive_codecs = std::move(codecs);
  return made;
}

TEST(Plan, MapsPayloadTypesByMeaningEachWay) {
  const auto a = leg("192.0.2.1:4000", {codec(8, "PCMA"), codec(101, "telephone-event", 8000, "0-15")});
  const auto b = leg("192.0.2.2:4000", {codec(8, "pcma"), codec(96, "telephone-event", 8000, "0-16")});
  const PathSpec path = plan(a, b, false, true);
  EXPECT_EQ(path.a_to_b[8], 8);
  EXPECT_EQ(path.a_to_b[101], 96);
  EXPECT_EQ(path.b_to_a[96], 101);
  EXPECT_EQ(path.a_to_b[0], kUnmapped);
  EXPECT_EQ(path.a_to_b[96], kUnmapped);
  EXPECT_FALSE(path.a.symmetric);
  EXPECT_TRUE(path.b.symmetric);
}

TEST(Plan, DigitsHaveThePayloadTypeThatThePeerAcceptsOnTheClockOfItsVoice_RFC4733_2_1) {
  auto a = leg("192.0.2.1:4000", {codec(8, "PCMA"), codec(101, "telephone-event")});
  a.receive_codecs[1].payload_type = 96;
  const auto b = leg("192.0.2.2:4000", {codec(111, "opus", 48000), codec(97, "telephone-event", 8000)});
  const PathSpec path = plan(a, b, false, false);
  EXPECT_EQ(path.a.event_payload_type, 101);
  EXPECT_EQ(path.b.event_payload_type, kUnmapped);
}

TEST(Plan, ReadsWithTheNumbersOfThePeerAndWritesWithThoseItAccepts) {
  auto a = leg("192.0.2.1:4000", {codec(111, "opus", 48000)});
  a.receive_codecs = {codec(112, "opus", 48000)};  // numbers may differ by direction (RFC 3264 §5.1)
  const auto b = leg("192.0.2.2:4000", {codec(120, "opus", 48000)});
  const PathSpec path = plan(a, b, false, false);
  EXPECT_EQ(path.a_to_b[112], 120);
  EXPECT_EQ(path.a_to_b[111], kUnmapped);
  EXPECT_EQ(path.b_to_a[120], 111);
  EXPECT_EQ(path.a.clock_rate, 48000U);
}

TEST(Plan, EqualParametersComeBeforeOthers) {
  const auto a = leg("192.0.2.1:4000", {codec(97, "iLBC", 8000, "mode=30")});
  const auto b = leg("192.0.2.2:4000", {codec(98, "iLBC", 8000, "mode=20"), codec(99, "iLBC", 8000, "mode=30")});
  EXPECT_EQ(plan(a, b, false, false).a_to_b[97], 99);
}

TEST(Plan, AnAbsentSideNeitherSendsNorReceives) {
  const auto a = leg("192.0.2.1:4000", {codec(8, "PCMA")});
  const PathSpec path = plan(a, std::nullopt, false, false);
  EXPECT_TRUE(path.a.send);
  EXPECT_TRUE(path.a.receive);
  EXPECT_FALSE(path.b.send);
  EXPECT_FALSE(path.b.receive);
  EXPECT_EQ(path.a_to_b[8], kUnmapped);
}

TEST(Plan, DirectionAndAHeldAddressStopSending) {
  auto a = leg("192.0.2.1:4000", {codec(8, "PCMA")});
  a.we_receive = false;
  const auto b = leg("0.0.0.0:4000", {codec(8, "PCMA")});
  const PathSpec path = plan(a, b, false, false);
  EXPECT_TRUE(path.a.send);
  EXPECT_FALSE(path.a.receive);
  EXPECT_FALSE(path.b.send) << "c=0.0.0.0 is hold (RFC 3264 §8.4)";
  EXPECT_TRUE(path.b.receive);
}

}  // namespace
}  // namespace tandem::media
