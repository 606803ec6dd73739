#include "support/call_ledger.hpp"

#include <algorithm>

#include "support/call_book.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::test {

using namespace tandem::call;

namespace detail {

TargetBook* find_target(CallLedger& ledger, LegId leg) {
  const std::size_t index = leg.value();
  return index == 0 || index > ledger.b.size() ? nullptr : &ledger.b[index - 1];
}

AnsweredDialog* find_dialog(TargetBook& target, const std::string& to_tag) {
  for (AnsweredDialog& dialog : target.answers) {
    if (dialog.to_tag == to_tag) return &dialog;
  }
  return nullptr;
}

bool leg_is_over(const CallLedger& ledger, LegId leg) {
  if (leg == kLegA) return ledger.a.released;
  const std::size_t index = leg.value();
  return index == 0 || index > ledger.b.size() || ledger.b[index - 1].released;
}

bool is_over_for_a(const CallLedger& ledger) {
  return (ledger.a.final_given || ledger.a.cancel_told) && !ledger.transfer.pending;
}

bool failed_as_a_record(const TargetBook& target) {
  if (target.passed_over || target.stopped || !target.answers.empty()) return false;
  return target.last_final == 503 || target.given_up || target.invite_open;
}

const config::SessionTimer* timer_policy(const CallLedger& ledger, LegId leg) {
  const std::size_t index = leg.value();
  if (index == 0 || index > ledger.b.size()) return nullptr;
  const auto& planned = ledger.route.plan->targets;
  const std::size_t target = ledger.b[index - 1].target;
  if (target >= planned.size()) return nullptr;
  const config::SessionTimer& policy = planned[target].policy.in_call.session_timer;
  return policy.support == config::Support::Off ? nullptr : &policy;
}

bool somebody_waits(const CallLedger& l, std::uint16_t asked) {
  return std::any_of(l.offers.begin(), l.offers.end(),
                     [&](const auto& row) { return row.first != asked && !row.second.waiting.empty(); });
}

bool is_on_side_a(const CallLedger& l, std::uint16_t leg) { return leg == 0 || l.b[leg - 1U].on_side_a; }

bool talks(const CallLedger& l, std::uint16_t leg) {
  const TargetBook& target = l.b[leg - 1U];
  return !target.answers.empty() && !target.answers.front().bye_sent && !target.bye_received &&
         l.transfer.parted.count(leg) == 0;
}

bool a_has_part(const CallLedger& l) { return l.transfer.parted.count(0) == 0 && !l.a.bye_received; }

void conclude_transfer(CallLedger& l) {
  TransferBook& transfer = l.transfer;
  if (!transfer.pending || !transfer.transferor_gone) return;
  const bool replaced = l.b.size() > transfer.first_target && talks(l, static_cast<std::uint16_t>(l.b.size())) &&
                        l.b.back().answers.front().acked;
  if (replaced || l.ends) transfer.pending = false;
}

void pass_over(CallLedger& ledger, std::size_t target) {
  TargetBook row;
  row.target = target;
  row.invite_open = false;
  row.released = row.passed_over = true;
  ledger.b.push_back(row);
}

}  // namespace detail

using namespace detail;

namespace {

/// The awaited answer is that target's; otherwise it comes too late, and counts for nothing.
bool settles_preparation(CallLedger& ledger, std::size_t target) {
  PlanBook& route = ledger.route;
  std::erase(route.late, target);
  if (route.asked != target || is_over_for_a(ledger)) return false;
  route.asked.reset();
  return true;
}

void book_offer_answered(CallLedger& l, const OfferAnswered& e) {
  const auto found = l.offers.find(number(e.leg));
  if (found == l.offers.end() || !found->second.open || e.status < 200 || e.status > 699) return;
  OfferBook& book = found->second;
  book.open = false;
  book.lost = book.lost || (e.by_stack && e.status >= 300) || e.status == 408 || e.status == 481;
  if (e.status == 491 || e.status == 500) {
    ++book.glares;
    book.challenges = 0;  // a peer that counts how often credentials are used may challenge the repetition
  }
  if (e.status == 401 || e.status == 407) ++book.challenges;
  if (e.status >= 300) return;
  if (TargetBook* target = find_target(l, e.leg); target != nullptr && !e.body.sdp.empty()) target->holds = false;
  if (!book.relayed) {  // asked by ourselves, the peer may say anything new
    l.offer_failed = false;
    l.agreed.clear();
  }
  book.ack_due = book.invite;
  book.answer_due = book.invite && !book.offered && sdp::parse(e.body.sdp).has_value();
  book.undo_due = book.relayed && book.offered && !somebody_waits(l, number(e.leg));
}

/// Books what the world said. A peer's mistake is booked where it changes what is due, and not at all elsewhere.
struct BookEvent {
  CallLedger& l;

  void operator()(const Invited& e) const {
    l.begun = l.admitted = true;
    l.a.late_offer = e.body.sdp.empty();
  }
  void operator()(const Refused&) const { l.begun = true; }
  void operator()(const MediaReady&) const { l.media_answered = l.media_opened > 0; }
  void operator()(const MediaRefused&) const { l.media_ended = l.media_ended || (l.media_opened > 0 && !l.media_answered); }
  void operator()(const MediaClosed&) const { l.media_ended = l.media_ended || l.media_closed > 0; }
  void operator()(const Answered& e) const {
    TargetBook* target = find_target(l, e.leg);
    if (target == nullptr || target->released || e.status < 100 || e.status > 699) return;
    if (e.status < 200) {
      target->lives = true;
      if (e.rseq && target->invite_open && !target->cancelled) book_reliable(*target, e);
    } else if (e.status < 300) {
      const bool known = find_dialog(*target, e.to_tag) != nullptr;
      const bool possible = target->invite_open || !target->answers.empty();
      const bool too_many = target->answers.size() > kMaxLostForks;
      if (!known && possible && !too_many) {
        const bool settled = std::any_of(target->reliable.begin(), target->reliable.end(), [&](const ReliableDialog& early) {
          return early.to_tag == e.to_tag && early.settled;
        });
        const bool offers = !target->we_offered && !settled && sdp::parse(e.body.sdp).has_value();
        if (target->answers.empty() && !settled) target->holds = e.body.sdp.find("a=inactive") != std::string::npos;
        target->answers.push_back({e.to_tag, offers, false, false, false, false});
      }
      target->invite_open = false;
    } else if (target->invite_open) {
      target->invite_open = false;
      target->last_final = e.status;
      const Verdict verdict = verdict_for_status(e.status, config::default_stop_codes());
      target->stopped = !target->cancelled && verdict.hunting == Hunting::Stop;
    }
  }
  void book_reliable(TargetBook& target, const Answered& e) const {
    auto known = std::find_if(target.reliable.begin(), target.reliable.end(),
                              [&](const ReliableDialog& dialog) { return dialog.to_tag == e.to_tag; });
    if (known == target.reliable.end()) {
      if (target.reliable.size() == kMaxEarlyDialogs || e.to_tag.empty()) return;
      target.reliable.push_back({e.to_tag, *e.rseq - 1, false, false, false});
      known = target.reliable.end() - 1;
    }
    if (*e.rseq != known->last + 1) return;
    known->last = *e.rseq;
    known->owed = true;
    const bool describes = sdp::parse(e.body.sdp).has_value();
    known->offered = !target.we_offered && !known->settled && describes;
    known->settled = known->settled || (target.we_offered && describes);
  }
  void operator()(const TargetReady& e) const {
    if (e.addresses.empty() || e.addresses.size() > kMaxTargetAddresses) return;  // no answer at all
    if (!settles_preparation(l, e.target)) return;
    l.route.ready = e.target;
    l.route.untried = e.addresses;
  }
  void operator()(const TargetRefused& e) const {
    if (!settles_preparation(l, e.target)) return;
    if (e.reason != trunk::Reason::NameUnresolved) l.route.full = l.route.plan->targets.at(e.target).entry;
    pass_over(l, e.target);
  }
  void operator()(const InviteFailed& e) const {
    TargetBook* target = find_target(l, e.leg);
    if (target != nullptr && target->invite_open) {
      target->invite_open = false;
      target->given_up = true;
    }
  }
  void operator()(const Acked& e) const {
    if (e.request) {
      auto& unacked = l.offers[number(e.leg)].unacked;
      const auto acked = unacked.find(e.request->value());
      if (acked == unacked.end()) return;
      if (acked->second) l.agreed.clear();  // the answer to our offer, which may change the session
      unacked.erase(acked);
    } else {
      hear_of_2xx();
      l.a.acked = l.a.acked || l.a.answered;
    }
  }
  void operator()(const AckTimedOut& e) const {
    if (e.request) {
      OfferBook& book = l.offers[number(e.leg)];
      book.ack_never_came = book.unacked.erase(e.request->value()) > 0 || book.ack_never_came;
    } else {
      hear_of_2xx();
      l.a.ack_timed_out = l.a.ack_timed_out || l.a.answered;
    }
  }
  /// Who speaks of its ACK says that our 2xx has left, and that no CANCEL came first.
  void hear_of_2xx() const {
    if (!l.a.cancel_in_stack || l.a.cancel_told || !l.a.gave_2xx) return;
    l.a.cancel_in_stack = false;
    l.a.answered = true;
  }
  void operator()(const Cancelled&) const {
    if (l.a.acked || l.a.ack_timed_out) return;  // its 2xx has left: what was cancelled?
    l.a.cancel_told = true;
    l.a.cancel_in_stack = true;
  }
  void operator()(const ByeReceived& e) const {
    l.byes.insert({number(e.leg), e.request.value()});
    if (l.transfer.pending && l.transfer.transferor == number(e.leg) && !l.transfer.transferor_gone) {
      l.transfer.transferor_gone = true;
      l.transfer.gone_unheard = false;
    }
    if (e.leg == kLegA) l.a.bye_received = true;
    TargetBook* target = find_target(l, e.leg);
    if (target == nullptr || target->released) return;
    target->bye_received = target->bye_received || !target->answers.empty();
    const bool unheard = target->invite_open && !target->given_up;
    target->hung_up_unheard = target->hung_up_unheard || unheard;
    target->answer_lost = target->answer_lost || (unheard && !target->cancelled);
  }
  void operator()(const ByeFinished& e) const {
    if (e.leg == kLegA && l.a.byes_pending > 0) --l.a.byes_pending;
    TargetBook* target = find_target(l, e.leg);
    if (target == nullptr || target->byes_pending == 0) return;
    --target->byes_pending;
    if (!e.challenges.empty() && target->answers.front().bye_sent) target->answers.front().bye_challenged = true;
  }
  void operator()(const OfferReceived& e) const {
    l.requests.insert({number(e.leg), e.request.value()});
    const bool invite = e.method != "UPDATE";
    OfferBook& book = l.offers[number(e.leg)];
    book.waiting[e.request.value()] = {invite, !e.body.sdp.empty(), !invite && e.body == Body{}, book.open};
    ++l.offers_seen;
    if (TargetBook* target = find_target(l, e.leg); target != nullptr && !e.body.sdp.empty()) target->holds = false;
    const config::SessionTimer* policy = timer_policy(l, e.leg);
    const bool brief = policy != nullptr && e.terms.supports_timer && e.terms.session_expires &&
                       std::chrono::seconds{e.terms.session_expires->seconds} < policy->min;
    if (brief) l.brief.insert(e.request.value());
  }
  void operator()(const PrackReceived& e) const {
    l.requests.insert({number(kLegA), e.request.value()});
    if (l.a.pracks_due == 0 || l.a.final_given) return;
    --l.a.pracks_due;
    if (l.a.described_due > 0 && --l.a.described_due == 0) l.a.answered_early = l.a.late_offer && !e.body.sdp.empty();
  }
  void operator()(const PrackTimedOut&) const { l.a.prack_missing = l.a.pracks_due > 0 && !is_over_for_a(l); }
  void operator()(const PrackFinished& e) const {
    if (TargetBook* target = find_target(l, e.leg)) std::erase(target->pracks, std::pair{e.to_tag, e.rseq});
  }
  void operator()(const OfferCancelled& e) const {
    l.requests.erase({number(e.leg), e.request.value()});
    OfferBook& book = l.offers[number(e.leg)];
    if (book.waiting.erase(e.request.value()) + book.unacked.erase(e.request.value()) > 0) l.offer_failed = true;
  }
  void operator()(const OfferAnswered& e) const { book_offer_answered(l, e); }
  void operator()(const ReferReceived& e) const {
    l.requests.insert({number(e.leg), e.request.value()});
    l.transfer.refers.insert({number(e.leg), e.request.value()});
  }
  void operator()(const RequestReceived& e) const { l.requests.insert({number(e.leg), e.request.value()}); }
  void operator()(const DeadlinePassed& e) const {
    if (e.kind == TimerKind::Record) l.record_waits_over.insert(number(e.leg));
    TargetBook* target = find_target(l, e.leg);
    if (e.kind == TimerKind::Prepare && e.leg == kLegA && l.route.asked) {
      const std::size_t asked = *l.route.asked;
      if (settles_preparation(l, asked)) pass_over(l, asked);
      l.route.late.push_back(asked);
    }
    if (e.kind == TimerKind::CancelWait && target != nullptr && target->cancelled) target->given_up = true;
  }
  void operator()(const RecordWritten&) const { l.record_written = l.record_written || l.calls_recorded > 0; }
  void operator()(const MediaSilence& e) const {
    const auto leg = static_cast<std::uint16_t>(e.side == Side::A ? 0 : l.b.size());
    if (e.silent) {
      l.silent.insert(leg);
    } else {
      l.silent.erase(leg);
    }
  }
  void operator()(const ClearRequested&) const {}
};

void add(std::string& out, bool flag) { out += flag ? '1' : '0'; }
void add(std::string& out, std::size_t count) { out += static_cast<char>('a' + count % 26); }

}  // namespace

namespace {

void print_book(std::string& out, std::uint16_t leg, const OfferBook& book) {
  if (book == OfferBook{}) return;
  out += '%';
  add(out, std::size_t{leg});
  for (bool flag : {book.open, book.invite, book.offered, book.relayed, book.cancelled, book.ack_due, book.answer_due,
                    book.undo_due, book.lost, book.ack_never_came}) {
    add(out, flag);
  }
  add(out, static_cast<std::size_t>(book.glares));
  add(out, static_cast<std::size_t>(book.challenges));
  for (const auto& [request, offer] : book.waiting) {
    for (bool flag : {offer.invite, offer.offered}) add(out, flag);
  }
  out += '.';
  for (const auto& [request, offers] : book.unacked) add(out, offers);
}

}  // namespace

namespace {

/// A redirect and a transfer add to the plan; what is planned is trunk's word, and no secret of the call.
void learn_plan(CallLedger& l, const trunk::RoutePlan& plan) {
  if (plan.targets.size() == l.route.plan->targets.size()) return;
  l.transfer.first_planned = l.route.plan->targets.size();
  l.route.plan = std::make_shared<const trunk::RoutePlan>(plan);
}

}  // namespace

bool PlanBook::must_prepare() const {
  return std::any_of(plan->entries.begin(), plan->entries.end(), [](const auto& entry) { return !entry.takes.empty(); }) ||
         std::any_of(plan->targets.begin(), plan->targets.end(), [](const auto& target) { return !target.is_numeric(); });
}

std::optional<std::string> CallLedger::book(const Event& event, const Effects& effects, const Call& after) {
  if (retired) {
    const auto harmless = [](const Effect& effect) { return std::holds_alternative<Note>(effect); };
    return std::all_of(effects.begin(), effects.end(), harmless) ? Broken{} : Broken{"nothing follows Retire"};
  }
  const bool begins = std::holds_alternative<Invited>(event) || std::holds_alternative<Refused>(event);
  if (begins != begun) std::visit(BookEvent{*this}, event);
  ends = after.stage == Stage::Clearing || after.stage == Stage::Done;
  learn_plan(*this, after.admission.plan);
  transfer_step_is_bye = std::holds_alternative<ByeReceived>(event);
  const auto* passed = std::get_if<DeadlinePassed>(&event);
  record_failed = std::holds_alternative<Answered>(event) || std::holds_alternative<InviteFailed>(event) ||
                  (passed != nullptr && passed->kind == TimerKind::NoResponse);
  for (const Effect& effect : effects) {
    if (retired) return "nothing follows Retire";
    if (auto broken = judge(*this, effect)) return broken;
  }
  conclude_transfer(*this);
  if (!begun) return {};
  auto broken = judge_rest(*this, after);
  return broken ? broken : judge_agreement(*this, after);
}

std::optional<std::string> CallLedger::judge_end() const {
  if (!a.final_given && !a.cancel_told) return "one final response to A's INVITE";
  if (!a.released) return "every leg is released";
  for (const TargetBook& target : b) {
    if (!target.released) return "every leg is released";
  }
  if (media_opened > 0 && !media_ended) return "media opened is closed";
  if (calls_recorded != 1 || !record_written) return "one record a call";
  if (!byes.empty()) return "each request is answered once";
  return {};
}

void CallLedger::print_to(std::string& out) const {
  for (bool flag : {a.has_dialog, a.final_given, a.cancel_in_stack, a.cancel_told, a.answered, a.acked, a.ack_timed_out,
                    a.late_offer, a.bye_sent, a.bye_received, a.released, media_answered, media_ended, record_written,
                    retired, begun}) {
    add(out, flag);
  }
  for (int count : {a.byes_pending, media_opened, media_closed, calls_recorded}) add(out, static_cast<std::size_t>(count));
  add(out, attempts_recorded.size());
  for (bool flag : {transfer.pending, transfer.transferor_gone}) add(out, flag);
  for (std::size_t count : {std::size_t{transfer.transferor}, transfer.first_target, transfer.taken}) add(out, count);
  for (std::uint16_t leg : transfer.parted) add(out, std::size_t{leg});
  add(out, byes.size());
  for (const auto& [leg, request] : byes) add(out, std::size_t{leg});
  for (std::uint16_t leg : record_waits_over) add(out, std::size_t{leg});
  for (const auto& target : {route.asked, route.ready, route.full}) add(out, target ? *target + 1 : 0);
  add(out, route.untried.size());
  add(out, route.plan->targets.size());
  add(out, transfer.gone_unheard);
  for (std::size_t target : route.late) add(out, target);
  for (bool flag : {a.described, a.answered_early, a.prack_missing}) add(out, flag);
  for (int count : {a.pracks_due, a.described_due}) add(out, static_cast<std::size_t>(count));
  out += '~';
  for (std::uint16_t leg : silent) add(out, std::size_t{leg});
  for (const TargetBook& target : b) {
    out += '|';
    for (const auto& [tag, rseq] : target.pracks) out.append(tag).append(std::to_string(rseq));
    for (const ReliableDialog& dialog : target.reliable) {
      out.append(dialog.to_tag).append(std::to_string(dialog.last));
      for (bool flag : {dialog.owed, dialog.offered, dialog.settled}) add(out, flag);
    }
    for (bool flag : {target.holds, target.we_offered, target.invite_open, target.lives, target.cancelled, target.given_up,
                      target.stopped, target.bye_received, target.hung_up_unheard, target.answer_lost, target.released, target.passed_over}) {
      add(out, flag);
    }
    add(out, target.target);
    out += std::to_string(target.to.address.ip.is_unset() ? 0 : target.to.address.ip.print().back());
    out += std::to_string(target.last_final);
    for (int count : {target.invites, target.challenges_answered, target.lengthenings}) {
      add(out, static_cast<std::size_t>(count));
    }
    add(out, static_cast<std::size_t>(target.byes_pending));
    for (const AnsweredDialog& dialog : target.answers) {
      out += dialog.to_tag;
      for (bool flag : {dialog.offered, dialog.acked, dialog.bye_sent, dialog.bye_challenged, dialog.bye_repeated})
        add(out, flag);
    }
  }
  add(out, offer_failed);
  for (const auto& [leg, book] : offers) print_book(out, leg, book);
}

}  // namespace tandem::test
