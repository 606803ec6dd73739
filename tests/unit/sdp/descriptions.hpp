// Descriptions for the tests of this room.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tandem/sdp/negotiate.hpp"

namespace tandem::sdp {

inline Session parsed(const std::string& text) {
  auto session = parse(text);
  EXPECT_TRUE(session) << text << (session ? "" : session.error().what);
  return session ? std::move(*session) : Session{};
}

/// A description of one side with these lines after t=.
inline Session described(const std::string& lines, const std::string& address = "192.0.2.10") {
  const std::string family = address.find(':') == std::string::npos ? "IP4 " : "IP6 ";
  return parsed("v=0\r\no=alice 2890844526 2890844527 IN " + family + address +
                "\r\ns=Alice's phone\r\nc=IN " + family + address + "\r\nt=0 0\r\n" + lines);
}

inline LocalMedia local(std::uint16_t port, const char* address = "198.51.100.1") {
  return {*IpAddress::parse(address), port, static_cast<std::uint16_t>(port + 1)};
}

/// "0 PCMU/8000, 101 telephone-event/8000 [0-15]"
inline std::string shown(const std::vector<Codec>& codecs) {
  std::string text;
  for (const Codec& codec : codecs) {
    if (!text.empty()) text += ", ";
    text += std::to_string(codec.payload_type) + " " + codec.name + "/" + std::to_string(codec.clock_rate);
    if (codec.channels != 1) text += "/" + std::to_string(codec.channels);
    if (!codec.fmtp.empty()) text += " [" + codec.fmtp + "]";
  }
  return text;
}

template <class T>
std::string error_of(const Expected<T, NegotiationError>& result) {
  return result ? "ok" : std::string(to_string(result.error()));
}

}  // namespace tandem::sdp
