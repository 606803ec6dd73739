// A service manager's end of the notify socket: what was said, without waiting.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tandem/base/unique_fd.hpp"

namespace tandem::daemon::testing {

class NotifySocket {
 public:
  /// name: a path, or "@abstract".
  explicit NotifySocket(std::string name)
      : name_(std::move(name)), fd_(UniqueFd::adopt(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0))) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name_.data(), name_.size());
    if (name_[0] == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    EXPECT_EQ(::bind(fd_.borrow(), reinterpret_cast<const sockaddr*>(&address), length), 0);
    ::setenv("NOTIFY_SOCKET", name_.c_str(), 1);
  }
  ~NotifySocket() {
    ::unsetenv("NOTIFY_SOCKET");
    if (name_[0] == '/') ::unlink(name_.c_str());
  }
  /// The next datagram, or "".
  std::string heard() {
    char buffer[4096];
    const ssize_t count = ::recv(fd_.borrow(), buffer, sizeof buffer, 0);
    return count < 0 ? "" : std::string(buffer, static_cast<std::size_t>(count));
  }

 private:
  std::string name_;
  UniqueFd fd_;
};

}  // namespace tandem::daemon::testing
