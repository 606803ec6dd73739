#include "support/call_book.hpp"
#include "support/call_world.hpp"

#include <chrono>
#include <cstdio>
#include <deque>
#include <unordered_map>

#include "tandem/sdp/session.hpp"

namespace tandem::test {

using namespace tandem::call;

namespace {

/// What peers write, made once.
const std::string kOfferOfA = offer_of_a();
const std::string kAnswerOfB = answer_of_b();
const std::string kOtherAnswerOfB = other_answer_of_b();
const std::string kOfferOfB = offer_of_b();
const std::string kAnswerOfA = answer_of_a();
const std::string kUnusable = opus_only();
const std::string kFirstFork = "b1";
const std::string kSecondFork = "b2";
const std::vector<std::string> kChallenges{"Digest realm=\"n\", nonce=\"a\", algorithm=MD5, qop=\"auth\""};

/// The snapshot of every world: a redirect is followed by it.
std::shared_ptr<const trunk::Directory> directory() {
  static const auto built = [] {
    config::Config config;
    config.trunks.emplace_back().name = "acme";
    return trunk::build_directory(std::make_shared<const config::Config>(std::move(config)));
  }();
  return built;
}

struct Collector {
  const World& world;
  const Bounds& bounds;
  std::vector<Move> moves;

  void may(std::string_view name, Event event) { moves.push_back({name, Due::Voluntary, std::move(event)}); }
  void will(std::string_view name, Event event) { moves.push_back({name, Due::Owed, std::move(event)}); }
  RequestId next_request() const { return RequestId{world.requests + 1}; }

  void add_start();
  void add_caller();
  void add_target(const TargetBook&, LegId);
  void add_ringing(const TargetBook&, LegId);
  void add_answered(const TargetBook&, LegId);
  void add_requests(LegId, const std::string& last_description);
  void add_shell();
  void add_preparation();
};

/// What a walk is not about is switched off, so that it stays small.
void allow(const Bounds& bounds, Side side, config::InCall& policy) {
  const bool timers = side == Side::B && (bounds.session_timers || bounds.too_brief);
  policy.reliable = bounds.reliable ? config::Support::Supported : config::Support::Off;
  policy.session_timer.support = timers ? config::Support::Supported : config::Support::Off;
  if (side == Side::B && bounds.silence) policy.media_timeout = std::chrono::seconds(90);
}

trunk::Admission admission_for(const Bounds& bounds) {
  trunk::Admission admission = admission_to(bounds.targets);
  if (bounds.challenges || bounds.offers > 0) {
    for (auto& target : admission.plan.targets) target.credential = config::OutboundCredential{"acme", Secret{"s"}, {}};
  }
  allow(bounds, Side::A, admission.caller_policy.in_call);
  for (auto& target : admission.plan.targets) {
    allow(bounds, Side::B, target.policy.in_call);
    target.identity = {{"P-Asserted-Identity", "<sip:+12025550100@tandem.example>"}};
    target.policy.pai_in_ack = true;
    if (bounds.records > 0) target.address = {};
    if (bounds.redirects) {
      target.policy.peer = "acme";
      target.policy.peer_is_carrier = false;
    }
  }
  if (bounds.entries) begin_entry(admission, 0);
  allow_transfers(bounds, admission);
  return admission;
}

void Collector::add_start() {
  Invited invited;
  invited.admission = admission_for(bounds);
  invited.body.sdp = bounds.late_offer ? std::string{} : kOfferOfA;
  invited.terms.supports_100rel = bounds.reliable;
  may("A: INVITE", invited);
  Refused refused;
  refused.refusal.status = 403;
  may("A: INVITE that is refused", refused);
}

void Collector::add_caller() {
  const CallerBook& a = world.ledger.a;
  const bool open = !a.final_given && !a.cancel_in_stack;
  if (open && bounds.crossing_cancel) moves.push_back({"A: CANCEL reaches the stack", Due::Voluntary, std::nullopt});
  if (open && !bounds.crossing_cancel && !a.released) may("A: CANCEL", Cancelled{});
  if (a.cancel_in_stack && !a.cancel_told) will("A: CANCEL is told", Cancelled{});
  if (a.released) return;
  if (open && a.has_dialog && !a.bye_received) may("A: BYE, early", ByeReceived{kLegA, next_request(), {}});
  if (a.byes_pending > 0) will("A: ends our BYE", ByeFinished{kLegA, 200});
  add_offer_dues(world, kLegA, moves);
  if (!a.answered) return;
  if (!a.acked && !a.ack_timed_out) {
    const bool owes_answer = bounds.late_offer && !a.answered_early;
    may("A: ACK", Acked{{owes_answer ? kAnswerOfA : std::string{}, false}});
    if (owes_answer && bounds.bad_answers) may("A: ACK without an answer", Acked{});
    will("A: never ACKs", AckTimedOut{});
  }
  if (a.bye_received) return;
  may("A: BYE", ByeReceived{kLegA, next_request(), {}});
  if (bounds.requests) add_requests(kLegA, bounds.late_offer ? kAnswerOfA : kOfferOfA);
  add_offer_moves(world, bounds, kLegA, moves);
}

void Collector::add_requests(LegId leg, const std::string& last_description) {
  may("OPTIONS", RequestReceived{leg, next_request(), "OPTIONS"});
  may("UPDATE, refresh", OfferReceived{leg, next_request(), "UPDATE", {last_description, false}, {}});
  may("INFO, a digit", RequestReceived{leg, next_request(), "INFO", "application/dtmf-relay", "Signal=5\r\nDuration=160\r\n"});
}

void Collector::add_ringing(const TargetBook& target, LegId leg) {
  const std::string& good = target.we_offered ? kAnswerOfB : kOfferOfB;
  may("B: 200", response(leg, 200, kFirstFork, good));
  if (bounds.lost_answers && !target.hung_up_unheard) may("B: BYE, its 200 was lost", ByeReceived{leg, next_request(), {}});
  if (bounds.offers > 0) return;  // how it came to the answer is for the other walks
  if (!target.lives) may("B: 100", response(leg, 100));
  may("B: 180", response(leg, 180, kFirstFork));
  may("B: 486", response(leg, 486, kFirstFork));
  may("B: 503", response(leg, 503, kFirstFork));
  if (!target.lives) may("B: unreachable", InviteFailed{leg, TransactionFailure::Transport});
  if (!target.lives) may("B: timer B", InviteFailed{leg, TransactionFailure::Timeout});
  if (bounds.early_media) {
    may("B: 183 sdp", response(leg, 183, kFirstFork, good));
    may("B: 200 without sdp", response(leg, 200, kFirstFork));
  }
  if (bounds.bad_answers) may("B: 200, unusable", response(leg, 200, kFirstFork, kUnusable));
  if (bounds.challenges) {
    Answered challenge = response(leg, 407, kFirstFork);
    challenge.challenges = kChallenges;
    may("B: 407", challenge);
  }
  if (bounds.too_brief) {
    Answered too_brief = response(leg, 422, kFirstFork);
    too_brief.min_se_s = 1800;
    may("B: 422", too_brief);
  }
  if (bounds.redirects && leg.value() == 1) {
    Answered moved = response(leg, 302, kFirstFork);
    moved.contacts = {"<sip:bob@203.0.113.7>"};
    may("B: 302", moved);
  }
  if (leg.value() > bounds.forks) return;
  if (bounds.early_media) may("B: 183 sdp, second fork", response(leg, 183, kSecondFork, kOtherAnswerOfB));
  may("B: 200, second fork", response(leg, 200, kSecondFork, kOtherAnswerOfB));
}

void Collector::add_answered(const TargetBook& target, LegId leg) {
  if (target.byes_pending > 0) will("B: ends our BYE", ByeFinished{leg, 200});
  if (target.byes_pending > 0 && bounds.challenges) may("B: challenges our BYE", ByeFinished{leg, 407, kChallenges});
  add_offer_dues(world, leg, moves);
  if (leg.value() <= bounds.forks && target.answers.size() == 1) {
    const bool first = target.answers[0].to_tag == kFirstFork;
    may("B: 200, another fork", response(leg, 200, first ? kSecondFork : kFirstFork, first ? kOtherAnswerOfB : kAnswerOfB));
  }
  if (target.bye_received || target.hung_up_unheard || !target.answers[0].acked) return;
  may("B: BYE", ByeReceived{leg, next_request(), {}});
  const bool second_fork = target.answers[0].to_tag == kSecondFork;
  if (bounds.requests) add_requests(leg, second_fork ? kOtherAnswerOfB : bounds.late_offer ? kOfferOfB : kAnswerOfB);
  add_offer_moves(world, bounds, leg, moves);
}

void Collector::add_target(const TargetBook& target, LegId leg) {
  if (target.released) return;
  if (target.invite_open && !target.given_up) return add_ringing(target, leg);
  if (!target.answers.empty()) add_answered(target, leg);
}

void Collector::add_shell() {
  const CallLedger& l = world.ledger;
  if (l.media_opened > 0 && !l.media_answered && !l.media_ended) {
    will("media is ready", MediaReady{local_media(10000), local_media(10002)});
    will("media is refused", MediaRefused{});
  }
  if (l.media_closed > 0 && !l.media_ended) will("media is closed", MediaClosed{});
  if (l.calls_recorded > 0 && !l.record_written) will("record is written", RecordWritten{});
  for (const auto& [key, at] : world.call.deadlines) {
    static constexpr std::string_view names[]{"no response in time", "rings too long", "longest duration",
                                              "record takes too long", "CANCEL without an end",
                                              "target is not prepared in time", "back-off is over",
                                              "session is to be refreshed", "session expires", "transferor is silent",
                                              "media is lost"};
    will(names[static_cast<std::size_t>(key.second)], DeadlinePassed{key.first, key.second});
  }
  add_preparation();
  if (bounds.operators && world.call.stage != Stage::Clearing) may("operator clears", ClearRequested{});
}

/// The switchboard's answers, in time or too late; that it answers at all is not sure.
void Collector::add_preparation() {
  const PlanBook& route = world.ledger.route;
  const bool waits = route.asked && !detail::is_over_for_a(world.ledger);
  const std::size_t records = std::max<std::size_t>(bounds.records, 1);
  if (waits) {
    may("target is ready", ready(*route.asked, *route.asked == 0 ? records : 1));
    if (bounds.entries) may("entry is full", full(*route.asked));
    if (bounds.records > 0) may("name has no address", nameless(*route.asked));
  } else if (route.asked && !world.ledger.retired) {
    may("target is ready after the end", ready(*route.asked, records));
  }
  for (std::size_t target : route.late) may("target is ready too late", ready(target, records));
}

void add(std::string& out, const std::optional<sdp::Session>& session) {
  if (!session) {
    out += '-';
    return;
  }
  for (const sdp::Media& media : session->media) {
    for (const std::string& format : media.formats) out.append(format).append(",");
    out.append(std::to_string(media.port));
    for (const sdp::Attribute& attribute : media.attributes) {
      if (attribute.name != "rtpmap") out += attribute.name;
    }
  }
}

void add(std::string& out, const Leg& leg) {
  out += static_cast<char>('0' + static_cast<int>(leg.dialog));
  out += static_cast<char>('0' + static_cast<int>(leg.sdp.state));
  out += leg.final_sent ? 'F' : 'f';
  out += static_cast<char>('0' + static_cast<char>(leg.byes_in_flight));
  out += leg.bye_to_answer ? 'Y' : leg.hung_up ? 'h' : 'y';
  if (leg.bye_authorized) out += 'Z';
  add(out, leg.sdp.local);
  add(out, leg.sdp.remote);
  if (leg.terms.allows_update) out += 'U';
  if (leg.asking) {
    out += leg.asking->method == OfferMethod::Invite ? 'I' : 'i';
    out += leg.asking->offered ? 'O' : 'o';
    out += leg.asking->cancelled ? 'C' : 'c';
  }
  if (leg.own_offer) out += static_cast<char>('0' + static_cast<int>(leg.own_offer->kind));
  out.append(leg.unacked.size(), 'k');
}

void add(std::string& out, const Call& call, const Exchange& exchange) {
  out += '=';
  out += static_cast<char>('0' + static_cast<int>(exchange.kind));
  out += static_cast<char>('0' + static_cast<int>(exchange.stage));
  out += exchange.asker ? static_cast<char>('0' + exchange.asker->value()) : '-';
  out += static_cast<char>('0' + exchange.asked.value());
  for (bool flag : {exchange.request.has_value(), exchange.asked_by == OfferMethod::Update,
                    exchange.method == OfferMethod::Update, exchange.offered, exchange.repeated, exchange.authorized, !exchange.credentials.empty(),
                    call.own_offers_wait}) {
    out += flag ? '1' : '0';
  }
  for (const OfferAnswer* before : {&exchange.asker_before, &exchange.asked_before}) {
    add(out, before->local);
    add(out, before->remote);
  }
}

void add(std::string& out, const Attempt& attempt) {
  out += '/';
  add(out, attempt.leg);
  out.append(std::to_string(attempt.target)).append(attempt.to_tag);
  out += attempt.authorized ? 'Z' : 'z';
  out += attempt.lengthened ? 'L' : 'l';
  out += std::to_string(attempt.to.address.ip.is_unset() ? 0 : attempt.to.address.ip.print().back());
  out += attempt.ended ? 'E' : 'e';
  for (const EarlyDialog& early : attempt.early) {
    out.append(early.to_tag);
    add(out, early.answer);
  }
  for (const std::string& tag : attempt.lost_forks) out.append("!").append(tag);
}

}  // namespace

std::vector<Move> lawful_moves(const World& world, const Bounds& bounds) {
  Collector collector{world, bounds, {}};
  if (!world.ledger.begun) {
    collector.add_start();
  } else if (!world.ledger.retired) {
    collector.add_caller();
    for (std::size_t i = 0; i < world.ledger.b.size(); ++i) {
      collector.add_target(world.ledger.b[i], LegId{static_cast<std::uint16_t>(i + 1)});
    }
    collector.add_shell();
    add_early_moves(world, bounds, collector.moves);
    add_transfer_moves(world, bounds, collector.moves);
  }
  return std::move(collector.moves);
}

std::optional<std::string> take(World& world, const Event& event, Effects& effects) {
  if (const auto* passed = std::get_if<DeadlinePassed>(&event)) {
    const auto deadline = world.call.deadlines.find({passed->leg, passed->kind});
    if (deadline != world.call.deadlines.end()) world.now = std::max(world.now, deadline->second);
  }
  ++world.requests;
  if (!world.call.directory) world.call.directory = directory();
  Random random{1};
  step(world.call, event, {world.now, WallTime{}, random}, effects);
  return world.ledger.book(event, effects, world.call);
}

std::optional<std::string> play(World& world, const Move& move) {
  if (!move.event) {
    world.ledger.a.cancel_in_stack = true;
    return std::nullopt;
  }
  Effects effects;
  auto broken = take(world, *move.event, effects);
  for (const Effect& effect : effects) {
    const Note* note = std::get_if<Note>(&effect);
    if (note != nullptr && note->event == kUnlawfulEvent) return "what is lawful is understood";
  }
  return broken;
}

std::string canonical(const World& world) {
  const Call& call = world.call;
  std::string out;
  out.reserve(256);
  out += static_cast<char>('0' + static_cast<int>(call.stage));
  out += static_cast<char>('0' + static_cast<int>(call.media_asked));
  out += static_cast<char>('0' + static_cast<int>(call.record));
  out += call.media_open ? 'M' : 'm';
  out += call.facts.answered ? 'A' : 'a';
  add(out, call.a);
  if (call.preparation.asked) out.append("?").append(std::to_string(*call.preparation.asked));
  out.append(std::to_string(call.preparation.untried.size())).append(std::to_string(call.redirects));
  for (const Attempt& attempt : call.attempts) add(out, attempt);
  print_early(out, call);
  if (call.exchange) add(out, call, *call.exchange);
  print_transfer(out, call);
  out += '#';
  for (const auto& [key, at] : call.deadlines) {
    out += static_cast<char>('0' + key.first.value());
    out += static_cast<char>('0' + static_cast<int>(key.second));
  }
  out += '#';
  world.ledger.print_to(out);
  return out;
}

namespace {

/// The graph as far as it has been walked.
struct Graph {
  struct Node {
    std::uint32_t parent = 0;
    std::string_view by;
    bool done = false;
  };
  std::vector<Node> nodes;
  std::unordered_map<std::string, std::uint32_t> known;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> owed;

  std::vector<std::string_view> path_to(std::uint32_t node) const {
    std::vector<std::string_view> path;
    for (; node != 0; node = nodes[node].parent) path.insert(path.begin(), nodes[node].by);
    return path;
  }

  /// A state from which the call cannot end by what happens by itself, or none.
  std::optional<std::uint32_t> stuck() const {
    std::vector<std::vector<std::uint32_t>> before(nodes.size());
    for (const auto& [from, to] : owed) before[to].push_back(from);
    std::vector<bool> ends(nodes.size());
    std::vector<std::uint32_t> open;
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i].done) open.push_back(i);
    }
    for (std::uint32_t node : open) ends[node] = true;
    while (!open.empty()) {
      const std::uint32_t node = open.back();
      open.pop_back();
      for (std::uint32_t from : before[node]) {
        if (!ends[from]) open.push_back(from);
        ends[from] = true;
      }
    }
    for (std::uint32_t i = 1; i < nodes.size(); ++i) {  // 0: no INVITE yet
      if (!ends[i]) return i;
    }
    return std::nullopt;
  }
};

constexpr std::string_view kEndsByItself = "from every state the call ends by itself";

}  // namespace

Walk walk(const Bounds& bounds, std::size_t max_states) {
  const auto start = std::chrono::steady_clock::now();
  Walk result;
  Graph graph;
  std::deque<std::pair<std::uint32_t, World>> frontier;
  frontier.emplace_back(0, World{});
  graph.nodes.push_back({});
  graph.known.emplace(canonical(frontier.front().second), 0);

  const auto finish = [&](std::optional<std::string> broken, std::vector<std::string_view> path) {
    result.broken = std::move(broken);
    result.path = std::move(path);
    result.states = graph.nodes.size();
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
  };

  while (!frontier.empty() && graph.nodes.size() <= max_states) {
    const auto [node, world] = std::move(frontier.front());
    frontier.pop_front();
    const std::vector<Move> moves = lawful_moves(world, bounds);
    bool goes_on = !world.ledger.begun || world.ledger.retired;
    for (const Move& move : moves) {
      ++result.edges;
      World next = world;
      if (auto broken = play(next, move)) {
        auto path = graph.path_to(node);
        path.push_back(move.name);
        return finish(std::move(broken), std::move(path));
      }
      const auto fresh = static_cast<std::uint32_t>(graph.nodes.size());
      const auto [found, inserted] = graph.known.emplace(canonical(next), fresh);
      if (move.due == Due::Owed) {
        graph.owed.emplace_back(node, found->second);
        goes_on = true;
      }
      if (!inserted) continue;
      graph.nodes.push_back({node, move.name, next.ledger.retired});
      frontier.emplace_back(fresh, std::move(next));
    }
    if (!goes_on) return finish(std::string(kEndsByItself), graph.path_to(node));
  }
  result.complete = frontier.empty();
  if (!result.complete) return finish(std::nullopt, {});
  if (const auto stuck = graph.stuck()) return finish(std::string(kEndsByItself), graph.path_to(*stuck));
  return finish(std::nullopt, {});
}

std::string print(const Bounds& bounds) {
  std::string out = std::string(bounds.name) + ": " + std::to_string(bounds.targets) + " target(s)";
  const std::pair<bool, std::string_view> words[]{
      {bounds.late_offer, "late offer"},   {bounds.forks > 0, "2 forks of the first target"}, {bounds.early_media, "early media"},
      {bounds.bad_answers, "bad answers"}, {bounds.challenges, "challenges"},  {bounds.requests, "requests in dialogs"},
      {bounds.crossing_cancel, "CANCEL crossing in the stack"}, {bounds.operators, "operator"},
      {bounds.records > 0, "targets are names"}, {bounds.entries, "an entry that may be full"}, {bounds.too_brief, "422"}, {bounds.reliable, "reliable provisionals"},
      {bounds.session_timers, "session timers"}, {bounds.silence, "a silent target"}, {bounds.lost_answers, "lost answers"}, {bounds.redirects, "302"},
      {bounds.transfers > 0, bounds.caller_transfers ? "the caller transfers" : "the callee transfers"},
      {bounds.offers > 0, "changes of the session"}, {bounds.updates, "UPDATE"}, {bounds.offerless, "re-INVITE without an offer"}};
  for (const auto& [on, word] : words) {
    if (on) out.append(", ").append(word);
  }
  if (bounds.offers > 0) out.append(" (").append(std::to_string(bounds.offers)).append(")");
  return out;
}

std::string print(const Walk& walk) {
  char text[128];
  std::snprintf(text, sizeof text, "%zu states, %zu edges, %.2f s", walk.states, walk.edges, walk.seconds);
  std::string out = text;
  if (walk.broken) {
    out.append("; broke: ").append(*walk.broken).append(", after");
    for (std::string_view move : walk.path) out.append(" [").append(move).append("]");
  } else if (!walk.complete) {
    out.append("; no fixpoint");
  }
  return out;
}

std::vector<Bounds> exploration() {
  Bounds one{"one target"};
  one.forks = 1;
  one.early_media = one.bad_answers = one.challenges = one.crossing_cancel = one.operators = true;
  Bounds late{"late offer"};
  late.forks = 1;
  late.late_offer = late.bad_answers = late.crossing_cancel = late.requests = late.operators = true;
  Bounds inside{"inside dialogs"};
  inside.requests = inside.early_media = inside.operators = true;
  Bounds two{"two targets", 2};
  two.early_media = two.crossing_cancel = two.operators = true;
  Bounds two_late{"two targets, late offer", 2};
  two_late.late_offer = two_late.crossing_cancel = true;
  Bounds two_forks{"two targets, the first forks", 2};
  two_forks.forks = 1;
  Bounds prepared{"prepared targets", 2};
  prepared.records = 1;
  prepared.entries = prepared.operators = true;
  Bounds records{"two records of a name"};
  records.records = 2;
  records.entries = records.crossing_cancel = true;
  Bounds moved{"a customer that moved"};
  moved.redirects = moved.crossing_cancel = true;
  Bounds lost{"a lost answer", 2};
  lost.lost_answers = true;
  Bounds brief{"credentials and Min-SE"};
  brief.challenges = brief.too_brief = brief.operators = true;
  Bounds reliable{"reliable provisionals"};
  reliable.reliable = reliable.early_media = reliable.crossing_cancel = true;
  Bounds reliable_late{"reliable provisionals, late offer"};
  reliable_late.reliable = reliable_late.late_offer = reliable_late.operators = true;
  Bounds timers{"session timers"};
  timers.session_timers = true;
  Bounds silence{"silent media"};
  silence.silence = silence.early_media = silence.operators = true;
  Bounds renegotiation{"renegotiation"};
  renegotiation.offers = 2;
  renegotiation.updates = true;
  Bounds late_renegotiation{"renegotiation, late offer"};
  late_renegotiation.offers = 2;
  late_renegotiation.offerless = late_renegotiation.late_offer = true;
  Bounds transfer{"a callee that transfers"};
  transfer.transfers = 1;
  transfer.bad_answers = true;
  Bounds caller_transfer{"a caller that transfers"};
  caller_transfer.transfers = 1;
  caller_transfer.caller_transfers = true;
  return {timers, silence, reliable, reliable_late, renegotiation, late_renegotiation, transfer, caller_transfer, inside, brief, lost, moved,
          late, prepared, records, two_late, one, two, two_forks};
}

}  // namespace tandem::test
