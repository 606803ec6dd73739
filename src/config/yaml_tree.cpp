#include "yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>

#include "tandem/base/text.hpp"

namespace tandem::config {
namespace {

/// Ends the reading of a file from inside yaml-cpp; never leaves parse_yaml().
struct Stop {
  Position at;
  std::string message;
  std::string cure;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(Document& document, Findings& findings) : document_(document), findings_(findings) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) {
      throw Stop{place(mark), "a second document in the file", "remove the '---' line, or put it into a file of its own"};
    }
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto& node = make(mark, Node::Kind::Null, anchor);
    if (!open_.empty() && open_.back().node->kind == Node::Kind::List) node.at = node.octets = dash_above(node.octets);
    attach(node);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Node* target = anchors_[anchor];
    for (const auto& level : open_) {
      if (level.node == target) throw Stop{place(mark), "this alias is inside its own anchor", {}};
    }
    aliased_ += target->size;
    if (aliased_ > kMaxAliasedNodes) {
      throw Stop{place(mark), "aliases stand for more than " + std::to_string(kMaxAliasedNodes) + " values", {}};
    }
    attach(*target);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    auto& node = make(mark, tag == "!" ? Node::Kind::Quoted : Node::Kind::Plain, anchor);
    node.text = value;
    refuse_tag(node, tag);
    if (node.kind == Node::Kind::Quoted) check_closing_quote(node);
    attach(node);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    start(mark, tag, anchor, Node::Kind::List);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    start(mark, tag, anchor, Node::Kind::Map);
  }
  void OnMapEnd() override { end(); }

 private:
  struct Level {
    Node* node;
    std::unordered_map<std::string_view, Position> keys;
  };

  Position place(const YAML::Mark& mark) const {
    return {mark.line + 1, document_.source.character_column(mark.line + 1, mark.column + 1)};
  }

  Node& make(const YAML::Mark& mark, Node::Kind kind, YAML::anchor_t anchor) {
    if (document_.nodes.size() >= kMaxNodes) {
      throw Stop{place(mark), "more than " + std::to_string(kMaxNodes) + " values in one file", "split the file"};
    }
    auto& node = document_.nodes.emplace_back();
    node.kind = kind;
    node.at = place(mark);
    node.octets = {mark.line + 1, mark.column + 1};
    if (anchor != YAML::NullAnchor) anchors_[anchor] = &node;
    return node;
  }

  void refuse_tag(const Node& node, const std::string& tag) {
    if (tag.empty() || tag == "!" || tag == "?") return;
    findings_.error(document_.mark(node.at), "tags such as '" + printable(tag, 60) + "' have no meaning here", "remove the tag");
  }

  /// yaml-cpp 0.7 takes a quote that is never closed as a text to the end of the file, without a word.
  void check_closing_quote(const Node& node) const {
    const auto& text = document_.source.text();
    const auto start = document_.source.offset(node.octets.line, node.octets.column);
    if (start >= text.size() || (text[start] != '"' && text[start] != '\'')) return;
    const char quote = text[start];
    for (std::size_t i = start + 1; i < text.size(); ++i) {
      if (quote == '"' && text[i] == '\\') {
        ++i;
      } else if (text[i] == quote) {
        const bool is_doubled = quote == '\'' && i + 1 < text.size() && text[i + 1] == quote;
        if (!is_doubled) return;
        ++i;
      }
    }
    throw Stop{node.at, "this quote is never closed", {}};
  }

  /// The parser marks an empty list item at the token after it; its dash stands above.
  Position dash_above(Position at) const {
    for (int line = std::min(at.line, document_.source.lines()); line >= 1; --line) {
      const auto text = document_.source.line(line);
      const auto start = text.find_first_not_of(" \t");
      if (start == std::string_view::npos || text[start] == '#') continue;
      const auto rest = trim(text.substr(start));
      if (rest == "-" || rest.starts_with("- #")) return {line, static_cast<int>(start) + 1};
      if (line < at.line) break;
    }
    return at;
  }

  void start(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    if (open_.size() >= kMaxDepth) {
      throw Stop{place(mark), "nested deeper than " + std::to_string(kMaxDepth) + " levels", {}};
    }
    auto& node = make(mark, kind, anchor);
    refuse_tag(node, tag);
    open_.push_back({&node, {}});
  }

  void end() {
    auto& node = *open_.back().node;
    open_.pop_back();
    attach(node);
  }

  void attach(const Node& node) {
    if (open_.empty()) {
      document_.root = &node;
      return;
    }
    auto& level = open_.back();
    auto& parent = *level.node;
    if (parent.kind == Node::Kind::Map && parent.children.size() % 2 == 0) add_key(level, node);
    parent.children.push_back(&node);
    parent.size = std::min(parent.size + node.size, kMaxAliasedNodes + 1);
    parent.depth = std::max(parent.depth, node.depth + 1);
    if (parent.depth > kMaxDepth) throw Stop{node.at, "nested deeper than " + std::to_string(kMaxDepth) + " levels", {}};
  }

  void add_key(Level& level, const Node& key) {
    if (!key.is_scalar()) {
      findings_.error(document_.mark(key.at), "a key must be text, this is " + std::string(describe(key)));
      return;
    }
    if (key.text == "<<") return;  // several merges in one map are the reader's to judge
    const auto [first, is_new] = level.keys.emplace(key.text, key.at);
    if (is_new) return;
    findings_.error(document_.mark(key.at), "key '" + printable(key.text, 60) + "' is given twice",
                    "it is already at line " + std::to_string(first->second.line) + ", column " +
                        std::to_string(first->second.column));
  }

  Document& document_;
  Findings& findings_;
  std::vector<Level> open_;
  std::unordered_map<YAML::anchor_t, const Node*> anchors_;
  std::uint64_t aliased_ = 0;
  int documents_ = 0;
};

std::string cure_for(const Document& document, int line) {
  const auto text = document.source.line(line);
  const auto indent = text.substr(0, std::min(text.find_first_not_of(" \t"), text.size()));
  if (indent.find('\t') != std::string_view::npos) return "indent with spaces: YAML allows no tabs there";
  return {};
}

}  // namespace

std::string_view describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::Null:
      return "nothing";
    case Node::Kind::Plain:
    case Node::Kind::Quoted:
      return "text";
    case Node::Kind::List:
      return "a list";
    case Node::Kind::Map:
      return "a map";
  }
  return "nothing";
}

Document parse_yaml(const std::string& file, std::string text, Findings& findings) {
  const bool is_too_large = text.size() > kMaxFileOctets;
  Document document(file, is_too_large ? std::string() : std::move(text));
  if (is_too_large) {
    findings.error({file, 0, 0}, "the file is larger than " + std::to_string(kMaxFileOctets >> 20U) + " MB", "split the file");
    return document;
  }
  if (const auto bad = find_bad_character(document.source.text()); bad.line != 0) {
    findings.error(document.mark(bad), "not text in UTF-8, or a control character", "save the file as UTF-8");
    return document;
  }
  try {
    std::istringstream stream(document.source.text());
    YAML::Parser parser(stream);
    TreeBuilder builder(document, findings);
    while (parser.HandleNextDocument(builder)) {
    }
    document.is_valid = true;
  } catch (const Stop& reason) {
    findings.error(document.mark(reason.at), reason.message, reason.cure);
  } catch (const YAML::Exception& error) {
    const int line = error.mark.line < 0 ? 1 : error.mark.line + 1;
    const int column = error.mark.column < 0 ? 1 : error.mark.column + 1;
    findings.error(document.mark({line, document.source.character_column(line, column)}), "not valid YAML: " + error.msg,
                   cure_for(document, line));
  } catch (const std::exception& error) {
    findings.error(document.mark({1, 1}), std::string("cannot be read: ") + error.what());
  }
  return document;
}

}  // namespace tandem::config
