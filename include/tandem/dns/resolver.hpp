// dns: where to send a request whose target is a name. NAPTR, then SRV, then A and AAAA (RFC 3263 §4), every
// record in the order to try it (RFC 2782), from a cache that keeps the records' own time to live (RFC 2308
// for what does not exist). It knows nothing of calls: a question comes with a token, and the answer goes out
// with it.
//
// All on the thread that started it, which is that of the FdWatcher. Nothing waits: an answer that is not in
// the cache comes later through take_answers(). No member calls back into the caller.
//
// Once a turn of the loop:   resolver.on_time(now);  for (auto& [token, answer] : resolver.take_answers())
// ... and the loop sleeps no longer than until next_deadline().
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tandem/base/address.hpp"
#include "tandem/base/expected.hpp"
#include "tandem/base/fd_watcher.hpp"
#include "tandem/base/random.hpp"
#include "tandem/base/time.hpp"

namespace tandem::dns {

/// Which addresses the caller has a listener for, and which it would rather use. One family costs one query
/// less.
enum class Families : std::uint8_t { V4, V6, V4ThenV6, V6ThenV4 };

struct Question {
  std::string host;                    ///< a name or a numeric address; IPv6 with or without brackets
  std::optional<std::uint16_t> port;   ///< as the URI says; with a port there is no SRV (RFC 3263 §4.2)
  std::optional<Transport> transport;  ///< as the URI says, Tls for sips; none: NAPTR decides, UDP by default
  Families families = Families::V4;
};

struct TargetAddress {
  SocketAddress address;
  Transport transport = Transport::Udp;
  friend bool operator==(const TargetAddress&, const TargetAddress&) = default;
};

struct Answer {
  std::vector<TargetAddress> addresses;  ///< to try in this order, none twice, at most max_addresses
  std::string failure;                   ///< why there is none: "sip1.example.com: no such name"
};

struct ResolverStats {
  std::uint64_t questions = 0;
  std::uint64_t answered_at_once = 0;  ///< numeric, from the cache or the hosts file
  std::uint64_t failed = 0;            ///< answers without an address
  std::uint64_t queries = 0;           ///< sent to a name server, its retransmissions not counted
  std::uint64_t unanswered = 0;        ///< queries that no server answered
  std::uint64_t server_failures =
      0;                      ///< queries that were refused, failed, or answered with what cannot be read
  std::uint64_t evicted = 0;  ///< record sets that left a full cache before their time
  std::size_t cached = 0;     ///< record sets
  std::size_t waiting = 0;    ///< questions
};

class Resolver {
 public:
  virtual ~Resolver() = default;
  /// The answer, if it is known; otherwise it comes with this token through take_answers(), within
  /// ResolverOptions::patience. A second question with the token of a waiting one takes its place.
  virtual std::optional<Answer> ask(const Question&, std::uint64_t token, Instant now) = 0;
  /// The token's answer is not wanted any more. Unknown tokens are ignored.
  virtual void cancel(std::uint64_t token) = 0;
  /// Deals with what the wire brought and with what is due.
  virtual void on_time(Instant now) = 0;
  /// Those found since the last call.
  virtual std::vector<std::pair<std::uint64_t, Answer>> take_answers() = 0;
  /// When on_time() must be called next at the latest; none: only the wire can bring news.
  virtual std::optional<Instant> next_deadline() const = 0;
  virtual ResolverStats stats() const = 0;
};

enum class Naptr : std::uint8_t { Ask, Skip };

struct ResolverOptions {
  std::vector<SocketAddress>
      servers;  ///< tried in this order; empty: those of /etc/resolv.conf, read at start
  std::string hosts_file = "/etc/hosts";                              ///< read at start; empty: none
  std::vector<Transport> transports{Transport::Udp, Transport::Tcp};  ///< what we speak, what we prefer first
  Naptr naptr = Naptr::Ask;
  std::chrono::milliseconds try_timeout{
      700};       ///< of the first try at each server; the next waits twice as long
  int tries = 2;  ///< at each server
  std::chrono::milliseconds patience{3000};  ///< the longest time to an answer
  std::chrono::milliseconds grace{500};      ///< once an address is known, the other records have this long
  std::chrono::seconds min_ttl{1};           ///< a shorter time to live counts as this
  std::chrono::seconds max_ttl{3600};        ///< a longer one as this
  std::chrono::seconds negative_ttl{60};     ///< the longest for "no such name" and "no such record"
  std::chrono::seconds failure_ttl{5};       ///< how long a server's failure or silence is believed
  std::size_t max_cached = 1000;             ///< record sets; the least recently used goes first
  std::size_t max_waiting = 500;             ///< questions; above it the answer is a failure at once
  std::size_t max_addresses = 16;            ///< in an answer; also the most host names looked up for one
};

/// The error names the option or the file that cannot be used. The watcher must outlive the resolver.
Expected<std::unique_ptr<Resolver>, std::string> start_resolver(const ResolverOptions&, FdWatcher&, Random);

}  // namespace tandem::dns
