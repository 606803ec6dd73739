// What a target needs before it is dialled: what its entry takes, and where its name leads. Both are let go
// of as soon as the call ends, whatever its peers still have to say.
#include <algorithm>

#include "switchboard/switchboard.hpp"
#include "tandem/base/log.hpp"

namespace tandem::switchboard {

namespace {

bool listens_to(const config::Config& config, media::AddressFamily family) {
  return std::any_of(config.listeners.begin(), config.listeners.end(),
                     [family](const config::Listener& row) { return family_of(row.bind.ip) == family; });
}

dns::Question question_of(const call::Call& call, const trunk::PlannedTarget& target) {
  dns::Question question;
  question.host = target.request_uri.host;
  question.port = target.request_uri.port;
  if (target.transport_written) question.transport = target.transport;
  const bool v6 = family_towards_callee(call) == media::AddressFamily::V6;
  question.families = v6 ? dns::Families::V6 : dns::Families::V4;
  return question;
}

call::TargetReady ready(std::size_t target, const std::vector<dns::TargetAddress>& addresses) {
  call::TargetReady ready{target, {}};
  for (const dns::TargetAddress& row : addresses) {
    if (ready.addresses.size() == call::kMaxTargetAddresses) break;
    ready.addresses.push_back({row.address, row.transport});
  }
  return ready;
}

call::TargetRefused unresolved(std::size_t target, std::string why) {
  const trunk::Reason reason = trunk::Reason::NameUnresolved;
  return {target, reason, trunk::info(reason).status, std::move(why)};
}

}  // namespace

media::AddressFamily family_towards_callee(const call::Call& call) {
  const auto& targets = call.admission.plan.targets;
  if (targets.empty()) return media::AddressFamily::V4;
  if (targets.front().is_numeric()) return family_of(targets.front().address.ip);
  const config::Config& config = trunk::config_of(*call.directory);
  const bool only_v6 =
      !listens_to(config, media::AddressFamily::V4) && listens_to(config, media::AddressFamily::V6);
  return only_v6 ? media::AddressFamily::V6 : media::AddressFamily::V4;
}

bool Switchboard::perform(CallId id, Row& row, call::PrepareTarget& prepare) {
  stop_looking_up(id, row);  // the call has given up on what it asked before
  const trunk::RoutePlan& plan = row.call.admission.plan;
  const trunk::PlannedTarget& target = plan.targets.at(prepare.target);
  if (const auto full = take_entry(row, target.entry)) {
    ++counts_.reservations_refused;
    inbox_.emplace_back(id, call::TargetRefused{prepare.target, full->reason, full->status,
                                                full->counter + " is at its limit"});
  } else if (target.is_numeric()) {
    inbox_.emplace_back(id, call::TargetReady{prepare.target, {{target.address, target.transport}}});
  } else {
    look_up(id, row, prepare.target);
  }
  return false;
}

/// The reservation that was refused, or nothing: the entry's channels are the call's.
std::optional<trunk::Reservation> Switchboard::take_entry(Row& row, std::size_t entry) {
  // First, so that two entries with one counter do not ask it for two channels.
  let_go_of_entries(row);
  const auto held = std::any_of(row.of_entries.begin(), row.of_entries.end(),
                                [entry](const auto& one) { return one.first == entry; });
  if (held) return std::nullopt;
  auto taken = limits_.take(row.call.admission.plan.entries.at(entry).takes, now_);
  if (!taken) return std::move(taken.error());
  row.of_entries.emplace_back(entry, std::move(*taken));
  return std::nullopt;
}

/// What the call has given up on, or whose leg has been transferred away.
void Switchboard::let_go_of_entries(Row& row) {
  std::erase_if(row.of_entries, [&](const auto& held) { return !call::uses_entry(row.call, held.first); });
}

void Switchboard::look_up(CallId id, Row& row, std::size_t target) {
  const trunk::PlannedTarget& planned = row.call.admission.plan.targets[target];
  if (neighbours_.resolver == nullptr) {
    inbox_.emplace_back(id, unresolved(target, planned.request_uri.host + ": names are not looked up here"));
    return;
  }
  ++counts_.names_asked;
  const auto answer = neighbours_.resolver->ask(question_of(row.call, planned), id.pack(), now_);
  if (answer) return answer_preparation(id, target, *answer);
  row.looking_up = target;
}

void Switchboard::answer_preparation(CallId id, std::size_t target, const dns::Answer& answer) {
  if (answer.addresses.empty()) {
    inbox_.emplace_back(id, unresolved(target, answer.failure));
  } else {
    inbox_.emplace_back(id, ready(target, answer.addresses));
  }
}

void Switchboard::stop_looking_up(CallId id, Row& row) {
  if (!row.looking_up) return;
  neighbours_.resolver->cancel(id.pack());
  row.looking_up.reset();
}

void Switchboard::take_names() {
  if (neighbours_.resolver == nullptr) return;
  neighbours_.resolver->on_time(now_);
  for (const auto& [token, answer] : neighbours_.resolver->take_answers()) {
    const CallId id = CallId::unpack(token);
    Row* row = rows_.find(id);
    if (row == nullptr || !row->looking_up) continue;  // the call has ended, or asks for something else
    answer_preparation(id, *std::exchange(row->looking_up, std::nullopt), answer);
  }
}

void Switchboard::let_go(CallId id, Row& row) {
  stop_looking_up(id, row);
  row.of_call = {};
  row.of_entries.clear();
}

}  // namespace tandem::switchboard
