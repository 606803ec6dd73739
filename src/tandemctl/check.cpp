#include "tandem/tandemctl/check.hpp"

#include <algorithm>

#include "tandem/trunk/decide.hpp"

namespace tandem::tandemctl {
namespace {

std::string counted(std::size_t count, std::string_view word) {
  return std::to_string(count) + " " + std::string(word) + (count == 1 ? "" : "s");
}

}  // namespace

std::size_t Checked::count(config::Severity severity) const {
  return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), [&](const config::Finding& finding) {
    return finding.severity == severity;
  }));
}

Checked check(const std::string& path) {
  config::Loaded loaded = config::load(path);
  Checked checked{std::move(loaded.config), std::move(loaded.findings)};
  if (!checked.ok()) return checked;
  for (config::Finding& finding : trunk::check(*checked.config)) checked.findings.push_back(std::move(finding));
  config::add_excerpts(checked.findings);
  if (checked.count(config::Severity::Error) > 0) checked.config.reset();
  return checked;
}

std::string print(const Checked& checked, const std::string& path) {
  std::string text;
  for (const config::Finding& finding : checked.findings) {
    text += config::print(finding);
    if (!text.ends_with('\n')) text += '\n';
  }
  const std::size_t errors = checked.count(config::Severity::Error);
  const std::size_t warnings = checked.count(config::Severity::Warning);
  text += path + ": ";
  if (checked.ok()) {
    const config::Config& config = *checked.config;
    text += "the configuration is good: " + counted(config.listeners.size(), "listener") + ", " +
            counted(config.trunks.size(), "trunk") + ", " + counted(config.carriers.size(), "carrier") + ", " +
            counted(config.numbers.size(), "number");
  } else {
    text += counted(errors, "error");
  }
  if (warnings > 0) text += ", " + counted(warnings, "warning");
  return text + "\n";
}

}  // namespace tandem::tandemctl
