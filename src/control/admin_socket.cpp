#include "tandem/control/admin_socket.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <list>
#include <utility>

#include "control/open_socket.hpp"
#include "control/request.hpp"
#include "tandem/base/text.hpp"

namespace tandem::control {
namespace {

constexpr std::size_t kConnections = 16;
constexpr std::size_t kLineOctets = 4096;
constexpr std::size_t kLinesATurn = 16;  ///< of one connection, so that garbage never keeps the others waiting

struct Connection {
  UniqueFd fd;
  std::uint32_t uid = 0;
  std::uint64_t token = 0;   ///< of the question that waits for its answer; 0: none
  std::string in;            ///< the line so far
  std::string out;           ///< answered, not sent yet
  bool ended = false;        ///< the client sends no more: it still gets its answers
  bool broken = false;       ///< to be closed at once
};

std::uint32_t uid_of(int fd) {
  ucred peer{};
  socklen_t length = sizeof peer;
  return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 ? peer.uid : UINT32_MAX;
}

/// Sends what the socket takes.
void flush(Connection& connection) {
  while (!connection.out.empty() && !connection.broken) {
    const ssize_t sent = ::send(connection.fd.borrow(), connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) return;
    if (sent <= 0) {
      connection.broken = true;
      return;
    }
    connection.out.erase(0, static_cast<std::size_t>(sent));
  }
}

void answer(Connection& connection, const std::string& json) {
  connection.out += json;
  connection.out += '\n';
  flush(connection);
}

enum class Reading { Line, Partial, Nothing };

/// Takes one line out of the socket into `in`, or what there is of it. The next line stays in the socket, so that poll()
/// tells of it again.
Reading read_line(Connection& connection) {
  char buffer[kLineOctets + 1];
  const std::size_t room = sizeof buffer - connection.in.size();
  ssize_t count = ::recv(connection.fd.borrow(), buffer, room, MSG_PEEK);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return Reading::Nothing;
  if (count <= 0) {
    connection.ended = true;
    connection.broken = count < 0;
    return Reading::Nothing;
  }
  const std::string_view seen(buffer, static_cast<std::size_t>(count));
  const std::size_t end = seen.find('\n');
  const std::size_t taken = end == std::string_view::npos ? seen.size() : end + 1;
  if (::recv(connection.fd.borrow(), buffer, taken, 0) < 0) return Reading::Nothing;
  connection.in.append(seen.substr(0, taken));
  return end == std::string_view::npos ? Reading::Partial : Reading::Line;
}

/// Front: silent longest.
using Connections = std::list<Connection>;

class UnixAdminSocket final : public AdminSocket {
 public:
  explicit UnixAdminSocket(ListeningSocket socket) : listener_(std::move(socket)) {}
  ~UnixAdminSocket() override { remove_file(listener_); }

  std::vector<int> fds() const override {
    std::vector<int> readable{listener_.fd.borrow()};
    for (const Connection& connection : connections_) {
      // Not while its question waits: a client that writes on must not spin the loop.
      if (connection.token == 0 && connection.out.empty()) readable.push_back(connection.fd.borrow());
    }
    return readable;
  }
  std::vector<int> blocked_fds() const override {
    std::vector<int> blocked;
    for (const Connection& connection : connections_) {
      if (!connection.out.empty()) blocked.push_back(connection.fd.borrow());
    }
    return blocked;
  }

  std::vector<AdminRequest> receive() override {
    accept_waiting();
    std::vector<AdminRequest> requests;
    for (auto it = connections_.begin(); it != connections_.end();) {
      const auto current = it++;
      flush(*current);
      if (take_question(*current, requests)) connections_.splice(connections_.end(), connections_, current);
      if (is_over(*current)) connections_.erase(current);
    }
    return requests;
  }

  void reply(std::uint64_t token, std::string json) override {
    const auto asked = std::find_if(connections_.begin(), connections_.end(),
                                    [&](const Connection& c) { return token != 0 && c.token == token; });
    if (asked == connections_.end()) return;
    asked->token = 0;
    answer(*asked, json);
    if (is_over(*asked)) connections_.erase(asked);
  }

 private:
  void accept_waiting() {
    for (;;) {
      UniqueFd fd = UniqueFd::adopt(::accept4(listener_.fd.borrow(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!fd) return;
      if (connections_.size() == kConnections) connections_.pop_front();
      Connection& connection = connections_.emplace_back();
      connection.uid = uid_of(fd.borrow());
      connection.fd = std::move(fd);
    }
  }

  /// The next line that is a request, if there is one; malformed ones before it are answered. True: something came.
  bool take_question(Connection& connection, std::vector<AdminRequest>& requests) {
    bool moved = false;
    for (std::size_t lines = 0; lines < kLinesATurn; ++lines) {
      if (connection.token != 0 || connection.ended || connection.broken || !connection.out.empty()) break;
      const Reading reading = read_line(connection);
      if (reading == Reading::Nothing) break;
      moved = true;
      if (reading == Reading::Line) {
        ask(connection, std::exchange(connection.in, {}), requests);
      } else if (connection.in.size() > kLineOctets) {
        answer(connection, error_json("line_too_long", "a request line has at most 4096 octets"));
        connection.broken = true;
      }
    }
    return moved;
  }

  void ask(Connection& connection, const std::string& line, std::vector<AdminRequest>& requests) {
    if (trim(line).empty()) return;
    auto question = parse_question(line);
    if (!question) return answer(connection, error_json("bad_request", question.error()));
    connection.token = next_token_++;
    requests.push_back({connection.token, std::move(question->verb), std::move(question->argument), connection.uid});
  }

  /// A client that has sent its last line is kept until its answer is with it.
  static bool is_over(const Connection& connection) {
    return connection.broken || (connection.ended && connection.token == 0 && connection.out.empty());
  }

  ListeningSocket listener_;
  Connections connections_;
  std::uint64_t next_token_ = 1;
};

}  // namespace

Expected<std::unique_ptr<AdminSocket>, std::string> open_admin_socket(const std::string& path) {
  auto socket = listen_at(path);
  if (!socket) return unexpected(std::move(socket.error()));
  return std::make_unique<UnixAdminSocket>(std::move(*socket));
}

}  // namespace tandem::control
