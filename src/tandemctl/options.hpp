// The command line of tandemctl.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tandem/base/expected.hpp"

namespace tandem::tandemctl {

enum class Output { Human, Json, Csv };

/// Where an INVITE to explain comes from: a file, or a trunk or carrier and two numbers.
struct ExplainOptions {
  std::string file;  ///< "-": standard input
  std::string trunk;
  std::string carrier;
  std::string from;
  std::string to;
  std::string source;
  std::string transport = "udp";
  std::string listener;
  std::optional<std::string> user;
  std::uint64_t seed = 1;
  std::vector<std::string> why_not;
};

struct Options {
  std::string verb;      ///< stats, calls, log…, "config show", "numbers list"…
  std::string argument;  ///< level, path, code, name or pattern; may be empty
  std::string second;    ///< the newer path of diff
  std::string socket;    ///< empty: by config, else kDefaultSocket
  std::string config;    ///< empty: kDefaultConfig where a configuration is needed
  std::string trunk;     ///< --trunk of config show, numbers
  std::string zone;      ///< --zone of dns export
  bool firewall = false;
  Output output = Output::Human;
  ExplainOptions explain;
};

inline constexpr const char* kDefaultSocket = "/run/tandem/admin.sock";
inline constexpr const char* kDefaultConfig = "/etc/tandem";

/// The program ends here: --help and --version with status 0 and text for standard output, a wrong command
/// line with 2 and text for standard error.
struct Farewell {
  int status = 0;
  std::string text;
};

Expected<Options, Farewell> parse_options(int argc, const char* const* argv);

}  // namespace tandem::tandemctl
