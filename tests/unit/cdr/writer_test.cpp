#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "tandem/base/unique_fd.hpp"
#include "tandem/cdr/record.hpp"

namespace tandem::cdr {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/tandem-cdr-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~Folder() { fs::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

CallId call(std::uint32_t index) { return CallId{index, 1}; }

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Waits on the writer's bell until `count` calls are reported written; gives up after ten seconds.
std::vector<CallId> wait_written(CdrWriter& writer, std::size_t count) {
  std::vector<CallId> written;
  while (written.size() < count) {
    pollfd bell{writer.wake_fd(), POLLIN, 0};
    if (::poll(&bell, 1, 10'000) <= 0) break;
    writer.poll([&](CallId id) { written.push_back(id); });
  }
  return written;
}

/// Waits until the writer has met a failure: there is no bell for it, so it looks every millisecond.
void wait_failure(const CdrWriter& writer) {
  for (int i = 0; i < 10'000 && writer.stats().failures == 0; ++i) ::poll(nullptr, 0, 1);
  ASSERT_GT(writer.stats().failures, 0U);
}

std::unique_ptr<CdrWriter> start(const std::string& path) {
  auto writer = start_writer(path);
  EXPECT_TRUE(writer) << writer.error();
  return std::move(*writer);
}

TEST(CdrWriter, WhatPollReportedIsInTheFile) {
  Folder folder;
  auto writer = start(folder.file("cdr"));
  writer->put(call(7), "seven");
  EXPECT_EQ(wait_written(*writer, 1), std::vector{call(7)});
  EXPECT_EQ(lines_of(folder.file("cdr")), std::vector<std::string>{"seven"});
}

TEST(CdrWriter, KeepsTheOrderAndReportsNoAttempt) {
  Folder folder;
  auto writer = start(folder.file("cdr"));
  for (std::uint32_t i = 0; i < 1000; ++i) {
    writer->put(CallId{}, "attempt " + std::to_string(i));
    writer->put(call(i), "call " + std::to_string(i));
  }
  const auto written = wait_written(*writer, 1000);
  ASSERT_EQ(written.size(), 1000U);
  EXPECT_EQ(written[999], call(999));
  const auto lines = lines_of(folder.file("cdr"));
  ASSERT_EQ(lines.size(), 2000U);
  EXPECT_EQ(lines[1998], "attempt 999");
  EXPECT_EQ(lines[1999], "call 999");
  EXPECT_EQ(writer->stats().lines, 2000U);
  EXPECT_EQ(writer->stats().waiting, 0U);
}

TEST(CdrWriter, StopFlushes) {
  Folder folder;
  {
    auto writer = start(folder.file("cdr"));
    for (int i = 0; i < 5000; ++i) writer->put(CallId{}, "line");
  }
  EXPECT_EQ(lines_of(folder.file("cdr")).size(), 5000U);
}

TEST(CdrWriter, AppendsToWhatIsThereAndEndsATornLine) {
  Folder folder;
  std::ofstream(folder.file("cdr")) << "old\n{\"torn";
  start(folder.file("cdr"))->put(CallId{}, "new");
  EXPECT_EQ(lines_of(folder.file("cdr")), (std::vector<std::string>{"old", "{\"torn", "new"}));
}

TEST(CdrWriter, AFileThatCannotBeOpenedIsAnErrorThatNamesIt) {
  Folder folder;
  const auto writer = start_writer(folder.file("missing/cdr"));
  ASSERT_FALSE(writer);
  EXPECT_NE(writer.error().find("open " + folder.file("missing/cdr") + ": No such file or directory"), std::string::npos)
      << writer.error();
  EXPECT_NE(writer.error().find("folder must exist"), std::string::npos) << writer.error();
}

TEST(CdrWriter, AFullDeviceLosesNothingAndReportsNothing) {
  Folder folder;
  fs::create_symlink("/dev/full", folder.file("cdr"));
  auto writer = start(folder.file("cdr"));
  writer->put(call(1), "one");
  writer->put(call(2), "two");
  wait_failure(*writer);
  std::size_t reported = 0;
  writer->poll([&](CallId) { ++reported; });
  EXPECT_EQ(reported, 0U);
  EXPECT_EQ(writer->stats().waiting, 2U);

  fs::remove(folder.file("cdr"));
  writer->reopen();
  EXPECT_EQ(wait_written(*writer, 2), (std::vector{call(1), call(2)}));
  EXPECT_EQ(lines_of(folder.file("cdr")), (std::vector<std::string>{"one", "two"}));
}

TEST(CdrWriter, TriesAgainWithoutBeingAsked) {
  // A file-size limit is a full disk that a test can lift; it holds for the process, so the writer lives in a child.
  Folder folder;
  const std::string path = folder.file("cdr");
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit full{4, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &full);
    auto writer = start(path);
    writer->put(call(1), "a line longer than four octets");
    wait_failure(*writer);
    const rlimit lifted{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &lifted);
    ::_exit(wait_written(*writer, 1).size() == 1 ? 0 : 3);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(lines_of(path), std::vector<std::string>{"a line longer than four octets"});
}

TEST(CdrWriter, ReopenFollowsARotation) {
  Folder folder;
  auto writer = start(folder.file("cdr"));
  writer->put(call(1), "before");
  ASSERT_EQ(wait_written(*writer, 1).size(), 1U);
  fs::rename(folder.file("cdr"), folder.file("cdr.1"));
  writer->reopen();
  writer->put(call(2), "after");
  ASSERT_EQ(wait_written(*writer, 1).size(), 1U);
  EXPECT_EQ(lines_of(folder.file("cdr.1")), std::vector<std::string>{"before"});
  EXPECT_EQ(lines_of(folder.file("cdr")), std::vector<std::string>{"after"});
}

TEST(CdrWriter, AReopenThatFailsKeepsTheOldFile) {
  Folder folder;
  fs::create_directory(folder.file("dir"));
  auto writer = start(folder.file("dir/cdr"));
  fs::rename(folder.file("dir"), folder.file("moved"));
  writer->reopen();
  writer->put(call(1), "kept");
  ASSERT_EQ(wait_written(*writer, 1).size(), 1U);
  EXPECT_EQ(lines_of(folder.file("moved/cdr")), std::vector<std::string>{"kept"});
}

TEST(CdrWriter, APipeThatNobodyReadsLeavesNoRoomForNewCallsAndLosesNoLine) {
  Folder folder;
  ASSERT_EQ(::mkfifo(folder.file("cdr").c_str(), 0600), 0);
  const auto reader = UniqueFd::adopt(::open(folder.file("cdr").c_str(), O_RDONLY | O_NONBLOCK));
  auto writer = start(folder.file("cdr"));
  const std::string line(1000, 'x');
  std::size_t accepted = 0;
  for (; writer->has_room() && accepted < 20'000; ++accepted) writer->put(CallId{}, line);
  EXPECT_GE(accepted, 10'000U);
  EXPECT_LT(accepted, 10'200U);  // what the pipe itself holds is written, not waiting
  for (int i = 0; i < 5'000; ++i, ++accepted) writer->put(CallId{}, line);  // of the calls that live
  EXPECT_FALSE(writer->has_room());

  // And everything comes out once somebody reads.
  std::size_t octets = 0;
  std::vector<char> buffer(1 << 16);
  while (octets < accepted * 1001) {
    pollfd readable{reader.borrow(), POLLIN, 0};
    ASSERT_GT(::poll(&readable, 1, 10'000), 0);
    const ssize_t count = ::read(reader.borrow(), buffer.data(), buffer.size());
    ASSERT_GT(count, 0);
    octets += static_cast<std::size_t>(count);
  }
  EXPECT_EQ(octets, accepted * 1001);
}

TEST(CdrWriter, AStopOnAFullDiskSaysTheLinesOnStandardError) {
  ::testing::internal::CaptureStderr();
  {
    auto writer = start("/dev/full");
    writer->put(call(1), "the line that must not vanish");
  }
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("the line that must not vanish\n"), std::string::npos);
}

TEST(CdrWriter, OneOutageIsOneLineInTheLog) {
  ::testing::internal::CaptureStderr();
  {
    auto writer = start("/dev/full");
    writer->put(call(1), "x");
    for (int i = 0; i < 10'000 && writer->stats().failures < 3; ++i) ::poll(nullptr, 0, 1);
    EXPECT_GE(writer->stats().failures, 3U);
  }
  const std::string log = ::testing::internal::GetCapturedStderr();
  const auto first = log.find("cdr_write_failed");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(log.find("cdr_write_failed", first + 1), std::string::npos);
}

TEST(CdrWriter, AKilledProcessHasWrittenWhatItReported) {
  Folder folder;
  int reports[2];
  ASSERT_EQ(::pipe(reports), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto writer = start(folder.file("cdr"));
    for (std::uint32_t i = 1;; ++i) {
      if (writer->has_room()) writer->put(call(i), "call " + std::to_string(i));
      writer->poll([&](CallId id) {
        const std::uint32_t index = id.index();
        if (::write(reports[1], &index, sizeof index) < 0) ::_exit(1);
      });
    }
  }
  ::close(reports[1]);
  std::vector<std::uint32_t> reported;
  std::uint32_t index = 0;
  while (reported.size() < 500 && ::read(reports[0], &index, sizeof index) == sizeof index) reported.push_back(index);
  ::kill(child, SIGKILL);
  while (::read(reports[0], &index, sizeof index) == sizeof index) reported.push_back(index);
  ::close(reports[0]);
  ::waitpid(child, nullptr, 0);
  const auto lines = lines_of(folder.file("cdr"));
  const std::set<std::string> found(lines.begin(), lines.end());
  ASSERT_GE(reported.size(), 500U);
  for (const std::uint32_t id : reported) EXPECT_TRUE(found.contains("call " + std::to_string(id))) << id;
}

}  // namespace
}  // namespace tandem::cdr
