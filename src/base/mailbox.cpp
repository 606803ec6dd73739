#include "tandem/base/mailbox.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <cstdint>

#include "tandem/base/check.hpp"

namespace tandem {

WakeFd::WakeFd() : fd_(UniqueFd::adopt(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))) {
  TANDEM_CHECK(fd_, "an eventfd for a mailbox");
}

void WakeFd::ring() noexcept {
  const std::uint64_t one = 1;
  // EAGAIN means that the counter is full, so the bell rings already.
  [[maybe_unused]] const auto written = ::write(fd_.borrow(), &one, sizeof one);
}

void WakeFd::clear() noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto read = ::read(fd_.borrow(), &count, sizeof count);
}

void WakeFd::wait(int timeout_ms) noexcept {
  pollfd poll_fd{fd_.borrow(), POLLIN, 0};
  ::poll(&poll_fd, 1, timeout_ms);
}

}  // namespace tandem
