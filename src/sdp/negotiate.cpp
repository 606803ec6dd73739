#include "sdp/codec.hpp"

namespace tandem::sdp {
namespace {

/// The one audio stream of a description that we wrote ourselves.
Expected<std::size_t, NegotiationError> own_audio(const Session& ours) {
  for (std::size_t i = 0; i < ours.media.size(); ++i)
    if (is_plain_audio(ours.media[i]) && ours.media[i].port != 0) return i;
  return unexpected(NegotiationError::NoAudio);
}

}  // namespace

Expected<NegotiatedLeg, NegotiationError> negotiate(const Session& ours, const Session& theirs) {
  const auto index = own_audio(ours);
  if (!index) return unexpected(index.error());
  if (ours.media.size() != theirs.media.size()) return unexpected(NegotiationError::AnswerMismatch);
  const Media& their_media = theirs.media[*index];
  if (!is_audio(their_media)) return unexpected(NegotiationError::AnswerMismatch);
  if (their_media.port == 0) return unexpected(NegotiationError::Refused);
  if (!is_plain_audio(their_media)) return unexpected(NegotiationError::UnsupportedProfile);
  const auto local = read_stream(ours, *index);
  if (!local) return unexpected(local.error());
  const auto remote = read_stream(theirs, *index);
  if (!remote) return unexpected(remote.error());

  NegotiatedLeg leg;
  bool has_audio = false;
  for (const auto& [at_theirs, at_ours] : match_codecs(remote->codecs, local->codecs)) {
    leg.codecs.push_back(remote->codecs[at_theirs]);
    leg.receive_codecs.push_back(local->codecs[at_ours]);
    has_audio = has_audio || carries_audio(leg.codecs.back());
  }
  if (!has_audio) return unexpected(NegotiationError::NoCommonCodec);
  leg.remote_rtp = remote->rtp;
  leg.rtcp_mux = local->rtcp_mux && remote->rtcp_mux;
  leg.remote_rtcp = leg.rtcp_mux ? remote->rtp : rtcp_beside(their_media, remote->rtp);
  leg.we_send = sends(local->direction) && receives(remote->direction);
  leg.we_receive = receives(local->direction) && sends(remote->direction);
  return leg;
}

}  // namespace tandem::sdp
