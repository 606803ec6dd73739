// Whose packets count as the peer's, and where we send: symmetric RTP closed to hijacking. Pure.
#pragma once

#include <chrono>
#include <cstdint>

#include "tandem/base/address.hpp"
#include "tandem/base/time.hpp"

namespace tandem::media {

/// Fixed: RTP is sent to the described address and nowhere else; packets are taken from the described IP address, whatever
/// the port (many PBXs send from another port than they receive on), one source at a time.
/// Symmetric: RTP is sent to the source of the stream once that source has proved itself (RFC 4961 behind a NAT).
enum class LatchMode : std::uint8_t { Fixed, Symmetric };

///              described address speaks, or kProof packets in a row of one source and SSRC
///   Learning ----------------------------------------------------------------------------> Held(source)
///      ^                                                                                       |
///      +--- point() with another address; or the source is quiet for kQuiet and another proves itself
///
/// While Held every other source is foreign. Two exceptions let the better witness win: the described address itself takes
/// over in Fixed mode at any time, and in Symmetric mode within kLearningWindow after point().
class Latch {
 public:
  enum class Verdict : std::uint8_t {
    Accepted,  ///< the peer's
    Moved,     ///< the peer's, and target() is now its source
    Unproven,  ///< a source that may become the peer: not relayed yet
    Foreign,   ///< somebody else's: dropped and counted
  };

  static constexpr int kProof = 3;
  static constexpr Duration kQuiet = std::chrono::seconds(5);
  static constexpr Duration kLearningWindow = std::chrono::seconds(3);

  /// The path names the peer's address. The same address again changes nothing, nor does an unset one (a held leg):
  /// what was learnt stays.
  void point(const SocketAddress& described, LatchMode mode, Instant now);
  /// Judges a packet by its source.
  Verdict judge(const SocketAddress& source, std::uint32_t ssrc, Instant now);
  /// A packet that the kernel already knows to be from source(): its socket is connected.
  void heard(Instant now) { last_heard_ = now; }

  const SocketAddress& target() const { return target_; }  ///< where to send; port 0 before point()
  const SocketAddress& source() const { return source_; }  ///< port 0 while learning
  bool sends_to_source() const { return source_.port != 0 && source_ == target_; }

 private:
  bool is_eligible(const SocketAddress& source) const;
  bool is_proved(const SocketAddress& source, std::uint32_t ssrc);
  Verdict hold(const SocketAddress& source, Instant now);

  LatchMode mode_ = LatchMode::Fixed;
  std::uint8_t proof_ = 0;
  std::uint32_t candidate_ssrc_ = 0;
  SocketAddress described_;
  SocketAddress target_;
  SocketAddress source_;
  SocketAddress candidate_;
  Instant last_heard_{};
  Instant pointed_at_{};
};

}  // namespace tandem::media
