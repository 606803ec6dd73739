#include "daemon/options.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

namespace tandem::daemon {

Expected<Options, Farewell> parse_options(int argc, const char* const* argv) {
  Options options;
  bool check = false;
  bool foreground = false;
  CLI::App app{"Tandem, a SIP trunking switch. Runs in the foreground; signals: SIGTERM and SIGINT drain and stop, SIGHUP reloads, "
               "SIGUSR1 reopens log and call records.",
               "tandemd"};
  app.set_version_flag("--version", "tandemd " TANDEM_VERSION);
  app.add_option("--config", options.config, "configuration: a file, or a folder of them")->capture_default_str();
  app.add_flag("--check", check, "check the configuration, print every finding, and end: 0 good, 1 not");
  app.add_flag("--foreground", foreground, "accepted for scripts that say so: there is no other way");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream complaint;
    const int status = app.exit(error, out, complaint);
    return unexpected(status == 0 ? Farewell{0, out.str()} : Farewell{2, complaint.str()});
  }
  if (check) options.task = Task::Check;
  return options;
}

}  // namespace tandem::daemon
