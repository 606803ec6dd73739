#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tandem/base/unique_fd.hpp"
#include "tandem/control/admin_socket.hpp"

namespace tandem::control {
namespace {

namespace fs = std::filesystem;

/// A client that never blocks: everything it does is done when the call returns, so no test waits.
class Client {
 public:
  explicit Client(const std::string& path) : fd_(UniqueFd::adopt(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0))) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    connected_ = ::connect(fd_.borrow(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  bool connected() const { return connected_; }
  bool say(const std::string& text) {
    return ::send(fd_.borrow(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }
  std::string heard() {
    std::string text;
    char buffer[65536];
    for (;;) {
      const ssize_t count = ::recv(fd_.borrow(), buffer, sizeof buffer, 0);
      closed_ = count == 0 || (count < 0 && errno == ECONNRESET);
      if (count <= 0) return text;
      text.append(buffer, static_cast<std::size_t>(count));
    }
  }
  bool closed() {
    heard();
    return closed_;
  }
  void half_close() { ::shutdown(fd_.borrow(), SHUT_WR); }

 private:
  UniqueFd fd_;
  bool connected_ = false;
  bool closed_ = false;
};

class AdminSocketTest : public ::testing::Test {
 protected:
  AdminSocketTest() {
    char name[] = "/tmp/tandem-admin-XXXXXX";
    folder_ = ::mkdtemp(name);
    path_ = folder_ + "/admin.sock";
  }
  ~AdminSocketTest() override {
    socket_.reset();
    fs::remove_all(folder_);
  }
  void open() {
    auto socket = open_admin_socket(path_);
    ASSERT_TRUE(socket) << socket.error();
    socket_ = std::move(*socket);
  }
  std::string error_of_open() {
    auto socket = open_admin_socket(path_);
    return socket ? "" : socket.error();
  }
  bool wants_to_read(std::size_t connections) const { return socket_->fds().size() == connections + 1; }

  std::string folder_;
  std::string path_;
  std::unique_ptr<AdminSocket> socket_;
};

TEST_F(AdminSocketTest, AsksAndAnswers) {
  open();
  Client client(path_);
  ASSERT_TRUE(client.say("{\"verb\":\"log\",\"argument\":\"debug\"}\n"));
  const auto requests = socket_->receive();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].verb, "log");
  EXPECT_EQ(requests[0].argument, "debug");
  EXPECT_EQ(requests[0].uid, ::getuid());
  socket_->reply(requests[0].token, R"({"ok":true})");
  EXPECT_EQ(client.heard(), "{\"ok\":true}\n");
}

TEST_F(AdminSocketTest, ALineMayComeInPieces) {
  open();
  Client client(path_);
  ASSERT_TRUE(client.say("{\"verb\":"));
  EXPECT_TRUE(socket_->receive().empty());
  ASSERT_TRUE(client.say("\"stats\"}"));
  EXPECT_TRUE(socket_->receive().empty());
  ASSERT_TRUE(client.say("\n"));
  const auto requests = socket_->receive();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].verb, "stats");
  EXPECT_EQ(requests[0].argument, "");
}

TEST_F(AdminSocketTest, LinesInOneWriteAreAskedOneAfterTheOther) {
  open();
  Client client(path_);
  ASSERT_TRUE(client.say("{\"verb\":\"a\"}\n{\"verb\":\"b\"}\n"));
  auto requests = socket_->receive();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_TRUE(socket_->receive().empty()) << "the first has no answer yet";
  EXPECT_TRUE(wants_to_read(0));
  socket_->reply(requests[0].token, "1");
  ASSERT_TRUE(wants_to_read(1));
  pollfd readable{socket_->fds()[1], POLLIN, 0};
  EXPECT_EQ(::poll(&readable, 1, 0), 1) << "poll must tell of the second";
  requests = socket_->receive();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].verb, "b");
}

TEST_F(AdminSocketTest, AnswersOfTwoClientsAreNotMixedUp) {
  open();
  Client first(path_), second(path_);
  ASSERT_TRUE(first.say("{\"verb\":\"a\"}\n"));
  ASSERT_TRUE(second.say("{\"verb\":\"b\"}\n"));
  const auto requests = socket_->receive();
  ASSERT_EQ(requests.size(), 2U);
  socket_->reply(requests[1].token, "to " + requests[1].verb);
  socket_->reply(requests[0].token, "to " + requests[0].verb);
  EXPECT_EQ(first.heard(), "to a\n");
  EXPECT_EQ(second.heard(), "to b\n");
}

TEST_F(AdminSocketTest, GarbageIsAnsweredAndTheConnectionLives) {
  open();
  Client client(path_);
  const char* garbage[] = {"hello\n",          "[1,2]\n",     "{}\n",           "{\"verb\":7}\n",
                           "{\"verb\":\"\"}\n", "{\"verb\":\"x\",\"more\":1}\n", "\xff\xfe{\n", "{\"verb\":\"x\",\"argument\":[]}\n"};
  for (const char* line : garbage) {
    ASSERT_TRUE(client.say(line));
    EXPECT_TRUE(socket_->receive().empty()) << line;
    EXPECT_TRUE(client.heard().starts_with(R"({"ok":false,"error":"bad_request","text":")")) << line;
  }
  ASSERT_TRUE(client.say("\n  \n{\"verb\":\"stats\"}\n"));
  EXPECT_EQ(socket_->receive().size(), 1U) << "empty lines are nothing";
}

TEST_F(AdminSocketTest, DeepNestingIsGarbageToo) {
  open();
  Client client(path_);
  ASSERT_TRUE(client.say(std::string(4000, '[') + "\n"));
  EXPECT_TRUE(socket_->receive().empty());
  EXPECT_NE(client.heard().find("bad_request"), std::string::npos);
}

TEST_F(AdminSocketTest, ALineOf4096OctetsIsTheLimit) {
  open();
  Client client(path_);
  const std::string frame = "{\"verb\":\"\"}";
  ASSERT_TRUE(client.say("{\"verb\":\"" + std::string(4095 - frame.size(), 'v') + "\"}\n"));
  EXPECT_EQ(socket_->receive().size(), 1U);

  Client long_winded(path_);
  ASSERT_TRUE(long_winded.say(std::string(4097, 'x')));
  EXPECT_TRUE(socket_->receive().empty());
  EXPECT_NE(long_winded.heard().find("line_too_long"), std::string::npos);
  EXPECT_TRUE(long_winded.closed());
}

TEST_F(AdminSocketTest, AHalfClosedClientGetsItsAnswerAndIsLetGo) {
  open();
  Client client(path_);
  ASSERT_TRUE(client.say("{\"verb\":\"stats\"}\n"));
  client.half_close();
  const auto requests = socket_->receive();
  ASSERT_EQ(requests.size(), 1U);
  socket_->reply(requests[0].token, "answer");
  EXPECT_EQ(client.heard(), "answer\n");
  EXPECT_TRUE(socket_->receive().empty());
  EXPECT_TRUE(wants_to_read(0));
  EXPECT_TRUE(client.closed());
}

TEST_F(AdminSocketTest, AClientThatLeftGetsNoAnswer) {
  open();
  std::vector<AdminRequest> requests;
  {
    Client client(path_);
    ASSERT_TRUE(client.say("{\"verb\":\"stats\"}\n"));
    requests = socket_->receive();
  }
  ASSERT_EQ(requests.size(), 1U);
  socket_->reply(requests[0].token, "answer");
  socket_->reply(requests[0].token, "again");
  socket_->reply(4711, "nobody asked");
  socket_->reply(0, "none");
  EXPECT_TRUE(socket_->receive().empty());
  EXPECT_TRUE(wants_to_read(0));
}

TEST_F(AdminSocketTest, TheSeventeenthTakesThePlaceOfTheLongestSilent) {
  open();
  std::vector<Client> clients;
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back(path_);
    (void)socket_->receive();
  }
  ASSERT_TRUE(clients[0].say("\n"));
  (void)socket_->receive();
  Client last(path_);
  ASSERT_TRUE(last.say("{\"verb\":\"stats\"}\n"));
  EXPECT_EQ(socket_->receive().size(), 1U);
  EXPECT_FALSE(clients[0].closed());
  EXPECT_TRUE(clients[1].closed());
  EXPECT_FALSE(clients[2].closed());
  EXPECT_TRUE(wants_to_read(15)) << "16 connections, one of which waits for its answer";
}

TEST_F(AdminSocketTest, ALongAnswerGoesOutAsTheClientReads) {
  open();
  Client client(path_);
  ASSERT_TRUE(client.say("{\"verb\":\"calls\"}\n"));
  const auto requests = socket_->receive();
  ASSERT_EQ(requests.size(), 1U);
  const std::string answer(3'000'000, 'c');
  socket_->reply(requests[0].token, answer);
  std::string heard;
  int rounds = 0;
  while (!socket_->blocked_fds().empty() && rounds++ < 1000) {
    EXPECT_TRUE(wants_to_read(0));
    heard += client.heard();
    (void)socket_->receive();
  }
  heard += client.heard();
  EXPECT_EQ(heard, answer + "\n");
  EXPECT_TRUE(wants_to_read(1));
}

TEST_F(AdminSocketTest, TheFileIsForOwnerAndGroupAndGoesWithTheSocket) {
  open();
  struct stat file {};
  ASSERT_EQ(::stat(path_.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 07777, 0660U);
  socket_.reset();
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(AdminSocketTest, AStaleFileIsReplaced) {
  {
    // What a killed daemon leaves: a bound socket file that nobody listens at.
    const auto dead = UniqueFd::adopt(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    ASSERT_EQ(::bind(dead.borrow(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ASSERT_TRUE(fs::exists(path_));
  open();
  EXPECT_TRUE(Client(path_).connected());
}

TEST_F(AdminSocketTest, ALiveOneIsRefusedAndStays) {
  open();
  EXPECT_NE(error_of_open().find("another tandemd answers at " + path_), std::string::npos) << error_of_open();
  EXPECT_TRUE(Client(path_).connected());
}

TEST_F(AdminSocketTest, AnotherFileIsNotRemoved) {
  std::ofstream(path_) << "precious";
  EXPECT_NE(error_of_open().find("is no socket"), std::string::npos) << error_of_open();
  EXPECT_TRUE(fs::exists(path_));
}

TEST_F(AdminSocketTest, TheFileOfASuccessorIsNotRemoved) {
  open();
  fs::remove(path_);
  std::ofstream(path_) << "the successor's";
  socket_.reset();
  EXPECT_TRUE(fs::exists(path_));
}

TEST_F(AdminSocketTest, AMissingFolderIsAnErrorWithItsCure) {
  path_ = folder_ + "/missing/admin.sock";
  EXPECT_NE(error_of_open().find("bind " + path_ + ": No such file or directory: make the folder first"), std::string::npos)
      << error_of_open();
}

TEST_F(AdminSocketTest, APathThatIsTooLongIsAnError) {
  path_ = "/tmp/" + std::string(200, 'x');
  EXPECT_NE(error_of_open().find("107 octets"), std::string::npos) << error_of_open();
}

}  // namespace
}  // namespace tandem::control
