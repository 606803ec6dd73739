#include "scenario/wire.hpp"

#include <algorithm>
#include <cstdio>

namespace tandem::scenario {

WireCounts& WireCounts::operator+=(const WireCounts& other) {
  sent += other.sent;
  lost += other.lost;
  repeated += other.repeated;
  reordered += other.reordered;
  unheard += other.unheard;
  return *this;
}

void Wire::attach(const SocketAddress& address, std::string name, Receiver receiver) {
  stations_[address] = {std::move(name), std::move(receiver), {}};
}

void Wire::cut_off(const SocketAddress& address, Duration time) {
  stations_.at(address).deaf_until = agenda_.now() + time;
  write_ladder(name_of(address) + " vanishes");
}

bool Wire::deaf(const SocketAddress& address) const {
  const auto station = stations_.find(address);
  return station == stations_.end() || agenda_.now() < station->second.deaf_until;
}

std::string Wire::name_of(const SocketAddress& address) const {
  const auto station = stations_.find(address);
  return station == stations_.end() ? address.print() : station->second.name;
}

void Wire::send(const Packet& packet) {
  ++counts_.sent;
  if (deaf(packet.from) || deaf(packet.to)) {
    ++counts_.unheard;
    return write_rung(packet, "  (unheard)");
  }
  if (random_.below(1000) < impairment_.lost) {
    ++counts_.lost;
    return write_rung(packet, "  (lost)");
  }
  launch(packet, "");
  if (random_.below(1000) < impairment_.repeated) {
    ++counts_.repeated;
    launch(packet, "  (repeated)");
  }
}

void Wire::launch(const Packet& packet, const char* how) {
  write_rung(packet, how);
  const auto span = static_cast<std::uint64_t>((impairment_.longest - impairment_.shortest).count());
  const Duration way = impairment_.shortest + Duration(span == 0 ? 0 : random_.below(span));
  ++in_flight_;
  agenda_.after(way, [this, packet, number = ++number_] { arrive(packet, number); });
}

void Wire::arrive(const Packet& packet, std::uint64_t number) {
  --in_flight_;
  std::uint64_t& latest = latest_[{packet.from, packet.to}];
  if (number < latest) ++counts_.reordered;
  latest = std::max(latest, number);
  if (deaf(packet.to)) {
    ++counts_.unheard;
    return;
  }
  stations_.at(packet.to).receiver(packet);
}

void Wire::write_rung(const Packet& packet, const char* how) {
  if (!keeps_ladder) return;
  write_ladder(name_of(packet.from) + " -> " + name_of(packet.to) + "  " + rung(packet) + how + "  " + packet.call_id);
}

void Wire::write_ladder(std::string text) {
  if (!keeps_ladder) return;
  char time[32];
  std::snprintf(time, sizeof time, "%10.3f  ",
                std::chrono::duration<double>(agenda_.now().time_since_epoch()).count() - 3600.0);
  ladder_.push_back(time + std::move(text));
}

std::string Wire::ladder() const {
  std::string all;
  for (const std::string& line : ladder_) all += line + "\n";
  return all;
}

}  // namespace tandem::scenario
