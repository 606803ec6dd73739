// Record sets until their time to live is over, or until a full cache needs their place.
#pragma once

#include <cstdint>
#include <list>
#include <unordered_map>

#include "dns/records.hpp"
#include "tandem/base/time.hpp"

namespace tandem::dns {

class Cache {
 public:
  explicit Cache(std::size_t limit) : limit_(limit) {}

  /// The key's set, or null when there is none that is still alive.
  Records find(const RecordKey&, Instant now);
  /// Takes the place of an older set. A full cache loses the set that was not used for the longest time.
  void put(const RecordKey&, Records, Instant expires);
  std::size_t size() const { return rows_.size(); }
  std::uint64_t evicted() const { return evicted_; }

 private:
  struct Row {
    RecordKey key;
    Records records;
    Instant expires;
  };
  void erase(std::list<Row>::iterator);

  std::size_t limit_;
  std::list<Row> rows_;  ///< the last used first
  std::unordered_map<RecordKey, std::list<Row>::iterator> index_;
  std::uint64_t evicted_ = 0;
};

}  // namespace tandem::dns
