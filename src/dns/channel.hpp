// c-ares behind one class: it keeps the servers, ids and retransmissions. Its sockets are gathered in an
// epoll descriptor of our own, which is readable whenever one of them wants something: the loop watches that
// one, and needs to know nothing of writing.
//
// What is believed of c-ares 1.18.1, and shown in tests/contract: a callback may come from inside
// ares_query(), so results are queued; a socket's state is told before it is closed; ares_query() takes names
// as they are (no search domain, no alias, no hosts file). Trouble on one stream ends every query that its
// channel has at that server, so datagrams and streams are two channels, and an answer that did not fit is
// asked for again on the second. EDNS stays off: one SERVFAIL would turn it off for good. It writes to
// streams without MSG_NOSIGNAL: the process ignores SIGPIPE.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dns/records.hpp"
#include "tandem/base/expected.hpp"
#include "tandem/base/fd_watcher.hpp"
#include "tandem/base/time.hpp"
#include "tandem/base/unique_fd.hpp"
#include "tandem/dns/resolver.hpp"

struct ares_channeldata;

namespace tandem::dns {

class Channel {
 public:
  using Result = std::pair<RecordKey, RecordSet>;

  static Expected<std::unique_ptr<Channel>, std::string> open(const ResolverOptions&, FdWatcher&);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Each query has one result, at the latest when every server had its tries.
  void query(const RecordKey&);
  /// Tries that are due.
  void on_time();
  std::vector<Result> take_results() { return std::exchange(results_, {}); }
  bool has_results() const { return !results_.empty(); }
  /// From now until the next try; none while nothing is asked.
  std::optional<Duration> next_timeout() const;

  /// One channel of the library, and what its callbacks carry.
  struct Lane {
    Channel* channel = nullptr;
    ares_channeldata* ares = nullptr;
  };
  // For the trampolines, inside a callback of the library.
  void on_result(const Lane&, RecordKey key, int status, const unsigned char* octets, int size);
  void on_socket_state(const Lane&, int fd, bool readable, bool writable);

 private:
  explicit Channel(FdWatcher& watcher) : watcher_(watcher) {}
  std::string set_up(const ResolverOptions&);
  std::string open_lane(Lane&, const ResolverOptions&, int flags);
  static std::string set_servers(const Lane&, const std::vector<SocketAddress>&);
  static void query(const Lane&, const RecordKey&);
  void serve();

  FdWatcher& watcher_;
  UniqueFd epoll_;
  std::array<Lane, 2> lanes_;  ///< datagrams, streams
  bool is_watched_ = false;
  std::vector<Result> results_;
};

}  // namespace tandem::dns
