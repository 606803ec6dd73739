// parse_uri and print. RFC 3261 §19.1, §25.1; RFC 3966.
#include "tandem/message/uri.hpp"

#include <gtest/gtest.h>

#include "tandem/message/limits.hpp"

namespace tandem::message {
namespace {

Uri parsed(std::string_view text) {
  auto uri = parse_uri(text);
  EXPECT_TRUE(uri) << text << ": " << (uri ? "" : uri.error().what);
  return uri ? std::move(*uri) : Uri{};
}

std::string error_of(std::string_view text) {
  const auto uri = parse_uri(text);
  return uri ? "parsed as " + print(*uri) : uri.error().what;
}

std::string value_of(const std::vector<Param>& params, std::string_view name) {
  const Param* found = find_param(params, name);
  if (found == nullptr) return "<absent>";
  return found->value.value_or("<no value>");
}

TEST(Uri, TakesEveryPart) {
  const Uri uri =
      parsed("sips:alice:secret@Atlanta.Example.COM:5061;transport=tls;lr?Subject=project%20x&X-Site=1");
  EXPECT_EQ(uri.scheme, Scheme::Sips);
  EXPECT_EQ(uri.user, "alice");
  EXPECT_EQ(uri.password, "secret");
  EXPECT_EQ(uri.host, "atlanta.example.com");
  EXPECT_EQ(uri.port, 5061);
  ASSERT_EQ(uri.params.size(), 2U);
  EXPECT_EQ(value_of(uri.params, "TRANSPORT"), "tls");
  EXPECT_EQ(value_of(uri.params, "lr"), "<no value>");
  ASSERT_EQ(uri.headers.size(), 2U);
  EXPECT_EQ(value_of(uri.headers, "Subject"), "project x");
  EXPECT_EQ(value_of(uri.headers, "x-site"), "1");
}

TEST(Uri, HostAlone) {
  const Uri uri = parsed("sip:192.0.2.7");
  EXPECT_EQ(uri.scheme, Scheme::Sip);
  EXPECT_TRUE(uri.user.empty());
  EXPECT_EQ(uri.host, "192.0.2.7");
  EXPECT_EQ(uri.port, std::nullopt);
}

TEST(Uri, PrintsWhatItParsed) {
  for (const char* text : {
           "sip:example.com",
           "sip:+12345678900@euc1.sip.example.com",
           "sip:alice:secretword@example.com;transport=tcp",
           "sips:1212@gateway.example.com",
           "sip:192.0.2.4:5060;lr",
           "sip:bob@[2001:db8::10]:5070;transport=udp",
           "sip:[::1]",
           "sip:alice;day=tuesday@example.com",
           "sip:+358-555-1234567;postd=pp22@foo.example;user=phone",
           "sip:user%20with%20space@example.com",
           "sip:%40home@example.com",
           "sip:a%3Ab@example.com",
           "sip:host;method=INVITE?To=alice%40example.com&body=a%26b",
           "sip:example.com.",
           "sip:sbc_1.example.com",
           "sip:x@example.com;a=",
           "sip:x@example.com?a=",
           "sip:x@example.com;transport+UDP",
           "sip:x@example.com;maddr=[::1]",
           "tel:+12128675309",
           "tel:+1-212-867-5309",
           "tel:7042;phone-context=example.com",
           "tel:7042;phone-context=+1-212",
           "tel:+12128675309;npdi;rn=+12125550000",
           "tel:*31#0123",
       }) {
    const Uri uri = parsed(text);
    EXPECT_EQ(print(uri), text);
    EXPECT_EQ(parsed(print(uri)), uri);
  }
}

TEST(Uri, ComparesAfterDecoding) {
  EXPECT_EQ(parsed("sip:%61lice@EXAMPLE.com"), parsed("SIP:alice@example.com"));
  EXPECT_EQ(parsed("sip:a%2bb@x"), parsed("sip:a+b@x"));
  EXPECT_NE(parsed("sip:Alice@example.com"), parsed("sip:alice@example.com"));
  EXPECT_EQ(print(parsed("sip:%61lice@EXAMPLE.com;a=%31")), "sip:alice@example.com;a=1");
}

TEST(Uri, EscapesEachPartByItsOwnRule) {
  Uri uri;
  uri.user = "a:b@c/d?e;f#g%h \"<>";
  uri.password = "p:w@/;";
  uri.host = "example.com";
  uri.params = {{"na=me", "v;a&l/[]"}};
  uri.headers = {{"Sub&ject", "a=b;c&d/e?"}};
  EXPECT_EQ(print(uri),
            "sip:a%3Ab%40c/d?e;f%23g%25h%20%22%3C%3E:p%3Aw%40%2F%3B@example.com;na%3Dme=v%3Ba&l/[]"
            "?Sub%26ject=a%3Db%3Bc%26d/e?");
  EXPECT_EQ(parsed(print(uri)), uri);
}

TEST(Uri, EveryOctetOfAUserSurvives) {
  Uri uri;
  uri.host = "example.com";
  for (int octet = 0; octet < 256; ++octet) uri.user.push_back(static_cast<char>(octet));
  uri.password = uri.user;
  uri.params = {{uri.user, uri.user}};
  uri.headers = {{uri.user, uri.user}};
  EXPECT_EQ(parsed(print(uri)), uri);
}

TEST(Uri, Ipv6ReferencesLoseTheirBrackets) {
  EXPECT_EQ(parsed("sip:[2001:DB8::1]:5070").host, "2001:db8::1");
  EXPECT_EQ(parsed("sip:[2001:DB8::1]:5070").port, 5070);
  EXPECT_EQ(parsed("sip:[::ffff:192.0.2.1]").host, "::ffff:192.0.2.1");
}

TEST(Uri, UserMayHoldSemicolonsAndQuestionMarks) {
  const Uri uri = parsed("sip:+1212;phone-context=+1;x?y/z@example.com;user=phone");
  EXPECT_EQ(uri.user, "+1212;phone-context=+1;x?y/z");
  EXPECT_EQ(value_of(uri.params, "user"), "phone");
}

TEST(Uri, TelKeepsItsSeparatorsAndParameters_R064) {
  const Uri uri = parsed("tel:+1(212)867.53-09;npdi;rn=+12125550000;phone-context=+1");
  EXPECT_EQ(uri.scheme, Scheme::Tel);
  EXPECT_EQ(uri.user, "+1(212)867.53-09");
  EXPECT_TRUE(uri.host.empty());
  EXPECT_EQ(value_of(uri.params, "rn"), "+12125550000");
  EXPECT_EQ(value_of(uri.params, "npdi"), "<no value>");
}

TEST(Uri, UnknownParametersAreTolerated_R033) {
  const Uri uri = parsed("sip:31000000@acme.sip.example.com;transport+UDP");
  ASSERT_EQ(uri.params.size(), 1U);
  EXPECT_EQ(uri.params[0], (Param{"transport+UDP", std::nullopt}));
}

TEST(Uri, ErrorsNameThePart) {
  struct Row {
    const char* text;
    const char* what;
  };
  const Row rows[] = {
      {"", "Uri: no scheme"},
      {"example.com", "Uri: no scheme"},
      {"http://example.com", "Uri: scheme 'http' is not sip, sips or tel"},
      {"<sip:x@y>", "Uri: scheme '<sip' is not sip, sips or tel"},
      {"sip:", "Uri: no host"},
      {"sip:alice@", "Uri: no host"},
      {"sip::5060", "Uri: no host"},
      {"sip:;lr", "Uri: no host"},
      {"sip:@example.com", "Uri: no user before '@'"},
      {"sip::secret@example.com", "Uri: no user before '@'"},
      {"sip:al ice@example.com", "Uri: ' ' cannot be in the user or password"},
      {"sip:al<ice@example.com", "Uri: '<' cannot be in the user or password"},
      {"sip:alice:a:b@example.com", "Uri: ':' cannot be in the user or password"},
      {"sip:al%2ice@example.com", "Uri: '%' without two hex digits in the user"},
      {"sip:alice:%zz@example.com", "Uri: '%' without two hex digits in the password"},
      {"sip:alice%4", "Uri: unexpected '%'"},
      {"sip:alice@exa%41mple.com", "Uri: unexpected '%'"},
      {"sip:alice@b@c", "Uri: unexpected '@'"},
      {"sip:alice@-example.com", "Uri: '-example.com' is neither a host name nor an IPv4 address"},
      {"sip:alice@example-.com", "Uri: 'example-.com' is neither a host name nor an IPv4 address"},
      {"sip:alice@example..com", "Uri: 'example..com' is neither a host name nor an IPv4 address"},
      {"sip:alice@.", "Uri: '.' is neither a host name nor an IPv4 address"},
      {"sip:alice@192.0.2.256", "Uri: '192.0.2.256' is neither a host name nor an IPv4 address"},
      {"sip:alice@192.0.2", "Uri: '192.0.2' is neither a host name nor an IPv4 address"},
      {"sip:alice@[192.0.2.1]", "Uri: '192.0.2.1' is not an IPv6 address"},
      {"sip:alice@[::1", "Uri: IPv6 reference without ']'"},
      {"sip:alice@[::g]", "Uri: '::g' is not an IPv6 address"},
      {"sip:alice@[fe80::1%25eth0]", "Uri: 'fe80::1%25eth0' is not an IPv6 address"},
      {"sip:alice@2001:db8::1;lr", "Uri: the IPv6 address '2001:db8::1' needs brackets"},
      {"sip:::1", "Uri: the IPv6 address '::1' needs brackets"},
      {"sip:alice@example.com:", "Uri: no port after ':'"},
      {"sip:alice@example.com:x", "Uri: no port after ':'"},
      {"sip:alice@example.com:0", "Uri: port out of range"},
      {"sip:alice@example.com:65536", "Uri: port out of range"},
      {"sip:alice@example.com:99999999999999999999999", "Uri: port out of range"},
      {"sip:alice@example.com;", "Uri: parameter without a name"},
      {"sip:alice@example.com;;lr", "Uri: parameter without a name"},
      {"sip:alice@example.com;=x", "Uri: parameter without a name"},
      {"sip:alice@example.com;lr;LR", "Uri: parameter 'LR' twice"},
      {"sip:alice@example.com;a=b=c", "Uri: unexpected '='"},
      {"sip:alice@example.com;a=\"b\"", "Uri: unexpected '\"'"},
      {"sip:alice@example.com;a=%", "Uri: '%' without two hex digits in the parameters"},
      {"sip:alice@example.com?", "Uri: header without a name"},
      {"sip:alice@example.com?=x", "Uri: header without a name"},
      {"sip:alice@example.com?Subject", "Uri: header 'Subject' without '='"},
      {"sip:alice@example.com?a=b&", "Uri: header without a name"},
      {"sip:alice@example.com?a=%0", "Uri: '%' without two hex digits in the headers"},
      {"sip:alice@example.com ", "Uri: unexpected ' '"},
      {"sip:3123456789@test1.sip.example.comSIP/2.0", "Uri: unexpected '/'"},
      {"tel:", "Uri: no telephone number after 'tel:'"},
      {"tel:+", "Uri: no telephone number after 'tel:'"},
      {"tel:()-.", "Uri: no telephone number after 'tel:'"},
      {"tel:12+34", "Uri: '+' inside a telephone number"},
      {"tel:+12ab34", "Uri: a global telephone number has digits and separators only"},
      {"tel:+12*34", "Uri: a global telephone number has digits and separators only"},
      {"tel:12 34", "Uri: unexpected ' '"},
      {"tel:+1212@example.com", "Uri: unexpected '@'"},
      {"tel:+1212;", "Uri: parameter without a name"},
      {"tel:+1212?a=b", "Uri: unexpected '?'"},
  };
  for (const Row& row : rows) EXPECT_EQ(error_of(row.text), row.what) << row.text;
}

TEST(Uri, NothingFollowsAnIpv6AddressInItsBrackets) {  // found by fuzzing
  EXPECT_EQ(error_of(std::string_view("sip:[::f\0x]", 11)), "Uri: '::f\\x00x' is not an IPv6 address");
  EXPECT_EQ(error_of("sip:[::1 ]"), "Uri: '::1 ' is not an IPv6 address");
}

TEST(Uri, ErrorsSayWhere) {
  EXPECT_EQ(parse_uri("sip:alice@example.com:x").error().offset, 22U);
  EXPECT_EQ(parse_uri("sip:al ice@example.com").error().offset, 6U);
  EXPECT_EQ(parse_uri("sip:alice@[::g]").error().offset, 10U);
}

TEST(Uri, ErrorsShowNoRawOctets) {
  EXPECT_EQ(error_of("s\x01p:x"), "Uri: scheme 's\\x01p' is not sip, sips or tel");
}

TEST(Uri, ParametersHaveALimit) {
  std::string text = "sip:example.com";
  for (std::size_t i = 0; i < kMaxParams; ++i) text += ";p" + std::to_string(i);
  EXPECT_EQ(parsed(text).params.size(), kMaxParams);
  EXPECT_EQ(error_of(text + ";more"), "Uri: more than 64 parameters");
}

TEST(Uri, HeadersHaveALimit) {
  std::string text = "sip:example.com";
  for (std::size_t i = 0; i < kMaxParams; ++i) text += (i == 0 ? "?h" : "&h") + std::to_string(i) + "=x";
  EXPECT_EQ(parsed(text).headers.size(), kMaxParams);
  EXPECT_EQ(error_of(text + "&more=x"), "Uri: more than 64 headers");
}

TEST(Uri, LengthHasALimit) {
  const std::string head = "sip:example.com;x=";
  const std::string longest = head + std::string(kMaxMessageSize - head.size(), 'a');
  EXPECT_EQ(parsed(longest).params.size(), 1U);
  EXPECT_EQ(error_of(longest + "a"), "Uri: longer than 65536 octets");
}

TEST(Uri, HostAndLabelHaveALimit) {
  const std::string label(63, 'a');
  EXPECT_EQ(parsed("sip:" + label + ".example").host.size(), 71U);
  EXPECT_NE(error_of("sip:" + label + "a.example").find("neither a host name"), std::string::npos);
  const std::string long_name = label + "." + label + "." + label + "." + std::string(61, 'b');
  EXPECT_EQ(parsed("sip:" + long_name).host.size(), 253U);
  EXPECT_NE(error_of("sip:" + long_name + "b").find("neither a host name"), std::string::npos);
}

TEST(Uri, AProgramsHostCannotBreakTheLine) {
  Uri uri;
  uri.host = "example.com\r\nX-Injected: 1";
  EXPECT_EQ(print(uri).find('\n'), std::string::npos);
}

}  // namespace
}  // namespace tandem::message
