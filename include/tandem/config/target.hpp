// Where calls can be sent, in which order, and which answers end the hunt.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tandem/base/address.hpp"
#include "tandem/config/mark.hpp"
#include "tandem/message/message.hpp"

namespace tandem::config {

/// Final statuses that end the hunt: single ones, and classes.
struct StatusSet {
  std::vector<std::uint16_t> statuses;  ///< ascending, 300 to 699
  std::vector<std::uint8_t> classes;    ///< 6 for 6xx
  bool contains(int status) const;
  friend bool operator==(const StatusSet&, const StatusSet&) = default;
};
/// 400, 404, 405, 410, 416, 482, 484, 486, 6xx.
const StatusSet& default_stop_codes();

/// What becomes of a request of more than 1300 octets to a target over UDP (RFC 3261 §18.1.1, R-179).
enum class LargeRequests : std::uint8_t {
  Udp,  ///< a datagram in fragments: the target takes nothing else
  Tcp,  ///< over TCP, to the same address and port; over UDP where no connection can be made
};

/// One URI that a call can be sent to.
struct Target {
  std::string name;       ///< for logs and CDRs: as written, or the URI's host:port
  message::Uri uri;       ///< user may be empty, fixed, or "{number}"; `?`, edge and region taken out
  SocketAddress address;  ///< port 0: the host is a name, to be resolved when it is called
  Transport transport = Transport::Udp;
  bool transport_written = false;        ///< otherwise the name's NAPTR may choose
  LargeRequests large_requests = LargeRequests::Udp;
  std::string edge;                      ///< leaves from there; empty: where the call came in (R-098)
  std::vector<message::Header> headers;  ///< X- headers after `?` (R-094)
  std::uint16_t priority = 10;           ///< lowest first (R-101)
  std::uint16_t weight = 10;
  bool enabled = true;
  Mark mark;
  bool is_numeric() const { return address.port != 0; }
};

enum class TargetPolicy : std::uint8_t { PriorityWeight, Failover, RoundRobin };  ///< R-101, R-106

}  // namespace tandem::config
