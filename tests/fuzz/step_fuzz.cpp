// One call, driven by octets (support/call_chaos.hpp).
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "support/call_chaos.hpp"
#include "tandem/base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const tandem::test::ChaosResult result = tandem::test::drive_call(data, size);
  if (!result.broken) return 0;
  for (const std::string& line : result.trail) std::fprintf(stderr, "%s\n", line.c_str());
  std::fprintf(stderr, "broke: %s\n", result.broken->c_str());
  TANDEM_CHECK(false, "the invariants of a call hold");
  return 0;
}
