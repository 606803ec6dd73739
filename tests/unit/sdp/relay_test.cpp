// Offers and answers made for one side from the other side's. RFC 3264 §5, §6.
#include "unit/sdp/descriptions.hpp"

namespace tandem::sdp {
namespace {

/// Everything that could say who A is, or offer what we do not carry.
const char* const kTellingOffer =
    "v=0\r\n"
    "o=alice-secret 777001 777002 IN IP4 192.0.2.10\r\n"
    "s=secret subject\r\n"
    "i=secret info\r\n"
    "u=http://secret.example\r\n"
    "e=secret@example.com\r\n"
    "p=+1 secret\r\n"
    "c=IN IP4 192.0.2.11\r\n"
    "b=AS:777003\r\n"
    "t=0 0\r\n"
    "k=clear:secret\r\n"
    "a=tool:secret-phone\r\n"
    "a=group:BUNDLE secret\r\n"
    "a=ice-ufrag:secret\r\n"
    "a=identity:secret\r\n"
    "m=audio 40000 RTP/AVP 18 8 101 13\r\n"
    "c=IN IP4 192.0.2.12\r\n"
    "b=TIAS:777004\r\n"
    "a=rtpmap:18 G729/8000\r\n"
    "a=fmtp:18 annexb=no\r\n"
    "a=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\n"
    "a=fmtp:101 0-16\r\n"
    "a=ptime:30\r\n"
    "a=maxptime:60\r\n"
    "a=rtcp:40077 IN IP4 192.0.2.13\r\n"
    "a=rtcp-mux\r\n"
    "a=rtcp-fb:* nack\r\n"
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:secret\r\n"
    "a=fingerprint:sha-256 secret\r\n"
    "a=candidate:1 1 UDP 1 192.0.2.14 40000 typ host\r\n"
    "a=ice-pwd:secret\r\n"
    "a=ssrc:1 cname:secret\r\n"
    "a=msid:secret\r\n"
    "a=label:secret\r\n"
    "a=mid:secret\r\n"
    "a=x-anything:secret\r\n"
    "a=sendonly\r\n";

Session offer_for_b(const Session& a_offer) {
  const auto audio = audio_of_offer(a_offer);
  EXPECT_TRUE(audio) << error_of(audio);
  return relay_offer(a_offer, *audio, local(10000), {9, 1});
}

TEST(RelayOffer, NothingOfTheOtherSideCrosses_R001_R070) {
  EXPECT_EQ(print(offer_for_b(parsed(kTellingOffer))),
            "v=0\r\n"
            "o=- 9 1 IN IP4 198.51.100.1\r\n"
            "s=-\r\n"
            "c=IN IP4 198.51.100.1\r\n"
            "t=0 0\r\n"
            "m=audio 10000 RTP/AVP 18 8 101 13\r\n"
            "a=rtpmap:18 G729/8000\r\n"
            "a=fmtp:18 annexb=no\r\n"
            "a=rtpmap:8 PCMA/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\n"
            "a=fmtp:101 0-16\r\n"
            "a=rtpmap:13 CN/8000\r\n"
            "a=ptime:30\r\n"
            "a=maxptime:60\r\n"
            "a=sendonly\r\n");
}

TEST(RelayOffer, OneAudioLineWhateverElseWasOffered) {
  const Session offer = offer_for_b(
      described("m=video 5000 RTP/AVP 31\r\nm=audio 5002 RTP/AVPF 0 96\r\nm=audio 5004 RTP/AVP 8\r\n"));
  ASSERT_EQ(offer.media.size(), 1U);
  EXPECT_EQ(offer.media[0].protocol, "RTP/AVP");
  EXPECT_EQ(offer.media[0].formats, std::vector<std::string>{"0"});
}

TEST(RelayOffer, AddressFamilyIsOurs_R180) {
  const Session a_offer = described("m=audio 5000 RTP/AVP 0\r\n");
  const auto audio = audio_of_offer(a_offer);
  ASSERT_TRUE(audio);
  const std::string text = print(relay_offer(a_offer, *audio, local(10000, "2001:db8::9"), {9, 1}));
  EXPECT_NE(text.find("o=- 9 1 IN IP6 2001:db8::9\r\n"), std::string::npos);
  EXPECT_NE(text.find("c=IN IP6 2001:db8::9\r\n"), std::string::npos);
}

TEST(RelayOffer, RtcpIsWrittenOnlyWhereItIsNotTheNextPort_RFC3605) {
  const Session a_offer = described("m=audio 5000 RTP/AVP 0\r\n");
  const auto audio = audio_of_offer(a_offer);
  ASSERT_TRUE(audio);
  const Session offer =
      relay_offer(a_offer, *audio, {*IpAddress::parse("198.51.100.1"), 10000, 10777}, {9, 1});
  const Attribute* rtcp = find_attribute(offer.media[0].attributes, "rtcp");
  ASSERT_NE(rtcp, nullptr);
  EXPECT_EQ(rtcp->value, "10777");
}

TEST(RelayOffer, OldHoldBecomesSendonly_R177) {
  const Session offer = offer_for_b(described("m=audio 5000 RTP/AVP 0\r\n", "0.0.0.0"));
  EXPECT_EQ(offer.connection, "198.51.100.1");
  EXPECT_NE(find_attribute(offer.media[0].attributes, "sendonly"), nullptr);
}

TEST(RelayOffer, DynamicCodecsWithChannels) {
  const Session offer = offer_for_b(described("m=audio 5000 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\n"));
  EXPECT_EQ(find_attribute(offer.media[0].attributes, "rtpmap")->value, "96 opus/48000/2");
}

/// The next offer in a dialog where `ours` and `theirs` were written, made from the lines of the other side.
Session next_offer(const std::string& ours, const std::string& theirs, const std::string& others,
                   const std::string& others_address = "192.0.2.10") {
  const auto audio = audio_of_offer(described(others, others_address));
  EXPECT_TRUE(audio) << error_of(audio);
  return relay_next_offer(described(ours), described(theirs), *audio, local(10000), {9, 2});
}

TEST(RelayNextOffer, KeepsTheStreamsOfTheDialog_RFC3264_8_R177) {
  const Session offer = next_offer("m=video 0 RTP/AVP 31\r\nm=audio 10000 RTP/AVP 8\r\nm=image 0 udptl t38\r\n",
                                   "m=video 5000 RTP/AVP 31\r\nm=audio 5002 RTP/AVP 8\r\nm=image 5004 udptl t38\r\n",
                                   "m=audio 7000 RTP/AVP 0\r\n");
  ASSERT_EQ(offer.media.size(), 3U);
  EXPECT_EQ(offer.media[0].type, "video");
  EXPECT_EQ(offer.media[0].port, 0);
  EXPECT_EQ(offer.media[0].formats, std::vector<std::string>{"31"});
  EXPECT_EQ(offer.media[1].port, 10000);
  EXPECT_EQ(offer.media[1].formats, std::vector<std::string>{"0"});
  EXPECT_EQ(offer.media[2].protocol, "udptl");
  EXPECT_EQ(offer.media[2].port, 0);
}

TEST(RelayNextOffer, TakesTheLineOfARefusedAudioAndElseANewOne) {
  EXPECT_EQ(next_offer("m=audio 0 RTP/AVP 8\r\n", "m=audio 0 RTP/AVP 8\r\n", "m=audio 7000 RTP/AVP 8\r\n").media.size(), 1U);
  const Session offer = next_offer("m=video 0 RTP/AVP 31\r\n", "m=video 0 RTP/AVP 31\r\n", "m=audio 7000 RTP/AVP 8\r\n");
  ASSERT_EQ(offer.media.size(), 2U);
  EXPECT_EQ(offer.media[1].port, 10000);
}

TEST(RelayNextOffer, APayloadTypeKeepsItsMeaning_RFC3264_8_3_2) {
  const std::string ours = "m=audio 10000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n";
  const std::string theirs = "m=audio 5000 RTP/AVP 8 97\r\na=rtpmap:97 telephone-event/8000\r\n";
  const Session same = next_offer(ours, theirs, "m=audio 7000 RTP/AVP 0 96\r\na=rtpmap:96 telephone-event/8000\r\n");
  EXPECT_EQ(same.media[0].formats, (std::vector<std::string>{"0", "101"})) << "as we wrote it in this dialog";
  const Session other = next_offer(ours, theirs, "m=audio 7000 RTP/AVP 101 97\r\na=rtpmap:101 opus/48000/2\r\na=rtpmap:97 iLBC/8000\r\n");
  EXPECT_EQ(other.media[0].formats, (std::vector<std::string>{"96", "98"})) << "101 and 97 are telephone events here";
}

TEST(RelayNextOffer, HoldFormsCross_R177) {
  for (const auto& [lines, address, direction] :
       {std::tuple{"m=audio 7000 RTP/AVP 8\r\na=sendonly\r\n", "192.0.2.10", "sendonly"},
        std::tuple{"m=audio 7000 RTP/AVP 8\r\na=inactive\r\n", "192.0.2.10", "inactive"},
        std::tuple{"m=audio 7000 RTP/AVP 8\r\n", "0.0.0.0", "sendonly"},
        std::tuple{"m=audio 7000 RTP/AVP 8\r\na=inactive\r\n", "0.0.0.0", "inactive"}}) {
    const Session offer = next_offer("m=audio 10000 RTP/AVP 8\r\n", "m=audio 5000 RTP/AVP 8\r\n", lines, address);
    EXPECT_NE(find_attribute(offer.media[0].attributes, direction), nullptr) << lines << address;
    EXPECT_EQ(offer.connection, "198.51.100.1");
  }
}

struct Relayed {
  Session offer;  ///< of the side that asked
  Expected<Session, NegotiationError> answer = unexpected(NegotiationError::NoAudio);  ///< ours to it
};

/// offered: lines of the asking side; answered: lines of the other side's answer to what we offered it.
Relayed relayed(const std::string& offered, const std::string& answered,
                const char* answer_address = "203.0.113.4") {
  Relayed out;
  out.offer = described(offered);
  const auto offer_audio = audio_of_offer(out.offer);
  EXPECT_TRUE(offer_audio) << error_of(offer_audio);
  const Session to_other = relay_offer(out.offer, *offer_audio, local(10000), {9, 1});
  const auto answer_audio = audio_of_answer(to_other, described(answered, answer_address));
  if (!answer_audio) {
    out.answer = unexpected(answer_audio.error());
    return out;
  }
  out.answer = relay_answer(out.offer, *offer_audio, *answer_audio, local(12000), {8, 1});
  return out;
}

TEST(RelayAnswer, RefusesEveryOtherLine_R177) {
  const Relayed call = relayed(
      "m=video 5000 RTP/AVP 31 34\r\nm=audio 5002 RTP/AVPF 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
      "m=audio 5004 RTP/AVP 0\r\nm=image 5006 udptl t38\r\nm=message 0 TCP/MSRP *\r\n",
      "m=audio 7000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n"
      "a=label:secret\r\n");
  ASSERT_TRUE(call.answer) << error_of(call.answer);
  EXPECT_EQ(print(*call.answer),
            "v=0\r\n"
            "o=- 8 1 IN IP4 198.51.100.1\r\n"
            "s=-\r\n"
            "c=IN IP4 198.51.100.1\r\n"
            "t=0 0\r\n"
            "m=video 0 RTP/AVP 31 34\r\n"
            "m=audio 12000 RTP/AVPF 8 101\r\n"
            "a=rtpmap:8 PCMA/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\n"
            "a=fmtp:101 0-15\r\n"
            "a=ptime:20\r\n"
            "a=sendrecv\r\n"
            "m=audio 0 RTP/AVP 0\r\n"
            "m=image 0 udptl t38\r\n"
            "m=message 0 TCP/MSRP *\r\n");
}

TEST(RelayAnswer, NumbersCodecsAsTheOfferDoes) {
  const Relayed call = relayed(
      "m=audio 5000 RTP/AVP 97 8 101\r\na=rtpmap:97 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n",
      "m=audio 7000 RTP/AVP 96 120 8\r\na=rtpmap:96 telephone-event/8000\r\na=rtpmap:120 OPUS/48000/2\r\n");
  ASSERT_TRUE(call.answer) << error_of(call.answer);
  EXPECT_EQ(shown(audio_of_offer(*call.answer)->codecs),
            "101 telephone-event/8000, 97 OPUS/48000/2, 8 PCMA/8000");
}

TEST(RelayAnswer, LeavesOutWhatWasNotOffered) {
  const Relayed call = relayed("m=audio 5000 RTP/AVP 8\r\n", "m=audio 7000 RTP/AVP 0 8 9\r\n");
  ASSERT_TRUE(call.answer);
  EXPECT_EQ(call.answer->media[0].formats, std::vector<std::string>{"8"});
}

TEST(RelayAnswer, TelephoneEventsOfTwoClocksStayApart) {
  const std::string events = "a=rtpmap:101 telephone-event/8000\r\na=rtpmap:102 telephone-event/48000\r\n";
  const Relayed call = relayed("m=audio 5000 RTP/AVP 8 101 102\r\n" + events,
                               "m=audio 7000 RTP/AVP 8 96\r\na=rtpmap:96 telephone-event/48000\r\n");
  ASSERT_TRUE(call.answer);
  EXPECT_EQ(shown(audio_of_offer(*call.answer)->codecs), "8 PCMA/8000, 102 telephone-event/48000");
}

TEST(RelayAnswer, OneEncodingOfferedTwiceKeepsItsParameters) {
  const std::string offered =
      "m=audio 5000 RTP/AVP 96 97\r\na=rtpmap:96 AMR/8000\r\na=rtpmap:97 AMR/8000\r\n"
      "a=fmtp:97 octet-align=1\r\n";
  const Relayed same_number =
      relayed(offered, "m=audio 7000 RTP/AVP 97\r\na=rtpmap:97 AMR/8000\r\na=fmtp:97 octet-align=1; x\r\n");
  EXPECT_EQ(same_number.answer->media[0].formats, std::vector<std::string>{"97"});
  const Relayed same_parameters =
      relayed(offered, "m=audio 7000 RTP/AVP 110\r\na=rtpmap:110 AMR/8000\r\na=fmtp:110 octet-align=1\r\n");
  EXPECT_EQ(same_parameters.answer->media[0].formats, std::vector<std::string>{"97"});
  const Relayed neither =
      relayed(offered, "m=audio 7000 RTP/AVP 110\r\na=rtpmap:110 AMR/8000\r\na=fmtp:110 mode-set=7\r\n");
  EXPECT_EQ(neither.answer->media[0].formats, std::vector<std::string>{"96"});
}

TEST(RelayAnswer, ErrorsAreThoseOfTheOtherAnswer) {
  const std::string offered = "m=audio 5000 RTP/AVP 8\r\n";
  EXPECT_EQ(error_of(relayed(offered, "m=audio 0 RTP/AVP 8\r\n").answer), "refused");
  EXPECT_EQ(error_of(relayed(offered, "m=audio 7000 RTP/AVP 0\r\n").answer), "no_common_codec");
  EXPECT_EQ(error_of(relayed(offered, "m=audio 7000 RTP/AVP 8\r\nm=audio 1 RTP/AVP 8\r\n").answer),
            "answer_mismatch");

  const Session offer = described(offered);
  AudioStream audio = *audio_of_offer(offer);
  AudioStream other = audio;
  other.codecs = {{101, "telephone-event", 8000, 1, ""}};
  EXPECT_EQ(error_of(relay_answer(offer, audio, other, local(12000), {8, 1})), "no_common_codec");
  other = audio;
  other.rtp.port = 0;
  EXPECT_EQ(error_of(relay_answer(offer, audio, other, local(12000), {8, 1})), "refused");
  audio.media_index = 7;
  EXPECT_EQ(error_of(relay_answer(offer, audio, audio, local(12000), {8, 1})), "answer_mismatch");
}

/// The answer's direction: what the other side wrote, within what the offer allows (RFC 3264 §6.1).
TEST(RelayAnswer, DirectionsOfHoldAndResume_R127_R177) {
  struct Row {
    const char* offered;
    const char* answered;
    const char* relayed;
  };
  const Row rows[] = {
      {"sendrecv", "sendrecv", "sendrecv"}, {"sendrecv", "recvonly", "recvonly"},
      {"sendrecv", "sendonly", "sendonly"}, {"sendrecv", "inactive", "inactive"},
      {"sendonly", "recvonly", "recvonly"}, {"sendonly", "inactive", "inactive"},
      {"sendonly", "sendrecv", "recvonly"}, {"sendonly", "sendonly", "inactive"},
      {"recvonly", "sendonly", "sendonly"}, {"recvonly", "sendrecv", "sendonly"},
      {"recvonly", "recvonly", "inactive"}, {"inactive", "sendrecv", "inactive"},
      {"inactive", "inactive", "inactive"},
  };
  for (const Row& row : rows) {
    const Relayed call = relayed(std::string("m=audio 5000 RTP/AVP 8\r\na=") + row.offered + "\r\n",
                                 std::string("m=audio 7000 RTP/AVP 8\r\na=") + row.answered + "\r\n");
    ASSERT_TRUE(call.answer);
    EXPECT_NE(find_attribute(call.answer->media[0].attributes, row.relayed), nullptr)
        << row.offered << " " << row.answered;
  }
}

TEST(RelayAnswer, OldHoldInTheAnswerIsSendonly_R177) {
  const Relayed call = relayed("m=audio 5000 RTP/AVP 8\r\n", "m=audio 7000 RTP/AVP 8\r\n", "0.0.0.0");
  ASSERT_TRUE(call.answer);
  EXPECT_EQ(call.answer->connection, "198.51.100.1");
  EXPECT_NE(find_attribute(call.answer->media[0].attributes, "sendonly"), nullptr);
}

/// An INVITE without a description: B offers in its 200, A answers in its ACK (RFC 3261 §13.2.1). The same
/// functions, with the sides changed.
TEST(Relay, LateOfferFromBAnsweredByA) {
  const Session b_offer = described(
      "m=audio 7000 RTP/AVP 8 0 96\r\na=rtpmap:96 telephone-event/8000\r\nm=video 7002 RTP/AVP 31\r\n",
      "203.0.113.4");
  const auto b_audio = audio_of_offer(b_offer);
  ASSERT_TRUE(b_audio);
  const Session to_a = relay_offer(b_offer, *b_audio, local(10000), {9, 1});
  EXPECT_EQ(to_a.media.size(), 1U);

  const Session a_answer = described("m=audio 5000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n");
  const auto a_audio = audio_of_answer(to_a, a_answer);
  ASSERT_TRUE(a_audio) << error_of(a_audio);
  const auto to_b = relay_answer(b_offer, *b_audio, *a_audio, local(12000), {8, 1});
  ASSERT_TRUE(to_b) << error_of(to_b);
  ASSERT_EQ(to_b->media.size(), 2U);
  EXPECT_EQ(to_b->media[0].formats, (std::vector<std::string>{"0", "96"}));
  EXPECT_EQ(to_b->media[1].port, 0);

  const auto leg_a = negotiate(to_a, a_answer);
  ASSERT_TRUE(leg_a) << error_of(leg_a);
  EXPECT_EQ(shown(leg_a->codecs), "0 PCMU/8000, 101 telephone-event/8000");
  EXPECT_EQ(shown(leg_a->receive_codecs), "0 PCMU/8000, 96 telephone-event/8000");
  const auto leg_b = negotiate(*to_b, b_offer);
  ASSERT_TRUE(leg_b) << error_of(leg_b);
  EXPECT_EQ(shown(leg_b->codecs), "0 PCMU/8000, 96 telephone-event/8000");
  EXPECT_EQ(leg_b->remote_rtp.print(), "203.0.113.4:7000");
}

}  // namespace
}  // namespace tandem::sdp
