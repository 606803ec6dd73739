// Caller -> switch one -> switch two -> two callees, one after the other or at once through a forking proxy,
// over one wire, with calls that a seed has drawn. One seed is one world: it runs to its end, and then
// nothing may be left of it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scenario/forking_proxy.hpp"
#include "scenario/phone.hpp"
#include "scenario/switch_node.hpp"

namespace tandem::scenario {

/// What the calls of a world go through.
struct Weather {
  std::string name;
  Impairment impairment;
  bool somebody_vanishes = false;  ///< for a minute, in the middle of it all
  bool short_sessions = false;     ///< refreshed every 45 s (RFC 4028), so that an exchange may be open at any time
};

/// What worlds have in common, summed up.
struct Tally {
  std::map<std::string, std::size_t> outcomes, deeds;
  WireCounts wire;
  std::uint64_t calls = 0, repetitions = 0;
  std::uint64_t agreed = 0;  ///< calls whose two ends were compared after a silence
  std::uint64_t quiet = 0;   ///< calls that were meant to be
  std::uint64_t forked = 0;  ///< INVITEs that went to both callees at once
};

class World {
 public:
  World(std::uint64_t seed, const Weather&, std::size_t calls);
  /// Runs every call to its end. Empty if all ended well; else what did not.
  std::vector<std::string> run();
  void add_to(Tally&) const;
  std::string ladder() const { return wire_.ladder(); }
  void keep_ladder() { wire_.keeps_ladder = true; }

 private:
  void place(std::size_t index);
  CallerScript draw_caller();
  CalleeScript draw_callee();
  Talk draw_talk(bool quiet);
  void add_transfer(Talk&, const std::string& number);
  void compare(const std::string& number);
  std::vector<std::string> complaints() const;

  Agenda agenda_;
  Random random_;
  Weather weather_;
  Wire wire_;
  SwitchNode one_, two_;
  Phone caller_, first_, second_;
  ForkingProxy fork_;
  std::size_t calls_;
  std::map<std::string, CalleeScript> first_scripts_, second_scripts_;
  std::map<std::string, bool> quiet_;  ///< true once compared
  std::vector<std::string> disagreements_;
  std::uint64_t agreed_ = 0;
};

}  // namespace tandem::scenario
