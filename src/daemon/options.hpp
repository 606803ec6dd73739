// The command line of tandemd.
#pragma once

#include <string>

#include "tandem/base/expected.hpp"

namespace tandem::daemon {

enum class Task { Run, Check };

struct Options {
  std::string config = "/etc/tandem";  ///< a file or a folder
  Task task = Task::Run;
};

/// The program ends here: --help and --version with status 0 and text for standard output, a wrong command line with 2
/// and text for standard error.
struct Farewell {
  int status = 0;
  std::string text;
};

Expected<Options, Farewell> parse_options(int argc, const char* const* argv);

}  // namespace tandem::daemon
