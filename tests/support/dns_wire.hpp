// DNS messages as octets, written by hand (RFC 1035 §4): what a name server would send, right or wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tandem/base/address.hpp"
#include "tandem/base/text.hpp"

namespace tandem::test::wire {

inline std::string u16(unsigned value) {
  return {static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)};
}
inline std::string u32(std::uint32_t value) { return u16(value >> 16) + u16(value & 0xffff); }
inline std::string text(std::string_view value) {
  return static_cast<char>(value.size()) + std::string(value);
}

/// "example.com" without compression; "." and "" are the root.
inline std::string name(std::string_view dotted) {
  std::string octets;
  if (!dotted.empty() && dotted != ".")
    for (const std::string_view label : split(dotted, '.')) octets += text(label);
  return octets + '\0';
}
/// A pointer to that offset of the message; 12 is the question's name.
inline std::string pointer(unsigned offset) { return u16(0xc000U | offset); }

/// One record; `owner` is a name in its octets.
inline std::string record(const std::string& owner, unsigned type, std::uint32_t ttl,
                          const std::string& data) {
  return owner + u16(type) + u16(1) + u32(ttl) + u16(static_cast<unsigned>(data.size())) + data;
}

inline std::string a(std::string_view owner, std::uint32_t ttl, std::string_view ip) {
  const auto octets = IpAddress::parse(ip)->octets();
  return record(name(owner), 1, ttl, {octets.begin(), octets.begin() + 4});
}
inline std::string aaaa(std::string_view owner, std::uint32_t ttl, std::string_view ip) {
  const auto octets = IpAddress::parse(ip)->octets();
  return record(name(owner), 28, ttl, {octets.begin(), octets.end()});
}
inline std::string cname(std::string_view owner, std::uint32_t ttl, std::string_view target) {
  return record(name(owner), 5, ttl, name(target));
}
inline std::string srv(std::string_view owner, std::uint32_t ttl, unsigned priority, unsigned weight,
                       unsigned port, std::string_view target) {
  return record(name(owner), 33, ttl, u16(priority) + u16(weight) + u16(port) + name(target));
}
inline std::string naptr(std::string_view owner, std::uint32_t ttl, unsigned order, unsigned preference,
                         std::string_view flags, std::string_view service, std::string_view replacement,
                         std::string_view regexp = "") {
  return record(
      name(owner), 35, ttl,
      u16(order) + u16(preference) + text(flags) + text(service) + text(regexp) + name(replacement));
}
inline std::string soa(std::string_view owner, std::uint32_t ttl, std::uint32_t minimum) {
  return record(name(owner), 6, ttl,
                name("ns.example") + name("host.example") + u32(1) + u32(2) + u32(3) + u32(4) + u32(minimum));
}

/// A response to (question, type) under construction.
struct Response {
  std::string question = "example.com";
  unsigned type = 1;
  unsigned id = 0;
  unsigned flags = 0x8180;  ///< QR, RD, RA; the last four bits are RCODE
  std::vector<std::string> answers;
  std::vector<std::string> authorities;

  std::string octets() const {
    std::string all = u16(id) + u16(flags) + u16(1) + u16(static_cast<unsigned>(answers.size())) +
                      u16(static_cast<unsigned>(authorities.size())) + u16(0) + name(question) + u16(type) +
                      u16(1);
    for (const std::string& row : answers) all += row;
    for (const std::string& row : authorities) all += row;
    return all;
  }
};

inline constexpr unsigned kTruncated = 0x0200;
inline constexpr unsigned kServerFailure = 2;
inline constexpr unsigned kNoSuchName = 3;
inline constexpr unsigned kRefused = 5;

}  // namespace tandem::test::wire
