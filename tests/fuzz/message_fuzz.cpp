// parse_message: no fault, and what it takes prints and parses to the same value. read_body: what it takes for a description
// is a part of the body.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tandem/base/check.hpp"
#include "tandem/message/body.hpp"
#include "tandem/message/message.hpp"

using namespace tandem::message;

namespace {

template <class Value>
void read_body_of(const Value& value) {
  const ReadBody read = read_body(body_headers(value.headers), value.body);
  TANDEM_CHECK(read.description.empty() || value.body.find(read.description) != std::string::npos,
               "a description is a part of the body");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(octets), size);
  const auto message = parse_message(text);
  if (!message) {
    TANDEM_CHECK(!message.error().what.empty() && message.error().offset <= size,
                 "an error says what and where");
    return 0;
  }
  std::visit([](const auto& value) { read_body_of(value); }, *message);
  const auto again = parse_message(std::visit([](const auto& value) { return print(value); }, *message));
  // A message at the size limit may grow past it, by CRs and Content-Length.
  TANDEM_CHECK(again || size > 32768, "what is printed parses");
  TANDEM_CHECK(!again || *again == *message, "what is printed parses to the same");
  return 0;
}
