// What a phone does about media: RFC 3264, RFC 3261 §14, RFC 3311 §5.
#include "scenario/phone.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::scenario {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

std::string direction_of(const std::string& sdp) {
  for (const char* direction : {"sendonly", "recvonly", "inactive"}) {
    if (sdp.find(std::string("a=") + direction + "\r\n") != std::string::npos) return direction;
  }
  return sdp.find("IN IP4 0.0.0.0") != std::string::npos ? "sendonly" : "sendrecv";
}

constexpr int kMostTries = 6;

}  // namespace

/// Our description with that direction; the version counts what changes (RFC 3264 §8).
std::string Phone::describe(Conversation& call, const std::string& direction) {
  if (direction != call.direction_said || call.version == 0) ++call.version;
  call.direction_said = direction;
  const std::string ip = stack_.own().ip.print();
  const std::string port = std::to_string(20000 + 2 * (call.id.index() % 10000));
  return "v=0\r\no=- " + std::to_string(call.session_id) + " " + std::to_string(call.version) + " IN IP4 " +
         ip + "\r\ns=-\r\nc=IN IP4 " + ip + "\r\nt=0 0\r\nm=audio " + port +
         " RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=" + direction + "\r\n";
}

/// The peer's description, offer or answer: a session that keeps its id and counts its versions (RFC 3264
/// §8).
void Phone::hear(Conversation& call, const std::string& sdp) {
  const auto session = sdp::parse(sdp);
  if (!session) return complain(call, "a description that is none: " + session.error().what);
  const sdp::Origin& origin = session->origin;
  if (!call.heard.empty()) {
    const bool changed = sdp != call.heard;
    if (origin.session_id != call.heard_session)
      complain(call, "the peer's session id changed inside a dialog");
    if (changed && origin.version <= call.heard_version)
      complain(call, "a description changed and its version did not rise");
  }
  call.heard = sdp;
  call.heard_session = origin.session_id;
  call.heard_version = origin.version;
  call.view.theirs = direction_of(sdp);
}

/// RFC 3264 §6.1, with our own hold on top.
std::string Phone::answer_to(const Conversation& call, const std::string& theirs) const {
  const bool may_send = theirs == "sendrecv" || theirs == "recvonly";
  const bool may_receive = (theirs == "sendrecv" || theirs == "sendonly") && call.wish == "sendrecv";
  if (may_send && may_receive) return "sendrecv";
  if (may_send) return "sendonly";
  return may_receive ? "recvonly" : "inactive";
}

bool Phone::exchange_open(const Conversation& call) const {
  const bool answer_is_in_the_ack = !call.caller && call.state == State::Up && !call.acked && call.caller_script.late_offer;
  return call.offering || call.answering || call.awaiting_ack || answer_is_in_the_ack;
}

void Phone::act(Conversation& call, const Action& action) {
  if (call.state != State::Up || !call.acked) return;
  switch (action.deed) {
    case Deed::Hold:
      ++deeds_["hold"];
      call.wish = "sendonly";
      return offer(call, action.method, "sendonly");
    case Deed::Resume:
      ++deeds_["resume"];
      call.wish = "sendrecv";
      return offer(call, action.method, "sendrecv");
    case Deed::Refresh:
      ++deeds_["refresh"];
      return offer(call, action.method, call.direction_said);
    case Deed::Ask:
      ++deeds_["re-INVITE without an offer"];
      return offer(call, call::OfferMethod::Invite, {});
    case Deed::Info:
      ++deeds_["INFO"];
      return stack_.ask(call.id, call.leg, "INFO", {}, "application/dtmf-relay",
                        "Signal=5\r\nDuration=160\r\n");
    case Deed::Options:
      ++deeds_["OPTIONS"];
      return stack_.ask(call.id, call.leg, "OPTIONS", {});
    case Deed::Transfer:
      return transfer(call, action.refer_to);
  }
}

void Phone::offer(Conversation& call, call::OfferMethod method, const std::string& direction) {
  if (call.state != State::Up || exchange_open(call)) return;
  call.offering = method;
  call.offered = direction;
  call.view.open = true;
  perform(call, call::SendOffer{
                    call.leg, method, direction.empty() ? std::string{} : describe(call, direction), {}});
}

void Phone::on(Conversation& call, const call::OfferAnswered& answered) {
  if (!call.offering) return complain(call, "an answer to an offer that we have not made");
  const call::OfferMethod method = *std::exchange(call.offering, std::nullopt);
  if (answered.status < 300) {
    take_answer(call, method, answered);
    call.tries = 0;
  }
  call.view.open = exchange_open(call);
  if (answered.status < 300 || call.state != State::Up) return;
  ++deeds_["answered " + std::to_string(answered.status)];
  if (answered.status == 408 || answered.status == 481) return hang_up(call);  // RFC 3261 §12.2.1.2
  const bool again = answered.status == 491 || (answered.status == 500 && answered.retry_after_s);
  if (!again || ++call.tries > kMostTries) {
    call.wish = call.view.mine == "sendonly" || call.view.mine == "inactive" ? "sendonly" : "sendrecv";
    call.tries = 0;
    return;
  }
  Duration wait = seconds(answered.retry_after_s.value_or(0));
  // §14.1: the owner of the Call-ID waits longer.
  if (answered.status == 491)
    wait = call.caller ? milliseconds(2100 + 10 * random_.below(191)) : milliseconds(10 * random_.below(201));
  later(call, wait, [this, method, asks = call.offered.empty()](Conversation& waiting) {
    offer(waiting, method, asks ? std::string{} : waiting.wish);
  });
}

void Phone::take_answer(Conversation& call, call::OfferMethod method, const call::OfferAnswered& answered) {
  const bool invited = call.offered.empty();
  std::string answer;
  if (!answered.body.sdp.empty()) {
    hear(call, answered.body.sdp);
    if (!invited) call.view.mine = call.offered;
  } else {
    complain(call, "a 2xx to our offer brings no description");
  }
  if (invited && !answered.body.sdp.empty()) {
    call.view.mine = answer_to(call, call.view.theirs);
    answer = describe(call, call.view.mine);
  }
  if (method == call::OfferMethod::Invite) perform(call, call::SendAck{call.leg, {}, std::move(answer), {}});
}

void Phone::on(Conversation& call, const call::OfferReceived& offer) {
  const auto refuse = [&](int status, std::vector<message::Header> headers = {}) {
    perform(call, call::RespondToRequest{call.leg, offer.request, status, {}, std::move(headers)});
  };
  if (call.state == State::Ending) return refuse(481);
  if (offer.method == "UPDATE" && offer.body.sdp.empty()) return refuse(200);
  if (call.answering) return refuse(500, {{"Retry-After", std::to_string(random_.below(11))}});
  if (exchange_open(call)) return refuse(491);
  if (!offer.body.sdp.empty() && random_.below(20) == 0) return refuse(488);
  call.answering = Answering{offer.request, offer.body.sdp};
  if (offer.method == "INVITE") call.awaiting_ack = offer.request;
  call.view.open = true;
  if (offer.method == "UPDATE" || random_.below(3) != 0) return answer_now(call);
  later(call, milliseconds(random_.below(4000)), [this, request = offer.request](Conversation& waiting) {
    if (waiting.answering && waiting.answering->request == request) answer_now(waiting);
  });
}

void Phone::answer_now(Conversation& call) {
  const Answering answering = *std::exchange(call.answering, std::nullopt);
  std::string direction = call.wish;
  call.offer_in_2xx = answering.sdp.empty();
  if (!call.offer_in_2xx) {
    hear(call, answering.sdp);
    direction = answer_to(call, call.view.theirs);
    call.view.mine = direction;
  }
  perform(call, call::RespondToRequest{call.leg, answering.request, 200, describe(call, direction), {}});
  call.view.open = exchange_open(call);
}

/// The one that waits for our answer, if there is one.
void Phone::refuse_offer(Conversation& call, call::RequestId request, int status) {
  if (!call.answering) return;
  call.answering.reset();
  call.awaiting_ack.reset();
  perform(call, call::RespondToRequest{call.leg, request, status, {}, {}});
}

void Phone::on(Conversation& call, const call::OfferCancelled& cancelled) {
  if (call.answering && call.answering->request == cancelled.request) call.answering.reset();
  if (call.awaiting_ack == cancelled.request) call.awaiting_ack.reset();
  call.view.open = exchange_open(call);
}

}  // namespace tandem::scenario
