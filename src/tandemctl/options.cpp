#include "tandemctl/options.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

namespace tandem::tandemctl {
namespace {

void add_verbs(CLI::App& app, Options& options) {
  const auto verb = [&](const std::string& name, const std::string& text) {
    CLI::App* added = app.add_subcommand(name, text);
    added->callback([&options, name] { options.verb = name; });
    return added->fallthrough();
  };
  verb("stats", "counters of the running daemon");
  verb("calls", "calls that are up now");
  verb("log", "show the log level, or set it until the next restart")
      ->add_option("LEVEL", options.argument, "debug, info, warn, error or off");
  verb("reload", "read the configuration anew: all of it or nothing");
  verb("drain", "take no new call, and stop when the last one has ended");
  verb("check", "check a configuration without running it")
      ->add_option("PATH", options.argument, std::string("a file or a folder; without it ") + kDefaultConfig);
  verb("why", "what a reason code of a log, a record or a Reason header means")
      ->add_option("CODE", options.argument, "for example auth_wrong_password")
      ->required();
}

}  // namespace

Expected<Options, Farewell> parse_options(int argc, const char* const* argv) {
  Options options;
  bool json = false;
  CLI::App app{"Tandem's operator command. Exit status: 0 done, 1 refused or failed, 2 wrong command line.", "tandemctl"};
  app.set_version_flag("--version", "tandemctl " TANDEM_VERSION);
  app.add_option("--socket", options.socket, std::string("admin socket of the daemon; without it ") + kDefaultSocket);
  app.add_option("--config", options.config, "take the socket's path from this configuration");
  app.add_flag("--json", json, "print the daemon's answer as it is");
  app.require_subcommand(1);
  add_verbs(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream complaint;
    const int status = app.exit(error, out, complaint);
    return unexpected(status == 0 ? Farewell{0, out.str()} : Farewell{2, complaint.str()});
  }
  if (json) options.output = Output::Json;
  return options;
}

}  // namespace tandem::tandemctl
