#include "daemon/supervisor.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <string>

#include "tandem/base/log.hpp"
#include "tandem/trunk/decide.hpp"
#include "unit/daemon/notify_socket.hpp"

namespace tandem::daemon {
namespace {

using namespace switchboard;
using std::chrono::milliseconds;
using std::chrono::seconds;

class RecordingShard : public Shard {
 public:
  bool tell(Command command) override {
    if (full) return false;
    told.push_back(std::move(command));
    return true;
  }
  std::vector<Report> take_reports() override { return {}; }
  int wake_fd() const override { return -1; }
  const std::vector<config::Listener>& listeners() const override { return none_; }

  template <class T>
  std::size_t count() const {
    std::size_t found = 0;
    for (const Command& command : told) found += std::holds_alternative<T>(command);
    return found;
  }

  std::vector<Command> told;
  bool full = false;

 private:
  std::vector<config::Listener> none_;
};

class RecordingAdmin : public control::AdminSocket {
 public:
  std::vector<int> fds() const override { return {}; }
  std::vector<int> blocked_fds() const override { return {}; }
  std::vector<control::AdminRequest> receive() override { return {}; }
  void reply(std::uint64_t token, std::string json) override { answers[token] = std::move(json); }
  std::map<std::uint64_t, std::string> answers;
};

/// A supervisor at second 0, with 60 s for a drain.
class SupervisorTest : public ::testing::Test {
 protected:
  SupervisorTest() : socket_("@tandem-supervisor-" + std::to_string(::getpid())), notifier_(Notifier::from_environment()) {
    ::setenv("WATCHDOG_USEC", "9000000", 1);
    watched_ = Notifier::from_environment();
    ::unsetenv("WATCHDOG_USEC");
    config_.limits.drain_timeout = seconds(60);
    log::set_level(log::Level::Off);
  }
  ~SupervisorTest() override { log::set_level(log::Level::Info); }

  static Instant at(milliseconds time) { return Instant{} + seconds(1000) + time; }
  Supervisor make(const Notifier& notifier) {
    return Supervisor({shard_, admin_, notifier, [this] { return next_load_; }}, std::make_shared<config::Config>(config_),
                      at(seconds(0)));
  }
  Supervisor make() { return make(notifier_); }
  std::string ask(Supervisor& supervisor, const std::string& verb, const std::string& argument = "") {
    supervisor.on_request({9, verb, argument, 0}, at(seconds(0)));
    return admin_.answers[9];
  }
  void will_load(const config::Config& config) { next_load_ = {std::make_shared<const config::Config>(config), {}}; }
  std::string all_heard() {
    std::string all;
    for (std::string one = socket_.heard(); !one.empty(); one = socket_.heard()) all += one + "\n";
    return all;
  }
  static StatsAnswer stats(std::uint64_t token, std::size_t calls) {
    StatsAnswer answer;
    answer.token = token;
    answer.stats.calls = calls;
    return answer;
  }

  testing::NotifySocket socket_;
  Notifier notifier_;
  Notifier watched_;
  RecordingShard shard_;
  RecordingAdmin admin_;
  config::Config config_;
  tandemctl::Checked next_load_;
};

TEST_F(SupervisorTest, SaysReadyAtStart) {
  auto supervisor = make();
  EXPECT_EQ(socket_.heard(), "READY=1\nSTATUS=calls=0");
}

TEST_F(SupervisorTest, SigtermDrainsAndEndsWithTheLastCall) {
  auto supervisor = make();
  supervisor.on_signal(SIGTERM, at(seconds(1)));
  EXPECT_EQ(shard_.count<StartDrain>(), 1U);
  EXPECT_FALSE(supervisor.finished());
  supervisor.on_time(at(seconds(60)));
  EXPECT_FALSE(supervisor.finished());
  supervisor.on_report(Drained{}, at(seconds(60)));
  EXPECT_TRUE(supervisor.finished());
  EXPECT_EQ(shard_.count<ClearCalls>(), 0U);
}

TEST_F(SupervisorTest, CallsAreClearedWhenTheDrainHasLastedLongEnough) {
  auto supervisor = make();
  supervisor.on_signal(SIGTERM, at(seconds(0)));
  supervisor.on_time(at(milliseconds(59'999)));
  EXPECT_EQ(shard_.count<ClearCalls>(), 0U);
  supervisor.on_time(at(seconds(60)));
  EXPECT_EQ(shard_.count<ClearCalls>(), 1U);
  EXPECT_FALSE(supervisor.finished());
  supervisor.on_report(Drained{}, at(seconds(61)));
  EXPECT_TRUE(supervisor.finished());
}

TEST_F(SupervisorTest, ACallThatDoesNotGoHoldsTheStopForFiveSeconds) {
  auto supervisor = make();
  supervisor.on_signal(SIGTERM, at(seconds(0)));
  supervisor.on_signal(SIGTERM, at(seconds(1)));
  EXPECT_EQ(shard_.count<ClearCalls>(), 1U) << "the second SIGTERM clears at once";
  supervisor.on_time(at(milliseconds(5'999)));
  EXPECT_FALSE(supervisor.finished());
  supervisor.on_time(at(seconds(6)));
  EXPECT_TRUE(supervisor.finished());
}

TEST_F(SupervisorTest, AThirdSigtermWaitsForNothing) {
  auto supervisor = make();
  for (int i = 0; i < 3; ++i) supervisor.on_signal(SIGINT, at(seconds(0)));
  EXPECT_TRUE(supervisor.finished());
}

TEST_F(SupervisorTest, SigtermAfterTheVerbDrainGoesOnDraining) {
  auto supervisor = make();
  EXPECT_EQ(ask(supervisor, "drain"), R"({"ok":true,"draining":true,"timeout_s":60})");
  supervisor.on_signal(SIGTERM, at(seconds(1)));
  EXPECT_EQ(shard_.count<StartDrain>(), 1U);
  EXPECT_EQ(shard_.count<ClearCalls>(), 0U);
}

TEST_F(SupervisorTest, ADrainAsksSystemdForTime) {
  auto supervisor = make();
  (void)all_heard();
  supervisor.on_signal(SIGTERM, at(seconds(0)));
  EXPECT_EQ(socket_.heard(), "STOPPING=1\nEXTEND_TIMEOUT_USEC=20000000\nSTATUS=draining, calls=0");
  supervisor.on_report(stats(0, 2), at(seconds(5)));
  EXPECT_EQ(socket_.heard(), "EXTEND_TIMEOUT_USEC=20000000\nSTATUS=draining, calls=2");
}

TEST_F(SupervisorTest, AFullMailboxOnlyDelaysADrain) {
  auto supervisor = make();
  shard_.full = true;
  supervisor.on_signal(SIGTERM, at(seconds(0)));
  supervisor.on_time(at(seconds(0)));
  EXPECT_LE(supervisor.next_wake(), at(milliseconds(100)));
  shard_.full = false;
  supervisor.on_time(at(milliseconds(100)));
  EXPECT_EQ(shard_.count<StartDrain>(), 1U);
}

TEST_F(SupervisorTest, WatchdogIsFedByTheShardsAnswerAlone) {
  auto supervisor = make(watched_);
  (void)all_heard();
  supervisor.on_time(at(seconds(0)));
  EXPECT_EQ(shard_.count<AskStats>(), 1U);
  EXPECT_EQ(supervisor.next_wake(), at(seconds(3))) << "three questions in a watchdog's time";
  supervisor.on_time(at(seconds(3)));
  supervisor.on_time(at(seconds(6)));
  EXPECT_EQ(shard_.count<AskStats>(), 3U);
  EXPECT_EQ(all_heard(), "");
  supervisor.on_report(stats(0, 4), at(seconds(6)));
  EXPECT_EQ(all_heard(), "WATCHDOG=1\nSTATUS=calls=4\n");
}

TEST_F(SupervisorTest, ASilentShardIsAnErrorInTheLogOnce) {
  log::set_level(log::Level::Error);
  auto supervisor = make();
  ::testing::internal::CaptureStderr();
  for (int second = 0; second <= 30; ++second) supervisor.on_time(at(seconds(second)));
  const std::string said = ::testing::internal::GetCapturedStderr();
  const auto first = said.find("shard_silent");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(said.find("shard_silent", first + 1), std::string::npos);
}

TEST_F(SupervisorTest, StatsAndCallsComeFromTheShard) {
  auto supervisor = make();
  supervisor.on_request({7, "stats", "", 0}, at(seconds(0)));
  EXPECT_TRUE(admin_.answers.empty());
  supervisor.on_report(stats(7, 3), at(seconds(12)));
  EXPECT_NE(admin_.answers[7].find(R"("uptime_s":12)"), std::string::npos) << admin_.answers[7];
  EXPECT_NE(admin_.answers[7].find(R"("calls":3)"), std::string::npos);
  supervisor.on_request({8, "calls", "", 0}, at(seconds(12)));
  EXPECT_EQ(shard_.count<AskCalls>(), 1U);
  supervisor.on_report(CallsAnswer{8, {}}, at(seconds(12)));
  EXPECT_EQ(admin_.answers[8], R"({"ok":true,"calls":[]})");
}

TEST_F(SupervisorTest, ABusyShardIsSaid) {
  auto supervisor = make();
  shard_.full = true;
  EXPECT_NE(ask(supervisor, "stats").find(R"("error":"busy")"), std::string::npos);
  EXPECT_NE(ask(supervisor, "calls").find(R"("error":"busy")"), std::string::npos);
}

TEST_F(SupervisorTest, LogShowsAndSetsTheLevel) {
  auto supervisor = make();
  EXPECT_EQ(ask(supervisor, "log", "WARN"), R"({"ok":true,"level":"warn"})");
  EXPECT_EQ(log::level(), log::Level::Warn);
  EXPECT_EQ(ask(supervisor, "log"), R"({"ok":true,"level":"warn"})");
  EXPECT_NE(ask(supervisor, "log", "loud").find("unknown_level"), std::string::npos);
  EXPECT_EQ(log::level(), log::Level::Warn);
}

TEST_F(SupervisorTest, AnUnknownVerbListsTheVerbs) {
  auto supervisor = make();
  EXPECT_NE(ask(supervisor, "stat").find("stats, calls, log, reload, drain"), std::string::npos);
}

TEST_F(SupervisorTest, ReloadPublishesTheNewSnapshot) {
  auto supervisor = make();
  (void)all_heard();
  config::Config next = config_;
  next.limits.max_calls = 11;
  will_load(next);
  supervisor.on_signal(SIGHUP, at(seconds(1)));
  ASSERT_EQ(shard_.count<PublishSnapshot>(), 1U);
  EXPECT_EQ(trunk::config_of(*std::get<PublishSnapshot>(shard_.told.back()).directory).limits.max_calls, 11U);
  EXPECT_EQ(all_heard(), "RELOADING=1\nREADY=1\nSTATUS=calls=0\n");
}

TEST_F(SupervisorTest, ABadReloadChangesNothing) {
  auto supervisor = make();
  next_load_ = {nullptr, {{config::Severity::Error, {"t.yaml", 3, 5}, "unknown key 'tagets'", ""}}};
  const std::string answer = ask(supervisor, "reload");
  EXPECT_NE(answer.find(R"("error":"config_errors")"), std::string::npos) << answer;
  EXPECT_NE(answer.find("tagets"), std::string::npos) << answer;
  EXPECT_EQ(shard_.count<PublishSnapshot>(), 0U);
}

TEST_F(SupervisorTest, AReloadThatFoundAFullMailboxIsComparedAnewNextTime) {
  auto supervisor = make();
  config::Config next = config_;
  next.limits.max_calls = 11;
  will_load(next);
  shard_.full = true;
  EXPECT_NE(ask(supervisor, "reload").find(R"("error":"busy")"), std::string::npos);
  shard_.full = false;
  EXPECT_NE(ask(supervisor, "reload").find("max_calls"), std::string::npos);
}

TEST_F(SupervisorTest, ALevelSetByHandOutlivesAReloadThatDoesNotNameAnother) {
  auto supervisor = make();
  ask(supervisor, "log", "error");
  will_load(config_);
  ask(supervisor, "reload");
  EXPECT_EQ(log::level(), log::Level::Error);
  config::Config next = config_;
  next.log.level = log::Level::Warn;
  will_load(next);
  ask(supervisor, "reload");
  EXPECT_EQ(log::level(), log::Level::Warn);
}

TEST_F(SupervisorTest, ADrainTakesNoReload) {
  auto supervisor = make();
  supervisor.on_signal(SIGTERM, at(seconds(0)));
  will_load(config_);
  EXPECT_NE(ask(supervisor, "reload").find(R"("error":"draining")"), std::string::npos);
  EXPECT_EQ(shard_.count<PublishSnapshot>(), 0U);
}

TEST_F(SupervisorTest, Sigusr1ReopensTheRecords) {
  auto supervisor = make();
  supervisor.on_signal(SIGUSR1, at(seconds(0)));
  EXPECT_EQ(shard_.count<ReopenRecords>(), 1U);
}

}  // namespace
}  // namespace tandem::daemon
