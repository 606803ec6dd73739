#include "dns/inquiries.hpp"

#include <algorithm>
#include <memory>

#include "tandem/base/text.hpp"

namespace tandem::dns {

Inquiries::Inquiries(const ResolverOptions& options, Hosts hosts, Random random)
    : options_(options),
      rules_{options.transports, options.naptr, options.max_addresses},
      hosts_(std::move(hosts)),
      random_(random),
      cache_(options.max_cached) {}

std::optional<Answer> Inquiries::ask(const Question& question, std::uint64_t token, Instant now) {
  cancel(token);
  ++stats_.questions;
  const auto host = normalise_host(question.host);
  Inquiry inquiry{question, token, random_.next(), now + options_.patience, false, {}};
  if (host) inquiry.question.host = *host;
  // What the hosts file names is a host and not a domain: it has an address and no services.
  if (host && hosts_.contains(*host) && !question.port)
    inquiry.question.port = default_port(question.transport.value_or(Transport::Udp));
  std::optional<Answer> answer;
  if (!host) {
    answer = answer_of({{}, {}, printable(question.host) + ": not a host name"});
  } else if (waiting_.size() >= options_.max_waiting) {
    answer = answer_of({{}, {}, *host + ": too many names are being looked up"});
  } else {
    answer = advance(inquiry, now);
  }
  if (answer) {
    ++stats_.answered_at_once;
  } else {
    waiting_.emplace(token, std::move(inquiry));
  }
  return answer;
}

std::optional<Answer> Inquiries::advance(Inquiry& inquiry, Instant now) {
  Located located = locate(
      inquiry.question, [&](const RecordKey& key) { return find(inquiry, key, now); }, inquiry.seed, rules_);
  if (located.missing.empty()) return answer_of(std::move(located));
  for (const RecordKey& key : located.missing) wait_for(key, inquiry, now);
  if (!located.addresses.empty() && !std::exchange(inquiry.has_address, true))
    inquiry.deadline = std::min<Instant>(inquiry.deadline, now + options_.grace);
  return std::nullopt;
}

Records Inquiries::find(Inquiry& inquiry, const RecordKey& key, Instant now) {
  if (const auto known = inquiry.known.find(key); known != inquiry.known.end()) return known->second;
  Records records;
  const bool is_address = key.type == RecordType::A || key.type == RecordType::Aaaa;
  if (const auto host = hosts_.find(key.name); is_address && host != hosts_.end()) {
    RecordSet set;
    std::copy_if(host->second.begin(), host->second.end(), std::back_inserter(set.addresses),
                 [&](const IpAddress& ip) { return ip.is_v4() == (key.type == RecordType::A); });
    set.outcome = set.addresses.empty() ? Outcome::NoRecord : Outcome::Found;
    records = std::make_shared<const RecordSet>(std::move(set));
  } else {
    records = cache_.find(key, now);
  }
  if (records) inquiry.known.emplace(key, records);
  return records;
}

void Inquiries::wait_for(const RecordKey& key, const Inquiry& inquiry, Instant now) {
  const auto [query, is_new] = asked_.try_emplace(key, Query{now, {}});
  query->second.tokens.insert(inquiry.token);
  if (!is_new) return;
  queries_.push_back(key);
  ++stats_.queries;
}

void Inquiries::on_records(const RecordKey& key, RecordSet set, Instant now) {
  const auto query = asked_.find(key);
  if (query == asked_.end()) return;
  const Query ended = std::move(query->second);
  asked_.erase(query);
  count(set.outcome);
  const Records records = std::make_shared<const RecordSet>(std::move(set));
  cache_.put(key, records, ended.asked + life_of(*records));
  for (const std::uint64_t token : ended.tokens) {
    const auto inquiry = waiting_.find(token);
    if (inquiry == waiting_.end()) continue;
    inquiry->second.known.emplace(key, records);
    if (auto answer = advance(inquiry->second, now)) {
      answers_.emplace_back(token, std::move(*answer));
      waiting_.erase(inquiry);
    }
  }
}

Duration Inquiries::life_of(const RecordSet& set) const {
  switch (set.outcome) {
    case Outcome::Found:
    case Outcome::Alias:
      return std::clamp(set.ttl.value_or(options_.min_ttl), options_.min_ttl, options_.max_ttl);
    case Outcome::NoRecord:
    case Outcome::NoName:
      // RFC 2308 §5: without an SOA it should not be cached; a moment, so that a storm of calls is one query.
      return std::clamp(set.ttl.value_or(options_.failure_ttl), options_.min_ttl, options_.negative_ttl);
    case Outcome::NoAnswer:
    case Outcome::ServerFailed:
    case Outcome::Unreadable:
      return options_.failure_ttl;  // RFC 2308 §7: at most five minutes
  }
  return options_.failure_ttl;
}

void Inquiries::count(Outcome outcome) {
  if (outcome == Outcome::NoAnswer) ++stats_.unanswered;
  if (outcome == Outcome::ServerFailed || outcome == Outcome::Unreadable) ++stats_.server_failures;
}

Answer Inquiries::answer_of(Located located) {
  if (located.addresses.empty()) ++stats_.failed;
  return {std::move(located.addresses), std::move(located.failure)};
}

void Inquiries::on_time(Instant now) {
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    if (at->second.deadline > now) {
      ++at;
      continue;
    }
    answers_.emplace_back(at->first, finish_without_the_rest(at->second, now));
    at = waiting_.erase(at);
  }
}

Answer Inquiries::finish_without_the_rest(Inquiry& inquiry, Instant now) {
  const Records silence = make_records(Outcome::NoAnswer);
  while (true) {
    Located located = locate(
        inquiry.question, [&](const RecordKey& key) { return find(inquiry, key, now); }, inquiry.seed,
        rules_);
    if (located.missing.empty()) return answer_of(std::move(located));
    for (const RecordKey& key : located.missing) inquiry.known.emplace(key, silence);
  }
}

std::optional<Instant> Inquiries::next_deadline() const {
  std::optional<Instant> next;
  for (const auto& [token, inquiry] : waiting_)
    next = std::min(next.value_or(inquiry.deadline), inquiry.deadline);
  return next;
}

ResolverStats Inquiries::stats() const {
  ResolverStats stats = stats_;
  stats.evicted = cache_.evicted();
  stats.cached = cache_.size();
  stats.waiting = waiting_.size();
  return stats;
}

}  // namespace tandem::dns
