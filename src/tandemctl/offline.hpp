// The verbs that need no daemon: they read a configuration and say something about it.
#pragma once

#include <string>

#include "tandem/base/time.hpp"
#include "tandemctl/options.hpp"

namespace tandem::tandemctl {

struct Said {
  int status = 0;
  std::string text{};       ///< for standard output
  std::string complaint{};  ///< for standard error
};

bool is_offline(const std::string& verb);
/// Reads the configuration that the options name, and for explain the message.
Said say_offline(const Options&, WallTime now);

}  // namespace tandem::tandemctl
