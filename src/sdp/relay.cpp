#include <algorithm>
#include <array>

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

bool is_live_audio(const Media& media) { return is_audio(media) && media.port != 0; }

/// Codecs of the live audio of a description.
void add_codecs_of(const Session& session, std::vector<Codec>& codecs) {
  for (const Media& media : session.media) {
    if (!is_live_audio(media)) continue;
    const std::vector<Codec> written = codecs_of(media);
    codecs.insert(codecs.end(), written.begin(), written.end());
  }
}

/// Which payload types a dialog has given a meaning.
class Numbering {
 public:
  Numbering(const Session& ours, const Session& theirs) {
    add_codecs_of(ours, known_);
    add_codecs_of(theirs, known_);
  }
  /// The number that the codec has already, else the one it came with where that is free, else a free one.
  std::uint8_t number(const Codec& codec) {
    for (const Codec& known : known_) {
      if (known.same_encoding(codec) && !taken_[known.payload_type]) return take(known.payload_type);
    }
    if (is_free(codec.payload_type)) return take(codec.payload_type);
    for (std::uint8_t dynamic = 96; dynamic < 128; ++dynamic) {
      if (is_free(dynamic)) return take(dynamic);
    }
    return take(codec.payload_type);  // every number has a meaning: kMaxFormats keeps a lawful peer from here
  }

 private:
  std::uint8_t take(std::uint8_t number) {
    taken_[number] = true;
    return number;
  }
  bool is_free(std::uint8_t number) const {
    const auto means = [&](const Codec& codec) { return codec.payload_type == number; };
    return !taken_[number] && std::none_of(known_.begin(), known_.end(), means);
  }
  std::vector<Codec> known_;
  std::array<bool, 256> taken_{};
};

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

Session relay_next_offer(const Session& our_last, const Session& their_last, AudioStream other_audio,
                         const LocalMedia& local, LocalOrigin origin) {
  Numbering numbering(our_last, their_last);
  for (Codec& codec : other_audio.codecs) codec.payload_type = numbering.number(codec);
  Session offer = relay_offer(our_last, other_audio, local, origin);
  Media audio = std::move(offer.media.front());
  offer.media.clear();
  offer.media.reserve(our_last.media.size());
  for (const Media& last : our_last.media) offer.media.push_back(refused(last));
  auto place = std::find_if(our_last.media.begin(), our_last.media.end(), is_live_audio);
  if (place == our_last.media.end()) place = std::find_if(our_last.media.begin(), our_last.media.end(), is_audio);
  const auto index = static_cast<std::size_t>(place - our_last.media.begin());
  if (index == offer.media.size()) {
    offer.media.push_back(std::move(audio));
  } else {
    offer.media[index] = std::move(audio);
  }
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
