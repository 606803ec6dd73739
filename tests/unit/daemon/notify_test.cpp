#include "daemon/notify.hpp"

#include <gtest/gtest.h>

#include "unit/daemon/notify_socket.hpp"

namespace tandem::daemon {
namespace {

using testing::NotifySocket;

std::string own(const std::string& name) { return name + std::to_string(::getpid()); }

TEST(Notifier, SpeaksToAPath) {
  NotifySocket socket(own("/tmp/tandem-notify-"));
  Notifier::from_environment().say("READY=1\nSTATUS=calls=0");
  EXPECT_EQ(socket.heard(), "READY=1\nSTATUS=calls=0");
}

TEST(Notifier, SpeaksToAnAbstractSocket) {
  NotifySocket socket(own("@tandem-notify-"));
  Notifier::from_environment().say("STOPPING=1");
  EXPECT_EQ(socket.heard(), "STOPPING=1");
}

TEST(Notifier, IsSilentWithoutASocket) {
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_FALSE(Notifier::from_environment().is_heard());
  Notifier::from_environment().say("READY=1");
  for (const std::string& name : {std::string("relative"), std::string("/"), "/" + std::string(200, 'x'), std::string("/tmp/nobody-there")}) {
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    EXPECT_FALSE(Notifier::from_environment().is_heard()) << name;
  }
  ::unsetenv("NOTIFY_SOCKET");
}

TEST(Notifier, AFullSocketBlocksNobody) {
  NotifySocket socket(own("@tandem-full-"));
  const Notifier notifier = Notifier::from_environment();
  for (int i = 0; i < 10'000; ++i) notifier.say("STATUS=calls=0");
  EXPECT_EQ(socket.heard(), "STATUS=calls=0");
}

TEST(Notifier, TakesTheWatchdogThatIsMeantForThisProcess) {
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  ::unsetenv("WATCHDOG_PID");
  EXPECT_EQ(Notifier::from_environment().watchdog(), std::chrono::seconds(30));
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  EXPECT_EQ(Notifier::from_environment().watchdog(), std::chrono::seconds(30));
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_EQ(Notifier::from_environment().watchdog(), std::nullopt);
  ::unsetenv("WATCHDOG_PID");
  for (const char* wrong : {"0", "", "-5", "soon"}) {
    ::setenv("WATCHDOG_USEC", wrong, 1);
    EXPECT_EQ(Notifier::from_environment().watchdog(), std::nullopt) << wrong;
  }
  ::unsetenv("WATCHDOG_USEC");
}

}  // namespace
}  // namespace tandem::daemon
