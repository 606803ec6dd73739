// Provisional responses sent reliably and PRACK through our own SipStack, both ways, against a scripted peer
// (RFC 3262).
#include "contract/dialog_bench.hpp"

namespace tandem::contract {
namespace {

using namespace std::chrono_literals;

/// We answer the peer's INVITE.
class ReliableAnswer : public DialogBench {
 protected:
  void receive(const std::string& headers = "Supported: 100rel\r\n") {
    Message invite;
    invite.headers = headers;
    invite.body = kOffer;
    receive_call(invite);
    inside.body.clear();
  }
  void answer(int status, const std::string& sdp, call::Delivery delivery = call::Delivery::Reliable) {
    perform(call::RespondToInvite{status, {}, sdp, {{"X-Text", "kept"}}, delivery});
  }
  /// The PRACK of a response of ours.
  Message prack(const Received& reliable, const std::string& body = {}) {
    enter(reliable);
    return ask("PRACK", body, "RAck: " + reliable.header("RSeq") + " " + reliable.header("CSeq") + "\r\n");
  }
  void accept(call::RequestId request, const std::string& sdp = {}) {
    perform(call::RespondToRequest{call::kLegA, request, 200, sdp, {}});
  }
};

/// The peer answers our INVITE.
class ReliableResponse : public DialogBench {
 protected:
  void SetUp() override {
    DialogBench::SetUp();
    invite = place_call({{"Supported", "100rel"}});
  }
  void ring(const std::string& tag, std::uint32_t rseq, const std::string& sdp = {}, int status = 183) {
    peer.send(response(invite, peer, status, tag, sdp,
                       "Require: 100rel\r\nRSeq: " + std::to_string(rseq) + "\r\n" + routes),
              bound());
  }
  call::Answered rung() { return next_event<call::Answered>(); }
  void acknowledge_ringing(const std::string& tag, std::uint32_t rseq, const std::string& sdp = {}) {
    perform(call::SendPrack{kLegB, tag, rseq, sdp});
  }
  Received invite;
  std::string routes;
};

// ---- ours ----

TEST_F(ReliableAnswer, IsRepeatedUntilItsPrackWhichWaitsForOurFinalResponse) {
  receive();
  answer(183, kAnswer);
  Received first = next_response(peer, 183, "INVITE");
  EXPECT_EQ(first.header("Require"), "100rel");
  EXPECT_FALSE(first.header("RSeq").empty());
  EXPECT_EQ(first.body(), kAnswer);
  EXPECT_EQ(first.header("X-Text"), "kept");
  EXPECT_FALSE(first.header("Contact").empty());
  EXPECT_NE(first.header("Allow").find("PRACK"), std::string::npos);  // RFC 3311 §5.1 wants UPDATE told here
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(next_response(peer, 183, "INVITE").header("RSeq"), first.header("RSeq"));
  const Message sent = prack(first, kOffer);
  const auto got = next_event<call::PrackReceived>();
  EXPECT_EQ(got.body.sdp, kOffer);
  peer.got.clear();
  peer.send(sent.text(peer), bound());
  run_for(200ms);
  EXPECT_EQ(count_responses(183, "INVITE"), 0u);
  EXPECT_EQ(count_responses(200, "PRACK"), 0u);
  EXPECT_TRUE(news.events.empty());
  accept(got.request, kAnswer);
  EXPECT_EQ(next_response(peer, 200, "PRACK").body(), kAnswer);
  peer.send(sent.text(peer), bound());
  EXPECT_EQ(next_response(peer, 200, "PRACK").body(), kAnswer);
  answer(200, {});
  next_response(peer, 200, "INVITE");
  acknowledge(1);
  next_event<call::Acked>();
  EXPECT_TRUE(news.events.empty());
}

TEST_F(ReliableAnswer, WhatFollowsWaitsForThePrackInItsOrder_RFC3262_3) {
  receive();
  answer(183, kAnswer);
  answer(180, {}, call::Delivery::Plain);
  answer(181, {});
  answer(200, {}, call::Delivery::Plain);
  const Received first = next_response(peer, 183, "INVITE");
  run_for(150ms);
  EXPECT_EQ(count_responses(180, "INVITE") + count_responses(181, "INVITE") + count_responses(200, "INVITE"),
            0u);
  EXPECT_GT(count_responses(183, "INVITE"), 1u);  // a plain one behind it has not ended the repetitions
  prack(first);
  accept(next_event<call::PrackReceived>().request);
  next_response(peer, 200, "PRACK");
  EXPECT_TRUE(next_response(peer, 180, "INVITE").header("RSeq").empty());
  const Received second = next_response(peer, 181, "INVITE");
  EXPECT_EQ(std::stoul(second.header("RSeq")), std::stoul(first.header("RSeq")) + 1);
  run_for(60ms);
  EXPECT_EQ(count_responses(200, "INVITE"), 0u);
  prack(second);
  accept(next_event<call::PrackReceived>().request);
  next_response(peer, 200, "INVITE");
  acknowledge(1);
  next_event<call::Acked>();
}

TEST_F(ReliableAnswer, ARefusalWaitsForNothing) {
  receive();
  answer(183, kAnswer);
  next_response(peer, 183, "INVITE");
  answer(180, {}, call::Delivery::Plain);
  answer(486, {}, call::Delivery::Plain);
  next_response(peer, 486, "INVITE");
  run_for(1400ms);
  EXPECT_EQ(count_responses(180, "INVITE"), 0u);
  EXPECT_TRUE(news.events.empty());
  EXPECT_EQ(stack->stats().stale_callbacks, 0u);
}

TEST_F(ReliableAnswer, WithoutItsPrackTheStackSays503After64T1) {
  receive();
  answer(183, kAnswer);
  answer(200, {}, call::Delivery::Plain);
  next_event<call::PrackTimedOut>();
  const Received refused = next_response(peer, 503, "INVITE");
  answer(504, {}, call::Delivery::Plain);  // ours comes too late
  acknowledge(1);
  run_for(100ms);
  EXPECT_EQ(count_responses(504, "INVITE") + count_responses(200, "INVITE"), 0u);
  EXPECT_TRUE(news.events.empty());
  let_go();
  EXPECT_EQ(stack->stats().unanswered_requests, 0u);
}

TEST_F(ReliableAnswer, APrackOfAnotherResponseGets481) {
  receive();
  answer(180, {});
  const Received first = next_response(peer, 180, "INVITE");
  enter(first);
  ask("PRACK", {}, "RAck: 1 1 INVITE\r\n");
  next_response(peer, 481, "PRACK");
  ask("PRACK");
  next_response(peer, 481, "PRACK");
  EXPECT_TRUE(news.events.empty());
  prack(first);
  accept(next_event<call::PrackReceived>().request);
  next_response(peer, 200, "PRACK");
  prack(first);  // once more, as another request
  next_response(peer, 481, "PRACK");
  EXPECT_TRUE(news.events.empty());
}

TEST_F(ReliableAnswer, ACancelEndsWhatWaits) {
  Message invite;
  invite.headers = "Supported: 100rel\r\n";
  receive_call(invite);
  answer(183, kAnswer);
  answer(200, {}, call::Delivery::Plain);
  next_response(peer, 183, "INVITE");
  Message cancel = invite;
  cancel.method = "CANCEL";
  peer.send(cancel.text(peer), bound());
  next_event<call::Cancelled>();
  next_response(peer, 200, "CANCEL");
  next_response(peer, 487, "INVITE");
  run_for(1400ms);
  EXPECT_EQ(count_responses(200, "INVITE"), 0u);
  EXPECT_TRUE(news.events.empty());
}

TEST_F(ReliableAnswer, ACallerThatRequires100relGetsEachProvisionalResponseSo) {
  receive("Require: 100rel\r\n");
  answer(100, {}, call::Delivery::Plain);
  answer(180, {}, call::Delivery::Plain);
  EXPECT_TRUE(next_response(peer, 100, "INVITE").header("RSeq").empty());
  const Received ringing = next_response(peer, 180, "INVITE");
  EXPECT_EQ(ringing.header("Require"), "100rel");
  prack(ringing);
  accept(next_event<call::PrackReceived>().request);
  next_response(peer, 200, "PRACK");
}

TEST_F(ReliableAnswer, ACallerThatKnowsNo100relGetsItPlainly) {
  receive({});
  answer(183, kAnswer);
  const Received plain = next_response(peer, 183, "INVITE");
  EXPECT_TRUE(plain.header("RSeq").empty());
  EXPECT_TRUE(plain.header("Require").empty());
  answer(200, {}, call::Delivery::Plain);
  next_response(peer, 200, "INVITE");
}

TEST_F(ReliableAnswer, LettingGoWithAPrackUnansweredLeavesNothingOpen) {
  receive();
  answer(183, kAnswer);
  prack(next_response(peer, 183, "INVITE"));
  next_event<call::PrackReceived>();
  let_go();
  next_response(peer, 481, "PRACK");
  next_response(peer, 503, "INVITE");
  EXPECT_EQ(stack->stats().unanswered_requests, 0u);
}

TEST_F(ReliableAnswer, UpdatesGoBothWaysBeforeThe200_RFC3311) {
  receive();
  answer(183, kAnswer);
  prack(next_response(peer, 183, "INVITE"));
  accept(next_event<call::PrackReceived>().request);
  next_response(peer, 200, "PRACK");
  ask("UPDATE", kOffer);
  const auto theirs = next_event<call::OfferReceived>();
  perform(call::RespondToRequest{call::kLegA, theirs.request, 200, kAnswer, {}});
  next_response(peer, 200, "UPDATE");
  offer(call::OfferMethod::Update, kOffer, {}, call::kLegA);
  const Received ours = next_request(peer, "UPDATE");
  EXPECT_EQ(ours.first_line(), "UPDATE sip:peer@" + peer.host_port() + " SIP/2.0");
  EXPECT_EQ(ours.header("From"), inside.to);
  peer.send(response(ours, peer, 200, "", kAnswer), bound());
  EXPECT_EQ(next_event<call::OfferAnswered>().body.sdp, kAnswer);
}

// ---- the peer's ----

TEST_F(ReliableResponse, IsToldOnceWithItsNumberAndAcknowledgedInItsDialog) {
  ring("tb", 7, kAnswer);
  const call::Answered first = rung();
  EXPECT_EQ(first.rseq, 7U);
  EXPECT_EQ(first.to_tag, "tb");
  EXPECT_EQ(first.body.sdp, kAnswer);
  EXPECT_TRUE(first.terms.requires_100rel);
  ring("tb", 7, kAnswer);  // repeated
  ring("tb", 9, kAnswer);  // one is missing before it
  ring("tb", 6, kAnswer);
  run_for(50ms);
  EXPECT_TRUE(news.events.empty());
  acknowledge_ringing("tb", 7, kOffer);
  const Received prack = next_request(peer, "PRACK");
  EXPECT_EQ(prack.header("RAck"), "7 " + std::to_string(cseq_of(invite)) + " INVITE");
  EXPECT_EQ(cseq_of(prack), cseq_of(invite) + 1);
  EXPECT_EQ(prack.param("To", "tag"), "tb");
  EXPECT_EQ(prack.header("From"), invite.header("From"));
  EXPECT_EQ(prack.header("Call-ID"), invite.header("Call-ID"));
  EXPECT_EQ(prack.first_line().rfind("PRACK sip:callee@" + peer.host_port(), 0), 0u);
  EXPECT_EQ(prack.body(), kOffer);
  EXPECT_EQ(prack.param("Via", "branch").rfind("z9hG4bK-s0-", 0), 0u);
  const std::string ok = response(prack, peer, 200, "", kAnswer);
  peer.send(ok, bound());
  peer.send(ok, bound());
  const auto finished = next_event<call::PrackFinished>();
  EXPECT_EQ(finished.leg, kLegB);
  EXPECT_EQ(finished.status, 200);
  EXPECT_EQ(finished.body.sdp, kAnswer);
  ring("tb", 8, {}, 180);
  EXPECT_EQ(rung().rseq, 8U);
  run_for(50ms);
  EXPECT_TRUE(news.events.empty());
}

TEST_F(ReliableResponse, TheCSeqGoesOnAfterThe200AndTheAckNamesTheInvite) {
  ring("tb", 1, kAnswer);
  rung();
  acknowledge_ringing("tb", 1);
  const Received prack = next_request(peer, "PRACK");
  peer.send(response(prack, peer, 200, ""), bound());
  EXPECT_EQ(next_event<call::PrackFinished>().status, 200);
  peer.send(response(invite, peer, 200, "tb"), bound());
  EXPECT_EQ(rung().status, 200);
  perform(call::SendAck{kLegB, "tb", {}, {}});
  const Received ack = next_request(peer, "ACK");
  EXPECT_EQ(cseq_of(ack), cseq_of(invite));
  EXPECT_EQ(ack.param("To", "tag"), "tb");
  peer.send(response(invite, peer, 200, "tb"), bound());
  EXPECT_EQ(next_request(peer, "ACK").header("Via"), ack.header("Via"));
  Message info;
  info.method = "INFO";
  info.call_id = invite.header("Call-ID");
  info.from = "<sip:callee@carrier.example>;tag=tb";
  info.to = invite.header("From");
  peer.send(info.text(peer), bound());
  EXPECT_EQ(next_event<call::RequestReceived>().leg, kLegB);
  perform(call::SendBye{kLegB, "tb", {}, {}});
  const Received bye = next_request(peer, "BYE");
  EXPECT_EQ(cseq_of(bye), cseq_of(prack) + 1);
  peer.send(response(bye, peer, 200, ""), bound());
  EXPECT_EQ(next_event<call::ByeFinished>().status, 200);
  perform(call::ReleaseLeg{kLegB});
  EXPECT_EQ(stack->stats().dialogs, 0u);
}

TEST_F(ReliableResponse, EachForkHasItsOwnNumbersAndItsOwnPrack) {
  ring("t1", 1, kAnswer);
  ring("t2", 500, kAnswer);
  EXPECT_EQ(rung().rseq, 1U);
  EXPECT_EQ(rung().rseq, 500U);
  acknowledge_ringing("t1", 1);
  const Received first = next_request(peer, "PRACK");
  EXPECT_EQ(first.param("To", "tag"), "t1");
  acknowledge_ringing("t2", 500);
  const Received second = next_request(peer, "PRACK");
  EXPECT_EQ(second.param("To", "tag"), "t2");
  EXPECT_EQ(cseq_of(second), cseq_of(first));  // each dialog counts for itself
  EXPECT_NE(second.param("Via", "branch"), first.param("Via", "branch"));
  peer.send(response(second, peer, 200, ""), bound());
  peer.send(response(first, peer, 481, ""), bound());
  const auto accepted = next_event<call::PrackFinished>();
  EXPECT_EQ(std::tuple(accepted.status, accepted.to_tag, accepted.rseq), std::tuple(200, "t2", 500U));
  const auto refused = next_event<call::PrackFinished>();
  EXPECT_EQ(std::tuple(refused.status, refused.to_tag, refused.rseq), std::tuple(481, "t1", 1U));
  ring("t1", 2, {}, 180);
  EXPECT_EQ(rung().rseq, 2U);
  peer.send(response(invite, peer, 200, "t2"), bound());
  EXPECT_EQ(rung().to_tag, "t2");
  perform(call::SendAck{kLegB, "t2", {}, {}});
  EXPECT_EQ(next_request(peer, "ACK").param("To", "tag"), "t2");
  acknowledge_ringing("t1", 2);  // that dialog is over
  EXPECT_EQ(next_event<call::PrackFinished>().status, 481);
  offer(call::OfferMethod::Update);
  const Received update = next_request(peer, "UPDATE");
  EXPECT_EQ(update.param("To", "tag"), "t2");
  EXPECT_EQ(cseq_of(update), cseq_of(second) + 1);
  EXPECT_EQ(stack->stats().dialogs, 1u);
  ring("t3", 1, {}, 180);  // RFC 5407 figure 7: the answer has ended every other early dialog
  run_for(50ms);
  EXPECT_TRUE(news.all<call::Answered>().empty());
}

TEST_F(ReliableResponse, OneThatA200HasOvertakenIsStillAcknowledged) {
  ring("tb", 1);
  peer.send(response(invite, peer, 200, "tb", kAnswer), bound());
  EXPECT_EQ(rung().rseq, 1U);
  EXPECT_EQ(rung().status, 200);
  acknowledge_ringing("tb", 1);
  next_request(peer, "PRACK");
  perform(call::SendAck{kLegB, "tb", {}, {}});
  EXPECT_EQ(cseq_of(next_request(peer, "ACK")), cseq_of(invite));
}

TEST_F(ReliableResponse, AReliableOneAfterAPlainOneOfTheSameDialog) {
  peer.send(response(invite, peer, 180, "tb"), bound());
  EXPECT_FALSE(rung().rseq);
  peer.send(response(invite, peer, 183, "tb", kAnswer, "RSeq: 5\r\n"), bound());  // without Require: plain
  EXPECT_FALSE(rung().rseq);
  ring("tb", 44);
  EXPECT_EQ(rung().rseq, 44U);
  acknowledge_ringing("tb", 44);
  EXPECT_EQ(next_request(peer, "PRACK").header("RAck"), "44 " + std::to_string(cseq_of(invite)) + " INVITE");
  acknowledge_ringing("nobody", 44);
  EXPECT_EQ(next_event<call::PrackFinished>().status, 481);
}

TEST_F(ReliableResponse, APrackWithoutAnswerEndsWith408) {
  ring("tb", 1);
  rung();
  acknowledge_ringing("tb", 1);
  const auto finished = next_event<call::PrackFinished>();
  EXPECT_EQ(std::tuple(finished.status, finished.to_tag, finished.rseq), std::tuple(408, "tb", 1U));
}

TEST_F(ReliableResponse, UpdatesGoBothWaysBeforeThe200AlongTheEarlyRoute_RFC3311) {
  RawPeer proxy(Transport::Udp, "127.0.0.1");
  peers.push_back(&proxy);
  routes = "Record-Route: <sip:" + proxy.host_port() + ";lr>\r\n";
  ring("tb", 1, kAnswer);
  rung();
  acknowledge_ringing("tb", 1);
  const Received prack = next_request(proxy, "PRACK");
  EXPECT_EQ(prack.header("Route"), "<sip:" + proxy.host_port() + ";lr>");
  peer.send(response(prack, peer, 200, ""), bound());
  next_event<call::PrackFinished>();
  offer(call::OfferMethod::Update);
  const Received update = next_request(proxy, "UPDATE");
  EXPECT_EQ(update.param("To", "tag"), "tb");
  EXPECT_EQ(cseq_of(update), cseq_of(prack) + 1);
  EXPECT_EQ(update.first_line().rfind("UPDATE sip:callee@" + peer.host_port(), 0), 0u);
  std::string ok = response(update, peer, 200, "", kAnswer);
  ok.replace(ok.find("callee@"), 6, "second");
  peer.send(ok, bound());
  EXPECT_EQ(next_event<call::OfferAnswered>().status, 200);

  Message theirs;
  theirs.method = "UPDATE";
  theirs.call_id = invite.header("Call-ID");
  theirs.from = "<sip:callee@carrier.example>;tag=tb";
  theirs.to = invite.header("From");
  theirs.body = kOffer;
  std::string text = theirs.text(peer);
  text.replace(text.find("Contact: <sip:peer@"), 19, "Contact: <sip:third@");
  peer.send(text, bound());
  const auto offered = next_event<call::OfferReceived>();
  EXPECT_EQ(offered.leg, kLegB);
  perform(call::RespondToRequest{kLegB, offered.request, 200, kAnswer, {}});
  next_response(peer, 200, "UPDATE");
  offer(call::OfferMethod::Update);
  EXPECT_EQ(next_request(proxy, "UPDATE").first_line().rfind("UPDATE sip:third@" + peer.host_port(), 0), 0u);
}

TEST_F(ReliableResponse, ACancelEndsTheInviteAndNotAnUpdateThatIsPending) {
  ring("tb", 1, kAnswer);
  rung();
  acknowledge_ringing("tb", 1);
  next_request(peer, "PRACK");
  offer(call::OfferMethod::Update);
  next_request(peer, "UPDATE");
  perform(call::SendCancel{kLegB, {}});
  EXPECT_EQ(cseq_of(next_request(peer, "CANCEL")), cseq_of(invite));
}

TEST_F(ReliableResponse, LettingGoCancelsAndForgetsTheEarlyDialogs) {
  ring("t1", 1);
  ring("t2", 1);
  rung();
  rung();
  acknowledge_ringing("t1", 1);
  next_request(peer, "PRACK");
  let_go();
  next_request(peer, "CANCEL");
  EXPECT_EQ(stack->stats().dialogs, 0u);
}

TEST_F(ReliableResponse, EarlyDialogsOfOneAttemptAreLimited) {
  for (int i = 0; i < 20; ++i) ring("t" + std::to_string(i), 1);
  run_for(100ms);
  EXPECT_EQ(news.all<call::Answered>().size(), 16u);
  EXPECT_EQ(stack->stats().dialogs, 17u);
}

}  // namespace
}  // namespace tandem::contract
