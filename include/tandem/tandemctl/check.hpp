// tandemctl: what the operator's command shares with the daemon: checking a configuration without running it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "tandem/config/load.hpp"

namespace tandem::tandemctl {

/// The findings of grammar and of meaning together.
struct Checked {
  std::shared_ptr<const config::Config> config;  ///< null when there is an error
  std::vector<config::Finding> findings;
  bool ok() const { return config != nullptr; }
  std::size_t count(config::Severity) const;
};

/// Reads a file or a folder, and looks at what it means where its grammar is right. `tandemd`, `tandemd --check`, a reload and
/// `tandemctl check` all run this.
Checked check(const std::string& path);

/// Every finding with its line and caret, and one last line: what was found, or how much the configuration holds.
std::string print(const Checked&, const std::string& path);

}  // namespace tandem::tandemctl
