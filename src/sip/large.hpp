// Requests too large for one datagram that went over TCP instead of UDP (RFC 3261 §18.1.1), until they are
// answered or no connection could be made. It decides nothing: large.cpp does.
#pragma once

#include <vector>

#include "sip/hop.hpp"
#include "tandem/base/time.hpp"

namespace tandem::sip {

/// From here on a request that may does not go over UDP: RFC 3261 §18.1.1, where the path's MTU is not known.
inline constexpr std::size_t kLargestDatagram = 1300;
/// A connection that is not made by then will not be: time for one SYN that was lost, and for an answer over
/// UDP before the target is given up.
inline constexpr Duration kConnectTime = std::chrono::seconds(2);

/// One request that was moved and has no answer yet.
struct MovedRequest {
  ContextId transaction;
  Hop by_udp;  ///< where it would have gone
  Instant since;
  bool is_given_up = false;  ///< it is about to go over UDP
};

class MovedRequests {
 public:
  void add(MovedRequest moved) { rows_.push_back(moved); }
  const MovedRequest* find(ContextId) const;
  void erase(ContextId);
  /// It waits for no connection any more.
  void rest(ContextId);
  /// Those that wait longer than kConnectTime.
  std::vector<ContextId> overdue(Instant now) const;
  /// Until the first is overdue; Duration::max(): none waits.
  Duration until_due(Instant now) const;

 private:
  std::vector<MovedRequest> rows_;  ///< in the order of sending; few at a time
};

}  // namespace tandem::sip
