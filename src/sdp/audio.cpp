#include "sdp/codec.hpp"
#include "tandem/base/text.hpp"

namespace tandem::sdp {
namespace {

std::optional<Direction> written_direction(const std::vector<Attribute>& attributes) {
  for (const Attribute& attribute : attributes) {
    if (attribute.name == "sendrecv") return Direction::SendRecv;
    if (attribute.name == "sendonly") return Direction::SendOnly;
    if (attribute.name == "recvonly") return Direction::RecvOnly;
    if (attribute.name == "inactive") return Direction::Inactive;
  }
  return std::nullopt;
}

std::optional<int> milliseconds(const Media& media, std::string_view name) {
  const Attribute* found = find_attribute(media.attributes, name);
  if (found == nullptr || !found->value) return std::nullopt;
  const auto number = parse_decimal(trim(*found->value), 1000);
  if (!number || *number == 0) return std::nullopt;
  return static_cast<int>(*number);
}

}  // namespace

Direction reversed(Direction direction) { return direction_of(receives(direction), sends(direction)); }

std::string_view to_string(NegotiationError error) {
  switch (error) {
    case NegotiationError::NoAudio:
      return "no_audio";
    case NegotiationError::BadAddress:
      return "bad_address";
    case NegotiationError::NoCommonCodec:
      return "no_common_codec";
    case NegotiationError::AnswerMismatch:
      return "answer_mismatch";
    case NegotiationError::Refused:
      return "refused";
    case NegotiationError::UnsupportedProfile:
      return "unsupported_profile";
  }
  return "";
}

bool is_audio(const Media& media) { return iequals(media.type, "audio"); }

bool is_plain_audio(const Media& media) {
  return is_audio(media) && (iequals(media.protocol, "RTP/AVP") || iequals(media.protocol, "RTP/AVPF"));
}

/// `a=rtcp:53020` or `a=rtcp:53020 IN IP4 192.0.2.1`. RFC 3605 §2.1. What cannot be read counts as not
/// written.
SocketAddress rtcp_beside(const Media& media, const SocketAddress& rtp) {
  SocketAddress rtcp{rtp.ip, 0};
  if (rtp.port == 0) return rtcp;
  if (rtp.port < 65535) rtcp.port = static_cast<std::uint16_t>(rtp.port + 1);
  const Attribute* found = find_attribute(media.attributes, "rtcp");
  if (found == nullptr || !found->value) return rtcp;
  const auto fields = split(trim(*found->value), ' ');
  const auto port = parse_decimal(fields.front(), 65535);
  if (!port || *port == 0) return rtcp;
  if (fields.size() == 1) {
    rtcp.port = static_cast<std::uint16_t>(*port);
    return rtcp;
  }
  const auto ip = fields.size() == 4 ? IpAddress::parse(fields[3]) : std::nullopt;
  if (!ip || ip->is_unspecified()) return rtcp;
  return {*ip, static_cast<std::uint16_t>(*port)};
}

Expected<AudioStream, NegotiationError> read_stream(const Session& session, std::size_t media_index) {
  const Media& media = session.media[media_index];
  const auto ip = IpAddress::parse(media.connection.empty() ? session.connection : media.connection);
  if (!ip) return unexpected(NegotiationError::BadAddress);
  AudioStream stream;
  stream.media_index = media_index;
  stream.rtp = {*ip, media.port};
  stream.rtcp_mux = find_attribute(media.attributes, "rtcp-mux") != nullptr;
  stream.rtcp = stream.rtcp_mux ? stream.rtp : rtcp_beside(media, stream.rtp);
  auto direction = written_direction(media.attributes);
  if (!direction) direction = written_direction(session.attributes);
  stream.direction = direction.value_or(Direction::SendRecv);
  // The hold of RFC 2543: nothing can be received at 0.0.0.0 (RFC 3264 §8.4).
  if (ip->is_unspecified()) stream.direction = direction_of(sends(stream.direction), false);
  stream.codecs = codecs_of(media);
  stream.ptime_ms = milliseconds(media, "ptime");
  stream.maxptime_ms = milliseconds(media, "maxptime");
  return stream;
}

Expected<AudioStream, NegotiationError> audio_of_offer(const Session& offer) {
  auto verdict = NegotiationError::NoAudio;
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    const Media& media = offer.media[i];
    if (!is_audio(media) || media.port == 0) continue;
    if (!is_plain_audio(media)) {
      if (verdict == NegotiationError::NoAudio) verdict = NegotiationError::UnsupportedProfile;
      continue;
    }
    auto stream = read_stream(offer, i);
    if (!stream) {
      verdict = stream.error();
      continue;
    }
    if (!stream->codecs.empty()) return stream;
  }
  return unexpected(verdict);
}

Expected<AudioStream, NegotiationError> audio_of_answer(const Session& offer, const Session& answer) {
  const auto offered = audio_of_offer(offer);
  if (!offered) return unexpected(offered.error());
  if (answer.media.size() != offer.media.size()) return unexpected(NegotiationError::AnswerMismatch);
  for (std::size_t i = 0; i < offer.media.size(); ++i)
    if (!iequals(offer.media[i].type, answer.media[i].type))
      return unexpected(NegotiationError::AnswerMismatch);
  const Media& media = answer.media[offered->media_index];
  if (media.port == 0) return unexpected(NegotiationError::Refused);
  if (!is_plain_audio(media)) return unexpected(NegotiationError::UnsupportedProfile);
  auto stream = read_stream(answer, offered->media_index);
  if (!stream) return stream;
  for (const auto& [theirs, ours] : match_codecs(stream->codecs, offered->codecs))
    if (carries_audio(stream->codecs[theirs])) return stream;
  return unexpected(NegotiationError::NoCommonCodec);
}

}  // namespace tandem::sdp
