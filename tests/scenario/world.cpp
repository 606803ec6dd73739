#include "scenario/world.hpp"

namespace tandem::scenario {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const SocketAddress kCaller = *SocketAddress::parse("192.0.2.10:5060");
const SocketAddress kOne = *SocketAddress::parse("192.0.2.1:5060");
const SocketAddress kTwo = *SocketAddress::parse("192.0.2.2:5060");
const SocketAddress kFirst = *SocketAddress::parse("192.0.2.20:5060");
const SocketAddress kSecond = *SocketAddress::parse("192.0.2.21:5060");
const SocketAddress kFork = *SocketAddress::parse("192.0.2.30:5060");
const SocketAddress kNobody = *SocketAddress::parse("192.0.2.99:5060");

// Longer than every exchange may take: after it both ends must believe the same.
constexpr Duration kQuiet = seconds(100);

config::Target target(const SocketAddress& address, const std::string& host) {
  config::Target row;
  row.name = address.print();
  row.address = address;
  row.uri.host = host;
  row.uri.port = address.port;
  return row;
}

config::InCall in_call(bool short_sessions) {
  config::InCall made;
  made.transfer.mode = config::TransferMode::All;
  if (short_sessions) made.session_timer.expires = made.session_timer.min = seconds(90);
  return made;
}

config::Carrier carrier(const std::string& name, const char* prefix, std::vector<config::Target> targets) {
  config::Carrier row;
  row.name = name;
  row.limits.channels = 1000;
  row.prefixes = {prefix};
  for (std::size_t i = 0; i < targets.size(); ++i) targets[i].priority = static_cast<std::uint16_t>(i + 1);
  row.targets = std::move(targets);
  return row;
}

/// A switch that takes calls from one address, and hands them to these carriers.
std::shared_ptr<const trunk::Directory> directory(const std::string& name, const SocketAddress& from,
                                                  std::vector<config::Carrier> carriers, bool short_sessions) {
  auto config = std::make_shared<config::Config>();
  config->node_name = name;
  config->listeners.emplace_back().name = "udp";
  config->listeners.back().bind = *SocketAddress::parse("192.0.2.1:5060");
  auto& group = config->access_groups.emplace_back();
  group.name = "before";
  group.ips.push_back(*Cidr::parse(from.ip.print()));
  auto& trunk = config->trunks.emplace_back();
  trunk.name = "trunk";
  trunk.limits.channels = 1000;
  trunk.general.in_call = in_call(short_sessions);
  trunk.termination.emplace();
  trunk.termination->domains = {name + ".example"};
  trunk.termination->access = {"before"};
  trunk.termination->caller_id.allowed = {config::CallerIdAllowed::Any};
  for (config::Carrier& row : carriers) row.general.in_call = in_call(short_sessions);
  config->carriers = std::move(carriers);
  return trunk::build_directory(std::move(config));
}

// The prefix says the way; each way has a target that never answers somewhere, or a fork.
std::shared_ptr<const trunk::Directory> make_one(bool short_sessions) {
  return directory("one", kCaller,
                   {carrier("straight", "", {target(kTwo, "two.example")}),
                    carrier("detour", "1203", {target(kNobody, "nobody.example"), target(kTwo, "two.example")})},
                   short_sessions);
}
std::shared_ptr<const trunk::Directory> make_two(bool short_sessions) {
  return directory("two", kOne,
                   {carrier("hunt", "", {target(kFirst, "first.example"), target(kSecond, "second.example")}),
                    carrier("fork", "1204", {target(kFork, "fork.example")})},
                   short_sessions);
}

const std::shared_ptr<const trunk::Directory>& directory_one(bool short_sessions) {
  static const std::shared_ptr<const trunk::Directory> made[]{make_one(false), make_one(true)};
  return made[short_sessions];
}
const std::shared_ptr<const trunk::Directory>& directory_two(bool short_sessions) {
  static const std::shared_ptr<const trunk::Directory> made[]{make_two(false), make_two(true)};
  return made[short_sessions];
}

}  // namespace

World::World(std::uint64_t seed, const Weather& weather, std::size_t calls)
    : random_(seed),
      weather_(weather),
      wire_(agenda_, Random(random_.next()), weather.impairment),
      one_(agenda_, wire_, "one", kOne, directory_one(weather.short_sessions), Random(random_.next())),
      two_(agenda_, wire_, "two", kTwo, directory_two(weather.short_sessions), Random(random_.next())),
      caller_(agenda_, wire_, "caller", kCaller, Random(random_.next())),
      first_(agenda_, wire_, "first", kFirst, Random(random_.next())),
      second_(agenda_, wire_, "second", kSecond, Random(random_.next())),
      fork_(wire_, kFork, "fork", {kFirst, kSecond}),
      calls_(calls) {
  wire_.attach(kNobody, "nobody", [](const Packet&) {});
  const auto compare_first = [this](const std::string& number) { compare(number); };
  for (Phone* phone : {&caller_, &first_, &second_}) phone->before_hang_up = compare_first;
  first_.answer_with = [this](const std::string& number) { return first_scripts_.at(number); };
  second_.answer_with = [this](const std::string& number) { return second_scripts_.at(number); };
  caller_.answer_with = [](const std::string&) { return CalleeScript{}; };
}

std::vector<std::string> World::run() {
  for (std::size_t i = 0; i < calls_; ++i) {
    agenda_.after(milliseconds(random_.below(10'000)), [this, i] { place(i); });
  }
  if (weather_.somebody_vanishes) {
    const SocketAddress* who[]{&kCaller, &kFirst, &kSecond, &kOne, &kTwo};
    const SocketAddress* chosen = who[random_.below(std::size(who))];
    agenda_.after(milliseconds(random_.below(60'000)),
                  [this, chosen] { wire_.cut_off(*chosen, seconds(60)); });
  }
  while (agenda_.run_next()) {
  }
  return complaints();
}

void World::place(std::size_t index) {
  static constexpr const char* kWays[]{"+1202555", "+1202555", "+1203555", "+1204555"};
  const std::string number = kWays[random_.below(std::size(kWays))] + std::to_string(1000 + index);
  CallerScript script = draw_caller();
  const bool quiet = !script.cancel && !script.never_acks && random_.below(2) == 0;
  first_scripts_[number] = draw_callee();
  second_scripts_[number] = draw_callee();
  script.talk = draw_talk(quiet);
  if (!quiet && random_.below(3) == 0) add_transfer(script.talk, number);
  first_scripts_[number].talk = draw_talk(quiet);
  second_scripts_[number].talk = draw_talk(quiet);
  // Both at once, now and then: glare (RFC 3261 §14.1).
  if (!script.talk.actions.empty() && random_.below(3) == 0) {
    for (auto* scripts : {&first_scripts_, &second_scripts_}) {
      Action same = script.talk.actions.front();
      same.deed = random_.below(2) == 0 ? Deed::Hold : Deed::Refresh;
      (*scripts)[number].talk.actions.push_back(same);
    }
  }
  first_scripts_[number].forked = second_scripts_[number].forked = number.starts_with("+1204");
  if (quiet) quiet_[number] = false;
  caller_.place_call(number, "one.example", kOne, std::move(script));
}

CallerScript World::draw_caller() {
  CallerScript script;
  script.late_offer = random_.below(8) == 0;
  script.never_acks = random_.below(100) == 0;
  script.reliable = random_.below(2) == 0;
  if (random_.below(5) == 0) script.cancel = milliseconds(random_.below(8'000));
  return script;
}

CalleeScript World::draw_callee() {
  static constexpr int kRefusals[]{404, 480, 486, 500, 503, 603};
  CalleeScript script;
  script.deaf = random_.below(25) == 0;
  for (int status : {100, 180, 183}) {
    if (random_.below(2) == 0) script.provisional.push_back(status);
  }
  script.delay = milliseconds(random_.below(2'000));
  if (random_.below(5) == 0) script.status = kRefusals[random_.below(std::size(kRefusals))];
  return script;
}

Talk World::draw_talk(bool quiet) {
  static constexpr Deed kDeeds[]{Deed::Hold,    Deed::Hold, Deed::Resume, Deed::Resume,
                                 Deed::Refresh, Deed::Ask,  Deed::Info,   Deed::Options};
  Talk talk;
  for (std::size_t i = random_.below(5); i > 0; --i) {
    Action action;
    action.at = milliseconds(random_.below(30'000));
    action.deed = kDeeds[random_.below(std::size(kDeeds))];
    if (random_.below(3) == 0) action.method = call::OfferMethod::Update;
    talk.actions.push_back(action);
  }
  talk.hang_up = milliseconds(random_.below(60'000));
  if (quiet) talk.hang_up += seconds(60) + kQuiet;
  return talk;
}

/// To a number of its own, so that its callees have scripts of their own.
void World::add_transfer(Talk& talk, const std::string& number) {
  std::string to = number;
  to[8] = '7';  // +12025551007: +12025557007
  for (auto* scripts : {&first_scripts_, &second_scripts_}) {
    (*scripts)[to] = draw_callee();
    (*scripts)[to].forked = to.starts_with("+1204");
    (*scripts)[to].talk = draw_talk(false);
  }
  Action action;
  action.at = milliseconds(random_.below(20'000));
  action.deed = Deed::Transfer;
  action.refer_to = "sip:" + to + "@one.example";
  talk.actions.push_back(action);
}

/// After the silence, what one end says of the media is what the other end hears.
void World::compare(const std::string& number) {
  const auto quiet = quiet_.find(number);
  if (quiet == quiet_.end() || quiet->second) return;
  const View* here = caller_.view_of(number);
  const View* there = first_.view_of(number);
  if (!there) there = second_.view_of(number);
  if (!here || !there) return;  // one has hung up already, or a target's call was lost
  quiet->second = true;
  ++agreed_;
  if ((here->open || there->open) && !weather_.short_sessions) disagreements_.push_back(number + ": an offer is still open");
  if (here->mine != there->theirs || here->theirs != there->mine) {
    disagreements_.push_back(number + ": the caller (" + here->call_id + ") says " + here->mine + " and hears " +
                             here->theirs + ", the callee (" + there->call_id + ") says " + there->mine +
                             " and hears " + there->theirs);
  }
}

std::vector<std::string> World::complaints() const {
  std::vector<std::string> all = disagreements_;
  for (const SwitchNode* node : {&one_, &two_}) {
    const auto own = node->complaints();
    all.insert(all.end(), own.begin(), own.end());
  }
  for (const Phone* phone : {&caller_, &first_, &second_}) {
    const auto own = phone->complaints();
    all.insert(all.end(), own.begin(), own.end());
  }
  if (wire_.in_flight() != 0) all.push_back("messages are on the wire yet");
  std::size_t ended = 0;
  for (const auto& [outcome, count] : caller_.outcomes()) ended += count;
  if (ended != calls_)
    all.push_back(std::to_string(calls_) + " calls placed, " + std::to_string(ended) + " ended");
  return all;
}

void World::add_to(Tally& tally) const {
  for (const auto& [outcome, count] : caller_.outcomes()) tally.outcomes[outcome] += count;
  for (const Phone* phone : {&caller_, &first_, &second_}) {
    for (const auto& [deed, count] : phone->deeds()) tally.deeds[deed] += count;
  }
  for (const Phone* phone : {&first_, &second_}) {
    for (const auto& [outcome, count] : phone->outcomes()) tally.outcomes[outcome] += count;
  }
  tally.wire += wire_.counts();
  tally.calls += calls_;
  tally.repetitions += one_.stats().sip.retransmissions_sent + two_.stats().sip.retransmissions_sent;
  tally.agreed += agreed_;
  tally.quiet += quiet_.size();
  tally.forked += fork_.forked();
}

}  // namespace tandem::scenario
