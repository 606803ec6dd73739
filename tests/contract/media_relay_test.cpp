// The real engine between two peers on loopback: what passes, what is changed in it, and who cannot get in.
#include <sys/socket.h>

#include "contract/media_peers.hpp"

namespace tandem::media {
namespace {

TEST_F(MediaRelay, CarriesRtpBothWaysFromItsOwnPorts_R027) {
  Peer a("127.0.0.10");
  Peer b("127.0.0.20");
  open_and_connect(path_between(a, b));
  EXPECT_EQ(at_a_.port % 2, 0);
  EXPECT_TRUE(at_a_.port >= 23000 && at_a_.port <= 23998);
  const Octets from_a = packet({.sequence = 7});
  const Octets from_b = packet({.sequence = 9, .ssrc = 0x2222});
  a.send(from_a, at_a_);
  EXPECT_EQ(b.receive(), from_a);
  EXPECT_EQ(b.last_source, at_b_) << "sent from the very port that B was told";
  b.send(from_b, at_b_);
  EXPECT_EQ(a.receive(), from_b);
  EXPECT_EQ(a.last_source, at_a_);
  const MediaReport report = close();
  EXPECT_EQ(report.a.received_packets, 1U);
  EXPECT_EQ(report.a.received_octets, 172U);
  EXPECT_EQ(report.b.sent_packets, 1U);
  EXPECT_EQ(report.a.sent_packets, 1U);
}

TEST_F(MediaRelay, NothingPassesBeforeConnect) {
  Peer a("127.0.0.10");
  auto opened = engine_->open();
  ASSERT_TRUE(opened);
  id_ = opened->id;
  a.send(packet({}), {opened->towards_a.address, opened->towards_a.rtp_port});
  EXPECT_TRUE(reaches([](const EngineStats& stats) { return stats.packets_dropped == 1; }));
  EXPECT_EQ(close().b.sent_packets, 0U);
}

TEST_F(MediaRelay, CarriesRtpBetweenIPv6AndIPv4_R180) {
  Peer a("::1");
  Peer b("127.0.0.20");
  open_and_connect(path_between(a, b), AddressFamily::V6, AddressFamily::V4);
  a.send(packet({}), at_a_);
  EXPECT_EQ(b.receive(), packet({}));
  b.send(packet({.ssrc = 2}), at_b_);
  EXPECT_EQ(a.receive(), packet({.ssrc = 2}));
}

TEST_F(MediaRelay, MapsPayloadTypesAndDropsWhatWasNotNegotiated) {
  Peer a("127.0.0.10");
  Peer b("127.0.0.20");
  PathSpec path = path_between(a, b);
  path.a_to_b[101] = 96;
  open_and_connect(path);
  a.send(packet({.type = 101}), at_a_);
  EXPECT_EQ(b.receive(), packet({.type = 96}));
  a.send(packet({.type = 0, .sequence = 2}), at_a_);
  EXPECT_TRUE(b.hears_nothing());
  EXPECT_EQ(close().a.unmapped_packets, 1U);
  EXPECT_EQ(engine_->stats().dropped.unmapped, 1U);
}

TEST_F(MediaRelay, CarriesRtcpOnThePortsAboveRtp) {
  Peer a("127.0.0.10", 24100);
  Peer a_rtcp("127.0.0.10", 24101);
  Peer b("127.0.0.20", 24100);
  Peer b_rtcp("127.0.0.20", 24101);
  open_and_connect(path_between(a, b));
  const Octets report = receiver_report(1, 2);
  a_rtcp.send(report, {at_a_.ip, static_cast<std::uint16_t>(at_a_.port + 1)});
  EXPECT_EQ(b_rtcp.receive(), report);
  EXPECT_EQ(b_rtcp.last_source.port, at_b_.port + 1);
  const MediaReport closed = close();
  EXPECT_EQ(closed.a.received_rtcp, 1U);
  EXPECT_EQ(closed.b.sent_rtcp, 1U);
}

TEST_F(MediaRelay, CarriesRtcpBetweenASharedPortAndItsOwn_RFC5761) {
  Peer a("127.0.0.10", 24200);
  Peer b("127.0.0.20", 24200);
  Peer b_rtcp("127.0.0.20", 24201);
  PathSpec path = path_between(a, b);
  path.a.rtcp_mux = true;
  open_and_connect(path);
  a.send(packet({}), at_a_);
  EXPECT_EQ(b.receive(), packet({}));
  a.send(receiver_report(1, 2), at_a_);
  EXPECT_EQ(b_rtcp.receive(), receiver_report(1, 2));
  b_rtcp.send(receiver_report(2, 1), {at_b_.ip, static_cast<std::uint16_t>(at_b_.port + 1)});
  EXPECT_EQ(a.receive(), receiver_report(2, 1));
}

TEST_F(MediaRelay, SymmetricOff_APeerThatSendsFromAnotherPortIsHeardAndAnsweredAtItsDescribedOne_R131) {
  Peer a("127.0.0.10");
  Peer a_sends("127.0.0.10");
  Peer b("127.0.0.20");
  open_and_connect(path_between(a, b));
  a_sends.send(packet({}), at_a_);
  EXPECT_TRUE(b.receive());
  b.send(packet({.ssrc = 2}), at_b_);
  EXPECT_TRUE(a.receive());
  EXPECT_TRUE(a_sends.hears_nothing());
}

TEST_F(MediaRelay, SymmetricOff_AStrangerIsDroppedAndCounted_R131) {
  Peer a("127.0.0.10");
  Peer stranger("127.0.0.66");
  Peer b("127.0.0.20");
  open_and_connect(path_between(a, b));
  stranger.send(packet({}), at_a_);
  EXPECT_TRUE(b.hears_nothing());
  EXPECT_EQ(close().a.foreign_packets, 1U);
}

TEST_F(MediaRelay, SymmetricOn_SendsToTheSourceOfTheStream_R131) {
  Peer described("127.0.0.10");
  Peer behind_nat("127.0.0.11");
  Peer b("127.0.0.20");
  PathSpec path = path_between(described, b);
  path.a.symmetric = true;
  open_and_connect(path);
  for (std::uint16_t i = 1; i <= 3; ++i) behind_nat.send(packet({.sequence = i}), at_a_);
  EXPECT_TRUE(b.receive());
  EXPECT_TRUE(hear([&](const MediaEvent& event) {
    const auto* latched = std::get_if<Latched>(&event);
    return latched != nullptr && latched->id == id_ && latched->on_a && latched->to == behind_nat.at;
  }));
  b.send(packet({.ssrc = 2}), at_b_);
  EXPECT_TRUE(behind_nat.receive());
  EXPECT_TRUE(described.hears_nothing());
}

TEST_F(MediaRelay, SymmetricOn_AStreamIsNotHijackedBeforeOrAfterItsSocketIsConnected_R131) {
  Peer a("127.0.0.10");
  Peer hijacker("127.0.0.66");
  Peer b("127.0.0.20");
  PathSpec path = path_between(a, b);
  path.a.symmetric = true;
  open_and_connect(path);
  a.send(packet({.sequence = 0}), at_a_);
  EXPECT_TRUE(b.receive());
  for (std::uint16_t i = 0; i < 20; ++i) hijacker.send(packet({.sequence = i, .ssrc = 0x6666}), at_a_);
  EXPECT_TRUE(b.hears_nothing());
  speak_until_connected(a, at_a_, b);
  for (std::uint16_t i = 0; i < 20; ++i) hijacker.send(packet({.sequence = i, .ssrc = 0x6666}), at_a_);
  EXPECT_TRUE(b.hears_nothing());
  b.send(packet({.ssrc = 2}), at_b_);
  EXPECT_TRUE(a.receive());
  EXPECT_TRUE(hijacker.hears_nothing());
  const MediaReport report = close();
  EXPECT_EQ(report.a.foreign_packets, 40U) << "a connected socket still counts every stranger's packet";
  EXPECT_EQ(report.a.received_packets, 61U);
}

TEST_F(MediaRelay, ARepointedPathLeavesAConnectedPeerForTheNewOne) {
  Peer a("127.0.0.10");
  Peer moved("127.0.0.12");
  Peer b("127.0.0.20");
  open_and_connect(path_between(a, b));
  speak_until_connected(a, at_a_, b);
  connect(path_between(moved, b));
  b.send(packet({.ssrc = 2}), at_b_);
  EXPECT_TRUE(moved.receive());
  moved.send(packet({.sequence = 500, .timestamp = 1, .ssrc = 0x3333}), at_a_);
  const auto heard = b.receive();
  ASSERT_TRUE(heard);
  EXPECT_EQ(sequence_of(*heard), 61) << "the sequence goes on";
  EXPECT_EQ(ssrc_of(*heard), 0x1111U) << "and so does the source";
  a.send(packet({.sequence = 62}), at_a_);
  EXPECT_TRUE(b.hears_nothing()) << "the peer that was left is a stranger now";
}

TEST_F(MediaRelay, ANewSsrcContinuesTheStreamTowardsThePeerAndItsReportsFindTheirWay) {
  Peer a("127.0.0.10", 24300);
  Peer a_rtcp("127.0.0.10", 24301);
  Peer b("127.0.0.20", 24300);
  Peer b_rtcp("127.0.0.20", 24301);
  open_and_connect(path_between(a, b));
  a.send(packet({.sequence = 100, .timestamp = 16000, .ssrc = 7}), at_a_);
  ASSERT_TRUE(b.receive());
  a.send(packet({.sequence = 5, .timestamp = 99, .ssrc = 9}), at_a_);
  const auto continued = b.receive();
  ASSERT_TRUE(continued);
  EXPECT_EQ(ssrc_of(*continued), 7U);
  EXPECT_EQ(sequence_of(*continued), 101);
  EXPECT_GT(rtp::load_u32(&(*continued)[4]), 16000U);
  b_rtcp.send(receiver_report(2, 7), {at_b_.ip, static_cast<std::uint16_t>(at_b_.port + 1)});
  const auto report = a_rtcp.receive();
  ASSERT_TRUE(report);
  EXPECT_EQ(rtp::load_u32(&(*report)[8]), 9U);
}

TEST_F(MediaRelay, MalformedPacketsAreCountedAndPassedToNobody) {
  Peer a("127.0.0.10");
  Peer b("127.0.0.20");
  open_and_connect(path_between(a, b));
  a.send({0x80, 8, 1}, at_a_);
  a.send(Octets(172, 0x00), at_a_);
  a.send(Octets(60000, 0x80), at_a_);
  a.send({0x80, 8}, {at_a_.ip, static_cast<std::uint16_t>(at_a_.port + 1)});
  EXPECT_TRUE(reaches([](const EngineStats& stats) { return stats.dropped.malformed == 4; }));
  EXPECT_TRUE(b.hears_nothing());
  a.send(packet({}), at_a_);
  EXPECT_TRUE(b.receive()) << "and the stream goes on";
  EXPECT_EQ(close().a.malformed_packets, 4U);
  EXPECT_EQ(engine_->stats().packets_dropped, 4U);
}

TEST_F(MediaRelay, ABurstOnOneSocketIsReadToItsEnd) {
  Peer a("127.0.0.10");
  Peer b("127.0.0.20");
  open_and_connect(path_between(a, b));
  speak_until_connected(a, at_a_, b);
  constexpr std::uint16_t kBurst = 40;  // more than is read of a socket in one tick
  for (std::uint16_t i = 1; i <= kBurst; ++i)
    a.send(packet({.sequence = static_cast<std::uint16_t>(60 + i), .timestamp = 60 * 160U}), at_a_);
  for (std::uint16_t i = 1; i <= kBurst; ++i) {
    const auto heard = b.receive();
    ASSERT_TRUE(heard) << i;
    EXPECT_EQ(sequence_of(*heard), 60 + i);
  }
}

TEST_F(MediaRelay, AHeldLegIsSentNothing) {
  Peer a("127.0.0.10");
  Peer b("127.0.0.20");
  PathSpec path = path_between(a, b);
  path.b.send = false;
  open_and_connect(path);
  a.send(packet({}), at_a_);
  EXPECT_TRUE(b.hears_nothing());
  EXPECT_EQ(engine_->stats().dropped.not_connected, 1U);
}

TEST_F(MediaRelay, ADigitOfOursHoldsTheAudioBackAndLeavesNoGap_RFC4733) {
  Peer a("127.0.0.10");
  Peer b("127.0.0.20");
  PathSpec path = path_between(a, b);
  path.b.event_payload_type = 101;
  open_and_connect(path);
  a.send(packet({.sequence = 100, .timestamp = 16000, .ssrc = 7}), at_a_);
  ASSERT_TRUE(b.receive());
  engine_->send_digit(id_, true, '1', 60ms);  // a takes no events: nothing
  engine_->send_digit(id_, false, '5', 60ms);
  std::uint16_t expected = 101;
  std::uint16_t spoken = 101;
  int ends = 0;
  while (ends < 3) {
    a.send(packet({.sequence = spoken++, .timestamp = 16000, .ssrc = 7}), at_a_);
    const auto heard = b.receive();
    ASSERT_TRUE(heard);
    if (expected == 101 && (*heard)[1] == 8) continue;  // on its way before the digit began
    ASSERT_EQ((*heard)[1] & 0x7f, 101) << "nothing between";
    if (ends == 0 && ((*heard)[1] & 0x80) != 0) expected = sequence_of(*heard);
    EXPECT_EQ(sequence_of(*heard), expected++);
    EXPECT_EQ(ssrc_of(*heard), 7U);
    EXPECT_EQ((*heard)[12], 5);
    if (((*heard)[13] & 0x80) != 0) ++ends;
  }
  std::optional<Octets> audio;
  ASSERT_TRUE(eventually([&] {
    a.send(packet({.sequence = spoken++, .timestamp = 20000, .ssrc = 7}), at_a_);
    audio = b.receive(20ms);
    return audio.has_value();
  }));
  EXPECT_EQ((*audio)[1] & 0x7f, 8);
  EXPECT_EQ(sequence_of(*audio), expected);
  EXPECT_TRUE(a.hears_nothing());
}

TEST_F(MediaRelay, ASendThatTheKernelRefusesIsCounted) {
  Peer a("127.0.0.10");
  Peer b("127.0.0.20");
  PathSpec path = path_between(a, b);
  path.b.remote_rtp = {*IpAddress::parse("255.255.255.255"), 4000};  // broadcast without permission: EACCES
  open_and_connect(path);
  a.send(packet({}), at_a_);
  EXPECT_TRUE(reaches([](const EngineStats& stats) { return stats.dropped.unsendable == 1; }));
  EXPECT_EQ(close().b.unsendable_packets, 1U);
}

TEST_F(MediaRelay, APeerThatClosedItsPortAndComesBackIsHeardAgain) {
  Peer a("127.0.0.10");
  auto b = std::make_unique<Peer>("127.0.0.20");
  open_and_connect(path_between(a, *b));
  speak_until_connected(a, at_a_, *b);
  speak_until_connected(*b, at_b_, a, 2);
  const std::uint16_t port = b->at.port;
  b.reset();
  for (std::uint16_t i = 61; i <= 64; ++i) {  // each comes back as an ICMP error to the connected socket
    a.send(packet({.sequence = i, .timestamp = i * 160U}), at_a_);
    EXPECT_TRUE(reaches([&](const EngineStats& stats) { return stats.packets_received == 60U + i; }));
  }
  Peer again("127.0.0.20", port);
  a.send(packet({.sequence = 65, .timestamp = 65 * 160U}), at_a_);
  const auto heard = again.receive();
  ASSERT_TRUE(heard);
  EXPECT_EQ(sequence_of(*heard), 65);
}

TEST_F(MediaRelay, SilenceIsToldWhenItBeginsAndWhenItEnds) {
  engine_.reset();
  config::MediaSettings settings = settings_for(23000, 23999);
  settings.silence_timeout = 200ms;
  start(settings);
  Peer a("127.0.0.10");
  Peer b("127.0.0.20");
  PathSpec path = path_between(a, b);
  path.b.receive = false;  // nothing is expected of B
  open_and_connect(path);
  const auto silent = [&](bool wanted) {
    return hear([&](const MediaEvent& event) {
      const auto* changed = std::get_if<SilenceChanged>(&event);
      EXPECT_TRUE(changed == nullptr || changed->on_a);
      return changed != nullptr && changed->id == id_ && changed->silent == wanted;
    });
  };
  EXPECT_TRUE(silent(true));
  a.send(packet({}), at_a_);
  EXPECT_TRUE(silent(false));
}

}  // namespace
}  // namespace tandem::media
