// load_texts(): seconds for a large configuration, its numbers in YAML and in CSV, and for show() and diff()
// of it.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "tandem/config/load.hpp"
#include "tandem/config/show.hpp"

namespace {

using namespace tandem::config;

constexpr int kTrunks = 10'000;
constexpr int kNumbers = 100'000;
constexpr int kPrefixes = 10'000;
constexpr int kCarriers = 50;

std::string node() {
  return "listeners: [{name: udp, transport: udp, address: \"127.0.0.1:5060\"}]\nmedia: {address: "
         "127.0.0.1}\n";
}

std::string trunks() {
  std::string accounts = "accounts:\n";
  std::string groups = "access_groups:\n";
  std::string trunks = "trunks:\n";
  for (int i = 0; i < kTrunks; ++i) {
    const auto n = std::to_string(i);
    accounts += "- {id: a" + n + "}\n";
    groups += "  g" + n + ": {ips: [10." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ".1]}\n";
    trunks += "- name: t" + n + "\n  account: a" + n +
              "\n  profile: twilio\n  limits: {channels: 30, cps: 5}\n" + "  termination: {domain: t" + n +
              ".sip.example, access: {any_of: [g" + n + "]}}\n" +
              "  origination: {targets: [{uri: \"sip:{number}@sbc" + n + ".example\"}]}\n";
  }
  return accounts + groups + trunks;
}

std::string carriers() {
  std::string out = "carriers:\n";
  for (int i = 0; i < kCarriers; ++i) {
    out += "- name: c" + std::to_string(i) + "\n  sources: [192.0.2." + std::to_string(i) +
           "]\n  targets: [{uri: \"sip:192.0.2." + std::to_string(i) + "\"}]\n  prefixes:\n";
    for (int k = 0; k < kPrefixes / kCarriers; ++k)
      out += "  - {prefix: \"" + std::to_string(10'000 + k * kCarriers + i) + "\", cost: 0.012}\n";
  }
  return out;
}

std::string number(int i) { return "+1202" + std::to_string(1'000'000 + i); }

std::string numbers_yaml() {
  std::string out = "numbers:\n";
  for (int i = 0; i < kNumbers; ++i)
    out += "- {number: \"" + number(i) + "\", trunk: t" + std::to_string(i % kTrunks) + "}\n";
  return out;
}

std::string numbers_csv() {
  std::string out = "number,trunk,tags\n";
  for (int i = 0; i < kNumbers; ++i) out += number(i) + ",t" + std::to_string(i % kTrunks) + ",sales\n";
  return out;
}

std::vector<Text> with_yaml() {
  return {{"node.yaml", node()},
          {"trunks.yaml", trunks()},
          {"carriers.yaml", carriers()},
          {"numbers.yaml", numbers_yaml()}};
}
std::vector<Text> with_csv() {
  return {{"node.yaml", node() + "number_files: [numbers.csv]\n"},
          {"trunks.yaml", trunks()},
          {"carriers.yaml", carriers()},
          {"numbers.csv", numbers_csv()}};
}

/// A benchmark of what does not load would be a benchmark of nothing.
Loaded load_whole(const std::vector<Text>& texts) {
  auto loaded = load_texts(texts);
  if (loaded.ok() && loaded.config->numbers.size() == kNumbers) return loaded;
  for (const auto& finding : loaded.findings) std::fprintf(stderr, "%s\n", print(finding).c_str());
  std::abort();
}

void load_all(benchmark::State& state, const std::vector<Text>& texts) {
  std::int64_t octets = 0;
  for (const auto& text : texts) octets += static_cast<std::int64_t>(text.text.size());
  for (auto _ : state) benchmark::DoNotOptimize(load_whole(texts));
  state.SetBytesProcessed(octets * state.iterations());
}

void load_yaml(benchmark::State& state) { load_all(state, with_yaml()); }
void load_csv(benchmark::State& state) { load_all(state, with_csv()); }
void load_only_csv(benchmark::State& state) {
  std::string csv = "number,tags\n";
  for (int i = 0; i < kNumbers; ++i) csv += number(i) + ",sales\n";
  load_all(state, {{"node.yaml", node() + "number_files: [numbers.csv]\n"}, {"numbers.csv", csv}});
}
void show_all(benchmark::State& state) {
  const auto loaded = load_whole(with_csv());
  for (auto _ : state) benchmark::DoNotOptimize(show(*loaded.config));
}
void show_a_trunk(benchmark::State& state) {
  const auto loaded = load_whole(with_csv());
  for (auto _ : state) benchmark::DoNotOptimize(show(*loaded.config, "t5000"));
}
void diff_all(benchmark::State& state) {
  const auto loaded = load_whole(with_csv());
  for (auto _ : state) benchmark::DoNotOptimize(diff(*loaded.config, *loaded.config));
}

BENCHMARK(load_yaml)
    ->Unit(benchmark::kMillisecond)
    ->Name("load: 10,000 trunks, 100,000 numbers, 10,000 prefixes, YAML");
BENCHMARK(load_csv)->Unit(benchmark::kMillisecond)->Name("load: the same, numbers in CSV");
BENCHMARK(load_only_csv)->Unit(benchmark::kMillisecond)->Name("load: 100,000 numbers in CSV alone");
BENCHMARK(show_all)->Unit(benchmark::kMillisecond)->Name("show: all of it");
BENCHMARK(show_a_trunk)->Unit(benchmark::kMillisecond)->Name("show: one trunk");
BENCHMARK(diff_all)->Unit(benchmark::kMillisecond)->Name("diff: with itself");

}  // namespace
