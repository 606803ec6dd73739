// A datagram wire that loses, repeats, delays and so reorders what it carries, as a seed says; and the ladder
// of all that it saw.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenario/agenda.hpp"
#include "scenario/packet.hpp"
#include "tandem/base/random.hpp"

namespace tandem::scenario {

/// Of a thousand messages.
struct Impairment {
  unsigned lost = 0;
  unsigned repeated = 0;
  Duration shortest{
      std::chrono::milliseconds(1)};  ///< a message's way takes between these: a wide span reorders
  Duration longest{std::chrono::milliseconds(1)};
};

struct WireCounts {
  std::uint64_t sent = 0;
  std::uint64_t lost = 0;
  std::uint64_t repeated = 0;
  std::uint64_t reordered = 0;  ///< arrived after one that was sent later on the same way
  std::uint64_t unheard = 0;    ///< to or from one who had vanished
  WireCounts& operator+=(const WireCounts&);
};

class Wire {
 public:
  using Receiver = std::function<void(const Packet&)>;

  Wire(Agenda& agenda, Random random, Impairment impairment)
      : agenda_(agenda), random_(random), impairment_(impairment) {}

  void attach(const SocketAddress& address, std::string name, Receiver receiver);
  /// From now on that one neither hears nor is heard, for so long.
  void cut_off(const SocketAddress&, Duration);
  void send(const Packet&);

  const WireCounts& counts() const { return counts_; }
  std::size_t in_flight() const { return in_flight_; }
  /// What happened to every message, a line each, if it was asked for.
  void write_ladder(std::string text);
  bool keeps_ladder = false;
  std::string ladder() const;

 private:
  struct Station {
    std::string name;
    Receiver receiver;
    Instant deaf_until{};
  };
  void launch(const Packet&, const char* how);
  void write_rung(const Packet&, const char* how);
  void arrive(const Packet&, std::uint64_t number);
  bool deaf(const SocketAddress&) const;
  std::string name_of(const SocketAddress&) const;

  Agenda& agenda_;
  Random random_;
  Impairment impairment_;
  std::map<SocketAddress, Station> stations_;
  std::map<std::pair<SocketAddress, SocketAddress>, std::uint64_t>
      latest_;  ///< number of the latest arrival on each way
  std::uint64_t number_ = 0;
  std::size_t in_flight_ = 0;
  WireCounts counts_;
  std::vector<std::string> ladder_;
};

}  // namespace tandem::scenario
