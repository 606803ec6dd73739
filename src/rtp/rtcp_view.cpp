#include "tandem/rtp/rtcp_view.hpp"

namespace tandem::rtp {

namespace {

constexpr std::size_t kSenderReportFixed = 28;    // header, SSRC, NTP, RTP timestamp, packet and octet count
constexpr std::size_t kReceiverReportFixed = 8;

std::size_t needed_octets(const RtcpPart& part) {
  if (part.is(RtcpType::SenderReport)) return kSenderReportFixed + ReportBlock::kOctets * part.count();
  if (part.is(RtcpType::ReceiverReport)) return kReceiverReportFixed + ReportBlock::kOctets * part.count();
  if (part.is(RtcpType::Bye)) return 4 + std::size_t{4} * part.count();
  return 4;
}

}  // namespace

std::int32_t ReportBlock::cumulative_lost() const {
  const std::uint32_t raw = load_u32(at_ + 4) & 0x00ffffffU;
  return (raw & 0x00800000U) != 0 ? static_cast<std::int32_t>(raw) - 0x01000000 : static_cast<std::int32_t>(raw);
}

std::optional<std::uint32_t> RtcpPart::sender() const {
  if (is(RtcpType::SourceDescription) || octets.size() < 8) return std::nullopt;
  return load_u32(octets.data() + 4);
}

std::size_t RtcpPart::report_count() const {
  return is(RtcpType::SenderReport) || is(RtcpType::ReceiverReport) ? count() : 0;
}

ReportBlock RtcpPart::report(std::size_t index) const {
  const std::size_t fixed = is(RtcpType::SenderReport) ? kSenderReportFixed : kReceiverReportFixed;
  return ReportBlock(octets.subspan(fixed + index * ReportBlock::kOctets, ReportBlock::kOctets));
}

std::optional<RtcpView> RtcpView::parse(std::span<std::uint8_t> datagram) {
  std::span<std::uint8_t> rest = datagram;
  if (rest.size() < 4 || (rest[0] & 0x20) != 0) return std::nullopt;
  while (!rest.empty()) {
    if (rest.size() < 4 || (rest[0] & 0xc0) != 0x80 || rest[1] < 192 || rest[1] > 223) return std::nullopt;
    const std::size_t length = part_length(rest);
    if (length > rest.size() || needed_octets(RtcpPart{rest.first(length)}) > length) return std::nullopt;
    rest = rest.subspan(length);
  }
  return RtcpView(datagram);
}

}  // namespace tandem::rtp
