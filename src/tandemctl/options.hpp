// The command line of tandemctl.
#pragma once

#include <string>

#include "tandem/base/expected.hpp"

namespace tandem::tandemctl {

enum class Output { Human, Json };

struct Options {
  std::string verb;      ///< stats, calls, log, reload, drain, check or why
  std::string argument;  ///< level, path or code; may be empty
  std::string socket;    ///< empty: by config, else kDefaultSocket
  std::string config;    ///< a configuration that names the socket; empty: none
  Output output = Output::Human;
};

inline constexpr const char* kDefaultSocket = "/run/tandem/admin.sock";
inline constexpr const char* kDefaultConfig = "/etc/tandem";

/// The program ends here: --help and --version with status 0 and text for standard output, a wrong command line with 2
/// and text for standard error.
struct Farewell {
  int status = 0;
  std::string text;
};

Expected<Options, Farewell> parse_options(int argc, const char* const* argv);

}  // namespace tandem::tandemctl
