// IP addresses, prefixes and socket addresses as values; numeric only, no resolver.
#pragma once

#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tandem {

class IpAddress {
 public:
  constexpr IpAddress() = default;
  /// "192.0.2.1" or "2001:db8::1", without brackets. nullopt for anything else.
  static std::optional<IpAddress> parse(std::string_view text);
  static IpAddress from_v4(std::uint32_t host_order);

  bool is_v4() const { return family_ == Family::V4; }
  bool is_v6() const { return family_ == Family::V6; }
  bool is_unset() const { return family_ == Family::Unset; }
  bool is_unspecified() const;  ///< 0.0.0.0 or ::
  bool is_loopback() const;
  bool is_private() const;  ///< RFC 1918, RFC 4193, link-local, loopback
  std::string print() const;             ///< no brackets
  std::string print_for_uri() const;     ///< IPv6 in brackets (RFC 3261 §19.1.2)
  const std::array<std::uint8_t, 16>& octets() const { return octets_; }  ///< v4 in the first four

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  enum class Family : std::uint8_t { Unset, V4, V6 };
  Family family_ = Family::Unset;
  std::array<std::uint8_t, 16> octets_{};
  friend struct SocketAddress;
};

/// "192.0.2.0/24", "2001:db8::/32"; a bare address is a host prefix.
struct Cidr {
  IpAddress network;
  int prefix_bits = 0;

  static std::optional<Cidr> parse(std::string_view text);  ///< host bits must be zero
  bool contains(const IpAddress&) const;
  std::string print() const;
  friend auto operator<=>(const Cidr&, const Cidr&) = default;
};

struct SocketAddress {
  IpAddress ip;
  std::uint16_t port = 0;

  static std::optional<SocketAddress> parse(std::string_view text);  ///< "192.0.2.1:5060", "[::1]:5060"
  static SocketAddress from_native(const sockaddr_storage&);          ///< v4-mapped IPv6 becomes v4
  /// Fills `out`; returns the length of the address in it.
  socklen_t to_native(sockaddr_storage& out) const;
  std::string print() const;
  friend auto operator<=>(const SocketAddress&, const SocketAddress&) = default;
};

enum class Transport : std::uint8_t { Udp, Tcp, Tls };
std::string_view to_string(Transport);  ///< "udp", "tcp", "tls"
std::optional<Transport> parse_transport(std::string_view);  ///< case-insensitive

}  // namespace tandem

template <>
struct std::hash<tandem::IpAddress> {
  std::size_t operator()(const tandem::IpAddress&) const noexcept;
};
