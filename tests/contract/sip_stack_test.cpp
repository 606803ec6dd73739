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
    start({listener("main", GetParam().transport, GetParam().ip)}, 50ms);
    peer = std::make_unique<RawPeer>(GetParam().transport, GetParam().ip);
    peers = {peer.get()};
  }
  std::unique_ptr<RawPeer> peer;
};

TEST_P(WholeCall, ACallsUsIsAnsweredAndHangsUp) {
  Message invite;
  invite.body = kOffer;
  peer->send(invite.text(*peer), bound());
  until([&] { return news.arrivals.size() == 1; });
  const sip::Arrival& arrival = news.arrivals[0];
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
  until([&] { return peer->got.size() >= 3; });
  EXPECT_EQ(peer->got[0].status(), 100);
  EXPECT_EQ(peer->got[1].status(), 183);
  const Received ok = peer->got[2];
  EXPECT_EQ(ok.status(), 200);
  EXPECT_EQ(ok.body(), kAnswer);
  EXPECT_EQ(ok.param("To", "tag").rfind("s0-", 0), 0u);
  EXPECT_EQ(ok.param("To", "tag"), peer->got[1].param("To", "tag"));
  EXPECT_NE(ok.header("Contact").find("sip:s0@"), std::string::npos);
  EXPECT_EQ(ok.header("Server"), "tandem-test");

  Message ack = invite;
  ack.method = "ACK";
  ack.body.clear();
  ack.branch = "z9hG4bKack";
  ack.to = ok.header("To");
  peer->send(ack.text(*peer), bound());
  until([&] { return news.all<call::Acked>().size() == 1; });

  Message bye = ack;
  bye.method = "BYE";
  bye.cseq = 2;
  bye.branch = "z9hG4bKbye";
  bye.headers = "Reason: Q.850;cause=16;text=\"bye\"\r\n";
  peer->send(bye.text(*peer), bound());
  until([&] { return news.all<call::ByeReceived>().size() == 1; });
  const call::ByeReceived got_bye = news.all<call::ByeReceived>()[0];
  EXPECT_EQ(got_bye.leg, call::kLegA);
  EXPECT_EQ(got_bye.reason_header, "Q.850;cause=16;text=\"bye\"");
  peer->got.clear();
  stack->perform(kCall, call::RespondToRequest{call::kLegA, got_bye.request, 200, {}, {}}, {});
  until([&] { return !peer->got.empty(); });
  EXPECT_EQ(peer->got[0].status(), 200);
  EXPECT_EQ(peer->got[0].header("CSeq"), "2 BYE");
  stack->perform(kCall, call::ReleaseLeg{call::kLegA}, {});
  stack->release(kCall);
  expect_nothing_left();
  EXPECT_EQ(news.all<call::Acked>().size(), 1u);
}

TEST_P(WholeCall, WeCallBWhoAnswersAndWeHangUp) {
  const trunk::RoutePlan plan = plan_to(*peer);
  stack->perform(kCall, call::SendInvite{kLegB, 0, kOffer, std::nullopt}, plan);
  until([&] { return peer->got.size() == 1; });
  const Received invite = peer->got[0];
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
  peer->send(response(invite, *peer, 180, "tb"), bound());
  peer->send(response(invite, *peer, 200, "tb", kAnswer), bound());
  until([&] { return news.all<call::Answered>().size() == 3; });
  const auto answers = news.all<call::Answered>();
  EXPECT_EQ(answers[0].status, 100);
  EXPECT_EQ(answers[1].status, 180);
  EXPECT_EQ(answers[1].to_tag, "tb");
  EXPECT_EQ(answers[2].status, 200);
  EXPECT_EQ(answers[2].phrase, "Some Phrase");
  EXPECT_EQ(answers[2].body.sdp, kAnswer);

  peer->got.clear();
  stack->perform(kCall, call::SendAck{kLegB, "tb", {}}, plan);
  until([&] { return peer->got.size() == 1; });
  EXPECT_TRUE(peer->got[0].is_request("ACK"));
  EXPECT_EQ(peer->got[0].first_line().rfind("ACK sip:callee@" + peer->host_port(), 0), 0u);
  EXPECT_EQ(peer->got[0].param("To", "tag"), "tb");
  EXPECT_EQ(peer->got[0].header("CSeq").substr(0, peer->got[0].header("CSeq").find(' ')),
            invite.header("CSeq").substr(0, invite.header("CSeq").find(' ')));
  EXPECT_NE(peer->got[0].param("Via", "branch"), invite.param("Via", "branch"));

  peer->got.clear();
  stack->perform(kCall, call::SendBye{kLegB, "tb", "Q.850;cause=16"}, plan);
  until([&] { return peer->got.size() == 1; });
  EXPECT_TRUE(peer->got[0].is_request("BYE"));
  EXPECT_EQ(peer->got[0].header("Reason"), "Q.850;cause=16");
  peer->send(response(peer->got[0], *peer, 200, ""), bound());
  until([&] { return news.all<call::ByeFinished>().size() == 1; });
  EXPECT_EQ(news.all<call::ByeFinished>()[0].status, 200);
  stack->perform(kCall, call::ReleaseLeg{kLegB}, plan);
  stack->release(kCall);
  expect_nothing_left(1);
}

INSTANTIATE_TEST_SUITE_P(Each, WholeCall,
                         ::testing::Values(Wire{Transport::Udp, "127.0.0.1", "Udp4"}, Wire{Transport::Tcp, "127.0.0.1", "Tcp4"},
                                           Wire{Transport::Udp, "::1", "Udp6"}, Wire{Transport::Tcp, "::1", "Tcp6"}),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace tandem::contract
