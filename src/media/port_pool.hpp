// Pairs of ports, even for RTP and the next odd one for RTCP, inside first_port..last_port (R-027, RFC 3550 §11).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include "tandem/base/address.hpp"
#include "tandem/base/expected.hpp"
#include "tandem/base/random.hpp"
#include "tandem/base/unique_fd.hpp"
#include "tandem/media/engine.hpp"

namespace tandem::media {

/// Two bound sockets.
struct SocketPair {
  std::uint16_t rtp_port = 0;  ///< RTCP is the next one
  UniqueFd rtp;
  UniqueFd rtcp;
};

/// Binds both ports of a pair; the error is an errno.
using BindPair = std::function<Expected<SocketPair, int>(const IpAddress&, std::uint16_t rtp_port)>;

/// Free pairs wait in a queue: the one free for longest goes first, so late packets of a call do not reach the next one.
/// The queue starts in random order, so that a stranger cannot guess the next call's ports.
class PortPool {
 public:
  /// A pair that somebody else holds is skipped; after so many in one bind() the pool gives up rather than stall signalling.
  static constexpr int kMaxSkips = 64;

  PortPool(std::uint16_t first_port, std::uint16_t last_port, Random&, BindPair);

  Expected<SocketPair, OpenError> bind(const IpAddress&);
  /// The sockets of a pair are closed: it may be used again.
  void release(std::uint16_t rtp_port);

  std::size_t ports_total() const { return total_pairs_ * 2; }
  std::size_t ports_in_use() const { return (total_pairs_ - free_.size()) * 2; }

 private:
  BindPair bind_pair_;
  std::deque<std::uint16_t> free_;
  std::size_t total_pairs_ = 0;
};

}  // namespace tandem::media
