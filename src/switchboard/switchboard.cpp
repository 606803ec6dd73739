// A step and what follows from it: effects carried out, deadlines kept, news of media and records taken.
#include "switchboard/switchboard.hpp"

#include <algorithm>
#include <set>

#include "tandem/base/log.hpp"
#include "tandem/media/path_spec.hpp"
#include "tandem/sdp/negotiate.hpp"

namespace tandem::switchboard {

media::AddressFamily family_of(const IpAddress& ip) { return ip.is_v6() ? media::AddressFamily::V6 : media::AddressFamily::V4; }

namespace {

trunk::NonceKey fresh_nonce_key() {
  trunk::NonceKey key;
  fill_secure_random(key.octets);
  return key;
}

/// The PSTN side: the one that called, or the one that was dialled last.
std::string carrier_of(const call::Call& call) {
  if (call.admission.caller_policy.peer_is_carrier) return call.admission.caller_policy.peer;
  if (call.attempts.empty()) return {};
  return call.admission.plan.targets[call.attempts.back().target].policy.peer;
}

/// What A's media speaks: its offer says so; without one, the address it called from.
media::AddressFamily family_of_caller(const call::Call& call) {
  if (call.a.sdp.remote) {
    if (const auto audio = sdp::audio_of_offer(*call.a.sdp.remote)) return family_of(audio->rtp.ip);
  }
  return family_of(call.facts.source.ip);
}

CallSummary summary_of(const call::Call& call, WallTime now) {
  const auto since = call.facts.answered ? call.facts.answered : call.facts.started;
  CallSummary summary;
  summary.ref = call.ref;
  summary.stage = call::to_string(call.stage);
  summary.trunk = call.admission.trunk;
  summary.carrier = carrier_of(call);
  summary.from = call.admission.calling_received;
  summary.to = call.admission.called_received;
  summary.seconds = since ? std::chrono::duration_cast<std::chrono::seconds>(now - *since).count() : 0;
  return summary;
}

}  // namespace

std::unique_ptr<Board> make_board(Neighbours neighbours, std::shared_ptr<const trunk::Directory> directory, Random random) {
  return std::make_unique<Switchboard>(neighbours, std::move(directory), random);
}

Switchboard::Switchboard(Neighbours neighbours, std::shared_ptr<const trunk::Directory> directory, Random random)
    : neighbours_(neighbours), directory_(std::move(directory)), nonce_key_(fresh_nonce_key()), random_(random) {
  role_.take();
}

void Switchboard::publish(std::shared_ptr<const trunk::Directory> directory) {
  role_.assert_held();
  directory_ = std::move(directory);
  // Rotations are of trunks and carriers: what a reload has removed is counted no more.
  const config::Config& config = trunk::config_of(*directory_);
  std::set<std::string> rotations;
  for (const config::Trunk& row : config.trunks) rotations.insert("trunk " + row.name);
  for (const config::Carrier& row : config.carriers) rotations.insert("carrier " + row.name);
  std::erase_if(turns_, [&](const auto& turn) { return !rotations.contains(turn.first); });
}

void Switchboard::set_time(Instant now, WallTime wall) {
  role_.assert_held();
  now_ = now;
  wall_ = wall;
}

void Switchboard::on_event(CallId call, call::Event&& event) {
  role_.assert_held();
  if (auto* refer = std::get_if<call::ReferReceived>(&event)) name_far_end(*refer);
  inbox_.emplace_back(call, std::move(event));
}

void Switchboard::take_media_news() {
  role_.assert_held();
  const auto take_one = [this](const auto& news) {
    role_.assert_held();
    take(news);
  };
  neighbours_.media.poll([&](const media::MediaEvent& event) { std::visit(take_one, event); });
}

void Switchboard::take_record_news() {
  role_.assert_held();
  neighbours_.records.poll([this](CallId call) {
    role_.assert_held();
    inbox_.emplace_back(call, call::RecordWritten{});
  });
}

void Switchboard::settle() {
  role_.assert_held();
  take_names();
  step_all();
  while (const auto due = deadlines_.due(now_)) {
    fire_deadlines(*due);
    step_all();
  }
}

void Switchboard::step_all() {
  while (!inbox_.empty()) {
    auto [call, event] = std::move(inbox_.front());
    inbox_.pop_front();
    step_one(call, event);
  }
}

void Switchboard::step_one(CallId id, const call::Event& event) {
  Row* row = rows_.find(id);
  if (!row) {
    ++counts_.unlawful_events;
    return;
  }
  const call::Stage before = row->call.stage;
  effects_.clear();
  call::step(row->call, event, {now_, wall_, random_}, effects_);
  trace(row->call, before, event);
  bool retired = false;
  // Carrying an effect out only ever adds to the inbox, never to effects_.
  for (call::Effect& effect : effects_) retired |= carry_out(id, *row, effect);
  if (row->call.stage >= call::Stage::Clearing) {
    let_go(id, *row);
  } else if (row->of_entries.size() > 1) {
    let_go_of_entries(*row);
  }
  if (before != call::Stage::Connected && row->call.stage == call::Stage::Connected) ++counts_.calls_answered;
  if (retired) {
    retire(id);
  } else {
    reschedule(id, row->call);
  }
}

bool Switchboard::carry_out(CallId id, Row& row, call::Effect& effect) {
  const auto run = [&](auto& one) {
    role_.assert_held();
    return perform(id, row, one);
  };
  return std::visit(run, effect);
}

bool Switchboard::perform(CallId, Row& row, call::ConnectMedia& connect) {
  neighbours_.media.connect(row.media, media::plan(connect.a, connect.b, connect.symmetric_a, connect.symmetric_b));
  return false;
}

bool Switchboard::perform(CallId, Row& row, call::SendDigit& digit) {
  neighbours_.media.send_digit(row.media, digit.side == call::Side::A, digit.digit, digit.duration);
  return false;
}

bool Switchboard::perform(CallId, Row& row, call::CloseMedia&) {
  neighbours_.media.close(row.media);
  return false;
}

bool Switchboard::perform(CallId id, Row& row, call::OpenMedia&) {
  const auto opened = neighbours_.media.open_between(family_of_caller(row.call), family_towards_callee(row.call));
  if (opened) {
    row.media = opened->id;
    media_owners_.emplace(opened->id, id);
    inbox_.emplace_back(id, call::MediaReady{opened->towards_a, opened->towards_b});
    return false;
  }
  trunk::Reason reason = trunk::Reason::MediaUnavailable;
  switch (opened.error()) {
    case media::OpenError::PortsExhausted: reason = trunk::Reason::PortsExhausted; break;
    case media::OpenError::DescriptorsExhausted: reason = trunk::Reason::DescriptorsExhausted; break;
    case media::OpenError::MailboxFull: reason = trunk::Reason::Overloaded; break;
  }
  inbox_.emplace_back(id, call::MediaRefused{reason});
  return false;
}

std::optional<CallId> Switchboard::owner_of(MediaSessionId session) const {
  const auto owner = media_owners_.find(session);
  if (owner == media_owners_.end()) return std::nullopt;
  return owner->second;
}

void Switchboard::take(const media::SessionClosed& closed) {
  if (const auto call = owner_of(closed.id)) inbox_.emplace_back(*call, call::MediaClosed{closed.report});
  media_owners_.erase(closed.id);
}

void Switchboard::take(const media::SilenceChanged& change) {
  const auto side = change.on_a ? call::Side::A : call::Side::B;
  if (const auto call = owner_of(change.id)) inbox_.emplace_back(*call, call::MediaSilence{side, change.silent});
}

void Switchboard::take(const media::Latched& latched) {
  const auto call = owner_of(latched.id);
  const Row* row = call ? rows_.find(*call) : nullptr;
  if (!row) return;
  log::info("rtp_latched", row->call.ref, {{"side", latched.on_a ? "caller" : "callee"}, {"to", latched.to.print()}});
}

bool Switchboard::perform(CallId, Row& row, call::RecordAttempt& record) {
  const call::Call& call = row.call;
  const auto index = static_cast<std::size_t>(record.leg.value()) - 1;
  const auto& node = trunk::config_of(*call.directory).node_name;
  row.attempt_lines += cdr::attempt_line(call, call.attempts.at(index), node);
  row.attempt_lines += '\n';
  return false;
}

bool Switchboard::perform(CallId id, Row& row, call::RecordCall&) {
  const call::Call& call = row.call;
  // Attempts and call go as one: one wake-up of the writer, one write(2), and never the one without the other.
  neighbours_.records.put(id, std::exchange(row.attempt_lines, {}) +
                                  cdr::call_line(call, trunk::config_of(*call.directory).node_name));
  const auto& facts = call.facts;
  const auto lasted = facts.answered && facts.ended ? *facts.ended - *facts.answered : WallTime::duration{};
  log::info("call_ended", call.ref,
            {{"trunk", call.admission.trunk},
             {"carrier", carrier_of(call)},
             {"from", call.admission.calling_received},
             {"to", call.admission.called_received},
             {"status", call.cause.status},
             {"reason", trunk::code(call.cause.reason)},
             {"q850", call.cause.q850},
             {"answered", facts.answered.has_value()},
             {"seconds", std::chrono::duration<double>(lasted).count()},
             {"attempts", call.attempts.size()}});
  return false;
}

bool Switchboard::perform(CallId, Row& row, call::Note& note) {
  if (!log::enabled(note.level)) return false;
  std::string fields;
  for (const auto& [key, value] : note.fields) {
    if (!fields.empty()) fields += ' ';
    fields += key + "=" + value;
  }
  log::write(note.level, note.event, row.call.ref, {{"detail", fields}});
  return false;
}

void Switchboard::trace(const call::Call& call, call::Stage before, const call::Event& event) {
  if (!log::enabled(log::Level::Debug)) return;
  std::string names;
  for (const call::Effect& effect : effects_) {
    if (!names.empty()) names += ',';
    names += call::name_of(effect);
  }
  log::debug("step", call.ref,
             {{"on", call::name_of(event)},
              {"from", call::to_string(before)},
              {"to", call::to_string(call.stage)},
              {"effects", names}});
}

void Switchboard::retire(CallId id) {
  neighbours_.sip.release(id);
  deadlines_.erase(id);
  rows_.erase(id);
}

void Switchboard::reschedule(CallId id, const call::Call& call) {
  const auto earliest = std::min_element(call.deadlines.begin(), call.deadlines.end(),
                                         [](const auto& x, const auto& y) { return x.second < y.second; });
  if (earliest == call.deadlines.end()) {
    deadlines_.erase(id);
  } else {
    deadlines_.set(id, earliest->second);
  }
}

void Switchboard::fire_deadlines(CallId id) {
  const call::Deadlines before = rows_.at(id).call.deadlines;
  for (const auto& [key, at] : before) {
    if (at > now_) continue;
    step_one(id, call::DeadlinePassed{key.first, key.second});
    Row* row = rows_.find(id);
    if (!row) return;
    const auto left = row->call.deadlines.find(key);
    TANDEM_CHECK(left == row->call.deadlines.end() || left->second > now_, "step() clears or moves a deadline that passed");
  }
}

std::optional<Instant> Switchboard::next_deadline() const {
  role_.assert_held();
  const auto of_calls = deadlines_.next();
  const auto of_names = neighbours_.resolver ? neighbours_.resolver->next_deadline() : std::nullopt;
  if (!of_calls || !of_names) return of_calls ? of_calls : of_names;
  return std::min(*of_calls, *of_names);
}

void Switchboard::start_drain() {
  role_.assert_held();
  draining_ = true;
}

void Switchboard::clear_calls(trunk::Reason reason) {
  role_.assert_held();
  rows_.for_each([&](CallId id, Row&) {
    role_.assert_held();
    inbox_.emplace_back(id, call::ClearRequested{reason});
  });
}

std::size_t Switchboard::live_calls() const {
  role_.assert_held();
  return rows_.size();
}

Stats Switchboard::stats() const {
  role_.assert_held();
  Stats stats = counts_;
  stats.calls = rows_.size();
  stats.deadlines = deadlines_.size();
  stats.nonces_remembered = nonces_.size();
  stats.channels_in_use = limits_.channels_in_use();
  stats.reservations = limits_.grants();
  stats.rates_remembered = limits_.rates();
  stats.draining = draining_;
  stats.sip = neighbours_.sip.stats();
  stats.media = neighbours_.media.stats();
  stats.cdr = neighbours_.records.stats();
  return stats;
}

std::vector<CallSummary> Switchboard::calls() const {
  role_.assert_held();
  std::vector<CallSummary> summaries;
  rows_.for_each([&](CallId, const Row& row) {
    role_.assert_held();
    summaries.push_back(summary_of(row.call, wall_));
  });
  return summaries;
}

}  // namespace tandem::switchboard
