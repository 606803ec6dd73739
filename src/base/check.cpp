#include "tandem/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace tandem {

void check_failed(const char* invariant, const char* file, int line) noexcept {
  std::fprintf(stderr, "tandem: broken invariant at %s:%d: %s\n", file, line, invariant);
  std::abort();
}

}  // namespace tandem
