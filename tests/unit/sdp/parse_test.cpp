// Session descriptions: parse and print. RFC 8866.
#include "unit/sdp/descriptions.hpp"

namespace tandem::sdp {
namespace {

std::string error_at(std::string_view text) {
  const auto session = parse(text);
  return session ? "parsed" : std::to_string(session.error().line) + " " + session.error().what;
}

const std::string kHead = "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";

const std::string kWhole =
    "v=0\r\n"
    "o=alice 2890844526 2890842807 IN IP4 198.51.100.1\r\n"
    "s=A call\r\n"
    "c=IN IP4 198.51.100.7\r\n"
    "b=AS:128\r\n"
    "t=0 0\r\n"
    "a=group:BUNDLE a v\r\n"
    "a=recvonly\r\n"
    "m=audio 49170/2 RTP/AVP 0 8 101\r\n"
    "b=TIAS:64000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\n"
    "a=x-unknown\r\n"
    "a=x-empty:\r\n"
    "a=fmtp:101 0-15\r\n"
    "m=video 51372 RTP/SAVPF 99 100\r\n"
    "c=IN IP6 2001:db8::2\r\n"
    "a=rtpmap:99 h263-1998/90000\r\n"
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n";

TEST(Parse, TakesEveryPart) {
  const Session session = parsed(kWhole);
  EXPECT_EQ(session.origin, (Origin{"alice", 2890844526U, 2890842807U, "198.51.100.1"}));
  EXPECT_EQ(session.name, "A call");
  EXPECT_EQ(session.connection, "198.51.100.7");
  EXPECT_EQ(session.bandwidth, std::vector<std::string>{"AS:128"});
  EXPECT_EQ(session.attributes,
            (std::vector<Attribute>{{"group", "BUNDLE a v"}, {"recvonly", std::nullopt}}));
  ASSERT_EQ(session.media.size(), 3U);
  const Media& audio = session.media[0];
  EXPECT_EQ(audio.type, "audio");
  EXPECT_EQ(audio.port, 49170);
  EXPECT_EQ(audio.port_count, 2);
  EXPECT_EQ(audio.protocol, "RTP/AVP");
  EXPECT_EQ(audio.formats, (std::vector<std::string>{"0", "8", "101"}));
  EXPECT_TRUE(audio.connection.empty());
  EXPECT_EQ(audio.bandwidth, std::vector<std::string>{"TIAS:64000"});
  EXPECT_EQ(audio.attributes, (std::vector<Attribute>{{"rtpmap", "101 telephone-event/8000"},
                                                      {"x-unknown", std::nullopt},
                                                      {"x-empty", ""},
                                                      {"fmtp", "101 0-15"}}));
  EXPECT_EQ(session.media[1].connection, "2001:db8::2");
  EXPECT_EQ(session.media[2].formats, std::vector<std::string>{"webrtc-datachannel"});
}

TEST(Parse, OrderAndUnknownAttributesAreKept_R177) { EXPECT_EQ(print(parsed(kWhole)), kWhole); }

TEST(Parse, LineFeedAloneAndEmptyLinesAtTheEndAreTolerated) {
  std::string text = kWhole;
  for (std::size_t at = text.find('\r'); at != std::string::npos; at = text.find('\r')) text.erase(at, 1);
  EXPECT_EQ(parsed(text), parsed(kWhole));
  EXPECT_EQ(parsed(kWhole + "\r\n\n"), parsed(kWhole));
  text.pop_back();
  EXPECT_EQ(parsed(text), parsed(kWhole));
}

TEST(Parse, WhatPeersGetWrongWithoutHarm) {
  const Session session = parsed(
      "v=0\r\no=-  1  2 IN IP4 192.0.2.1 \r\nb=AS:1\r\na=tool:x\r\nt=0 0\r\nt=1 2\r\nc=in ip4 192.0.2.1\r\n"
      "m=audio  4000 RTP/AVP 0  8 \r\nc=IN IP4 233.252.0.1/127\r\nc=IN IP4 233.252.0.2/127\r\n");
  EXPECT_EQ(session.name, "-");
  EXPECT_EQ(session.timing, "0 0");
  EXPECT_EQ(session.media[0].formats, (std::vector<std::string>{"0", "8"}));
  EXPECT_EQ(session.media[0].connection, "233.252.0.1/127");
  EXPECT_EQ(parsed("v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\n").timing, "0 0");
  EXPECT_EQ(parsed("v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns= \r\n").name, " ");
  EXPECT_EQ(parsed("v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=\r\n").name, "");
}

TEST(Parse, LinesOfNoUseAreReadOverAndDropped) {
  const Session session = parsed(
      "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\ni=secret\r\nu=http://x\r\ne=a@b\r\np=+1\r\n"
      "t=0 0\r\nr=7d 1h 0\r\nz=0 0\r\nk=clear:x\r\nm=audio 1 RTP/AVP 0\r\ni=title\r\nk=prompt\r\n");
  EXPECT_EQ(print(session), "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 1 RTP/AVP 0\r\n");
}

TEST(Parse, HugeOriginNumbersDoNotFailACall) {
  const Session session =
      parsed("v=0\r\no=- 18446744073709551617 0018446744073709551615 IN IP4 192.0.2.1\r\n");
  EXPECT_EQ(session.origin.session_id, 1U);
  EXPECT_EQ(session.origin.version, UINT64_MAX);
}

TEST(Parse, ErrorsNameTheLineAndThePart) {
  struct Row {
    std::string text;
    const char* what;
  };
  const Row rows[] = {
      {"", "1 the description is empty"},
      {"\r\n", "1 the description is empty"},
      {"o=- 1 2 IN IP4 192.0.2.1\r\n", "1 the first line is not v="},
      {"v=1\r\n", "1 v=: version '1' is not 0"},
      {"v=0\r\n", "1 o=: missing"},
      {"v=0\r\nv=0\r\n", "2 v=: twice"},
      {"v=0\r\nx\r\n", "2 'x' is not <letter>=<value>"},
      {"v=0\r\n\r\no=- 1 2 IN IP4 192.0.2.1\r\n", "2 '' is not <letter>=<value>"},
      {"v=0\r\nc =IN IP4 192.0.2.1\r\n", "2 'c =IN IP4 192.0.2.1' is not <letter>=<value>"},
      {"v=0\r\nq=1\r\n", "2 'q=' is not a line of a session description"},
      {"v=0\r\no=- x 2 IN IP4 192.0.2.1\r\n", "2 o=: session id 'x' is not a number"},
      {"v=0\r\no=- 1 -2 IN IP4 192.0.2.1\r\n", "2 o=: version '-2' is not a number"},
      {"v=0\r\no=- 1 2\r\n", "2 o=: network '' is not IN"},
      {"v=0\r\no=- 1 2 ATM IP4 192.0.2.1\r\n", "2 o=: network 'ATM' is not IN"},
      {"v=0\r\no=- 1 2 IN IP5 192.0.2.1\r\n", "2 o=: address type 'IP5' is not IP4 or IP6"},
      {"v=0\r\no=- 1 2 IN IP4\r\n", "2 o=: no address"},
      {"v=0\r\no=- 1 2 IN IP4 a b\r\n", "2 o=: text after the address"},
      {kHead + "o=- 1 2 IN IP4 192.0.2.1\r\n", "6 o=: twice"},
      {kHead + "s=x\r\n", "6 s=: twice"},
      {kHead + "c=IN IP4 192.0.2.1\r\n", "6 c=: twice"},
      {kHead + "c=IN IP4 ::1\r\n", "6 c=: '::1' is not an IP4 address"},
      {kHead + "b=128\r\n", "6 b=: no ':'"},
      {kHead + "t=0\r\n", "6 t=: not two numbers"},
      {kHead + "t=0 x\r\n", "6 t=: not two numbers"},
      {kHead + "a=\r\n", "6 a=: name '' is not a token"},
      {kHead + "a=:x\r\n", "6 a=: name '' is not a token"},
      {kHead + "a=a b\r\n", "6 a=: name 'a b' is not a token"},
      {kHead + "m=\r\n", "6 m=: type '' is not a token"},
      {kHead + "m=audio\r\n", "6 m=: port '' is not a number"},
      {kHead + "m=audio x RTP/AVP 0\r\n", "6 m=: port 'x' is not a number"},
      {kHead + "m=audio -1 RTP/AVP 0\r\n", "6 m=: port '-1' is not a number"},
      {kHead + "m=audio 65536 RTP/AVP 0\r\n", "6 m=: port out of range"},
      {kHead + "m=audio 99999999999999999999999 RTP/AVP 0\r\n", "6 m=: port out of range"},
      {kHead + "m=audio 1/0 RTP/AVP 0\r\n", "6 m=: number of ports out of range"},
      {kHead + "m=audio 1/x RTP/AVP 0\r\n", "6 m=: number of ports out of range"},
      {kHead + "m=audio 1\r\n", "6 m=: no protocol"},
      {kHead + "m=audio 1 RTP//AVP 0\r\n", "6 m=: protocol 'RTP//AVP' is not tokens joined by '/'"},
      {kHead + "m=audio 1 RTP/AVP\r\n", "6 m=: no format"},
      {kHead + "m=audio 1 RTP/AVP 0\t8\r\n", "6 m=: format '0\\x098' is not a token"},
      {kHead + "m=audio 1 RTP/AVP 0\r\ns=x\r\n", "7 s=: twice"},
      {"v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\nm=audio 1 RTP/AVP 0\r\ns=x\r\n", "4 s=: after an m= line"},
      {"v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\nm=audio 1 RTP/AVP 0\r\nt=0 0\r\n", "4 t=: after an m= line"},
      {"v=0\r\nm=audio 1 RTP/AVP 0\r\no=- 1 2 IN IP4 192.0.2.1\r\n", "3 o=: after an m= line"},
      {"v=0\ro=- 1 2 IN IP4 192.0.2.1\r", "1 CR or NUL inside a line"},
      {kHead + "a=x\ry\r\n", "6 CR or NUL inside a line"},
      {kHead + std::string("a=x\0y\r\n", 7), "6 CR or NUL inside a line"},
  };
  for (const Row& row : rows) EXPECT_EQ(error_at(row.text), row.what) << row.text;
}

TEST(Parse, SizeHasALimit) {
  const std::string head = kHead + "a=x:";
  EXPECT_EQ(error_at(head + std::string(kMaxDescription - head.size(), 'x')), "parsed");
  EXPECT_EQ(error_at(head + std::string(kMaxDescription - head.size() + 1, 'x')),
            "1 longer than 65536 octets");
}

TEST(Parse, MediaLinesHaveALimit) {
  std::string text = kHead;
  for (std::size_t i = 0; i < kMaxMedia; ++i) text += "m=audio 1 RTP/AVP 0\r\n";
  EXPECT_EQ(parsed(text).media.size(), kMaxMedia);
  EXPECT_EQ(error_at(text + "m=audio 1 RTP/AVP 0\r\n"), "38 m=: more than 32 of them");
}

TEST(Parse, FormatsHaveALimit) {
  std::string text = kHead + "m=audio 1 RTP/AVP";
  for (std::size_t i = 0; i < kMaxFormats; ++i) text += " " + std::to_string(i);
  EXPECT_EQ(parsed(text + "\r\n").media[0].formats.size(), kMaxFormats);
  EXPECT_EQ(error_at(text + " 64\r\n"), "6 m=: more than 64 formats");
}

TEST(Parse, AttributesHaveALimitOverTheWholeDescription) {
  std::string text = kHead + "b=AS:1\r\nm=audio 1 RTP/AVP 0\r\n";
  for (std::size_t i = 1; i < kMaxAttributes; ++i) text += "a=x\r\n";
  EXPECT_EQ(parsed(text).media[0].attributes.size(), kMaxAttributes - 1);
  EXPECT_EQ(error_at(text + "a=x\r\n"), "519 a=: more than 512 attributes");
  EXPECT_EQ(error_at(text + "b=AS:1\r\n"), "519 a=: more than 512 attributes");
}

TEST(Print, AProgramsTextCannotBecomeAnotherLine) {
  Session session = parsed(kHead);
  session.name = "x\r\na=injected";
  session.attributes.push_back({"x\n", "y\r\nm=audio 1 RTP/AVP 0"});
  EXPECT_EQ(print(session),
            "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=x  a=injected\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
            "a=x :y  m=audio 1 RTP/AVP 0\r\n");
}

/// Every description cut at every octet, and every octet of it spoiled: an error or a value, never a fault.
TEST(Parse, CutAndSpoiledEverywhere) {
  std::size_t accepted = 0;
  const auto check = [&accepted](std::string_view text) {
    const auto session = parse(text);
    if (!session) return;
    ++accepted;
    const auto again = parse(print(*session));
    ASSERT_TRUE(again) << again.error().what << "\n" << print(*session);
    EXPECT_EQ(*again, *session);
  };
  for (std::size_t length = 0; length <= kWhole.size(); ++length)
    check(std::string_view(kWhole).substr(0, length));
  for (std::size_t at = 0; at < kWhole.size(); ++at)
    for (char spoiled : {'\0', '\r', '\n', ' ', ':', '/', '=', '0', '\xff'}) {
      std::string text = kWhole;
      text[at] = spoiled;
      check(text);
    }
  EXPECT_GT(accepted, 100U);
}

}  // namespace
}  // namespace tandem::sdp
