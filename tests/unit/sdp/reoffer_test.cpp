// Later offers on a leg that has our description already. RFC 3264 §8.
#include "unit/sdp/descriptions.hpp"

namespace tandem::sdp {
namespace {

Session reoffered(const Session& previous, const std::string& other_lines) {
  const Session other = described(other_lines, "203.0.113.4");
  const auto audio = audio_of_offer(other);
  EXPECT_TRUE(audio) << error_of(audio);
  return relay_reoffer(previous, *audio, local(12000), {8, 2});
}

std::string codecs(const Session& ours) {
  const auto audio = audio_of_offer(ours);
  return audio ? shown(audio->codecs) : error_of(audio);
}

const char* const kEvent = "a=rtpmap:101 telephone-event/8000\r\n";

TEST(Reoffer, KeepsTheLinesOfOurAnswer_RFC3264_8) {
  // A offered video too; our answer refused it. B then puts A on hold.
  const Session previous = described("m=video 0 RTP/AVP 31\r\nm=audio 12000 RTP/AVPF 8 101\r\n" + std::string(kEvent));
  const Session offer = reoffered(previous, "m=audio 7000 RTP/AVP 8 101\r\n" + std::string(kEvent) + "a=sendonly\r\n");
  EXPECT_EQ(print(offer),
            "v=0\r\n"
            "o=- 8 2 IN IP4 198.51.100.1\r\n"
            "s=-\r\n"
            "c=IN IP4 198.51.100.1\r\n"
            "t=0 0\r\n"
            "m=video 0 RTP/AVP 31\r\n"
            "m=audio 12000 RTP/AVPF 8 101\r\n"
            "a=rtpmap:8 PCMA/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\n"
            "a=sendonly\r\n");
  const auto leg = negotiate(offer, described("m=video 0 RTP/AVP 31\r\nm=audio 5002 RTP/AVPF 8 101\r\na=recvonly\r\n" + std::string(kEvent)));
  ASSERT_TRUE(leg) << error_of(leg);
  EXPECT_TRUE(leg->we_send);
  EXPECT_FALSE(leg->we_receive);
}

TEST(Reoffer, PayloadTypesKeepTheirMeaning_RFC3264_8_3_2) {
  const Session previous = described("m=audio 12000 RTP/AVP 8 101\r\n" + std::string(kEvent));
  // The same encodings under other numbers keep ours.
  EXPECT_EQ(codecs(reoffered(previous, "m=audio 7000 RTP/AVP 96 8\r\na=rtpmap:96 telephone-event/8000\r\n")),
            "101 telephone-event/8000, 8 PCMA/8000");
  // A new encoding keeps the other side's number where it is free, and else gets one that nobody uses.
  EXPECT_EQ(codecs(reoffered(previous, "m=audio 7000 RTP/AVP 96 101 8\r\na=rtpmap:96 iLBC/8000\r\na=rtpmap:101 opus/48000/2\r\n")),
            "96 iLBC/8000, 97 opus/48000/2, 8 PCMA/8000");
  // An encoding that left may not lend its number.
  EXPECT_EQ(codecs(reoffered(previous, "m=audio 7000 RTP/AVP 101\r\na=rtpmap:101 opus/48000/2\r\n")),
            "96 opus/48000/2");
}

TEST(Reoffer, WhatFindsNoNumberIsLeftOut) {
  std::string lines = "m=audio 12000 RTP/AVP 8";
  for (int number = 96; number <= 127; ++number) lines += " " + std::to_string(number);
  lines += "\r\n";
  for (int number = 96; number <= 127; ++number)
    lines += "a=rtpmap:" + std::to_string(number) + " X" + std::to_string(number) + "/8000\r\n";
  EXPECT_EQ(codecs(reoffered(described(lines), "m=audio 7000 RTP/AVP 100 8\r\na=rtpmap:100 opus/48000/2\r\n")),
            "8 PCMA/8000");
}

TEST(Reoffer, AnswerIsTurnedBackToTheOtherSidesNumbers) {
  const Session b_offer = described("m=audio 7000 RTP/AVP 8 96\r\na=rtpmap:96 telephone-event/8000\r\n", "203.0.113.4");
  const auto b_audio = audio_of_offer(b_offer);
  ASSERT_TRUE(b_audio);
  const Session to_a =
      relay_reoffer(described("m=audio 12000 RTP/AVP 8 101\r\n" + std::string(kEvent)), *b_audio, local(12000), {8, 2});
  const auto a_audio = audio_of_answer(to_a, described("m=audio 5000 RTP/AVP 8 101\r\n" + std::string(kEvent)));
  ASSERT_TRUE(a_audio);
  const auto to_b = relay_answer(b_offer, *b_audio, *a_audio, local(10000), {9, 2});
  ASSERT_TRUE(to_b);
  EXPECT_EQ(codecs(*to_b), "8 PCMA/8000, 96 telephone-event/8000");
}

TEST(Reoffer, WithoutAudioBeforeAddsItsLine) {
  const Session offer = reoffered(described("m=video 0 RTP/AVP 31\r\n"), "m=audio 7000 RTP/AVP 8\r\n");
  ASSERT_EQ(offer.media.size(), 2U);
  EXPECT_EQ(offer.media[1].port, 12000);
}

}  // namespace
}  // namespace tandem::sdp
