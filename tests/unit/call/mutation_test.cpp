// Turns each rule of the B2BUA off in turn and walks: a rule whose absence breaks no invariant is not tested at all.
#include <gtest/gtest.h>

#include <cstdio>

#include "call/rule.hpp"
#include "support/call_world.hpp"

namespace tandem::test {
namespace {

using call::Rule;

class Mutation : public testing::TestWithParam<std::size_t> {
 protected:
  void TearDown() override { call::turn_off(std::nullopt); }
};

TEST_P(Mutation, BreaksAnInvariant) {
  const Rule rule = static_cast<Rule>(GetParam());
  call::turn_off(rule);
  std::size_t edges = 0;
  for (const std::size_t states : {2'000UL, 40'000UL, 2'000'000UL}) {  // near ones first: most break soon, in some walk
    for (const Bounds& bounds : exploration()) {
      const Walk result = walk(bounds, states);
      edges += result.edges;
      if (!result.broken) continue;
      std::printf("rule %s off: invariant '%s' broke after %zu edges (%s)\n", std::string(to_string(rule)).c_str(),
                  result.broken->c_str(), edges, std::string(bounds.name).c_str());
      return;
    }
  }
  ADD_FAILURE() << "rule " << to_string(rule) << " off: nothing broke after " << edges << " edges";
}

INSTANTIATE_TEST_SUITE_P(Call, Mutation, testing::Range(std::size_t{0}, call::kRules),
                         [](const auto& row) { return std::string(to_string(static_cast<Rule>(row.param))); });

}  // namespace
}  // namespace tandem::test
