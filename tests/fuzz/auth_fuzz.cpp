// parse_challenge and parse_credentials: no fault, and what they take prints and parses to the same value.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tandem/base/check.hpp"
#include "tandem/message/auth.hpp"

using namespace tandem::message;

namespace {
constexpr std::size_t kMayOutgrow = 16384;  ///< escapes can take a printed text past the size limit
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(octets), size);
  if (const auto challenge = parse_challenge(text)) {
    const auto again = parse_challenge(print(*challenge));
    TANDEM_CHECK(again || size > kMayOutgrow, "a printed challenge parses");
    TANDEM_CHECK(!again || *again == *challenge, "a printed challenge parses to the same");
  } else {
    TANDEM_CHECK(challenge.error().offset <= size, "an error says where");
  }
  if (const auto credentials = parse_credentials(text)) {
    const auto again = parse_credentials(print(*credentials));
    TANDEM_CHECK(again || size > kMayOutgrow, "printed credentials parse");
    TANDEM_CHECK(!again || *again == *credentials, "printed credentials parse to the same");
  } else {
    TANDEM_CHECK(credentials.error().offset <= size, "an error says where");
  }
  return 0;
}
