#include "media/latch.hpp"

namespace tandem::media {

void Latch::point(const SocketAddress& described, LatchMode mode, Instant now) {
  const bool usable = described.port != 0 && !described.ip.is_unset() && !described.ip.is_unspecified();
  if (!usable || (described == described_ && mode == mode_)) return;
  mode_ = mode;
  described_ = described;
  target_ = described;
  source_ = {};
  candidate_ = {};
  proof_ = 0;
  pointed_at_ = now;
}

bool Latch::is_eligible(const SocketAddress& source) const {
  if (described_.port == 0) return false;
  return mode_ == LatchMode::Symmetric || source.ip == described_.ip;
}

bool Latch::is_proved(const SocketAddress& source, std::uint32_t ssrc) {
  if (candidate_ != source || candidate_ssrc_ != ssrc) {
    candidate_ = source;
    candidate_ssrc_ = ssrc;
    proof_ = 0;
  }
  return ++proof_ >= kProof;
}

Latch::Verdict Latch::hold(const SocketAddress& source, Instant now) {
  source_ = source;
  last_heard_ = now;
  candidate_ = {};
  proof_ = 0;
  if (mode_ == LatchMode::Fixed || target_ == source) return Verdict::Accepted;
  target_ = source;
  return Verdict::Moved;
}

Latch::Verdict Latch::judge(const SocketAddress& source, std::uint32_t ssrc, Instant now) {
  if (source == source_) {
    last_heard_ = now;
    candidate_ = {};
    proof_ = 0;
    return Verdict::Accepted;
  }
  if (!is_eligible(source)) return Verdict::Foreign;
  const bool is_described = source == described_;
  const bool is_held = source_.port != 0 && now - last_heard_ < kQuiet;
  if (is_held) {
    const bool overrules = is_described && (mode_ == LatchMode::Fixed || now - pointed_at_ < kLearningWindow);
    return overrules ? hold(source, now) : Verdict::Foreign;
  }
  if (is_described || mode_ == LatchMode::Fixed || is_proved(source, ssrc)) return hold(source, now);
  return Verdict::Unproven;
}

}  // namespace tandem::media
