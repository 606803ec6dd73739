#include "trunk/names.hpp"

namespace tandem::trunk {
namespace {

constexpr std::string_view kTrunk = "{trunk}";
constexpr std::string_view kEdge = "{edge}";

std::string fill(std::string text, std::string_view placeholder, std::string_view value) {
  for (std::size_t at = text.find(placeholder); at != std::string::npos;
       at = text.find(placeholder, at + value.size())) {
    text.replace(at, placeholder.size(), value);
  }
  return text;
}

/// A name whose trunk is settled, with every edge and its older labels filled in; as it is where it has no
/// place for one.
void visit_edges(const config::Config& config, const std::string& text, const TakeName& take) {
  static const std::string kNoEdge;
  if (text.empty()) return;
  if (text.find(kEdge) == std::string::npos) {
    take(to_lower(text), kNoEdge);
    return;
  }
  for (const config::Edge& edge : config.edges) {
    take(to_lower(fill(text, kEdge, edge.name)), edge.name);
    for (const std::string& alias : edge.aliases) take(to_lower(fill(text, kEdge, alias)), edge.name);
  }
}

bool is_shared(const std::string& text) { return text.find(kTrunk) == std::string::npos; }

/// What follows "{trunk}."; empty where nothing does.
std::string base_of(const std::string& text) {
  const std::size_t at = text.find(kTrunk);
  if (at == std::string::npos || at + kTrunk.size() + 1 >= text.size()) return {};
  return text.substr(at + kTrunk.size() + 1);
}

bool is_by_user(const config::Trunk& trunk) {
  for (const config::IdentifyBy key : trunk.identify) {
    if (key == config::IdentifyBy::DigestUser) return true;
  }
  return false;
}

}  // namespace

void visit_shared_names(const config::Config& config, const TakeName& take) {
  for (const config::DomainPattern& pattern : config.domains) {
    for (const std::string* text : {&pattern.plain, &pattern.localized}) {
      if (is_shared(*text)) visit_edges(config, *text, take);
    }
  }
}

void visit_names(const config::Config& config, const config::Trunk& trunk, const TakeName& take) {
  static const std::string kNoEdge;
  if (!trunk.termination) return;
  for (const std::string& domain : trunk.termination->domains) take(to_lower(domain), kNoEdge);
  for (const std::string& label : trunk.termination->labels) {
    for (const config::DomainPattern& pattern : config.domains) {
      for (const std::string* text : {&pattern.plain, &pattern.localized}) {
        if (!is_shared(*text)) visit_edges(config, fill(*text, kTrunk, label), take);
      }
    }
  }
  if (is_by_user(trunk)) visit_shared_names(config, take);
}

void visit_bases(const config::Config& config, const TakeName& take) {
  for (const config::DomainPattern& pattern : config.domains) {
    for (const std::string* text : {&pattern.plain, &pattern.localized}) {
      visit_edges(config, base_of(*text), take);
    }
  }
}

std::vector<TrunkName> names_of(const config::Config& config, const config::Trunk& trunk) {
  std::vector<TrunkName> names;
  visit_names(config, trunk, [&](std::string host, const std::string& edge) {
    names.push_back({std::move(host), edge});
  });
  return names;
}

bool is_own_domain(const Directory& directory, std::string_view host) {
  const std::string name = comparable_host(host);
  if (name.empty()) return false;
  if (iequals(name, directory.host()) || directory.find_name(name) != nullptr) return true;
  // A name under a base is ours though no trunk has it: whoever writes it speaks of our service.
  for (std::string_view rest = name;;) {
    if (directory.is_base(rest)) return true;
    const std::size_t dot = rest.find('.');
    if (dot == std::string_view::npos) return false;
    rest.remove_prefix(dot + 1);
  }
}

}  // namespace tandem::trunk
