// rtp: views of RTP and RTCP packets, RFC 4733 events, and the bookkeeping of a received stream. A view borrows the octets
// it was made from, copies nothing and allocates nothing; the fixed header can be changed in place. It knows no sockets,
// no clock and no codec. RFC 3550, RFC 4733, RFC 5761.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace tandem::rtp {

inline constexpr std::size_t kFixedHeader = 12;

inline std::uint16_t load_u16(const std::uint8_t* at) {
  return static_cast<std::uint16_t>((std::uint32_t{at[0]} << 8) | at[1]);
}
inline std::uint32_t load_u32(const std::uint8_t* at) {
  return (std::uint32_t{at[0]} << 24) | (std::uint32_t{at[1]} << 16) | (std::uint32_t{at[2]} << 8) | at[3];
}
inline void store_u16(std::uint8_t* at, std::uint16_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 8);
  at[1] = static_cast<std::uint8_t>(value);
}
inline void store_u32(std::uint8_t* at, std::uint32_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 24);
  at[1] = static_cast<std::uint8_t>(value >> 16);
  at[2] = static_cast<std::uint8_t>(value >> 8);
  at[3] = static_cast<std::uint8_t>(value);
}

/// True when a datagram that came to a port shared by RTP and RTCP is RTCP: packet types 192 to 223 (RFC 5761 §4).
inline bool looks_like_rtcp(std::span<const std::uint8_t> datagram) {
  return datagram.size() >= 4 && datagram[1] >= 192 && datagram[1] <= 223;
}

/// One RTP packet (RFC 3550 §5.1):
///
///    0                   1                   2                   3
///    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///   |V=2|P|X|  CC   |M|     PT      |       sequence number         |
///   |                           timestamp                           |
///   |                             SSRC                              |
///   |                   CSRC, CC of them; extension                 |
class RtpView {
 public:
  /// nullopt unless version is 2 and CSRC list, extension and padding lie inside the datagram (RFC 3550 §A.1).
  /// An empty payload is valid: some peers keep a NAT binding open with it.
  static std::optional<RtpView> parse(std::span<std::uint8_t> datagram) {
    if (datagram.size() < kFixedHeader || (datagram[0] & 0xc0) != 0x80) return std::nullopt;
    RtpView view(datagram);
    if ((datagram[0] & 0x3f) == 0) [[likely]] return view;  // no padding, no extension, no CSRC
    if (!view.measure_variable_parts()) return std::nullopt;
    return view;
  }

  std::uint8_t payload_type() const { return octets_[1] & 0x7f; }
  bool marker() const { return (octets_[1] & 0x80) != 0; }
  std::uint16_t sequence() const { return load_u16(octets_.data() + 2); }
  std::uint32_t timestamp() const { return load_u32(octets_.data() + 4); }
  std::uint32_t ssrc() const { return load_u32(octets_.data() + 8); }
  std::uint8_t csrc_count() const { return octets_[0] & 0x0f; }
  std::span<std::uint8_t> octets() const { return octets_; }
  /// Without header, CSRCs, extension and padding.
  std::span<std::uint8_t> payload() const {
    return octets_.subspan(payload_at_, octets_.size() - payload_at_ - padding_);
  }

  void change_payload_type(std::uint8_t type) {
    octets_[1] = static_cast<std::uint8_t>((octets_[1] & 0x80) | (type & 0x7f));
  }
  void mark() { octets_[1] |= 0x80; }
  void change_sequence(std::uint16_t value) { store_u16(octets_.data() + 2, value); }
  void change_timestamp(std::uint32_t value) { store_u32(octets_.data() + 4, value); }
  void change_ssrc(std::uint32_t value) { store_u32(octets_.data() + 8, value); }

 private:
  explicit RtpView(std::span<std::uint8_t> octets) : octets_(octets) {}
  bool measure_variable_parts();

  std::span<std::uint8_t> octets_;
  std::size_t payload_at_ = kFixedHeader;
  std::size_t padding_ = 0;
};

}  // namespace tandem::rtp
