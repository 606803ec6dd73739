#include "tandem/base/log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

namespace tandem::log {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// A log in a file of its own; finish() stops it and gives its lines.
class LogTest : public ::testing::Test {
 protected:
  LogTest() {
    char name[] = "/tmp/tandem-log-XXXXXX";
    folder_ = ::mkdtemp(name);
    file_ = folder_ + "/log";
  }
  ~LogTest() override {
    stop();
    set_level(Level::Info);
    fs::remove_all(folder_);
  }
  void open(Format format = Format::Json, Level level = Level::Info) { ASSERT_EQ(start({level, format, file_}), ""); }
  static std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream in(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }
  std::vector<std::string> finish() {
    stop();
    return lines_of(file_);
  }

  std::string folder_;
  std::string file_;
};

TEST_F(LogTest, ALineIsOneJsonObjectWithItsFields) {
  open();
  info("call_started", "01JD", {{"trunk", "acme"}, {"calls", 7}, {"seconds", 1.5}, {"answered", true}, {"left", std::size_t{9}}});
  const auto lines = finish();
  ASSERT_EQ(lines.size(), 1U);
  const Json line = Json::parse(lines[0]);
  EXPECT_EQ(line["level"], "info");
  EXPECT_EQ(line["event"], "call_started");
  EXPECT_EQ(line["call"], "01JD");
  EXPECT_EQ(line["trunk"], "acme");
  EXPECT_EQ(line["calls"], 7);
  EXPECT_EQ(line["seconds"], 1.5);
  EXPECT_EQ(line["answered"], true);
  EXPECT_EQ(line["left"], 9);
  const std::string time = line["time"];
  EXPECT_EQ(time.size(), std::string("2026-11-21T03:30:00.123456Z").size());
  EXPECT_EQ(time.back(), 'Z');
}

TEST_F(LogTest, WithoutACallThereIsNoCallField) {
  open();
  info("started", "");
  EXPECT_FALSE(Json::parse(finish().at(0)).contains("call"));
}

TEST_F(LogTest, AnyOctetsOfAPeerStayInTheirString) {
  open();
  std::string octets;
  for (int octet = 0; octet < 256; ++octet) octets += static_cast<char>(octet);
  warn("bad_message", "", {{"text", octets}, {"forged", "\"}\n{\"level\":\"error\",\"event\":\"forged\"}"}});
  const auto lines = finish();
  ASSERT_EQ(lines.size(), 1U);
  const Json line = Json::parse(lines[0]);
  EXPECT_EQ(line["event"], "bad_message");
  EXPECT_EQ(line["forged"], "\"}\n{\"level\":\"error\",\"event\":\"forged\"}");
  for (const char c : lines[0]) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << static_cast<int>(c);
}

TEST_F(LogTest, BracesAreNoFormat) {
  open();
  info("bad_message", "", {{"text", "{} {0} %s {"}});
  EXPECT_EQ(Json::parse(finish().at(0))["text"], "{} {0} %s {");
}

TEST_F(LogTest, ANumberThatIsNoneIsStillJson) {
  open();
  info("measured", "", {{"a", std::numeric_limits<double>::quiet_NaN()}, {"b", std::numeric_limits<double>::infinity()}});
  EXPECT_TRUE(Json::accept(finish().at(0)));
}

TEST_F(LogTest, TheLevelIsSwitchedWhileItRuns) {
  open();
  debug("one", "");
  set_level(Level::Debug);
  EXPECT_TRUE(enabled(Level::Debug));
  debug("two", "");
  set_level(Level::Error);
  warn("three", "");
  error("four", "");
  set_level(Level::Off);
  error("five", "");
  const auto lines = finish();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(Json::parse(lines[0])["event"], "two");
  EXPECT_EQ(Json::parse(lines[1])["event"], "four");
}

TEST_F(LogTest, TheHumanFormatIsOneLineThatNoPeerBreaks) {
  open(Format::Human);
  warn("refused", "01JD", {{"reason", "no_route"}, {"text", "a b"}, {"forged", "x\ny\x1b[2J"}, {"calls", 3}});
  const auto lines = finish();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find(" warn  01JD refused reason=no_route text=\"a b\" forged="), std::string::npos) << lines[0];
  EXPECT_TRUE(lines[0].ends_with(" calls=3")) << lines[0];
  EXPECT_EQ(lines[0].find('\x1b'), std::string::npos);
}

TEST_F(LogTest, ReopenFollowsARotation) {
  open();
  info("before", "");
  stop();
  open();
  info("still_before", "");
  fs::rename(file_, file_ + ".1");
  reopen();
  info("after", "");
  const auto lines = finish();
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(Json::parse(lines.back())["event"], "after");
  EXPECT_EQ(Json::parse(lines_of(file_ + ".1").at(0))["event"], "before");
  EXPECT_EQ(lines.size() + lines_of(file_ + ".1").size(), 3U) << "no line is lost";
}

TEST_F(LogTest, AReopenThatFailsKeepsTheOldFile) {
  fs::create_directory(folder_ + "/dir");
  file_ = folder_ + "/dir/log";
  open();
  info("one", "");
  fs::rename(folder_ + "/dir", folder_ + "/moved");
  reopen();
  info("two", "");
  stop();
  EXPECT_EQ(lines_of(folder_ + "/moved/log").size(), 2U);
}

TEST_F(LogTest, AFileThatCannotBeOpenedIsNamed) {
  EXPECT_EQ(start({Level::Info, Format::Json, folder_ + "/missing/log"}),
            "open " + folder_ + "/missing/log: No such file or directory");
}

TEST_F(LogTest, ManyThreadsWriteWholeLines) {
  open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 1000; ++i) info("line", "01JD", {{"thread", t}, {"i", i}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto lines = finish();
  EXPECT_EQ(lines.size(), 4000U);
  for (const std::string& line : lines) ASSERT_TRUE(Json::accept(line)) << line;
}

TEST_F(LogTest, BeforeStartAndAfterStopLinesGoToStandardError) {
  ::testing::internal::CaptureStderr();
  error("early", "");
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("early"), std::string::npos);
}

TEST(LogLevel, IsReadAsItIsPrinted) {
  for (const Level level : {Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Off}) {
    EXPECT_EQ(parse_level(to_string(level)), level);
  }
  EXPECT_EQ(parse_level("WARN"), Level::Warn);
  EXPECT_EQ(parse_level("loud"), std::nullopt);
  EXPECT_EQ(parse_level(""), std::nullopt);
}

}  // namespace
}  // namespace tandem::log
