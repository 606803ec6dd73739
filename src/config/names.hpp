// Names that objects define and refer to, over all files.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "findings.hpp"

namespace tandem::config {

enum class NameKind : std::uint8_t {
  Trunk,
  TrunkId,
  Carrier,
  AccessGroup,
  Listener,
  Account,
  Number,
  Domain,
  Fqdn,
  Edge,
  Node,
  Route,
  LimitGroup
};
inline constexpr std::size_t kNameKinds = 13;
std::string_view to_string(NameKind);  ///< "access group"

/// Loose: what does not exist is warned about and left out.
enum class Binding : std::uint8_t { Firm, Loose };

class Names {
 public:
  /// Names compare without case. A second definition is an error that names the first.
  void define(NameKind kind, std::string_view name, const Mark& mark, Findings& findings);
  void refer(NameKind kind, std::string_view name, const Mark& mark, Binding binding = Binding::Firm);
  /// Errors, and warnings about loose ones, for what is referred to and nowhere defined.
  void check_references(Findings& findings) const;
  const Mark* find(NameKind kind, std::string_view name) const;

 private:
  struct Defined {
    std::string written;
    Mark mark;
  };
  struct Reference {
    NameKind kind;
    std::string name;
    Mark mark;
    Binding binding;
  };
  std::string suggest(NameKind kind, const std::string& name) const;

  std::array<std::unordered_map<std::string, Defined>, kNameKinds> defined_;
  std::vector<Reference> references_;
};

}  // namespace tandem::config
