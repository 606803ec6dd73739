// A peer on the side of the telephone network, and the numbers that go to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tandem/config/access.hpp"
#include "tandem/config/general.hpp"
#include "tandem/config/mark.hpp"
#include "tandem/config/target.hpp"

namespace tandem::config {

/// Numbers that go to a carrier. Among the carriers of one prefix CarrierOrder decides.
struct PrefixRoute {
  std::string digits;  ///< E.164 digits without "+", "" for all: longest wins
  std::uint16_t priority = 10;
  std::uint16_t weight = 10;
  std::optional<std::uint64_t> cost;  ///< millionths of the operator's currency a minute

  PrefixRoute() = default;
  // Most prefixes are nothing but digits.
  PrefixRoute(std::string written) : digits(std::move(written)) {}  // NOLINT(google-explicit-constructor)
  PrefixRoute(const char* written) : digits(written) {}             // NOLINT(google-explicit-constructor)
  friend bool operator==(const PrefixRoute&, const PrefixRoute&) = default;
};

enum class CarrierOrder : std::uint8_t { Ordered, Weighted, LeastCost };

struct Carrier {
  std::string name;
  bool enabled = true;
  General general;
  CallLimits limits;
  std::string location;  ///< an Edge: calls to it leave there
  DiversionIn diversion = DiversionIn::Forward;
  TargetPolicy policy = TargetPolicy::PriorityWeight;
  std::vector<PrefixRoute> prefixes;
  std::vector<Target> targets;
  std::vector<Cidr> sources;  ///< where its INVITEs come from
  std::optional<OutboundCredential> auth;
  Mark mark;
};

}  // namespace tandem::config
