#include "tandemctl/options.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tandem::tandemctl {
namespace {

Expected<Options, Farewell> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "tandemctl");
  return parse_options(static_cast<int>(words.size()), words.data());
}

TEST(OperatorOptions, OptionsStandBeforeOrAfterTheVerb) {
  for (const auto& options : {parse({"--socket", "s", "--json", "stats"}), parse({"stats", "--json", "--socket", "s"})}) {
    ASSERT_TRUE(options) << options.error().text;
    EXPECT_EQ(options->verb, "stats");
    EXPECT_EQ(options->socket, "s");
    EXPECT_EQ(options->output, Output::Json);
  }
}

TEST(OperatorOptions, VerbsTakeTheirArgument) {
  EXPECT_EQ(parse({"log", "debug"})->argument, "debug");
  EXPECT_EQ(parse({"log"})->argument, "");
  EXPECT_EQ(parse({"check", "dir"})->argument, "dir");
  EXPECT_EQ(parse({"why", "no_route"})->argument, "no_route");
  EXPECT_EQ(parse({"reload"})->verb, "reload");
  EXPECT_EQ(parse({"calls"})->output, Output::Human);
}

TEST(OperatorOptions, AWrongLineEndsWithTwo) {
  for (const std::vector<const char*>& wrong :
       std::vector<std::vector<const char*>>{{}, {"sttas"}, {"why"}, {"stats", "calls"}, {"log", "debug", "more"}}) {
    const auto options = parse(wrong);
    ASSERT_FALSE(options);
    EXPECT_EQ(options.error().status, 2);
  }
}

TEST(OperatorOptions, HelpEndsWell) { EXPECT_EQ(parse({"--help"}).error().status, 0); }

}  // namespace
}  // namespace tandem::tandemctl
