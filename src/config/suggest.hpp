// "did you mean": for keys, names and choices alike.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "tandem/base/text.hpp"

namespace tandem::config {

/// At most two letters apart; in short words, where any other is near, fewer.
inline bool is_close(std::string_view a, std::string_view b) {
  const auto longer = std::max(a.size(), b.size());
  const auto shorter = std::min(a.size(), b.size());
  if (longer > 64 || longer - shorter > 2) return false;
  const auto distance = edit_distance(a, b);
  return distance == 0 || (distance == 1 && longer >= 3) || (distance == 2 && longer >= 4);
}

inline std::string did_you_mean(std::string_view word) { return "did you mean '" + std::string(word) + "'?"; }

}  // namespace tandem::config
