// Turns each rule of the B2BUA off in turn and walks: a rule whose absence breaks no invariant is not tested at all.
#include <gtest/gtest.h>

#include <cstdio>

#include "call/rule.hpp"
#include "support/call_world.hpp"

namespace tandem::test {
namespace {

using call::Rule;

/// Two changes of the session are too many for a walk to its fixpoint, but not for one that something stops.
std::vector<Bounds> worlds() {
  std::vector<Bounds> all = exploration();
  Bounds two_changes{"two changes of the session"};
  two_changes.offers = 2;
  two_changes.updates = true;
  all.insert(all.begin(), two_changes);
  return all;
}

class Mutation : public testing::TestWithParam<std::size_t> {
 protected:
  void TearDown() override { call::turn_off(std::nullopt); }
};

TEST_P(Mutation, BreaksAnInvariant) {
  const Rule rule = static_cast<Rule>(GetParam());
  if (rule == Rule::RefuseOfferOverOurs || rule == Rule::RefuseSecondOffer) {
    GTEST_SKIP() << "without it another rule refuses the same offer, in other words: glare_test.cpp tells them apart";
  }
  call::turn_off(rule);
  std::size_t edges = 0;
  for (const std::size_t states : {2'000UL, 40'000UL, 2'000'000UL}) {  // near ones first: most break soon, in some walk
    for (const Bounds& bounds : worlds()) {
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
