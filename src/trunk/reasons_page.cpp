// docs/reasons.md from the one table.
#include "tandem/trunk/reason.hpp"

namespace tandem::trunk {

std::string reasons_page() {
  std::string page =
      "# Reasons\n"
      "\n"
      "Each refusal, failure and end of a call has one of these codes. It is the same word in the log, in "
      "the call record,\n"
      "in the metrics and, towards a peer that was identified, on the wire:\n"
      "`Reason: " +
      reason_header(Reason::NumberInvalid) +
      "` (RFC 3326, RFC 6432).\n"
      "\n"
      "The status is that of our own refusal; a dash means that the code never refuses a request by itself. "
      "A pass-on of\n"
      "the other side's status keeps that status. The cause is that of ITU-T Q.850.\n"
      "\n"
      "This page is generated from the table in src/trunk/reason.cpp; a test compares the two.\n"
      "\n"
      "| code | status | cause | meaning | what to look at |\n"
      "|---|---|---|---|---|\n";
  for (const ReasonInfo& row : all_reasons()) {
    if (row.reason == Reason::None) continue;
    page += "| `";
    page += row.code;
    page += "` | ";
    page += row.status == 0 ? std::string("–") : std::to_string(row.status);
    page += " | " + std::to_string(row.q850) + " | ";
    page += row.meaning;
    page += " | ";
    page += row.cure;
    page += " |\n";
  }
  return page;
}

}  // namespace tandem::trunk
