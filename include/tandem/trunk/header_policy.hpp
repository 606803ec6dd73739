// What becomes of each header of an INVITE on its way over the bridge: one table, which the plan of a call reads and
// docs/headers.md prints. RFC 3261 §20, RFC 7092 §3 (what a B2BUA does to headers).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tandem::trunk {

enum class Crossing : std::uint8_t {
  Ours,     ///< hop by hop: each leg has one of our own
  Judged,   ///< read, judged by the trunk's rules, written anew for the far side
  Crosses,  ///< as it came, unless the caller hides
  Listed,   ///< crosses where the trunk lists it (R-096)
  Dropped,  ///< ends here
};
std::string_view to_string(Crossing);  ///< "crosses"

struct HeaderRule {
  std::string_view name;  ///< as it is written; "X-…" stands for all private headers, "…" for every other name
  Crossing crossing = Crossing::Dropped;
  std::string_view why;
};

/// In the order of the page; each name once.
std::span<const HeaderRule> header_policy();
/// Compact forms count as the names that they stand for.
const HeaderRule& rule_for(std::string_view header);
/// Whether that rule is Crosses; cheap, for each header of each INVITE.
bool crosses(std::string_view header);
std::string headers_page();  ///< docs/headers.md

}  // namespace tandem::trunk
