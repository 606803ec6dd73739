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
  return connection.dialogs == 0 && now - connection.opened >= limits_.idle &&
         quiet_time(connection.descriptor) >= limits_.idle;
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

CarriedBy::CarriedBy(Connections& owner, tport_t* connection)
    : owner_(&owner), transport_(TransportRef::share(connection)) {
  if (auto found = owner.watched_.find(connection); found != owner.watched_.end()) ++found->second.dialogs;
}

CarriedBy& CarriedBy::operator=(CarriedBy&& other) noexcept {
  if (this != &other) {
    reset();
    owner_ = std::exchange(other.owner_, nullptr);
    transport_ = std::move(other.transport_);
  }
  return *this;
}

tport_t* CarriedBy::open() const {
  return transport_ && tport_is_clear_to_send(transport_.borrow()) ? transport_.borrow() : nullptr;
}

void CarriedBy::reset() noexcept {
  if (!owner_) return;
  // The reference keeps another connection from coming to the same place in memory.
  if (auto found = owner_->watched_.find(transport_.borrow());
      found != owner_->watched_.end() && found->second.dialogs > 0)
    --found->second.dialogs;
  owner_ = nullptr;
  transport_ = {};
}

}  // namespace tandem::sip
