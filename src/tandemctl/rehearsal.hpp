// A call on a stage without an audience: step() runs, media and targets answer at once, and the first INVITE
// is the end.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tandem/call/call.hpp"
#include "tandem/tandemctl/explain.hpp"

namespace tandem::tandemctl {

/// What the switchboard's ledger would say if this call were the only one: a call may want one counter twice.
class Counters {
 public:
  /// Takes all, or nothing and names the first that is full.
  std::optional<trunk::Reservation> take(const std::vector<trunk::Reservation>&);

 private:
  std::map<std::pair<std::string, trunk::Meter>, std::uint32_t> taken_;
};

class Rehearsal {
 public:
  /// counters: with what the admission took; random: as the decision left it, since a live call draws on from
  /// there.
  Rehearsal(std::shared_ptr<const trunk::Directory>, const Question&, Counters counters, Random& random);
  /// Invited or Refused.
  void play(call::Event);

  const std::optional<Outgoing>& outgoing() const { return outgoing_; }
  const std::optional<call::RespondToInvite>& response() const { return response_; }
  std::vector<PassedOver> passed_over() const;
  trunk::Reason reason() const { return call_.cause.reason; }

 private:
  void take(const call::Effect&);
  void prepare(std::size_t target);
  call::Event open_media() const;

  const Question& question_;
  Counters counters_;
  Random& random_;
  call::Call call_;
  std::deque<call::Event> events_;
  std::optional<Outgoing> outgoing_;
  std::optional<call::RespondToInvite> response_;
};

}  // namespace tandem::tandemctl
