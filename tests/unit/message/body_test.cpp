// What of a body is a description, and what is refused (RFC 3261 §8.2.3, RFC 5621).
#include "tandem/message/body.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tandem::message {
namespace {

const std::string kSdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n";

ReadBody read(std::string_view type, std::string_view body, std::string_view encoding = {},
              std::string_view disposition = {}) {
  return read_body({type, encoding, disposition}, body);
}
BodyKind kind(std::string_view type, std::string_view body, std::string_view encoding = {},
              std::string_view disposition = {}) {
  return read(type, body, encoding, disposition).kind;
}

/// One part with its delimiter before it; `headers` are whole lines.
std::string part(const std::string& headers, const std::string& content) {
  return "--b1\r\n" + headers + "\r\n" + content + "\r\n";
}
const std::string kSdpPart = part("Content-Type: application/sdp\r\n", kSdp);
const std::string kEnd = "--b1--\r\n";
const std::string kMixed = "multipart/mixed;boundary=b1";
const std::string kOptional = "Content-Disposition: signal;handling=optional\r\n";

TEST(Body, OneTypeIsUnderstood_R175) {
  EXPECT_EQ(kind("", ""), BodyKind::None);
  EXPECT_EQ(kind("text/plain", ""), BodyKind::None);
  EXPECT_EQ(read("application/sdp", kSdp).description, kSdp);
  EXPECT_EQ(kind("Application/SDP ; charset=\"utf-8\"", kSdp), BodyKind::Description);
  EXPECT_EQ(kind("text/plain", "hello"), BodyKind::OtherType);
  EXPECT_EQ(kind("", kSdp), BodyKind::OtherType);
  EXPECT_EQ(kind("application/sdp;x=\"", kSdp), BodyKind::OtherType);
}

TEST(Body, NoEncodingButIdentityIsUnderstood_R175) {
  EXPECT_EQ(kind("application/sdp", kSdp, "identity"), BodyKind::Description);
  EXPECT_EQ(kind("application/sdp", kSdp, " Identity "), BodyKind::Description);
  EXPECT_EQ(kind("application/sdp", "\x1f\x8b", "gzip"), BodyKind::OtherEncoding);
  EXPECT_EQ(kind("text/plain", "x", "gzip"), BodyKind::OtherEncoding);
  EXPECT_EQ(kind("application/sdp", "", "gzip"), BodyKind::None);
}

TEST(Body, WhatIsOptionalMayBePassedOver_RFC3261_8_2_3) {
  EXPECT_EQ(kind("text/plain", "x", "", "render;handling=optional"), BodyKind::None);
  EXPECT_EQ(kind("application/sdp", "x", "gzip", "session; Handling = OPTIONAL"), BodyKind::None);
  EXPECT_EQ(kind("text/plain", "x", "", "render;handling=required"), BodyKind::OtherType);
  EXPECT_EQ(kind("text/plain", "x", "", "render"), BodyKind::OtherType);
  EXPECT_EQ(kind("application/sdp", kSdp, "", "session;handling=optional"), BodyKind::Description);
  EXPECT_EQ(kind("application/sdp", kSdp, "", "early-session;handling=optional"), BodyKind::None);
  EXPECT_EQ(kind("application/sdp", kSdp, "", "early-session"), BodyKind::OtherType);
}

TEST(Body, OfSeveralPartsTheDescriptionCounts_RFC5621) {
  EXPECT_EQ(read(kMixed, kSdpPart + kEnd).description, kSdp);
  EXPECT_EQ(read(kMixed, "preamble\r\n" + kSdpPart + "--b1--").description, kSdp);
  EXPECT_EQ(read(kMixed, kSdpPart + "--b1-- \t\r\nepilogue --b1").description, kSdp);
  EXPECT_EQ(read("MULTIPART/Mixed; boundary=\"b1\"", kSdpPart + kEnd).description, kSdp);
  const std::string isup =
      part("Content-Type: application/isup\r\n" + kOptional, std::string("\x01\0\x02", 3));
  EXPECT_EQ(read(kMixed, isup + kSdpPart + kEnd).description, kSdp);
  EXPECT_EQ(read(kMixed, kSdpPart + isup + kEnd).description, kSdp);
  EXPECT_EQ(kind(kMixed, isup + kEnd), BodyKind::None);
  const std::string folded = part("c:\r\n application/sdp\r\nContent-Length: 3\r\n", kSdp);
  EXPECT_EQ(read(kMixed, folded + kEnd).description, kSdp);
  EXPECT_EQ(read("multipart/mixed;boundary=b1", "--b1\nContent-Type: application/sdp\n\nv=0\n\n--b1--\n")
                .description,
            "v=0\n");
}

TEST(Body, APartThatIsRequiredAndNotUnderstoodRefusesAll_RFC5621_3_3) {
  EXPECT_EQ(kind(kMixed, kSdpPart + part("Content-Type: application/isup\r\n", "x") + kEnd),
            BodyKind::OtherType);
  EXPECT_EQ(
      kind(kMixed, kSdpPart +
                       part("Content-Type: text/plain\r\nContent-Disposition: x;handling=required\r\n", "x") +
                       kEnd),
      BodyKind::OtherType);
  EXPECT_EQ(kind(kMixed, kSdpPart + kSdpPart + kEnd), BodyKind::OtherType);
  EXPECT_EQ(kind(kMixed, part("Content-Type: application/sdp\r\nContent-Encoding: gzip\r\n", "x") + kEnd),
            BodyKind::OtherEncoding);
  EXPECT_EQ(kind(kMixed, part("", kSdp) + kEnd), BodyKind::OtherType);  // text/plain, then
  EXPECT_EQ(kind("multipart/alternative;boundary=b1", kSdpPart + kEnd), BodyKind::OtherType);
  EXPECT_EQ(kind(kMixed, part("Content-Type: multipart/mixed;boundary=b2\r\n", "--b2\r\n\r\n--b2--") + kEnd),
            BodyKind::OtherType);
  EXPECT_EQ(kind(kMixed, part("Content-Type: text/plain\r\n", "x") + kEnd, "", "render;handling=optional"),
            BodyKind::None);
}

TEST(Body, PartsThatDoNotHoldTogetherAreNotUnderstood) {
  const std::string broken[] = {kSdpPart,
                                kEnd,
                                "--b1",
                                "--b1\r\n",
                                kSdp,
                                "x" + kSdpPart + kEnd,
                                "--b1\r\nContent-Type: application/sdp\r\n--b1--\r\n",
                                "--b1\r\n folded first\r\n\r\n" + kSdp + "\r\n--b1--\r\n",
                                "--b1\r\nno colon\r\n\r\n" + kSdp + "\r\n--b1--\r\n"};
  for (const std::string& body : broken) EXPECT_EQ(kind(kMixed, body), BodyKind::OtherType) << body;
  for (const auto* type : {"multipart/mixed", "multipart/mixed;boundary=", "multipart/mixed;boundary=\"\"",
                           "multipart/mixed;boundary=b2"})
    EXPECT_EQ(kind(type, kSdpPart + kEnd), BodyKind::OtherType) << type;
  EXPECT_EQ(kind("multipart/mixed;boundary=" + std::string(71, 'b'), kSdpPart + kEnd), BodyKind::OtherType);
  std::string many;
  for (int i = 0; i < 17; ++i) many += part("Content-Type: text/plain\r\n" + kOptional, "x");
  EXPECT_EQ(kind(kMixed, many + kEnd), BodyKind::OtherType);
}

TEST(Body, EveryBeginningOfABodyIsReadWithoutAFault) {
  const std::string whole = part("Content-Type: application/isup\r\n" + kOptional, "x") + kSdpPart + kEnd;
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    const std::string body = whole.substr(0, cut);
    const ReadBody got = read(kMixed, body);
    const bool is_closed = cut == whole.size() - 2 || cut == whole.size();
    EXPECT_EQ(got.kind == BodyKind::Description, is_closed) << cut;
    EXPECT_EQ(got.description, got.kind == BodyKind::Description ? kSdp : "");
  }
}

}  // namespace
}  // namespace tandem::message
