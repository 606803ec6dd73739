// parse_message and print. RFC 3261 §7, §18.3, §20.14, §25.1.
#include "tandem/message/message.hpp"

#include <gtest/gtest.h>

#include "tandem/message/limits.hpp"

namespace tandem::message {
namespace {

Message parsed(std::string_view text) {
  auto message = parse_message(text);
  EXPECT_TRUE(message) << (message ? "" : message.error().what);
  return message ? std::move(*message) : Message{};
}
Request request_of(std::string_view text) {
  Message message = parsed(text);
  EXPECT_TRUE(std::holds_alternative<Request>(message));
  return std::get<Request>(std::move(message));
}
Response response_of(std::string_view text) {
  Message message = parsed(text);
  EXPECT_TRUE(std::holds_alternative<Response>(message));
  return std::get<Response>(std::move(message));
}
std::string error_of(std::string_view text) {
  const auto message = parse_message(text);
  return message ? "parsed" : message.error().what;
}

const std::string kInvite =
    "INVITE sip:+12128675309@acme.example SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 192.0.2.4:5060;branch=z9hG4bK776asdhds\r\n"
    "Max-Forwards: 70\r\n"
    "f: \"Alice\" <sip:+13125550100@acme.example>;tag=1928301774\r\n"
    "t: <sip:+12128675309@acme.example>\r\n"
    "Call-ID: a84b4c76e66710@192.0.2.4\r\n"
    "CSeq: 314159 INVITE\r\n"
    "Content-Type: application/sdp\r\n"
    "Content-Length: 7\r\n"
    "\r\n"
    "v=0\r\no=";

TEST(Message, RequestHasItsParts) {
  const Request invite = request_of(kInvite);
  EXPECT_EQ(invite.method, "INVITE");
  EXPECT_EQ(invite.uri.user, "+12128675309");
  EXPECT_EQ(invite.uri.host, "acme.example");
  ASSERT_NE(invite.headers.find("From"), nullptr);
  EXPECT_EQ(*invite.headers.find("From"), "\"Alice\" <sip:+13125550100@acme.example>;tag=1928301774");
  EXPECT_EQ(invite.headers.rows().size(), 7U);
  EXPECT_EQ(invite.headers.rows()[2].name, "f");
  EXPECT_EQ(invite.body, "v=0\r\no=");
}

TEST(Message, PrintsWhatItParsedWithContentLengthLast) {
  std::string expected = kInvite;
  const std::string length = "Content-Length: 7\r\n";
  expected.erase(expected.find(length), length.size());
  expected.insert(expected.find("\r\n\r\n") + 2, length);
  EXPECT_EQ(print(request_of(kInvite)), expected);
}

TEST(Message, ResponseHasItsParts) {
  const Response busy = response_of("SIP/2.0 486 Busy Here\r\nVia: x\r\n\r\n");
  EXPECT_EQ(busy.status, 486);
  EXPECT_EQ(busy.phrase, "Busy Here");
  EXPECT_TRUE(busy.headers.has("v"));
  EXPECT_EQ(print(busy), "SIP/2.0 486 Busy Here\r\nVia: x\r\nContent-Length: 0\r\n\r\n");
}

TEST(Message, PhrasesMayBeEmptyOrUtf8) {
  EXPECT_EQ(response_of("SIP/2.0 100 \r\n\r\n").phrase, "");
  EXPECT_EQ(response_of("SIP/2.0 100\r\n\r\n").phrase, "");
  EXPECT_EQ(response_of("sip/2.0 200 \xD0\xB4\xD0\xB0 = da\r\n\r\n").phrase, "\xD0\xB4\xD0\xB0 = da");
}

TEST(Message, RoundTrips) {
  for (const std::string& text : {
           kInvite,
           std::string("OPTIONS sip:example.com SIP/2.0\r\n\r\n"),
           std::string("ACK tel:+1212;phone-context=+1 SIP/2.0\r\nX:\r\n\r\nbody\nwith\r\nlines"),
           std::string("SIP/2.0 183 Session Progress\r\nk: 100rel\r\nk: timer\r\n\r\n"),
           std::string("M1%x sips:a@[::1] SIP/2.0\nA: b\n c\n\n"),
       }) {
    const Message first = parsed(text);
    const Message second = parsed(std::visit([](const auto& message) { return print(message); }, first));
    EXPECT_EQ(first, second) << text;
  }
}

TEST(Message, LinesMayEndInLineFeedAlone) {
  std::string text = kInvite;
  for (std::size_t at = text.find('\r'); at != std::string::npos; at = text.find('\r')) text.erase(at, 1);
  text.replace(text.find("Content-Length: 7"), 17, "Content-Length: 6");
  const Request invite = request_of(text);
  EXPECT_EQ(invite.headers.rows(), request_of(kInvite).headers.rows());
  EXPECT_EQ(invite.body, "v=0\no=");
}

TEST(Message, FoldedLinesAreJoinedByOneSpace) {
  const Request request = request_of(
      "OPTIONS sip:x SIP/2.0\r\nSubject:   one \r\n\t two\r\n   three  \r\nNext:\r\n folded\r\n \r\n\r\n");
  EXPECT_EQ(*request.headers.find("Subject"), "one two three");
  EXPECT_EQ(*request.headers.find("Next"), "folded");
}

TEST(Message, WhitespaceAroundTheColonIsTolerated) {
  const Request request =
      request_of("OPTIONS sip:x SIP/2.0\r\nTo : <sip:x>\r\nFrom\t:<sip:y>\r\nEmpty:\r\n\r\n");
  EXPECT_EQ(*request.headers.find("To"), "<sip:x>");
  EXPECT_EQ(*request.headers.find("From"), "<sip:y>");
  EXPECT_EQ(*request.headers.find("Empty"), "");
}

TEST(Message, EmptyLinesBeforeTheStartAreKeepAlives) {
  EXPECT_EQ(request_of("\r\n\r\n\nOPTIONS sip:x SIP/2.0\r\n\r\n").method, "OPTIONS");
}

TEST(Message, AFileMayEndWithItsLastHeader) {
  const Request request = request_of("OPTIONS sip:x SIP/2.0\nTo: <sip:x>\n");
  EXPECT_TRUE(request.headers.has("To"));
  EXPECT_EQ(request.body, "");
  EXPECT_EQ(request_of("OPTIONS sip:x SIP/2.0\n").headers.rows().size(), 0U);
}

TEST(Message, ContentLengthIsHonoured) {
  const std::string head = "MESSAGE sip:x SIP/2.0\r\nl: ";
  EXPECT_EQ(request_of(head + "3\r\n\r\nabcdef").body, "abc");
  EXPECT_EQ(request_of(head + "0\r\n\r\nabcdef").body, "");
  EXPECT_EQ(request_of(head + "0006\r\n\r\nabcdef").body, "abcdef");
  EXPECT_FALSE(request_of(head + "6\r\n\r\nabcdef").headers.has("Content-Length"));
  EXPECT_EQ(error_of(head + "7\r\n\r\nabcdef"), "body: Content-Length is 7 but 6 octets follow");
  EXPECT_EQ(error_of(head + "99999999999999999999999\r\n\r\n"),
            "line 2: header 'Content-Length': '99999999999999999999999' is not a number");
  EXPECT_EQ(error_of(head + "-1\r\n\r\n"), "line 2: header 'Content-Length': '-1' is not a number");
  EXPECT_EQ(error_of(head + "\r\n\r\n"), "line 2: header 'Content-Length': '' is not a number");
  EXPECT_EQ(error_of(head + "3 4\r\n\r\n"), "line 2: header 'Content-Length': '3 4' is not a number");
  EXPECT_EQ(error_of(head + "3\r\nContent-Length: 3\r\n\r\nabc"), "line 3: header 'Content-Length' twice");
}

TEST(Message, AProgramsContentLengthIsNotBelieved) {
  Request request = request_of("MESSAGE sip:x SIP/2.0\r\n\r\nabc");
  request.headers.add("l", "99");
  EXPECT_EQ(print(request), "MESSAGE sip:x SIP/2.0\r\nContent-Length: 3\r\n\r\nabc");
}

TEST(Message, AProgramsTextCannotBecomeAnotherHeader) {
  Request request = request_of("MESSAGE sip:x SIP/2.0\r\n\r\n");
  request.headers.add("X-Note", "a\r\nX-Injected: 1\r\n\r\nbody");
  EXPECT_EQ(print(request),
            "MESSAGE sip:x SIP/2.0\r\nX-Note: a  X-Injected: 1    body\r\nContent-Length: 0\r\n\r\n");
  Response response{200, "OK\r\nX-Injected: 1", {}, {}};
  EXPECT_EQ(print(response), "SIP/2.0 200 OK  X-Injected: 1\r\nContent-Length: 0\r\n\r\n");
}

TEST(Message, BodiesMayHoldAnyOctet) {
  std::string body;
  for (int octet = 0; octet < 256; ++octet) body.push_back(static_cast<char>(octet));
  Request request = request_of("MESSAGE sip:x SIP/2.0\r\n\r\n");
  request.body = body;
  EXPECT_EQ(request_of(print(request)).body, body);
}

TEST(Message, SizeHasALimit) {
  const std::string head = "MESSAGE sip:x SIP/2.0\r\n\r\n";
  EXPECT_EQ(request_of(head + std::string(kMaxMessageSize - head.size(), 'a')).body.size(),
            kMaxMessageSize - head.size());
  EXPECT_EQ(error_of(head + std::string(kMaxMessageSize - head.size() + 1, 'a')),
            "message longer than 65536 octets");
}

TEST(Message, HeadersHaveALimit) {
  std::string text = "MESSAGE sip:x SIP/2.0\r\n";
  for (std::size_t i = 0; i < kMaxHeaders; ++i) text += "X: y\r\n";
  EXPECT_EQ(request_of(text + "\r\n").headers.rows().size(), kMaxHeaders);
  EXPECT_EQ(error_of(text + "X: y\r\n\r\n"), "line 258: more than 256 headers");
}

TEST(Message, ContentLengthIsNotOneOfThoseHeaders) {  // found by fuzzing: print() adds it to 256 others
  std::string text = "MESSAGE sip:x SIP/2.0\r\n";
  for (std::size_t i = 0; i < kMaxHeaders; ++i) text += "X: y\r\n";
  const Request request = request_of(text + "\r\n");
  EXPECT_EQ(request_of(print(request)), request);
}

}  // namespace
}  // namespace tandem::message
