// What the media room counted on one leg: said by media, carried by call, written by cdr.
#pragma once

#include <cstdint>

namespace tandem {

/// Counters of one leg since the session was opened. Packets and octets are RTP payload datagrams as on the wire.
struct LegMediaReport {
  std::uint64_t received_packets = 0;
  std::uint64_t received_octets = 0;
  std::uint64_t sent_packets = 0;
  std::uint64_t sent_octets = 0;
  std::uint64_t lost_packets = 0;      ///< gaps in the received sequence numbers (RFC 3550 §6.4.1, cumulative)
  std::uint64_t reordered_packets = 0;
  std::uint64_t foreign_packets = 0;   ///< from an address that is not the peer's
  std::uint64_t malformed_packets = 0;
  std::uint64_t unsendable_packets = 0;  ///< the kernel refused the send
  std::uint64_t unmapped_packets = 0;    ///< payload type that was not negotiated
  std::uint64_t received_rtcp = 0;
  std::uint64_t sent_rtcp = 0;
  std::uint32_t jitter_us = 0;           ///< interarrival jitter (RFC 3550 §6.4.1)
  friend bool operator==(const LegMediaReport&, const LegMediaReport&) = default;
};

struct MediaReport {
  LegMediaReport a;
  LegMediaReport b;
  friend bool operator==(const MediaReport&, const MediaReport&) = default;
};

}  // namespace tandem
