// A great many calls whose events are chosen by chance, most of them lawful, judged at each step. What the
// exploration walks bound by bound is mixed here: transfers of a call with reliable provisionals whose
// session timer meets a glare.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "support/call_chaos.hpp"
#include "tandem/base/random.hpp"
#include "tandem/base/text.hpp"

namespace tandem::test {
namespace {

/// TANDEM_FUZZ_EVENTS asks for another number.
std::size_t events_wanted() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  constexpr std::size_t kUsual = 20'000;
#elif defined(NDEBUG)
  constexpr std::size_t kUsual = 1'000'000;
#else
  constexpr std::size_t kUsual = 100'000;
#endif
  const char* asked = std::getenv("TANDEM_FUZZ_EVENTS");
  return asked == nullptr ? kUsual : parse_decimal(asked, 1'000'000'000).value_or(kUsual);
}

std::vector<std::uint8_t> any_octets(Random& random) {
  std::vector<std::uint8_t> octets(20 + random.below(400));
  for (std::uint8_t& octet : octets) octet = static_cast<std::uint8_t>(random.below(256));
  return octets;
}

TEST(RandomEvents, BreakNoInvariant) {
  const auto start = std::chrono::steady_clock::now();
  const std::size_t wanted = events_wanted();
  std::size_t events = 0;
  std::uint64_t call = 0;
  for (; events < wanted && !HasFailure(); ++call) {
    Random random{call};
    const std::vector<std::uint8_t> octets = any_octets(random);
    const ChaosResult result = drive_call(octets.data(), octets.size());
    events += result.events;
    if (!result.broken) continue;
    for (const std::string& line : result.trail) std::printf("  %s\n", line.c_str());
    ADD_FAILURE() << "call " << call << " broke: " << *result.broken;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%zu events in %llu calls, %.1f s\n", events, static_cast<unsigned long long>(call), seconds);
}

}  // namespace
}  // namespace tandem::test
