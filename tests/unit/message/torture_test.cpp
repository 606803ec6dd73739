// Messages after the cases of RFC 4475 and RFC 5118: what a strict parser must take, and what it must refuse.
// Whether the refused would be 400 by their transaction (a missing Call-ID, a CSeq of another method) is not
// for this room.
#include <gtest/gtest.h>

#include "tandem/message/message.hpp"

namespace tandem::message {
namespace {

std::string error_of(std::string_view text) {
  const auto message = parse_message(text);
  return message ? "parsed" : message.error().what;
}

/// Parses, prints, parses again and gives the request.
Request taken(std::string_view text) {
  const auto message = parse_message(text);
  EXPECT_TRUE(message) << (message ? "" : message.error().what);
  if (!message || !std::holds_alternative<Request>(*message)) return {};
  const Request& request = std::get<Request>(*message);
  const auto again = parse_message(print(request));
  EXPECT_TRUE(again) << (again ? "" : again.error().what);
  EXPECT_TRUE(again && std::get<Request>(*again) == request);
  return request;
}

TEST(Torture, AShortTortuousInvite_3_1_1_1) {
  const Request request = taken(
      "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0\r\n"
      "TO :\r\n sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n\r\n"
      "from   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8\r\n"
      "MaX-fOrWaRdS: 0068\r\n"
      "Call-ID: wsinv.ndaksdj@192.0.2.1\r\n"
      "Content-Length   : 3\r\n"
      "cseq: 0009\r\n  INVITE\r\n"
      "s :\r\n"
      "NewFangledHeader:   newfangled value\r\n continued newfangled value\r\n"
      "UnknownHeaderWithUnusualValue: ;;,,;;,;\r\n"
      "v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n SIP  /    2.0  "
      " / UDP  "
      "192.168.255.111   ; branch=\r\n z9hG4bK30239\r\n"
      "m:\"Quoted string \\\"\\\"\" <sip:jdrosen@example.com> ; newparam =\r\n      newvalue ;\r\n  "
      "secondparam ; q = 0.33\r\n"
      "\r\nabc");
  const auto to = parse_name_addr(*request.headers.find("To"));
  ASSERT_TRUE(to) << to.error().what;
  EXPECT_EQ(to->tag(), "1918181833n");
  const auto from = parse_name_addr(*request.headers.find("f"));
  ASSERT_TRUE(from) << from.error().what;
  EXPECT_EQ(from->display_name, "J Rosenberg \\\"");
  EXPECT_EQ(from->tag(), "98asjd8");
  const auto contact = parse_name_addr(*request.headers.find("Contact"));
  ASSERT_TRUE(contact) << contact.error().what;
  EXPECT_EQ(contact->display_name, "Quoted string \"\"");
  EXPECT_EQ(contact->params.size(), 3U);
  EXPECT_EQ(*request.headers.find("NewFangledHeader"), "newfangled value continued newfangled value");
}

TEST(Torture, WideRangeOfCharacters_3_1_1_2) {
  const Request request = taken(
      "!interesting-Method0123456789_*+`.%indeed'~ "
      "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/"
      ";;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com "
      "SIP/2.0\r\n"
      "To: \"BEL:\\\x07 DEL:\\\x7F\" <sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com>\r\n"
      "From: token1~` token2'+_ token3*%!.- "
      "<sip:mundane@example.com>;fromParam''~+*_!.-%=\"\xD1\x80\xD0\xB0\";tag=_token~1'+`*%!-.\r\n"
      "extensionHeader-!.%*+_`'~:\xEF\xBB\xBF\xE5\xA4\xA7\r\n"
      "\r\n");
  EXPECT_EQ(request.method, "!interesting-Method0123456789_*+`.%indeed'~");
  EXPECT_EQ(request.uri.user, "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
  EXPECT_EQ(request.uri.password, "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)");
  const auto to = parse_name_addr(*request.headers.find("To"));
  ASSERT_TRUE(to) << to.error().what;
  EXPECT_EQ(to->display_name, "BEL:\x07 DEL:\x7F");
  EXPECT_EQ(*parse_name_addr(print(*to)), *to);
  const auto from = parse_name_addr(*request.headers.find("From"));
  ASSERT_TRUE(from) << from.error().what;
  EXPECT_EQ(from->display_name, "token1~` token2'+_ token3*%!.-");
  EXPECT_EQ(from->tag(), "_token~1'+`*%!-.");
}

TEST(Torture, EscapesInUris_3_1_1_3) {
  const Request request = taken(
      "INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0\r\n"
      "Contact: <sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>\r\n\r\n");
  EXPECT_EQ(request.uri.user, "sips:user@example.com");
  const auto contact = parse_name_addr(*request.headers.find("Contact"));
  ASSERT_TRUE(contact);
  EXPECT_EQ(contact->uri.user, "caller");
  EXPECT_NE(find_param(contact->uri.params, "lr"), nullptr);
  EXPECT_EQ(find_param(contact->uri.params, "name")->value, "value%41");  // decoded once
}

TEST(Torture, EscapedNulInAUser_3_1_1_4) {
  const auto uri = parse_uri("sip:null-%00-null@example.com");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->user, std::string("null-\0-null", 11));
  EXPECT_EQ(print(*uri), "sip:null-%00-null@example.com");
}

TEST(Torture, PercentThatIsNoEscape_3_1_1_5) {
  const Request request = taken("RE%47IST%45R sip:registrar.example.com SIP/2.0\r\n\r\n");
  EXPECT_EQ(request.method, "RE%47IST%45R");  // a token is never unescaped
}

TEST(Torture, NoSpaceBeforeTheAngleBracket_3_1_1_6) {
  const auto from = parse_name_addr("caller<sip:caller@example.com>;tag=323");
  ASSERT_TRUE(from);
  EXPECT_EQ(from->display_name, "caller");
}

TEST(Torture, LongValues_3_1_1_7) {
  const std::string longest(8000, 'x');
  const Request request =
      taken("INVITE sip:user@example.com SIP/2.0\r\nTo: \"" + longest + "\" <sip:" + longest +
            "@example.com:5060;" + longest + "=" + longest + ">;" + longest + "=" + longest + "\r\n\r\n");
  const auto to = parse_name_addr(*request.headers.find("To"));
  ASSERT_TRUE(to);
  EXPECT_EQ(to->uri.user, longest);
}

TEST(Torture, OctetsAfterTheBody_3_1_1_8) {
  EXPECT_EQ(
      taken("REGISTER sip:example.com SIP/2.0\r\nl: 0\r\n\r\nINVITE sip:joe@example.com SIP/2.0\r\n\r\n")
          .body,
      "");
}

TEST(Torture, SemicolonsInAUser_3_1_1_9) {
  EXPECT_EQ(taken("OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0\r\n\r\n").uri.user,
            "user;par=u@example.net");
}

TEST(Torture, UnusualPhrases_3_1_1_11) {
  EXPECT_EQ(error_of("SIP/2.0 200 = 2**3 * 5**2 \xD0\xBD\xD0\xBE\r\n\r\n"), "parsed");
  EXPECT_EQ(error_of("SIP/2.0 100 \r\n\r\n"), "parsed");
}

TEST(Torture, ExtraneousSeparators_3_1_2_1) {
  EXPECT_FALSE(parse_name_addr("\"Joe\" <sip:joe@example.org>;;;;"));
}

TEST(Torture, ContentLengthTooLarge_3_1_2_2) {
  EXPECT_EQ(error_of("INVITE sip:user@example.com SIP/2.0\r\nContent-Length: 9999\r\n\r\nv=0\r\n"),
            "body: Content-Length is 9999 but 5 octets follow");
}

TEST(Torture, NegativeContentLength_3_1_2_3) {
  EXPECT_EQ(error_of("INVITE sip:user@example.com SIP/2.0\r\nContent-Length: -999\r\n\r\nv=0\r\n"),
            "line 2: header 'Content-Length': '-999' is not a number");
}

TEST(Torture, UnterminatedQuote_3_1_2_6) {
  EXPECT_FALSE(parse_name_addr("\"Mr. J. User <sip:j.user@example.com>"));
}

TEST(Torture, RequestUriInAngleBrackets_3_1_2_7) {
  EXPECT_NE(error_of("INVITE <sip:user@example.com> SIP/2.0\r\n\r\n"), "parsed");
}

TEST(Torture, SpacesInTheRequestLine_3_1_2_8_to_10) {
  EXPECT_NE(error_of("INVITE sip:user@example.com; lr SIP/2.0\r\n\r\n"), "parsed");
  EXPECT_NE(error_of("INVITE  sip:user@example.com  SIP/2.0\r\n\r\n"), "parsed");
  EXPECT_NE(error_of("INVITE sip:user@example.com SIP/2.0  \r\n\r\n"), "parsed");
}

TEST(Torture, EscapedHeadersInARequestUri_3_1_2_11) {
  const Request request = taken("INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0\r\n\r\n");
  EXPECT_EQ(request.uri.headers, (std::vector<Param>{{"Route", "<sip:example.com>"}}));
}

TEST(Torture, NameWithSpacesAndSpecials_3_1_2_14) {
  EXPECT_FALSE(parse_name_addr("Bell, Alexander <sip:a.g.bell@example.com>;tag=43"));
}

TEST(Torture, UnknownVersion_3_1_2_16) {
  EXPECT_NE(error_of("OPTIONS sip:t.watson@example.org SIP/7.0\r\n\r\n"), "parsed");
}

TEST(Torture, ResponseStatusOutOfRange_3_1_2_19) {
  EXPECT_NE(error_of("SIP/2.0 4294967301 better not break the receiver\r\n\r\n"), "parsed");
}

TEST(Torture, AThirdColonBeforeAnIpv4Address_RFC5118_4_10) {
  EXPECT_EQ(parse_uri("sip:user@[2001:db8:::192.0.2.1]")->host, "2001:db8::192.0.2.1");
  EXPECT_EQ(parse_uri("sip:user@[2001:db8::192.0.2.1]")->host, "2001:db8::192.0.2.1");
  EXPECT_EQ(parse_uri("sip:[:::192.0.2.1]")->host, "::192.0.2.1");
  EXPECT_FALSE(parse_uri("sip:user@[2001:db8:::1]"));
  EXPECT_FALSE(parse_uri("sip:user@[2001:db8::::192.0.2.1]"));
}

TEST(Torture, Ipv6References_RFC5118) {
  EXPECT_EQ(taken("REGISTER sip:[2001:db8::10] SIP/2.0\r\n\r\n").uri.host, "2001:db8::10");  // 4.1
  EXPECT_NE(error_of("REGISTER sip:2001:db8::10 SIP/2.0\r\n\r\n"), "parsed");                // 4.2
  const Request ambiguous = taken("REGISTER sip:[2001:db8::10:5070] SIP/2.0\r\n\r\n");       // 4.3
  EXPECT_EQ(ambiguous.uri.host, "2001:db8::10:5070");
  EXPECT_EQ(ambiguous.uri.port, std::nullopt);
  EXPECT_EQ(taken("REGISTER sip:[2001:db8::10]:5070 SIP/2.0\r\n\r\n").uri.port, 5070);  // 4.4
  EXPECT_EQ(taken("INVITE sip:user@[2001:db8::192.0.2.1] SIP/2.0\r\n\r\n").uri.host, "2001:db8::192.0.2.1");
}

}  // namespace
}  // namespace tandem::message
