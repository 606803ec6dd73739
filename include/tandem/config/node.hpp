// The node itself: where it speaks SIP and carries media, its records, ceilings and resolver.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tandem/base/address.hpp"
#include "tandem/config/mark.hpp"

namespace tandem::config {

enum class UnknownSource : std::uint8_t { Drop, Reject };  ///< silence, or 403

enum class Serves : std::uint8_t { Static, Registered };

struct Listener {
  std::string name;
  std::string edge;                                                ///< an Edge; empty: of none
  std::vector<Serves> serves{Serves::Static, Serves::Registered};  ///< which trunks it is for (R-025)
  Transport transport = Transport::Udp;
  SocketAddress bind;
  std::optional<IpAddress> advertised;  ///< address in Via, Contact: for a node behind one-to-one NAT
  UnknownSource unknown_source = UnknownSource::Drop;
  Mark mark;
};

struct MediaSettings {
  IpAddress address;  ///< bind and advertise, IPv4
  std::optional<IpAddress> address_v6;
  std::optional<IpAddress> advertised;
  std::uint16_t first_port = 10000;  ///< even
  std::uint16_t last_port = 20000;
  int workers = 0;       ///< 0: cores - 1, at least 1
  bool realtime = true;  ///< SCHED_FIFO where permitted
  std::optional<std::uint64_t>
      bandwidth_bps;  ///< what the line carries: check() warns where channels exceed it (R-082)
  std::chrono::milliseconds silence_timeout{
      60000};  ///< no RTP from a leg for so long: an event in the log; 0: off
};

struct CdrSettings {
  std::string path;  ///< JSON lines; empty: standard output
};

struct AdminSettings {
  std::string socket = "/run/tandem/admin.sock";  ///< Unix socket path
};

struct Limits {
  std::uint32_t max_calls = 4000;
  std::chrono::milliseconds no_response_timeout{4000};  ///< R-084, R-105
  std::chrono::milliseconds ring_timeout{
      180000};  ///< from a target's first provisional to its final response
  std::chrono::milliseconds max_duration{24 * 3600 * 1000};  ///< R-126
  std::chrono::milliseconds drain_timeout{300000};           ///< after SIGTERM, before calls are cleared
  std::chrono::milliseconds nonce_lifetime{300000};
  std::optional<std::uint32_t> source_cps;  ///< INVITEs a second that one source address may bring (R-081)
};

/// How target names are resolved (RFC 3263).
struct DnsSettings {
  std::vector<SocketAddress> servers;       ///< empty: the system's
  std::chrono::milliseconds timeout{3000};  ///< for the whole of one question
  std::chrono::seconds longest_ttl{3600};
  std::chrono::seconds negative_ttl{30};
};

}  // namespace tandem::config
