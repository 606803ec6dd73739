#include "tandem/base/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "tandem/base/text.hpp"

namespace tandem {

namespace {

int bits_of(const IpAddress& ip) { return ip.is_v4() ? 32 : 128; }

/// Compares the first `bits` bits.
bool same_prefix(const IpAddress& a, const IpAddress& b, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(a.octets().begin(), a.octets().begin() + static_cast<std::ptrdiff_t>(whole), b.octets().begin())) return false;
  const int rest = bits % 8;
  if (rest == 0) return true;
  const int mask = 0xff & (0xff << (8 - rest));
  return ((a.octets()[whole] ^ b.octets()[whole]) & mask) == 0;
}

bool host_bits_are_zero(const IpAddress& ip, int prefix_bits) {
  for (int bit = prefix_bits; bit < bits_of(ip); ++bit) {
    if (ip.octets()[static_cast<std::size_t>(bit / 8)] & (0x80 >> (bit % 8))) return false;
  }
  return true;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  char buffer[INET6_ADDRSTRLEN];
  if (text.empty() || text.size() >= sizeof buffer || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = '\0';
  IpAddress ip;
  if (inet_pton(AF_INET, buffer, ip.octets_.data()) == 1) {
    ip.family_ = Family::V4;
    return ip;
  }
  if (inet_pton(AF_INET6, buffer, ip.octets_.data()) == 1) {
    ip.family_ = Family::V6;
    return ip;
  }
  return std::nullopt;
}

IpAddress IpAddress::from_v4(std::uint32_t host_order) {
  IpAddress ip;
  ip.family_ = Family::V4;
  for (std::size_t i = 0; i < 4; ++i) ip.octets_[i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
  return ip;
}

bool IpAddress::is_unspecified() const {
  return !is_unset() && std::all_of(octets_.begin(), octets_.end(), [](std::uint8_t octet) { return octet == 0; });
}

bool IpAddress::is_loopback() const {
  if (is_v4()) return octets_[0] == 127;
  static const IpAddress loopback6 = *parse("::1");
  return *this == loopback6;
}

bool IpAddress::is_private() const {
  if (is_loopback()) return true;
  if (is_v4()) {
    return octets_[0] == 10 || (octets_[0] == 172 && (octets_[1] & 0xf0) == 16) ||
           (octets_[0] == 192 && octets_[1] == 168) || (octets_[0] == 169 && octets_[1] == 254);
  }
  return is_v6() && ((octets_[0] & 0xfe) == 0xfc || (octets_[0] == 0xfe && (octets_[1] & 0xc0) == 0x80));
}

std::string IpAddress::print() const {
  if (is_unset()) return "unset";
  if (is_v4()) {  // some twenty times a call
    std::string text = std::to_string(octets_[0]);
    for (std::size_t i = 1; i < 4; ++i) text.append(1, '.').append(std::to_string(octets_[i]));
    return text;
  }
  char buffer[INET6_ADDRSTRLEN];
  inet_ntop(AF_INET6, octets_.data(), buffer, sizeof buffer);
  return buffer;
}

std::string IpAddress::print_for_uri() const { return is_v6() ? "[" + print() + "]" : print(); }

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto ip = IpAddress::parse(text.substr(0, slash));
  if (!ip) return std::nullopt;
  if (slash == std::string_view::npos) return Cidr{*ip, bits_of(*ip)};
  const auto bits = parse_decimal(text.substr(slash + 1), static_cast<std::uint64_t>(bits_of(*ip)));
  if (!bits || !host_bits_are_zero(*ip, static_cast<int>(*bits))) return std::nullopt;
  return Cidr{*ip, static_cast<int>(*bits)};
}

bool Cidr::contains(const IpAddress& ip) const {
  return ip.is_v4() == network.is_v4() && ip.is_v6() == network.is_v6() && !ip.is_unset() &&
         same_prefix(ip, network, prefix_bits);
}

std::string Cidr::print() const { return network.print() + "/" + std::to_string(prefix_bits); }

std::optional<SocketAddress> SocketAddress::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_decimal(text.substr(colon + 1), 65535);
  auto host = text.substr(0, colon);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto ip = IpAddress::parse(host);
  if (!port || !ip || ip->is_v6() != bracketed) return std::nullopt;
  return SocketAddress{*ip, static_cast<std::uint16_t>(*port)};
}

SocketAddress SocketAddress::from_native(const sockaddr_storage& native) {
  SocketAddress address;
  if (native.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &native, sizeof in);
    address.ip = IpAddress::from_v4(ntohl(in.sin_addr.s_addr));
    address.port = ntohs(in.sin_port);
  } else if (native.ss_family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, &native, sizeof in6);
    address.port = ntohs(in6.sin6_port);
    if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
      std::uint32_t v4 = 0;
      std::memcpy(&v4, in6.sin6_addr.s6_addr + 12, 4);
      address.ip = IpAddress::from_v4(ntohl(v4));
    } else {
      address.ip.family_ = IpAddress::Family::V6;
      std::memcpy(address.ip.octets_.data(), in6.sin6_addr.s6_addr, 16);
    }
  }
  return address;
}

socklen_t SocketAddress::to_native(sockaddr_storage& out) const {
  out = {};
  if (ip.is_v6()) {
    sockaddr_in6 in6{};
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons(port);
    std::memcpy(in6.sin6_addr.s6_addr, ip.octets().data(), 16);
    std::memcpy(&out, &in6, sizeof in6);
    return sizeof in6;
  }
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_port = htons(port);
  std::memcpy(&in.sin_addr.s_addr, ip.octets().data(), 4);
  std::memcpy(&out, &in, sizeof in);
  return sizeof in;
}

std::string SocketAddress::print() const { return ip.print_for_uri() + ":" + std::to_string(port); }

std::string_view to_string(Transport transport) {
  switch (transport) {
    case Transport::Udp: return "udp";
    case Transport::Tcp: return "tcp";
    case Transport::Tls: return "tls";
  }
  return "udp";
}

std::optional<Transport> parse_transport(std::string_view text) {
  for (Transport transport : {Transport::Udp, Transport::Tcp, Transport::Tls}) {
    if (iequals(text, to_string(transport))) return transport;
  }
  return std::nullopt;
}

}  // namespace tandem

std::size_t std::hash<tandem::IpAddress>::operator()(const tandem::IpAddress& ip) const noexcept {
  const auto& octets = ip.octets();
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(octets.data()), octets.size()});
}
