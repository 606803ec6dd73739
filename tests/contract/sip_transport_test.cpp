// Sockets of our own SipStack: listeners and their errors, connections that say nothing, messages that are none, and
// descriptors that it watches for other rooms.
#include <dirent.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>

#include "contract/stack_bench.hpp"
#include "sip/hooks.hpp"

namespace tandem::contract {
namespace {

using namespace std::chrono_literals;

std::size_t open_descriptors() {
  std::size_t n = 0;
  DIR* dir = ::opendir("/proc/self/fd");
  while (::readdir(dir)) ++n;
  ::closedir(dir);
  return n;
}

class Sockets : public StackBench {
 protected:
  RawPeer udp{Transport::Udp, "127.0.0.1"};
  RawPeer tcp{Transport::Tcp, "127.0.0.1"};

  /// The stack still answers.
  void expect_alive(RawPeer& peer, std::size_t listener_index) {
    static int n = 0;
    Message asks;
    asks.method = "OPTIONS";
    asks.call_id = "alive" + std::to_string(++n);
    peer.send(asks.text(peer), bound(listener_index));
    stack->respond(next_arrival().id, 200, "", {});
    next_response(peer, 200, "OPTIONS");
  }
};

TEST_F(Sockets, SeveralNamedListenersAndEachRequestNamesItsOwn) {
  start({listener("lan", Transport::Udp, "127.0.0.1"), listener("wan", Transport::Udp, "127.0.0.2"),
         listener("stream", Transport::Tcp, "127.0.0.1"), listener("six", Transport::Udp, "::1")});
  RawPeer six(Transport::Udp, "::1");
  peers = {&udp, &tcp, &six};
  for (const config::Listener& each : stack->listeners()) EXPECT_NE(each.bind.port, 0) << each.name;
  udp.send(Message{}.text(udp), bound(0));
  EXPECT_EQ(next_arrival().listener, "lan");
  Message second;
  second.call_id = "c2";
  udp.send(second.text(udp), bound(1));
  EXPECT_EQ(next_arrival().listener, "wan");
  second.call_id = "c3";
  tcp.send(second.text(tcp), bound(2));
  EXPECT_EQ(next_arrival().listener, "stream");
  second.call_id = "c4";
  six.send(second.text(six), bound(3));
  EXPECT_EQ(next_arrival().listener, "six");
}

TEST_F(Sockets, AnswersLeaveByTheListenerThatWasAsked) {
  start({listener("lan", Transport::Udp, "127.0.0.1"), listener("wan", Transport::Udp, "127.0.0.2")});
  peers = {&udp};
  udp.send(Message{}.text(udp), bound(1));
  stack->adopt(next_arrival().id, kCall);
  stack->perform(kCall, call::RespondToInvite{200, {}, kAnswer, {}}, {});
  const Received ok = next_response(udp, 200, "INVITE");
  EXPECT_EQ(ok.from.print(), bound(1).print());
  EXPECT_NE(ok.header("Contact").find("127.0.0.2"), std::string::npos);
}

TEST_F(Sockets, AnInviteLeavesByAListenerOfItsEdge_R026_R097) {
  config::Listener ashburn = listener("ashburn", Transport::Udp, "127.0.0.1");
  ashburn.edge = "ashburn";
  config::Listener dublin = listener("dublin", Transport::Udp, "127.0.0.2");
  dublin.edge = "dublin";
  start({ashburn, dublin});
  peers = {&udp};
  trunk::RoutePlan plan = plan_to(udp);
  const std::pair<std::string, std::string> expected[]{
      {"", "127.0.0.1"}, {"dublin", "127.0.0.2"}, {"ashburn", "127.0.0.1"}, {"gone", "127.0.0.1"}};
  std::uint32_t number = 1;
  for (const auto& [edge, address] : expected) {
    plan.targets[0].edge = edge;
    const CallId call{number++, 1};
    stack->perform(call, call::SendInvite{kLegB, 0, first_of(plan), kOffer, {}}, plan);
    const Received invite = next_request(udp, "INVITE");
    EXPECT_EQ(invite.from.ip.print(), address) << edge;
    EXPECT_NE(invite.header("Via").find(" " + address + ":"), std::string::npos) << edge;
    EXPECT_NE(invite.header("Contact").find("@" + address + ":"), std::string::npos) << edge;
    udp.send(response(invite, udp, 486, "t"), invite.from);
    EXPECT_EQ(next_event<call::Answered>().status, 486);
  }
}

TEST_F(Sockets, AnAdvertisedAddressIsWhatTheFarEndSees) {
  config::Listener behind_nat = listener("nat", Transport::Udp, "127.0.0.1");
  behind_nat.advertised = IpAddress::parse("192.0.2.7");
  start({behind_nat});
  peers = {&udp};
  stack->perform(kCall, call::SendInvite{kLegB, 0, first_of(plan_to(udp)), kOffer, {}}, plan_to(udp));
  const Received invite = next_request(udp, "INVITE");
  EXPECT_EQ(invite.from.ip.print(), "127.0.0.1");
  EXPECT_NE(invite.header("Via").find("192.0.2.7:" + std::to_string(bound().port)), std::string::npos);
  EXPECT_NE(invite.header("Contact").find("@192.0.2.7:" + std::to_string(bound().port)), std::string::npos);
  udp.send(response(invite, udp, 486, "t"), bound());
  EXPECT_EQ(next_event<call::Answered>().status, 486);
}

TEST_F(Sockets, AListenerThatCannotBeBoundIsNamedWithTheReason) {
  start_udp();
  options.listeners = stack->listeners();
  auto again = sip::start_sip(options);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error(), "listener udp4: " + bound().print() + " is in use");
  options.listeners = {listener("far", Transport::Tcp, "192.0.2.1")};
  again = sip::start_sip(options);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error(), "listener far: 192.0.2.1:0 is not an address of this machine");
  options.listeners = {listener("any", Transport::Udp, "0.0.0.0")};
  EXPECT_FALSE(sip::start_sip(options).has_value());
  options.listeners = {listener("same", Transport::Udp, "127.0.0.1"), listener("same", Transport::Udp, "127.0.0.1")};
  EXPECT_FALSE(sip::start_sip(options).has_value());
}

// ---- connections ----

TEST_F(Sockets, AConnectionThatSaysNothingIsClosedAndItsDescriptorComesBack) {
  options.silent_connection = 1s;
  start({listener("stream", Transport::Tcp, "127.0.0.1")});
  peers = {&tcp};
  expect_alive(tcp, 0);
  const std::size_t before = open_descriptors();
  ASSERT_EQ(stack->stats().tcp_connections, 1u);
  RawPeer silent[5] = {{Transport::Tcp, "127.0.0.1"}, {Transport::Tcp, "127.0.0.1"}, {Transport::Tcp, "127.0.0.1"},
                       {Transport::Tcp, "127.0.0.1"}, {Transport::Tcp, "127.0.0.1"}};
  for (RawPeer& peer : silent) peer.connect(bound());
  run_for(300ms);
  // TCP_DEFER_ACCEPT: as long as nothing was said, the connection is the kernel's and costs us no descriptor.
  EXPECT_EQ(stack->stats().tcp_connections, 1u);
  // In the end the kernel hands them over, and then ours is the clock.
  until([&] { return std::all_of(std::begin(silent), std::end(silent), [](RawPeer& peer) { return peer.is_closed(); }); },
        30s);
  until([&] { return stack->stats().tcp_connections == 1; });
  for (RawPeer& peer : silent) peer.close_stream();
  EXPECT_EQ(open_descriptors(), before + 5);  // the peers' own five listening sockets
  EXPECT_EQ(stack->stats().connections_closed, 5u);
  expect_alive(tcp, 0);
}

TEST_F(Sockets, AConnectionThatOnlyDripsIsClosedToo) {
  options.silent_connection = 1s;
  start({listener("stream", Transport::Tcp, "127.0.0.1")});
  tcp.connect(bound());
  peers = {&tcp};
  const Instant begin = monotonic_now();
  Instant last = begin;
  until([&] {
    if (monotonic_now() - last > 100ms && !tcp.is_closed()) {
      tcp.send("\r\n\r\n", bound());
      last = monotonic_now();
    }
    return stack->stats().connections_closed == 1;
  }, 15s);
  EXPECT_EQ(stack->stats().tcp_connections, 0u);
}

TEST_F(Sockets, AConnectionThatHasSpokenStaysUntilItIsIdle) {
  options.silent_connection = 500ms;
  options.idle_connection = 3s;
  start({listener("stream", Transport::Tcp, "127.0.0.1")});
  peers = {&tcp};
  expect_alive(tcp, 0);
  run_for(1500ms);
  EXPECT_FALSE(tcp.is_closed());
  until([&] { return tcp.is_closed(); }, 15s);
  until([&] { return stack->stats().tcp_connections == 0; });
}

TEST_F(Sockets, ConnectionsAreLimitedAndThoseThatSpokeStay) {
  options.max_connections = 2;
  start({listener("stream", Transport::Tcp, "127.0.0.1")});
  peers = {&tcp};
  expect_alive(tcp, 0);
  std::vector<std::unique_ptr<RawPeer>> crowd;
  for (int i = 0; i < 6; ++i) {
    crowd.push_back(std::make_unique<RawPeer>(Transport::Tcp, "127.0.0.1"));
    crowd.back()->send("OPTI", bound());  // enough to be accepted
  }
  until([&] { return stack->stats().connections_closed >= 5 && stack->stats().tcp_connections <= 2; });
  EXPECT_FALSE(tcp.is_closed());
  expect_alive(tcp, 0);
}

TEST_F(Sockets, AConnectionRefusedFailsTheInvite) {
  start({listener("stream", Transport::Tcp, "127.0.0.1")});
  trunk::RoutePlan plan;
  {
    RawPeer gone(Transport::Tcp, "127.0.0.1");
    plan = plan_to(gone);
  }
  stack->perform(kCall, call::SendInvite{kLegB, 0, first_of(plan), kOffer, {}}, plan);
  EXPECT_EQ(next_event<call::InviteFailed>().failure, call::TransactionFailure::Transport);
}

TEST_F(Sockets, TwoMessagesInOneSegmentAreBothRead) {
  start({listener("stream", Transport::Tcp, "127.0.0.1")});
  peers = {&tcp};
  Message one, two;
  two.call_id = "c2";
  tcp.connect(bound());
  tcp.send(one.text(tcp) + two.text(tcp), bound());
  EXPECT_EQ(*next_arrival().request.headers.find("Call-ID"), "c1");
  EXPECT_EQ(*next_arrival().request.headers.find("Call-ID"), "c2");
}

// ---- messages that are none ----

TEST_F(Sockets, GarbageIsCountedAndDoesNoHarm) {
  options.silent_connection = 1s;  // a connection that speaks another language has not spoken
  start({listener("udp4", Transport::Udp, "127.0.0.1"), listener("stream", Transport::Tcp, "127.0.0.1")});
  peers = {&udp, &tcp};
  const std::uint64_t before = stack->stats().bad_messages;
  udp.send("GARBAGE", bound(0));
  udp.send(std::string(2000, '\xff'), bound(0));
  udp.send("INVITE sip:x@y SIP/2.0\r\n\r\n", bound(0));
  udp.send(std::string("\0\0\0\0", 4), bound(0));
  // What has no first line at all is thrown away by the transport before the agent could count it.
  until([&] { return stack->stats().bad_messages >= before + 2; });
  tcp.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n", bound(1));
  until([&] { return tcp.is_closed(); }, 15s);
  expect_alive(udp, 0);
  EXPECT_TRUE(news.arrivals.empty());
}

TEST_F(Sockets, AMalformedHeaderIsNamedInThe400) {
  start_udp();
  peers = {&udp};
  Message bad;
  std::string text = bad.text(udp);
  text.replace(text.find("Max-Forwards: 70"), 16, "Max-Forwards= 70");
  udp.send(text, bound());
  EXPECT_EQ(next_response(udp, 400, "INVITE").first_line().rfind("SIP/2.0 400 Bad ", 0), 0u);
  bad.headers = "Expires: soon\r\n";
  udp.send(bad.text(udp), bound());
  EXPECT_EQ(next_response(udp, 400, "INVITE").first_line(), "SIP/2.0 400 Bad Expires Header");
  EXPECT_TRUE(news.arrivals.empty());
}

TEST_F(Sockets, A100kBMessageIsRefusedAndItsConnectionClosed) {
  options.silent_connection = 2s;  // we close our half with the 413; a peer that keeps its half is cut off by the sweep
  start({listener("udp4", Transport::Udp, "127.0.0.1"), listener("stream", Transport::Tcp, "127.0.0.1")});
  peers = {&udp, &tcp};
  Message huge;
  huge.body = std::string(100000, 'a');
  tcp.send(huge.text(tcp), bound(1));
  until([&] {
    tcp.read();
    return tcp.is_closed() || std::any_of(tcp.got.begin(), tcp.got.end(), [](const Received& m) { return m.status() >= 400; });
  });
  until([&] { return stack->stats().tcp_connections == 0; }, 20s);
  EXPECT_TRUE(news.arrivals.empty());
  Message large;  // the largest that a datagram can carry is below our limit
  large.headers = "X-Large: " + std::string(64000, 'b') + "\r\n";
  udp.send(large.text(udp), bound(0));
  stack->respond(next_arrival().id, 403, "", {});
  next_response(udp, 403, "INVITE");
}

TEST_F(Sockets, ABigMessageKeepsItsTransport) {
  start({listener("udp4", Transport::Udp, "127.0.0.1"), listener("stream", Transport::Tcp, "127.0.0.1")});
  peers = {&udp};
  const std::string sdp = kOffer + "a=x:" + std::string(8000, 'x') + "\r\n";
  stack->perform(kCall, call::SendInvite{kLegB, 0, first_of(plan_to(udp)), sdp, {}}, plan_to(udp));
  EXPECT_EQ(next_request(udp, "INVITE").body(), sdp);  // RFC 3261 §18.1.1 would change to TCP: the transport is the plan's
}

// ---- descriptors of other rooms ----

TEST_F(Sockets, AWatchedDescriptorCallsBackUntilItIsForgotten) {
  start_udp();
  const UniqueFd bell = UniqueFd::adopt(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  int rung = 0;
  const std::uint64_t one = 1;
  stack->watch_readable(bell.borrow(), [&] {
    std::uint64_t value = 0;
    ASSERT_EQ(::read(bell.borrow(), &value, sizeof value), static_cast<ssize_t>(sizeof value));
    ++rung;
  });
  run_for(30ms);
  EXPECT_EQ(rung, 0);
  ASSERT_EQ(::write(bell.borrow(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
  until([&] { return rung == 1; });
  run_for(30ms);
  EXPECT_EQ(rung, 1);
  stack->forget(bell.borrow());
  ASSERT_EQ(::write(bell.borrow(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
  run_for(50ms);
  EXPECT_EQ(rung, 1);
}

TEST_F(Sockets, RunOnceWaitsNoLongerThanItIsToldAndNotAtAllWithNewsPending) {
  start_udp();
  peers = {&udp};
  struct Refuser : sip::EventSink {
    void on_arrival(sip::Arrival&& arrival) override { seen.push_back(arrival.id); }
    void on_event(CallId, call::Event&&) override {}
    std::vector<sip::ArrivalId> seen;
  } sink;
  EXPECT_FALSE(stack->has_pending());
  trunk::RoutePlan plan = plan_to(udp);
  plan.targets[0].transport = Transport::Tcp;
  stack->perform(kCall, call::SendInvite{kLegB, 0, first_of(plan), kOffer, {}}, plan);
  EXPECT_TRUE(stack->has_pending());
  stack->run_once(1h, sink);  // returns: the failure waits to be delivered
  EXPECT_FALSE(stack->has_pending());
}

}  // namespace
}  // namespace tandem::contract
