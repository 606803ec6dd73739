// One line of a client to a verb and its argument.
#pragma once

#include <string>
#include <string_view>

#include "tandem/base/expected.hpp"

namespace tandem::control {

struct Question {
  std::string verb;
  std::string argument;
};

/// {"verb":"log","argument":"debug"}; argument may be absent. The error is one sentence for the client.
Expected<Question, std::string> parse_question(std::string_view line);

}  // namespace tandem::control
