// Longest match over IP prefixes: entries sorted by length and network, one binary search for each length in
// use. A configuration uses few lengths, so 10,000 prefixes cost some twenty comparisons each.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <tuple>
#include <vector>

#include "tandem/base/address.hpp"

namespace tandem::trunk {

/// An address cut to `bits`, comparable.
struct CidrKey {
  bool is_v6 = false;
  int bits = 0;
  std::array<std::uint8_t, 16> octets{};
  /// Longest prefix first.
  friend bool operator<(const CidrKey& a, const CidrKey& b) {
    return std::tie(a.is_v6, b.bits, a.octets) < std::tie(b.is_v6, a.bits, b.octets);
  }
  friend bool operator==(const CidrKey&, const CidrKey&) = default;
};

inline CidrKey cut(const IpAddress& address, int bits) {
  CidrKey key{address.is_v6(), bits, address.octets()};
  for (std::size_t i = 0; i < key.octets.size(); ++i) {
    const int kept = std::clamp(bits - static_cast<int>(i) * 8, 0, 8);
    key.octets[i] = static_cast<std::uint8_t>(key.octets[i] & (0xff00 >> kept));
  }
  return key;
}

template <class Value>
class CidrIndex {
 public:
  struct Entry {
    CidrKey key;
    Value value;
  };

  void add(const Cidr& cidr, Value value) { add(cut(cidr.network, cidr.prefix_bits), value); }
  void add(const CidrKey& key, Value value) { entries_.push_back({key, value}); }

  /// Must follow the last add(). Entries of one prefix keep the order in which they were added.
  void seal() {
    std::stable_sort(entries_.begin(), entries_.end(),
                     [](const Entry& a, const Entry& b) { return a.key < b.key; });
    for (const Entry& entry : entries_) {
      std::vector<int>& lengths = entry.key.is_v6 ? v6_lengths_ : v4_lengths_;
      if (lengths.empty() || lengths.back() != entry.key.bits) lengths.push_back(entry.key.bits);
    }
  }

  /// Calls visit(entry) for each entry whose prefix holds the address, longest first, until it returns true.
  /// Returns whether one did.
  template <class Visit>
  bool visit_matches(const IpAddress& address, Visit&& visit) const {
    if (address.is_unset()) return false;
    for (int bits : address.is_v6() ? v6_lengths_ : v4_lengths_) {
      const CidrKey key = cut(address, bits);
      auto at =
          std::lower_bound(entries_.begin(), entries_.end(), key,
                           [](const Entry& entry, const CidrKey& wanted) { return entry.key < wanted; });
      for (; at != entries_.end() && at->key == key; ++at) {
        if (visit(*at)) return true;
      }
    }
    return false;
  }

  bool contains(const IpAddress& address) const {
    return visit_matches(address, [](const Entry&) { return true; });
  }

 private:
  std::vector<Entry> entries_;
  std::vector<int> v4_lengths_, v6_lengths_;  // longest first
};

}  // namespace tandem::trunk
