#include "daemon/notify.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "tandem/base/text.hpp"

namespace tandem::daemon {
namespace {

UniqueFd connect_to(std::string_view name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const bool lawful = name.size() > 1 && (name[0] == '/' || name[0] == '@') && name.size() < sizeof address.sun_path;
  if (!lawful) return {};
  std::memcpy(address.sun_path, name.data(), name.size());
  if (name[0] == '@') address.sun_path[0] = '\0';
  // An abstract name ends where the length says, not at a zero octet.
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  UniqueFd socket = UniqueFd::adopt(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return {};
  if (::connect(socket.borrow(), reinterpret_cast<const sockaddr*>(&address), length) != 0) return {};
  return socket;
}

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

Notifier Notifier::from_environment() {
  Notifier notifier;
  notifier.socket_ = connect_to(environment("NOTIFY_SOCKET"));
  const auto pid = environment("WATCHDOG_PID");
  const auto interval = parse_decimal(environment("WATCHDOG_USEC"), INT64_MAX);
  const bool for_us = pid.empty() || parse_decimal(pid) == static_cast<std::uint64_t>(::getpid());
  if (for_us && interval && *interval > 0) notifier.watchdog_.emplace(static_cast<std::int64_t>(*interval));
  return notifier;
}

void Notifier::say(std::string_view state) const {
  if (socket_) (void)::send(socket_.borrow(), state.data(), state.size(), MSG_NOSIGNAL);
}

}  // namespace tandem::daemon
