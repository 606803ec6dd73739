// Requests of more than 1300 octets: over TCP where the target takes it there, over UDP where it does not or
// no connection can be made (RFC 3261 §18.1.1).
#include <tuple>

#include "contract/dialog_bench.hpp"

namespace tandem::contract {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLimit = 1300;

class ByTcp : public DialogBench {
 protected:
  void SetUp() override { begin(kT1); }
  void begin(std::chrono::milliseconds t1) {
    start({listener("udp4", Transport::Udp, "127.0.0.1"), listener("stream", Transport::Tcp, "127.0.0.1")},
          t1);
    std::tie(peer, stream) = RawPeer::at_one_port("127.0.0.1");
    peers = {&peer, &stream};
    plan = plan_to(peer);
    plan.targets[0].large_requests = config::LargeRequests::Tcp;
  }
  /// The peer listens for connections too, at the same port (RFC 3261 §18.2.1).
  void listen() { stream.listen(8); }
  static std::string filled(std::size_t octets) {
    return kOffer + "a=x:" + std::string(octets - kOffer.size() - 6, 'x') + "\r\n";
  }
  void invite(const std::string& sdp) { perform(call::SendInvite{kLegB, 0, first_of(plan), sdp, {}}); }
  /// A large INVITE that came over TCP, answered there, and its ACK.
  void connect_by_tcp() {
    listen();
    invite(filled(3000));
    const Received got = next_request(stream, "INVITE");
    stream.send(response(got, peer, 200, "tb", kAnswer), bound(1));
    EXPECT_EQ(next_event<call::Answered>().status, 200);
    perform(call::SendAck{kLegB, "tb", {}, {}});
    next_request(peer, "ACK");
  }
  RawPeer stream{Transport::Tcp, "127.0.0.1"};
};

TEST_F(ByTcp, ALargeInviteGoesByTcpAndTheSmallRequestsAfterItByUdp_R179) {
  listen();
  invite(filled(3000));
  const Received got = next_request(stream, "INVITE");
  EXPECT_EQ(got.body(), filled(3000));
  EXPECT_NE(got.header("Via").find("/TCP 127.0.0.1:" + std::to_string(bound(1).port)), std::string::npos)
      << got.text;
  // The dialog stays one over UDP: only the size of this request has moved it.
  EXPECT_NE(got.header("Contact").find(":" + std::to_string(bound(0).port) + ";transport=udp"),
            std::string::npos)
      << got.text;
  stream.send(response(got, peer, 200, "tb", kAnswer), bound(1));
  EXPECT_EQ(next_event<call::Answered>().status, 200);
  perform(call::SendAck{kLegB, "tb", {}, {}});
  EXPECT_EQ(next_request(peer, "ACK").header("Call-ID"), got.header("Call-ID"));
  perform(call::SendBye{kLegB, "tb", {}, {}});
  peer.send(response(next_request(peer, "BYE"), peer, 200, ""), bound(0));
  EXPECT_EQ(next_event<call::ByeFinished>().status, 200);
  EXPECT_EQ(count(peer, "INVITE"), 0u);
}

TEST_F(ByTcp, ATargetThatDoesNotTakeItGetsADatagram_R179) {
  listen();
  plan.targets[0].large_requests = config::LargeRequests::Udp;
  invite(filled(3000));
  EXPECT_EQ(next_request(peer, "INVITE").body(), filled(3000));
  EXPECT_EQ(stack->stats().tcp_connections, 0u);
}

TEST_F(ByTcp, TheLimitIs1300OctetsOfTheWholeRequest_R179) {
  listen();
  std::size_t largest = 0, smallest = SIZE_MAX;
  std::uint32_t number = 10;
  const auto sent = [&](std::size_t body) {
    const CallId call{number++, 1};
    const std::string sdp = filled(body);
    stack->perform(call, call::SendInvite{kLegB, 0, first_of(plan), sdp, {}}, plan);
    // By its body: the INVITE of the call before may be repeated still.
    const auto find = [&](RawPeer& at) {
      return std::find_if(at.got.begin(), at.got.end(), [&](const Received& m) { return m.body() == sdp; });
    };
    until([&] { return find(peer) != peer.got.end() || find(stream) != stream.got.end(); });
    const bool by_tcp = find(peer) == peer.got.end();
    const std::size_t size = (by_tcp ? find(stream) : find(peer))->text.size();
    (by_tcp ? smallest : largest) = by_tcp ? std::min(smallest, size) : std::max(largest, size);
    stack->release(call);
    return size;
  };
  const std::size_t rest = sent(300) - 300;
  for (std::size_t total = kLimit - 3; total <= kLimit + 3; ++total) sent(total - rest);
  EXPECT_EQ(largest, kLimit);
  EXPECT_EQ(smallest, kLimit + 1);
}

TEST_F(ByTcp, WithoutAConnectionTheSameInviteGoesByUdp_R179) {
  invite(filled(3000));
  const Received got = next_request(peer, "INVITE");
  EXPECT_EQ(got.body(), filled(3000));
  EXPECT_NE(got.header("Via").find("/UDP 127.0.0.1:" + std::to_string(bound(0).port)), std::string::npos)
      << got.text;
  EXPECT_EQ(got.text.find("Via", got.text.find("Via") + 1), std::string::npos) << "one Via: " << got.text;
  peer.send(response(got, peer, 200, "tb", kAnswer), bound(0));
  EXPECT_EQ(next_event<call::Answered>().status, 200);
  perform(call::SendAck{kLegB, "tb", {}, {}});
  next_request(peer, "ACK");
  listen();  // too late: this leg has seen that there is none
  offer(call::OfferMethod::Invite, filled(3000));
  EXPECT_EQ(next_request(peer, "INVITE").body(), filled(3000));
  EXPECT_TRUE(news.all<call::InviteFailed>().empty());
}

TEST_F(ByTcp, AConnectionThatIsNotMadeInTwoSecondsIsGivenUp_R179) {
  begin(500ms);  // 64*T1 is far
  // A socket whose queue of connections is full drops every SYN, as a packet filter does.
  stream.listen(0);
  peers = {&peer};  // nobody takes what waits there
  RawPeer first(Transport::Tcp, "127.0.0.1"), second(Transport::Tcp, "127.0.0.1");
  first.connect(stream.address());
  second.start_to_connect(stream.address());
  const Instant begin = monotonic_now();
  invite(filled(3000));
  next_request(peer, "INVITE");
  EXPECT_GE(monotonic_now() - begin, 2s);
  EXPECT_TRUE(news.all<call::InviteFailed>().empty());
}

TEST_F(ByTcp, ACancelledInviteDoesNotComeBackByUdp) {
  invite(filled(3000));
  perform(call::SendCancel{kLegB, {}});
  EXPECT_EQ(next_event<call::InviteFailed>().failure, call::TransactionFailure::Transport);
  run_for(50ms);
  EXPECT_EQ(count(peer, "INVITE"), 0u);
}

TEST_F(ByTcp, ALegThatIsLetGoDoesNotComeBackByUdp) {
  invite(filled(3000));
  let_go();
  run_for(50ms);
  EXPECT_EQ(count(peer, "INVITE"), 0u);
  EXPECT_EQ(stack->stats().dialogs, 0u);
}

TEST_F(ByTcp, RequestsInsideTheDialogGoByTheirOwnSize_R179) {
  connect_by_tcp();
  offer(call::OfferMethod::Update);
  peer.send(response(next_request(peer, "UPDATE"), peer, 200, "", kAnswer), bound(0));
  EXPECT_EQ(next_event<call::OfferAnswered>().status, 200);
  offer(call::OfferMethod::Invite, filled(3000));
  const Received again = next_request(stream, "INVITE");
  EXPECT_NE(again.header("Contact").find(";transport=udp"), std::string::npos) << again.text;
  stream.send(response(again, peer, 200, "", kAnswer), bound(1));
  EXPECT_EQ(next_event<call::OfferAnswered>().status, 200);
  // An ACK cannot be sent again; the way has been seen to work.
  perform(call::SendAck{kLegB, "tb", filled(3000), {}});
  EXPECT_EQ(next_request(stream, "ACK").body(), filled(3000));
  EXPECT_EQ(stack->stats().tcp_connections, 1u);
}

TEST_F(ByTcp, ALargeAckGoesByUdpWhereTcpIsNotKnownToWork_R179) {
  listen();
  invite({});
  peer.send(response(next_request(peer, "INVITE"), peer, 200, "tb", kOffer), bound(0));
  next_event<call::Answered>();
  perform(call::SendAck{kLegB, "tb", filled(3000), {}});
  EXPECT_EQ(next_request(peer, "ACK").body(), filled(3000));
}

TEST_F(ByTcp, ALargeUpdateThatFindsNoConnectionGoesByUdp_R179) {
  call_peer();
  next_request(peer, "ACK");
  offer(call::OfferMethod::Update, filled(3000));
  const Received update = next_request(peer, "UPDATE");
  EXPECT_EQ(update.body(), filled(3000));
  peer.send(response(update, peer, 200, "", kAnswer), bound(0));
  EXPECT_EQ(next_event<call::OfferAnswered>().status, 200);
  perform(call::SendBye{kLegB, "tb", {}, {}});
  EXPECT_EQ(cseq_of(next_request(peer, "BYE")), cseq_of(update) + 1);
}

TEST_F(ByTcp, ACancelGoesAfterItsInvite_R179) {
  listen();
  invite(filled(3000));
  const Received got = next_request(stream, "INVITE");
  stream.send(response(got, peer, 180, "tb"), bound(1));
  next_event<call::Answered>();
  perform(call::SendCancel{kLegB, {}});
  const Received cancel = next_request(stream, "CANCEL");
  EXPECT_EQ(cancel.param("Via", "branch"), got.param("Via", "branch"));
  stream.send(response(cancel, peer, 200, "tb") + response(got, peer, 487, "tb"), bound(1));
  EXPECT_EQ(next_event<call::Answered>().status, 487);
  next_request(stream, "ACK");
}

}  // namespace
}  // namespace tandem::contract
