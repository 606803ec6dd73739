#include <algorithm>

#include "tandem/media/path_spec.hpp"

namespace tandem::media {

namespace {

bool is_usable(const SocketAddress& address) {
  return address.port != 0 && !address.ip.is_unset() && !address.ip.is_unspecified();
}

LegSpec plan_leg(const std::optional<sdp::NegotiatedLeg>& negotiated, bool symmetric) {
  LegSpec leg;
  leg.symmetric = symmetric;
  if (!negotiated) return leg;
  leg.remote_rtp = negotiated->remote_rtp;
  leg.remote_rtcp = negotiated->remote_rtcp;
  leg.rtcp_mux = negotiated->rtcp_mux;
  leg.send = negotiated->we_send && is_usable(negotiated->remote_rtp);
  leg.receive = negotiated->we_receive;
  for (const sdp::Codec& codec : negotiated->receive_codecs) {
    if (codec.is_telephone_event()) continue;
    leg.clock_rate = codec.clock_rate;
    break;
  }
  const auto event = std::find_if(negotiated->codecs.begin(), negotiated->codecs.end(), [&](const sdp::Codec& codec) {
    return codec.is_telephone_event() && codec.clock_rate == leg.clock_rate;
  });
  if (event != negotiated->codecs.end()) leg.event_payload_type = event->payload_type;
  return leg;
}

/// The codec of `offered` that means the same as `wanted`: one with equal parameters before one with others, the best
/// first within each.
const sdp::Codec* find_same(const std::vector<sdp::Codec>& offered, const sdp::Codec& wanted) {
  const auto exact = std::find_if(offered.begin(), offered.end(), [&](const sdp::Codec& codec) {
    return codec.same_encoding(wanted) && codec.fmtp == wanted.fmtp;
  });
  if (exact != offered.end()) return &*exact;
  const auto same = std::find_if(offered.begin(), offered.end(),
                                 [&](const sdp::Codec& codec) { return codec.same_encoding(wanted); });
  return same == offered.end() ? nullptr : &*same;
}

std::array<std::uint8_t, 128> plan_payload_types(const std::optional<sdp::NegotiatedLeg>& from,
                                                 const std::optional<sdp::NegotiatedLeg>& to) {
  std::array<std::uint8_t, 128> table{};
  table.fill(kUnmapped);
  if (!from || !to) return table;
  for (const sdp::Codec& received : from->receive_codecs) {
    if (received.payload_type >= table.size() || table[received.payload_type] != kUnmapped) continue;
    if (const sdp::Codec* sent = find_same(to->codecs, received)) table[received.payload_type] = sent->payload_type;
  }
  return table;
}

}  // namespace

PathSpec plan(const std::optional<sdp::NegotiatedLeg>& a, const std::optional<sdp::NegotiatedLeg>& b, bool symmetric_a,
              bool symmetric_b) {
  PathSpec path;
  path.a = plan_leg(a, symmetric_a);
  path.b = plan_leg(b, symmetric_b);
  path.a_to_b = plan_payload_types(a, b);
  path.b_to_a = plan_payload_types(b, a);
  return path;
}

}  // namespace tandem::media
