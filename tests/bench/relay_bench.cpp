// The relay's own cost: bursts through N sessions. Real time a packet counts, from the first send to the last receipt, with the
// peer's system calls in it; relay_load gives the worker's CPU alone at the pace of calls.
#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <vector>

#include "media/continuity.hpp"
#include "tandem/media/engine.hpp"
#include "tandem/rtp/sequence_tracker.hpp"

namespace tandem::media {
namespace {

constexpr std::size_t kPacket = 172;

std::array<std::uint8_t, kPacket> packet_of(std::uint32_t ssrc, std::uint16_t sequence) {
  std::array<std::uint8_t, kPacket> octets{0x80, 8};
  rtp::store_u16(octets.data() + 2, sequence);
  rtp::store_u32(octets.data() + 4, sequence * 160U);
  rtp::store_u32(octets.data() + 8, ssrc);
  return octets;
}

/// What user space does with one packet, without any system call.
void relay_in_user_space(benchmark::State& state) {
  StreamContinuity continuity;
  rtp::SequenceTracker tracker;
  auto octets = packet_of(1, 0);
  Instant now{};
  std::int64_t now_us = 0;
  std::uint16_t sequence = 0;
  for (auto _ : state) {
    now += std::chrono::milliseconds(20);
    now_us += 20000;
    rtp::store_u16(octets.data() + 2, ++sequence);
    rtp::store_u32(octets.data() + 4, sequence * 160U);
    auto packet = rtp::RtpView::parse(octets);
    tracker.enter(packet->ssrc(), packet->sequence(), packet->timestamp(), now_us, 8000);
    packet->change_payload_type(8);
    continuity.apply(*packet, now, 8000);
    benchmark::DoNotOptimize(octets);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(relay_in_user_space);

int bind_end(const char* ip, SocketAddress& at) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int queue = 4 * 1024 * 1024;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &queue, sizeof queue);
  const timeval patience{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_storage native{};
  socklen_t length = SocketAddress{*IpAddress::parse(ip), 0}.to_native(native);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&native), length) != 0) return -1;
  length = sizeof native;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&native), &length);
  at = SocketAddress::from_native(native);
  return fd;
}

/// One packet to each of N sessions from the A end, all received at the B end.
void relay_bursts(benchmark::State& state) {
  config::MediaSettings settings;
  settings.address = *IpAddress::parse("127.0.0.30");
  settings.first_port = 10000;
  settings.last_port = 20000;
  settings.workers = 1;
  auto engine = start_media(settings);
  PathSpec path;
  path.a.send = path.a.receive = path.b.send = path.b.receive = true;
  path.a_to_b[8] = path.b_to_a[8] = 8;
  const int a = bind_end("127.0.0.10", path.a.remote_rtp);
  const int b = bind_end("127.0.0.20", path.b.remote_rtp);
  if (!engine || a < 0 || b < 0) {
    state.SkipWithError("no engine or no socket");
    return;
  }
  std::vector<sockaddr_storage> ports(static_cast<std::size_t>(state.range(0)));
  for (sockaddr_storage& port : ports) {
    auto opened = (*engine)->open();
    if (!opened) {
      state.SkipWithError("no session");
      return;
    }
    (*engine)->connect(opened->id, path);
    SocketAddress{opened->towards_a.address, opened->towards_a.rtp_port}.to_native(port);
  }
  ::usleep(50000);
  std::uint16_t sequence = 0;
  std::array<std::uint8_t, 2048> buffer{};
  std::int64_t lost = 0;
  for (auto _ : state) {
    ++sequence;
    std::uint32_t ssrc = 0;
    for (const sockaddr_storage& port : ports) {
      const auto octets = packet_of(++ssrc, sequence);
      ::sendto(a, octets.data(), octets.size(), 0, reinterpret_cast<const sockaddr*>(&port), sizeof(sockaddr_in));
    }
    for (std::size_t i = 0; i < ports.size(); ++i)
      if (::recv(b, buffer.data(), buffer.size(), 0) < 0) ++lost;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["lost"] = static_cast<double>(lost);
  ::close(a);
  ::close(b);
}
BENCHMARK(relay_bursts)->Arg(1)->Arg(100)->Arg(1000)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tandem::media
