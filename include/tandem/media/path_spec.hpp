// What will happen to a packet, decided once at negotiation. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "tandem/base/address.hpp"
#include "tandem/sdp/negotiate.hpp"

namespace tandem::media {

inline constexpr std::uint8_t kUnmapped = 0xff;

/// One leg of a path as the worker needs it.
struct LegSpec {
  SocketAddress remote_rtp;   ///< unset: nothing is sent
  SocketAddress remote_rtcp;
  bool rtcp_mux = false;
  bool symmetric = false;     ///< send to where the stream comes from (R-131)
  bool send = false;          ///< direction, and known address
  bool receive = false;
  std::uint32_t clock_rate = 8000;
  std::uint8_t event_payload_type = kUnmapped;  ///< of telephone events towards this peer, on the clock of its voice
  friend bool operator==(const LegSpec&, const LegSpec&) = default;
};

struct PathSpec {
  LegSpec a;
  LegSpec b;
  std::array<std::uint8_t, 128> a_to_b{};  ///< payload type of A's packets -> on the wire towards B; kUnmapped: dropped
  std::array<std::uint8_t, 128> b_to_a{};
  friend bool operator==(const PathSpec&, const PathSpec&) = default;
};

/// An absent side neither sends nor receives yet.
PathSpec plan(const std::optional<sdp::NegotiatedLeg>& a, const std::optional<sdp::NegotiatedLeg>& b, bool symmetric_a,
              bool symmetric_b);

}  // namespace tandem::media
