// A peer that is a socket and the text we put into it: no SIP stack of its own, so it can be as wrong as a test needs.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tandem/base/address.hpp"
#include "tandem/base/text.hpp"
#include "tandem/base/unique_fd.hpp"

namespace tandem::contract {

/// One message as it came.
struct Received {
  std::string text;
  SocketAddress from;

  std::string first_line() const { return text.substr(0, text.find("\r\n")); }
  bool is_request(std::string_view method) const { return first_line().rfind(std::string(method) + " sip", 0) == 0; }
  int status() const { return text.rfind("SIP/2.0 ", 0) == 0 ? std::atoi(text.c_str() + 8) : 0; }
  /// Value of the first header of that name, or empty.
  std::string header(std::string_view name) const {
    const std::string key = "\r\n" + std::string(name) + ": ";
    const std::size_t at = text.find(key);
    if (at == std::string::npos) return {};
    const std::size_t start = at + key.size();
    return text.substr(start, text.find("\r\n", start) - start);
  }
  std::string param(std::string_view name, std::string_view key) const {
    const std::string value = header(name);
    const std::string mark = ";" + std::string(key) + "=";
    const std::size_t at = value.find(mark);
    if (at == std::string::npos) return {};
    const std::size_t start = at + mark.size();
    return value.substr(start, value.find_first_of(";>, ", start) - start);
  }
  std::string body() const {
    const std::size_t end = text.find("\r\n\r\n");
    return end == std::string::npos ? std::string{} : text.substr(end + 4);
  }
};

class RawPeer {
 public:
  /// At any port.
  RawPeer(Transport transport, const std::string& ip) : transport_(transport), ip_(*IpAddress::parse(ip)) {
    if (!bind(0)) throw std::runtime_error("no port of " + ip + " is free");
    if (transport == Transport::Tcp) listen(8);
  }
  /// For datagrams and for connections at the same port; those are refused until it listens.
  static std::pair<RawPeer, RawPeer> at_one_port(const std::string& ip) {
    for (int i = 0; i < 100; ++i) {
      RawPeer datagrams(Transport::Udp, ip);
      RawPeer stream(Transport::Tcp, *IpAddress::parse(ip));
      // A port that is free for UDP may be taken for TCP: another one then.
      if (stream.bind(datagrams.address().port)) return {std::move(datagrams), std::move(stream)};
    }
    throw std::runtime_error("no port of " + ip + " is free for both UDP and TCP");
  }

  SocketAddress address() const {
    sockaddr_storage native{};
    socklen_t length = sizeof native;
    ::getsockname(fd_.borrow(), as_sockaddr(native), &length);
    return SocketAddress::from_native(native);
  }
  std::string host_port() const { return ip_.print_for_uri() + ":" + std::to_string(address().port); }
  std::string_view via_transport() const { return transport_ == Transport::Udp ? "UDP" : "TCP"; }
  Transport transport() const { return transport_; }

  /// Opens a TCP connection of the peer's own. The socket that listens stays.
  void connect(const SocketAddress& to) {
    stream_ = UniqueFd::adopt(::socket(ip_.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM, 0));
    sockaddr_storage native{};
    const socklen_t length = to.to_native(native);
    if (::connect(stream_.borrow(), as_sockaddr(native), length) != 0) std::abort();
  }
  /// The same without waiting for it to be made.
  void start_to_connect(const SocketAddress& to) {
    stream_ = UniqueFd::adopt(::socket(ip_.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0));
    sockaddr_storage native{};
    const socklen_t length = to.to_native(native);
    (void)::connect(stream_.borrow(), as_sockaddr(native), length);
  }
  /// backlog: how many connections may wait to be accepted.
  void listen(int backlog) { (void)::listen(fd_.borrow(), backlog); }
  void close_stream() { stream_.reset(); }

  void send(const std::string& text, const SocketAddress& to) {
    if (transport_ == Transport::Tcp) {
      if (!stream_) connect(to);
      (void)!::send(stream_.borrow(), text.data(), text.size(), MSG_NOSIGNAL);
      return;
    }
    sockaddr_storage native{};
    const socklen_t length = to.to_native(native);
    (void)!::sendto(fd_.borrow(), text.data(), text.size(), 0, as_sockaddr(native), length);
  }

  /// Reads what has come into `got`.
  void read() {
    if (transport_ == Transport::Udp) {
      char room[65536];
      sockaddr_storage native{};
      socklen_t length = sizeof native;
      ssize_t n = 0;
      while ((n = ::recvfrom(fd_.borrow(), room, sizeof room, MSG_DONTWAIT, as_sockaddr(native), &length)) > 0)
        got.push_back({std::string(room, static_cast<std::size_t>(n)), SocketAddress::from_native(native)});
      return;
    }
    if (!stream_) {
      pollfd waiting{fd_.borrow(), POLLIN, 0};
      if (::poll(&waiting, 1, 0) > 0) stream_ = UniqueFd::adopt(::accept(fd_.borrow(), nullptr, nullptr));
    }
    if (stream_) read_stream();
  }
  /// True once the far end has closed the connection.
  bool is_closed() {
    char octet = 0;
    return stream_ && ::recv(stream_.borrow(), &octet, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
  }

  std::vector<Received> got;

 private:
  RawPeer(Transport transport, const IpAddress& ip) : transport_(transport), ip_(ip) {}

  bool bind(std::uint16_t port) {
    fd_ = UniqueFd::adopt(::socket(ip_.is_v4() ? AF_INET : AF_INET6, kind(), 0));
    const int one = 1;
    ::setsockopt(fd_.borrow(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    sockaddr_storage native{};
    const socklen_t length = SocketAddress{ip_, port}.to_native(native);
    return ::bind(fd_.borrow(), as_sockaddr(native), length) == 0;
  }
  int kind() const { return transport_ == Transport::Udp ? SOCK_DGRAM : SOCK_STREAM; }
  static sockaddr* as_sockaddr(sockaddr_storage& native) { return reinterpret_cast<sockaddr*>(&native); }

  void read_stream() {
    char room[65536];
    ssize_t n = 0;
    while ((n = ::recv(stream_.borrow(), room, sizeof room, MSG_DONTWAIT)) > 0)
      pending_.append(room, static_cast<std::size_t>(n));
    for (;;) {
      const std::size_t end = pending_.find("\r\n\r\n");
      if (end == std::string::npos) return;
      const Received head{pending_.substr(0, end + 4), {}};
      const std::size_t whole = end + 4 + parse_decimal(head.header("Content-Length")).value_or(0);
      if (pending_.size() < whole) return;
      got.push_back({pending_.substr(0, whole), {}});
      pending_.erase(0, whole);
    }
  }

  Transport transport_;
  IpAddress ip_;
  UniqueFd fd_;
  UniqueFd stream_;
  std::string pending_;
};

}  // namespace tandem::contract
