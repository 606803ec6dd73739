// parse_uri, parse_name_addr, parse_name_addr_list and parse_reason: no fault, and what they take prints and
// parses to the same value.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tandem/base/check.hpp"
#include "tandem/message/auth.hpp"
#include "tandem/message/uri.hpp"

using namespace tandem::message;

namespace {

/// Escapes and quotes can make a printed text longer than the text it came from, and then longer than the
/// limit.
constexpr std::size_t kMayOutgrow = 16384;

template <class Value>
void check_error(const tandem::Expected<Value, ParseError>& result, std::size_t size) {
  if (result) return;
  TANDEM_CHECK(!result.error().what.empty() && result.error().offset <= size, "an error says what and where");
}

void check_same(const NameAddr& address, std::size_t size) {
  const auto again = parse_name_addr(print(address));
  TANDEM_CHECK(again || size > kMayOutgrow, "a printed address parses");
  TANDEM_CHECK(!again || *again == address, "a printed address parses to the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(octets), size);
  const auto uri = parse_uri(text);
  check_error(uri, size);
  if (uri) {
    const auto again = parse_uri(print(*uri));
    TANDEM_CHECK(again || size > kMayOutgrow, "a printed URI parses");
    TANDEM_CHECK(!again || *again == *uri, "a printed URI parses to the same");
  }
  const auto address = parse_name_addr(text);
  check_error(address, size);
  if (address) check_same(*address, size);
  const auto list = parse_name_addr_list(text);
  check_error(list, size);
  TANDEM_CHECK(!address || (list && list->size() == 1), "one address is a list of one");
  if (list)
    for (const NameAddr& item : *list) check_same(item, size);
  if (const auto reason = parse_reason(text)) {
    const auto again = parse_reason(print(*reason));
    TANDEM_CHECK(again == reason || size > kMayOutgrow, "a printed Reason parses to the same");
  }
  return 0;
}
