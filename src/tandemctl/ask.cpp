#include "tandemctl/ask.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "tandem/base/time.hpp"
#include "tandem/base/unique_fd.hpp"

namespace tandem::tandemctl {
namespace {

std::string no_answer(const std::string& path, int error) {
  std::string text = "no daemon answers at " + path + ": is tandemd running? (" + std::strerror(error) + ")";
  if (error == EACCES) text = "may not open " + path + ": use root or a user of the socket's group";
  if (error == ENOENT) text += "; another socket is named with --socket PATH, or --config PATH";
  return text;
}

Expected<UniqueFd, std::string> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return unexpected("the path of a socket has at most 107 octets: " + path);
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd socket = UniqueFd::adopt(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket || ::connect(socket.borrow(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return unexpected(no_answer(path, errno));
  }
  return socket;
}

}  // namespace

Expected<std::string, std::string> ask(const std::string& socket_path, std::string_view verb, std::string_view argument,
                                       std::chrono::milliseconds patience) {
  auto socket = connect_to(socket_path);
  if (!socket) return unexpected(std::move(socket.error()));
  nlohmann::ordered_json question{{"verb", verb}};
  if (!argument.empty()) question["argument"] = argument;
  const std::string line = question.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  if (::send(socket->borrow(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size())) {
    return unexpected(no_answer(socket_path, errno));
  }
  std::string answer;
  const Instant deadline = monotonic_now() + patience;
  while (!answer.ends_with('\n')) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - monotonic_now()).count();
    pollfd readable{socket->borrow(), POLLIN, 0};
    if (left <= 0 || ::poll(&readable, 1, static_cast<int>(left)) == 0) {
      return unexpected("tandemd took the question and gives no answer: its signalling thread hangs, or its machine is "
                        "overloaded; its log says more");
    }
    char buffer[16384];
    const ssize_t count = ::recv(socket->borrow(), buffer, sizeof buffer, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return unexpected(std::string("tandemd closed the connection before its answer was complete"));
    answer.append(buffer, static_cast<std::size_t>(count));
  }
  answer.pop_back();
  return answer;
}

}  // namespace tandem::tandemctl
