// The scenario with one rule of the core turned off: a test that never fails would show nothing.
#include <gtest/gtest.h>

#include <iostream>

#include "call/rule.hpp"
#include "scenario/world.hpp"
#include "tandem/base/log.hpp"

namespace tandem::scenario {
namespace {

class ScenarioMutation : public ::testing::TestWithParam<call::Rule> {
 protected:
  void SetUp() override { log::set_level(log::Level::Error); }
  void TearDown() override {
    call::turn_off(std::nullopt);
    log::set_level(log::Level::Info);
  }
};

std::vector<std::string> complaints_of(std::uint64_t worlds) {
  std::vector<std::string> all;
  const Weather windy{
      "Windy", {100, 50, std::chrono::milliseconds(1), std::chrono::milliseconds(300)}, false};
  for (std::uint64_t seed = 1; seed <= worlds && all.empty(); ++seed) all = World(seed, windy, 20).run();
  return all;
}

TEST_P(ScenarioMutation, IsNoticedInTheEnd) {
  EXPECT_TRUE(complaints_of(5).empty()) << "with every rule in place";
  call::turn_off(GetParam());
  const auto complaints = complaints_of(40);
  EXPECT_FALSE(complaints.empty());
  if (!complaints.empty()) std::cout << complaints.front() << "\n";
}

INSTANTIATE_TEST_SUITE_P(Each, ScenarioMutation,
                         ::testing::Values(call::Rule::AckEveryAnswer, call::Rule::ByeOtherLeg,
                                           call::Rule::CancelPendingTargets, call::Rule::ReleaseEndedLegs,
                                           call::Rule::CloseMedia, call::Rule::AckLateAnswer,
                                           call::Rule::RefuseRequestsAtTheEnd),
                         [](const auto& each) { return std::string(call::to_string(each.param)); });

}  // namespace
}  // namespace tandem::scenario
