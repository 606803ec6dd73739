// The host names of trunks over all of them: no two have one, and a name below another belongs to the same
// account.
#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "cross_check.hpp"
#include "tandem/base/text.hpp"

namespace tandem::config {
namespace {

constexpr std::string_view kTrunk = "{trunk}";
constexpr std::string_view kEdge = "{edge}";

bool has_placeholder(const DomainPattern& pattern, std::string_view placeholder) {
  return pattern.plain.find(placeholder) != std::string::npos ||
         pattern.localized.find(placeholder) != std::string::npos;
}

std::string filled(std::string pattern, std::string_view placeholder, std::string_view with) {
  if (const auto at = pattern.find(placeholder); at != std::string::npos)
    pattern.replace(at, placeholder.size(), with);
  return pattern;
}

class NameCheck {
 public:
  NameCheck(const Config& config, Reading& reading) : config_(config), reading_(reading) {
    for (const auto& edge : config.edges) {
      edge_labels_.push_back(edge.name);
      edge_labels_.insert(edge_labels_.end(), edge.aliases.begin(), edge.aliases.end());
    }
  }

  void run() {
    for (const auto& trunk : config_.trunks) {
      if (!trunk.termination) continue;
      for (const auto& domain : trunk.termination->domains) claim(domain, domain, trunk);
      for (const auto& label : trunk.termination->labels) {
        check_label(label, trunk);
        claim_names_of(label, trunk);
      }
    }
    for (const auto& [name, owner] : owners_) check_nesting(name, owner);
    check_foreign_names();
  }

 private:
  struct Owner {
    std::string_view written;  ///< the domain or label in the file
    const Trunk* trunk;
  };

  Mark mark_of(const Owner& owner) const {
    const auto* mark = reading_.names.find(NameKind::Domain, owner.written);
    return mark != nullptr ? *mark : owner.trunk->mark;
  }

  void check_label(const std::string& label, const Trunk& trunk) {
    const Owner owner{label, &trunk};
    bool becomes_a_name = false;
    for (const auto& pattern : config_.domains) {
      if (!has_placeholder(pattern, kTrunk)) continue;
      becomes_a_name = true;
      const bool is_alnum = label.find_first_of(".-") == std::string::npos;
      if (pattern.naming != Naming::StrictAlnum || is_alnum) continue;
      reading_.findings.error(mark_of(owner),
                              "label '" + label +
                                  "' has other characters than 0-9 and a-z, which its pattern "
                                  "of domains demands",
                              "the pattern at " + print(pattern.mark) + " says 'naming: strict_alnum'");
    }
    if (becomes_a_name) return;
    reading_.findings.error(mark_of(owner),
                            "label '" + label + "' becomes no host name: no pattern of 'domains' has {trunk}",
                            "add 'domains: [{plain: \"{trunk}.sip.example\"}]', or write the whole name");
  }

  void claim_names_of(const std::string& label, const Trunk& trunk) {
    for (const auto& pattern : config_.domains) {
      if (!has_placeholder(pattern, kTrunk)) continue;
      if (!pattern.plain.empty()) claim(filled(pattern.plain, kTrunk, label), label, trunk);
      if (pattern.localized.empty()) continue;
      const auto localized = filled(pattern.localized, kTrunk, label);
      for (const auto& edge : edge_labels_) claim(filled(localized, kEdge, edge), label, trunk);
    }
  }

  void claim(std::string name, std::string_view written, const Trunk& trunk) {
    const Owner owner{written, &trunk};
    const auto [first, is_new] = owners_.try_emplace(std::move(name), owner);
    // The same word twice is reported where the second one is read.
    if (is_new || first->second.written == written) return;
    reading_.findings.error(mark_of(owner),
                            "'" + first->first + "' is a name of trunk '" + trunk.name + "' and of trunk '" +
                                first->second.trunk->name + "'",
                            "the other is at " + print(mark_of(first->second)));
  }

  void check_nesting(const std::string& name, const Owner& owner) {
    if (IpAddress::parse(name)) return;
    for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
      const auto above = owners_.find(name.substr(dot + 1));
      if (above == owners_.end() || above->second.trunk->account == owner.trunk->account) continue;
      reading_.findings.error(mark_of(owner),
                              "domain '" + std::string(owner.written) + "' is below '" +
                                  std::string(above->second.written) + "', the domain of trunk '" +
                                  above->second.trunk->name + "' of another account",
                              "give both trunks the same 'account'");
    }
  }

  /// A host name of a customer's must not be one of ours.
  void check_foreign_names() {
    for (const auto& trunk : config_.trunks) {
      if (!trunk.termination) continue;
      for (const auto& fqdn : trunk.termination->fqdns) {
        const auto found = owners_.find(fqdn);
        if (found == owners_.end() || found->second.trunk == &trunk) continue;
        const auto* mark = reading_.names.find(NameKind::Fqdn, fqdn);
        reading_.findings.error(mark != nullptr ? *mark : trunk.mark,
                                "'" + fqdn + "' is a name of trunk '" + found->second.trunk->name + "'",
                                "the other is at " + print(mark_of(found->second)));
      }
    }
  }

  const Config& config_;
  Reading& reading_;
  std::vector<std::string> edge_labels_;
  std::unordered_map<std::string, Owner> owners_;
};

}  // namespace

void check_names(const Config& config, Reading& reading) { NameCheck(config, reading).run(); }

}  // namespace tandem::config
