#include "dns/channel.hpp"

#include <ares.h>
#include <sys/epoll.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>

#include "dns/message.hpp"

namespace tandem::dns {

namespace {

constexpr int kClassIn = 1;
constexpr int kEventsATurn = 16;

constexpr std::size_t kDatagrams = 0;
constexpr std::size_t kStreams = 1;

/// What a query carries through the library.
struct Asked {
  const Channel::Lane& lane;
  RecordKey key;
};

bool is_cut(std::span<const unsigned char> response) {
  return response.size() > 2 && (response[2] & 0x02) != 0;
}

Outcome outcome_of(int status) {
  switch (status) {
    case ARES_ETIMEOUT:
      return Outcome::NoAnswer;
    case ARES_EBADNAME:
    case ARES_ENOTFOUND:
      return Outcome::NoName;  // the library itself refuses .onion (RFC 7686)
    default:
      return Outcome::ServerFailed;
  }
}

extern "C" {

void tandem_dns_on_answer(void* context, int status, int, unsigned char* octets, int size) noexcept {
  const std::unique_ptr<Asked> asked(static_cast<Asked*>(context));
  if (status != ARES_EDESTRUCTION)
    asked->lane.channel->on_result(asked->lane, std::move(asked->key), status, octets, size);
}

void tandem_dns_on_socket_state(void* context, int fd, int readable, int writable) noexcept {
  const auto& lane = *static_cast<const Channel::Lane*>(context);
  lane.channel->on_socket_state(lane, fd, readable != 0, writable != 0);
}

}  // extern "C"

}  // namespace

Expected<std::unique_ptr<Channel>, std::string> Channel::open(const ResolverOptions& options,
                                                              FdWatcher& watcher) {
  std::unique_ptr<Channel> channel(new Channel(watcher));
  std::string error = channel->set_up(options);
  if (!error.empty()) return unexpected(std::move(error));
  return channel;
}

std::string Channel::set_up(const ResolverOptions& options) {
  epoll_ = UniqueFd::adopt(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_) return std::string("epoll_create1: ") + std::strerror(errno);
  std::string error = open_lane(lanes_[kDatagrams], options, ARES_FLAG_IGNTC);
  if (error.empty()) error = open_lane(lanes_[kStreams], options, ARES_FLAG_USEVC);
  if (!error.empty()) return error;
  watcher_.watch_readable(epoll_.borrow(), [this] { serve(); });
  is_watched_ = true;
  return {};
}

std::string Channel::open_lane(Lane& lane, const ResolverOptions& options, int flags) {
  lane.channel = this;
  char lookups[] = "b";  // the DNS alone; the hosts file is read elsewhere
  ares_options ares{};
  ares.flags = flags;
  ares.timeout = static_cast<int>(options.try_timeout.count());
  ares.tries = options.tries;
  ares.lookups = lookups;
  ares.sock_state_cb = tandem_dns_on_socket_state;
  ares.sock_state_cb_data = &lane;
  const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_DOMAINS |
                   ARES_OPT_LOOKUPS | ARES_OPT_NOROTATE | ARES_OPT_SOCK_STATE_CB;
  if (const int status = ares_init_options(&lane.ares, &ares, mask); status != ARES_SUCCESS)
    return std::string("the DNS library cannot start: ") + ares_strerror(status);
  return set_servers(lane, options.servers);
}

std::string Channel::set_servers(const Lane& lane, const std::vector<SocketAddress>& servers) {
  if (servers.empty()) return {};
  std::vector<ares_addr_port_node> nodes(servers.size());
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const auto& octets = servers[i].ip.octets();
    nodes[i].next = i + 1 < nodes.size() ? &nodes[i + 1] : nullptr;
    nodes[i].family = servers[i].ip.is_v4() ? AF_INET : AF_INET6;
    std::memcpy(&nodes[i].addr, octets.data(), servers[i].ip.is_v4() ? sizeof(in_addr) : octets.size());
    nodes[i].udp_port = nodes[i].tcp_port = servers[i].port;
  }
  const int status = ares_set_servers_ports(lane.ares, nodes.data());
  return status == ARES_SUCCESS ? std::string() : std::string("the DNS servers: ") + ares_strerror(status);
}

Channel::~Channel() {
  if (is_watched_) watcher_.forget(epoll_.borrow());
  for (const Lane& lane : lanes_)
    if (lane.ares) ares_destroy(lane.ares);  // ends each query by its callback, and closes its sockets
}

void Channel::query(const RecordKey& key) { query(lanes_[kDatagrams], key); }

void Channel::query(const Lane& lane, const RecordKey& key) {
  auto asked = std::make_unique<Asked>(Asked{lane, key});
  ares_query(lane.ares, key.name.c_str(), kClassIn, static_cast<int>(key.type), tandem_dns_on_answer,
             asked.release());
}

void Channel::on_result(const Lane& lane, RecordKey key, int status, const unsigned char* octets, int size) {
  RecordSet set;
  if (octets && size > 0) {  // NXDOMAIN too has a status of its own, and octets
    const std::span response(octets, static_cast<std::size_t>(size));
    if (&lane == &lanes_[kDatagrams] && is_cut(response)) return query(lanes_[kStreams], key);  // RFC 7766 §5
    set = read_answer(response, key);
  } else {
    set.outcome = outcome_of(status);
  }
  results_.emplace_back(std::move(key), std::move(set));
}

void Channel::on_socket_state(const Lane& lane, int fd, bool readable, bool writable) {
  epoll_event event{};
  event.events = (readable ? EPOLLIN : 0U) | (writable ? EPOLLOUT : 0U);
  event.data.u64 = std::uint64_t{&lane == &lanes_[kStreams]} << 32 | static_cast<std::uint32_t>(fd);
  if (!readable && !writable) {
    (void)::epoll_ctl(epoll_.borrow(), EPOLL_CTL_DEL, fd, nullptr);
  } else if (::epoll_ctl(epoll_.borrow(), EPOLL_CTL_MOD, fd, &event) != 0) {
    (void)::epoll_ctl(epoll_.borrow(), EPOLL_CTL_ADD, fd,
                      &event);  // where the kernel refuses, the query runs out
  }
}

void Channel::serve() {
  epoll_event ready[kEventsATurn];
  const int count = ::epoll_wait(epoll_.borrow(), ready, kEventsATurn, 0);
  for (int i = 0; i < count; ++i) {
    const bool failed = (ready[i].events & (EPOLLERR | EPOLLHUP)) != 0;
    const int fd = static_cast<int>(ready[i].data.u64 & 0xffffffffU);
    ares_process_fd(lanes_.at(ready[i].data.u64 >> 32).ares,
                    failed || (ready[i].events & EPOLLIN) ? fd : ARES_SOCKET_BAD,
                    ready[i].events & EPOLLOUT ? fd : ARES_SOCKET_BAD);
  }
}

void Channel::on_time() {
  for (const Lane& lane : lanes_) ares_process_fd(lane.ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

std::optional<Duration> Channel::next_timeout() const {
  std::optional<Duration> next;
  for (const Lane& lane : lanes_) {
    timeval left{};
    if (!ares_timeout(lane.ares, nullptr, &left)) continue;
    // The library cuts off what is less than a millisecond: without one more the loop would spin through it.
    const Duration in = std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec + 1000);
    next = std::min(next.value_or(in), in);
  }
  return next;
}

}  // namespace tandem::dns
