#include "trunk/foreign.hpp"

#include <algorithm>

#include "trunk/draft.hpp"
#include "trunk/international.hpp"
#include "trunk/names.hpp"

namespace tandem::trunk {
namespace {

constexpr std::uint16_t kSipPort = 5060, kSipsPort = 5061;

/// One host's address, and written as its own family writes it: ::ffff:192.0.2.1 would pass by the checks.
bool is_unicast(const IpAddress& ip) {
  const auto& octets = ip.octets();
  if (ip.is_unspecified()) return false;
  if (ip.is_v4()) return octets[0] != 0 && octets[0] < 224;
  const bool is_mapped =
      octets[10] == 0xff && octets[11] == 0xff &&
      std::all_of(octets.begin(), octets.begin() + 10, [](auto octet) { return octet == 0; });
  return octets[0] != 0xff && !is_mapped;
}

}  // namespace

std::uint16_t default_port(Transport transport) { return transport == Transport::Tls ? kSipsPort : kSipPort; }

std::optional<WrittenTransport> transport_of(const message::Uri& uri) {
  const message::Param* written = message::find_param(uri.params, "transport");
  const bool secure = uri.scheme == message::Scheme::Sips;
  const auto transport = written != nullptr ? parse_transport(written->value.value_or(""))
                                            : std::optional(secure ? Transport::Tls : Transport::Udp);
  if (!transport) return std::nullopt;
  return WrittenTransport{secure ? Transport::Tls : *transport, secure || written != nullptr};
}

SocketAddress address_of(const message::Uri& uri, Transport transport) {
  const auto ip = IpAddress::parse(uri.host);
  if (!ip) return {};
  return {*ip, uri.port.value_or(default_port(transport))};
}

std::string fault_of_host(const Directory& directory, std::string_view what, const std::string& host) {
  const auto ip = IpAddress::parse(host);
  if (host.empty()) return "the " + std::string(what) + " has no host";
  const std::string where = std::string(what) + " host " + printable(host, 80);
  if (is_own_domain(directory, host)) return where + " is a name of ours (R-110)";
  if (directory.is_carrier_host(host) || (ip && directory.carrier_sources().contains(*ip)))
    return where + " is a carrier's: it is reached by number alone";
  if (ip && !is_unicast(*ip)) return where + " is no address that a call can be sent to";
  return {};
}

bool is_own_listener(const Directory& directory, const SocketAddress& address) {
  const auto& listeners = directory.config().listeners;
  return address.port != 0 &&
         std::any_of(listeners.begin(), listeners.end(), [&](const config::Listener& listener) {
           return address.port == listener.bind.port &&
                  (address.ip == listener.bind.ip ||
                   (listener.advertised && address.ip == *listener.advertised));
         });
}

std::string fault_of_number(const Directory& directory, Trace& trace, const config::Trunk& trunk,
                            const CallerIdentity& caller, const numbering::Number& number) {
  if (auto why = Borders(caller.number, number).block(trace, trunk)) return *why;
  const config::Account* account = directory.find_account(trunk.account);
  if (account == nullptr || account->restrict_destinations == config::RestrictDestinations::None ||
      directory.has_verified(account->id, number.e164())) {
    return {};
  }
  return number.e164() + " is not verified for account " + account->id;
}

std::uint32_t max_forwards_of(const PlannedTarget& target) {
  constexpr std::uint64_t kMost = 255;  // RFC 3261 §20.22
  for (const message::Header& header : target.headers) {
    if (message::same_header(header.name, "Max-Forwards"))
      return static_cast<std::uint32_t>(parse_decimal(header.value, kMost).value_or(0));
  }
  return 0;
}

bool is_target_of(const config::Trunk& trunk, const std::string& host) {
  const std::string wanted = comparable_host(host);
  return std::any_of(trunk.targets.begin(), trunk.targets.end(), [&](const config::Target& target) {
    return comparable_host(target.uri.host) == wanted;
  });
}

config::General outside_of(const config::Trunk& trunk) {
  config::General outside = trunk.general;
  outside.trust = config::Trust::Untrusted;
  return outside;
}

std::string shown(const message::Uri& uri) { return printable(message::print(request_uri_of(uri)), 120); }

}  // namespace tandem::trunk
