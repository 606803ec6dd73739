// re-INVITE and UPDATE through our own SipStack, both ways, against a scripted peer (RFC 3261 §14, RFC 3311).
#include "contract/dialog_bench.hpp"

namespace tandem::contract {
namespace {

using namespace std::chrono_literals;

class OurOffer : public DialogBench {
 protected:
  /// A re-INVITE of ours that the peer we called has seen.
  Received reinvite_peer() {
    call_peer();
    next_request(peer, "ACK");
    offer();
    return next_request(peer, "INVITE");
  }
  /// One that the peer has answered with 100.
  Received pending_reinvite() {
    const Received again = reinvite_peer();
    peer.send(response(again, peer, 100, ""), bound());
    run_for(20ms);
    return again;
  }
};
class PeersOffer : public DialogBench {};

// ---- ours ----

TEST_F(OurOffer, IsAReInviteInTheDialogAndItsAckGoesToTheNewTarget_R127) {
  const Received invite = call_peer();
  next_request(peer, "ACK");
  offer(call::OfferMethod::Invite, kOffer,
        {{"P-Asserted-Identity", "<sip:+15551110000@tandem.example>"}, {"Supported", "timer"}});
  const Received again = next_request(peer, "INVITE");
  EXPECT_EQ(again.first_line().rfind("INVITE sip:callee@" + peer.host_port(), 0), 0u) << again.first_line();
  EXPECT_EQ(cseq_of(again), cseq_of(invite) + 1);
  EXPECT_EQ(again.header("Call-ID"), invite.header("Call-ID"));
  EXPECT_EQ(again.header("From"), invite.header("From"));
  EXPECT_EQ(again.param("To", "tag"), "tb");
  EXPECT_EQ(again.body(), kOffer);
  EXPECT_EQ(again.header("Content-Type"), "application/sdp");
  EXPECT_EQ(again.header("Contact"), invite.header("Contact"));
  EXPECT_EQ(again.header("Allow"), std::string(sip::kAllowedMethods));
  EXPECT_EQ(again.header("P-Asserted-Identity"), "<sip:+15551110000@tandem.example>");
  EXPECT_EQ(again.header("Supported"), "timer");
  EXPECT_EQ(again.param("Via", "branch").rfind("z9hG4bK-s0-", 0), 0u);

  peer.send(response(again, peer, 100, ""), bound());
  peer.send(response(again, peer, 180, ""), bound());
  std::string ok =
      response(again, peer, 200, "", kAnswer, "Session-Expires: 1800;refresher=uas\r\nRequire: timer\r\n");
  ok.replace(ok.find("callee@"), 6, "second");
  peer.send(ok, bound());
  const auto answered = next_event<call::OfferAnswered>();
  EXPECT_EQ(answered.leg, kLegB);
  EXPECT_EQ(answered.status, 200);
  EXPECT_EQ(answered.phrase, "Some Phrase");
  EXPECT_EQ(answered.body.sdp, kAnswer);
  EXPECT_FALSE(answered.by_stack);
  EXPECT_TRUE(answered.terms.requires_timer);
  EXPECT_EQ(answered.terms.session_expires, (call::SessionExpires{1800, call::Refresher::Uas}));
  EXPECT_TRUE(news.events.empty());  // provisional responses to it are nobody's news

  perform(
      call::SendAck{kLegB, "tb", kAnswer, {{"P-Asserted-Identity", "<sip:+15551110000@tandem.example>"}}});
  const Received ack = next_request(peer, "ACK");
  EXPECT_EQ(cseq_of(ack), cseq_of(again));
  EXPECT_EQ(ack.body(), kAnswer);
  EXPECT_EQ(ack.first_line().rfind("ACK sip:second@" + peer.host_port(), 0), 0u)
      << ack.first_line();  // §12.2.1.2
  EXPECT_EQ(ack.header("P-Asserted-Identity"), "<sip:+15551110000@tandem.example>");
  perform(call::SendBye{kLegB, "tb", {}, {}});
  const Received bye = next_request(peer, "BYE");
  EXPECT_EQ(bye.first_line().rfind("BYE sip:second@" + peer.host_port(), 0), 0u) << bye.first_line();
  EXPECT_EQ(cseq_of(bye), cseq_of(again) + 1);
  EXPECT_TRUE(bye.header("Allow").empty());
}

TEST_F(OurOffer, TheStackRepeatsItsAckForARepeated200) {
  const Received again = reinvite_peer();
  const std::string ok = response(again, peer, 200, "", kAnswer);
  peer.send(ok, bound());
  next_event<call::OfferAnswered>();
  peer.send(ok, bound());  // before our ACK: it is not told twice, and not acknowledged behind our back
  run_for(50ms);
  EXPECT_EQ(count(peer, "ACK"), 0u);
  perform(call::SendAck{kLegB, "tb", {}, {}});
  const Received first = next_request(peer, "ACK");
  for (int i = 0; i < 3; ++i) {
    peer.send(ok, bound());
    const Received repeated = next_request(peer, "ACK");
    EXPECT_EQ(repeated.header("CSeq"), first.header("CSeq"));
    EXPECT_EQ(repeated.header("Via"), first.header("Via"));
  }
  EXPECT_EQ(count(peer, "BYE"), 0u);
  EXPECT_TRUE(news.all<call::OfferAnswered>().empty());
}

TEST_F(OurOffer, InLegAGoesToTheCaller) {
  be_called();
  offer(call::OfferMethod::Invite, {}, {}, call::kLegA);
  const Received again = next_request(peer, "INVITE");
  EXPECT_EQ(again.first_line(), "INVITE sip:peer@" + peer.host_port() + " SIP/2.0");
  EXPECT_EQ(again.param("To", "tag"), "fa");
  EXPECT_EQ(again.header("From"), inside.to);
  EXPECT_TRUE(again.body().empty());
  EXPECT_TRUE(again.header("Content-Type").empty());
  peer.send(response(again, peer, 200, "", kOffer), bound());
  EXPECT_EQ(next_event<call::OfferAnswered>().leg, call::kLegA);
  perform(call::SendAck{call::kLegA, {}, kAnswer, {}});
  EXPECT_EQ(next_request(peer, "ACK").body(), kAnswer);
}

TEST_F(OurOffer, AnUpdateNeedsNoAckAndRefreshesTheTargetToo_RFC3311) {
  call_peer();
  next_request(peer, "ACK");
  offer(call::OfferMethod::Update, {}, {{"Session-Expires", "1800;refresher=uac"}});
  const Received update = next_request(peer, "UPDATE");
  EXPECT_EQ(update.header("Session-Expires"), "1800;refresher=uac");
  EXPECT_FALSE(update.header("Contact").empty());
  std::string ok = response(update, peer, 200, "");
  ok.replace(ok.find("callee@"), 6, "second");
  peer.send(ok, bound());
  EXPECT_EQ(next_event<call::OfferAnswered>().status, 200);
  perform(call::SendAck{kLegB, "tb", {}, {}});
  offer(call::OfferMethod::Update);
  EXPECT_EQ(next_request(peer, "UPDATE").first_line().rfind("UPDATE sip:second@", 0), 0u);
  EXPECT_EQ(count(peer, "ACK"), 0u);
}

TEST_F(OurOffer, RefusalsAreToldOnceWithWhatTheySayAndTheStackAcknowledgesThem) {
  const Received first = reinvite_peer();
  const std::string challenge = response(
      first, peer, 407, "", {}, "Proxy-Authenticate: Digest realm=\"a\", nonce=\"1\"\r\nRetry-After: 7\r\n");
  peer.send(challenge, bound());
  const auto challenged = next_event<call::OfferAnswered>();
  EXPECT_EQ(challenged.status, 407);
  EXPECT_EQ(challenged.challenges, std::vector<std::string>{"Digest realm=\"a\", nonce=\"1\""});
  EXPECT_EQ(challenged.retry_after_s, 7);
  EXPECT_EQ(cseq_of(next_request(peer, "ACK")), cseq_of(first));
  peer.send(challenge, bound());
  next_request(peer, "ACK");
  offer(call::OfferMethod::Invite, kOffer, {{"Proxy-Authorization", "Digest username=\"u\""}});
  const Received second = next_request(peer, "INVITE");
  EXPECT_EQ(second.header("Proxy-Authorization"), "Digest username=\"u\"");
  EXPECT_EQ(cseq_of(second), cseq_of(first) + 1);
  peer.send(response(second, peer, 422, "", {}, "Min-SE: 1800\r\n"), bound());
  const auto rejected = next_event<call::OfferAnswered>();
  EXPECT_EQ(rejected.status, 422);
  EXPECT_EQ(rejected.terms.min_se_s, 1800U);
  EXPECT_TRUE(news.events.empty());
}

TEST_F(OurOffer, SilenceIs408ByTheStack) {
  call_peer();
  next_request(peer, "ACK");
  for (const auto method : {call::OfferMethod::Update, call::OfferMethod::Invite}) {
    offer(method);
    const auto ended = next_event<call::OfferAnswered>();
    EXPECT_EQ(ended.status, 408);
    EXPECT_TRUE(ended.by_stack);
  }
  EXPECT_TRUE(news.events.empty());
  EXPECT_EQ(count(peer, "CANCEL"), 0u);
}

TEST_F(OurOffer, GoesNowhereWhereNoDialogIsOrIsLeft) {
  const Received invite = place_call();
  offer(call::OfferMethod::Invite, kOffer, {}, call::LegId{7});
  auto ended = next_event<call::OfferAnswered>();
  EXPECT_EQ(ended.status, 481);
  EXPECT_EQ(ended.leg, call::LegId{7});
  EXPECT_TRUE(ended.by_stack);
  peer.send(response(invite, peer, 180, "tb"), bound());
  next_event<call::Answered>();
  offer(call::OfferMethod::Update);  // the early dialog has no response that was sent reliably
  EXPECT_EQ(next_event<call::OfferAnswered>().status, 481);
  peer.send(response(invite, peer, 200, "tb", kAnswer), bound());
  next_event<call::Answered>();
  perform(call::SendAck{kLegB, "tb", {}, {}});
  offer();
  offer();  // a second one while the first is pending
  EXPECT_EQ(next_event<call::OfferAnswered>().status, 491);
  next_request(peer, "INVITE");
  perform(call::SendBye{kLegB, "tb", {}, {}});
  next_request(peer, "BYE");
  offer(call::OfferMethod::Update);
  EXPECT_EQ(next_event<call::OfferAnswered>().status, 481);
}

TEST_F(OurOffer, IsCancelledOnceAProvisionalResponseCame) {
  const Received again = reinvite_peer();
  perform(call::SendCancel{kLegB, "SIP;cause=200"});
  run_for(50ms);
  EXPECT_EQ(count(peer, "CANCEL"), 0u);
  peer.send(response(again, peer, 100, ""), bound());
  const Received cancel = next_request(peer, "CANCEL");
  EXPECT_EQ(cancel.header("Reason"), "SIP;cause=200");
  EXPECT_EQ(cancel.param("Via", "branch"), again.param("Via", "branch"));
  EXPECT_EQ(cseq_of(cancel), cseq_of(again));
  EXPECT_EQ(cancel.param("To", "tag"), "tb");
  peer.send(response(cancel, peer, 200, ""), bound());
  peer.send(response(again, peer, 487, ""), bound());
  EXPECT_EQ(next_event<call::OfferAnswered>().status, 487);
  EXPECT_EQ(cseq_of(next_request(peer, "ACK")), cseq_of(again));
  offer(call::OfferMethod::Update);  // the dialog stands (RFC 3261 §14.1)
  next_request(peer, "UPDATE");
}

TEST_F(OurOffer, A200ThatCrossesItsCancelIsToldAndAcknowledged) {
  const Received again = pending_reinvite();
  perform(call::SendCancel{kLegB, {}});
  next_request(peer, "CANCEL");
  peer.send(response(again, peer, 200, "", kAnswer), bound());
  EXPECT_EQ(next_event<call::OfferAnswered>().status, 200);
  perform(call::SendAck{kLegB, "tb", {}, {}});
  EXPECT_EQ(cseq_of(next_request(peer, "ACK")), cseq_of(again));
  EXPECT_EQ(count(peer, "BYE"), 0u);
}

TEST_F(OurOffer, LettingGoAcknowledgesA200ThatNobodyAcknowledged) {
  const Received again = reinvite_peer();
  peer.send(response(again, peer, 200, "", kAnswer), bound());
  next_event<call::OfferAnswered>();
  perform(call::ReleaseLeg{kLegB});
  EXPECT_EQ(cseq_of(next_request(peer, "ACK")), cseq_of(again));
  EXPECT_EQ(cseq_of(next_request(peer, "BYE")), cseq_of(again) + 1);
  EXPECT_EQ(stack->stats().dialogs, 0u);
}

TEST_F(OurOffer, LettingGoOfAPendingOneCancelsItFirstAndALate200IsEndedByTheStack) {
  const Received again = pending_reinvite();
  stack->release(kCall);
  next_request(peer, "CANCEL");
  const Received bye = next_request(peer, "BYE");
  peer.send(response(bye, peer, 200, ""), bound());
  peer.send(response(again, peer, 200, "", kAnswer), bound());
  EXPECT_EQ(cseq_of(next_request(peer, "ACK")), cseq_of(again));
  EXPECT_EQ(stack->stats().dialogs, 0u);
  EXPECT_TRUE(news.events.empty());
}

// ---- the peer's ----

TEST_F(PeersOffer, Its200IsRepeatedUntilTheAckWhichIsTold) {
  be_called();
  ask("INVITE", kOffer,
      "Supported: timer, 100rel\r\nSession-Expires: 90;refresher=uac\r\nMin-SE: 90\r\nAllow: INVITE, "
      "UPDATE\r\n");
  const auto offered = next_event<call::OfferReceived>();
  EXPECT_EQ(offered.leg, call::kLegA);
  EXPECT_EQ(offered.method, "INVITE");
  EXPECT_EQ(offered.body.sdp, kOffer);
  EXPECT_TRUE(offered.terms.supports_timer && offered.terms.supports_100rel && offered.terms.allows_update);
  EXPECT_EQ(offered.terms.session_expires, (call::SessionExpires{90, call::Refresher::Uac}));
  EXPECT_EQ(offered.terms.min_se_s, 90U);
  perform(call::RespondToRequest{call::kLegA, offered.request, 200, kAnswer, {{"Require", "timer"}}});
  for (int i = 0; i < 3; ++i) {
    const Received ok = next_response(peer, 200, "INVITE");
    EXPECT_EQ(ok.body(), kAnswer);
    EXPECT_EQ(ok.header("Require"), "timer");
    EXPECT_FALSE(ok.header("Contact").empty());
    EXPECT_FALSE(ok.header("Allow").empty());
  }
  acknowledge(2, kAnswer);
  const auto acked = next_event<call::Acked>();
  EXPECT_EQ(acked.leg, call::kLegA);
  EXPECT_EQ(acked.request, offered.request);
  EXPECT_EQ(acked.body.sdp, kAnswer);
  peer.got.clear();
  acknowledge(2);
  run_for(100ms);
  EXPECT_TRUE(news.events.empty());
  EXPECT_EQ(count_responses(200, "INVITE"), 0u);
  let_go();
  EXPECT_EQ(stack->stats().unanswered_requests, 0u);
}

TEST_F(PeersOffer, WithoutItsAckIsToldAfter64T1) {
  be_called();
  ask("INVITE", kOffer);
  const auto offered = next_event<call::OfferReceived>();
  perform(call::RespondToRequest{call::kLegA, offered.request, 200, kAnswer, {}});
  const auto late = next_event<call::AckTimedOut>();
  EXPECT_EQ(late.leg, call::kLegA);
  EXPECT_EQ(late.request, offered.request);
  let_go();
  peer.send(response(next_request(peer, "BYE"), peer, 200, ""), bound());
  expect_nothing_left(0);
}

TEST_F(PeersOffer, InLegBTheAckNamesTheLeg) {
  const Received invite = call_peer();
  Message again;
  again.call_id = invite.header("Call-ID");
  again.from = "<sip:callee@carrier.example>;tag=tb";
  again.to = invite.header("From");
  again.cseq = 77;
  again.body = kOffer;
  peer.send(again.text(peer), bound());
  const auto offered = next_event<call::OfferReceived>();
  EXPECT_EQ(offered.leg, kLegB);
  perform(call::RespondToRequest{kLegB, offered.request, 200, kAnswer, {}});
  next_response(peer, 200, "INVITE");
  again.method = "ACK";
  again.branch = new_branch();
  again.body.clear();
  peer.send(again.text(peer), bound());
  EXPECT_EQ(next_event<call::Acked>().leg, kLegB);
  perform(call::SendBye{kLegB, "tb", {}, {}});
  EXPECT_EQ(next_request(peer, "BYE").first_line().rfind("BYE sip:peer@" + peer.host_port(), 0),
            0u);  // target refresh
}

TEST_F(PeersOffer, ItsCancelIsAnsweredByTheStackWith200And487AndNothingIsOwedThen) {
  be_called();
  const Message again = ask("INVITE", kOffer);
  const auto offered = next_event<call::OfferReceived>();
  Message cancel = again;
  cancel.method = "CANCEL";
  cancel.body.clear();
  peer.send(cancel.text(peer), bound());
  const auto cancelled = next_event<call::OfferCancelled>();
  EXPECT_EQ(cancelled.leg, call::kLegA);
  EXPECT_EQ(cancelled.request, offered.request);
  const Received ok = next_response(peer, 200, "CANCEL");
  const Received terminated = next_response(peer, 487, "INVITE");
  EXPECT_EQ(ok.param("To", "tag"), terminated.param("To", "tag"));
  EXPECT_EQ(terminated.param("To", "tag"),
            inside.to.substr(inside.to.find(";tag=") + 5));  // the dialog's own
  perform(call::RespondToRequest{call::kLegA, offered.request, 200, kAnswer, {}});
  acknowledge(again.cseq);
  run_for(60ms);
  EXPECT_EQ(count_responses(200, "INVITE"), 0u);
  EXPECT_TRUE(news.events.empty());
  ask("UPDATE");  // the dialog stands
  next_event<call::OfferReceived>();
}

TEST_F(PeersOffer, ACancelThatCrossesOur200ChangesNothing) {
  be_called();
  const Message again = ask("INVITE", kOffer);
  const auto offered = next_event<call::OfferReceived>();
  perform(call::RespondToRequest{call::kLegA, offered.request, 200, kAnswer, {}});
  next_response(peer, 200, "INVITE");
  Message cancel = again;
  cancel.method = "CANCEL";
  cancel.body.clear();
  peer.send(cancel.text(peer), bound());
  next_response(peer, 481, "CANCEL");  // what the library says then; §9.2 would have it 200
  EXPECT_TRUE(news.events.empty());
  acknowledge(again.cseq);
  EXPECT_EQ(next_event<call::Acked>().request, offered.request);
}

TEST_F(PeersOffer, OneThatIsRefusedIsRepeatedUntilItsAckAndToldNoMore) {
  be_called();
  ask("INVITE", kOffer);
  const auto offered = next_event<call::OfferReceived>();
  perform(call::RespondToRequest{call::kLegA, offered.request, 491, {}, {{"Retry-After", "2"}}});
  for (int i = 0; i < 3; ++i) {
    const Received refused = next_response(peer, 491, "INVITE");
    EXPECT_EQ(refused.header("Retry-After"), "2");
    EXPECT_TRUE(refused.header("Contact").empty());
  }
  run_for(1400ms);
  EXPECT_TRUE(news.events.empty());
}

TEST_F(PeersOffer, AnUpdateIsAnsweredOnceAndMovesTheTarget_RFC3311) {
  be_called();
  Message update = inside;
  update.method = "UPDATE";
  update.cseq = 2;
  update.branch = new_branch();
  update.body = kOffer;
  std::string text = update.text(peer);
  text.replace(text.find("Contact: <sip:peer@"), 19, "Contact: <sip:moved@");
  peer.send(text, bound());
  const auto offered = next_event<call::OfferReceived>();
  EXPECT_EQ(offered.method, "UPDATE");
  perform(call::RespondToRequest{call::kLegA, offered.request, 200, kAnswer, {}});
  EXPECT_EQ(next_response(peer, 200, "UPDATE").body(), kAnswer);
  peer.send(text, bound());  // a repetition is answered by the stack
  next_response(peer, 200, "UPDATE");
  perform(call::SendBye{call::kLegA, {}, {}, {}});
  EXPECT_EQ(next_request(peer, "BYE").first_line(), "BYE sip:moved@" + peer.host_port() + " SIP/2.0");
  EXPECT_TRUE(news.events.empty());
}

TEST_F(PeersOffer, AReleasedLegOwesNothing) {
  be_called();
  ask("INVITE", kOffer);
  next_event<call::OfferReceived>();
  perform(call::ReleaseLeg{call::kLegA});
  next_response(peer, 481, "INVITE");
  EXPECT_EQ(stack->stats().unanswered_requests, 0u);
}

}  // namespace
}  // namespace tandem::contract
