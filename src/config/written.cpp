#include "written.hpp"

#include <algorithm>
#include <array>

#include "tandem/base/text.hpp"

namespace tandem::config {
namespace {

constexpr std::size_t kIndent = 2;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Words that YAML 1.1 or 1.2 takes for a flag or for nothing.
bool is_reserved(std::string_view text) {
  constexpr std::array<std::string_view, 9> kWords{"null", "true", "false", "yes", "no",
                                                   "on",   "off",  "y",     "n"};
  return std::any_of(kWords.begin(), kWords.end(), [&](auto reserved) { return iequals(reserved, text); });
}

bool is_safe_without_quotes(std::string_view text) {
  if (text.empty() || is_reserved(text)) return false;
  const bool has_only_safe = std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '/' || c == '-';
  });
  if (!has_only_safe) return false;
  if (is_letter(text.front()) || text.front() == '/') return true;
  // Addresses and durations; other texts that begin with a digit are numbers to some reader of YAML.
  const bool is_address = std::count(text.begin(), text.end(), '.') >= 2;
  const bool is_duration =
      is_digit(text.front()) && std::string_view("smh").find(text.back()) != std::string_view::npos;
  return is_digit(text.front()) && (is_address || is_duration);
}

bool is_one_line(const Written& value) {
  if (value.kind == Written::Kind::Scalar) return true;
  if (value.kind == Written::Kind::Map) return value.members.empty();
  return std::all_of(value.items.begin(), value.items.end(),
                     [](const Written& item) { return item.kind == Written::Kind::Scalar; });
}

std::string in_one_line(const Written& value) {
  if (value.kind == Written::Kind::Scalar) return value.text;
  if (value.kind == Written::Kind::Map) return "{}";
  std::string out = "[";
  for (const auto& item : value.items) out += (out.size() > 1 ? ", " : "") + item.text;
  return out + "]";
}

void print_map(const Written& map, std::size_t indent, std::string first, std::string& out);

void print_items(const Written& list, std::size_t indent, std::string& out) {
  const std::string space(indent, ' ');
  for (const auto& item : list.items) {
    if (is_one_line(item)) {
      out += space + "- " + in_one_line(item) + "\n";
    } else if (item.kind == Written::Kind::Map) {
      print_map(item, indent + kIndent, space + "- ", out);
    } else {
      out += space + "-\n";
      print_items(item, indent + kIndent, out);
    }
  }
}

/// `first` stands before the first key in place of the indentation.
void print_map(const Written& map, std::size_t indent, std::string first, std::string& out) {
  for (const auto& [name, value] : map.members) {
    out += first + word(name).text + ":";
    first = std::string(indent, ' ');
    if (is_one_line(value)) {
      out += " " + in_one_line(value) + "\n";
    } else {
      out += "\n";
      if (value.kind == Written::Kind::Map) {
        print_map(value, indent + kIndent, std::string(indent + kIndent, ' '), out);
      } else {
        print_items(value, indent + kIndent, out);
      }
    }
  }
}

}  // namespace

Written plain(std::string text) { return {Written::Kind::Scalar, std::move(text), {}, {}}; }

Written quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return plain(out + '"');
}

Written word(std::string_view text) {
  return is_safe_without_quotes(text) ? plain(std::string(text)) : quoted(text);
}

std::string print_yaml_line(const Written& value) { return in_one_line(value); }

std::string print_yaml(const Written& map) {
  std::string out;
  print_map(map, 0, {}, out);
  return out;
}

}  // namespace tandem::config
