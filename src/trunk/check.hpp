// Findings that need meaning. Each looks at the whole configuration once, so that 10,000 trunks are checked
// in a moment.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "trunk/directory.hpp"

namespace tandem::trunk {

class Findings {
 public:
  void error(const config::Mark& mark, std::string message, std::string cure) {
    add(config::Severity::Error, mark, std::move(message), std::move(cure));
  }
  void warning(const config::Mark& mark, std::string message, std::string cure) {
    add(config::Severity::Warning, mark, std::move(message), std::move(cure));
  }
  void advice(const config::Mark& mark, std::string message, std::string cure) {
    add(config::Severity::Advice, mark, std::move(message), std::move(cure));
  }
  std::vector<config::Finding> take();  ///< ordered by file, line, column

 private:
  void add(config::Severity, const config::Mark&, std::string message, std::string cure);
  std::vector<config::Finding> findings_;
};

using GroupsByName = std::unordered_map<std::string_view, const config::AccessGroup*>;
GroupsByName groups_by_name(const config::Config&);
/// The groups that a trunk names and that exist.
std::vector<const config::AccessGroup*> groups_of(const config::Trunk&, const GroupsByName&);

bool has_enabled(const std::vector<config::Target>&);

/// Prefixes that some carrier takes calls for.
class ServedPrefixes {
 public:
  explicit ServedPrefixes(const config::Config&);
  bool holds(std::string_view digits) const { return prefixes_.find(digits) != prefixes_.end(); }
  bool reach(std::string_view e164) const;

 private:
  std::unordered_set<std::string_view> prefixes_;  // of the configuration, which must outlive this
};

void check_relay(const config::Config&, const GroupsByName&, Findings&);     ///< R-009, R-047
void check_digest(const config::Config&, const GroupsByName&, Findings&);    ///< R-050
void check_identity(const config::Config&, const GroupsByName&, Findings&);  ///< R-040
void check_callers(const config::Config&, const GroupsByName&,
                   Findings&);                           ///< R-025, R-055, R-066 to R-069, R-080
void check_routes(const config::Config&, Findings&);     ///< R-010, R-013, R-112, R-116
void check_carriers(const config::Config&, Findings&);   ///< R-083
void check_edges(const config::Config&, Findings&);      ///< R-098
void check_bandwidth(const config::Config&, Findings&);  ///< R-082

}  // namespace tandem::trunk
