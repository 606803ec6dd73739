// One YAML file as a tree of marked nodes. The only place that knows yaml-cpp: its event parser, because
// YAML::Node hides duplicate keys, aliases and quotes from whoever reads it. What is refused here: duplicate
// keys, tags, keys that are not text, unclosed quotes, a second document, nesting and alias expansion past
// their limits.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "findings.hpp"
#include "source.hpp"

namespace tandem::config {

inline constexpr std::size_t kMaxFileOctets = 16U << 20U;
inline constexpr std::uint32_t kMaxDepth = 64;
inline constexpr std::uint64_t kMaxNodes = 2'000'000;         ///< in one file
inline constexpr std::uint64_t kMaxAliasedNodes = 1'000'000;  ///< that aliases stand for, in one file

struct Node {
  enum class Kind : std::uint8_t { Null, Plain, Quoted, List, Map };

  Kind kind = Kind::Null;
  Position at;
  Position octets;                    ///< `at` with its column counted in octets
  std::string text;                   ///< scalars
  std::vector<const Node*> children;  ///< items of a list; key, value, key, value… of a map
  std::uint32_t depth = 1;            ///< aliases followed
  std::uint64_t size = 1;             ///< nodes in it, aliases followed, saturating at kMaxAliasedNodes

  bool is_scalar() const { return kind == Kind::Plain || kind == Kind::Quoted; }
};

/// "a list", "a map", "text"…: for messages.
std::string_view describe(const Node&);

struct Document {
  std::string file;
  Source source;
  std::deque<Node> nodes;
  const Node* root = nullptr;  ///< null: nothing in it
  bool is_valid = false;       ///< false: there is a finding, and root says nothing

  Document(std::string name, std::string text) : file(std::move(name)), source(std::move(text)) {}
  Document(Document&&) = default;
  Document& operator=(Document&&) = default;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  /// The parser says "the line after the last" of what is missing at the end: that is the end of the last
  /// line.
  Mark mark(Position at) const {
    if (at.line <= source.lines()) return {file, at.line, at.column};
    const auto last = source.lines();
    return {file, last, source.character_column(last, static_cast<int>(source.line(last).size()) + 1)};
  }
};

/// The text as a tree. Its nodes point at each other, so the document may be moved, not copied.
Document parse_yaml(const std::string& file, std::string text, Findings&);

}  // namespace tandem::config
