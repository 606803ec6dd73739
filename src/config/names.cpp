#include "names.hpp"

#include "suggest.hpp"
#include "tandem/base/text.hpp"

namespace tandem::config {
namespace {

// Suggesting looks at every name of the kind; past this many the operator has another problem.
constexpr int kMaxSuggestions = 20;

}  // namespace

std::string_view to_string(NameKind kind) {
  switch (kind) {
    case NameKind::Trunk:
      return "trunk";
    case NameKind::TrunkId:
      return "trunk id";
    case NameKind::Carrier:
      return "carrier";
    case NameKind::AccessGroup:
      return "access group";
    case NameKind::Listener:
      return "listener";
    case NameKind::Account:
      return "account";
    case NameKind::Number:
      return "number";
    case NameKind::Domain:
      return "domain";
    case NameKind::Fqdn:
      return "host name";
    case NameKind::Edge:
      return "edge";
    case NameKind::Node:
      return "node";
    case NameKind::Route:
      return "route";
    case NameKind::LimitGroup:
      return "limit group";
  }
  return "name";
}

void Names::define(NameKind kind, std::string_view name, const Mark& mark, Findings& findings) {
  auto& names = defined_[static_cast<std::size_t>(kind)];
  const auto [first, is_new] = names.try_emplace(to_lower(name), Defined{std::string(name), mark});
  if (is_new) return;
  const auto& at = first->second.mark;
  findings.error(
      mark, std::string(to_string(kind)) + " '" + std::string(name) + "' is defined twice",
      "it is already at " + at.file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column));
}

void Names::refer(NameKind kind, std::string_view name, const Mark& mark, Binding binding) {
  references_.push_back({kind, std::string(name), mark, binding});
}

const Mark* Names::find(NameKind kind, std::string_view name) const {
  const auto& names = defined_[static_cast<std::size_t>(kind)];
  const auto found = names.find(to_lower(name));
  return found == names.end() ? nullptr : &found->second.mark;
}

std::string Names::suggest(NameKind kind, const std::string& name) const {
  if (const auto same = defined_[static_cast<std::size_t>(kind)].find(to_lower(name));
      same != defined_[static_cast<std::size_t>(kind)].end()) {
    return did_you_mean(same->second.written);
  }
  for (const auto& [key, defined] : defined_[static_cast<std::size_t>(kind)]) {
    if (is_close(to_lower(name), key)) return did_you_mean(defined.written);
  }
  return {};
}

void Names::check_references(Findings& findings) const {
  int suggestions = 0;
  for (const auto& reference : references_) {
    const auto& names = defined_[static_cast<std::size_t>(reference.kind)];
    const auto found = names.find(to_lower(reference.name));
    if (found != names.end() && found->second.written == reference.name)
      continue;  // to the letter: every room compares so
    std::string cure;
    if (suggestions++ < kMaxSuggestions) cure = suggest(reference.kind, reference.name);
    if (cure.empty() && reference.binding == Binding::Loose) cure = "it is left out";
    findings.add({reference.binding == Binding::Firm ? Severity::Error : Severity::Warning,
                  reference.mark,
                  "no " + std::string(to_string(reference.kind)) + " is named '" + reference.name + "'",
                  cure,
                  {}});
  }
}

}  // namespace tandem::config
