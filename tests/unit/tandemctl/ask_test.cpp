#include "tandemctl/ask.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <string>
#include <thread>

#include "tandem/base/unique_fd.hpp"

namespace tandem::tandemctl {
namespace {

using std::chrono::milliseconds;

/// A daemon's end that takes one question, says `answer` and closes; with no answer it keeps silent until the client has left.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer)
      : path_("/tmp/tandem-ask-" + std::to_string(::getpid())),
        listener_(UniqueFd::adopt(::socket(AF_UNIX, SOCK_STREAM, 0))) {
    ::unlink(path_.c_str());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    EXPECT_EQ(::bind(listener_.borrow(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_.borrow(), 1), 0);
    thread_ = std::thread([this, answer = std::move(answer)] { serve(answer); });
  }
  ~OneAnswer() {
    thread_.join();
    ::unlink(path_.c_str());
  }
  const std::string& path() const { return path_; }
  const std::string& question() {
    thread_.join();
    thread_ = std::thread([] {});
    return question_;
  }

 private:
  void serve(const std::string& answer) {
    const auto client = UniqueFd::adopt(::accept(listener_.borrow(), nullptr, nullptr));
    char buffer[4096];
    const ssize_t count = ::recv(client.borrow(), buffer, sizeof buffer, 0);
    if (count > 0) question_.assign(buffer, static_cast<std::size_t>(count));
    if (answer.empty()) {
      (void)::recv(client.borrow(), buffer, sizeof buffer, 0);
    } else {
      (void)::send(client.borrow(), answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }
  std::string path_;
  UniqueFd listener_;
  std::string question_;
  std::thread thread_;
};

TEST(Ask, SendsOneLineAndTakesOne) {
  OneAnswer daemon(R"({"ok":true})" "\n");
  const auto answer = ask(daemon.path(), "log", "de\"bug", milliseconds(10'000));
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(*answer, R"({"ok":true})");
  EXPECT_EQ(daemon.question(), "{\"verb\":\"log\",\"argument\":\"de\\\"bug\"}\n");
}

TEST(Ask, NoDaemonIsSaidWithItsCure) {
  const auto answer = ask("/tmp/tandem-nobody.sock", "stats", "", milliseconds(10'000));
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().starts_with("no daemon answers at /tmp/tandem-nobody.sock: is tandemd running?")) << answer.error();
}

TEST(Ask, ADaemonThatKeepsSilentIsGivenUp) {
  OneAnswer daemon("");
  const auto answer = ask(daemon.path(), "stats", "", milliseconds(20));
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().find("gives no answer"), std::string::npos) << answer.error();
}

TEST(Ask, AnAnswerThatBreaksOffIsAnError) {
  OneAnswer daemon("{\"ok\":tr");
  const auto answer = ask(daemon.path(), "stats", "", milliseconds(10'000));
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().find("closed the connection"), std::string::npos) << answer.error();
}

TEST(Ask, APathThatIsTooLongIsAnError) { EXPECT_FALSE(ask("/" + std::string(200, 'x'), "stats", "", milliseconds(1))); }

}  // namespace
}  // namespace tandem::tandemctl
