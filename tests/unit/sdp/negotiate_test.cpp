// What both descriptions of one leg agree on. RFC 3264 §5.1, §6.1, §8.4.
#include "unit/sdp/descriptions.hpp"

namespace tandem::sdp {
namespace {

const std::string kOurs = "m=audio 10000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n";

NegotiatedLeg agreed(const Session& ours, const Session& theirs) {
  auto leg = negotiate(ours, theirs);
  EXPECT_TRUE(leg) << error_of(leg);
  return leg ? std::move(*leg) : NegotiatedLeg{};
}

TEST(Negotiate, KeepsWhatIsCommonInThePeersOrder) {
  const NegotiatedLeg leg = agreed(
      described(kOurs),
      described("m=audio 7000 RTP/AVP 101 0 9\r\na=rtpmap:101 telephone-event/8000\r\n", "203.0.113.4"));
  EXPECT_EQ(shown(leg.codecs), "101 telephone-event/8000, 0 PCMU/8000");
  EXPECT_EQ(leg.codecs, leg.receive_codecs);
  EXPECT_EQ(leg.remote_rtp.print(), "203.0.113.4:7000");
  EXPECT_EQ(leg.remote_rtcp.print(), "203.0.113.4:7001");
  EXPECT_FALSE(leg.rtcp_mux);
  EXPECT_TRUE(leg.we_send);
  EXPECT_TRUE(leg.we_receive);
}

TEST(Negotiate, EachSideIsSentItsOwnNumbers_RFC3264_5_1) {
  const NegotiatedLeg leg =
      agreed(described("m=audio 10000 RTP/AVP 97 8 101\r\na=rtpmap:97 opus/48000/2\r\na=rtpmap:101 "
                       "telephone-event/8000\r\na=fmtp:101 0-15\r\n"),
             described("m=audio 7000 RTP/AVP 8 96 120\r\na=rtpmap:96 telephone-event/8000\r\na=fmtp:96 "
                       "0-11\r\na=rtpmap:120 opus/48000/2\r\n"));
  EXPECT_EQ(shown(leg.codecs), "8 PCMA/8000, 96 telephone-event/8000 [0-11], 120 opus/48000/2");
  EXPECT_EQ(shown(leg.receive_codecs), "8 PCMA/8000, 101 telephone-event/8000 [0-15], 97 opus/48000/2");
}

TEST(Negotiate, ListsAreAlignedByEncoding) {
  const NegotiatedLeg leg = agreed(
      described("m=audio 10000 RTP/AVP 8 100 101 102\r\na=rtpmap:100 telephone-event/48000\r\na=rtpmap:101 "
                "telephone-event/8000\r\na=rtpmap:102 telephone-event/16000\r\n"),
      described("m=audio 7000 RTP/AVP 8 96 97\r\na=rtpmap:96 telephone-event/8000\r\na=rtpmap:97 "
                "telephone-event/48000\r\n"));
  ASSERT_EQ(leg.codecs.size(), 3U);
  ASSERT_EQ(leg.receive_codecs.size(), 3U);
  for (std::size_t i = 0; i < leg.codecs.size(); ++i)
    EXPECT_TRUE(leg.codecs[i].same_encoding(leg.receive_codecs[i])) << i;
  EXPECT_EQ(shown(leg.receive_codecs), "8 PCMA/8000, 101 telephone-event/8000, 100 telephone-event/48000");
}

TEST(Negotiate, WhichWasTheOfferDoesNotMatter) {
  const Session one = described(kOurs);
  const Session other = described(
      "m=audio 7000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendonly\r\n", "203.0.113.4");
  const NegotiatedLeg from_one = agreed(one, other);
  const NegotiatedLeg from_other = agreed(other, one);
  EXPECT_EQ(shown(from_one.codecs), shown(from_other.receive_codecs));
  EXPECT_EQ(from_one.we_send, from_other.we_receive);
  EXPECT_EQ(from_one.we_receive, from_other.we_send);
}

TEST(Negotiate, DirectionsOfBothSides_R177) {
  struct Row {
    const char* ours;
    const char* theirs;
    bool we_send;
    bool we_receive;
  };
  const Row rows[] = {
      {"sendrecv", "sendrecv", true, true},   {"sendrecv", "sendonly", false, true},
      {"sendrecv", "recvonly", true, false},  {"sendrecv", "inactive", false, false},
      {"sendonly", "recvonly", true, false},  {"recvonly", "sendonly", false, true},
      {"sendonly", "sendonly", false, false}, {"inactive", "sendrecv", false, false},
      {"recvonly", "sendrecv", false, true},
  };
  for (const Row& row : rows) {
    const NegotiatedLeg leg =
        agreed(described(kOurs + "a=" + row.ours + "\r\n"),
               described(std::string("m=audio 7000 RTP/AVP 8\r\na=") + row.theirs + "\r\n"));
    EXPECT_EQ(leg.we_send, row.we_send) << row.ours << " " << row.theirs;
    EXPECT_EQ(leg.we_receive, row.we_receive) << row.ours << " " << row.theirs;
  }
}

TEST(Negotiate, NothingIsSentToAnOldHold_R177) {
  for (const char* nowhere : {"0.0.0.0", "::"}) {
    const NegotiatedLeg leg = agreed(described(kOurs), described("m=audio 7000 RTP/AVP 8\r\n", nowhere));
    EXPECT_FALSE(leg.we_send) << nowhere;
    EXPECT_TRUE(leg.we_receive) << nowhere;
  }
}

TEST(Negotiate, MuxNeedsBothSides_RFC5761) {
  const Session theirs = described("m=audio 7000 RTP/AVP 8\r\na=rtcp-mux\r\n", "203.0.113.4");
  const NegotiatedLeg alone = agreed(described(kOurs), theirs);
  EXPECT_FALSE(alone.rtcp_mux);
  EXPECT_EQ(alone.remote_rtcp.print(), "203.0.113.4:7001");
  const NegotiatedLeg both = agreed(described(kOurs + "a=rtcp-mux\r\n"), theirs);
  EXPECT_TRUE(both.rtcp_mux);
  EXPECT_EQ(both.remote_rtcp.print(), "203.0.113.4:7000");
}

TEST(Negotiate, RtcpWhereThePeerWantsIt_RFC3605) {
  EXPECT_EQ(
      agreed(described(kOurs), described("m=audio 7000 RTP/AVP 8\r\na=rtcp:7009 IN IP4 203.0.113.7\r\n"))
          .remote_rtcp.print(),
      "203.0.113.7:7009");
}

TEST(Negotiate, AudioIsWhereOursIs) {
  const Session ours = described("m=audio 0 RTP/AVP 0\r\nm=video 0 RTP/AVP 31\r\n" + kOurs);
  const Session theirs =
      described("m=audio 6000 RTP/SAVP 0\r\nm=video 6002 RTP/AVP 31\r\nm=audio 7000 RTP/AVP 8\r\n");
  EXPECT_EQ(agreed(ours, theirs).remote_rtp.port, 7000);
}

TEST(Negotiate, Errors) {
  const auto verdict = [](const std::string& theirs, const char* address = "203.0.113.4") {
    return error_of(negotiate(described(kOurs), described(theirs, address)));
  };
  EXPECT_EQ(verdict("m=audio 7000 RTP/AVP 8\r\n"), "ok");
  EXPECT_EQ(verdict(""), "answer_mismatch");
  EXPECT_EQ(verdict("m=audio 7000 RTP/AVP 8\r\nm=video 1 RTP/AVP 31\r\n"), "answer_mismatch");
  EXPECT_EQ(verdict("m=video 7000 RTP/AVP 31\r\n"), "answer_mismatch");
  EXPECT_EQ(verdict("m=audio 0 RTP/AVP 8\r\n"), "refused");
  EXPECT_EQ(verdict("m=audio 7000 RTP/SAVP 8\r\n"), "unsupported_profile");
  EXPECT_EQ(verdict("m=audio 7000 RTP/AVP 9\r\n"), "no_common_codec");
  EXPECT_EQ(verdict("m=audio 7000 RTP/AVP 96\r\na=rtpmap:96 telephone-event/8000\r\n"), "no_common_codec");
  EXPECT_EQ(verdict("m=audio 7000 RTP/AVP 8\r\n", "sbc.example.com"), "bad_address");
  EXPECT_EQ(error_of(negotiate(described("m=video 1 RTP/AVP 31\r\n"), described("m=video 1 RTP/AVP 31\r\n"))),
            "no_audio");
  EXPECT_EQ(error_of(negotiate(described(kOurs, "ours.example"), described(kOurs))), "bad_address");
}

TEST(NegotiationError, NamesAreLowerSnakeCase) {
  EXPECT_EQ(to_string(NegotiationError::NoAudio), "no_audio");
  EXPECT_EQ(to_string(NegotiationError::UnsupportedProfile), "unsupported_profile");
}

}  // namespace
}  // namespace tandem::sdp
