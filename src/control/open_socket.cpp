#include "control/open_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace tandem::control {
namespace {

constexpr int kBacklog = 16;
constexpr mode_t kMode = 0660;

UniqueFd unix_socket() { return UniqueFd::adopt(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)); }

std::optional<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

const sockaddr* generic(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

std::string failure(std::string_view operation, const std::string& path, int error) {
  std::string text = "admin socket: " + std::string(operation) + " " + path + ": " + std::strerror(error);
  if (error == ENOENT) text += ": make the folder first (under systemd, RuntimeDirectory=tandem makes /run/tandem)";
  if (error == EACCES || error == EPERM) text += ": the folder must be writable for the user that runs tandemd";
  return text;
}

/// Empty where bind() may go on. A file that refuses connections was left by a daemon that died.
std::string clear_the_way(const std::string& path, const sockaddr_un& address) {
  struct stat file {};
  if (::lstat(path.c_str(), &file) != 0) return errno == ENOENT ? "" : failure("stat", path, errno);
  if (!S_ISSOCK(file.st_mode)) return "admin socket: " + path + " exists and is no socket: choose another admin.socket, or remove it";
  const UniqueFd probe = unix_socket();
  if (!probe) return failure("socket", path, errno);
  if (::connect(probe.borrow(), generic(address), sizeof address) == 0 || errno == EAGAIN) {
    return "admin socket: another tandemd answers at " + path + ": stop it first, or give this one its own admin.socket";
  }
  if (errno != ECONNREFUSED) return failure("connect", path, errno);
  if (::unlink(path.c_str()) != 0) return failure("remove stale", path, errno);
  return {};
}

}  // namespace

Expected<ListeningSocket, std::string> listen_at(const std::string& path) {
  const auto address = address_of(path);
  if (!address) return unexpected("admin socket: the path must have 1 to 107 octets: '" + path + "'");
  if (std::string error = clear_the_way(path, *address); !error.empty()) return unexpected(std::move(error));
  ListeningSocket socket;
  socket.path = path;
  socket.fd = unix_socket();
  if (!socket.fd) return unexpected(failure("socket", path, errno));
  // Before bind the file gets this mode less the umask, so it is never open to others; chmod gives the group its part.
  ::fchmod(socket.fd.borrow(), kMode);
  if (::bind(socket.fd.borrow(), generic(*address), sizeof *address) != 0) return unexpected(failure("bind", path, errno));
  if (::chmod(path.c_str(), kMode) != 0) return unexpected(failure("chmod", path, errno));
  if (::lstat(path.c_str(), &socket.file) != 0) return unexpected(failure("stat", path, errno));
  if (::listen(socket.fd.borrow(), kBacklog) != 0) return unexpected(failure("listen", path, errno));
  return socket;
}

void remove_file(const ListeningSocket& socket) {
  struct stat now {};
  if (::lstat(socket.path.c_str(), &now) != 0) return;
  if (now.st_dev == socket.file.st_dev && now.st_ino == socket.file.st_ino) ::unlink(socket.path.c_str());
}

}  // namespace tandem::control
