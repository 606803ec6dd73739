// RTCP compound packets: a walk over their parts, and the fields of SR and RR. RFC 3550 §6, RFC 4585 §6.1, RFC 5506.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "tandem/rtp/rtp_view.hpp"

namespace tandem::rtp {

enum class RtcpType : std::uint8_t {
  SenderReport = 200,
  ReceiverReport = 201,
  SourceDescription = 202,
  Bye = 203,
  Application = 204,
  TransportFeedback = 205,
  PayloadFeedback = 206,
  ExtendedReport = 207,
};

/// One report block of an SR or RR, read and changed in place (RFC 3550 §6.4.1).
class ReportBlock {
 public:
  static constexpr std::size_t kOctets = 24;
  explicit ReportBlock(std::span<std::uint8_t> octets) : at_(octets.data()) {}
  std::uint32_t ssrc() const { return load_u32(at_); }
  std::uint8_t fraction_lost() const { return at_[4]; }
  std::int32_t cumulative_lost() const;  ///< signed: duplicates make it negative
  std::uint32_t highest_sequence() const { return load_u32(at_ + 8); }  ///< cycles in the high half
  std::uint32_t jitter() const { return load_u32(at_ + 12); }           ///< in timestamp units
  std::uint32_t last_sender_report() const { return load_u32(at_ + 16); }
  std::uint32_t delay_since_last_sender_report() const { return load_u32(at_ + 20); }  ///< in 1/65536 s
  void change_ssrc(std::uint32_t value) { store_u32(at_, value); }
  void change_highest_sequence(std::uint32_t value) { store_u32(at_ + 8, value); }

 private:
  std::uint8_t* at_;
};

/// One packet of a compound: its common header and what follows, `octets` as long as its length field says.
struct RtcpPart {
  std::span<std::uint8_t> octets;  ///< header included; a multiple of 4, at least 4

  std::uint8_t type() const { return octets[1]; }
  std::uint8_t count() const { return octets[0] & 0x1f; }
  bool is(RtcpType wanted) const { return type() == static_cast<std::uint8_t>(wanted); }
  /// The SSRC that follows the header in every type but SDES; nullopt where the part is too short for one.
  std::optional<std::uint32_t> sender() const;
  void change_sender(std::uint32_t ssrc) { store_u32(octets.data() + 4, ssrc); }
  /// Of an SR: the RTP timestamp that belongs to its NTP timestamp.
  std::uint32_t sender_timestamp() const { return load_u32(octets.data() + 16); }
  void change_sender_timestamp(std::uint32_t value) { store_u32(octets.data() + 16, value); }
  /// Report blocks of an SR or RR; 0 for other types.
  std::size_t report_count() const;
  ReportBlock report(std::size_t index) const;  ///< index < report_count()
};

/// A checked compound packet.
class RtcpView {
 public:
  /// nullopt unless every part has version 2 and a length that fits, the first has no padding, and every SR, RR, BYE is long
  /// enough for its count (RFC 3550 §A.2). A reduced-size packet, which starts with another type, is accepted (RFC 5506).
  static std::optional<RtcpView> parse(std::span<std::uint8_t> datagram);

  /// Calls visit(RtcpPart) for each part, in order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    std::span<std::uint8_t> rest = octets_;
    while (!rest.empty()) {
      const std::size_t length = part_length(rest);
      visit(RtcpPart{rest.first(length)});
      rest = rest.subspan(length);
    }
  }
  std::span<std::uint8_t> octets() const { return octets_; }

 private:
  explicit RtcpView(std::span<std::uint8_t> octets) : octets_(octets) {}
  static std::size_t part_length(std::span<const std::uint8_t> rest) {
    return (std::size_t{load_u16(rest.data() + 2)} + 1) * 4;
  }
  std::span<std::uint8_t> octets_;
};

/// Calls change(ssrc) for every place where a part names a source as its own (sender, SDES chunks, BYE list): change
/// returns the SSRC to put there.
template <class Change>
void change_own_sources(RtcpPart part, Change&& change) {
  auto put = [&](std::size_t at) {
    if (at + 4 <= part.octets.size()) store_u32(part.octets.data() + at, change(load_u32(part.octets.data() + at)));
  };
  if (part.is(RtcpType::Bye)) {
    for (std::size_t i = 0; i < part.count(); ++i) put(4 + 4 * i);
    return;
  }
  if (!part.is(RtcpType::SourceDescription)) {
    put(4);
    return;
  }
  std::size_t at = 4;
  for (std::size_t chunk = 0; chunk < part.count() && at + 4 <= part.octets.size(); ++chunk) {
    put(at);
    at += 4;
    while (at + 1 < part.octets.size() && part.octets[at] != 0) at += 2 + std::size_t{part.octets[at + 1]};
    at = (at + 4) & ~std::size_t{3};  // items end with a null octet, padded to a word (RFC 3550 §6.5)
  }
}

}  // namespace tandem::rtp
