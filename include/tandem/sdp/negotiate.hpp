// Offer and answer for a B2BUA that anchors one audio stream, as pure functions. RFC 3264, RFC 3551, RFC 3605.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tandem/base/address.hpp"
#include "tandem/base/expected.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::sdp {

enum class Direction : std::uint8_t { SendRecv, SendOnly, RecvOnly, Inactive };
Direction reversed(Direction);

/// One payload type and what it means.
struct Codec {
  std::uint8_t payload_type = 0;
  std::string name;  ///< as registered, compared case-insensitively: "PCMA"
  std::uint32_t clock_rate = 8000;
  std::uint8_t channels = 1;
  std::string fmtp;
  /// Same encoding name, clock and channels; payload types and fmtp may differ.
  bool same_encoding(const Codec&) const;
  bool is_telephone_event() const;
  friend bool operator==(const Codec&, const Codec&) = default;
};

/// Where we receive: filled in by the media room.
struct LocalMedia {
  IpAddress address;
  std::uint16_t rtp_port = 0;
  std::uint16_t rtcp_port = 0;
  friend bool operator==(const LocalMedia&, const LocalMedia&) = default;
};

/// One side's audio stream as its description says it.
struct AudioStream {
  std::size_t media_index = 0;  ///< which m-line
  SocketAddress rtp;            ///< port 0 when refused
  SocketAddress rtcp;           ///< a=rtcp, or RTP port + 1, or the RTP port under rtcp-mux; port 0: nowhere
  bool rtcp_mux = false;
  Direction direction = Direction::SendRecv;  ///< as that side wrote it; c=0.0.0.0 counts as sendonly (RFC 3264 §8.4)
  std::vector<Codec> codecs;    ///< static payload types filled in from RFC 3551; formats that nothing explains left out
  std::optional<int> ptime_ms;
  std::optional<int> maxptime_ms;
  friend bool operator==(const AudioStream&, const AudioStream&) = default;
};

enum class NegotiationError : std::uint8_t {
  NoAudio,          ///< no m=audio over RTP/AVP(F) that is not refused
  BadAddress,       ///< c= is not a numeric address
  NoCommonCodec,    ///< the answer names none of the offered encodings
  AnswerMismatch,   ///< the answer has another number of m-lines, or other types (RFC 3264 §6)
  Refused,          ///< the answer's audio has port 0
  UnsupportedProfile,  ///< RTP/SAVP and others: not before their issue
};
std::string_view to_string(NegotiationError);  ///< lower_snake_case

/// The first acceptable audio stream of an offer: not refused, RTP/AVP(F), a numeric address, a format that we can name.
Expected<AudioStream, NegotiationError> audio_of_offer(const Session& offer);
/// The audio of an answer, at the m-line that the offer's audio had. Its codecs stay as the answer has them; one of them at
/// least, telephone-event and CN apart, is an encoding of the offer.
Expected<AudioStream, NegotiationError> audio_of_answer(const Session& offer, const Session& answer);

/// Identity of our own descriptions towards one peer: o= stays the same, the version counts up (RFC 3264 §8).
struct LocalOrigin {
  std::uint64_t session_id = 0;
  std::uint64_t version = 0;
};

/// The offer to one side, made from the audio of the other side's offer: one m-line, our ports, payload types and codec
/// attributes as offered. Nothing that identifies the other side (o=, s=, a=tool, a=label…) crosses: of all it wrote, only
/// codecs (a=rtpmap, a=fmtp), ptime, maxptime and direction do. rtcp-mux is not offered: the relay has two ports.
/// Which side is "other" does not matter: with a late offer it is B, whose offer came in its 200 and goes to A (RFC 3261 §13.2.1).
Session relay_offer(const Session& other_offer, const AudioStream& other_audio, const LocalMedia&, LocalOrigin);

/// relay_offer() within a dialog that has descriptions already, ours and theirs: never fewer m-lines than ours had, the audio
/// where it was and the others refused (RFC 3264 §8), and a payload type keeps the meaning that it had (§8.3.2).
Session relay_next_offer(const Session& our_last, const Session& their_last, AudioStream other_audio, const LocalMedia&,
                         LocalOrigin);

/// The answer to `offer` made from the other side's answer: same number of m-lines, all but the audio refused with port 0,
/// codecs those of the other side's answer, numbered as `offer` numbers them, the direction no wider than `offer` allows.
/// With a late offer `offer` is B's and the other answer is A's, out of its ACK.
/// Errors: Refused, NoCommonCodec, and AnswerMismatch when offer_audio is not of `offer`.
Expected<Session, NegotiationError> relay_answer(const Session& offer, const AudioStream& offer_audio,
                                                 const AudioStream& other_answer_audio, const LocalMedia&, LocalOrigin);

/// What both descriptions of one leg agree on: seen from us. Each description says what its writer wants to receive, so the
/// two may number one encoding differently (RFC 3264 §5.1, §6.1). The codec lists hold what is common to both and are aligned:
/// codecs[i] and receive_codecs[i] are the same encoding, in the order that the peer prefers.
struct NegotiatedLeg {
  SocketAddress remote_rtp;
  SocketAddress remote_rtcp;  ///< port 0: the peer has no place for RTCP
  bool rtcp_mux = false;      ///< only when both wrote it; our own descriptions never do
  bool we_send = true;
  bool we_receive = true;
  std::vector<Codec> codecs;  ///< payload types that we put into packets towards this peer (theirs), best first
  std::vector<Codec> receive_codecs;  ///< payload types that this peer puts into packets towards us (ours)
  friend bool operator==(const NegotiatedLeg&, const NegotiatedLeg&) = default;
};

/// ours: the description we sent; theirs: the one we received. Which was the offer does not matter.
/// Errors: AnswerMismatch, Refused, NoCommonCodec (telephone-event and CN alone are no codec), BadAddress, UnsupportedProfile.
Expected<NegotiatedLeg, NegotiationError> negotiate(const Session& ours, const Session& theirs);

}  // namespace tandem::sdp
