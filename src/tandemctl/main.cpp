// tandemctl: the operator's command. Exit status: 0 done, 1 refused or failed, 2 wrong command line.
#include <cstdio>

#include "tandem/tandemctl/check.hpp"
#include "tandemctl/ask.hpp"
#include "tandemctl/offline.hpp"
#include "tandemctl/options.hpp"
#include "tandemctl/tell.hpp"

namespace tandem::tandemctl {
namespace {

/// A reload reads every file before it answers.
constexpr std::chrono::milliseconds kPatience{15000};

int say(const Told& told) {
  std::fputs(told.text.c_str(), told.status == 0 ? stdout : stderr);
  return told.status;
}

int run_offline(const Options& options) {
  const Said said = say_offline(options, wall_now());
  std::fputs(said.text.c_str(), stdout);
  std::fputs(said.complaint.c_str(), stderr);
  return said.status;
}

Expected<std::string, Told> find_socket(const Options& options) {
  if (!options.socket.empty()) return options.socket;
  if (options.config.empty()) return std::string(kDefaultSocket);
  const Checked checked = check(options.config);
  if (!checked.ok()) return unexpected(Told{1, print(checked, options.config)});
  return checked.config->admin.socket;
}

int run_verb(const Options& options) {
  const auto socket = find_socket(options);
  if (!socket) return say(socket.error());
  const auto answer = ask(*socket, options.verb, options.argument, kPatience);
  if (!answer) return say({1, "tandemctl: " + answer.error() + "\n"});
  if (options.output == Output::Human) return say(tell_answer(options.verb, *answer));
  std::printf("%s\n", answer->c_str());
  return status_of(*answer);
}

}  // namespace
}  // namespace tandem::tandemctl

int main(int argc, char** argv) {
  using namespace tandem::tandemctl;
  const auto options = parse_options(argc, argv);
  if (!options) {
    std::fputs(options.error().text.c_str(), options.error().status == 0 ? stdout : stderr);
    return options.error().status;
  }
  return is_offline(options->verb) ? run_offline(*options) : run_verb(*options);
}
