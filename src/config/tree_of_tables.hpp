// Every table under the root, each once, in the order in which a reader meets them.
#pragma once

#include <algorithm>
#include <vector>

#include "schema.hpp"

namespace tandem::config {

inline void add_tables(const Object& object, std::vector<const Object*>& out) {
  if (std::find(out.begin(), out.end(), &object) != out.end()) return;
  out.push_back(&object);
  for (const auto& key : object.keys) {
    if (key.form.object != nullptr) add_tables(*key.form.object, out);
  }
}

inline std::vector<const Object*> tables_in_order() {
  std::vector<const Object*> tables;
  add_tables(root_table(), tables);
  return tables;
}

}  // namespace tandem::config
