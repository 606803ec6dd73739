// Malformed messages give one clear error that names the line and the part, and never a crash.
#include <gtest/gtest.h>

#include "tandem/message/message.hpp"

namespace tandem::message {
namespace {

std::string error_of(std::string_view text) {
  const auto message = parse_message(text);
  return message ? "parsed" : message.error().what;
}

/// The example of a vendor's manual, its lines where the manual runs them together.
const char* const kManualInvite =
    "INVITE sip:3123456789@test1.sip.example.com SIP/2.0\r\n"
    "Max-Forwards: 70\r\n"
    "Via: SIP/2.0/UDP 192.0.2.4; branch=198398334\r\n"
    "To: \"alice\" <sip:3123456789@test1.sip.example.com>\r\n"
    "From: \"bob\" <sip:3987654321@test2.sip.example.com>; tag=12345\r\n"
    "\r\n";

std::string with(std::string text, std::string_view good, std::string_view bad) {
  const std::size_t at = text.find(good);
  EXPECT_NE(at, std::string::npos) << good;
  return text.replace(at, good.size(), bad);
}

TEST(Malformed, TheManualsInviteIsFineWhenWrittenRight_R033) { EXPECT_EQ(error_of(kManualInvite), "parsed"); }

TEST(Malformed, NoSpaceBeforeTheVersion_R033) {
  EXPECT_EQ(error_of(with(kManualInvite, ".com SIP/2.0", ".comSIP/2.0")),
            "line 1: request line: no space before SIP/2.0");
}

TEST(Malformed, AllOnOneLine_R033) {
  EXPECT_EQ(
      error_of(
          "INVITE sip:3123456789@test1.sip.example.comSIP/2.0 Max-Forwards= 70 Via SIP/2.0/UDP x\r\n\r\n"),
      "line 1: request line: 'Max-Forwards= 70 Via SIP/2.0/UDP x' where SIP/2.0 should end it");
}

TEST(Malformed, MaxForwardsWithEqualsSign_R033) {
  EXPECT_EQ(error_of(with(kManualInvite, "Max-Forwards: 70", "Max-Forwards= 70")),
            "line 2: header 'Max-Forwards= 70' has no colon");
}

TEST(Malformed, ViaWithoutColon_R033) {
  EXPECT_EQ(error_of(with(kManualInvite, "Via: SIP/2.0/UDP 192.0.2.4", "Via SIP/2.0/UDP 192.0.2.4")),
            "line 3: header 'Via SIP/2.0/UDP 192.0.2.4; branch=198398334' has no colon");
}

TEST(Malformed, SpaceInAHeaderName_R033) {
  EXPECT_EQ(error_of(with(kManualInvite, "Max-Forwards: 70", "P-Asserted Identity: tel:+19524563516")),
            "line 2: header name 'P-Asserted Identity' is not a token");
}

TEST(Malformed, TypographicQuotes_R033) {
  const auto message = parse_message(with(kManualInvite, "\"bob\"",
                                          "\xE2\x80\x9C"
                                          "bob\xE2\x80\x9D"));
  ASSERT_TRUE(message);  // the message's lines are fine, its From is not
  const auto from = parse_name_addr(*std::get<Request>(*message).headers.find("From"));
  ASSERT_FALSE(from);
  EXPECT_EQ(from.error().what, "NameAddr: display name '\\xe2\\x80\\x9cbob\\xe2\\x80\\x9d' needs quotes");
}

TEST(Malformed, TransportWithPlusSign_R033) {
  EXPECT_EQ(error_of(with(kManualInvite, ".com SIP/2.0", ".com;transport+UDP SIP/2.0")), "parsed");
}

TEST(Malformed, BracketsOfATemplateLeftInTheHost_R033) {
  EXPECT_EQ(error_of(with(kManualInvite, "@test1.sip", "@[yourdomain].sip")),
            "line 1: request line: Uri: 'yourdomain' is not an IPv6 address");
}

TEST(Malformed, ErrorsNameTheLineAndThePart_R033) {
  struct Row {
    const char* text;
    const char* what;
  };
  const Row rows[] = {
      {"", "message is empty"},
      {"\r\n\r\n", "message is empty"},
      {"INVITE sip:x SIP/2.0", "line 1: message ends inside its start line"},
      {"INVITE\r\n\r\n", "line 1: request line: no space after the method"},
      {"INVITE sip:x\r\n\r\n", "line 1: request line: no space before SIP/2.0"},
      {"INV:ITE sip:x SIP/2.0\r\n\r\n", "line 1: request line: method 'INV:ITE' is not a token"},
      {" INVITE sip:x SIP/2.0\r\n\r\n", "line 1: request line: method '' is not a token"},
      {"\x16\x03\x01 x\r\n\r\n", "line 1: request line: method '\\x16\\x03\\x01' is not a token"},
      {"INVITE  sip:x SIP/2.0\r\n\r\n", "line 1: request line: 'sip:x SIP/2.0' where SIP/2.0 should end it"},
      {"INVITE sip:x  SIP/2.0\r\n\r\n", "line 1: request line: ' SIP/2.0' where SIP/2.0 should end it"},
      {"INVITE sip:x SIP/2.0 \r\n\r\n", "line 1: request line: 'SIP/2.0 ' where SIP/2.0 should end it"},
      {"INVITE sip:x SIP/7.0\r\n\r\n", "line 1: request line: 'SIP/7.0' where SIP/2.0 should end it"},
      {"GET / HTTP/1.1\r\n\r\n", "line 1: request line: 'HTTP/1.1' where SIP/2.0 should end it"},
      {"INVITE <sip:x> SIP/2.0\r\n\r\n", "line 1: request line: Uri: scheme '<sip' is not sip, sips or tel"},
      {"INVITE sip:x:70000 SIP/2.0\r\n\r\n", "line 1: request line: Uri: port out of range"},
      {"SIP/2.0 99 Low\r\n\r\n", "line 1: status line: '99 ' is not a status of 100 to 699"},
      {"SIP/2.0 099 Low\r\n\r\n", "line 1: status line: '099' is not a status of 100 to 699"},
      {"SIP/2.0 700 High\r\n\r\n", "line 1: status line: '700' is not a status of 100 to 699"},
      {"SIP/2.0 2000 Long\r\n\r\n", "line 1: status line: no space after the status"},
      {"SIP/2.0 20x OK\r\n\r\n", "line 1: status line: '20x' is not a status of 100 to 699"},
      {"SIP/2.0 \r\n\r\n", "line 1: status line: '' is not a status of 100 to 699"},
      {"SIP/2.0 200 O\x01K\r\n\r\n", "line 1: status line: control character in the phrase"},
      {"SIP/7.0 200 OK\r\n\r\n", "line 1: request line: method 'SIP/7.0' is not a token"},
      {"INVITE sip:x SIP/2.0\r\n folded\r\n\r\n", "line 2: header ' folded' has no colon"},
      {"INVITE sip:x SIP/2.0\r\n Folded: x\r\n\r\n",
       "line 2: a continuation line without a header before it"},
      {"INVITE sip:x SIP/2.0\r\n: x\r\n\r\n", "line 2: header name '' is not a token"},
      {"INVITE sip:x SIP/2.0\r\nTo", "line 2: header 'To' has no colon"},
      {"INVITE sip:x SIP/2.0\r\nTo: x", "line 2: message ends inside header 'To'"},
      {"INVITE sip:x SIP/2.0\r\nTo: x\r\n y", "line 3: message ends inside header 'To'"},
      {"INVITE sip:x SIP/2.0\r\nTo: x\ry\r\n\r\n", "line 2: header 'To': bare CR in its value"},
      {"INVITE sip:x SIP/2.0\r\nTo: x\r\n z\ry\r\n\r\n", "line 3: header 'To': bare CR in its value"},
      {"\nINVITE sip:x SIP/2.0\r\nTo\r\n\r\n", "line 3: header 'To' has no colon"},
  };
  for (const Row& row : rows) EXPECT_EQ(error_of(row.text), row.what) << row.text;
}

TEST(Malformed, ErrorsSayTheOctet) {
  EXPECT_EQ(parse_message("INVITE sip:x SIP/2.0\r\nTo x\r\n\r\n").error().offset, 22U);
  EXPECT_EQ(parse_message("INVITE sip:a b SIP/2.0\r\n\r\n").error().offset, 13U);
  EXPECT_EQ(parse_message("INVITE sip:a@ SIP/2.0\r\n\r\n").error().offset, 13U);
}

/// Every message cut at every octet, and every octet of it spoiled: an error or a value, never a fault (the
/// sanitizers watch); what parses prints and parses to the same.
TEST(Malformed, CutAndSpoiledEverywhere) {
  const std::string whole =
      with(kManualInvite, "\r\n\r\n", "\r\nSubject: a\r\n b\r\nContent-Length: 3\r\n\r\nabc");
  std::size_t accepted = 0;
  const auto check = [&accepted](std::string_view text) {
    const auto message = parse_message(text);
    if (!message) {
      EXPECT_FALSE(message.error().what.empty());
      EXPECT_LE(message.error().offset, text.size());
      return;
    }
    ++accepted;
    const std::string printed = std::visit([](const auto& value) { return print(value); }, *message);
    const auto again = parse_message(printed);
    ASSERT_TRUE(again) << again.error().what << "\n" << printed;
    EXPECT_EQ(*again, *message);
  };
  for (std::size_t length = 0; length <= whole.size(); ++length)
    check(std::string_view(whole).substr(0, length));
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (char spoiled : {'\0', '\r', '\n', ' ', ':', ';', '"', '<', '%', '@', '[', '\x80', '\xff'}) {
      std::string text = whole;
      text[at] = spoiled;
      check(text);
    }
  EXPECT_GT(accepted, 100U);
}

}  // namespace
}  // namespace tandem::message
