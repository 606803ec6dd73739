// The real engine between two peers on loopback.
#include <arpa/inet.h>
#include <dirent.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "media/engine.hpp"
#include "tandem/base/unique_fd.hpp"
#include "tandem/media/engine.hpp"
#include "tandem/rtp/rtp_view.hpp"

namespace tandem::media {
namespace {

using namespace std::chrono_literals;
using Octets = std::vector<std::uint8_t>;

constexpr auto kPatience = 5000ms;  ///< for what must come
constexpr auto kQuiet = 150ms;      ///< for what must not

/// A UDP socket of a peer.
class Peer {
 public:
  explicit Peer(const char* ip, std::uint16_t port = 0) {
    const IpAddress address = *IpAddress::parse(ip);
    fd_ = UniqueFd::adopt(::socket(address.is_v6() ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_storage native{};
    socklen_t length = SocketAddress{address, port}.to_native(native);
    EXPECT_EQ(::bind(fd_.borrow(), reinterpret_cast<const sockaddr*>(&native), length), 0);
    length = sizeof native;
    EXPECT_EQ(::getsockname(fd_.borrow(), reinterpret_cast<sockaddr*>(&native), &length), 0);
    at = SocketAddress::from_native(native);
  }

  void send(const Octets& octets, const SocketAddress& to) {
    sockaddr_storage native{};
    const socklen_t length = to.to_native(native);
    ASSERT_EQ(::sendto(fd_.borrow(), octets.data(), octets.size(), 0, reinterpret_cast<const sockaddr*>(&native), length),
              static_cast<ssize_t>(octets.size()));
  }

  std::optional<Octets> receive(std::chrono::milliseconds patience = kPatience) {
    pollfd waiting{fd_.borrow(), POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return std::nullopt;
    Octets octets(4096);
    sockaddr_storage native{};
    socklen_t length = sizeof native;
    const ssize_t count =
        ::recvfrom(fd_.borrow(), octets.data(), octets.size(), 0, reinterpret_cast<sockaddr*>(&native), &length);
    if (count < 0) return std::nullopt;
    octets.resize(static_cast<std::size_t>(count));
    last_source = SocketAddress::from_native(native);
    return octets;
  }
  bool hears_nothing() { return !receive(kQuiet); }

  SocketAddress at;
  SocketAddress last_source;

 private:
  UniqueFd fd_;
};

struct Rtp {
  std::uint8_t type = 8;
  std::uint16_t sequence = 1;
  std::uint32_t timestamp = 160;
  std::uint32_t ssrc = 0x1111;
};

Octets packet(const Rtp& fields) {
  Octets octets(172, 0xd5);
  octets[0] = 0x80;
  octets[1] = fields.type;
  rtp::store_u16(&octets[2], fields.sequence);
  rtp::store_u32(&octets[4], fields.timestamp);
  rtp::store_u32(&octets[8], fields.ssrc);
  return octets;
}

std::uint16_t sequence_of(const Octets& octets) { return rtp::load_u16(&octets[2]); }
std::uint32_t ssrc_of(const Octets& octets) { return rtp::load_u32(&octets[8]); }

Octets receiver_report(std::uint32_t sender, std::uint32_t about) {
  Octets octets(32);
  octets[0] = 0x81;
  octets[1] = 201;
  octets[3] = 7;
  rtp::store_u32(&octets[4], sender);
  rtp::store_u32(&octets[8], about);
  return octets;
}

LegSpec leg_to(const Peer& peer) {
  LegSpec leg;
  leg.remote_rtp = peer.at;
  leg.remote_rtcp = {peer.at.ip, static_cast<std::uint16_t>(peer.at.port + 1)};
  leg.send = leg.receive = true;
  return leg;
}

PathSpec path_between(const Peer& a, const Peer& b) {
  PathSpec path;
  path.a = leg_to(a);
  path.b = leg_to(b);
  path.a_to_b.fill(kUnmapped);
  path.b_to_a.fill(kUnmapped);
  path.a_to_b[8] = path.b_to_a[8] = 8;
  return path;
}

config::MediaSettings settings_for(std::uint16_t first, std::uint16_t last) {
  config::MediaSettings settings;
  settings.address = *IpAddress::parse("127.0.0.77");
  settings.address_v6 = IpAddress::parse("::1");
  settings.first_port = first;
  settings.last_port = last;
  settings.workers = 1;
  settings.realtime = false;
  return settings;
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  DIR* directory = ::opendir("/proc/self/fd");
  while (::readdir(directory) != nullptr) ++count;
  ::closedir(directory);
  return count;
}

class MediaRelay : public testing::Test {
 protected:
  void start(const config::MediaSettings& settings) {
    auto started = start_media(settings);
    ASSERT_TRUE(started) << started.error();
    engine_ = std::move(*started);
  }
  void SetUp() override { start(settings_for(23000, 23999)); }

  void open_and_connect(const PathSpec& path, AddressFamily a = AddressFamily::V4, AddressFamily b = AddressFamily::V4) {
    auto opened = engine_->open_between(a, b);
    ASSERT_TRUE(opened);
    id_ = opened->id;
    at_a_ = {opened->towards_a.address, opened->towards_a.rtp_port};
    at_b_ = {opened->towards_b.address, opened->towards_b.rtp_port};
    connect(path);
  }
  /// A path takes effect in the next tick; what a peer sends is on its way no sooner in life.
  void connect(const PathSpec& path) {
    engine_->connect(id_, path);
    std::this_thread::sleep_for(20ms);
  }

  /// Polls until `found` is true of an event, or patience ends.
  bool hear(const std::function<bool(const MediaEvent&)>& found) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    bool was_found = false;
    while (!was_found && std::chrono::steady_clock::now() < end) {
      pollfd bell{engine_->wake_fd(), POLLIN, 0};
      ::poll(&bell, 1, 100);
      engine_->poll([&](const MediaEvent& event) { was_found = found(event) || was_found; });
    }
    return was_found;
  }
  MediaReport close() {
    engine_->close(id_);
    MediaReport report;
    EXPECT_TRUE(hear([&](const MediaEvent& event) {
      const auto* closed = std::get_if<SessionClosed>(&event);
      if (closed == nullptr || closed->id != id_) return false;
      report = closed->report;
      return true;
    }));
    return report;
  }
  bool reaches(const std::function<bool(const EngineStats&)>& wanted) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!wanted(engine_->stats())) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(1ms);
    }
    return true;
  }

  std::unique_ptr<MediaEngine> engine_;
  MediaSessionId id_;
  SocketAddress at_a_;
  SocketAddress at_b_;
};

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

/// 60 packets at their pace: enough for the socket to be connected to its peer.
void speak_until_connected(Peer& from, const SocketAddress& to, Peer& listener) {
  for (std::uint16_t i = 1; i <= 60; ++i) {
    from.send(packet({.sequence = i, .timestamp = i * 160U}), to);
    ASSERT_TRUE(listener.receive()) << i;
  }
  std::this_thread::sleep_for(400ms);  // an inspection comes round every 256 ticks
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
  for (std::uint16_t i = 1; i <= 60; ++i) {
    b->send(packet({.sequence = i, .timestamp = i * 160U, .ssrc = 2}), at_b_);
    ASSERT_TRUE(a.receive());
  }
  std::this_thread::sleep_for(400ms);
  const std::uint16_t port = b->at.port;
  b.reset();
  for (std::uint16_t i = 61; i <= 64; ++i) {  // each comes back as an ICMP error to the connected socket
    a.send(packet({.sequence = i, .timestamp = i * 160U}), at_a_);
    std::this_thread::sleep_for(5ms);
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

TEST_F(MediaRelay, PortsRunOutCleanly_R027) {
  engine_.reset();
  start(settings_for(23000, 23007));
  Peer squatter("127.0.0.77", 23003);
  auto opened = engine_->open();
  ASSERT_TRUE(opened);
  const auto refused = engine_->open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), OpenError::PortsExhausted);
  EXPECT_EQ(engine_->stats().sessions, 1U);
  EXPECT_EQ(engine_->stats().ports_in_use, 4U) << "the pair that could be had was given back";
  for (const std::uint16_t port : {opened->towards_a.rtp_port, opened->towards_b.rtp_port}) EXPECT_NE(port, 23002);
  id_ = opened->id;
  close();
  EXPECT_EQ(engine_->stats().ports_in_use, 0U);
  EXPECT_TRUE(engine_->open());
}

TEST_F(MediaRelay, DescriptorsRunOutCleanly) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  auto first = engine_->open();
  ASSERT_TRUE(first);
  const std::size_t descriptors = open_descriptors();
  const int next = ::dup(STDERR_FILENO);
  ::close(next);
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(next) + 3;  // room for three of the next four sockets
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  const auto refused = engine_->open();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), OpenError::DescriptorsExhausted);
  EXPECT_EQ(open_descriptors(), descriptors);
  EXPECT_EQ(engine_->stats().ports_in_use, 4U);
  EXPECT_TRUE(engine_->open());
}

TEST_F(MediaRelay, AFullMailboxRefusesTheCallAndLeavesNothingBehind) {
  const auto engine = start_media(settings_for(24000, 24099), EngineLimits{.orders_waiting = 0});
  ASSERT_TRUE(engine);
  const std::size_t descriptors = open_descriptors();
  const auto refused = (*engine)->open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), OpenError::MailboxFull);
  EXPECT_EQ((*engine)->stats().sessions, 0U);
  EXPECT_EQ((*engine)->stats().ports_in_use, 0U);
  EXPECT_EQ(open_descriptors(), descriptors);
}

TEST_F(MediaRelay, PathsAndReleasesFitIntoAFullMailbox) {
  engine_.reset();
  auto started = start_media(settings_for(23000, 23999), EngineLimits{.orders_waiting = 1});
  ASSERT_TRUE(started);
  engine_ = std::move(*started);
  Peer a("127.0.0.10");
  Peer b("127.0.0.20");
  auto opened = engine_->open();
  ASSERT_TRUE(opened);
  id_ = opened->id;
  for (int i = 0; i < 100; ++i) engine_->connect(id_, path_between(a, b));
  close();
  EXPECT_EQ(engine_->stats().sessions, 0U);
}

TEST_F(MediaRelay, TwoHundredSessionsLeaveNothingBehind) {
  const std::size_t descriptors = open_descriptors();
  std::vector<MediaSessionId> ids;
  Peer a("127.0.0.10");
  Peer b("127.0.0.20");
  for (int i = 0; i < 200; ++i) {
    auto opened = engine_->open();
    ASSERT_TRUE(opened);
    engine_->connect(opened->id, path_between(a, b));
    ids.push_back(opened->id);
  }
  EXPECT_EQ(engine_->stats().sessions, 200U);
  EXPECT_EQ(engine_->stats().ports_in_use, 800U);
  for (const MediaSessionId id : ids) {
    engine_->close(id);
    engine_->close(id);  // twice is once
  }
  std::size_t closed = 0;
  EXPECT_TRUE(hear([&](const MediaEvent& event) {
    closed += std::holds_alternative<SessionClosed>(event) ? 1 : 0;
    return closed == 200;
  }));
  EXPECT_EQ(engine_->stats().sessions, 0U);
  EXPECT_EQ(engine_->stats().ports_in_use, 0U);
  EXPECT_EQ(open_descriptors(), descriptors + 2) << "the two peers of this test";
  engine_->connect(ids.front(), path_between(a, b));  // stale: ignored
  engine_->close(ids.front());
}

TEST(MediaStart, RefusesWithOneSentenceWhatCannotWork) {
  config::MediaSettings settings = settings_for(23000, 23999);
  settings.address = *IpAddress::parse("192.0.2.1");  // not ours (RFC 5737)
  const auto wrong_address = start_media(settings);
  ASSERT_FALSE(wrong_address);
  EXPECT_NE(wrong_address.error().find("media.address 192.0.2.1"), std::string::npos);
  const auto no_ports = start_media(settings_for(23000, 23002));
  ASSERT_FALSE(no_ports);
  EXPECT_NE(no_ports.error().find("media.ports"), std::string::npos);
}

TEST(MediaStart, AnEngineWithSessionsEndsWithoutThem) {
  const std::size_t descriptors = open_descriptors();
  {
    auto engine = start_media(settings_for(23000, 23999));
    ASSERT_TRUE(engine);
    for (int i = 0; i < 10; ++i) ASSERT_TRUE((*engine)->open());
  }
  EXPECT_EQ(open_descriptors(), descriptors);
}

}  // namespace
}  // namespace tandem::media
