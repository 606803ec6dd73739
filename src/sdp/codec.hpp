// What the files of this room share about codecs and audio sections. Not part of the door.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "tandem/sdp/negotiate.hpp"

namespace tandem::sdp {

/// Codecs of an m-line in its order: a=rtpmap where there is one, RFC 3551 §6 where the payload type is
/// static. A format that neither explains is left out: nobody could say what it is.
std::vector<Codec> codecs_of(const Media&);

/// Whether it carries speech or sound by itself: not telephone-event, not comfort noise.
bool carries_audio(const Codec&);

/// Index in `left` and in `right` of codecs that are the same encoding, in the order of `left`, each used
/// once.
std::vector<std::pair<std::size_t, std::size_t>> match_codecs(const std::vector<Codec>& left,
                                                              const std::vector<Codec>& right);

/// Whether the m-line is audio over RTP/AVP or RTP/AVPF.
bool is_plain_audio(const Media&);
bool is_audio(const Media&);

/// The stream that the m-line describes. Error: BadAddress.
Expected<AudioStream, NegotiationError> read_stream(const Session&, std::size_t media_index);

/// Where that side wants RTCP: what a=rtcp says, else the port after RTP; port 0 where there is none such.
SocketAddress rtcp_beside(const Media&, const SocketAddress& rtp);

constexpr bool sends(Direction direction) {
  return direction == Direction::SendRecv || direction == Direction::SendOnly;
}
constexpr bool receives(Direction direction) {
  return direction == Direction::SendRecv || direction == Direction::RecvOnly;
}
constexpr Direction direction_of(bool sending, bool receiving) {
  if (sending) return receiving ? Direction::SendRecv : Direction::SendOnly;
  return receiving ? Direction::RecvOnly : Direction::Inactive;
}

}  // namespace tandem::sdp
