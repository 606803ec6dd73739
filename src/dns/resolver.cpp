#include "tandem/dns/resolver.hpp"

#include <algorithm>

#include "dns/channel.hpp"
#include "dns/inquiries.hpp"
#include "tandem/base/thread_role.hpp"

namespace tandem::dns {

namespace {

class WiredResolver final : public Resolver {
 public:
  WiredResolver(const ResolverOptions& options, Hosts hosts, Random random, std::unique_ptr<Channel> channel)
      : inquiries_(options, std::move(hosts), random), channel_(std::move(channel)) {
    role_.take();
  }

  std::optional<Answer> ask(const Question& question, std::uint64_t token, Instant now) override {
    role_.assert_held();
    now_ = now;
    auto answer = inquiries_.ask(question, token, now);
    send_queries();
    return answer;
  }

  void cancel(std::uint64_t token) override {
    role_.assert_held();
    inquiries_.cancel(token);
  }

  void on_time(Instant now) override {
    role_.assert_held();
    now_ = now;
    channel_->on_time();
    while (channel_->has_results()) {  // a query may fail inside the library's own call
      for (auto& [key, records] : channel_->take_results())
        inquiries_.on_records(key, std::move(records), now);
      send_queries();
    }
    inquiries_.on_time(now);
  }

  std::vector<std::pair<std::uint64_t, Answer>> take_answers() override {
    role_.assert_held();
    return inquiries_.take_answers();
  }

  std::optional<Instant> next_deadline() const override {
    if (channel_->has_results() || inquiries_.has_answers()) return now_;
    auto next = inquiries_.next_deadline();
    if (const auto timeout = channel_->next_timeout())
      next = std::min<Instant>(next.value_or(Instant::max()), now_ + *timeout);
    return next;
  }

  ResolverStats stats() const override { return inquiries_.stats(); }

 private:
  void send_queries() {
    for (const RecordKey& key : inquiries_.take_queries()) channel_->query(key);
  }

  ThreadRole role_;
  Instant now_{};
  Inquiries inquiries_;
  std::unique_ptr<Channel> channel_;
};

/// The option that cannot be, or empty.
std::string fault_of(const ResolverOptions& options) {
  const auto zero = std::chrono::milliseconds::zero();
  if (options.try_timeout <= zero || options.patience <= zero)
    return "dns: a timeout must be longer than nothing";
  if (options.grace < zero) return "dns: grace is less than nothing";
  if (options.tries < 1) return "dns: at least one try is needed";
  if (options.min_ttl < zero || options.failure_ttl < zero) return "dns: a time to live is less than nothing";
  if (options.min_ttl > options.max_ttl || options.min_ttl > options.negative_ttl)
    return "dns: min_ttl is longer than max_ttl or negative_ttl";
  if (options.max_addresses == 0) return "dns: max_addresses is 0, so that no answer could hold an address";
  if (options.transports.empty()) return "dns: no transport to look for";
  for (const SocketAddress& server : options.servers) {
    if (server.ip.is_unset() || server.port == 0)
      return "dns: server " + server.print() + " needs an address and a port";
  }
  return {};
}

}  // namespace

Expected<std::unique_ptr<Resolver>, std::string> start_resolver(const ResolverOptions& options,
                                                                FdWatcher& watcher, Random random) {
  if (std::string fault = fault_of(options); !fault.empty()) return unexpected(std::move(fault));
  auto hosts = options.hosts_file.empty() ? Hosts{} : read_hosts(options.hosts_file);
  if (!hosts) return unexpected(std::move(hosts.error()));
  auto channel = Channel::open(options, watcher);
  if (!channel) return unexpected(std::move(channel.error()));
  return std::make_unique<WiredResolver>(options, std::move(*hosts), random, std::move(*channel));
}

}  // namespace tandem::dns
