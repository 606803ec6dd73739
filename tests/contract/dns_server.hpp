// A name server that answers from a table, over UDP and TCP on one loopback port, counts what it is asked,
// and can be as wrong as a test needs: silent, late, cut, garbled. It has no thread: the test's loop serves
// it.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/dns_wire.hpp"
#include "tandem/base/time.hpp"
#include "tandem/base/unique_fd.hpp"

namespace tandem::contract {

namespace wire = test::wire;

/// What the server does with a query instead of answering it at once.
struct Manner {
  enum class Kind {
    Answer,
    Silent,
    Cut,           ///< over UDP: TC and no record; over TCP the answer
    CutAndHangUp,  ///< and TCP is closed without a word
    CutAndMute,    ///< and TCP is read and not answered
    Drip,          ///< over TCP: an octet at a time
    Garble,        ///< our id and question, and nonsense after them
    Noise,         ///< datagrams that are no answer, then the answer
    StrangeId,     ///< an answer to a query that was not ours
  } kind = Kind::Answer;
  Duration delay{};
  int drop = 0;  ///< how many queries are lost first
};

class DnsServer {
 public:
  enum class Streams { Listen, Refuse };
  struct Query {
    std::string name;
    unsigned type = 0;
    Transport transport = Transport::Udp;
    friend bool operator==(const Query&, const Query&) = default;
  };

  explicit DnsServer(Streams streams = Streams::Listen) {
    // A port that is free for UDP may be taken for TCP: another one then.
    for (int attempt = 0; attempt < 20; ++attempt) {
      udp_ = open(SOCK_DGRAM, 0);
      if (streams == Streams::Refuse) return;
      listener_ = open(SOCK_STREAM, address().port);
      if (listener_ && ::listen(listener_.borrow(), 16) == 0) return;
    }
    throw std::runtime_error("no port of loopback is free for both UDP and TCP");
  }

  SocketAddress address() const {
    sockaddr_storage native{};
    socklen_t length = sizeof native;
    ::getsockname(udp_.borrow(), reinterpret_cast<sockaddr*>(&native), &length);
    return SocketAddress::from_native(native);
  }

  void a(const std::string& name, const std::string& ip, std::uint32_t ttl = 60) {
    add(name, 1, wire::a(name, ttl, ip));
  }
  void aaaa(const std::string& name, const std::string& ip, std::uint32_t ttl = 60) {
    add(name, 28, wire::aaaa(name, ttl, ip));
  }
  void srv(const std::string& name, unsigned priority, unsigned weight, unsigned port,
           const std::string& target, std::uint32_t ttl = 60) {
    add(name, 33, wire::srv(name, ttl, priority, weight, port, target));
  }
  void naptr(const std::string& name, unsigned order, const std::string& service, const std::string& target) {
    add(name, 35, wire::naptr(name, 60, order, 1, "s", service, target));
  }
  void add(const std::string& name, unsigned type, const std::string& record) {
    zone_[{name, type}].push_back(record);
  }
  void remove(const std::string& name, unsigned type) { zone_.erase({name, type}); }
  /// For every type of that name.
  void behave(const std::string& name, Manner manner) { manners_[name] = manner; }
  void fail(const std::string& name, unsigned code) { codes_[name] = code; }

  std::size_t count(const std::string& name, unsigned type) const {
    return static_cast<std::size_t>(std::count_if(log.begin(), log.end(), [&](const Query& query) {
      return query.name == name && query.type == type;
    }));
  }

  void add_to(std::vector<pollfd>& watched) const {
    watched.push_back({udp_.borrow(), POLLIN, 0});
    if (listener_) watched.push_back({listener_.borrow(), POLLIN, 0});
    for (const auto& stream : streams_) watched.push_back({stream.fd.borrow(), POLLIN, 0});
  }
  bool is_busy() const { return !late_.empty(); }

  /// Everything that came and everything that is due.
  void serve() {
    std::string datagram(2048, '\0');
    sockaddr_storage from{};
    socklen_t length = sizeof from;
    ssize_t size = 0;
    while ((size = ::recvfrom(udp_.borrow(), datagram.data(), datagram.size(), MSG_DONTWAIT,
                              reinterpret_cast<sockaddr*>(&from), &length)) >= 0) {
      answer_datagram(datagram.substr(0, static_cast<std::size_t>(size)), from, length);
      length = sizeof from;
    }
    if (listener_) accept_all();
    for (Stream& stream : streams_) read(stream);
    std::erase_if(streams_, [](const Stream& stream) { return !stream.fd; });
    send_late();
  }

  std::vector<Query> log;

 private:
  struct Stream {
    UniqueFd fd;
    std::string received;
    std::string to_drip;
  };
  struct Late {
    Instant due;
    std::string octets;
    sockaddr_storage to;
    socklen_t length;
  };
  struct Asked {
    unsigned id = 0;
    std::string name;
    unsigned type = 0;
  };

  static UniqueFd open(int kind, std::uint16_t port) {
    UniqueFd fd = UniqueFd::adopt(::socket(AF_INET, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_storage native{};
    const socklen_t length = SocketAddress{*IpAddress::parse("127.0.0.1"), port}.to_native(native);
    if (::bind(fd.borrow(), reinterpret_cast<const sockaddr*>(&native), length) != 0) fd.reset();
    return fd;
  }

  static Asked read_query(const std::string& octets) {
    Asked asked;
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(octets.at(i)); };
    asked.id = at(0) << 8U | at(1);
    std::size_t offset = 12;
    while (const std::size_t size = at(offset)) {
      if (!asked.name.empty()) asked.name += '.';
      asked.name += octets.substr(offset + 1, size);
      offset += size + 1;
    }
    asked.type = at(offset + 1) << 8U | at(offset + 2);
    return asked;
  }

  std::string answer(const Asked& asked) const {
    wire::Response response{asked.name, asked.type, asked.id, 0x8180, {}, {}};
    const auto found = zone_.find({asked.name, asked.type});
    const auto any = zone_.lower_bound({asked.name, 0});
    if (found != zone_.end()) response.answers = found->second;
    if (found == zone_.end() && (any == zone_.end() || any->first.first != asked.name))
      response.flags |= wire::kNoSuchName;
    if (found == zone_.end()) response.authorities = {wire::soa("example", 30, 30)};
    if (const auto code = codes_.find(asked.name); code != codes_.end())
      response.flags = 0x8180 | code->second;
    return response.octets();
  }

  Manner& manner_of(const std::string& name) { return manners_[name]; }

  void answer_datagram(const std::string& query, const sockaddr_storage& to, socklen_t length) {
    const Asked asked = read_query(query);
    log.push_back({asked.name, asked.type, Transport::Udp});
    Manner& manner = manner_of(asked.name);
    if (manner.drop > 0) {
      --manner.drop;
      return;
    }
    std::string octets = answer(asked);
    wire::Response cut{asked.name, asked.type, asked.id, 0x8180 | wire::kTruncated, {}, {}};
    switch (manner.kind) {
      case Manner::Kind::Answer:
        break;
      case Manner::Kind::Silent:
        return;
      case Manner::Kind::Cut:
      case Manner::Kind::CutAndHangUp:
      case Manner::Kind::CutAndMute:
      case Manner::Kind::Drip:
        octets = cut.octets();
        break;
      case Manner::Kind::Garble:
        octets = octets.substr(0, 12 + wire::name(asked.name).size() + 4) + "\xc0\xff\xee nonsense";
        octets[7] = 9;  // nine answers are announced
        break;
      case Manner::Kind::Noise:
        for (const std::string& noise :
             {std::string(), std::string("x"), std::string(2000, '\xff'), octets.substr(0, 12)})
          send({{}, noise, to, length});
        break;
      case Manner::Kind::StrangeId:
        octets[0] = static_cast<char>(octets[0] ^ 0x55);
        break;
    }
    late_.push_back({monotonic_now() + manner.delay, octets, to, length});
  }

  void send(const Late& late) const {
    (void)::sendto(udp_.borrow(), late.octets.data(), late.octets.size(), 0,
                   reinterpret_cast<const sockaddr*>(&late.to), late.length);
  }
  void send_late() {
    const Instant now = monotonic_now();
    for (const Late& late : late_)
      if (late.due <= now) send(late);
    std::erase_if(late_, [&](const Late& late) { return late.due <= now; });
  }

  void accept_all() {
    while (true) {
      UniqueFd fd =
          UniqueFd::adopt(::accept4(listener_.borrow(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!fd) return;
      streams_.push_back({std::move(fd), {}, {}});
    }
  }

  void read(Stream& stream) {
    char buffer[512];
    ssize_t size = 0;
    while ((size = ::recv(stream.fd.borrow(), buffer, sizeof buffer, 0)) > 0)
      stream.received.append(buffer, static_cast<std::size_t>(size));
    if (size == 0) return stream.fd.reset();
    while (stream.received.size() >= 2) {
      const auto high = static_cast<unsigned char>(stream.received[0]);
      const std::size_t whole = 2U + (high << 8U | static_cast<unsigned char>(stream.received[1]));
      if (stream.received.size() < whole) break;
      answer_on_stream(stream, read_query(stream.received.substr(2, whole - 2)));
      if (!stream.fd) return;
      stream.received.erase(0, whole);
    }
    if (stream.to_drip.empty()) return;
    (void)::send(stream.fd.borrow(), stream.to_drip.data(), 1, MSG_NOSIGNAL);
    stream.to_drip.erase(0, 1);
  }

  void answer_on_stream(Stream& stream, const Asked& asked) {
    log.push_back({asked.name, asked.type, Transport::Tcp});
    const Manner& manner = manner_of(asked.name);
    if (manner.kind == Manner::Kind::CutAndHangUp) return stream.fd.reset();
    if (manner.kind == Manner::Kind::CutAndMute) return;
    const std::string octets = answer(asked);
    const std::string framed = wire::u16(static_cast<unsigned>(octets.size())) + octets;
    if (manner.kind == Manner::Kind::Drip) {
      stream.to_drip += framed;
    } else {
      (void)::send(stream.fd.borrow(), framed.data(), framed.size(), MSG_NOSIGNAL);
    }
  }

  UniqueFd udp_;
  UniqueFd listener_;
  std::vector<Stream> streams_;
  std::vector<Late> late_;
  std::map<std::pair<std::string, unsigned>, std::vector<std::string>> zone_;
  std::map<std::string, Manner> manners_;
  std::map<std::string, unsigned> codes_;
};

}  // namespace tandem::contract
