#include "scenario/phone.hpp"

namespace tandem::scenario {

using std::chrono::milliseconds;
using std::chrono::seconds;

Phone::Phone(Agenda& agenda, Wire& wire, std::string name, SocketAddress own, Random random)
    : agenda_(agenda),
      name_(std::move(name)),
      random_(random),
      stack_(agenda, wire, own, name_, Random(random_.next()), [this] { wake(); }) {
  plan_.targets.resize(1);
}

void Phone::wake() {
  if (awake_) return;
  awake_ = true;
  agenda_.after({}, [this] { pump(); });
}

void Phone::pump() {
  awake_ = false;
  while (stack_.has_pending()) stack_.run_once({}, *this);
}

void Phone::perform(Conversation& call, const call::SipEffect& effect) {
  stack_.perform(call.id, effect, plan_);
}

Phone::Conversation* Phone::find(CallId id) {
  const auto found = calls_.find(id);
  return found == calls_.end() ? nullptr : found->second.get();
}

void Phone::complain(const Conversation& call, const std::string& what) {
  complaints_.push_back(name_ + ", number " + call.number + ", Call-ID " + stack_.call_id_of(call.id, call.leg) + ": " +
                        what);
}

void Phone::later(Conversation& call, Duration wait, std::function<void(Conversation&)> run) {
  call.timers.push_back(agenda_.timer(wait, [this, id = call.id, run = std::move(run)] {
    if (Conversation* found = find(id)) run(*found);
  }));
}

void Phone::place_call(const std::string& number, const std::string& domain, const SocketAddress& gateway,
                       CallerScript script) {
  const CallId id{++placed_, 1};
  Conversation& call = *(calls_[id] = std::make_unique<Conversation>());
  call.id = id;
  call.leg = call::LegId{1};
  call.number = number;
  call.caller = true;
  call.caller_script = std::move(script);
  call.session_id = 1 + random_.below(1'000'000);
  trunk::PlannedTarget& target = plan_.targets[0];
  target.from.uri.user = "+12025550100";
  target.to.uri.user = target.request_uri.user = number;
  target.from.uri.host = target.to.uri.host = target.request_uri.host = domain;
  target.headers = {{"Max-Forwards", "70"}};
  if (call.caller_script.reliable) target.headers.push_back({"Supported", "100rel"});
  std::string sdp = call.caller_script.late_offer ? std::string{} : describe(call, "sendrecv");
  perform(call, call::SendInvite{call.leg, 0, {gateway, Transport::Udp}, std::move(sdp), {}});
  const auto give_up = [this](Conversation& waiting) {
    if (waiting.state != State::Inviting) return;
    waiting.state = State::Canceling;
    perform(waiting, call::SendCancel{waiting.leg, {}});
    later(waiting, seconds(40), [this](Conversation& silent) {
      if (silent.state == State::Canceling) finish(silent, "cancelled, and never answered");
    });
  };
  later(call, call.caller_script.cancel.value_or(call.caller_script.patience), give_up);
}

void Phone::on_arrival(sip::Arrival&& arrival) {
  const std::string number = arrival.request.uri.user;
  CalleeScript script = answer_with(number);
  if (arrival.request.method != "INVITE" || script.deaf) return stack_.drop(arrival.id);
  const CallId id{++placed_, 2};
  stack_.adopt(arrival.id, id);
  Conversation& call = *(calls_[id] = std::make_unique<Conversation>());
  call.id = id;
  call.leg = call::kLegA;
  call.number = number;
  call.state = State::Ringing;
  call.callee_script = std::move(script);
  call.session_id = 1 + random_.below(1'000'000);
  call.reliable = call::terms_of(arrival.request.headers).supports_100rel;
  if (!arrival.request.body.empty()) hear(call, arrival.request.body);
  call.caller_script.late_offer = arrival.request.body.empty();
  say_next(call, 0);
}

void Phone::say_next(Conversation& call, std::size_t index) {
  if (index == call.callee_script.provisional.size()) {
    return later(call, call.callee_script.delay, [this](Conversation& ringing) { say_final(ringing); });
  }
  later(call, call.callee_script.delay, [this, index](Conversation& ringing) {
    if (ringing.state != State::Ringing) return;
    const int status = ringing.callee_script.provisional[index];
    std::string sdp;
    if (status == 183 && !ringing.caller_script.late_offer)
      sdp = describe(ringing, answer_to(ringing, ringing.view.theirs));
    const bool reliably = ringing.reliable && status > 100;
    perform(ringing,
            call::RespondToInvite{
                status, {}, std::move(sdp), {}, reliably ? call::Delivery::Reliable : call::Delivery::Plain});
    say_next(ringing, index + 1);
  });
}

void Phone::say_final(Conversation& call) {
  if (call.state != State::Ringing) return;
  const int status = call.callee_script.status;
  if (status == 200) {
    const std::string direction =
        call.caller_script.late_offer ? "sendrecv" : answer_to(call, call.view.theirs);
    call.state = State::Up;
    perform(call, call::RespondToInvite{200, {}, describe(call, direction), {}});
    call.view.mine = direction;
    return;
  }
  std::vector<message::Header> headers;
  if (!call.callee_script.contact.empty()) headers.push_back({"Contact", call.callee_script.contact});
  perform(call, call::RespondToInvite{status, {}, {}, std::move(headers)});
  finish(call, "callee said " + std::to_string(status));
}

void Phone::come_up(Conversation& call, const Talk& talk) {
  call.acked = true;
  call.view.call_id = stack_.call_id_of(call.id, call.leg);
  for (const Action& action : talk.actions)
    later(call, action.at, [this, action](Conversation& up) { act(up, action); });
  later(call, talk.hang_up, [this](Conversation& up) {
    if (before_hang_up && up.state == State::Up) before_hang_up(up.number);
    hang_up(up);
  });
  if (call.wants_to_hang_up) hang_up(call);
}

void Phone::hang_up(Conversation& call) {
  if (call.state != State::Up) return;
  if (!call.acked) {
    call.wants_to_hang_up = true;
    return;
  }
  call.state = State::Ending;
  refuse_offer(call, call.answering ? call.answering->request : call::RequestId{}, 487);
  perform(call, call::SendBye{call.leg, {}, {}, {}});
}

void Phone::finish(Conversation& call, const std::string& outcome) {
  ++outcomes_[outcome];
  refuse_offer(call, call.answering ? call.answering->request : call::RequestId{}, 487);
  perform(call, call::ReleaseLeg{call.leg});
  stack_.release(call.id);
  calls_.erase(CallId(call.id));
}

const View* Phone::view_of(const std::string& number) const {
  for (const auto& [id, call] : calls_) {
    if (call->number == number && call->state == State::Up && call->acked) return &call->view;
  }
  return nullptr;
}

std::vector<std::string> Phone::complaints() const {
  std::vector<std::string> all = complaints_;
  all.insert(all.end(), stack_.complaints().begin(), stack_.complaints().end());
  for (const auto& [id, call] : calls_)
    all.push_back(name_ + ", number " + call->number + ": the call has not ended; state " +
                  std::to_string(static_cast<int>(call->state)) + (call->acked ? ", acknowledged" : ""));
  const sip::StackStats left = stack_.stats();
  if (left.server_transactions + left.client_transactions + left.dialogs != 0)
    all.push_back(name_ + ": transactions or dialogs are left");
  return all;
}

void Phone::on_event(CallId id, call::Event&& event) {
  Conversation* call = find(id);
  if (!call) return;
  std::visit([&](const auto& said) { on(*call, said); }, event);
}

// ---- the caller ----

void Phone::on(Conversation& call, const call::Answered& answered) {
  if (answered.status >= 300) {
    const bool cancelled = call.state == State::Canceling;
    return finish(call, (cancelled ? "cancelled, " : "refused, ") + std::to_string(answered.status));
  }
  if (!answered.body.sdp.empty()) hear(call, answered.body.sdp);
  if (answered.status < 200) {
    if (answered.rseq && call.state == State::Inviting)
      perform(call, call::SendPrack{call.leg, answered.to_tag, *answered.rseq, {}});
    return;
  }
  if (call.caller_script.never_acks) {
    // It has gone without a word; its stack is what answers, or not.
    call.state = State::Ending;
    return later(call, seconds(40), [this](Conversation& silent) {
      perform(silent, call::SendBye{silent.leg, {}, {}, {}});
      finish(silent, "never acknowledged");
    });
  }
  std::string answer;
  if (call.caller_script.late_offer) {
    call.view.mine = answer_to(call, call.view.theirs);
    answer = describe(call, call.view.mine);
  }
  perform(call, call::SendAck{call.leg, answered.to_tag, std::move(answer), {}});
  const bool unwanted = call.state == State::Canceling;
  call.state = State::Up;
  come_up(call, call.caller_script.talk);
  if (unwanted) hang_up(call);
}

void Phone::on(Conversation& call, const call::InviteFailed&) { finish(call, "the switch did not answer"); }

// ---- the callee ----

void Phone::on(Conversation& call, const call::Acked& acked) {
  if (acked.request) {
    if (call.awaiting_ack != acked.request) return complain(call, "an ACK for a 2xx that waits for none");
    call.awaiting_ack.reset();
    if (std::exchange(call.offer_in_2xx, false)) {
      if (acked.body.sdp.empty()) return complain(call, "our offer in a 2xx was not answered in the ACK");
      hear(call, acked.body.sdp);
      call.view.mine = call.direction_said;
    }
    call.view.open = exchange_open(call);
    return;
  }
  if (call.state != State::Up) return;
  if (!acked.body.sdp.empty()) hear(call, acked.body.sdp);
  const bool unanswered = call.caller_script.late_offer && acked.body.sdp.empty();
  if (unanswered && !call.callee_script.forked) complain(call, "our late offer was not answered");
  come_up(call, call.callee_script.talk);
}

void Phone::on(Conversation& call, const call::AckTimedOut&) {
  call.acked = true;
  hang_up(call);
}

void Phone::on(Conversation& call, const call::Cancelled&) { finish(call, "callee was cancelled"); }
void Phone::on(Conversation& call, const call::PrackReceived& prack) {
  perform(call, call::RespondToRequest{call.leg, prack.request, 200, {}, {}});
}
void Phone::on(Conversation& call, const call::PrackTimedOut&) {
  // A 200 behind the provisional response has not left either.
  if (call.state == State::Ringing) perform(call, call::RespondToInvite{504, {}, {}, {}});  // RFC 3262 §3
  finish(call, "callee heard no PRACK");
}

// ---- both ----

void Phone::on(Conversation& call, const call::ByeReceived& bye) {
  perform(call, call::RespondToRequest{call.leg, bye.request, 200, {}, {}});
  if (call.state == State::Ending) return;  // they crossed: our own is answered yet
  if (call.state == State::Ringing) perform(call, call::RespondToInvite{487, {}, {}, {}});
  finish(call, call.caller ? "the far end hung up" : "callee heard BYE");
}

void Phone::on(Conversation& call, const call::ByeFinished& bye) {
  finish(call, (call.caller ? "hung up, " : "callee hung up, ") + std::to_string(bye.status));
}

void Phone::on(Conversation& call, const call::RequestReceived& request) {
  const int status =
      call.state == State::Ending || (request.method == "NOTIFY" && !call.transferring) ? 481 : 200;
  perform(call, call::RespondToRequest{call.leg, request.request, status, {}, {}});
  if (request.method == "NOTIFY" && status == 200) hear_progress(call, request.content);
}

void Phone::on(Conversation& call, const call::ReferReceived& refer) {
  perform(call, call::RespondToRequest{call.leg, refer.request, 603, {}, {}});
}

// ---- transfer ----

void Phone::transfer(Conversation& call, const std::string& refer_to) {
  if (std::exchange(call.transferring, true)) return;
  ++deeds_["transfer"];
  stack_.ask(call.id, call.leg, "REFER",
             {{"Refer-To", "<" + refer_to + ">"}, {"Referred-By", "<sip:transferor@phone.example>"}});
}

/// The transferor hangs up once the transfer has succeeded; some forget to (RFC 5589 §6.1).
void Phone::hear_progress(Conversation& call, const std::string& sipfrag) {
  const int status = sipfrag.size() > 10 ? std::atoi(sipfrag.c_str() + 8) : 0;
  if (status < 200) return;
  ++deeds_["transferred, " + std::to_string(status)];
  call.transferring = false;
  if (status < 300 && random_.below(4) != 0) hang_up(call);
}

}  // namespace tandem::scenario
