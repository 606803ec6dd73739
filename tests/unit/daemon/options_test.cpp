#include "daemon/options.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tandem::daemon {
namespace {

Expected<Options, Farewell> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "tandemd");
  return parse_options(static_cast<int>(words.size()), words.data());
}

TEST(DaemonOptions, WithoutAnyItRunsOnEtcTandem) {
  const auto options = parse({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->config, "/etc/tandem");
  EXPECT_EQ(options->task, Task::Run);
}

TEST(DaemonOptions, TakesConfigAndCheck) {
  const auto options = parse({"--check", "--config", "there"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->config, "there");
  EXPECT_EQ(options->task, Task::Check);
  EXPECT_EQ(parse({"--foreground"})->task, Task::Run);
}

TEST(DaemonOptions, VersionAndHelpEndWell) {
  EXPECT_EQ(parse({"--version"}).error().status, 0);
  EXPECT_EQ(parse({"--version"}).error().text.substr(0, 8), "tandemd ");
  EXPECT_EQ(parse({"--help"}).error().status, 0);
  EXPECT_NE(parse({"--help"}).error().text.find("--config"), std::string::npos);
}

TEST(DaemonOptions, AWrongLineEndsWithTwo) {
  for (const std::vector<const char*>& wrong : std::vector<std::vector<const char*>>{{"--confg", "x"}, {"--config"}, {"stray"}}) {
    const auto options = parse(wrong);
    ASSERT_FALSE(options);
    EXPECT_EQ(options.error().status, 2);
    EXPECT_FALSE(options.error().text.empty());
  }
}

}  // namespace
}  // namespace tandem::daemon
