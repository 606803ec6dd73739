// One call, driven by octets: most choose among what is lawful now, the rest make events that nobody should
// say. The ledger judges every step, and when the octets end the call must end by what happens by itself. The
// fuzz target and the unit test of random events are two ways to feed it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tandem::test {

struct ChaosResult {
  std::size_t events = 0;
  std::optional<std::string> broken;  ///< the invariant
  std::vector<std::string> trail;     ///< what happened, a line each
};
ChaosResult drive_call(const std::uint8_t* data, std::size_t size);

}  // namespace tandem::test
