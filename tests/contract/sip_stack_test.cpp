// Our own SipStack against peers that are sockets and text: whole calls on both sides, over each transport.
#include "contract/stack_bench.hpp"

namespace tandem::contract {
namespace {

using namespace std::chrono_literals;

struct Wire {
  Transport transport;
  const char* ip;
  const char* name;
};

class WholeCall : public StackBench, public ::testing::WithParamInterface<Wire> {
 protected:
  void SetUp() override {
    start({listener("main", GetParam().transport, GetParam().ip)}, 20ms);
    peer = std::make_unique<RawPeer>(GetParam().transport, GetParam().ip);
    peers = {peer.get()};
  }
  std::unique_ptr<RawPeer> peer;
};

TEST_P(WholeCall, ACallsUsIsAnsweredAndHangsUp) {
  Message invite;
  invite.body = kOffer;
  peer->send(invite.text(*peer), bound());
  const sip::Arrival arrival = next_arrival();
  EXPECT_EQ(arrival.request.method, "INVITE");
  EXPECT_EQ(arrival.request.uri.user, "+15551234567");
  EXPECT_EQ(arrival.request.body, kOffer);
  EXPECT_EQ(arrival.listener, "main");
  EXPECT_EQ(arrival.transport, GetParam().transport);
  EXPECT_EQ(arrival.source.ip, peer->address().ip);

  stack->adopt(arrival.id, kCall);
  stack->perform(kCall, call::RespondToInvite{100, {}, {}, {}}, {});
  stack->perform(kCall, call::RespondToInvite{183, {}, kAnswer, {}}, {});
  stack->perform(kCall, call::RespondToInvite{200, {}, kAnswer, {}}, {});
  next_response(*peer, 100, "INVITE");
  const Received early = next_response(*peer, 183, "INVITE");
  const Received ok = next_response(*peer, 200, "INVITE");
  EXPECT_EQ(ok.body(), kAnswer);
  EXPECT_EQ(ok.param("To", "tag").rfind("s0-", 0), 0u);
  EXPECT_EQ(ok.param("To", "tag"), early.param("To", "tag"));
  EXPECT_NE(ok.header("Contact").find("sip:s0@"), std::string::npos);
  EXPECT_EQ(ok.header("Server"), "tandem-test");

  Message ack = invite;
  ack.method = "ACK";
  ack.body.clear();
  ack.branch = "z9hG4bKack";
  ack.to = ok.header("To");
  peer->send(ack.text(*peer), bound());
  next_event<call::Acked>();

  Message bye = ack;
  bye.method = "BYE";
  bye.cseq = 2;
  bye.branch = "z9hG4bKbye";
  bye.headers = "Reason: Q.850;cause=16;text=\"bye\"\r\n";
  peer->send(bye.text(*peer), bound());
  const auto got_bye = next_event<call::ByeReceived>();
  EXPECT_EQ(got_bye.leg, call::kLegA);
  EXPECT_EQ(got_bye.reason_header, "Q.850;cause=16;text=\"bye\"");
  stack->perform(kCall, call::RespondToRequest{call::kLegA, got_bye.request, 200, {}, {}}, {});
  EXPECT_EQ(next_response(*peer, 200, "BYE").header("CSeq"), "2 BYE");
  stack->perform(kCall, call::ReleaseLeg{call::kLegA}, {});
  stack->release(kCall);
  expect_nothing_left();
  EXPECT_TRUE(news.events.empty());
}

TEST_P(WholeCall, WeCallBWhoAnswersAndWeHangUp) {
  const trunk::RoutePlan plan = plan_to(*peer);
  stack->perform(kCall, call::SendInvite{kLegB, 0, first_of(plan), kOffer, {}}, plan);
  const Received invite = next_request(*peer, "INVITE");
  EXPECT_EQ(invite.first_line(), "INVITE sip:+15557654321@carrier.example SIP/2.0");
  EXPECT_EQ(invite.body(), kOffer);
  EXPECT_EQ(invite.header("Max-Forwards"), "69");
  EXPECT_EQ(invite.header("P-Asserted-Identity"), "<sip:+15551110000@tandem.example>");
  EXPECT_EQ(invite.header("User-Agent"), "tandem-test");
  EXPECT_NE(invite.header("Allow").find("BYE"), std::string::npos);
  EXPECT_EQ(invite.param("From", "tag").rfind("s0-", 0), 0u);
  EXPECT_EQ(invite.param("Via", "branch").rfind("z9hG4bK-s0-", 0), 0u);
  EXPECT_NE(invite.header("Contact").find("sip:s0@"), std::string::npos);
  EXPECT_NE(invite.header("Via").find(";rport"), std::string::npos);

  peer->send(response(invite, *peer, 100, ""), bound());
  EXPECT_EQ(next_event<call::Answered>().status, 100);
  peer->send(response(invite, *peer, 180, "tb"), bound());
  const auto ringing = next_event<call::Answered>();
  EXPECT_EQ(ringing.status, 180);
  EXPECT_EQ(ringing.to_tag, "tb");
  peer->send(response(invite, *peer, 200, "tb", kAnswer), bound());
  const auto ok = next_event<call::Answered>();
  EXPECT_EQ(ok.status, 200);
  EXPECT_EQ(ok.phrase, "Some Phrase");
  EXPECT_EQ(ok.body.sdp, kAnswer);

  stack->perform(kCall, call::SendAck{kLegB, "tb", {}, {}}, plan);
  const Received ack = next_request(*peer, "ACK");
  EXPECT_EQ(ack.first_line().rfind("ACK sip:callee@" + peer->host_port(), 0), 0u);
  EXPECT_EQ(ack.param("To", "tag"), "tb");
  EXPECT_EQ(std::atoi(ack.header("CSeq").c_str()), std::atoi(invite.header("CSeq").c_str()));
  EXPECT_EQ(ack.param("Via", "branch").rfind("z9hG4bK-s0-", 0), 0u);
  EXPECT_NE(ack.param("Via", "branch"), invite.param("Via", "branch"));

  stack->perform(kCall, call::SendBye{kLegB, "tb", "Q.850;cause=16", {}}, plan);
  const Received bye = next_request(*peer, "BYE");
  EXPECT_EQ(bye.header("Reason"), "Q.850;cause=16");
  EXPECT_EQ(std::atoi(bye.header("CSeq").c_str()), std::atoi(invite.header("CSeq").c_str()) + 1);
  peer->send(response(bye, *peer, 200, ""), bound());
  EXPECT_EQ(next_event<call::ByeFinished>().status, 200);
  stack->perform(kCall, call::ReleaseLeg{kLegB}, plan);
  stack->release(kCall);
  expect_nothing_left(1);
  EXPECT_EQ(count(*peer, "CANCEL"), 0u);
}

INSTANTIATE_TEST_SUITE_P(Each, WholeCall,
                         ::testing::Values(Wire{Transport::Udp, "127.0.0.1", "Udp4"}, Wire{Transport::Tcp, "127.0.0.1", "Tcp4"},
                                           Wire{Transport::Udp, "::1", "Udp6"}, Wire{Transport::Tcp, "::1", "Tcp6"}),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace tandem::contract
