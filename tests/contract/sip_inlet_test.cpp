// What becomes of a message before the stack's own code sees it (src/sip/inlet.cpp).
#include "contract/stack_bench.hpp"

namespace tandem::contract {
namespace {

class Inlet : public StackBench {
 protected:
  RawPeer udp{Transport::Udp, "127.0.0.1"};
  RawPeer tcp{Transport::Tcp, "127.0.0.1"};

  void SetUp() override {
    start({listener("udp", Transport::Udp, "127.0.0.1"), listener("tcp", Transport::Tcp, "127.0.0.1")});
    peers = {&udp, &tcp};
  }
  static std::string options(const RawPeer& peer, const std::string& call_id) {
    Message asks;
    asks.method = "OPTIONS";
    asks.call_id = call_id;
    asks.branch += call_id;
    return asks.text(peer);
  }
  static std::string replaced(std::string text, const std::string& what, const std::string& by) {
    text.replace(text.find(what), what.size(), by);
    return text;
  }
};

TEST_F(Inlet, LineEndsBeforeAMessageLoseNothingOfIt_R175) {
  udp.send("\r\n" + options(udp, "c1"), bound(0));
  EXPECT_EQ(next_arrival().request.method, "OPTIONS");
  tcp.send(options(tcp, "c2") + "\r\n" + options(tcp, "c3") + "\r\n\r\n\r\n" + options(tcp, "c4"), bound(1));
  for (const char* call_id : {"c2", "c3", "c4"}) {
    const sip::Arrival arrival = next_arrival();
    EXPECT_EQ(*arrival.request.headers.find("Call-ID"), call_id);
    EXPECT_EQ(message::print(arrival.request.uri), "sip:+15551234567@trunk.example");
    EXPECT_EQ(arrival.request.headers.rows().front().name, "Via");
  }
}

TEST_F(Inlet, AnAnswerOfTheLibraryGoesWhereItsRequestCameFrom) {
  udp.send(
      replaced(replaced(options(udp, "c1"), "SIP/2.0\r\n", "SIP/7.0\r\n"), udp.host_port(), "host.invalid"),
      bound(0));
  const Received answer = next_response(udp, 505, "OPTIONS");
  EXPECT_EQ(answer.param("Via", "received"), "127.0.0.1");
  EXPECT_EQ(answer.param("Via", "rport"), std::to_string(udp.address().port));
}

TEST_F(Inlet, ADamagedRequestWithAnothersTransportInItsViaIsNotAnswered) {
  RawPeer third(Transport::Tcp, "127.0.0.1");
  peers.push_back(&third);
  udp.send(replaced(options(third, "c1"), "CSeq: 1 OPTIONS", "CSeq: none"), bound(0));
  udp.send(options(udp, "c2"), bound(0));
  EXPECT_EQ(*next_arrival().request.headers.find("Call-ID"), "c2");
  EXPECT_EQ(stack->stats().tcp_connections, 0U);
  EXPECT_TRUE(udp.got.empty());
}

TEST_F(Inlet, AnAckCountsWhateverItsLesserHeadersSay_RFC3261_17_1_1_3) {
  int number = 0;
  for (RawPeer* peer : {&udp, &tcp}) {
    for (const std::string broken : {"Session-Expires: soon", "Reason: ;;=", "Expires: soon", "Date: never",
                                     "Max-Forwards: many", "Content-Disposition: ;", "Contact: <sip:",
                                     "Route: <", "Require: ;;", "Timestamp: x", "Proxy-Authorization: ,"}) {
      const CallId call{static_cast<std::uint32_t>(++number), 1};
      Message invite;
      invite.call_id += std::to_string(number);
      invite.branch += std::to_string(number);
      peer->send(invite.text(*peer), bound(peer == &udp ? 0 : 1));
      stack->adopt(next_arrival().id, call);
      stack->perform(call, call::RespondToInvite{200, {}, kAnswer, {}}, {});
      Message ack = invite;
      ack.method = "ACK";
      ack.branch += "ack";
      ack.to = next_response(*peer, 200, "INVITE").header("To");
      ack.headers = broken + "\r\n";
      peer->send(ack.text(*peer), bound(peer == &udp ? 0 : 1));
      next_event<call::Acked>();
      EXPECT_TRUE(news.calls.back() == call) << broken;
      stack->release(call);
      next_request(*peer, "BYE");
    }
  }
  EXPECT_EQ(stack->stats().tcp_connections, 1U);
}

TEST_F(Inlet, AnAckThatDoesNotTellWhoseItIsCountsForNothing) {
  udp.send(Message{}.text(udp), bound(0));
  stack->adopt(next_arrival().id, kCall);
  stack->perform(kCall, call::RespondToInvite{200, {}, kAnswer, {}}, {});
  Message ack;
  ack.method = "ACK";
  ack.to = next_response(udp, 200, "INVITE").header("To");
  udp.send(replaced(ack.text(udp), "CSeq: 1 ACK", "CSeq: one ACK"), bound(0));
  udp.send(replaced(ack.text(udp), "Call-ID: c1", "Call-ID: @"), bound(0));
  run_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(news.all<call::Acked>().empty());
  udp.send(ack.text(udp), bound(0));
  next_event<call::Acked>();
}

TEST_F(Inlet, AStreamThatCarriedGarbageIsClosed) {
  tcp.send("this is no message\r\n\r\n", bound(1));
  until([&] { return tcp.is_closed(); });
  EXPECT_EQ(stack->stats().connections_closed, 1U);
  EXPECT_TRUE(tcp.got.empty());
}

}  // namespace
}  // namespace tandem::contract
