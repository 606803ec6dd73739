// What a reload would do: all of it, or the reason why nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tandem/base/expected.hpp"
#include "tandem/config/config.hpp"
#include "tandem/tandemctl/check.hpp"

namespace tandem::daemon {

struct Reload {
  std::shared_ptr<const config::Config> config;
  std::vector<std::string> changes;   ///< a line each
  std::vector<std::string> warnings;  ///< findings that are no errors
};

struct ReloadRefusal {
  std::string code;                ///< "config_errors" or "needs_restart"
  std::string text;                ///< one sentence
  std::vector<std::string> lines;  ///< the findings
};

/// Pure: nothing is changed here.
Expected<Reload, ReloadRefusal> prepare_reload(const config::Config& running, const tandemctl::Checked& found);

}  // namespace tandem::daemon
