// sdp: session descriptions as values; order and unknown attributes are kept. RFC 8866. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tandem/base/address.hpp"
#include "tandem/base/expected.hpp"

namespace tandem::sdp {

inline constexpr std::size_t kMaxDescription = 65536;  ///< octets
inline constexpr std::size_t kMaxMedia = 32;           ///< m-lines
inline constexpr std::size_t kMaxFormats = 64;         ///< on one m-line
inline constexpr std::size_t kMaxAttributes = 512;     ///< a= and b= lines of the whole description

struct ParseError {
  int line = 0;      ///< from 1
  std::string what;  ///< "m=: port out of range"
};

struct Origin {
  std::string username = "-";
  std::uint64_t session_id = 0;
  std::uint64_t version = 0;
  std::string address;  ///< as written
  friend bool operator==(const Origin&, const Origin&) = default;
};

/// `a=name` or `a=name:value`.
struct Attribute {
  std::string name;
  std::optional<std::string> value;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

struct Media {
  std::string type;  ///< "audio"
  std::uint16_t port = 0;
  std::uint16_t port_count = 1;
  std::string protocol;              ///< "RTP/AVP"
  std::vector<std::string> formats;  ///< as written: payload types for RTP
  std::string connection;            ///< c= address as written ("IN IP4 192.0.2.1" gives "192.0.2.1"); empty: the session's
  std::vector<std::string> bandwidth;
  std::vector<Attribute> attributes;
  friend bool operator==(const Media&, const Media&) = default;
};

struct Session {
  Origin origin;
  std::string name = "-";
  std::string connection;  ///< as in Media
  std::vector<std::string> bandwidth;
  std::string timing = "0 0";
  std::vector<Attribute> attributes;
  std::vector<Media> media;
  friend bool operator==(const Session&, const Session&) = default;
};

/// Accepts LF and CRLF. v=0 must come first and o= must be there; the other session lines may stand in any order and s=, t=
/// may be missing. i=, u=, e=, p=, r=, z=, k= are read over and not kept, of several t= the first is. Numbers of o= that do not fit
/// 64 bits wrap. Other letters are errors (RFC 8866 §5), and so are the limits above when passed.
Expected<Session, ParseError> parse(std::string_view);
/// CRLF lines in the order of RFC 8866 §5; a CR or LF inside a value is written as a space.
std::string print(const Session&);

const Attribute* find_attribute(const std::vector<Attribute>&, std::string_view name);

}  // namespace tandem::sdp
