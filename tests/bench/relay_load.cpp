// Worker CPU a relayed packet: the media engine in this process, a generator of both ends in a child process.
// relay_load [--calls N]... [--seconds S] [--no-realtime]: each N sessions at 50 packets a second and direction, 172 octets,
// on 127.0.0.0/8. Prints one line a run; exits 1 when a packet was lost, so a figure never hides a relay that drops.
#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>
#include <vector>

#include "tandem/media/engine.hpp"

namespace {

using namespace tandem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kPacket = 172;
constexpr int kSlots = 80;  // the 20 ms of a packet interval in quarters of a millisecond
constexpr auto kSlot = std::chrono::microseconds(250);
constexpr std::uint16_t kEndPort = 40000;
constexpr const char* kEndAddress[2] = {"127.0.0.10", "127.0.0.20"};
constexpr const char* kRelayAddress = "127.0.0.30";

struct Counts {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  std::uint32_t latency_p50_us = 0;
  std::uint32_t latency_p99_us = 0;
};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(2);
}

sockaddr_in native(const char* address, std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  ::inet_pton(AF_INET, address, &out.sin_addr);
  return out;
}

std::int64_t wall_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1000000000 + now.tv_nsec;
}

// Both ends of every call: one socket an end, the calls told apart by the relay's port. The time in the payload, taken
// before sending, against the kernel's receive stamp gives the way through the relay without the generator's own delay.
class Generator {
 public:
  explicit Generator(std::vector<std::array<std::uint16_t, 2>> ports) : ports_(std::move(ports)) {
    for (std::size_t end = 0; end < 2; ++end) {
      fd_[end] = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
      const sockaddr_in address = native(kEndAddress[end], kEndPort);
      const int queue = 8 * 1024 * 1024;
      const int on = 1;
      ::setsockopt(fd_[end], SOL_SOCKET, SO_RCVBUFFORCE, &queue, sizeof queue);
      ::setsockopt(fd_[end], SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
      if (::bind(fd_[end], reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind of an end");
    }
    latencies_.reserve(4000000);
  }

  Counts run(std::chrono::seconds length) {
    const auto start = Clock::now();
    const auto slots = static_cast<std::uint64_t>(length / kSlot);
    for (std::uint64_t slot = 0; slot < slots; ++slot) {
      std::this_thread::sleep_until(start + slot * kSlot);
      for (std::size_t call = slot % kSlots; call < ports_.size(); call += kSlots)
        for (std::size_t end = 0; end < 2; ++end) add(end, call, static_cast<std::uint16_t>(slot / kSlots));
      for (std::size_t end = 0; end < 2; ++end) flush(end);
      for (std::size_t end = 0; end < 2; ++end) drain(end);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    for (std::size_t end = 0; end < 2; ++end) drain(end);
    std::sort(latencies_.begin(), latencies_.end());
    if (!latencies_.empty()) {
      counts_.latency_p50_us = latencies_[latencies_.size() / 2];
      counts_.latency_p99_us = latencies_[latencies_.size() * 99 / 100];
    }
    return counts_;
  }

 private:
  static constexpr unsigned kBatch = 16;
  struct Batch {
    std::array<std::array<std::uint8_t, kPacket>, kBatch> octets{};
    std::array<sockaddr_in, kBatch> to{};
    unsigned count = 0;
  };

  void add(std::size_t end, std::size_t call, std::uint16_t sequence) {
    Batch& batch = batch_[end];
    auto& octets = batch.octets[batch.count];
    const std::uint32_t timestamp = sequence * 160U;
    const auto ssrc = static_cast<std::uint32_t>(call * 2 + end + 1);
    octets[0] = 0x80;
    octets[1] = 8;
    octets[2] = static_cast<std::uint8_t>(sequence >> 8);
    octets[3] = static_cast<std::uint8_t>(sequence);
    for (unsigned i = 0; i < 4; ++i) {
      octets[4 + i] = static_cast<std::uint8_t>(timestamp >> (24 - 8 * i));
      octets[8 + i] = static_cast<std::uint8_t>(ssrc >> (24 - 8 * i));
    }
    batch.to[batch.count] = native(kRelayAddress, ports_[call][end]);
    if (++batch.count == kBatch) flush(end);
  }

  void flush(std::size_t end) {
    Batch& batch = batch_[end];
    std::array<mmsghdr, kBatch> messages{};
    std::array<iovec, kBatch> parts{};
    const std::int64_t now = wall_ns();
    for (unsigned i = 0; i < batch.count; ++i) {
      std::memcpy(batch.octets[i].data() + 12, &now, sizeof now);
      parts[i] = {batch.octets[i].data(), kPacket};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_name = &batch.to[i];
      messages[i].msg_hdr.msg_namelen = sizeof batch.to[i];
    }
    const int sent = batch.count == 0 ? 0 : ::sendmmsg(fd_[end], messages.data(), batch.count, 0);
    if (sent > 0) counts_.sent += static_cast<std::uint64_t>(sent);
    batch.count = 0;
  }

  void drain(std::size_t end) {
    constexpr unsigned kMost = 64;
    static std::array<std::array<std::uint8_t, 256>, kMost> octets;
    static std::array<std::array<std::uint8_t, 64>, kMost> control;
    for (;;) {
      std::array<mmsghdr, kMost> messages{};
      std::array<iovec, kMost> parts{};
      for (unsigned i = 0; i < kMost; ++i) {
        parts[i] = {octets[i].data(), octets[i].size()};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_control = control[i].data();
        messages[i].msg_hdr.msg_controllen = control[i].size();
      }
      const int count = ::recvmmsg(fd_[end], messages.data(), kMost, MSG_DONTWAIT, nullptr);
      if (count <= 0) return;
      counts_.received += static_cast<std::uint64_t>(count);
      for (unsigned i = 0; i < static_cast<unsigned>(count); ++i) note_latency(messages[i].msg_hdr, octets[i].data());
    }
  }

  void note_latency(msghdr& message, const std::uint8_t* octets) {
    const cmsghdr* stamp = CMSG_FIRSTHDR(&message);
    if (stamp == nullptr || stamp->cmsg_type != SCM_TIMESTAMPNS || latencies_.size() == latencies_.capacity()) return;
    timespec arrived{};
    std::memcpy(&arrived, CMSG_DATA(stamp), sizeof arrived);
    std::int64_t left = 0;
    std::memcpy(&left, octets + 12, sizeof left);
    const std::int64_t way = std::int64_t{arrived.tv_sec} * 1000000000 + arrived.tv_nsec - left;
    latencies_.push_back(static_cast<std::uint32_t>(std::max<std::int64_t>(way, 0) / 1000));
  }

  std::vector<std::array<std::uint16_t, 2>> ports_;
  int fd_[2] = {-1, -1};
  std::array<Batch, 2> batch_{};
  std::vector<std::uint32_t> latencies_;
  Counts counts_;
};

double cpu_seconds(timeval rusage::*part) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>((usage.*part).tv_sec) + static_cast<double>((usage.*part).tv_usec) / 1e6;
}

media::PathSpec path_between_the_ends() {
  media::PathSpec path;
  for (std::size_t type = 0; type < 128; ++type)
    path.a_to_b[type] = path.b_to_a[type] = static_cast<std::uint8_t>(type);
  int end = 0;
  for (media::LegSpec* leg : {&path.a, &path.b}) {
    leg->remote_rtp = {*IpAddress::parse(kEndAddress[end]), kEndPort};
    leg->remote_rtcp = {*IpAddress::parse(kEndAddress[end]), kEndPort + 1};
    leg->send = leg->receive = true;
    ++end;
  }
  return path;
}

bool run(int calls, std::chrono::seconds length, bool realtime) {
  config::MediaSettings settings;
  settings.address = *IpAddress::parse(kRelayAddress);
  settings.first_port = 10000;
  settings.last_port = 30000;
  settings.workers = 1;
  settings.realtime = realtime;
  auto engine = media::start_media(settings);
  if (!engine) {
    std::fprintf(stderr, "%s\n", engine.error().c_str());
    std::exit(2);
  }
  std::vector<std::array<std::uint16_t, 2>> ports;
  for (int call = 0; call < calls; ++call) {
    auto opened = (*engine)->open();
    if (!opened) {
      std::fprintf(stderr, "session %d cannot be opened\n", call);
      std::exit(2);
    }
    (*engine)->connect(opened->id, path_between_the_ends());
    ports.push_back({opened->towards_a.rtp_port, opened->towards_b.rtp_port});
  }
  int result[2];
  if (::pipe(result) != 0) fail("pipe");
  const pid_t child = ::fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    const Counts counts = Generator(std::move(ports)).run(length);
    const ssize_t written = ::write(result[1], &counts, sizeof counts);
    ::_exit(written == sizeof counts ? 0 : 1);
  }
  // The window leaves out the first seconds, when sockets are not connected yet, and the end.
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  const auto before = (*engine)->stats();
  const double user = cpu_seconds(&rusage::ru_utime);
  const double system = cpu_seconds(&rusage::ru_stime);
  std::this_thread::sleep_for(length - std::chrono::milliseconds(3000));
  const double user_used = cpu_seconds(&rusage::ru_utime) - user;
  const double system_used = cpu_seconds(&rusage::ru_stime) - system;
  const auto after = (*engine)->stats();
  Counts counts;
  if (::read(result[0], &counts, sizeof counts) != sizeof counts) fail("read of the generator's counts");
  ::close(result[0]);
  ::close(result[1]);
  int status = 0;
  ::waitpid(child, &status, 0);
  const auto packets = static_cast<double>(after.packets_sent - before.packets_sent);
  std::printf("calls=%d realtime=%d packets=%.0f cpu_ns_per_packet=%.0f (user %.0f, system %.0f) sent=%llu lost=%lld "
              "latency_us p50=%u p99=%u\n",
              calls, after.realtime ? 1 : 0, packets, (user_used + system_used) * 1e9 / packets, user_used * 1e9 / packets,
              system_used * 1e9 / packets, static_cast<unsigned long long>(counts.sent),
              static_cast<long long>(counts.sent - counts.received), counts.latency_p50_us, counts.latency_p99_us);
  std::fflush(stdout);
  return counts.sent == counts.received;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<int> calls;
  int seconds = 8;
  bool realtime = true;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--calls" && i + 1 < argc) {
      calls.push_back(std::clamp(std::atoi(argv[++i]), 1, 2500));
    } else if (option == "--seconds" && i + 1 < argc) {
      seconds = std::clamp(std::atoi(argv[++i]), 5, 120);
    } else if (option == "--no-realtime") {
      realtime = false;
    } else {
      std::fprintf(stderr, "usage: relay_load [--calls N]... [--seconds S] [--no-realtime]\n");
      return 2;
    }
  }
  if (calls.empty()) calls = {100, 500, 1000};
  bool clean = true;
  for (const int count : calls) clean = run(count, std::chrono::seconds(seconds), realtime) && clean;
  return clean ? 0 : 1;
}
