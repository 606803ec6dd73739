// The system calls of the room, each wrapped once.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <span>

#include "media/port_pool.hpp"
#include "tandem/base/address.hpp"
#include "tandem/base/expected.hpp"
#include "tandem/base/unique_fd.hpp"

namespace tandem::media {

/// An address as the kernel wants it, converted once per path and not per packet.
struct NativeAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
  explicit operator bool() const { return length != 0; }
};
NativeAddress to_native(const SocketAddress&);  ///< false where the port is 0 or the address unusable

/// Binds one UDP socket, non-blocking, marked EF (RFC 4594 §4.1), with a receive queue of about a second. The error is an errno.
Expected<UniqueFd, int> bind_socket(const IpAddress&, std::uint16_t port);

/// Binds RTP and RTCP at rtp_port and the next.
Expected<SocketPair, int> bind_pair(const IpAddress&, std::uint16_t rtp_port);

/// Binds a second socket to the port of `connected_soon`: once that one is connected, packets of everybody else arrive here.
Expected<UniqueFd, int> bind_guard(int connected_soon);

bool connect_socket(int fd, const NativeAddress& peer);
void disconnect_socket(int fd);

/// Grows the table of descriptors now: the kernel waits for a grace period (tens of milliseconds) each time the table doubles
/// in a process with threads, and a media thread must not be the one that waits.
void reserve_descriptors(int count);

}  // namespace tandem::media
