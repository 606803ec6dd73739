// What a file may not grow to.
#include <chrono>

#include "unit/config/loading.hpp"

namespace tandem::config {
namespace {

std::string first_error(const Loaded& loaded) {
  const auto errors = of(Severity::Error, loaded);
  return errors.empty() ? "no error" : errors.front().message;
}

TEST(Limit, AFileOf16MB) {
  const std::string line = "# " + std::string(1021, 'x') + "\n";
  std::string text;
  while (text.size() < (16U << 20U)) text += line;
  text.resize(16U << 20U);
  EXPECT_EQ(first_error(load_beside_node(text)), "no error");
  EXPECT_EQ(first_error(load_beside_node(text + "x")), "the file is larger than 16 MB");
}

std::string nested(int levels) {
  return "x-a: " + std::string(static_cast<std::size_t>(levels), '[') + std::string(static_cast<std::size_t>(levels), ']') + "\n";
}

TEST(Limit, Of64Levels) {
  EXPECT_EQ(first_error(load_beside_node(nested(63))), "no error");
  EXPECT_EQ(first_error(load_beside_node(nested(64))), "nested deeper than 64 levels");
  EXPECT_EQ(first_error(load_beside_node(nested(50'000))), "nested deeper than 64 levels");
}

TEST(Limit, OfLevelsThroughAliases) {
  std::string chain = "x-0: &a0 {k: v}\n";
  for (int i = 1; i < 200; ++i) {
    chain += "x-" + std::to_string(i) + ": &a" + std::to_string(i) + " {<<: *a" + std::to_string(i - 1) + "}\n";
  }
  EXPECT_EQ(first_error(load_beside_node(chain)), "nested deeper than 64 levels");
}

TEST(Limit, ABombOfAliasesDoesNotGoOff) {
  std::string bomb = "x-0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (int i = 1; i < 12; ++i) {
    const auto below = "*a" + std::to_string(i - 1);
    bomb += "x-" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + below;
    for (int k = 1; k < 10; ++k) bomb += ", " + below;
    bomb += "]\n";
  }
  EXPECT_EQ(first_error(load_beside_node(bomb)), "aliases stand for more than 1000000 values");
}

TEST(Limit, ABombOfMergesDoesNotGoOff) {
  std::string bomb = "x-0: &a0 {k: v}\n";
  for (int i = 1; i < 30; ++i) {
    const auto below = "*a" + std::to_string(i - 1);
    bomb += "x-" + std::to_string(i) + ": &a" + std::to_string(i) + " {<<: [" + below + ", " + below + ", " + below + "]}\n";
  }
  bomb += "carriers: [*a29]\n";
  EXPECT_EQ(first_error(load_beside_node(bomb)), "aliases stand for more than 1000000 values");
}

TEST(Limit, AnAliasInsideItself) {
  EXPECT_EQ(first_error(load_beside_node("x-a: &a [*a]\n")), "this alias is inside its own anchor");
}

TEST(Limit, OfFindings) {
  std::string text;
  for (int i = 0; i < 1500; ++i) text += "zz" + std::to_string(i) + "zz: 1\n";
  const auto loaded = load_beside_node(text);
  const auto errors = of(Severity::Error, loaded);
  ASSERT_EQ(errors.size(), 1001U);
  EXPECT_EQ(errors.back().message, "and 500 more of severity error");
}

TEST(Limit, TenThousandTrunksAreNoTrouble) {
  std::string text = kNode;
  std::string groups = "access_groups:\n";
  std::string trunks = "trunks:\n";
  std::string numbers = "numbers:\n";
  for (int i = 0; i < 10'000; ++i) {
    const auto n = std::to_string(i);
    groups += "  g" + n + ": {ips: [10." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ".1]}\n";
    trunks += "- name: t" + n + "\n  identify: [domain, source_ip]\n  termination: {domain: t" + n +
              ".sip.example, access: {any_of: [g" + n + "]}}\n  origination: {targets: [{uri: \"sip:{number}@192.0.2.1\"}]}\n";
    numbers += "- {number: \"+1202" + std::to_string(1'000'000 + i) + "\", trunk: t" + n + "}\n";
  }
  text += groups + trunks + numbers;
  const auto loaded = load_text("a.yaml", text);
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings).substr(0, 500);
  EXPECT_EQ(loaded.config->trunks.size(), 10'000U);
  EXPECT_EQ(loaded.config->numbers.back().trunk, "t9999");
}

}  // namespace
}  // namespace tandem::config
