// Points of presence, the names that trunks have there, and the machines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tandem/base/address.hpp"
#include "tandem/config/mark.hpp"

namespace tandem::config {

/// A point of presence: the label in localized names, in `;edge=` of a target and in `location` (R-018,
///
struct Edge {
  std::string name;
  std::vector<std::string> aliases;  ///< older labels that keep working
  Mark mark;
};

enum class Naming : std::uint8_t { Dns, StrictAlnum };  ///< R-017

/// How a trunk's label becomes host names: one pattern without an edge, one with. Without {trunk} the
/// names are shared by the trunks that are told apart by digest user.
struct DomainPattern {
  std::string plain;      ///< "{trunk}.pstn.example.com"; empty: none
  std::string localized;  ///< "{trunk}.pstn.{edge}.example.com", "{edge}.sip.example.com"; empty: none
  Naming naming = Naming::Dns;
  Mark mark;
};

/// A machine of the service, for `tandemctl dns export`.
struct ServiceNode {
  std::string name;
  std::string edge;
  std::vector<IpAddress> addresses;
  bool drained = false;  ///< left out of the export
  Mark mark;
};

}  // namespace tandem::config
