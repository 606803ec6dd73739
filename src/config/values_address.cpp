// Addresses and prefixes, numeric only.
#include <netinet/in.h>

#include "suggest.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

Form text_form(std::string words) {
  Form form;
  form.words = std::move(words);
  return form;
}

/// The prefix that someone meant who wrote an address with bits behind it.
std::string print_network(const IpAddress& ip, int bits) {
  sockaddr_storage native{};
  SocketAddress{ip, 0}.to_native(native);
  auto* octets = ip.is_v4()
                     ? reinterpret_cast<std::uint8_t*>(&reinterpret_cast<sockaddr_in*>(&native)->sin_addr)
                     : reinterpret_cast<std::uint8_t*>(&reinterpret_cast<sockaddr_in6*>(&native)->sin6_addr);
  for (int i = bits; i < (ip.is_v4() ? 32 : 128); ++i) {
    octets[i / 8] = static_cast<std::uint8_t>(octets[i / 8] & ~(0x80U >> static_cast<unsigned>(i % 8)));
  }
  return SocketAddress::from_native(native).ip.print() + "/" + std::to_string(bits);
}

}  // namespace

Value<IpAddress> ip_address() {
  return {text_form("IP address"),
          [](Reader& reader, const Place& place) -> std::optional<IpAddress> {
            const auto written = read_text(reader, place, "an IP address");
            if (!written) return std::nullopt;
            const auto ip = IpAddress::parse(*written);
            if (!ip) {
              reader.error(place.node->at, "'" + printable(*written, 80) + "' is no IP address",
                           "write it in numbers, without a port: 192.0.2.1 or \"2001:db8::1\"");
            }
            return ip;
          },
          [](const IpAddress& ip) { return ip.is_unset() ? std::string{} : ip.print(); }};
}

Value<SocketAddress> socket_address() {
  return {
      text_form("address:port"),
      [](Reader& reader, const Place& place) -> std::optional<SocketAddress> {
        const auto written = read_text(reader, place, "an address and port");
        if (!written) return std::nullopt;
        const auto address = SocketAddress::parse(*written);
        if (!address) {
          reader.error(place.node->at, "'" + printable(*written, 80) + "' is no address and port",
                       "write it as \"192.0.2.1:5060\" or \"[2001:db8::1]:5060\"");
        }
        return address;
      },
      [](const SocketAddress& address) { return address.ip.is_unset() ? std::string{} : address.print(); }};
}

Value<Cidr> cidr() {
  return {text_form("address or prefix"),
          [](Reader& reader, const Place& place) -> std::optional<Cidr> {
            const auto written = read_text(reader, place, "an IP address or prefix");
            if (!written) return std::nullopt;
            if (const auto cidr = Cidr::parse(*written)) return cidr;
            const auto slash = written->find('/');
            const auto ip = IpAddress::parse(std::string_view(*written).substr(0, slash));
            const auto most = ip && ip->is_v6() ? 128U : 32U;
            const auto bits = slash == std::string::npos
                                  ? std::nullopt
                                  : parse_decimal(std::string_view(*written).substr(slash + 1), most);
            if (ip && bits) {
              reader.error(place.node->at, "'" + *written + "' has bits set behind its prefix",
                           did_you_mean(print_network(*ip, static_cast<int>(*bits))));
            } else {
              reader.error(place.node->at, "'" + printable(*written, 80) + "' is no IP address or prefix",
                           "write it as 192.0.2.1, 192.0.2.0/24 or \"2001:db8::/32\"");
            }
            return std::nullopt;
          },
          [](const Cidr& cidr) { return cidr.print(); }};
}

}  // namespace tandem::config
