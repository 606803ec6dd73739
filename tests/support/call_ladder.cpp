#include "support/call_ladder.hpp"

#include <algorithm>

namespace tandem::test {

using namespace tandem::call;

namespace {

std::string with_sdp(std::string word, const std::string& sdp) { return sdp.empty() ? word : word + " sdp"; }

}  // namespace

void Caller::invites(const std::string& sdp) { invites_with({sdp, false}); }
void Caller::invites_with(const Body& body, const Terms& terms) {
  ladder_.happens(
      Invited{ladder_.admission(), body, "call-1@pbx", *SocketAddress::parse("192.0.2.10:5060"), "public", terms});
}
void Caller::pracks(const std::string& sdp) { ladder_.happens(PrackReceived{ladder_.next_request(), {sdp, false}}); }
void Caller::never_pracks() { ladder_.happens(PrackTimedOut{}); }
void Caller::acks(const std::string& sdp) { ladder_.happens(Acked{{sdp, false}}); }
void Caller::never_acks() { ladder_.happens(AckTimedOut{}); }
void Caller::cancels(const std::string& reason) { ladder_.happens(Cancelled{reason}); }

void Party::hangs_up(const std::string& reason) { ladder_.happens(ByeReceived{leg_, ladder_.next_request(), reason}); }
void Party::asks(const std::string& method) { ladder_.happens(RequestReceived{leg_, ladder_.next_request(), method}); }
RequestId Party::offers(const std::string& sdp, const std::string& method, const Terms& terms) {
  const RequestId request = ladder_.next_request();
  ladder_.happens(OfferReceived{leg_, request, method, {sdp, false}, terms});
  return request;
}
void Party::refers(const std::string& refer_to, const std::string& replaces) {
  ladder_.happens(ReferReceived{leg_, ladder_.next_request(), refer_to, {}, replaces});
}
void Party::informs(const std::string& content_type, const std::string& content) {
  ladder_.happens(RequestReceived{leg_, ladder_.next_request(), "INFO", content_type, content});
}
void Party::cancels_offer(RequestId request) { ladder_.happens(OfferCancelled{leg_, request}); }
void Party::accepts(const std::string& sdp) {
  OfferAnswered answered;
  answered.leg = leg_;
  answered.status = 200;
  answered.body.sdp = sdp;
  ladder_.happens(answered);
}
void Party::refuses(int status, std::optional<int> retry_after_s) {
  OfferAnswered answered;
  answered.leg = leg_;
  answered.status = status;
  answered.retry_after_s = retry_after_s;
  if (status == 401 || status == 407) answered.challenges = {"Digest realm=\"north\", nonce=\"abc\", algorithm=MD5, qop=\"auth\""};
  ladder_.happens(answered);
}
void Party::is_silent() {
  OfferAnswered answered;
  answered.leg = leg_;
  answered.status = 408;
  answered.by_stack = true;
  ladder_.happens(answered);
}
void Party::acks_offer(RequestId request, const std::string& sdp) { ladder_.happens(Acked{{sdp, false}, leg_, request}); }
void Party::never_acks_offer(RequestId request) { ladder_.happens(AckTimedOut{leg_, request}); }
void Party::takes_update() {
  OfferReceived refresh{leg_, ladder_.next_request(), "UPDATE", {}, {}};
  refresh.terms.allows_update = true;
  ladder_.happens(refresh);
}

void Callee::says(const Answered& response) {
  Answered said = response;
  said.leg = leg_;
  ladder_.happens(said);
}
void Callee::tries() { says(response(leg_, 100)); }
void Callee::rings(const std::string& to_tag, const std::string& sdp) { says(response(leg_, 180, to_tag, sdp)); }
void Callee::progresses(const std::string& sdp, const std::string& to_tag) { says(response(leg_, 183, to_tag, sdp)); }
void Callee::progresses_reliably(std::uint32_t rseq, const std::string& sdp, const std::string& to_tag, int status) {
  Answered progress = response(leg_, status, to_tag, sdp);
  progress.rseq = rseq;
  says(progress);
}
void Callee::answers(const std::string& sdp, const std::string& to_tag, const Terms& terms) {
  Answered answer = response(leg_, 200, to_tag, sdp);
  answer.terms = terms;
  says(answer);
}
void Callee::rejects(int status, const std::string& reason) {
  Answered rejection = response(leg_, status, "b1");
  rejection.reason_header = reason;
  says(rejection);
}
void Callee::challenges(int status) {
  Answered challenge = response(leg_, status, "b1");
  challenge.challenges = {"Digest realm=\"north\", nonce=\"abc\", algorithm=MD5, qop=\"auth\""};
  says(challenge);
}
void Callee::wants_longer_sessions(std::uint32_t min_se_s) {
  Answered rejection = response(leg_, 422, "b1");
  rejection.min_se_s = min_se_s;
  says(rejection);
}
void Callee::redirects(const std::string& contact, int status) {
  Answered redirect = response(leg_, status, "b1");
  redirect.contacts = {contact};
  says(redirect);
}
void Callee::is_unreachable() { ladder_.happens(InviteFailed{leg_, TransactionFailure::Transport}); }
void Callee::times_out() { ladder_.happens(InviteFailed{leg_, TransactionFailure::Timeout}); }

void CallLadder::connects() {
  a.invites(offer_of_a());
  b.answers(answer_of_b());
  a.acks();
  forgets_what_was_sent();
}

void CallLadder::forgets_what_was_sent() {
  for (Sent& page : sent_) page.clear();
}

void CallLadder::happens(const Event& event) {
  inbox_.push_back(event);
  while (!inbox_.empty()) {
    const Event next = std::move(inbox_.front());
    inbox_.pop_front();
    take(next);
  }
}

void CallLadder::take(const Event& event) {
  Effects out;
  const WallTime wall{std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch())};
  step(call_, event, {now_, wall, random_}, out);
  carry_out(event, out);
}

void CallLadder::does(const std::function<void(Call&, Effects&, const Context&)>& act) {
  Effects out;
  const WallTime wall{std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch())};
  act(call_, out, {now_, wall, random_});
  carry_out(MediaSilence{}, out);  // an event that asks for nothing
}

void CallLadder::carry_out(const Event& event, const Effects& out) {
  if (const auto broken = ledger_.book(event, out, call_); broken && broken_.empty()) {
    broken_ = *broken + " (on " + std::string(name_of(event)) + ")";
  }
  for (const Effect& effect : out) {
    write_down(effect);
    play_along(effect);
    effects_.push_back(effect);
  }
}

void CallLadder::passes(Duration time) {
  const Instant until = now_ + time;
  while (true) {
    const auto due = std::min_element(call_.deadlines.begin(), call_.deadlines.end(),
                                      [](const auto& x, const auto& y) { return x.second < y.second; });
    if (due == call_.deadlines.end() || due->second > until) break;
    now_ = std::max(now_, due->second);
    happens(DeadlinePassed{due->first.first, due->first.second});
  }
  now_ = until;
}

Sent& CallLadder::sent(LegId leg) {
  if (leg.value() >= sent_.size()) sent_.resize(leg.value() + std::size_t{1});
  return sent_[leg.value()];
}

void CallLadder::write_down(const Effect& effect) {
  if (const auto* response = std::get_if<RespondToInvite>(&effect)) {
    sent(kLegA).push_back(with_sdp(std::to_string(response->status), response->sdp) +
                          (response->delivery == Delivery::Reliable ? " reliably" : ""));
  } else if (const auto* reply = std::get_if<RespondToRequest>(&effect)) {
    sent(reply->leg).push_back(with_sdp("reply " + std::to_string(reply->status), reply->sdp));
  } else if (const auto* invite = std::get_if<SendInvite>(&effect)) {
    sent(invite->leg).push_back(with_sdp("INVITE", invite->sdp));
  } else if (const auto* cancel = std::get_if<SendCancel>(&effect)) {
    sent(cancel->leg).push_back("CANCEL");
  } else if (const auto* ack = std::get_if<SendAck>(&effect)) {
    sent(ack->leg).push_back(with_sdp("ACK", ack->sdp));
  } else if (const auto* prack = std::get_if<SendPrack>(&effect)) {
    sent(prack->leg).push_back(with_sdp("PRACK", prack->sdp));
  } else if (const auto* offer = std::get_if<SendOffer>(&effect)) {
    const bool update = offer->method == OfferMethod::Update;
    sent(offer->leg).push_back(with_sdp(update ? "UPDATE" : "re-INVITE", offer->sdp));
  } else if (const auto* bye = std::get_if<SendBye>(&effect)) {
    sent(bye->leg).push_back("BYE");
  } else if (const auto* notify = std::get_if<SendNotify>(&effect)) {
    const bool over = notify->subscription_state.rfind("terminated", 0) == 0;
    sent(notify->leg).push_back("NOTIFY " + notify->sipfrag.substr(8, 3) + (over ? " over" : ""));
  } else if (const auto* info = std::get_if<SendInfo>(&effect)) {
    sent(info->leg).push_back("INFO");
  }
}

void CallLadder::play_along(const Effect& effect) {
  if (media_answers && std::holds_alternative<OpenMedia>(effect)) {
    inbox_.push_back(MediaReady{local_media(10000), local_media(10002)});
  } else if (media_answers && std::holds_alternative<CloseMedia>(effect)) {
    MediaClosed closed;
    closed.report.a.received_packets = 50;
    inbox_.push_back(closed);
  } else if (writer_writes && std::holds_alternative<RecordCall>(effect)) {
    inbox_.push_back(RecordWritten{});
  } else if (const auto* bye = std::get_if<SendBye>(&effect); bye != nullptr && byes_are_answered) {
    inbox_.push_back(ByeFinished{bye->leg, 200});
  } else if (const auto* prack = std::get_if<SendPrack>(&effect); prack != nullptr && pracks_are_answered) {
    inbox_.push_back(PrackFinished{prack->leg, 200, {}, prack->to_tag, prack->rseq});
  } else if (const auto* offer = std::get_if<SendOffer>(&effect); offer != nullptr && refreshes_are_answered) {
    const Leg& leg = offer->leg == kLegA ? call_.a : call_.attempts.at(offer->leg.value() - std::size_t{1}).leg;
    if (!leg.session.refreshing) return;
    message::Headers headers;
    for (const message::Header& row : offer->headers) headers.add(row.name, row.value);
    OfferAnswered answered{offer->leg, 200, {}, {}, {}, {}, {}, false};
    answered.terms = terms_of(headers);
    if (!offer->sdp.empty()) answered.body.sdp = sdp::print(*leg.sdp.remote);  // as before
    inbox_.push_back(answered);
  }
}

std::size_t CallLadder::unlawful() const {
  const auto notes = all<Note>();
  return static_cast<std::size_t>(
      std::count_if(notes.begin(), notes.end(), [](const Note& note) { return note.event == kUnlawfulEvent; }));
}

std::string CallLadder::complaint() const {
  if (!broken_.empty()) return broken_;
  if (call_.stage != Stage::Done) return "the call is " + std::string(to_string(call_.stage));
  if (unlawful() > 0) return "something unlawful was said";
  return ledger_.judge_end().value_or(std::string{});
}

}  // namespace tandem::test
