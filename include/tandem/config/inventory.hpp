// Accounts, their numbers, and what calls to a number run through.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tandem/config/general.hpp"
#include "tandem/config/mark.hpp"

namespace tandem::config {

enum class NumberState : std::uint8_t { Active, Reserved, Released };

/// A number of the inventory.
struct DialledNumber {
  std::string number;   ///< canonical, "+…"
  std::string account;  ///< as written, else the trunk's
  std::string trunk;    ///< empty, and route empty: unassigned (R-157)
  std::string route;    ///< instead of a trunk: a Route
  std::string cnam;
  std::vector<std::string> tags;
  NumberState state = NumberState::Active;
  std::string monthly_charge;  ///< as written, for reports
  Mark mark;
};

/// A number that an account may show without owning it.
struct VerifiedCallerId {
  std::string number;  ///< canonical
  std::string account;
  std::string verified_at;
  std::string method;
  Mark mark;
};

enum class RestrictDestinations : std::uint8_t { None, Verified };  ///< R-069

/// Whose trunks and numbers they are.
struct Account {
  std::string id;
  RestrictDestinations restrict_destinations = RestrictDestinations::None;
  std::string default_number;  ///< canonical: asserted for private calls (R-067); empty: the first it owns
  CallLimits limits;
  Mark mark;
};

/// One entry of a hunting route: a trunk or a telephone number.
struct RouteEntry {
  std::string trunk;
  std::string number;  ///< canonical
  Mark mark;
};

inline constexpr std::size_t kMaxRouteEntries = 10;

/// A hunting sequence for calls to a number.
struct Route {
  std::string name;
  std::string account;  ///< who pays for its number entries
  std::vector<RouteEntry> entries;
  Mark mark;
};

/// Trunks that share limits: channels towards the customer are each trunk's own, channels from it the sum of
/// all.
struct LimitGroup {
  std::string name;
  std::vector<std::string> trunks;
  Mark mark;
};

}  // namespace tandem::config
