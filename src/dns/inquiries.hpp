// The resolver without a wire: questions in, queries out; record sets in, answers out. Time is an argument.
//
//   ask() ──> locate() with what is known ── all known ──────────────────────> the answer
//                  └─ something missing ─> queries, one for all who wait for the same key
//   on_records() ──> cache, and locate() again for each question that waited ─> answers, or further queries
//   on_time() ─────> a question whose patience or grace is over is answered with what is known
#pragma once

#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dns/cache.hpp"
#include "dns/hosts.hpp"
#include "dns/locate.hpp"
#include "tandem/dns/resolver.hpp"

namespace tandem::dns {

class Inquiries {
 public:
  Inquiries(const ResolverOptions&, Hosts, Random);

  std::optional<Answer> ask(const Question&, std::uint64_t token, Instant now);
  void cancel(std::uint64_t token) { waiting_.erase(token); }
  /// What a query brought. A set that nobody asked for is left out.
  void on_records(const RecordKey&, RecordSet, Instant now);
  void on_time(Instant now);
  std::optional<Instant> next_deadline() const;

  std::vector<RecordKey> take_queries() { return std::exchange(queries_, {}); }
  std::vector<std::pair<std::uint64_t, Answer>> take_answers() { return std::exchange(answers_, {}); }
  bool has_answers() const { return !answers_.empty(); }
  ResolverStats stats() const;

 private:
  struct Inquiry {
    Question question;
    std::uint64_t token = 0;
    std::uint64_t seed = 0;
    Instant deadline;
    bool has_address = false;  ///< so that `deadline` is that of the grace
    std::unordered_map<RecordKey, Records>
        known;  ///< stays known to it, whatever the cache forgets: none is asked twice
  };
  struct Query {
    Instant asked;  ///< its records' time to live is counted from here: it can only end too early
    std::set<std::uint64_t> tokens;  ///< who waits for it; some may be gone
  };

  /// Takes the inquiry as far as it goes now: to the answer, or to queries.
  std::optional<Answer> advance(Inquiry&, Instant now);
  Answer finish_without_the_rest(Inquiry&, Instant now);
  Records find(Inquiry&, const RecordKey&, Instant now);
  void wait_for(const RecordKey&, const Inquiry&, Instant now);
  Answer answer_of(Located);
  Duration life_of(const RecordSet&) const;
  void count(Outcome);

  ResolverOptions options_;
  LocateRules rules_;
  Hosts hosts_;
  Random random_;
  Cache cache_;
  std::unordered_map<std::uint64_t, Inquiry> waiting_;
  std::unordered_map<RecordKey, Query> asked_;
  std::vector<RecordKey> queries_;
  std::vector<std::pair<std::uint64_t, Answer>> answers_;
  ResolverStats stats_;
};

}  // namespace tandem::dns
