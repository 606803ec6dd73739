#include "media/sockets.hpp"

#include <fcntl.h>
#include <netinet/ip.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace tandem::media {

namespace {

// 172-byte packets take about 1.3 kB each of this (the kernel doubles it): a second of audio, and no more memory for a flood.
constexpr int kReceiveQueueOctets = 32 * 1024;
constexpr int kExpeditedForwarding = 0xb8;

template <class Value>
bool set_option(int fd, int level, int option, Value value) {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

Expected<UniqueFd, int> make_socket(const IpAddress& address) {
  const int family = address.is_v6() ? AF_INET6 : AF_INET;
  UniqueFd fd = UniqueFd::adopt(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return unexpected(int{errno});
  if (family == AF_INET6) {
    set_option(fd.borrow(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
    set_option(fd.borrow(), IPPROTO_IPV6, IPV6_TCLASS, kExpeditedForwarding);
  } else {
    set_option(fd.borrow(), IPPROTO_IP, IP_TOS, kExpeditedForwarding);
  }
  set_option(fd.borrow(), SOL_SOCKET, SO_RCVBUF, kReceiveQueueOctets);
  return fd;
}

}  // namespace

Expected<UniqueFd, int> bind_socket(const IpAddress& address, std::uint16_t port) {
  auto fd = make_socket(address);
  if (!fd) return fd;
  sockaddr_storage native{};
  const socklen_t length = SocketAddress{address, port}.to_native(native);
  if (::bind(fd->borrow(), reinterpret_cast<const sockaddr*>(&native), length) != 0) return unexpected(int{errno});
  return fd;
}

NativeAddress to_native(const SocketAddress& address) {
  NativeAddress native;
  if (address.port == 0 || address.ip.is_unset() || address.ip.is_unspecified()) return native;
  native.length = address.to_native(native.storage);
  return native;
}

Expected<SocketPair, int> bind_pair(const IpAddress& address, std::uint16_t rtp_port) {
  auto rtp = bind_socket(address, rtp_port);
  if (!rtp) return unexpected(int{rtp.error()});
  auto rtcp = bind_socket(address, static_cast<std::uint16_t>(rtp_port + 1));
  if (!rtcp) return unexpected(int{rtcp.error()});
  return SocketPair{rtp_port, std::move(*rtp), std::move(*rtcp)};
}

Expected<UniqueFd, int> bind_guard(int connected_soon) {
  sockaddr_storage local{};
  socklen_t length = sizeof local;
  if (::getsockname(connected_soon, reinterpret_cast<sockaddr*>(&local), &length) != 0) return unexpected(int{errno});
  auto guard = make_socket(SocketAddress::from_native(local).ip);
  if (!guard) return guard;
  // Both sockets allow sharing for the length of this bind only, so that no other process can ever share the port.
  set_option(connected_soon, SOL_SOCKET, SO_REUSEADDR, 1);
  set_option(guard->borrow(), SOL_SOCKET, SO_REUSEADDR, 1);
  const int bound = ::bind(guard->borrow(), reinterpret_cast<const sockaddr*>(&local), length);
  const int error = errno;
  set_option(connected_soon, SOL_SOCKET, SO_REUSEADDR, 0);
  set_option(guard->borrow(), SOL_SOCKET, SO_REUSEADDR, 0);
  if (bound != 0) return unexpected(int{error});
  return guard;
}

bool connect_socket(int fd, const NativeAddress& peer) {
  return ::connect(fd, reinterpret_cast<const sockaddr*>(&peer.storage), peer.length) == 0;
}

void disconnect_socket(int fd) {
  sockaddr nobody{};
  nobody.sa_family = AF_UNSPEC;
  (void)::connect(fd, &nobody, sizeof nobody);  // the bound address and port stay (udp(7))
}

void reserve_descriptors(int count) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < 2) return;
  const auto highest = static_cast<int>(std::min<rlim_t>(limit.rlim_cur - 1, static_cast<rlim_t>(count)));
  UniqueFd any = UniqueFd::adopt(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!any) return;
  UniqueFd high = UniqueFd::adopt(::fcntl(any.borrow(), F_DUPFD_CLOEXEC, highest));
}

}  // namespace tandem::media
