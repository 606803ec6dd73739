// A customer's 3xx: its first Contact becomes the next target. trunk says where it leads; here it takes its
// place in the plan.; RFC 3261 §8.1.3.4.
#include "call/turn.hpp"
#include "tandem/base/check.hpp"

namespace tandem::call {

void add_targets(trunk::RoutePlan& plan, std::size_t behind, trunk::Redirection&& redirection) {
  const std::size_t first_entry = plan.entries.size();
  const bool own_entries = !redirection.entries.empty();
  for (trunk::PlannedTarget& target : redirection.targets) {
    target.entry = own_entries ? first_entry + target.entry : plan.targets[behind].entry;
  }
  plan.entries.insert(plan.entries.end(), std::make_move_iterator(redirection.entries.begin()),
                      std::make_move_iterator(redirection.entries.end()));
  plan.targets.insert(plan.targets.begin() + static_cast<std::ptrdiff_t>(behind) + 1,
                      std::make_move_iterator(redirection.targets.begin()),
                      std::make_move_iterator(redirection.targets.end()));
}

void take_redirection(Turn& turn, const Attempt& attempt, const std::vector<std::string>& contacts) {
  Call& call = turn.call;
  if (target_of(call, attempt).policy.peer_is_carrier) return;  // a carrier's 3xx is a failure like another
  TANDEM_CHECK(call.directory != nullptr, "a call keeps the snapshot that it was born with");
  auto redirection =
      trunk::follow_redirect(*call.directory, call.admission, attempt.target, contacts, turn.context.random);
  const std::string leg = std::to_string(attempt.leg.id.value());
  if (!redirection) {
    turn.emit(Note{log::Level::Warn, "redirect_refused", {{"leg", leg}, {"why", redirection.error()}}});
    return;
  }
  ++call.redirects;
  turn.emit(Note{log::Level::Info,
                 "redirected",
                 {{"leg", leg}, {"targets", std::to_string(redirection->targets.size())}}});
  add_targets(call.admission.plan, attempt.target, std::move(*redirection));
}

}  // namespace tandem::call
