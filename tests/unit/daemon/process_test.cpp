#include "daemon/process.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

namespace tandem::daemon {
namespace {

TEST(Process, SignalsAreReadInsteadOfDelivered) {
  const auto signals = take_signals();
  ASSERT_TRUE(signals);
  EXPECT_EQ(next_signal(signals->borrow()), 0);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) {
    ::kill(::getpid(), signal);
    EXPECT_EQ(next_signal(signals->borrow()), signal);
  }
  EXPECT_EQ(next_signal(signals->borrow()), 0);
}

TEST(Process, DescriptorsAreRaisedToTheHardLimit) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = 64;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(raise_descriptor_limit(), limit.rlim_max);
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(limit.rlim_cur, limit.rlim_max);
}

TEST(Process, WritesNoCore) {
  forbid_core_files();
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_CORE, &limit), 0);
  EXPECT_EQ(limit.rlim_cur, 0U);
}

TEST(Process, CountsItsDescriptors) {
  const std::size_t before = count_descriptors();
  const auto one = UniqueFd::adopt(::dup(0));
  EXPECT_EQ(count_descriptors(), before + 1);
}

}  // namespace
}  // namespace tandem::daemon
