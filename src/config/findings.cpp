#include "findings.hpp"

#include <algorithm>
#include <tuple>

namespace tandem::config {
namespace {

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Advice:
      return "advice";
  }
  return "error";
}

bool comes_before(const Finding& a, const Finding& b) {
  return std::tie(a.mark.file, a.mark.line, a.mark.column, a.severity, a.message) <
         std::tie(b.mark.file, b.mark.line, b.mark.column, b.severity, b.message);
}

}  // namespace

void sort(std::vector<Finding>& findings) { std::stable_sort(findings.begin(), findings.end(), comes_before); }

void Findings::add(Finding finding) {
  const auto kind = static_cast<std::size_t>(finding.severity);
  if (finding.severity == Severity::Error) errors_ = true;
  auto key = finding.mark.file + ':' + std::to_string(finding.mark.line) + ':' + std::to_string(finding.mark.column) + ' ' +
             finding.message;
  if (kept_[kind] >= kMaxFindings) {
    ++dropped_[kind];
    return;
  }
  if (!seen_.insert(std::move(key)).second) return;
  ++kept_[kind];
  found_.push_back(std::move(finding));
}

std::vector<Finding> Findings::take() {
  sort(found_);
  for (const auto severity : {Severity::Error, Severity::Warning, Severity::Advice}) {
    const auto more = dropped_[static_cast<std::size_t>(severity)];
    if (more == 0) continue;
    found_.push_back({severity, {}, "and " + std::to_string(more) + " more of severity " + std::string(name_of(severity)), {}, {}});
  }
  return std::move(found_);
}

std::string print(const Finding& finding) {
  std::string out;
  const auto& mark = finding.mark;
  if (!mark.file.empty()) {
    out += mark.file + ':';
    if (mark.line > 0) out += std::to_string(mark.line) + ':' + std::to_string(mark.column) + ':';
    out += ' ';
  }
  out += std::string(name_of(finding.severity)) + ": " + finding.message;
  if (!finding.excerpt.empty() && mark.line > 0) {
    out += "\n  " + finding.excerpt + "\n  ";
    int column = 1;
    for (const char c : finding.excerpt) {  // tabs stay tabs, so that the caret stands under its character
      if (column >= mark.column) break;
      if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U) continue;
      out += c == '\t' ? '\t' : ' ';
      ++column;
    }
    for (; column < mark.column; ++column) out += ' ';
    out += '^';
  }
  if (!finding.cure.empty()) out += "\n  " + finding.cure;
  return out;
}

}  // namespace tandem::config
