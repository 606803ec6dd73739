// A caller over TCP is reached by the connection that it came by (RFC 5923), as long as that stands.
#include <malloc.h>

#include "contract/dialog_bench.hpp"

namespace tandem::contract {
namespace {

using namespace std::chrono_literals;

class Connection : public DialogBench {
 protected:
  void SetUp() override { begin(); }
  void begin() {
    start({listener("stream", Transport::Tcp, "127.0.0.1")}, kT1);
    peers = {&caller, &elsewhere};
    plan = plan_to(peer);
  }
  /// A call whose Contact is that URI, up to the ACK.
  void be_called_from(const std::string& contact, const std::string& headers = {}) {
    inside.headers = headers;
    send(inside, contact);
    stack->adopt(next_arrival().id, kCall);
    perform(call::RespondToInvite{200, {}, kAnswer, {}});
    enter(next_response(caller, 200, "INVITE"));
    Message ack = inside;
    ack.method = "ACK";
    ack.branch = new_branch();
    send(ack, contact);
    next_event<call::Acked>();
  }
  void send(const Message& message, const std::string& contact) {
    std::string text = message.text(caller);
    const std::size_t at = text.find("Contact: ");
    caller.send(text.replace(at, text.find("\r\n", at) - at, "Contact: <" + contact + ">"), bound());
  }
  /// re-INVITE, its CANCEL and its ACK, INFO and BYE come to that peer.
  void expect_each_at(RawPeer& where) {
    offer(call::OfferMethod::Invite, kOffer, {}, call::kLegA);
    Received asked = next_request(where, "INVITE");
    where.send(response(asked, where, 100, ""), bound());
    run_for(20ms);
    perform(call::SendCancel{call::kLegA, {}});
    where.send(response(next_request(where, "CANCEL"), where, 200, "") + response(asked, where, 487, ""),
               bound());
    EXPECT_EQ(next_event<call::OfferAnswered>().status, 487);
    next_request(where, "ACK");
    offer(call::OfferMethod::Invite, kOffer, {}, call::kLegA);
    where.send(response(next_request(where, "INVITE"), where, 200, "", kAnswer), bound());
    EXPECT_EQ(next_event<call::OfferAnswered>().status, 200);
    perform(call::SendAck{call::kLegA, {}, {}, {}});
    next_request(where, "ACK");
    perform(call::SendInfo{call::kLegA, "text/plain", "x"});
    where.send(response(next_request(where, "INFO"), where, 200, ""), bound());
    perform(call::SendBye{call::kLegA, {}, {}, {}});
    where.send(response(next_request(where, "BYE"), where, 200, ""), bound());
    EXPECT_EQ(next_event<call::ByeFinished>().status, 200);
  }
  std::string contact_of(const RawPeer& where) const {
    return "sip:alice@" + where.host_port() + ";transport=tcp";
  }

  RawPeer caller{Transport::Tcp, "127.0.0.1"};
  RawPeer elsewhere{Transport::Tcp, "127.0.0.1"};
};

TEST_F(Connection, ACallerThatDoesNotListenIsReachedByItsConnection_RFC5923) {
  std::string nobody;
  { nobody = contact_of(RawPeer(Transport::Tcp, "127.0.0.1")); }
  be_called_from(nobody);
  expect_each_at(caller);
  EXPECT_EQ(stack->stats().tcp_connections, 1u);
}

TEST_F(Connection, EvenOneThatListensIsReachedByTheConnectionThatStands_RFC5923) {
  be_called_from(contact_of(elsewhere));
  expect_each_at(caller);
  EXPECT_TRUE(elsewhere.got.empty());
}

TEST_F(Connection, AContactByNameIsReachedByTheConnection) {
  be_called_from("sip:alice@pbx.example;transport=tcp");
  expect_each_at(caller);
}

TEST_F(Connection, WhereItHasClosedTheContactIsCalled) {
  be_called_from(contact_of(elsewhere));
  caller.close_stream();
  until([&] { return stack->stats().tcp_connections == 0; }, 15s);
  expect_each_at(elsewhere);
}

TEST_F(Connection, ACallerThatComesBackIsReachedByItsNewConnection) {
  std::string nobody;
  { nobody = contact_of(RawPeer(Transport::Tcp, "127.0.0.1")); }
  be_called_from(nobody);
  caller.close_stream();
  until([&] { return stack->stats().tcp_connections == 0; }, 15s);
  Message info = inside;
  info.method = "INFO";
  info.cseq = ++cseq_of_peer;
  info.branch = new_branch();
  send(info, nobody);
  perform(call::RespondToRequest{call::kLegA, next_event<call::RequestReceived>().request, 200, {}, {}});
  next_response(caller, 200, "INFO");
  expect_each_at(caller);
}

TEST_F(Connection, ARouteToAnotherHostIsFollowed_RFC3261_12_2_1_1) {
  RawPeer proxy(Transport::Tcp, "127.0.0.2");
  peers.push_back(&proxy);
  be_called_from(contact_of(elsewhere), "Record-Route: <sip:" + proxy.host_port() + ";transport=tcp;lr>\r\n");
  expect_each_at(proxy);
}

TEST_F(Connection, AContactAtAnotherHostIsCalledThere) {
  RawPeer far(Transport::Tcp, "127.0.0.2");
  peers.push_back(&far);
  be_called_from(contact_of(far));
  expect_each_at(far);
}

TEST_F(Connection, OneThatCarriesACallIsNotIdle) {
  options.idle_connection = 500ms;
  begin();
  be_called_from(contact_of(elsewhere));
  run_for(2500ms);
  EXPECT_EQ(stack->stats().tcp_connections, 1u);
  expect_each_at(caller);
  let_go();
  until([&] { return stack->stats().tcp_connections == 0; }, 15s);
  EXPECT_EQ(stack->stats().connections_closed, 1u);
}

TEST_F(Connection, ACallByAConnectionThatHasClosedLeavesNoMemory) {
  const auto one_call = [&] {
    inside = Message{};
    be_called_from(contact_of(elsewhere));
    perform(call::SendBye{call::kLegA, {}, {}, {}});
    caller.send(response(next_request(caller, "BYE"), caller, 200, ""), bound());
    next_event<call::ByeFinished>();
    let_go();
    caller.close_stream();
    caller.got.clear();
  };
  const auto calls = [&](int count) {
    for (int i = 0; i < count; ++i) one_call();
    until([&] { return stack->stats().tcp_connections == 0; }, 15s);
    run_for(2s);  // their transactions are over
    return mallinfo2().uordblks;
  };
  const auto before = calls(20);
  const auto after = calls(50);
  // A connection that is kept costs the library some 10 kB.
  EXPECT_LT(after, before + 100000);
}

}  // namespace
}  // namespace tandem::contract
