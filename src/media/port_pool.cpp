#include "media/port_pool.hpp"

#include <cerrno>
#include <utility>

namespace tandem::media {

PortPool::PortPool(std::uint16_t first_port, std::uint16_t last_port, Random& random, BindPair bind_pair)
    : bind_pair_(std::move(bind_pair)) {
  const std::uint32_t first_even = (std::uint32_t{first_port} + 1) & ~1U;
  for (std::uint32_t port = first_even; port + 1 <= last_port; port += 2)
    free_.push_back(static_cast<std::uint16_t>(port));
  total_pairs_ = free_.size();
  for (std::size_t i = free_.size(); i > 1; --i) std::swap(free_[i - 1], free_[random.below(i)]);
}

Expected<SocketPair, OpenError> PortPool::bind(const IpAddress& address) {
  const std::size_t tries = std::min<std::size_t>(free_.size(), kMaxSkips);
  for (std::size_t i = 0; i < tries; ++i) {
    const std::uint16_t port = free_.front();
    auto bound = bind_pair_(address, port);
    if (bound) {
      free_.pop_front();
      return std::move(*bound);
    }
    if (bound.error() != EADDRINUSE && bound.error() != EACCES) {
      const bool no_descriptor = bound.error() == EMFILE || bound.error() == ENFILE || bound.error() == ENOMEM ||
                                 bound.error() == ENOBUFS;
      return unexpected(no_descriptor ? OpenError::DescriptorsExhausted : OpenError::PortsExhausted);
    }
    free_.pop_front();  // somebody else's: ask again when its turn comes round
    free_.push_back(port);
  }
  return unexpected(OpenError::PortsExhausted);
}

void PortPool::release(std::uint16_t rtp_port) { free_.push_back(rtp_port); }

}  // namespace tandem::media
