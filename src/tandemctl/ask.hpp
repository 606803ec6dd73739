// One question to the daemon over its admin socket.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "tandem/base/expected.hpp"

namespace tandem::tandemctl {

/// The line that the daemon answered. The error is one sentence with the cure; patience: for the whole answer.
Expected<std::string, std::string> ask(const std::string& socket_path, std::string_view verb, std::string_view argument,
                                       std::chrono::milliseconds patience);

}  // namespace tandem::tandemctl
