#include "sip/connections.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>

namespace tandem::sip {

namespace {

/// Since the last octet in either direction; zero where the kernel does not say.
Duration quiet_time(int descriptor) {
  tcp_info info{};
  socklen_t length = sizeof info;
  if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return Duration::zero();
  return std::chrono::milliseconds(std::min(info.tcpi_last_data_recv, info.tcpi_last_data_sent));
}

}  // namespace

void Connections::opened(tport_t* connection, int descriptor, OpenedBy by, Instant now) {
  watched_.insert_or_assign(connection,
                            Watched{TransportRef::share(connection), descriptor, now, by == OpenedBy::Us});
}

void Connections::spoke(const tport_t* transport) {
  if (auto found = watched_.find(transport); found != watched_.end()) found->second.has_spoken = true;
}

void Connections::broke(const tport_t* transport) {
  if (auto found = watched_.find(transport); found != watched_.end()) found->second.is_broken = true;
}

bool Connections::is_due(const Watched& connection, Instant now, bool too_many) const {
  if (connection.is_broken) return true;
  // Those who came while the house was full go first: the ones that carry calls stay.
  if (!connection.has_spoken) return too_many || now - connection.opened >= limits_.silence;
  return now - connection.opened >= limits_.idle && quiet_time(connection.descriptor) >= limits_.idle;
}

void Connections::sweep(Instant now) {
  for (auto at = watched_.begin(); at != watched_.end();) {
    if (!tport_is_closed(at->second.transport.borrow()) && is_due(at->second, now, watched_.size() > limits_.at_most)) {
      tport_shutdown(at->second.transport.borrow(), 2);
      ++closed_;
    }
    at = tport_is_closed(at->second.transport.borrow()) ? watched_.erase(at) : std::next(at);
  }
}

}  // namespace tandem::sip
