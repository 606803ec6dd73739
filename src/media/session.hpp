// Two legs as a worker holds them. Made on the signalling thread, moved to the worker, moved back to be closed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "media/continuity.hpp"
#include "media/digit.hpp"
#include "media/latch.hpp"
#include "media/sockets.hpp"
#include "tandem/base/ids.hpp"
#include "tandem/base/media_report.hpp"
#include "tandem/base/unique_fd.hpp"
#include "tandem/media/path_spec.hpp"
#include "tandem/rtp/sequence_tracker.hpp"

namespace tandem::media {

enum class Side : std::uint8_t { A, B };

/// Which socket of a leg a datagram came to.
enum class Port : std::uint8_t {
  Rtp,
  Rtcp,
  Guard,  ///< shares the RTP port once that socket is connected: sees what is not from the connected peer
};

/// What one leg knows. What every packet touches comes first, in few cache lines.
struct alignas(64) Leg {
  UniqueFd rtp;
  bool connected = false;  ///< rtp is connected to the peer: the kernel knows the source
  bool send = false;
  bool send_rtcp = false;  ///< RTCP flows in both directions whatever the direction of the audio (RFC 3264 §5.1)
  bool receive = false;
  bool rtcp_mux = false;
  bool symmetric = false;
  bool silent = false;
  bool dials = false;               ///< digits of ours are being sent to this leg's peer, and nothing else
  bool may_connect = true;         ///< false once a guard could not be had: the socket stays open to all
  std::uint8_t clean_packets = 0;  ///< from the very address we send to, since it last changed
  std::uint32_t clock_rate = 8000;
  Instant last_heard{};           ///< RTP of the peer, or the start of waiting for it
  std::uint64_t last_tick = 0;    ///< in which this leg's sockets were last readable
  rtp::SequenceTracker incoming;
  StreamContinuity outgoing;      ///< the stream towards this leg's peer
  LegMediaReport counters;
  NativeAddress rtp_target;
  std::array<std::uint8_t, 128> payload_types{};  ///< of packets received here -> towards the other leg

  DigitSender digits;
  EventFormat events{kUnmapped};
  Latch latch;
  SocketAddress described_rtcp;
  SocketAddress rtcp_source;  ///< last source of RTCP that was the peer's
  NativeAddress rtcp_target;
  UniqueFd rtcp;
  UniqueFd guard;
  std::uint16_t rtp_port = 0;
};

struct Session {
  MediaSessionId id;
  std::size_t place = 0;  ///< in its worker's list
  Leg a;
  Leg b;

  Leg& leg(Side side) { return side == Side::A ? a : b; }
  Leg& other(Side side) { return side == Side::A ? b : a; }
};

int socket_of(const Leg&, Port);

/// Swaps the path between two packets: continuity, latches and counters live on.
void apply_path(Session&, const PathSpec&, Instant now);

/// Takes over where the latch now says to send; a socket connected elsewhere is disconnected.
void retarget(Leg&);

/// The counters with what the trackers know.
MediaReport report_of(const Session&);

}  // namespace tandem::media
