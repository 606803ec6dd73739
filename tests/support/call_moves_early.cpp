// Moves of reliable provisional responses, session timers and silent media.
#include "support/call_world.hpp"

namespace tandem::test {

using namespace tandem::call;

namespace {

const std::string kAnswer = answer_of_b();
const std::string kOffer = offer_of_b();
const std::string kAnswerOfA = answer_of_a();
const std::string kHolds = audio_sdp("8", 30000, 1, "a=inactive\r\n");
const std::string kTag = "b1";

/// A target sends so many reliable responses.
constexpr std::uint32_t kMostReliable = 2;

struct Adder {
  const World& world;
  const Bounds& bounds;
  std::vector<Move>& moves;

  void may(std::string_view name, Event event) { moves.push_back({name, Due::Voluntary, std::move(event)}); }
  void will(std::string_view name, Event event) { moves.push_back({name, Due::Owed, std::move(event)}); }
  RequestId next_request() const { return RequestId{world.requests + 1}; }

  void add_pracks_of_a();
  void add_reliable(const TargetBook&, LegId);
  void add_refreshes();
  void add_silence();
};

void Adder::add_pracks_of_a() {
  const CallerBook& a = world.ledger.a;
  if (a.pracks_due == 0 || a.final_given || a.cancel_in_stack || a.released || a.prack_missing) return;
  const bool answers = a.late_offer && a.described_due == 1;
  may("A: PRACK", PrackReceived{next_request(), {answers ? kAnswerOfA : std::string{}, false}});
  if (answers) may("A: PRACK without an answer", PrackReceived{next_request(), {}});
  will("A: never PRACKs", PrackTimedOut{});
}

void Adder::add_reliable(const TargetBook& target, LegId leg) {
  for (const auto& [tag, rseq] : target.pracks) {
    will("B: ends our PRACK", PrackFinished{leg, 200, {}, tag, rseq});
    may("B: refuses our PRACK", PrackFinished{leg, 481, {}, tag, rseq});
  }
  if (!target.invite_open || target.given_up || target.released) return;
  const std::uint32_t last = target.reliable.empty() ? 0 : target.reliable.front().last;
  const bool waits = !target.reliable.empty() && target.reliable.front().owed;
  Answered reliable = response(leg, 183, kTag, target.we_offered ? kAnswer : kOffer);
  if (last < kMostReliable && !waits) {
    reliable.rseq = last + 1;
    may("B: reliable 183 sdp", reliable);
    Answered ringing = response(leg, 180, kTag);
    ringing.rseq = last + 1;
    if (target.we_offered || last > 0) may("B: reliable 180", ringing);
  }
  if (last > 0) {
    reliable.rseq = last;
    may("B: reliable response, repeated", reliable);
    const bool settled = target.we_offered || target.reliable.front().settled;
    if (settled && !waits) may("B: 200 that says no more", response(leg, 200, kTag));
  }
}

void Adder::add_refreshes() {
  if (!bounds.session_timers) return;
  for (const auto& [leg, book] : world.ledger.offers) {
    if (!book.open) continue;
    OfferAnswered answered{LegId{leg}, 200, {}, {}, {}, {}, {}, false};
    if (book.offered) answered.body.sdp = kAnswer;
    answered.terms.session_expires = SessionExpires{1800, Refresher::Uac};
    will("refresh is accepted", answered);
    answered.terms.session_expires->refresher = Refresher::Uas;
    may("refresh is accepted, the peer does the next", answered);
    answered.terms.session_expires.reset();
    answered.terms.min_se_s = 3600;
    answered.status = 422;
    may("refresh is too brief", answered);
    answered.status = 500;
    may("refresh is refused", answered);
    answered.status = 408;
    answered.by_stack = true;
    may("refresh has no answer", answered);
  }
  for (std::size_t i = 0; i < world.ledger.b.size(); ++i) {
    const TargetBook& target = world.ledger.b[i];
    if (target.answers.empty() || target.bye_received || target.released) continue;
    const LegId leg{static_cast<std::uint16_t>(i + 1)};
    Terms terms;
    terms.supports_timer = true;
    terms.session_expires = SessionExpires{1800, Refresher::Uac};
    may("peer refreshes", OfferReceived{leg, next_request(), "UPDATE", {}, terms});
    terms.session_expires->refresher = Refresher::Uas;
    may("peer refreshes, and leaves the next to us", OfferReceived{leg, next_request(), "UPDATE", {}, terms});
    terms.session_expires->seconds = 20;
    may("peer refreshes too often", OfferReceived{leg, next_request(), "UPDATE", {}, terms});
  }
}

void Adder::add_silence() {
  const CallLedger& l = world.ledger;
  if (!bounds.silence || !l.media_answered || l.media_closed > 0 || l.b.empty()) return;
  if (l.b.back().invite_open && !l.b.back().released) {
    may("B: 200 that holds", response(LegId{static_cast<std::uint16_t>(l.b.size())}, 200, kTag, kHolds));
  }
  may("B falls silent or speaks",
      MediaSilence{Side::B, l.silent.count(static_cast<std::uint16_t>(l.b.size())) == 0});
}

void add(std::string& out, bool flag) { out += flag ? '1' : '0'; }

void print(std::string& out, const Leg& leg) {
  const SessionTimer& session = leg.session;
  out.append(std::to_string(session.interval.count()))
      .append(",")
      .append(std::to_string(session.min.count()));
  for (bool flag : {session.we_refresh, session.agreed, session.refreshing, session.lengthened, leg.silent,
                    leg.terms.allows_update})
    add(out, flag);
}

}  // namespace

void add_early_moves(const World& world, const Bounds& bounds, std::vector<Move>& moves) {
  Adder adder{world, bounds, moves};
  adder.add_refreshes();
  adder.add_silence();
  if (!bounds.reliable) return;
  adder.add_pracks_of_a();
  for (std::size_t i = 0; i < world.ledger.b.size(); ++i) {
    adder.add_reliable(world.ledger.b[i], LegId{static_cast<std::uint16_t>(i + 1)});
  }
}

void print_early(std::string& out, const Call& call) {
  const Reliability& reliable = call.reliable;
  for (std::uint32_t count : {reliable.unacknowledged, reliable.described}) out.append(std::to_string(count));
  for (bool flag : {reliable.gave_description, reliable.answer_waits}) add(out, flag);
  print(out, call.a);
  for (const Attempt& attempt : call.attempts) {
    print(out, attempt.leg);
    out.append(std::to_string(attempt.pracks));
    for (const EarlyDialog& early : attempt.early) {
      for (const auto& rseq : {early.rseq, early.answering}) out.append(std::to_string(rseq.value_or(0)));
      for (bool flag : {early.settled, early.offer.has_value(), early.lost}) add(out, flag);
    }
  }
}

}  // namespace tandem::test
