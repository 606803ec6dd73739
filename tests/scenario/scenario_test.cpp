// Thousands of calls through two switches over a bad wire, on a virtual clock: whatever happens to a call,
// nothing is left of it.
//
//   TANDEM_SCENARIO_SEED=N   runs that world alone, in each weather, and prints its ladder
//   TANDEM_SCENARIO_CALLS=N  calls a weather
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>

#include "scenario/world.hpp"
#include "tandem/base/log.hpp"

namespace tandem::scenario {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kCallsAWorld = 20;

std::optional<std::size_t> number_from(const char* variable) {
  const char* text = std::getenv(variable);
  if (!text || !*text) return std::nullopt;
  return std::strtoull(text, nullptr, 10);
}

bool slow_build() {
#if defined(__SANITIZE_ADDRESS__) || !defined(__OPTIMIZE__)
  return true;
#else
  return false;
#endif
}

/// Of each weather: 10,000 calls in all and more, and a tenth of them where the build is slow.
std::size_t calls_of_a_weather() {
  if (const auto asked = number_from("TANDEM_SCENARIO_CALLS")) return *asked;
  const char* load = std::getenv("TANDEM_LOAD");
  const std::size_t all = load && std::string(load) == "long" ? 25'000 : 2'500;
  return slow_build() ? all / 10 : all;
}

std::string join(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += "\n  " + line;
  return all;
}

void print(const Tally& tally) {
  std::cout << tally.calls << " calls, " << tally.wire.sent << " messages: " << tally.wire.lost << " lost, "
            << tally.wire.repeated << " duplicated, " << tally.wire.reordered << " reordered, "
            << tally.wire.unheard << " unheard; " << tally.repetitions << " sent again by the switches\n"
            << tally.agreed << " of " << tally.quiet << " quiet calls compared at their end; " << tally.forked
            << " INVITEs forked\n";
  for (const auto& [outcome, count] : tally.outcomes) std::cout << "  " << outcome << ": " << count << "\n";
  std::cout << "deeds:";
  for (const auto& [deed, count] : tally.deeds) std::cout << " " << deed << " " << count << ",";
  std::cout << "\n";
}

/// The core notes what a peer or the stack said that cannot be. Peers that keep to the RFCs behind a stack
/// that does say no such thing, however much of it is lost on the way.
class NothingUnlawful : public ::testing::Environment {
  void SetUp() override { ASSERT_EQ(log::start({log::Level::Warn, log::Format::Json, path_}), ""); }
  void TearDown() override {
    log::stop();
    std::ifstream file(path_);
    std::size_t found = 0;
    for (std::string line; std::getline(file, line);) {
      if (line.find(call::kUnlawfulEvent) == std::string::npos) continue;
      if (++found <= 5) std::cout << line << "\n";
    }
    EXPECT_EQ(found, 0U);
    std::remove(path_.c_str());
  }
  const std::string path_ = ::testing::TempDir() + "scenario-" + std::to_string(::getpid()) + ".log";
};
const ::testing::Environment* const kNothingUnlawful =
    ::testing::AddGlobalTestEnvironment(new NothingUnlawful);

class Scenario : public ::testing::TestWithParam<Weather> {};

TEST_P(Scenario, OfAllCallsNothingIsLeft_R175) {
  const auto only = number_from("TANDEM_SCENARIO_SEED");
  const std::size_t first = only.value_or(1);
  const std::size_t worlds = only ? 1 : std::max<std::size_t>(1, calls_of_a_weather() / kCallsAWorld);
  std::cout << GetParam().name << ": seeds " << first << " to " << first + worlds - 1 << "\n";
  Tally tally;
  for (std::uint64_t seed = first; seed < first + worlds; ++seed) {
    World world(seed, GetParam(), kCallsAWorld);
    if (only) world.keep_ladder();
    const auto complaints = world.run();
    world.add_to(tally);
    if (only) std::cout << world.ladder();
    if (complaints.empty()) continue;
    ADD_FAILURE() << "seed " << seed << " (TANDEM_SCENARIO_SEED=" << seed
                  << " shows its ladder):" << join(complaints);
    break;
  }
  print(tally);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Scenario,
    ::testing::Values(Weather{"CleanWire", {0, 0, milliseconds(1), milliseconds(40)}, false},
                      Weather{"TenPercentLost", {100, 0, milliseconds(1), milliseconds(80)}, false},
                      Weather{"ThirtyPercentLostReorderedAndDuplicated",
                              {300, 100, milliseconds(1), milliseconds(900)},
                              false},
                      Weather{"SomebodyVanishes", {20, 20, milliseconds(1), milliseconds(200)}, true},
                      Weather{"ShortSessions", {100, 20, milliseconds(1), milliseconds(200)}, false, true}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace tandem::scenario
