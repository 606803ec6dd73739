#include "cdr/json_line.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <utility>

namespace tandem::cdr {
namespace {

using Json = nlohmann::ordered_json;

/// What a whole JSON library prints of the same text.
std::string reference(const std::string& text) {
  return Json{{"text", text}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string ours(std::string_view text) {
  JsonLine line;
  line.add("text", text);
  return std::move(line).finish();
}

TEST(JsonLine, KeepsTheOrderOfItsFieldsAndNestsObjects) {
  JsonLine line;
  line.add("b", "x").add("a", 7).add("n", -1);
  line.open_object("o");
  line.add("none", std::optional<WallTime>());
  line.open_object("empty").close_object();
  line.close_object();
  line.add("at", std::optional(WallTime{std::chrono::seconds(0)}));
  EXPECT_EQ(std::move(line).finish(),
            R"({"b":"x","a":7,"n":-1,"o":{"none":null,"empty":{}},"at":"1970-01-01T00:00:00.000000Z"})");
}

TEST(JsonLine, PrintsLargestAndSmallestNumbersWhole) {
  JsonLine line;
  line.add("most", UINT64_MAX).add("least", INT64_MIN);
  EXPECT_EQ(std::move(line).finish(), R"({"most":18446744073709551615,"least":-9223372036854775808})");
}

TEST(JsonLine, PrintsEachOctetAsAJsonLibraryDoes) {
  for (int octet = 0; octet < 256; ++octet) {
    const std::string text{'a', static_cast<char>(octet), 'z'};
    EXPECT_EQ(ours(text), reference(text)) << octet;
  }
}

TEST(JsonLine, PrintsBrokenAndWholeUtf8AsAJsonLibraryDoes) {
  for (const char* text :
       {"é", "€", "𝄞", "\xc3", "\xe2\x82", "\xe2\x82x", "\xf0\x9d\x84", "\xe0\x9f\xbf", "\xed\xa0\x80",
        "\xf4\x90\x80\x80", "\xc0\xaf", "\xf8\x88\x80\x80\x80", "\xc3\xc3\xa9", "\xe2\xe2\x82\xac"})
    EXPECT_EQ(ours(text), reference(text));
}

TEST(JsonLine, PrintsAnyOctetsAsAJsonLibraryDoes) {
  std::mt19937 random(1);
  // Mostly octets that begin or go on a sequence.
  const std::string likely = "\x80\x8f\x90\x9f\xa0\xbf\xc2\xdf\xe0\xe1\xed\xef\xf0\xf3\xf4\xff\"\\\n a";
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 9, ' ');
    for (char& c : text)
      c = random() % 4 == 0 ? static_cast<char>(random()) : likely[random() % likely.size()];
    ASSERT_EQ(ours(text), reference(text)) << round;
  }
}

}  // namespace
}  // namespace tandem::cdr
