// In which order records of equal right are tried: drawn anew for each question.
#pragma once

#include <utility>
#include <vector>

#include "dns/records.hpp"
#include "tandem/base/random.hpp"

namespace tandem::dns {

template <class T>
void shuffle(std::vector<T>& items, Random& random) {
  for (std::size_t left = items.size(); left > 1; --left)
    std::swap(items[left - 1], items[random.below(left)]);
}

/// By priority, and inside a priority by a draw in which each record's chance is its weight (RFC 2782).
std::vector<SrvRecord> draw_order(std::vector<SrvRecord>, Random&);

}  // namespace tandem::dns
