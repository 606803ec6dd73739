// Route sets, large messages and connections of our own SipStack, against scripted peers and a proxy between.
#include "contract/dialog_bench.hpp"

namespace tandem::contract {
namespace {

using namespace std::chrono_literals;

class Routes : public DialogBench {
 protected:
  void SetUp() override {
    DialogBench::SetUp();
    peers.push_back(&proxy);
  }
  std::string near(const std::string& parameters = ";lr") const {
    return "<sip:" + proxy.host_port() + parameters + ">";
  }
  /// Our requests of a dialog, each seen by the proxy that must get it.
  void expect_each(call::LegId leg, const std::string& uri, const std::string& route) {
    offer(call::OfferMethod::Update, kOffer, {}, leg);
    expect_route(next_request(proxy, "UPDATE"), uri, route);
    perform(call::SendInfo{leg, "text/plain", "x"});
    expect_route(next_request(proxy, "INFO"), uri, route);
    perform(call::SendBye{leg, leg == kLegB ? "tb" : "", {}, {}});
    expect_route(next_request(proxy, "BYE"), uri, route);
    EXPECT_TRUE(peer.got.empty());
  }
  static void expect_route(const Received& request, const std::string& uri, const std::string& route) {
    const std::string line = request.first_line();
    EXPECT_EQ(line.substr(line.find(' ') + 1, line.rfind(' ') - line.find(' ') - 1), uri);
    std::string all;
    for (std::size_t at = request.text.find("\r\nRoute: "); at != std::string::npos;
         at = request.text.find("\r\nRoute: ", at + 1))
      all +=
          (all.empty() ? "" : ", ") + request.text.substr(at + 9, request.text.find("\r\n", at + 2) - at - 9);
    EXPECT_EQ(all, route);
  }

  RawPeer proxy{Transport::Udp, "127.0.0.1"};
  const std::string far{"<sip:198.51.100.9;lr>"};
};

TEST_F(Routes, ACallerBehindALooseProxyIsReachedByIt_R034) {
  Message invite;
  invite.headers = "Record-Route: " + near() + "\r\nRecord-Route: " + far + "\r\n";
  receive_call(invite);
  perform(call::RespondToInvite{180, {}, {}, {}});
  const Received ringing = next_response(peer, 180, "INVITE");
  EXPECT_LT(ringing.text.find(near()),
            ringing.text.find(far));  // §12.1.1: in each response that makes a dialog
  perform(call::RespondToInvite{200, {}, kAnswer, {}});
  const Received ok = next_response(peer, 200, "INVITE");
  EXPECT_NE(ok.text.find("Record-Route: " + near()), std::string::npos);
  EXPECT_LT(ok.text.find(near()), ok.text.find(far));
  enter(ok);
  acknowledge(1);
  next_event<call::Acked>();
  peer.got.clear();
  expect_each(call::kLegA, "sip:peer@" + peer.host_port(), near() + ", " + far);
}

TEST_F(Routes, ACalleeBehindLooseProxiesIsReachedByThemInReverse_R034) {
  const Received invite = place_call();
  peer.send(response(invite, peer, 200, "tb", kAnswer, "Record-Route: " + far + ", " + near() + "\r\n"),
            bound());
  next_event<call::Answered>();
  perform(call::SendAck{kLegB, "tb", {}, {}});
  expect_route(next_request(proxy, "ACK"), "sip:callee@" + peer.host_port(), near() + ", " + far);
  expect_each(kLegB, "sip:callee@" + peer.host_port(), near() + ", " + far);
}

TEST_F(Routes, AStrictProxyGetsItsOwnUriAndTheTargetLast_R034) {
  const Received invite = place_call();
  peer.send(response(invite, peer, 200, "tb", kAnswer, "Record-Route: " + far + ", " + near("") + "\r\n"),
            bound());
  next_event<call::Answered>();
  perform(call::SendAck{kLegB, "tb", {}, {}});
  const std::string route = far + ", <sip:callee@" + peer.host_port() + ">";
  expect_route(next_request(proxy, "ACK"), "sip:" + proxy.host_port(), route);
  expect_each(kLegB, "sip:" + proxy.host_port(), route);
}

TEST_F(Routes, ACallerBehindAStrictProxyIsReachedByIt_R034) {
  Message invite;
  invite.headers = "Record-Route: " + near(";ftag=1") + "\r\n";
  be_called(invite);
  peer.got.clear();
  expect_each(call::kLegA, "sip:" + proxy.host_port() + ";ftag=1", "<sip:peer@" + peer.host_port() + ">");
}

TEST_F(Routes, ARefreshMovesTheTargetAndNotTheRoute_RFC3261_12_2) {
  call_peer("tb", "Record-Route: " + near() + "\r\n");
  next_request(proxy, "ACK");
  offer();
  std::string ok =
      response(next_request(proxy, "INVITE"), peer, 200, "", kAnswer, "Record-Route: " + far + "\r\n");
  ok.replace(ok.find("callee@"), 6, "second");
  peer.send(ok, bound());
  next_event<call::OfferAnswered>();
  perform(call::SendAck{kLegB, "tb", {}, {}});
  expect_route(next_request(proxy, "ACK"), "sip:second@" + peer.host_port(), near());
  expect_each(kLegB, "sip:second@" + peer.host_port(), near());
}

// ---- large messages and connections ----

class Large : public DialogBench {
 protected:
  void SetUp() override {
    start({listener("udp4", Transport::Udp, "127.0.0.1"), listener("stream", Transport::Tcp, "127.0.0.1")},
          kT1);
    peers = {&peer, &stream};
    plan = plan_to(peer);
  }
  static std::string filled(std::size_t octets) {
    return kOffer + "a=x:" + std::string(octets - kOffer.size() - 6, 'x') + "\r\n";
  }
  RawPeer stream{Transport::Tcp, "127.0.0.1"};
};

TEST_F(Large, SixtyKilobytesComeByUdpAndByTcpAndLeaveAsLarge_R179) {
  const std::string body = filled(60000);
  Message invite;
  invite.body = body;
  peer.send(invite.text(peer), bound(0));
  EXPECT_EQ(next_arrival().request.body, body);
  invite.call_id = "c2";
  stream.send(invite.text(stream), bound(1));
  const sip::Arrival arrival = next_arrival();
  EXPECT_EQ(arrival.request.body, body);
  stack->adopt(arrival.id, kCall);
  perform(call::RespondToInvite{200, {}, body, {}});
  EXPECT_EQ(next_response(stream, 200, "INVITE").body(), body);
}

TEST_F(Large, AMessageInPiecesAndManyInOneAreReadOverTcp) {
  Message invite;
  invite.body = filled(3000);
  const std::string text = invite.text(stream);
  for (std::size_t at = 0; at < text.size(); at += 97) {
    stream.send(text.substr(at, 97), bound(1));
    run_for(1ms);
  }
  EXPECT_EQ(next_arrival().request.body, invite.body);
  std::string many;  // far more than the largest message has
  for (int i = 0; i < 60; ++i) {
    invite.call_id = "many" + std::to_string(i);
    many += invite.text(stream);
  }
  many += "\r\n\r\n";  // a keep-alive between messages (RFC 5626 §3.5.1)
  invite.call_id = "last";
  invite.body = filled(60000);
  many += invite.text(stream);
  ASSERT_GT(many.size(), 200000u);
  stream.send(many, bound(1));
  for (int i = 0; i < 60; ++i)
    EXPECT_EQ(*next_arrival().request.headers.find("Call-ID"), "many" + std::to_string(i));
  EXPECT_EQ(*next_arrival().request.headers.find("Call-ID"), "last");
  EXPECT_EQ(stack->stats().bad_messages, 0u);
}

TEST_F(Large, EmptyLinesBeforeAStartLineAreNoPartOfIt_RFC3261_7_5) {
  Message invite;
  invite.body = kOffer;
  for (const std::string empty : {"\r\n", "\r\n\r\n", "\n"}) {
    invite.call_id += "x";
    peer.send(empty + invite.text(peer), bound(0));
    EXPECT_EQ(*next_arrival().request.headers.find("Call-ID"), invite.call_id);
    invite.call_id += "y";
    stream.send(invite.text(stream) + empty + invite.text(stream), bound(1));  // and between two of a stream
    next_arrival();
    run_for(5ms);
    invite.call_id += "z";
    stream.send(empty + invite.text(stream), bound(1));
    EXPECT_EQ(*next_arrival().request.headers.find("Call-ID"), invite.call_id);
  }
  EXPECT_EQ(stack->stats().bad_messages, 0u);
}

TEST_F(Large, RequestsOfADialogReuseTheConnectionThatStands) {
  plan = plan_to(stream);
  perform(call::SendInvite{kLegB, 0, first_of(plan), kOffer, {}});
  const Received invite = next_request(stream, "INVITE");
  stream.send(response(invite, stream, 200, "tb", kAnswer), bound(1));
  next_event<call::Answered>();
  perform(call::SendAck{kLegB, "tb", {}, {}});
  next_request(stream, "ACK");
  for (int i = 0; i < 3; ++i) {
    offer(call::OfferMethod::Update);
    stream.send(response(next_request(stream, "UPDATE"), stream, 200, ""), bound(1));
    EXPECT_EQ(next_event<call::OfferAnswered>().status, 200);
  }
  EXPECT_EQ(stack->stats().tcp_connections, 1u);
}

}  // namespace
}  // namespace tandem::contract
