// A value as it would stand in a file: the tree that `config show` prints.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::config {

struct WrittenMember;

struct Written {
  enum class Kind : std::uint8_t { Scalar, List, Map };

  Kind kind = Kind::Scalar;
  std::string text;            ///< of a scalar: as it stands in the file, quotes and all
  std::vector<Written> items;  ///< of a list
  std::vector<WrittenMember> members;  ///< of a map, in order

  static Written list();
  static Written map();
  void add(std::string_view name, Written value);  ///< to a map
};

struct WrittenMember {
  std::string name;
  Written value;
};

inline Written Written::list() { return {Kind::List, {}, {}, {}}; }
inline Written Written::map() { return {Kind::Map, {}, {}, {}}; }
inline void Written::add(std::string_view name, Written value) {
  members.push_back({std::string(name), std::move(value)});
}

/// A scalar that is text, flag or number already: no quotes.
Written plain(std::string text);
/// A scalar in double quotes.
Written quoted(std::string_view text);
/// A scalar in quotes where YAML would take it for something else without them.
Written word(std::string_view text);

/// A scalar or a list of scalars, in one line.
std::string print_yaml_line(const Written&);

/// The lines of a map; lists of scalars in one line, everything else a key a line.
std::string print_yaml(const Written& map);

}  // namespace tandem::config
