#include "dns/cache.hpp"

#include <iterator>

namespace tandem::dns {

Records Cache::find(const RecordKey& key, Instant now) {
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  if (found->second->expires <= now) {
    erase(found->second);
    return nullptr;
  }
  rows_.splice(rows_.begin(), rows_, found->second);
  return found->second->records;
}

void Cache::put(const RecordKey& key, Records records, Instant expires) {
  if (limit_ == 0) return;
  if (const auto found = index_.find(key); found != index_.end()) erase(found->second);
  if (rows_.size() >= limit_) {
    erase(std::prev(rows_.end()));
    ++evicted_;
  }
  rows_.push_front({key, std::move(records), expires});
  index_.emplace(key, rows_.begin());
}

void Cache::erase(std::list<Row>::iterator row) {
  index_.erase(row->key);
  rows_.erase(row);
}

}  // namespace tandem::dns
