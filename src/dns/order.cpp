#include "dns/order.hpp"

#include <algorithm>
#include <iterator>

namespace tandem::dns {

namespace {

/// RFC 2782: the records in a row, those of weight 0 first; a number from 0 to the sum of the weights, both
/// included; the first record at which the running sum reaches it. So a weight of 0 has a very small chance,
/// and no record has none.
std::vector<SrvRecord>::iterator draw(std::vector<SrvRecord>& rest, Random& random) {
  std::uint64_t sum = 0;
  for (const SrvRecord& record : rest) sum += record.weight;
  const std::uint64_t drawn = random.below(sum + 1);
  std::uint64_t running = 0;
  return std::find_if(rest.begin(), std::prev(rest.end()), [&](const SrvRecord& record) {
    running += record.weight;
    return running >= drawn;
  });
}

}  // namespace

std::vector<SrvRecord> draw_order(std::vector<SrvRecord> records, Random& random) {
  shuffle(records, random);  // records of equal weight, 0 above all, have equal chances
  std::stable_partition(records.begin(), records.end(),
                        [](const SrvRecord& record) { return record.weight == 0; });
  std::stable_sort(records.begin(), records.end(),
                   [](const SrvRecord& a, const SrvRecord& b) { return a.priority < b.priority; });
  std::vector<SrvRecord> ordered;
  ordered.reserve(records.size());
  for (auto first = records.begin(); first != records.end();) {
    const auto last = std::find_if(
        first, records.end(), [&](const SrvRecord& record) { return record.priority != first->priority; });
    std::vector<SrvRecord> rest(std::make_move_iterator(first), std::make_move_iterator(last));
    while (!rest.empty()) {
      const auto drawn = draw(rest, random);
      ordered.push_back(std::move(*drawn));
      rest.erase(drawn);
    }
    first = last;
  }
  return ordered;
}

}  // namespace tandem::dns
