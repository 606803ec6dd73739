// load_text() over one file: no fault, no hang, every finding has a place and words, and a snapshot exists
// exactly where there is no error.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "tandem/base/check.hpp"
#include "tandem/config/load.hpp"
#include "tandem/config/show.hpp"

using namespace tandem::config;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(octets), size);
  const auto loaded = load_text("fuzz.yaml", text);
  const auto is_error = [](const Finding& finding) { return finding.severity == Severity::Error; };
  const bool has_error = std::any_of(loaded.findings.begin(), loaded.findings.end(), is_error);
  TANDEM_CHECK(loaded.ok() != has_error, "a snapshot exactly where there is no error");
  const auto lines =
      static_cast<int>(std::count(text.begin(), text.end(), '\n')) + (text.ends_with('\n') ? 0 : 1);
  int last_line = 0;
  for (const auto& finding : loaded.findings) {
    TANDEM_CHECK(!finding.message.empty() && !print(finding).empty(), "a finding has words");
    if (finding.mark.file.empty()) continue;  // "and so many more"
    TANDEM_CHECK(finding.mark.line >= last_line && finding.mark.line <= std::max(lines, 1),
                 "findings are in order, inside the file");
    TANDEM_CHECK(finding.mark.line == 0 || finding.mark.column >= 1, "a line has a column");
    last_line = finding.mark.line;
  }
  if (loaded.ok()) {
    const auto same = diff(*loaded.config, *loaded.config);
    TANDEM_CHECK(same.lines.empty() && same.needs_restart.empty(), "nothing differs from itself");
    TANDEM_CHECK(!show(*loaded.config).empty(), "every configuration can be written");
  }
  return 0;
}
