// What one side's description says about its audio. RFC 3264, RFC 3551, RFC 3605.
#include "unit/sdp/descriptions.hpp"

namespace tandem::sdp {
namespace {

AudioStream audio_of(const Session& offer) {
  auto audio = audio_of_offer(offer);
  EXPECT_TRUE(audio) << error_of(audio);
  return audio ? std::move(*audio) : AudioStream{};
}

TEST(Audio, OfAnOffer) {
  const AudioStream audio =
      audio_of(described("m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"
                         "a=fmtp:101 0-16\r\na=ptime:20\r\na=maxptime:40\r\na=recvonly\r\n"));
  EXPECT_EQ(audio.media_index, 0U);
  EXPECT_EQ(audio.rtp.print(), "192.0.2.10:4000");
  EXPECT_EQ(audio.rtcp.print(), "192.0.2.10:4001");
  EXPECT_FALSE(audio.rtcp_mux);
  EXPECT_EQ(audio.direction, Direction::RecvOnly);
  EXPECT_EQ(shown(audio.codecs), "0 PCMU/8000, 8 PCMA/8000, 101 telephone-event/8000 [0-16]");
  EXPECT_EQ(audio.ptime_ms, 20);
  EXPECT_EQ(audio.maxptime_ms, 40);
}

TEST(Audio, StaticPayloadTypesNeedNoMap_RFC3551) {
  EXPECT_EQ(
      shown(audio_of(described("m=audio 4000 RTP/AVP 0 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19\r\n"))
                .codecs),
      "0 PCMU/8000, 3 GSM/8000, 4 G723/8000, 5 DVI4/8000, 6 DVI4/16000, 7 LPC/8000, 8 PCMA/8000, 9 "
      "G722/8000, "
      "10 L16/44100/2, 11 L16/44100, 12 QCELP/8000, 13 CN/8000, 14 MPA/90000, 15 G728/8000, 16 DVI4/11025, "
      "17 DVI4/22050, 18 G729/8000");
}

TEST(Audio, FormatsThatNothingExplainsAreLeftOut) {
  const AudioStream audio = audio_of(described(
      "m=audio 4000 RTP/AVP 1 96 97 98 99 100 128 x 18 18\r\na=rtpmap:97 opus/48000/2\r\na=rtpmap:98 bad\r\n"
      "a=rtpmap:99 bad/0\r\na=rtpmap:100 two words/8000\r\na=rtpmap:96\r\na=rtpmap\r\na=fmtp:97 "
      "useinbandfec=1\r\n"
      "a=fmtp:18 annexb=no\r\n"));
  EXPECT_EQ(shown(audio.codecs), "97 opus/48000/2 [useinbandfec=1], 18 G729/8000 [annexb=no]");
}

TEST(Audio, AMapOverridesTheStaticTableAndTheFirstMapCounts) {
  EXPECT_EQ(
      shown(audio_of(
                described("m=audio 4000 RTP/AVP 8 96\r\na=rtpmap:8 pcma/8000/1\r\na=rtpmap:96 G722/8000\r\n"
                          "a=rtpmap:96 GSM/8000\r\n"))
                .codecs),
      "8 pcma/8000, 96 G722/8000");
}

TEST(Audio, FirstAcceptableStreamOfSeveral_R177) {
  const AudioStream audio =
      audio_of(described("m=video 5000 RTP/AVP 31\r\nm=audio 0 RTP/AVP 0\r\nm=audio 5002 RTP/SAVP 0\r\n"
                         "m=audio 5004 RTP/AVP 96\r\nm=audio 5006 RTP/AVPF 8\r\nm=audio 5008 RTP/AVP 0\r\n"));
  EXPECT_EQ(audio.media_index, 4U);
  EXPECT_EQ(audio.rtp.port, 5006);
}

TEST(Audio, NoneThatWeCanUse) {
  EXPECT_EQ(error_of(audio_of_offer(described(""))), "no_audio");
  EXPECT_EQ(error_of(audio_of_offer(described("m=video 5000 RTP/AVP 31\r\n"))), "no_audio");
  EXPECT_EQ(error_of(audio_of_offer(described("m=audio 0 RTP/AVP 0\r\n"))), "no_audio");
  EXPECT_EQ(error_of(audio_of_offer(described("m=audio 5000 RTP/AVP 96\r\n"))), "no_audio");
  EXPECT_EQ(error_of(audio_of_offer(described("m=audio 5000 RTP/SAVP 0\r\n"))), "unsupported_profile");
  EXPECT_EQ(error_of(audio_of_offer(described("m=audio 5000 UDP/TLS/RTP/SAVPF 0\r\n"))),
            "unsupported_profile");
  EXPECT_EQ(error_of(audio_of_offer(described("m=audio 5000 RTP/AVP 0\r\n", "sbc.example.com"))),
            "bad_address");
  EXPECT_EQ(error_of(audio_of_offer(described("m=audio 5000 RTP/AVP 0\r\nc=IN IP4 233.252.0.1/127\r\n"))),
            "bad_address");
  EXPECT_EQ(error_of(audio_of_offer(parsed("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nm=audio 5000 RTP/AVP 0\r\n"))),
            "bad_address");
}

TEST(Audio, AddressOfTheStreamBeforeThatOfTheSession_R180) {
  EXPECT_EQ(audio_of(described("m=audio 4000 RTP/AVP 0\r\nc=IN IP4 203.0.113.9\r\n")).rtp.print(),
            "203.0.113.9:4000");
  EXPECT_EQ(audio_of(described("m=audio 4000 RTP/AVP 0\r\n", "2001:db8::5")).rtp.print(),
            "[2001:db8::5]:4000");
}

TEST(Audio, Rtcp_RFC3605) {
  const auto rtcp = [](const std::string& line, const char* port = "4000") {
    return audio_of(described(std::string("m=audio ") + port + " RTP/AVP 0\r\n" + line)).rtcp.print();
  };
  EXPECT_EQ(rtcp(""), "192.0.2.10:4001");
  EXPECT_EQ(rtcp("a=rtcp:53020\r\n"), "192.0.2.10:53020");
  EXPECT_EQ(rtcp("a=rtcp:53020 IN IP4 203.0.113.5\r\n"), "203.0.113.5:53020");
  EXPECT_EQ(rtcp("a=rtcp:53020 IN IP6 2001:db8::7\r\n"), "[2001:db8::7]:53020");
  EXPECT_EQ(rtcp("a=rtcp-mux\r\n"), "192.0.2.10:4000");
  EXPECT_EQ(rtcp("", "65535"), "192.0.2.10:0");
  for (const char* bad :
       {"a=rtcp\r\n", "a=rtcp:\r\n", "a=rtcp:0\r\n", "a=rtcp:x\r\n", "a=rtcp:70000\r\n",
        "a=rtcp:5 IN IP4 example.com\r\n", "a=rtcp:5 IN IP4\r\n", "a=rtcp:5 IN IP4 0.0.0.0\r\n"})
    EXPECT_EQ(rtcp(bad), "192.0.2.10:4001") << bad;
}

TEST(Audio, HoldForms_R177) {
  const auto direction = [](const std::string& session, const std::string& media, const char* address) {
    return audio_of(described(session + "m=audio 4000 RTP/AVP 0\r\n" + media, address)).direction;
  };
  const char* const here = "192.0.2.10";
  EXPECT_EQ(direction("", "", here), Direction::SendRecv);
  EXPECT_EQ(direction("", "a=sendrecv\r\n", here), Direction::SendRecv);
  EXPECT_EQ(direction("", "a=sendonly\r\n", here), Direction::SendOnly);
  EXPECT_EQ(direction("", "a=recvonly\r\n", here), Direction::RecvOnly);
  EXPECT_EQ(direction("", "a=inactive\r\n", here), Direction::Inactive);
  EXPECT_EQ(direction("a=sendonly\r\n", "", here), Direction::SendOnly);
  EXPECT_EQ(direction("a=sendonly\r\n", "a=sendrecv\r\n", here), Direction::SendRecv);
  EXPECT_EQ(direction("", "", "0.0.0.0"), Direction::SendOnly);
  EXPECT_EQ(direction("", "", "::"), Direction::SendOnly);
  EXPECT_EQ(direction("", "c=IN IP4 0.0.0.0\r\n", here), Direction::SendOnly);
  EXPECT_EQ(direction("", "a=sendonly\r\n", "0.0.0.0"), Direction::SendOnly);
  EXPECT_EQ(direction("", "a=recvonly\r\n", "0.0.0.0"), Direction::Inactive);
  EXPECT_EQ(direction("", "a=inactive\r\n", "0.0.0.0"), Direction::Inactive);
}

TEST(Audio, PacketTimesOutOfRangeCountAsNotWritten) {
  for (const char* line : {"a=ptime:0\r\n", "a=ptime:1001\r\n", "a=ptime:x\r\n", "a=ptime\r\n"})
    EXPECT_EQ(audio_of(described(std::string("m=audio 4000 RTP/AVP 0\r\n") + line)).ptime_ms, std::nullopt)
        << line;
}

TEST(Answer, IsReadAtTheOffersLine) {
  const Session offer = described("m=video 5000 RTP/AVP 31\r\nm=audio 5002 RTP/AVP 0 8\r\n");
  const Session answer = described("m=video 0 RTP/AVP 31\r\nm=audio 7002 RTP/AVP 8\r\n", "203.0.113.4");
  const auto audio = audio_of_answer(offer, answer);
  ASSERT_TRUE(audio) << error_of(audio);
  EXPECT_EQ(audio->media_index, 1U);
  EXPECT_EQ(audio->rtp.print(), "203.0.113.4:7002");
  EXPECT_EQ(shown(audio->codecs), "8 PCMA/8000");
}

TEST(Answer, ThatIsNone) {
  const Session offer = described(
      "m=audio 5000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\nm=video 5002 RTP/AVP 31\r\n");
  const auto verdict = [&offer](const std::string& lines, const char* address = "203.0.113.4") {
    return error_of(audio_of_answer(offer, described(lines, address)));
  };
  const std::string video = "m=video 0 RTP/AVP 31\r\n";
  EXPECT_EQ(verdict("m=audio 7000 RTP/AVP 8\r\n" + video), "ok");
  EXPECT_EQ(verdict("m=audio 7000 RTP/AVPF 8\r\n" + video), "ok");
  EXPECT_EQ(verdict("m=audio 7000 RTP/AVP 8\r\n"), "answer_mismatch");
  EXPECT_EQ(verdict("m=audio 7000 RTP/AVP 8\r\n" + video + video), "answer_mismatch");
  EXPECT_EQ(verdict(video + "m=audio 7000 RTP/AVP 8\r\n"), "answer_mismatch");
  EXPECT_EQ(verdict("m=audio 0 RTP/AVP 8\r\n" + video), "refused");
  EXPECT_EQ(verdict("m=audio 7000 RTP/SAVP 8\r\n" + video), "unsupported_profile");
  EXPECT_EQ(verdict("m=audio 7000 RTP/AVP 0\r\n" + video), "no_common_codec");
  EXPECT_EQ(verdict("m=audio 7000 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n" + video),
            "no_common_codec");
  EXPECT_EQ(verdict("m=audio 7000 RTP/AVP 8\r\n" + video, "sbc.example.com"), "bad_address");
  EXPECT_EQ(error_of(audio_of_answer(described(video), described(video))), "no_audio");
}

TEST(Codec, SameEncoding) {
  const Codec pcma{8, "PCMA", 8000, 1, ""};
  EXPECT_TRUE(pcma.same_encoding({96, "pcma", 8000, 1, "x"}));
  EXPECT_FALSE(pcma.same_encoding({8, "PCMU", 8000, 1, ""}));
  EXPECT_FALSE(pcma.same_encoding({8, "PCMA", 16000, 1, ""}));
  EXPECT_FALSE(pcma.same_encoding({8, "PCMA", 8000, 2, ""}));
  EXPECT_TRUE((Codec{101, "Telephone-Event", 8000, 1, ""}).is_telephone_event());
  EXPECT_FALSE(pcma.is_telephone_event());
}

TEST(Direction, ReversedIsSeenFromTheOtherSide) {
  EXPECT_EQ(reversed(Direction::SendRecv), Direction::SendRecv);
  EXPECT_EQ(reversed(Direction::SendOnly), Direction::RecvOnly);
  EXPECT_EQ(reversed(Direction::RecvOnly), Direction::SendOnly);
  EXPECT_EQ(reversed(Direction::Inactive), Direction::Inactive);
}

}  // namespace
}  // namespace tandem::sdp
