#include "media/relay.hpp"

#include <cerrno>
#include <optional>

#include "tandem/rtp/rtcp_view.hpp"
#include "tandem/rtp/rtp_view.hpp"

namespace tandem::media {

namespace {

/// Audio never fills an Ethernet frame; of a longer datagram only its length is known, and it counts as malformed.
constexpr std::size_t kLongestDatagram = 2048;

using Octets = std::span<std::uint8_t>;
/// nullptr: the socket is connected, the kernel vouches for the source.
using Source = const SocketAddress*;

/// to: nullptr for a connected socket.
bool send_datagram(int fd, Octets octets, const NativeAddress* to) {
  // A connected socket first hands over the ICMP error of an earlier packet (a peer that closed its port), then sends.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const ssize_t sent = to == nullptr
                             ? ::send(fd, octets.data(), octets.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                             : ::sendto(fd, octets.data(), octets.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                                        reinterpret_cast<const sockaddr*>(&to->storage), to->length);
    if (sent >= 0) [[likely]] return true;
    if (errno != ECONNREFUSED) return false;
  }
  return false;
}

/// The latch's verdict, counted and reported.
bool is_the_peers(Session& session, Side from, std::uint32_t ssrc, Source source, RelayContext& context) {
  Leg& in = session.leg(from);
  if (source == nullptr) [[likely]] return true;
  if (in.connected) in.latch.heard(in.last_heard);  // what the connected socket read since, the latch was not asked about
  switch (in.latch.judge(*source, ssrc, context.now)) {
    case Latch::Verdict::Accepted:
      if (in.clean_packets < kCleanBeforeConnect && *source == in.latch.target()) ++in.clean_packets;
      return true;
    case Latch::Verdict::Moved:
      retarget(in);
      context.reporter.latched(session, from);
      return true;
    case Latch::Verdict::Unproven:
      ++context.totals.dropped.unproven;
      return false;
    case Latch::Verdict::Foreign:
      ++in.counters.foreign_packets;
      ++context.totals.dropped.foreign;
      return false;
  }
  return false;
}

void relay_rtcp(Session& session, Side from, Octets octets, RelayContext& context) {
  Leg& in = session.leg(from);
  Leg& out = session.other(from);
  const auto compound = rtp::RtcpView::parse(octets);
  if (!compound) {
    ++in.counters.malformed_packets;
    ++context.totals.dropped.malformed;
    return;
  }
  ++in.counters.received_rtcp;
  const NativeAddress& target = out.rtcp_mux ? out.rtp_target : out.rtcp_target;
  if (!out.send_rtcp || !target) {
    ++context.totals.dropped.not_connected;
    return;
  }
  if (out.outgoing.is_rewriting() || in.outgoing.is_rewriting()) rewrite_rtcp(*compound, out.outgoing, in.outgoing);
  const int fd = out.rtcp_mux ? out.rtp.borrow() : out.rtcp.borrow();
  if (!send_datagram(fd, octets, out.rtcp_mux && out.connected ? nullptr : &target)) {
    ++out.counters.unsendable_packets;
    ++context.totals.dropped.unsendable;
    return;
  }
  ++out.counters.sent_rtcp;
  ++context.totals.sent;
}

void send_rtp(Leg& out, Octets octets, RelayContext& context) {
  if (!send_datagram(out.rtp.borrow(), octets, out.connected ? nullptr : &out.rtp_target)) [[unlikely]] {
    ++out.counters.unsendable_packets;
    ++context.totals.dropped.unsendable;
    return;
  }
  ++out.counters.sent_packets;
  out.counters.sent_octets += octets.size();
  ++context.totals.sent;
}

/// validate -> latch -> observe -> map -> rewrite -> send
void relay_rtp(Session& session, Side from, Octets octets, Source source, RelayContext& context) {
  Leg& in = session.leg(from);
  Leg& out = session.other(from);
  auto packet = rtp::RtpView::parse(octets);
  if (!packet) [[unlikely]] {
    ++in.counters.malformed_packets;
    ++context.totals.dropped.malformed;
    return;
  }
  if (!is_the_peers(session, from, packet->ssrc(), source, context)) return;

  ++in.counters.received_packets;
  in.counters.received_octets += octets.size();
  in.last_heard = context.now;
  if (in.silent) [[unlikely]] context.reporter.silence_changed(session, from, Silence::Ended);
  in.incoming.enter(packet->ssrc(), packet->sequence(), packet->timestamp(), context.now_us, in.clock_rate);

  if (!in.receive || !out.send || !out.rtp_target || out.dials) [[unlikely]] {
    ++context.totals.dropped.not_connected;
    return;
  }
  const std::uint8_t payload_type = in.payload_types[packet->payload_type()];
  if (payload_type == kUnmapped) [[unlikely]] {
    ++in.counters.unmapped_packets;
    ++context.totals.dropped.unmapped;
    return;
  }
  packet->change_payload_type(payload_type);
  out.outgoing.apply(*packet, context.now, in.clock_rate);

  send_rtp(out, octets, context);
}

/// RTCP on its own port is the peer's when its IP address is that of the peer's RTP (or of its description).
bool is_the_peers_rtcp(Leg& leg, const SocketAddress& source) {
  const bool known = source.ip == leg.latch.target().ip || source.ip == leg.described_rtcp.ip;
  if (known && leg.symmetric && source != leg.rtcp_source) {
    leg.rtcp_source = source;
    retarget(leg);
  }
  return known;
}

void relay_datagram(Session& session, Side from, Port port, Octets octets, Source source, RelayContext& context) {
  Leg& in = session.leg(from);
  ++context.totals.received;
  if (octets.size() > kLongestDatagram) {
    ++in.counters.malformed_packets;
    ++context.totals.dropped.malformed;
    return;
  }
  if (port != Port::Rtcp) {
    if (!in.rtcp_mux || !rtp::looks_like_rtcp(octets)) return relay_rtp(session, from, octets, source, context);
    if (source == nullptr || *source == in.latch.source()) return relay_rtcp(session, from, octets, context);
  } else if (is_the_peers_rtcp(in, *source)) {
    return relay_rtcp(session, from, octets, context);
  }
  ++in.counters.foreign_packets;
  ++context.totals.dropped.foreign;
}

}  // namespace

void send_digits(Leg& leg, RelayContext& context) {
  while (auto packet = leg.digits.next(context.now, leg.events, leg.outgoing)) {
    // A peer that is on hold or gone misses the digit, as it would miss it from a telephone.
    if (leg.send && leg.rtp_target && leg.events.payload_type != kUnmapped) send_rtp(leg, *packet, context);
  }
  leg.dials = leg.digits.active();
}

void relay_waiting(Session& session, Side from, Port port, int limit, RelayContext& context) {
  alignas(16) std::uint8_t buffer[kLongestDatagram];
  Leg& in = session.leg(from);
  const int fd = socket_of(in, port);
  for (int i = 0; i < limit; ++i) {
    // MSG_TRUNC: the result is the datagram's own length, also when that is beyond the buffer.
    if (port == Port::Rtp && in.connected) [[likely]] {
      const ssize_t length = ::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT | MSG_TRUNC);
      if (length < 0) {
        if (errno == ECONNREFUSED) continue;  // an ICMP error of an earlier send: taken, read on
        return;
      }
      relay_datagram(session, from, port, Octets(buffer, static_cast<std::size_t>(length)), nullptr, context);
      continue;
    }
    sockaddr_storage native;
    socklen_t native_length = sizeof native;
    const ssize_t length = ::recvfrom(fd, buffer, sizeof buffer, MSG_DONTWAIT | MSG_TRUNC,
                                      reinterpret_cast<sockaddr*>(&native), &native_length);
    if (length < 0) {
      if (errno == ECONNREFUSED) continue;
      return;
    }
    const SocketAddress source = SocketAddress::from_native(native);
    relay_datagram(session, from, port, Octets(buffer, static_cast<std::size_t>(length)), &source, context);
  }
}

}  // namespace tandem::media
