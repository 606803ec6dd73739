// Source addresses that would tell two trunks apart, and do not.
#include <algorithm>
#include <optional>
#include <set>

#include "cross_check.hpp"
#include "tandem/base/text.hpp"

namespace tandem::config {
namespace {

struct Entry {
  Cidr cidr;
  std::size_t trunk;  ///< its place among the trunks
};

/// What the sweep has open: a prefix, and the nearest prefix around it that is another trunk's.
struct Enclosing {
  Entry entry;
  std::optional<Entry> other;
};

class SourceSweep {
 public:
  SourceSweep(const Config& config, Reading& reading) : trunks_(config.trunks), reading_(reading) {
    const auto groups = index_groups(config);
    for (std::size_t i = 0; i < trunks_.size(); ++i) {
      const auto& trunk = trunks_[i];
      if (!trunk.termination || !identifies_by(trunk, IdentifyBy::SourceIp)) continue;
      for (const auto& name : trunk.termination->access) {
        const auto found = groups.find(to_lower(name));
        if (found == groups.end()) continue;
        for (const auto& cidr : found->second->ips) entries_.push_back({cidr, i});
      }
    }
  }

  /// Prefixes in order, the wider first: each meets only those that contain it.
  void run() {
    std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return a.cidr != b.cidr ? a.cidr < b.cidr : a.trunk < b.trunk;
    });
    std::vector<Enclosing> open;
    for (const auto& entry : entries_) {
      while (!open.empty() && !open.back().entry.cidr.contains(entry.cidr.network)) open.pop_back();
      std::optional<Entry> other;
      if (!open.empty()) other = open.back().entry.trunk != entry.trunk ? open.back().entry : open.back().other;
      if (other) report(*other, entry);
      open.push_back({entry, other});
    }
  }

 private:
  void report(const Entry& around, const Entry& entry) {
    const auto [first, second] = std::minmax(around.trunk, entry.trunk);
    const bool is_same = around.cidr == entry.cidr;
    if (!reported_.insert({first, second, is_same}).second) return;
    const auto& earlier = trunks_[first];
    const auto& later = trunks_[second];
    const auto there = "the other is at " + print(identify_mark(reading_, earlier)) + "; identify one by domain, or part the addresses";
    if (is_same) {
      reading_.findings.error(identify_mark(reading_, later),
                              "calls from " + entry.cidr.print() + " could be trunk '" + later.name + "' or trunk '" + earlier.name + "'",
                              there);
    } else {
      reading_.findings.warn(identify_mark(reading_, later),
                             "trunk '" + trunks_[entry.trunk].name + "' takes the calls from " + entry.cidr.print() + " out of " +
                                 around.cidr.print() + " of trunk '" + trunks_[around.trunk].name + "'",
                             there);
    }
  }

  const std::vector<Trunk>& trunks_;
  Reading& reading_;
  std::vector<Entry> entries_;
  std::set<std::tuple<std::size_t, std::size_t, bool>> reported_;
};

}  // namespace

void check_overlaps(const Config& config, Reading& reading) { SourceSweep(config, reading).run(); }

}  // namespace tandem::config
