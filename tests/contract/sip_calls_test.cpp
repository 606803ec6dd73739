// Calls through our own SipStack that do not go straight: CANCEL, digest, late offer, forks, letting go, and requests
// outside a dialog before they are decided.
#include "contract/stack_bench.hpp"

namespace tandem::contract {
namespace {

using namespace std::chrono_literals;

class Calls : public StackBench {
 protected:
  void SetUp() override {
    start_udp(20ms);
    peers = {&peer};
  }
  /// An INVITE of the peer's that has become kCall.
  void receive_call(const Message& invite = {}) {
    peer.send(invite.text(peer), bound());
    stack->adopt(next_arrival().id, kCall);
  }
  /// An INVITE of ours that the peer has seen.
  Received place_call(const std::string& sdp = kOffer) {
    plan = plan_to(peer);
    stack->perform(kCall, call::SendInvite{kLegB, 0, first_of(plan), sdp, {}}, plan);
    return next_request(peer, "INVITE");
  }
  void answer(const Received& invite, const std::string& tag = "tb") {
    peer.send(response(invite, peer, 200, tag, kAnswer), bound());
    ASSERT_EQ(next_event<call::Answered>().status, 200);
  }

  RawPeer peer{Transport::Udp, "127.0.0.1"};
  trunk::RoutePlan plan;
};

TEST_F(Calls, CancelByTheCallerIsAnsweredByTheStackAndOurOwn487OrLate200IsIgnored) {
  Message invite;
  receive_call(invite);
  stack->perform(kCall, call::RespondToInvite{180, {}, {}, {}}, {});
  next_response(peer, 180, "INVITE");
  Message cancel = invite;
  cancel.method = "CANCEL";
  cancel.headers = "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n";
  peer.send(cancel.text(peer), bound());
  EXPECT_EQ(next_event<call::Cancelled>().reason_header, "SIP;cause=200;text=\"Call completed elsewhere\"");
  stack->perform(kCall, call::RespondToInvite{200, {}, kAnswer, {}}, {});
  stack->perform(kCall, call::RespondToInvite{487, {}, {}, {}}, {});
  const Received terminated = next_response(peer, 487, "INVITE");
  Message ack = invite;
  ack.method = "ACK";
  ack.to = terminated.header("To");
  peer.send(ack.text(peer), bound());
  run_for(100ms);
  for (const Received& message : peer.got) EXPECT_NE(message.header("CSeq") == "1 INVITE" ? message.status() : 0, 200);
  stack->perform(kCall, call::ReleaseLeg{call::kLegA}, {});
  stack->release(kCall);
  expect_nothing_left();
  EXPECT_TRUE(news.all<call::Acked>().empty());
}

TEST_F(Calls, ACancelThatFindsOur200ChangesNothing_RFC5407_3_1_2) {
  Message invite;
  receive_call(invite);
  stack->perform(kCall, call::RespondToInvite{200, {}, kAnswer, {}}, {});
  const Received ok = next_response(peer, 200, "INVITE");
  Message cancel = invite;
  cancel.method = "CANCEL";
  peer.send(cancel.text(peer), bound());
  run_for(100ms);
  EXPECT_TRUE(news.all<call::Cancelled>().empty());
  for (const Received& message : peer.got) EXPECT_NE(message.status(), 487);
  Message ack = invite;
  ack.method = "ACK";
  ack.to = ok.header("To");
  ack.branch = "z9hG4bKack";
  peer.send(ack.text(peer), bound());
  next_event<call::Acked>();
  stack->release(kCall);
}

/// RFC 3261 §15 forbids a BYE before the 2xx has its ACK; what comes here all the same has lost its 2xx on the way.
TEST_F(Calls, AByeOfATargetWhoseAnswerWasLostComesToItsLeg) {
  for (const bool has_rung : {false, true}) {
    const Received invite = place_call();
    if (has_rung) {
      peer.send(response(invite, peer, 180, "tb"), bound());
      EXPECT_EQ(next_event<call::Answered>().status, 180);
    }
    Message bye;
    bye.method = "BYE";
    bye.uri = "sip:tandem@" + bound().print();
    bye.call_id = invite.header("Call-ID");
    bye.from = invite.header("To") + ";tag=tb";
    bye.to = invite.header("From");
    bye.branch = has_rung ? "z9hG4bKrung" : "z9hG4bKsilent";
    peer.send(bye.text(peer), bound());
    const auto received = next_event<call::ByeReceived>();
    EXPECT_EQ(received.leg, kLegB);
    stack->perform(kCall, call::SendCancel{kLegB, {}}, plan);
    stack->perform(kCall, call::RespondToRequest{kLegB, received.request, 200, {}, {}}, plan);
    next_response(peer, 200, "BYE");
    if (has_rung) next_request(peer, "CANCEL");
    peer.send(response(invite, peer, 200, "tb", kAnswer), bound());  // a copy that comes late
    EXPECT_EQ(next_event<call::Answered>().status, 200);
    stack->perform(kCall, call::SendAck{kLegB, "tb", {}, {}}, plan);
    stack->perform(kCall, call::SendBye{kLegB, "tb", {}, {}}, plan);
    next_request(peer, "ACK");
    peer.send(response(next_request(peer, "BYE"), peer, 481, ""), bound());
    EXPECT_EQ(next_event<call::ByeFinished>().status, 481);
    stack->perform(kCall, call::ReleaseLeg{kLegB}, plan);
    stack->release(kCall);
  }
}

TEST_F(Calls, AChallengedByeGoesOnceMore_RFC5407_D) {
  answer(place_call());
  stack->perform(kCall, call::SendAck{kLegB, "tb", {}, {}}, plan);
  stack->perform(kCall, call::SendBye{kLegB, "tb", {}, {}}, plan);
  const Received first = next_request(peer, "BYE");
  peer.send(response(first, peer, 407, "", {}, "Proxy-Authenticate: Digest realm=\"a\", nonce=\"1\"\r\n"), bound());
  const auto challenged = next_event<call::ByeFinished>();
  EXPECT_EQ(challenged.status, 407);
  EXPECT_EQ(challenged.challenges, std::vector<std::string>{"Digest realm=\"a\", nonce=\"1\""});
  stack->perform(kCall, call::SendBye{kLegB, "tb", {}, {{"Proxy-Authorization", "Digest username=\"u\""}}}, plan);
  const Received second = next_request(peer, "BYE");
  EXPECT_EQ(second.header("Proxy-Authorization"), "Digest username=\"u\"");
  EXPECT_EQ(std::atoi(second.header("CSeq").c_str()), std::atoi(first.header("CSeq").c_str()) + 1);
  peer.send(response(second, peer, 200, ""), bound());
  EXPECT_EQ(next_event<call::ByeFinished>().status, 200);
}

TEST_F(Calls, OurCancelWaitsForAProvisionalAndCarriesItsReason) {
  const Received invite = place_call();
  stack->perform(kCall, call::SendCancel{kLegB, "SIP;cause=487"}, plan);
  run_for(100ms);
  EXPECT_EQ(count(peer, "CANCEL"), 0u);
  peer.send(response(invite, peer, 180, "tb"), bound());
  const Received cancel = next_request(peer, "CANCEL");
  EXPECT_EQ(cancel.header("Reason"), "SIP;cause=487");
  EXPECT_EQ(cancel.param("Via", "branch"), invite.param("Via", "branch"));
  peer.send(response(cancel, peer, 200, "tb"), bound());
  peer.send(response(invite, peer, 487, "tb"), bound());
  next_request(peer, "ACK");
  EXPECT_EQ(next_event<call::Answered>().status, 180);
  EXPECT_EQ(next_event<call::Answered>().status, 487);
  stack->perform(kCall, call::ReleaseLeg{kLegB}, plan);
  stack->release(kCall);
  expect_nothing_left(1);
}

TEST_F(Calls, A200ThatCrossesOurCancelIsOursToAckAndBye_RFC5407_3_1_2) {
  const Received invite = place_call();
  peer.send(response(invite, peer, 180, "tb"), bound());
  EXPECT_EQ(next_event<call::Answered>().status, 180);
  stack->perform(kCall, call::SendCancel{kLegB, {}}, plan);
  next_request(peer, "CANCEL");
  answer(invite);
  stack->perform(kCall, call::SendAck{kLegB, "tb", {}, {}}, plan);
  stack->perform(kCall, call::SendBye{kLegB, "tb", {}, {}}, plan);
  next_request(peer, "ACK");
  const Received bye = next_request(peer, "BYE");
  peer.send(response(bye, peer, 200, ""), bound());
  EXPECT_EQ(next_event<call::ByeFinished>().status, 200);
}

TEST_F(Calls, AChallengedInviteIsRepeatedInItsDialogWithCredentials) {
  const Received first = place_call();
  peer.send(response(first, peer, 407, "tx", {}, "Proxy-Authenticate: Digest realm=\"a\", nonce=\"1\", algorithm=SHA-256\r\n"
                                                 "Proxy-Authenticate: Digest realm=\"a\", nonce=\"2\"\r\n"),
            bound());
  const auto challenged = next_event<call::Answered>();
  EXPECT_EQ(challenged.status, 407);
  EXPECT_EQ(challenged.challenges, (std::vector<std::string>{"Digest realm=\"a\", nonce=\"1\", algorithm=SHA-256",
                                                             "Digest realm=\"a\", nonce=\"2\""}));
  next_request(peer, "ACK");
  stack->perform(kCall, call::SendInvite{kLegB, 0, first_of(plan), kOffer, {{"Proxy-Authorization", "Digest username=\"u\""}}}, plan);
  const Received second = next_request(peer, "INVITE");
  EXPECT_EQ(second.header("Proxy-Authorization"), "Digest username=\"u\"");
  EXPECT_EQ(second.header("Call-ID"), first.header("Call-ID"));
  EXPECT_EQ(second.header("From"), first.header("From"));
  EXPECT_EQ(second.header("To"), first.header("To"));
  EXPECT_EQ(std::atoi(second.header("CSeq").c_str()), std::atoi(first.header("CSeq").c_str()) + 1);
  EXPECT_NE(second.param("Via", "branch"), first.param("Via", "branch"));
  EXPECT_EQ(second.body(), kOffer);
  answer(second);
  stack->perform(kCall, call::SendAck{kLegB, "tb", {}, {}}, plan);
  const Received ack = next_request(peer, "ACK");
  EXPECT_EQ(ack.header("Proxy-Authorization"), "Digest username=\"u\"");  // RFC 3261 §13.2.2.4
  EXPECT_EQ(std::atoi(ack.header("CSeq").c_str()), std::atoi(second.header("CSeq").c_str()));
}

TEST_F(Calls, ARedirectNamesItsContactLines_R109) {
  const Received invite = place_call();
  std::string moved = response(invite, peer, 302, "tb");
  const std::string own = "Contact: <sip:callee@" + peer.host_port() + ">\r\n";
  moved.replace(moved.find(own), own.size(),
                "Contact: \"Bob, B.\" <sip:bob@198.51.100.7;transport=tcp>;q=0.5, <sip:second@198.51.100.8>\r\n"
                "m: <sip:third@198.51.100.9>\r\n");
  peer.send(moved, bound());
  EXPECT_EQ(next_event<call::Answered>().contacts,
            (std::vector<std::string>{
                "\"Bob, B.\" <sip:bob@198.51.100.7;transport=tcp>;q=0.5, <sip:second@198.51.100.8>",
                "<sip:third@198.51.100.9>"}));
}

TEST_F(Calls, A422NamesTheIntervalThatItWants_R130) {
  const Received first = place_call();
  peer.send(response(first, peer, 422, "tx", {}, "Min-SE: 1800\r\n"), bound());
  const auto rejected = next_event<call::Answered>();
  EXPECT_EQ(rejected.status, 422);
  EXPECT_EQ(rejected.min_se_s, 1800U);
  next_request(peer, "ACK");
  stack->perform(kCall, call::SendInvite{kLegB, 0, first_of(plan), kOffer,
                                         {{"Min-SE", "1800"}, {"Session-Expires", "1800;refresher=uas"}, {"Supported", "timer"}}},
                 plan);
  const Received second = next_request(peer, "INVITE");
  EXPECT_EQ(second.header("Min-SE"), "1800");
  EXPECT_EQ(second.header("Session-Expires"), "1800;refresher=uas");
  EXPECT_EQ(second.header("Supported"), "timer");
}

TEST_F(Calls, TheIdentityGoesWithInviteAckAndBye_R072) {
  const std::vector<message::Header> identity{{"P-Asserted-Identity", "<sip:+15551110000@tandem.example>"},
                                              {"P-Asserted-Identity", "<tel:+15551110000>"}};
  plan = plan_to(peer);
  plan.targets[0].headers.pop_back();
  plan.targets[0].identity = identity;
  stack->perform(kCall, call::SendInvite{kLegB, 0, first_of(plan), kOffer, {}}, plan);
  const Received invite = next_request(peer, "INVITE");
  EXPECT_EQ(invite.header("P-Asserted-Identity"), "<sip:+15551110000@tandem.example>");
  answer(invite);
  stack->perform(kCall, call::SendAck{kLegB, "tb", {}, identity}, plan);
  EXPECT_EQ(next_request(peer, "ACK").header("P-Asserted-Identity"), "<sip:+15551110000@tandem.example>");
  stack->perform(kCall, call::SendBye{kLegB, "tb", "Q.850;cause=16", identity}, plan);
  const Received bye = next_request(peer, "BYE");
  EXPECT_EQ(bye.header("P-Asserted-Identity"), "<sip:+15551110000@tandem.example>");
  EXPECT_EQ(bye.header("Reason"), "Q.850;cause=16");
}

TEST_F(Calls, ALateOfferIsAnsweredInTheAckBothWays) {
  const Received invite = place_call({});
  EXPECT_TRUE(invite.body().empty());
  EXPECT_TRUE(invite.header("Content-Type").empty());
  answer(invite);
  stack->perform(kCall, call::SendAck{kLegB, "tb", kOffer, {}}, plan);
  const Received ack = next_request(peer, "ACK");
  EXPECT_EQ(ack.body(), kOffer);
  EXPECT_EQ(ack.header("Content-Type"), "application/sdp");

  const CallId other{2, 1};
  Message asks;
  peer.send(asks.text(peer), bound());
  stack->adopt(next_arrival().id, other);
  stack->perform(other, call::RespondToInvite{200, {}, kOffer, {}}, {});
  asks.method = "ACK";
  asks.branch = "z9hG4bKack";
  asks.to = next_response(peer, 200, "INVITE").header("To");
  asks.body = kAnswer;
  peer.send(asks.text(peer), bound());
  EXPECT_EQ(next_event<call::Acked>().body.sdp, kAnswer);
}

TEST_F(Calls, AForkThatAnswersSecondIsEndedByTheStack) {
  const Received invite = place_call();
  peer.send(response(invite, peer, 180, "t1"), bound());
  peer.send(response(invite, peer, 183, "t2", kAnswer), bound());
  EXPECT_EQ(next_event<call::Answered>().to_tag, "t1");
  EXPECT_EQ(next_event<call::Answered>().to_tag, "t2");
  answer(invite, "t2");
  stack->perform(kCall, call::SendAck{kLegB, "t2", {}, {}}, plan);
  EXPECT_EQ(next_request(peer, "ACK").param("To", "tag"), "t2");
  peer.send(response(invite, peer, 200, "t1", kAnswer), bound());
  EXPECT_EQ(next_request(peer, "BYE").param("To", "tag"), "t1");
  stack->perform(kCall, call::SendBye{kLegB, "t1", {}, {}}, plan);  // ended already: nothing of the winner's is touched
  EXPECT_EQ(next_event<call::ByeFinished>().status, 481);
  run_for(50ms);
  EXPECT_TRUE(news.all<call::ByeFinished>().empty());
  EXPECT_TRUE(news.all<call::Answered>().empty());
}

TEST_F(Calls, AForkThatAnswersSecondIsEndedByTheListenerThatItsAnswerCameTo) {
  config::Listener back = listener("back", Transport::Udp, "127.0.0.2");
  back.edge = "back";
  start({listener("front", Transport::Udp, "127.0.0.1"), back}, 20ms);
  RawPeer behind{Transport::Udp, "127.0.0.2"};
  peers = {&behind};
  plan = plan_to(behind);
  plan.targets[0].edge = back.edge;
  stack->perform(kCall, call::SendInvite{kLegB, 0, first_of(plan), kOffer, {}}, plan);
  const Received invite = next_request(behind, "INVITE");
  ASSERT_EQ(invite.from, bound(1));
  behind.send(response(invite, behind, 200, "t1", kAnswer), bound(1));
  behind.send(response(invite, behind, 200, "t2", kAnswer), bound(1));  // before our ACK of the first
  EXPECT_EQ(next_event<call::Answered>().to_tag, "t1");
  for (const char* method : {"ACK", "BYE"}) {
    const Received request = next_request(behind, method);
    EXPECT_EQ(request.param("To", "tag"), "t2");
    EXPECT_EQ(request.from, bound(1)) << request.text;
  }
  stack->perform(kCall, call::SendAck{kLegB, "t1", {}, {}}, plan);
  EXPECT_EQ(next_request(behind, "ACK").param("To", "tag"), "t1");
  behind.got.clear();
  behind.send(response(invite, behind, 200, "t2", kAnswer), bound(1));  // its ACK was lost: that alone comes again
  EXPECT_EQ(next_request(behind, "ACK").param("To", "tag"), "t2");
  stack->perform(kCall, call::SendBye{kLegB, "t1", {}, {}}, plan);
  until([&] { return count(behind, "BYE") > 0; });
  for (const Received& message : behind.got) EXPECT_TRUE(!message.is_request("BYE") || message.param("To", "tag") == "t1");
}

TEST_F(Calls, ASilentTargetFailsByTimeoutAndAnUnreachableOneAtOnce) {
  place_call();
  EXPECT_EQ(next_event<call::InviteFailed>().failure, call::TransactionFailure::Timeout);
  const call::LegId second{2};
  plan.targets[0].transport = Transport::Tcp;  // there is no TCP listener to send by
  stack->perform(kCall, call::SendInvite{second, 0, first_of(plan), kOffer, {}}, plan);
  const auto failed = next_event<call::InviteFailed>();
  EXPECT_EQ(failed.leg, second);
  EXPECT_EQ(failed.failure, call::TransactionFailure::Transport);
}

TEST_F(Calls, A200WithoutAckIsToldAfter64T1) {
  receive_call();
  stack->perform(kCall, call::RespondToInvite{200, {}, kAnswer, {}}, {});
  next_event<call::AckTimedOut>();
  stack->perform(kCall, call::SendBye{call::kLegA, {}, {}, {}}, {});
  const Received bye = next_request(peer, "BYE");
  EXPECT_EQ(bye.param("To", "tag"), "fa");
  peer.send(response(bye, peer, 200, ""), bound());
  next_event<call::ByeFinished>();
  stack->release(kCall);
  expect_nothing_left();
}

TEST_F(Calls, A200ThatCannotReachItsCallerIsToldLikeOneWithoutAck) {
  start({listener("stream", Transport::Tcp, "127.0.0.1")}, 20ms);
  auto gone = std::make_unique<RawPeer>(Transport::Tcp, "127.0.0.1");
  gone->send(Message{}.text(*gone), bound());
  stack->adopt(next_arrival().id, kCall);
  gone.reset();
  run_for(20ms);
  stack->perform(kCall, call::RespondToInvite{200, {}, kAnswer, {}}, {});
  next_event<call::AckTimedOut>();
  run_for(50ms);
  EXPECT_TRUE(news.events.empty());
}

TEST_F(Calls, RequestsInsideTheDialogWaitForOurAnswer) {
  Message invite;
  receive_call(invite);
  stack->perform(kCall, call::RespondToInvite{200, {}, kAnswer, {}}, {});
  Message inside = invite;
  inside.to = next_response(peer, 200, "INVITE").header("To");
  inside.method = "ACK";
  inside.branch = "z9hG4bK1";
  peer.send(inside.text(peer), bound());
  next_event<call::Acked>();
  inside.method = "INVITE";
  inside.cseq = 2;
  inside.branch = "z9hG4bK2";
  inside.body = kOffer;
  peer.send(inside.text(peer), bound());
  const auto offer = next_event<call::OfferReceived>();
  EXPECT_EQ(offer.method, "INVITE");
  EXPECT_EQ(offer.body.sdp, kOffer);
  stack->perform(kCall, call::RespondToRequest{call::kLegA, offer.request, 488, {}, {{"Warning", "399 tandem \"no\""}}}, {});
  EXPECT_EQ(next_response(peer, 488, "INVITE").header("Warning"), "399 tandem \"no\"");
  inside.method = "INFO";
  inside.cseq = 3;
  inside.branch = "z9hG4bK3";
  inside.type = "application/dtmf-relay";
  peer.send(inside.text(peer), bound());
  const auto info = next_event<call::RequestReceived>();
  EXPECT_EQ(info.method, "INFO");
  stack->perform(kCall, call::RespondToRequest{call::kLegA, info.request, 405, {}, {}}, {});
  EXPECT_NE(next_response(peer, 405, "INFO").header("Allow").find("INVITE"), std::string::npos);
}

TEST_F(Calls, APeerThatAsksFasterThanItIsAnsweredGets503) {
  Message invite;
  receive_call(invite);
  stack->perform(kCall, call::RespondToInvite{200, {}, kAnswer, {}}, {});
  Message inside = invite;
  inside.to = next_response(peer, 200, "INVITE").header("To");
  inside.method = "INFO";
  for (int i = 0; i < 20; ++i) {
    inside.cseq = 2 + i;
    inside.branch = "z9hG4bKi" + std::to_string(i);
    peer.send(inside.text(peer), bound());
  }
  until([&] { return news.all<call::RequestReceived>().size() == 16; });
  next_response(peer, 503, "INFO");
  EXPECT_EQ(news.all<call::RequestReceived>().size(), 16u);
  stack->release(kCall);
  EXPECT_EQ(stack->stats().unanswered_requests, 0u);
}

// ---- letting go ----

TEST_F(Calls, ReleaseCancelsAPendingInviteAndEndsAStandingDialog) {
  const Received invite = place_call();
  peer.send(response(invite, peer, 180, "tb"), bound());
  next_event<call::Answered>();
  stack->release(kCall);
  const Received cancel = next_request(peer, "CANCEL");
  peer.send(response(invite, peer, 200, "tb", kAnswer), bound());  // too late: the library ends it
  next_request(peer, "BYE");
  EXPECT_TRUE(news.events.empty());

  const Received second = place_call();
  answer(second, "tc");
  stack->release(kCall);
  next_request(peer, "ACK");
  next_request(peer, "BYE");
  stack->release(kCall);  // nothing is left to let go
  EXPECT_EQ(stack->stats().dialogs, 0u);
}

TEST_F(Calls, ReleaseRefusesAnUnansweredCaller) {
  receive_call();
  stack->release(kCall);
  next_response(peer, 503, "INVITE");
  EXPECT_EQ(stack->stats().unanswered_requests, 0u);
}

// ---- before the decision ----

TEST_F(Calls, ADroppedArrivalHearsNothing) {
  peer.send(Message{}.text(peer), bound());
  stack->drop(next_arrival().id);
  run_for(300ms);
  EXPECT_TRUE(peer.got.empty());
  EXPECT_EQ(stack->stats().server_transactions, 0u);
}

TEST_F(Calls, AChallengeCostsNoStateAndTheAnsweredInviteIsANewArrival) {
  Message invite;
  peer.send(invite.text(peer), bound());
  stack->respond(next_arrival().id, 407, "", {{"Proxy-Authenticate", "Digest realm=\"a\", nonce=\"1\""},
                                              {"Proxy-Authenticate", "Digest realm=\"b\", nonce=\"1\""}});
  const Received challenge = next_response(peer, 407, "INVITE");
  EXPECT_EQ(challenge.first_line(), "SIP/2.0 407 Proxy Authentication Required");
  EXPECT_LT(challenge.text.find("realm=\"a\""), challenge.text.find("realm=\"b\""));
  EXPECT_EQ(stack->stats().server_transactions, 0u);
  Message ack = invite;
  ack.method = "ACK";
  ack.to = challenge.header("To");
  peer.send(ack.text(peer), bound());
  peer.send(invite.text(peer), bound());  // our answer was lost: a repetition is decided again
  stack->respond(next_arrival().id, 407, "", {});
  next_response(peer, 407, "INVITE");
  invite.cseq = 2;
  invite.branch = "z9hG4bKauth";
  invite.headers = "Proxy-Authorization: Digest username=\"u\"\r\n";
  peer.send(invite.text(peer), bound());
  const sip::Arrival answered = next_arrival();
  ASSERT_NE(answered.request.headers.find("Proxy-Authorization"), nullptr);
  stack->adopt(answered.id, kCall);
  stack->perform(kCall, call::RespondToInvite{486, {}, {}, {}}, {});
  next_response(peer, 486, "INVITE");
  EXPECT_TRUE(news.arrivals.empty());
}

TEST_F(Calls, RepetitionsMergedCopiesAndACancelBeforeTheDecisionFindTheirArrival) {
  Message invite;
  Message merged = invite;
  merged.branch = "z9hG4bKmerged";
  Message cancel = invite;
  cancel.method = "CANCEL";
  peer.send(invite.text(peer), bound());
  const sip::Arrival arrival = next_arrival();
  peer.send(invite.text(peer), bound());
  peer.send(merged.text(peer), bound());
  peer.send(cancel.text(peer), bound());
  next_response(peer, 482, "INVITE");
  run_for(50ms);
  EXPECT_TRUE(news.arrivals.empty());
  stack->adopt(arrival.id, kCall);
  next_response(peer, 200, "CANCEL");
  next_response(peer, 487, "INVITE");
  next_event<call::Cancelled>();
}

TEST_F(Calls, ARequestOfADialogOrACancelThatIsNoneOfOursGets481) {
  Message bye;
  bye.method = "BYE";
  bye.to += ";tag=unknown";
  peer.send(bye.text(peer), bound());
  next_response(peer, 481, "BYE");
  Message cancel;
  cancel.method = "CANCEL";
  peer.send(cancel.text(peer), bound());
  next_response(peer, 481, "CANCEL");
  EXPECT_TRUE(news.arrivals.empty());
}

TEST_F(Calls, OtherMethodsAreArrivalsToo) {
  Message asks;
  asks.method = "OPTIONS";
  peer.send(asks.text(peer), bound());
  const sip::Arrival arrival = next_arrival();
  EXPECT_EQ(arrival.request.method, "OPTIONS");
  stack->respond(arrival.id, 200, "", {});
  EXPECT_NE(next_response(peer, 200, "OPTIONS").header("Allow").find("INVITE"), std::string::npos);
}

TEST_F(Calls, ArrivalsThatNobodyDecidesAreLimited) {
  options.max_arrivals = 3;
  restart();
  for (int i = 0; i < 8; ++i) {
    Message invite;
    invite.call_id = "c" + std::to_string(i);
    peer.send(invite.text(peer), bound());
  }
  until([&] { return stack->stats().arrivals_refused == 5; });
  EXPECT_EQ(news.arrivals.size(), 3u);
}

TEST_F(Calls, AnArrivalShowsEveryHeaderInOrder) {
  Message invite;
  invite.headers = "X-Fold: one\r\n  two\r\nDiversion: <sip:a@b>, <sip:c@d>\r\nx: 1800\r\nX-Last: end\r\n";
  peer.send(invite.text(peer), bound());
  const sip::Arrival arrival = next_arrival();
  std::vector<std::string> names;
  for (const message::Header& row : arrival.request.headers.rows()) names.push_back(row.name);
  EXPECT_EQ(names, (std::vector<std::string>{"Via", "Max-Forwards", "From", "To", "Call-ID", "CSeq", "Contact", "X-Fold",
                                             "Diversion", "x", "X-Last", "Content-Length"}));
  EXPECT_EQ(*arrival.request.headers.find("X-Fold"), "one two");
  EXPECT_EQ(*arrival.request.headers.find("Diversion"), "<sip:a@b>, <sip:c@d>");
  EXPECT_EQ(*arrival.request.headers.find("From"), invite.from);
  EXPECT_NE(arrival.request.headers.find("Via")->find("rport=" + std::to_string(peer.address().port)), std::string::npos);
}

TEST_F(Calls, AValueWithALineEndWritesNoHeaderOfItsOwn) {
  receive_call();
  stack->perform(kCall, call::RespondToInvite{486, {}, {}, {{"X-Text", "one\r\nX-Evil: yes"}}}, {});
  const Received busy = next_response(peer, 486, "INVITE");
  EXPECT_TRUE(busy.header("X-Evil").empty());
  EXPECT_EQ(busy.header("X-Text"), "one  X-Evil: yes");
}

// ---- routes ----

TEST_F(Calls, ADialogFollowsItsRouteSetAndNeverResolvesAName) {
  RawPeer proxy(Transport::Udp, "127.0.0.1");
  peers.push_back(&proxy);
  const Received invite = place_call();
  std::string ok = response(invite, peer, 200, "tb", kAnswer, "Record-Route: <sip:" + proxy.host_port() + ";lr>\r\n");
  ok.replace(ok.find("callee@" + peer.host_port()), 7 + peer.host_port().size(), "callee@pbx.invalid");
  peer.send(ok, bound());
  next_event<call::Answered>();
  stack->perform(kCall, call::SendAck{kLegB, "tb", {}, {}}, plan);
  const Received ack = next_request(proxy, "ACK");
  EXPECT_EQ(ack.first_line(), "ACK sip:callee@pbx.invalid SIP/2.0");
  EXPECT_EQ(ack.header("Route"), "<sip:" + proxy.host_port() + ";lr>");

  const CallId other{2, 1};
  stack->perform(other, call::SendInvite{kLegB, 0, first_of(plan), kOffer, {}}, plan);
  const Received second = next_request(peer, "INVITE");
  ok = response(second, peer, 200, "tc", kAnswer);
  ok.replace(ok.find("callee@" + peer.host_port()), 7 + peer.host_port().size(), "callee@pbx.invalid");
  peer.send(ok, bound());
  next_event<call::Answered>();
  stack->perform(other, call::SendAck{kLegB, "tc", {}, {}}, plan);
  EXPECT_EQ(next_request(peer, "ACK").first_line(), "ACK sip:callee@pbx.invalid SIP/2.0");
}

}  // namespace
}  // namespace tandem::contract
