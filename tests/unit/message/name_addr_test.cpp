// parse_name_addr, parse_name_addr_list and print. RFC 3261 §20.10, §20.20, §25.1.
#include <gtest/gtest.h>

#include "tandem/message/limits.hpp"
#include "tandem/message/uri.hpp"

namespace tandem::message {
namespace {

NameAddr parsed(std::string_view text) {
  auto address = parse_name_addr(text);
  EXPECT_TRUE(address) << text << ": " << (address ? "" : address.error().what);
  return address ? std::move(*address) : NameAddr{};
}

std::string error_of(std::string_view text) {
  const auto address = parse_name_addr(text);
  return address ? "parsed as " + print(*address) : address.error().what;
}

std::string list_error_of(std::string_view text) {
  const auto list = parse_name_addr_list(text);
  return list ? "parsed " + std::to_string(list->size()) : list.error().what;
}

TEST(NameAddr, WithDisplayNameAndTag) {
  const NameAddr from = parsed("\"Alice \\\"A.\\\" Smith\" <sip:+1212@example.com;user=phone>;tag=88sja8x");
  EXPECT_EQ(from.display_name, "Alice \"A.\" Smith");
  EXPECT_EQ(from.uri.user, "+1212");
  EXPECT_EQ(from.uri.params.size(), 1U);
  EXPECT_EQ(from.tag(), "88sja8x");
  EXPECT_EQ(print(from), "\"Alice \\\"A.\\\" Smith\" <sip:+1212@example.com;user=phone>;tag=88sja8x");
}

TEST(NameAddr, BareUriGivesItsParametersToTheHeader) {
  const NameAddr to = parsed("sip:bob@example.com;tag=a6c85cf;x=\"y;z\"");
  EXPECT_TRUE(to.uri.params.empty());
  EXPECT_EQ(to.tag(), "a6c85cf");
  EXPECT_EQ(print(to), "<sip:bob@example.com>;tag=a6c85cf;x=\"y;z\"");
}

TEST(NameAddr, FormsThatMeanTheSame) {
  struct Row {
    const char* text;
    const char* printed;
  };
  const Row rows[] = {
      {"<sip:bob@example.com>", "<sip:bob@example.com>"},
      {"  <sip:bob@example.com>\t", "<sip:bob@example.com>"},
      {"Bob <sip:bob@example.com>", "\"Bob\" <sip:bob@example.com>"},
      {"Bob<sip:bob@example.com>", "\"Bob\" <sip:bob@example.com>"},
      {"Bob O'Neil jr. <sip:bob@example.com>", "\"Bob O'Neil jr.\" <sip:bob@example.com>"},
      {"\"\" <sip:bob@example.com>", "<sip:bob@example.com>"},
      {"\"Bob\"<sip:bob@example.com> ; tag = 1", "\"Bob\" <sip:bob@example.com>;tag=1"},
      {"sip:bob@example.com", "<sip:bob@example.com>"},
      {"sip:bob@example.com ;tag=1", "<sip:bob@example.com>;tag=1"},
      {"tel:+12128675309", "<tel:+12128675309>"},
      {"<tel:+12128675309;phone-context=+1>;tag=2", "<tel:+12128675309;phone-context=+1>;tag=2"},
      {"<sip:a,b;c?d@example.com>", "<sip:a,b;c?d@example.com>"},
      {"<sip:x@y>;expires=3600;q=0.5;+sip.instance=\"<urn:uuid:1>\"",
       "<sip:x@y>;expires=3600;q=0.5;+sip.instance=\"<urn:uuid:1>\""},
      {"<sip:x@y>;privacy=\"off\"", "<sip:x@y>;privacy=off"},
      {"<sip:x@y>;host=[2001:db8::1]", "<sip:x@y>;host=[2001:db8::1]"},
      {"<sip:x@y>;host=2001:db8::1", "<sip:x@y>;host=\"2001:db8::1\""},
      {"<sip:x@y>;flag;empty=", "<sip:x@y>;flag;empty=\"\""},
      {"\"J\xC3\xBCrgen\" <sip:x@y>", "\"J\xC3\xBCrgen\" <sip:x@y>"},
      {"\"a\\\\b\" <sip:x@y>", "\"a\\\\b\" <sip:x@y>"},
  };
  for (const Row& row : rows) {
    const NameAddr address = parsed(row.text);
    EXPECT_EQ(print(address), row.printed);
    EXPECT_EQ(parsed(print(address)), address) << row.text;
  }
}

TEST(NameAddr, NoTagIsEmpty) {
  EXPECT_EQ(parsed("<sip:x@y>").tag(), "");
  EXPECT_EQ(parsed("<sip:x@y>;tag").tag(), "");
  EXPECT_EQ(parsed("<sip:x@y>;TAG=Up").tag(), "Up");
}

TEST(NameAddr, ErrorsNameThePart) {
  struct Row {
    const char* text;
    const char* what;
  };
  const Row rows[] = {
      {"", "NameAddr: empty"},
      {"   ", "NameAddr: empty"},
      {"*", "Uri: no scheme"},
      {"Bob", "Uri: no scheme"},
      {"\"Bob <sip:bob@example.com>", "NameAddr: quoted string without its closing quote"},
      {"\"Bob\\", "NameAddr: quoted string without its closing quote"},
      {"\"Bob\" sip:bob@example.com", "NameAddr: no '<' after the display name"},
      {"\"Bob\"", "NameAddr: no '<' after the display name"},
      {"\"B\x01o\" <sip:x@y>", "NameAddr: control character in a quoted string"},
      {"\"B\\\xC3\xBC\" <sip:x@y>", "NameAddr: this octet cannot follow a backslash"},
      {"<sip:bob@example.com", "NameAddr: no closing '>'"},
      {"<>", "Uri: no scheme"},
      {"< sip:bob@example.com>", "Uri: scheme ' sip' is not sip, sips or tel"},
      {"<sip:bob@example.com >", "Uri: unexpected ' '"},
      {"<http://example.com>", "Uri: scheme 'http' is not sip, sips or tel"},
      {"Bob (home) <sip:x@y>", "NameAddr: display name 'Bob (home)' needs quotes"},
      {"\xE2\x80\x9C"
       "alice\xE2\x80\x9D <sip:x@y>",
       "NameAddr: display name '\\xe2\\x80\\x9calice\\xe2\\x80\\x9d' needs quotes"},
      {"sip:bob@example.com?Subject=x", "NameAddr: a URI with '?' needs angle brackets"},
      {"<sip:x@y>;", "NameAddr: parameter without a name"},
      {"<sip:x@y>;;a", "NameAddr: parameter without a name"},
      {"<sip:x@y>;tag=1;tag=2", "NameAddr: parameter 'tag' twice"},
      {"<sip:x@y>;tag=1;Tag=2", "NameAddr: parameter 'Tag' twice"},
      {"<sip:x@y>;tag=\"1", "NameAddr: quoted string without its closing quote"},
      {"<sip:x@y>;tag=1 2", "NameAddr: unexpected '2'"},
      {"<sip:x@y>;tag=a@b", "NameAddr: unexpected '@'"},
      {"<sip:x@y> tag=1", "NameAddr: unexpected 't'"},
      {"<sip:x@y>, <sip:z@y>", "NameAddr: unexpected ','"},
  };
  for (const Row& row : rows) EXPECT_EQ(error_of(row.text), row.what) << row.text;
}

TEST(NameAddr, ASpaceEndsABareUri) {
  EXPECT_EQ(error_of("sip:alice@example.com bob"), "NameAddr: unexpected 'b'");
  EXPECT_EQ(error_of("sip:al ice@example.com"), "NameAddr: unexpected 'i'");  // "al" is a host so far
}

TEST(NameAddr, ErrorsSayWhereInTheWholeText) {
  EXPECT_EQ(parse_name_addr("\"Bob\" <sip:bob@example.com:x>").error().offset, 27U);
  EXPECT_EQ(parse_name_addr("<sip:x@y>;tag=1;tag=2").error().offset, 16U);
}

TEST(NameAddr, ParametersHaveALimit) {
  std::string text = "<sip:x@y>";
  for (std::size_t i = 0; i < kMaxParams; ++i) text += ";p" + std::to_string(i);
  EXPECT_EQ(parsed(text).params.size(), kMaxParams);
  EXPECT_EQ(error_of(text + ";more"), "NameAddr: more than 64 parameters");
}

TEST(NameAddr, LengthHasALimit) {
  EXPECT_EQ(error_of(std::string(kMaxMessageSize + 1, ' ')), "NameAddr: longer than 65536 octets");
  EXPECT_EQ(list_error_of(std::string(kMaxMessageSize + 1, ' ')), "NameAddr: longer than 65536 octets");
}

TEST(NameAddr, AProgramsTextCannotBreakTheLine) {
  NameAddr address = parsed("<sip:x@y>");
  address.display_name = "Bob\r\nX-Injected: 1";
  address.params = {{"tag\r\n", "a\r\nb"}};
  EXPECT_EQ(print(address).find_first_of("\r\n"), std::string::npos);
}

TEST(NameAddrList, SplitsOutsideQuotesAndBrackets_R073) {
  const auto list = parse_name_addr_list(
      "\"Smith, Alice\" <sip:alice,smith@example.com>;a=\"1,2\" , "
      "sip:bob@example.com;tag=1,<tel:+12128675309>");
  ASSERT_TRUE(list) << list.error().what;
  ASSERT_EQ(list->size(), 3U);
  EXPECT_EQ((*list)[0].display_name, "Smith, Alice");
  EXPECT_EQ((*list)[0].uri.user, "alice,smith");
  EXPECT_EQ((*list)[0].params[0].value, "1,2");
  EXPECT_EQ((*list)[1].tag(), "1");
  EXPECT_EQ((*list)[2].uri.scheme, Scheme::Tel);
}

TEST(NameAddrList, HasNoEmptyPlaces) {
  EXPECT_EQ(list_error_of(""), "NameAddr: empty");
  EXPECT_EQ(list_error_of("<sip:x@y>,"), "NameAddr: empty");
  EXPECT_EQ(list_error_of(",<sip:x@y>"), "NameAddr: empty");
  EXPECT_EQ(list_error_of("<sip:x@y>,,<sip:x@y>"), "NameAddr: empty");
  EXPECT_EQ(list_error_of("<sip:x@y> <sip:x@y>"), "NameAddr: unexpected '<'");
}

TEST(NameAddrList, HasALimit) {
  std::string text = "<sip:x@y>";
  for (std::size_t i = 1; i < kMaxListItems; ++i) text += ",<sip:x@y>";
  EXPECT_EQ(list_error_of(text), "parsed 64");
  EXPECT_EQ(list_error_of(text + ",<sip:x@y>"), "NameAddr: more than 64 addresses in one value");
}

}  // namespace
}  // namespace tandem::message
