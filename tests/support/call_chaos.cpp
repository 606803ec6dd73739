#include "support/call_chaos.hpp"

#include <algorithm>
#include <array>

#include "support/call_world.hpp"

namespace tandem::test {

using namespace tandem::call;

namespace {

class Octets {
 public:
  Octets(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  bool empty() const { return at_ == size_; }
  std::uint8_t next() { return empty() ? std::uint8_t{0} : data_[at_++]; }
  std::size_t below(std::size_t limit) { return next() % limit; }
  bool flag() { return below(2) == 1; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

const std::vector<std::string> kNonsense{"Digest nonsense"};
const std::vector<std::string> kChallenge{"Digest realm=\"n\", nonce=\"a\", algorithm=MD5, qop=\"auth\""};

Body any_body(Octets& octets) {
  static const std::array<std::string, 9> texts{
      offer_of_a(),        answer_of_b(),      offer_of_b(), answer_of_a(),
      other_answer_of_b(), pcmu_answer_of_b(), opus_only(),  audio_sdp("8", 30000, 2, "a=sendonly\r\n"),
      "v=0\r\nrubbish"};
  const std::size_t choice = octets.below(texts.size() + 3);
  if (choice < texts.size()) return {texts[choice], false};
  return {{}, choice == texts.size()};
}

LegId any_leg(Octets& octets) { return LegId{static_cast<std::uint16_t>(octets.below(5))}; }
std::string any_tag(Octets& octets) { return "b" + std::to_string(octets.below(40)); }
int any_status(Octets& octets) {
  return static_cast<int>(octets.next()) * 3;
}  // 0..765: some are no status at all

const std::vector<std::string>& any_challenges(Octets& octets) {
  return octets.flag() ? kChallenge : kNonsense;
}

Terms any_terms(Octets& octets) {
  Terms terms;
  terms.supports_100rel = octets.flag();
  terms.supports_timer = octets.flag();
  terms.allows_update = octets.flag();
  if (octets.flag()) {
    terms.session_expires = SessionExpires{static_cast<std::uint32_t>(octets.next() * 100U), std::nullopt};
    if (octets.flag()) terms.session_expires->refresher = octets.flag() ? Refresher::Uac : Refresher::Uas;
  }
  if (octets.flag()) terms.min_se_s = octets.next() * 20U;
  return terms;
}

/// Addresses in any number: none, and more than are lawful, too.
TargetReady any_ready(Octets& octets) {
  return ready(octets.below(4), octets.below(kMaxTargetAddresses + 2));
}

/// A request that a peer sent, or one that it never did.
RequestId any_request(Octets& octets, RequestId next) {
  return RequestId{next.value() - std::min(next.value(), static_cast<std::uint32_t>(octets.below(6)))};
}

Answered any_answered(Octets& octets, LegId leg) {
  Answered answered = response(leg, any_status(octets), any_tag(octets));
  answered.body = any_body(octets);
  answered.challenges = any_challenges(octets);
  answered.reason_header = "Q.850;cause=16";
  answered.contacts = {octets.flag() ? "<sip:nonsense@;>" : "<sip:bob@pbx.example>"};
  if (octets.flag()) answered.min_se_s = octets.next();
  if (octets.flag()) answered.terms = any_terms(octets);
  if (octets.flag()) answered.rseq = static_cast<std::uint32_t>(octets.below(4));
  return answered;
}

OfferAnswered any_offer_answered(Octets& octets, LegId leg) {
  OfferAnswered answered;
  answered.leg = leg;
  answered.status = any_status(octets);
  answered.body = any_body(octets);
  answered.challenges = any_challenges(octets);
  if (octets.flag()) answered.retry_after_s = static_cast<int>(octets.below(20)) - 5;
  answered.by_stack = octets.below(4) == 0;
  answered.terms = any_terms(octets);
  return answered;
}

ReferReceived any_refer(Octets& octets, LegId leg, RequestId request) {
  static const std::array<std::string, 3> targets{"<sip:bob@pbx.example>", "<sip:carol@203.0.113.7>",
                                                  "<sip:nonsense@;>"};
  return {
      leg, request, targets[octets.below(targets.size())], {}, octets.flag() ? "x;to-tag=1;from-tag=2" : ""};
}

RequestReceived any_other_request(Octets& octets, LegId leg, RequestId request) {
  static const std::array<std::string, 4> methods{"OPTIONS", "REFER", "INFO", "NOTIFY"};
  static const std::array<std::string, 3> digits{"Signal=5\r\nDuration=160\r\n", "Signal=\r\n", "rubbish"};
  RequestReceived received{leg, request, methods[octets.below(methods.size())]};
  if (octets.flag()) received.content_type = octets.flag() ? "application/dtmf-relay" : "text/plain";
  received.content = digits[octets.below(digits.size())];
  return received;
}

/// What may come inside a dialog.
Event any_event_in_dialog(Octets& octets, LegId leg, RequestId request) {
  switch (octets.below(11)) {
    case 0:
      return Acked{any_body(octets), leg, any_request(octets, request)};
    case 1:
      return AckTimedOut{leg, any_request(octets, request)};
    case 2:
      return PrackReceived{request, any_body(octets)};
    case 3:
      return PrackTimedOut{};
    case 4:
      return PrackFinished{leg, any_status(octets), any_body(octets), any_tag(octets),
                           static_cast<std::uint32_t>(octets.below(4))};
    case 5:
      return OfferCancelled{leg, any_request(octets, request)};
    case 6:
      return any_offer_answered(octets, leg);
    case 7:
      return any_refer(octets, leg, request);
    case 8:
      return OfferReceived{leg, request, octets.flag() ? "INVITE" : "UPDATE", any_body(octets),
                           any_terms(octets)};
    case 9:
      return any_other_request(octets, leg, request);
    default:
      return MediaSilence{octets.flag() ? Side::A : Side::B, octets.flag()};
  }
}

Event any_event(Octets& octets, RequestId request) {
  const LegId leg = any_leg(octets);
  switch (octets.below(24)) {
    case 0:
      return Invited{admission_to(1), any_body(octets), {}, {}, {}, any_terms(octets)};
    case 1:
      return Refused{};
    case 2:
      return MediaReady{local_media(10000), local_media(10002)};
    case 3:
      return MediaRefused{};
    case 4:
      return MediaClosed{};
    case 5:
    case 6:
      return any_answered(octets, leg);
    case 7:
      return InviteFailed{leg, octets.flag() ? TransactionFailure::Timeout : TransactionFailure::Transport};
    case 8:
      return Acked{any_body(octets)};
    case 9:
      return AckTimedOut{};
    case 10:
      return Cancelled{"rubbish;;;"};
    case 11:
      return ByeReceived{leg, request, octets.flag() ? "Q.850;cause=16" : ""};
    case 12:
      return ByeFinished{leg, any_status(octets), any_challenges(octets)};
    case 13:
      return DeadlinePassed{leg, static_cast<TimerKind>(octets.below(11))};
    case 14:
      return RecordWritten{};
    case 15:
      return any_ready(octets);
    case 16:
      return octets.flag() ? full(octets.below(4)) : nameless(octets.below(4));
    case 17:
      return ClearRequested{};
    default:
      return any_event_in_dialog(octets, leg, request);
  }
}

/// Everything that the walks know, in one world: what they must do without each other is mixed here.
Bounds any_bounds(Octets& octets) {
  Bounds bounds{"chaos", 1 + octets.below(3)};
  bounds.late_offer = octets.flag();
  bounds.forks = octets.below(3);
  bounds.early_media = bounds.bad_answers = bounds.challenges = bounds.requests = bounds.too_brief = true;
  bounds.crossing_cancel = octets.flag();
  bounds.operators = octets.below(4) == 0;
  bounds.records = octets.below(3);
  bounds.entries = octets.flag();
  bounds.redirects = octets.below(4) == 0;
  bounds.lost_answers = octets.below(4) == 0;
  bounds.reliable = octets.flag();
  bounds.session_timers = octets.flag();
  bounds.silence = octets.below(4) == 0;
  bounds.offers = static_cast<int>(octets.below(8));
  bounds.updates = bounds.offerless = true;
  bounds.transfers = octets.below(4);
  bounds.caller_transfers = octets.flag();
  return bounds;
}

/// "answered 1 183 sdp": what is needed to tell the ladder.
std::string describe(const Event& event) {
  std::string out(name_of(event));
  std::visit(
      [&](const auto& e) {
        if constexpr (requires { e.leg; }) out.append(" ").append(std::to_string(e.leg.value()));
        if constexpr (requires { e.status; }) out.append(" ").append(std::to_string(e.status));
        if constexpr (requires { e.to_tag; }) out.append(" ").append(e.to_tag);
        if constexpr (requires { e.method; }) out.append(" ").append(e.method);
        if constexpr (requires { e.body; }) out.append(e.body.sdp.empty() ? "" : " sdp");
      },
      event);
  return out;
}

class Drive {
 public:
  explicit Drive(const Bounds& bounds) : bounds_(bounds) {}

  /// False: an invariant broke.
  bool choose(Octets& octets) {
    constexpr std::uint8_t kLawful = 224;  // below: the octet chooses among the lawful moves
    const std::uint8_t choice = octets.next();
    const auto moves = lawful_moves(world_, bounds_);
    if (choice >= kLawful || moves.empty())
      return happens("unlawful", any_event(octets, RequestId{world_.requests + 1}));
    return plays(moves[octets.next() % moves.size()]);
  }
  /// Whatever was said before: with silent peers the call ends by its deadlines and by what stack, media and
  /// writer owe.
  bool run_out() {
    constexpr int kLongest = 600;
    for (int i = 0; i < kLongest && !world_.ledger.retired; ++i) {
      const auto moves = lawful_moves(world_, bounds_);
      const auto owed =
          std::find_if(moves.begin(), moves.end(), [](const Move& move) { return move.due == Due::Owed; });
      if (owed == moves.end()) return breaks("from every state the call ends by itself");
      if (!plays(*owed)) return false;
    }
    return world_.ledger.retired || breaks("every call ends");
  }
  bool has_begun() const { return world_.ledger.begun; }
  ChaosResult take_result() { return std::move(result_); }

 private:
  bool plays(const Move& move) {
    if (move.event) return happens(move.name, *move.event);
    world_.ledger.a.cancel_in_stack = true;
    result_.trail.emplace_back(move.name);
    return true;
  }
  bool happens(std::string_view name, const Event& event) {
    ++result_.events;
    result_.trail.push_back(std::string(name) + ": " + describe(event));
    Effects effects;
    result_.broken = take(world_, event, effects);
    return !result_.broken;
  }
  bool breaks(std::string what) {
    result_.broken = std::move(what);
    return false;
  }

  Bounds bounds_;
  World world_;
  ChaosResult result_;
};

}  // namespace

ChaosResult drive_call(const std::uint8_t* data, std::size_t size) {
  Octets octets{data, size};
  Drive drive{any_bounds(octets)};
  bool whole = true;
  while (whole && !octets.empty()) whole = drive.choose(octets);
  if (whole && drive.has_begun()) drive.run_out();
  return drive.take_result();
}

}  // namespace tandem::test
