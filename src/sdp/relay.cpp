#include "sdp/codec.hpp"

namespace tandem::sdp {
namespace {

void add_attribute(Media& media, std::string name, std::optional<std::string> value = std::nullopt) {
  media.attributes.push_back({std::move(name), std::move(value)});
}

void add_codec(Media& media, const Codec& codec, std::uint8_t payload_type) {
  const std::string number = std::to_string(payload_type);
  media.formats.push_back(number);
  std::string map = number + " " + codec.name + "/" + std::to_string(codec.clock_rate);
  if (codec.channels != 1) map.append("/").append(std::to_string(codec.channels));
  add_attribute(media, "rtpmap", std::move(map));
  if (!codec.fmtp.empty()) add_attribute(media, "fmtp", number + " " + codec.fmtp);
}

std::string name_of(Direction direction) {
  switch (direction) {
    case Direction::SendRecv:
      return "sendrecv";
    case Direction::SendOnly:
      return "sendonly";
    case Direction::RecvOnly:
      return "recvonly";
    case Direction::Inactive:
      return "inactive";
  }
  return "sendrecv";
}

/// What we write after the codecs. a=rtcp only where RTCP is not on the next port (RFC 3605 §2.1). rtcp-mux
/// is never written: the relay has a port for each, and a peer must then do without it (RFC 5761 §5.1.1).
void add_stream_attributes(Media& media, const AudioStream& other, Direction direction,
                           const LocalMedia& local) {
  if (local.rtcp_port != local.rtp_port + 1) add_attribute(media, "rtcp", std::to_string(local.rtcp_port));
  if (other.ptime_ms) add_attribute(media, "ptime", std::to_string(*other.ptime_ms));
  if (other.maxptime_ms) add_attribute(media, "maxptime", std::to_string(*other.maxptime_ms));
  add_attribute(media, name_of(direction));
}

/// A description of our own: nothing in it but our address and our numbers.
Session own_session(const LocalMedia& local, LocalOrigin origin) {
  Session session;
  session.origin.session_id = origin.session_id;
  session.origin.version = origin.version;
  session.origin.address = local.address.print();
  session.connection = session.origin.address;
  return session;
}

/// The refusal of one offered stream: everything repeated but the port. RFC 3264 §6.
Media refused(const Media& offered) {
  Media media;
  media.type = offered.type;
  media.protocol = offered.protocol;
  media.formats = offered.formats;
  return media;
}

}  // namespace

Session relay_offer(const Session&, const AudioStream& other_audio, const LocalMedia& local,
                    LocalOrigin origin) {
  Session offer = own_session(local, origin);
  Media& media = offer.media.emplace_back();
  media.type = "audio";
  media.port = local.rtp_port;
  media.protocol = "RTP/AVP";
  for (const Codec& codec : other_audio.codecs) add_codec(media, codec, codec.payload_type);
  add_stream_attributes(media, other_audio, other_audio.direction, local);
  return offer;
}

Expected<Session, NegotiationError> relay_answer(const Session& offer, const AudioStream& offer_audio,
                                                 const AudioStream& other_answer_audio,
                                                 const LocalMedia& local, LocalOrigin origin) {
  if (offer_audio.media_index >= offer.media.size()) return unexpected(NegotiationError::AnswerMismatch);
  if (other_answer_audio.rtp.port == 0) return unexpected(NegotiationError::Refused);
  Session answer = own_session(local, origin);
  answer.media.reserve(offer.media.size());
  for (const Media& offered : offer.media) answer.media.push_back(refused(offered));

  Media& media = answer.media[offer_audio.media_index];
  media.port = local.rtp_port;
  media.formats.clear();
  bool has_audio = false;
  for (const auto& [theirs, offered] : match_codecs(other_answer_audio.codecs, offer_audio.codecs)) {
    const Codec& codec = other_answer_audio.codecs[theirs];
    add_codec(media, codec, offer_audio.codecs[offered].payload_type);
    has_audio = has_audio || carries_audio(codec);
  }
  if (!has_audio) return unexpected(NegotiationError::NoCommonCodec);
  // No more than the offer allows, whatever the other side wrote: RFC 3264 §6.1.
  const Direction direction =
      direction_of(sends(other_answer_audio.direction) && receives(offer_audio.direction),
                   receives(other_answer_audio.direction) && sends(offer_audio.direction));
  add_stream_attributes(media, other_answer_audio, direction, local);
  return answer;
}

}  // namespace tandem::sdp
