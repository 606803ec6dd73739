// What step() asked for, and what must hold between any two steps.
#include <algorithm>

#include "support/call_book.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::test::detail {

using namespace tandem::call;

namespace {

std::string field(const Note& note, std::string_view name) {
  const auto found = std::find_if(note.fields.begin(), note.fields.end(), [&](const auto& row) { return row.first == name; });
  return found == note.fields.end() ? std::string{} : found->second;
}

/// Judges what step() asked for, effect by effect.
struct JudgeEffect {
  CallLedger& l;

  Broken operator()(const RespondToInvite& e) const {
    if (l.a.released) return "nothing follows ReleaseLeg on a leg";
    if (!e.sdp.empty()) {
      if (!l.a.answer.empty() && l.a.answer != e.sdp) return "A gets one answer in its dialog";
      l.a.answer = e.sdp;
    }
    if (e.delivery == Delivery::Reliable) {
      if (e.status < 101 || e.status > 199) return "a provisional response is what may be reliable";
      ++l.a.pracks_due;
      if (!e.sdp.empty()) l.a.described_due = l.a.pracks_due;
    }
    if (!e.sdp.empty() && l.a.described) return "no description follows one that was given reliably";
    l.a.described = l.a.described || (!e.sdp.empty() && e.delivery == Delivery::Reliable);
    if (e.status < 200) {
      if (l.a.final_given || l.a.cancel_told) return "no provisional response follows the final one";
      if (l.a.late_offer && !e.sdp.empty() && e.delivery == Delivery::Plain) return "an offer in an 18x goes reliably";
      l.a.has_dialog = l.a.has_dialog || e.status > 100;
      return {};
    }
    if (l.a.final_given || l.a.cancel_told) return "one final response to A's INVITE";
    l.a.final_given = true;
    if (e.status >= 300 && owes_next_record()) return "a name's next record comes first";
    if (e.status < 300) {
      if (e.sdp.empty() && !l.a.described) return "a 200 to A carries a description";
      if (l.a.pracks_due > 0) return "A's 200 waits for the PRACK";
      l.a.gave_2xx = true;
      l.a.answered = !l.a.cancel_in_stack;
    }
    return {};
  }
  /// The target failed in this very step, so that neither A nor an operator has ended the call.
  bool owes_next_record() const {
    return l.record_failed && !l.b.empty() && failed_as_a_record(l.b.back()) && !l.route.untried.empty();
  }
  Broken answer_refer(std::uint16_t leg, int status) const {
    if (status != 202) return {};
    if (l.transfer.pending) return "one transfer at a time";
    l.transfer.pending = true;
    l.transfer.transferor = leg;
    l.transfer.transferor_gone = false;
    l.transfer.first_target = l.b.size();
    ++l.transfer.taken;
    return {};
  }
  /// Whose BYE does not end the call: a transferor's while the call does without it, and that of a target that was given up.
  bool has_no_part(std::uint16_t leg) const {
    if (l.transfer.parted.count(leg) == 1 || (l.transfer.transferor_gone && l.transfer.transferor == leg)) return true;
    if (leg == 0) return false;
    const TargetBook& target = l.b[leg - 1U];
    return target.answers.empty() || target.answers.front().bye_sent;
  }
  Broken operator()(const RespondToRequest& e) const {
    const std::pair key{number(e.leg), e.request.value()};
    if (e.status < 200) return "a request in a dialog gets a final response";
    if (l.transfer.refers.erase(key) == 1) {
      if (auto broken = answer_refer(key.first, e.status)) return broken;
    }
    if (l.byes.erase(key) == 1) {
      if (e.status != 200) return {};
      const bool at_once = !l.ends && has_no_part(key.first);
      const bool may = l.record_written || l.record_waits_over.count(key.first) == 1 || at_once;
      return may ? Broken{} : Broken{"the 200 to a BYE waits for the record"};
    }
    if (l.requests.erase(key) == 0) return "each request is answered once";
    if (l.brief.erase(key.second) == 1 && e.status < 300) return "a session that is too brief is refused";
    if (e.status == 200 && leg_is_over(l, e.leg)) return "nothing follows ReleaseLeg on a leg";
    return answered_offer(e);
  }
  Broken answered_offer(const RespondToRequest& e) const {
    OfferBook& book = l.offers[number(e.leg)];
    const auto found = book.waiting.find(e.request.value());
    if (found == book.waiting.end()) return {};
    const WaitingOffer offer = found->second;
    const bool second = found != book.waiting.begin();
    book.waiting.erase(found);
    const bool others_wait = std::any_of(l.offers.begin(), l.offers.end(), [](const auto& row) {
      return !row.second.waiting.empty() || row.second.ack_due;
    });
    if (e.status >= 300 || !offer.bare) l.offer_failed = e.status >= 300 && !others_wait;
    if (offer.met_ours && e.status == 500) return "an offer that meets ours gets 491";
    if (second && !offer.met_ours && e.status == 491) return "a second offer of one peer gets 500";
    if (e.status >= 300) return {};
    if (offer.bare != e.sdp.empty()) return "a 2xx to a re-INVITE or an offer carries a description";
    if (offer.bare) return {};
    if (book.open || book.ack_due) return "no offer is taken over one of ours";
    if (second) return "no second offer is taken";
    if (offer.offered) l.agreed.clear();  // something else is; where we offered, the ACK is awaited first
    if (offer.invite) book.unacked[e.request.value()] = !offer.offered;
    return {};
  }
  Broken operator()(const SendInvite& e) const {
    if (l.calls_recorded > 0) return "nobody is called once the record is written";
    if (!l.media_answered || l.media_closed > 0) return "an INVITE leaves while media is open";
    if (is_over_for_a(l)) return "nobody is called after A's final response";
    if (TargetBook* again = find_target(l, e.leg)) return repeated_invite(*again, e);
    // A transfer's is made from what the transferee hears, whoever offered when the call began.
    const bool without = l.a.late_offer && !l.a.answered_early && !l.transfer.pending;
    if (e.sdp.empty() != without) return "an INVITE carries an offer exactly when A's did";
    if (l.transfer.pending && e.target < l.transfer.first_planned) return "a transfer calls whom its REFER names";
    if (number(e.leg) != l.b.size() + 1) return "legs are numbered in the order they are dialled";
    for (std::size_t row = 0; row < l.b.size(); ++row) {
      const TargetBook& target = l.b[row];
      if (auto broken = ends_hunt(row)) return broken;
      if (target.invite_open && !target.cancelled) return "one target rings at a time";
      if (target.target == e.target && (target.passed_over || target.to == e.to)) return "a target's record is called once";
    }
    if (auto broken = uses_its_preparation(e)) return broken;
    TargetBook target;
    target.target = e.target;
    target.to = e.to;
    target.invites = 1;
    target.we_offered = !e.sdp.empty();
    target.on_side_a = l.transfer.pending && is_on_side_a(l, l.transfer.transferor);
    l.b.push_back(target);
    return {};
  }
  /// Only those of the hunt at hand count: how the call came to its callee, or another transfer failed, says nothing of
  /// whom this REFER names.
  Broken ends_hunt(std::size_t row) const {
    if (l.transfer.pending && row < l.transfer.first_target) return {};
    if (l.b[row].stopped) return "a status of the stop list ends hunting";
    return l.b[row].answer_lost ? Broken{"who answered and hung up is not called again"} : Broken{};
  }
  Broken repeated_invite(TargetBook& again, const SendInvite& e) const {
    if (again.released || again.invite_open) return "an INVITE is repeated only after its challenge";
    if (again.we_offered == e.sdp.empty()) return "an INVITE is repeated as it was";
    if (again.to != e.to) return "an INVITE is repeated to the record that challenged it";
    if (again.last_final == 422) {
      again.challenges_answered = 0;
      if (++again.lengthenings > 1) return "Min-SE is raised once an attempt";
    } else if (++again.challenges_answered > 1) {
      return "a challenge is answered once an attempt";
    }
    ++again.invites;
    again.invite_open = true;
    again.lives = false;
    again.reliable.clear();
    return {};
  }
  Broken uses_its_preparation(const SendInvite& e) const {
    if (!l.route.must_prepare()) return {};
    if (l.route.ready != e.target || l.route.asked) return "a target is dialled once it is prepared";
    const auto given = std::find(l.route.untried.begin(), l.route.untried.end(), e.to);
    if (given != l.route.untried.begin() || l.route.untried.empty()) return "records are dialled in the order given";
    l.route.untried.erase(given);
    return {};
  }
  Broken operator()(const PrepareTarget& e) const {
    if (l.route.asked) return "one target is prepared at a time";
    if (is_over_for_a(l)) return "nobody is called after A's final response";
    if (!l.media_answered || l.media_closed > 0) return "an INVITE leaves while media is open";
    if (!l.route.must_prepare()) return "a plan without limits and names needs no preparation";
    if (l.transfer.pending && e.target < l.transfer.first_planned) return "a transfer calls whom its REFER names";
    if (l.route.full == l.route.plan->targets.at(e.target).entry) return "a full entry is passed over";
    l.route.full.reset();
    for (std::size_t row = 0; row < l.b.size(); ++row) {
      if (auto broken = ends_hunt(row)) return broken;
      if (l.b[row].target == e.target) return "a target is prepared once";
    }
    if (owes_next_record()) return "a name's next record comes first";
    l.route.asked = e.target;
    return {};
  }
  Broken operator()(const SendCancel& e) const {
    if (OfferBook& book = l.offers[number(e.leg)]; book.open) {
      if (!book.invite) return "only an INVITE is cancelled";
      if (book.cancelled) return "one CANCEL an INVITE";
      book.cancelled = true;
      return {};
    }
    TargetBook* target = find_target(l, e.leg);
    if (target == nullptr || target->released) return "a CANCEL needs an INVITE";
    if (!target->invite_open) return "a CANCEL needs an INVITE without a final response";
    if (target->cancelled) return "one CANCEL an INVITE";
    target->cancelled = true;
    return {};
  }
  Broken operator()(const SendAck& e) const {
    TargetBook* target = find_target(l, e.leg);
    AnsweredDialog* dialog = target == nullptr ? nullptr : find_dialog(*target, e.to_tag);
    if (e.leg == kLegA || (dialog != nullptr && dialog->acked)) return ack_of_reinvite(l.offers[number(e.leg)], e);
    if (dialog == nullptr) return "an ACK needs a 2xx";
    if (target->released) return "nothing follows ReleaseLeg on a leg";
    if (dialog->acked) return "every 2xx is ACKed once";
    if (dialog->offered == e.sdp.empty()) return "an ACK answers exactly where the 2xx offered";
    dialog->acked = true;
    return {};
  }
  Broken operator()(const SendPrack& e) const {
    TargetBook* target = find_target(l, e.leg);
    if (target == nullptr || target->released) return "nothing follows ReleaseLeg on a leg";
    const auto dialog = std::find_if(target->reliable.begin(), target->reliable.end(),
                                     [&](const ReliableDialog& known) { return known.to_tag == e.to_tag; });
    if (dialog == target->reliable.end() || dialog->last != e.rseq) return "a PRACK names a reliable response";
    if (!dialog->owed) return "one PRACK a reliable response";
    if (dialog->offered == e.sdp.empty()) return "a PRACK answers exactly where the response offered";
    dialog->owed = dialog->offered = false;
    dialog->settled = dialog->settled || !e.sdp.empty();
    target->pracks.emplace_back(e.to_tag, e.rseq);
    return {};
  }
  Broken ack_of_reinvite(OfferBook& book, const SendAck& e) const {
    if (!book.ack_due) return "every 2xx is ACKed once";
    if (leg_is_over(l, e.leg)) return "nothing follows ReleaseLeg on a leg";
    if (book.answer_due == e.sdp.empty()) return "an ACK answers exactly where the 2xx offered";
    book.ack_due = book.answer_due = false;
    return {};
  }
  /// The peer has a dialog with us that nobody ends.
  bool may_be_asked(LegId leg) const {
    if (leg == kLegA) return (l.a.has_dialog || l.a.gave_2xx) && !l.a.bye_sent && !l.a.bye_received && !l.a.cancel_told && !l.a.released;
    const TargetBook* target = find_target(l, leg);
    if (target == nullptr || target->released || target->bye_received || target->cancelled) return false;
    return target->answers.empty() ? target->lives : !target->answers.front().bye_sent;
  }
  Broken operator()(const SendOffer& e) const {
    OfferBook& book = l.offers[number(e.leg)];
    const bool invite = e.method == OfferMethod::Invite;
    if (!may_be_asked(e.leg)) return "nothing is asked in a dialog that ends";
    if (book.open || book.ack_due) return "one offer of ours is open a leg";
    if (!book.waiting.empty()) return "no offer of ours meets one of the peer";
    if (invite && (!book.unacked.empty() || !is_acked(e.leg))) return "no re-INVITE before the peer's ACK";
    if (e.leg == kLegA && !e.sdp.empty() && !has_our_answer()) return "no offer over an answer that may be lost";
    const bool asked_for = somebody_waits(l, number(e.leg));
    if (asked_for && book.glares > 1) return "an offer that met another is repeated once";
    if (asked_for && book.challenges > 1) return "a challenge is answered once an offer";
    book.open = true;
    book.invite = invite;
    book.offered = !e.sdp.empty();
    book.relayed = asked_for;
    book.cancelled = book.undo_due = false;
    return {};
  }
  /// A has said so: by its ACK, or by the PRACK of what held the answer.
  bool has_our_answer() const { return is_acked(kLegA) || (l.a.described && l.a.described_due == 0); }
  bool is_acked(LegId leg) const {
    if (leg == kLegA) return l.a.acked || l.a.ack_timed_out;
    const TargetBook* target = find_target(l, leg);
    return target != nullptr && !target->answers.empty() && target->answers.front().acked;
  }
  Broken operator()(const SendNotify& e) const {
    if (!l.transfer.pending || l.transfer.transferor_gone) return "NOTIFY belongs to a transfer that is open";
    if (number(e.leg) != l.transfer.transferor) return "NOTIFY goes to the transferor";
    if (e.subscription_state.rfind("terminated", 0) != 0) return {};
    l.transfer.pending = false;
    if (e.sipfrag.rfind("SIP/2.0 200", 0) == 0) l.transfer.parted.insert(l.transfer.transferor);
    return {};
  }
  /// What the end of a leg means for a transfer that is open.
  Broken end_of(LegId leg) const {
    if (!l.transfer.pending) return {};
    if (!l.transfer.transferor_gone) {
      return number(leg) == l.transfer.transferor ? Broken{"a transferor hears how its transfer ends"} : Broken{};
    }
    // Afterwards the other side, an operator, a deadline may end the call; they end it without this rule. In the step of a
    // BYE only that other side can, and then whom it rang for is cancelled, so that nobody gets a BYE; or the new callee's
    // own, whose 2xx was lost.
    const bool rings = l.b.size() > l.transfer.first_target && l.b.back().invite_open && !l.b.back().given_up &&
                       !l.b.back().answer_lost;
    if (l.transfer_step_is_bye && rings) return "a transferor that hangs up early does not end the call";
    return {};
  }
  Broken operator()(const SendInfo&) const { return {}; }
  Broken operator()(const SendDigit&) const { return {}; }
  Broken operator()(const SendBye& e) const {
    const TargetBook* asked = find_target(l, e.leg);
    const bool of_a_lost_fork = asked != nullptr && !asked->answers.empty() && asked->answers.front().to_tag != e.to_tag;
    if (!of_a_lost_fork) {
      if (auto broken = end_of(e.leg)) return broken;
      if (l.offers[number(e.leg)].ack_due) return "a 2xx is ACKed before the BYE";
    }
    if (e.leg == kLegA) return bye_to_a();
    TargetBook* target = find_target(l, e.leg);
    AnsweredDialog* dialog = target == nullptr ? nullptr : find_dialog(*target, e.to_tag);
    if (dialog == nullptr || !dialog->acked) return "a BYE to a target needs its 2xx and our ACK";
    if (target->released) return "nothing follows ReleaseLeg on a leg";
    if (auto broken = repeats_bye(*dialog)) return broken;
    const auto& targets = l.route.plan->targets;
    if (!begins_with(e.headers, targets.at(target->target).identity)) return "a BYE carries the identity";
    dialog->bye_sent = true;
    ++target->byes_pending;
    return {};
  }
  static bool begins_with(const std::vector<message::Header>& all, const std::vector<message::Header>& first) {
    return all.size() >= first.size() && std::equal(first.begin(), first.end(), all.begin());
  }
  Broken repeats_bye(AnsweredDialog& dialog) const {
    if (!dialog.bye_sent) return {};
    if (!std::exchange(dialog.bye_challenged, false)) return "one BYE a dialog";
    if (std::exchange(dialog.bye_repeated, true)) return "a challenged BYE goes once more, and not again";
    return {};
  }
  Broken bye_to_a() const {
    if (l.a.released) return "nothing follows ReleaseLeg on a leg";
    if (!l.a.answered) return "a BYE to A needs our 200";
    if (!l.a.acked && !l.a.ack_timed_out) return "no BYE to A before its ACK";
    if (l.a.bye_sent) return "one BYE a dialog";
    l.a.bye_sent = true;
    ++l.a.byes_pending;
    return {};
  }
  Broken operator()(const ReleaseLeg& e) const {
    if (leg_is_over(l, e.leg)) return "a leg is released once";
    if (const OfferBook& book = l.offers[number(e.leg)]; book.open || book.ack_due) {
      return "a leg is released after what we asked there has ended";
    }
    if (e.leg == kLegA) {
      l.a.released = true;
      if (!l.a.final_given && !l.a.cancel_told) return "A is released after its final response";
      if (l.a.answered && !l.a.cancel_told && !l.a.bye_sent && !l.a.bye_received) return "an answered leg ends by a BYE";
      return l.a.byes_pending > 0 ? Broken{"a leg is released after its BYE has ended"} : Broken{};
    }
    TargetBook& target = *find_target(l, e.leg);
    for (const auto& [leg, request] : l.byes) {
      if (leg == number(e.leg)) return "a leg is released after the peer's BYE has its answer";
    }
    target.released = true;
    target.pracks.clear();
    if (target.invite_open && !target.given_up) return "a target is released after its final response";
    for (std::size_t i = 0; i < target.answers.size(); ++i) {
      if (!target.answers[i].acked) return "every 2xx is ACKed once";
      if (!target.answers[i].bye_sent && !(i == 0 && target.bye_received)) return "an answered leg ends by a BYE";
    }
    return target.byes_pending > 0 ? Broken{"a leg is released after its BYE has ended"} : Broken{};
  }
  Broken operator()(const OpenMedia&) const {
    return ++l.media_opened > 1 ? Broken{"media is opened once"} : Broken{};
  }
  Broken operator()(const ConnectMedia& e) const {
    if (!l.media_answered || l.media_closed > 0) return "media is connected while it is open";
    conclude_transfer(l);
    const bool transferor_gone = l.transfer.pending && l.transfer.transferor_gone;
    if (!transferor_gone) return e.a ? Broken{} : Broken{"a path has its A side"};
    const bool of_a = is_on_side_a(l, l.transfer.transferor);
    if ((of_a ? e.a : e.b).has_value()) return "who has hung up is heard no more";
    l.transfer.gone_unheard = true;
    return {};
  }
  Broken operator()(const CloseMedia&) const {
    if (!l.media_answered || l.media_ended) return "only open media is closed";
    return ++l.media_closed > 1 ? Broken{"media is closed once"} : Broken{};
  }
  Broken operator()(const RecordAttempt& e) const {
    if (number(e.leg) == 0 || number(e.leg) > l.b.size()) return "only attempts are recorded as attempts";
    if (l.calls_recorded > 0) return "attempts are recorded before their call";
    return l.attempts_recorded.insert(number(e.leg)).second ? Broken{} : Broken{"every attempt is recorded once"};
  }
  Broken operator()(const RecordCall&) const {
    if (l.media_opened > 0 && !l.media_ended) return "the record is made when media has ended";
    if (l.attempts_recorded.size() != l.b.size()) return "every attempt is recorded once";
    return ++l.calls_recorded > 1 ? Broken{"one record a call"} : Broken{};
  }
  /// What can be offered nothing the core passes over by itself; what the shell refuses is in the book already.
  Broken operator()(const Note& e) const {
    if (e.event != "target_passed_over" || field(e, "reason") != trunk::code(trunk::Reason::NoCommonCodec)) return {};
    const auto& targets = l.route.plan->targets;
    const auto named = std::find_if(targets.begin(), targets.end(), [&](const auto& row) { return row.name == field(e, "target"); });
    pass_over(l, static_cast<std::size_t>(named - targets.begin()));
    return {};
  }
  Broken operator()(const Retire&) const {
    l.retired = true;
    return l.judge_end();
  }
};

/// A request of ours is open on that leg.
bool is_asked(const CallLedger& l, LegId leg) {
  const auto book = l.offers.find(number(leg));
  return book != l.offers.end() && book->second.open;
}

/// Nothing is asked or to be asked again, and nobody waits.
bool is_quiet(const CallLedger& l, const Call& after) {
  for (const auto& [key, at] : after.deadlines) {
    if (key.second == TimerKind::Glare) return false;
  }
  return std::all_of(l.offers.begin(), l.offers.end(), [](const auto& row) {
    const OfferBook& book = row.second;
    return !book.open && !book.ack_due && !book.undo_due && book.waiting.empty();
  });
}

/// Reliable responses, session timers and silence between any two steps.
Broken judge_early(const CallLedger& l, const Call& after) {
  for (const TargetBook& target : l.b) {
    if (!target.invite_open || target.cancelled || target.released) continue;
    for (const ReliableDialog& dialog : target.reliable) {
      const bool waits = dialog.offered && !l.a.answered_early;
      if (dialog.owed && !waits) return "each reliable response gets its PRACK, unless its offer waits for A's answer";
    }
  }
  for (std::size_t row = 0; row < l.b.size() && after.stage == Stage::Connected; ++row) {
    const LegId leg{static_cast<std::uint16_t>(row + 1)};
    if (!talks(l, leg.value())) continue;
    const bool watched = after.deadlines.contains({leg, TimerKind::SessionRefresh}) ||
                         after.deadlines.contains({leg, TimerKind::SessionExpiry}) ||
                         after.deadlines.contains({leg, TimerKind::Glare}) || is_asked(l, leg);
    // A refresh waits for its turn while somebody changes the session, and for the peer's ACK.
    const auto book = l.offers.find(leg.value());
    const bool has_its_turn = is_quiet(l, after) && (book == l.offers.end() || book->second.unacked.empty());
    if (timer_policy(l, leg) != nullptr && has_its_turn && !watched) return "a session is refreshed or watched";
    if (l.b[row].holds && after.deadlines.contains({leg, TimerKind::MediaLost})) return "a side on hold is not missed";
  }
  if (l.a.prack_missing && !is_over_for_a(l)) return "a caller that never acknowledges gets its final response";
  return {};
}

/// Enough of a description to tell two sessions apart; versions do not.
void sketch(std::string& out, const std::optional<sdp::Session>& session) {
  if (!session) return;
  for (const sdp::Media& media : session->media) {
    out.append(std::to_string(media.port));
    for (const std::string& format : media.formats) out.append(",").append(format);
    for (const sdp::Attribute& attribute : media.attributes) out.append("/").append(attribute.name);
  }
  out += ';';
}

/// The sessions of who talks.
std::string sketch(const CallLedger& l, const Call& call) {
  std::string out;
  const auto add_leg = [&](const Leg& leg) {
    sketch(out, leg.sdp.local);
    sketch(out, leg.sdp.remote);
    out += static_cast<char>('0' + static_cast<int>(leg.sdp.state));
  };
  if (a_has_part(l)) add_leg(call.a);
  for (const Attempt& attempt : call.attempts) {
    if (talks(l, number(attempt.leg.id))) add_leg(attempt.leg);
  }
  return out;
}

std::string who_talks(const CallLedger& l) {
  std::string out(a_has_part(l) ? "0" : "");
  for (std::uint16_t leg = 1; leg <= l.b.size(); ++leg) {
    if (talks(l, leg)) out += static_cast<char>('0' + leg);
  }
  return out;
}

/// A request may wait only while another leg is asked for it, or is to be asked again; none when the call ends.
Broken judge_waiting(const CallLedger& l, const Call& after) {
  for (const auto& [leg, request] : l.requests) {
    const auto book = l.offers.find(leg);
    const bool relayable = book != l.offers.end() && book->second.waiting.count(request) == 1 && !book->second.waiting.at(request).bare;
    bool asked = false;
    for (const auto& [other, row] : l.offers) asked = asked || (other != leg && row.open && row.relayed);
    for (const auto& [key, at] : after.deadlines) asked = asked || (key.second == TimerKind::Glare && number(key.first) != leg);
    if (!relayable || !asked || after.stage == Stage::Clearing) return "each request is answered at once";
  }
  return {};
}

/// It answers what it was asked before by itself (RFC 3261 §15.1.2).
bool has_hung_up(const CallLedger& l, std::uint16_t leg) {
  return leg == 0 ? l.a.bye_received : leg <= l.b.size() && l.b[leg - 1U].bye_received;
}

Broken judge_offers(const CallLedger& l, const Call& after) {
  const bool ends = after.stage == Stage::Clearing || after.stage == Stage::Done;
  for (const auto& [leg, book] : l.offers) {
    bool answer_awaited = false;
    for (const auto& [other, row] : l.offers) {
      for (const auto& [request, offers] : row.unacked) answer_awaited = answer_awaited || (other != leg && offers);
    }
    if (book.ack_due && (ends || !book.answer_due || !answer_awaited)) {
      return "a 2xx to a re-INVITE is ACKed at once, unless its offer waits for the asker's answer";
    }
    if (ends || has_hung_up(l, leg)) continue;
    if (book.lost && l.transfer.parted.count(leg) == 0) return "a lost dialog ends the call";
    if (book.ack_never_came) return "a re-INVITE without its ACK ends the call";
    if (book.undo_due) return "a change that was cancelled too late is undone";
    if (book.open && book.invite && book.relayed && !book.cancelled && !somebody_waits(l, leg)) {
      return "what nobody waits for is cancelled";
    }
  }
  return {};
}

}  // namespace

Broken judge(CallLedger& ledger, const Effect& effect) { return std::visit(JudgeEffect{ledger}, effect); }

/// Between the end of one renegotiation and the next: what was agreed is what the call holds.
Broken judge_agreement(CallLedger& l, const Call& after) {
  if (after.stage == Stage::Clearing || after.stage == Stage::Done) {
    l.offer_failed = false;  // what these ask for is done: the call ends
    for (auto& [leg, book] : l.offers) book.lost = book.ack_never_came = book.undo_due = false;
  }
  if (!is_quiet(l, after)) return {};
  for (auto& [leg, book] : l.offers) book.glares = book.challenges = 0;
  if (after.stage != Stage::Connected) return {};
  std::string now = sketch(l, after);
  const bool failed = std::exchange(l.offer_failed, false);
  const bool same_two = std::exchange(l.agreed_by, who_talks(l)) == who_talks(l);
  if (failed && same_two && !l.agreed.empty() && now != l.agreed) return "after a rejected offer both sessions are as they were";
  l.agreed = std::move(now);
  return {};
}

namespace {

Broken judge_transfer(const CallLedger& l, const Call& after) {
  for (std::uint16_t leg : l.transfer.parted) {
    const bool ends = leg == 0 ? l.a.bye_sent || l.a.bye_received || l.a.released
                               : l.b[leg - 1U].answers.front().bye_sent || l.b[leg - 1U].bye_received;
    if (!ends && after.deadlines.count({LegId{leg}, TimerKind::Transferor}) == 0)
      return "a transferor that stays has its deadline";
  }
  const bool gone = l.transfer.pending && l.transfer.transferor_gone;
  return gone && !l.transfer.gone_unheard ? Broken{"who has hung up is heard no more"} : Broken{};
}

}  // namespace

/// What must hold between any two steps.
Broken judge_rest(const CallLedger& l, const Call& after) {
  if (auto broken = judge_transfer(l, after)) return broken;
  std::size_t talk = 0;
  for (const TargetBook& target : l.b) {
    const bool offer_waits = !target.answers.empty() && target.answers.front().offered;
    if (target.answer_lost && target.invite_open && !target.cancelled) return "a BYE before the 2xx ends the attempt";
    for (std::size_t i = 0; i < target.answers.size(); ++i) {
      const AnsweredDialog& dialog = target.answers[i];
      const bool may_wait = i == 0 && offer_waits;
      if (!dialog.acked && !may_wait) return "a 2xx is ACKed at once, unless its offer waits for A's answer";
      const auto leg = static_cast<std::uint16_t>(&target - l.b.data() + 1);
      if (!dialog.bye_sent && !target.bye_received && l.transfer.parted.count(leg) == 0) ++talk;
    }
  }
  if (l.ends && talk > 0) return "when the call ends every target that answered gets its BYE";
  // A talks, or waits to; once it has handed its call on, or hung up while it does, two targets may.
  if (talk + (a_has_part(l) ? 1U : 0U) > 2) return "one target is bridged at a time";
  for (const auto& [leg, request] : l.byes) {
    if (after.deadlines.count({LegId{leg}, TimerKind::Record}) == 0) return "a BYE that waits has its deadline";
  }
  if (auto broken = judge_waiting(l, after)) return broken;
  if (auto broken = judge_offers(l, after)) return broken;
  if (auto broken = judge_early(l, after)) return broken;
  if (l.retired != (after.stage == Stage::Done)) return "Done and Retire come together";
  if (l.retired && !after.deadlines.empty()) return "no deadline is left behind";
  return {};
}

}  // namespace tandem::test::detail
