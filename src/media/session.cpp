#include "media/session.hpp"

#include <cstring>

namespace tandem::media {

namespace {

/// Where RTCP goes: the described address, or behind a NAT the source the peer's own RTCP came from, or the port above its RTP.
SocketAddress rtcp_target_of(const Leg& leg) {
  const SocketAddress& rtp = leg.latch.target();
  if (leg.rtcp_mux) return rtp;
  if (leg.rtcp_source.port != 0 && leg.rtcp_source.ip == rtp.ip) return leg.rtcp_source;
  if (leg.described_rtcp.ip == rtp.ip) return leg.described_rtcp;
  if (rtp.port == 0) return leg.described_rtcp;
  return SocketAddress{rtp.ip, static_cast<std::uint16_t>(rtp.port + 1)};
}

}  // namespace

void retarget(Leg& leg) {
  const NativeAddress target = to_native(leg.latch.target());
  const bool moved = target.length != leg.rtp_target.length ||
                     std::memcmp(&target.storage, &leg.rtp_target.storage, target.length) != 0;
  leg.rtp_target = target;
  leg.rtcp_target = to_native(rtcp_target_of(leg));
  if (!moved && leg.latch.sends_to_source()) return;
  if (leg.connected) disconnect_socket(leg.rtp.borrow());
  leg.connected = false;
  leg.clean_packets = 0;
}

namespace {

void apply_leg(Leg& leg, const LegSpec& spec, Leg& other, Instant now) {
  const SocketAddress target_before = leg.latch.target();
  leg.latch.point(spec.remote_rtp, spec.symmetric ? LatchMode::Symmetric : LatchMode::Fixed, now);
  if (leg.latch.source().port == 0 && target_before.port != 0) {
    other.outgoing.restart();  // what this peer sends from now on comes from elsewhere
    leg.rtcp_source = {};
  }
  const bool starts_to_receive = spec.receive && !leg.receive;
  leg.send = spec.send;
  leg.send_rtcp = spec.remote_rtp.port != 0;
  leg.symmetric = spec.symmetric;
  leg.receive = spec.receive;
  leg.rtcp_mux = spec.rtcp_mux;
  leg.clock_rate = spec.clock_rate == 0 ? 8000 : spec.clock_rate;
  leg.events.payload_type = spec.event_payload_type;
  leg.events.clock_rate = leg.clock_rate;
  leg.described_rtcp = spec.remote_rtcp;
  if (starts_to_receive) leg.last_heard = now;
  retarget(leg);
}

}  // namespace

int socket_of(const Leg& leg, Port port) {
  if (port == Port::Rtp) return leg.rtp.borrow();
  return port == Port::Rtcp ? leg.rtcp.borrow() : leg.guard.borrow();
}

void apply_path(Session& session, const PathSpec& path, Instant now) {
  apply_leg(session.a, path.a, session.b, now);
  apply_leg(session.b, path.b, session.a, now);
  session.a.payload_types = path.a_to_b;
  session.b.payload_types = path.b_to_a;
}

MediaReport report_of(const Session& session) {
  MediaReport report{session.a.counters, session.b.counters};
  const auto add_stream = [](LegMediaReport& counters, const rtp::SequenceTracker& stream) {
    counters.lost_packets = stream.lost();
    counters.reordered_packets = stream.reordered();
    counters.jitter_us = stream.jitter_us();
  };
  add_stream(report.a, session.a.incoming);
  add_stream(report.b, session.b.incoming);
  return report;
}

}  // namespace tandem::media
