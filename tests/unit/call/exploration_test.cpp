#include <gtest/gtest.h>

#include <cstdio>

#include "support/call_world.hpp"

namespace tandem::test {
namespace {

class Exploration : public testing::TestWithParam<Bounds> {};

/// Each state costs twenty times as much there; the release build walks to the fixpoint.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kMaxStates = 20'000;
constexpr bool kToFixpoint = false;
#else
constexpr std::size_t kMaxStates = 2'000'000;
constexpr bool kToFixpoint = true;
#endif

TEST_P(Exploration, ReachesAFixpointAndNoInvariantBreaks) {
  const Walk result = walk(GetParam(), kMaxStates);
  std::printf("%s: %s\n", print(GetParam()).c_str(), print(result).c_str());
  EXPECT_FALSE(result.broken) << print(result);
  EXPECT_TRUE(result.complete || !kToFixpoint);
  EXPECT_GT(result.states, 200U) << "a walk that sees this little has lost its way";
}

INSTANTIATE_TEST_SUITE_P(Call, Exploration, testing::ValuesIn(exploration()), [](const auto& row) {
  std::string name;
  for (char c : std::string(row.param.name)) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
  }
  return name;
});

}  // namespace
}  // namespace tandem::test
