#include "tandem/rtp/rtp_view.hpp"

namespace tandem::rtp {

bool RtpView::measure_variable_parts() {
  std::size_t header = kFixedHeader + std::size_t{4} * csrc_count();
  if ((octets_[0] & 0x10) != 0) {  // one header extension: 16 bits of profile, 16 bits of length in words (RFC 3550 §5.3.1)
    if (header + 4 > octets_.size()) return false;
    header += 4 + std::size_t{4} * load_u16(octets_.data() + header + 2);
  }
  if (header > octets_.size()) return false;
  payload_at_ = header;
  if ((octets_[0] & 0x20) != 0) {  // the last octet counts the padding, itself included
    padding_ = octets_.back();
    if (padding_ == 0 || padding_ > octets_.size() - header) return false;
  }
  return true;
}

}  // namespace tandem::rtp
