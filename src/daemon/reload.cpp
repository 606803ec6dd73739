#include "daemon/reload.hpp"

namespace tandem::daemon {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

Expected<Reload, ReloadRefusal> prepare_reload(const config::Config& running, const tandemctl::Checked& found) {
  std::vector<std::string> findings;
  for (const config::Finding& finding : found.findings) {
    if (found.ok() || finding.severity == config::Severity::Error) findings.push_back(config::print(finding));
  }
  if (!found.ok()) {
    const std::size_t errors = findings.size();
    return unexpected(ReloadRefusal{"config_errors",
                                    std::to_string(errors) + (errors == 1 ? " error" : " errors") +
                                        " in the new configuration; the old one stays in use",
                                    std::move(findings)});
  }
  config::Difference difference = config::diff(running, *found.config);
  if (!difference.needs_restart.empty()) {
    return unexpected(ReloadRefusal{"needs_restart",
                                    "needs a restart: " + joined(difference.needs_restart) + "; nothing was changed",
                                    {}});
  }
  return Reload{found.config, std::move(difference.lines), std::move(findings)};
}

}  // namespace tandem::daemon
