// Peers on loopback and a fixture with the real engine between them.
#pragma once

#include <arpa/inet.h>
#include <dirent.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tandem/base/unique_fd.hpp"
#include "tandem/media/engine.hpp"
#include "tandem/rtp/rtp_view.hpp"

namespace tandem::media {
using namespace std::chrono_literals;
using Octets = std::vector<std::uint8_t>;

inline constexpr auto kPatience = 5000ms;  ///< for what must come
inline constexpr auto kQuiet = 150ms;      ///< for what must not

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

inline Octets packet(const Rtp& fields) {
  Octets octets(172, 0xd5);
  octets[0] = 0x80;
  octets[1] = fields.type;
  rtp::store_u16(&octets[2], fields.sequence);
  rtp::store_u32(&octets[4], fields.timestamp);
  rtp::store_u32(&octets[8], fields.ssrc);
  return octets;
}

inline std::uint16_t sequence_of(const Octets& octets) { return rtp::load_u16(&octets[2]); }
inline std::uint32_t ssrc_of(const Octets& octets) { return rtp::load_u32(&octets[8]); }

inline Octets receiver_report(std::uint32_t sender, std::uint32_t about) {
  Octets octets(32);
  octets[0] = 0x81;
  octets[1] = 201;
  octets[3] = 7;
  rtp::store_u32(&octets[4], sender);
  rtp::store_u32(&octets[8], about);
  return octets;
}

inline LegSpec leg_to(const Peer& peer) {
  LegSpec leg;
  leg.remote_rtp = peer.at;
  leg.remote_rtcp = {peer.at.ip, static_cast<std::uint16_t>(peer.at.port + 1)};
  leg.send = leg.receive = true;
  return leg;
}

inline PathSpec path_between(const Peer& a, const Peer& b) {
  PathSpec path;
  path.a = leg_to(a);
  path.b = leg_to(b);
  path.a_to_b.fill(kUnmapped);
  path.b_to_a.fill(kUnmapped);
  path.a_to_b[8] = path.b_to_a[8] = 8;
  return path;
}

inline config::MediaSettings settings_for(std::uint16_t first, std::uint16_t last) {
  config::MediaSettings settings;
  settings.address = *IpAddress::parse("127.0.0.77");
  settings.address_v6 = IpAddress::parse("::1");
  settings.first_port = first;
  settings.last_port = last;
  settings.workers = 1;
  settings.realtime = false;
  return settings;
}

inline std::size_t open_descriptors() {
  std::size_t count = 0;
  DIR* directory = ::opendir("/proc/self/fd");
  while (::readdir(directory) != nullptr) ++count;
  ::closedir(directory);
  return count;
}

inline bool eventually(const std::function<bool()>& wanted) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!wanted()) {
    if (std::chrono::steady_clock::now() > end) return false;
    ::poll(nullptr, 0, 1);
  }
  return true;
}

/// Whether a UDP socket on this port is connected, as the kernel tells it.
inline bool is_connected(std::uint16_t local_port) {
  std::ifstream table("/proc/net/udp");
  std::string line;
  while (std::getline(table, line)) {
    unsigned port = 0;
    unsigned remote_port = 0;
    if (std::sscanf(line.c_str(), " %*[0-9]: %*[0-9A-F]:%x %*[0-9A-F]:%x", &port, &remote_port) == 2 && port == local_port &&
        remote_port != 0)
      return true;
  }
  return false;
}

/// Enough packets for the relay to connect its socket to the speaker, and the wait until it has.
inline void speak_until_connected(Peer& from, const SocketAddress& to, Peer& listener, std::uint32_t ssrc = 0x1111) {
  for (std::uint16_t i = 1; i <= 60; ++i) {
    from.send(packet({.sequence = i, .timestamp = i * 160U, .ssrc = ssrc}), to);
    ASSERT_TRUE(listener.receive()) << i;
  }
  ASSERT_TRUE(eventually([&] { return is_connected(to.port); }));
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
  void connect(const PathSpec& path) { engine_->connect(id_, path); }

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
    return eventually([&] { return wanted(engine_->stats()); });
  }

  std::unique_ptr<MediaEngine> engine_;
  MediaSessionId id_;
  SocketAddress at_a_;
  SocketAddress at_b_;
};

}  // namespace tandem::media
