// Reading, checking and explaining configuration files.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tandem/base/expected.hpp"
#include "tandem/config/config.hpp"

namespace tandem::config {

enum class Severity : std::uint8_t { Error, Warning, Advice };

struct Finding {
  Severity severity = Severity::Error;
  Mark mark;
  std::string message;    ///< "unknown key 'tagets'"
  std::string cure;       ///< "did you mean 'targets'?"; may be empty
  std::string excerpt{};  ///< the line, secrets masked; load() and add_excerpts() fill it
};

/// "file:line:column: error: message", the line, a caret under the column, and the cure.
std::string print(const Finding&);

/// Sorts findings of other rooms among load()'s by file, line and column, and reads the lines that they point
/// at.
void add_excerpts(std::vector<Finding>&);

struct Loaded {
  std::shared_ptr<const Config> config;  ///< null when there is an error
  std::vector<Finding> findings;         ///< ordered by file, line, column
  bool ok() const { return config != nullptr; }
};

/// Reads `path`: a file, or a folder whose tandem.yaml, trunks/*.yaml, carriers/*.yaml and other *.yaml are
/// joined. Each file is a partial document with the same top-level keys; lists are joined. No exception
/// leaves.
Loaded load(const std::string& path);

/// As load(), over texts in memory; `name` stands for the file. Relative secret files are beside `name`. A
/// text whose name ends in .csv is read where `number_files` names it.
struct Text {
  std::string name;
  std::string text;
};
Loaded load_text(const std::string& name, const std::string& text);
Loaded load_texts(const std::vector<Text>& texts);

/// What a reload changes, one line each: "trunk acme: changed", "listener udp4: removed (needs a restart)".
struct Difference {
  std::vector<std::string> lines;
  std::vector<std::string> needs_restart;  ///< names of keys that cannot change in a running daemon
};
Difference diff(const Config& before, const Config& after);

/// docs/configuration.md and the JSON Schema (draft 7), both from the one declarative table that drives
/// load().
std::string reference_page();
std::string json_schema();

}  // namespace tandem::config
