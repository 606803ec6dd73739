// A SipStack on loopback, a recorder of its news, and the texts that peers send to it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>

#include "contract/raw_peer.hpp"
#include "tandem/sip/stack.hpp"

namespace tandem::contract {

inline const std::string kOffer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n";
inline const std::string kAnswer = "v=0\r\no=- 2 2 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 50000 RTP/AVP 8\r\n";

/// Where the INVITE to the plan's first target goes.
inline call::TargetAddress first_of(const trunk::RoutePlan& plan) {
  return {plan.targets.at(0).address, plan.targets.at(0).transport};
}

struct Recorder : sip::EventSink {
  void on_arrival(sip::Arrival&& arrival) override {
    if (decide) decide(arrival);
    arrivals.push_back(std::move(arrival));
  }
  void on_event(CallId call, call::Event&& event) override {
    calls.push_back(call);
    events.push_back(std::move(event));
  }
  template <class Kind>
  std::vector<Kind> all() const {
    std::vector<Kind> found;
    for (const call::Event& event : events)
      if (const Kind* kind = std::get_if<Kind>(&event)) found.push_back(*kind);
    return found;
  }
  std::function<void(const sip::Arrival&)> decide;
  std::vector<sip::Arrival> arrivals;
  std::vector<CallId> calls;
  std::vector<call::Event> events;
};

inline config::Listener listener(std::string name, Transport transport, const std::string& ip) {
  config::Listener made;
  made.name = std::move(name);
  made.transport = transport;
  made.bind = {*IpAddress::parse(ip), 0};
  return made;
}

/// "INVITE" and its kin from a peer. Each field may be changed before text() is taken.
struct Message {
  std::string method = "INVITE";
  std::string uri = "sip:+15551234567@trunk.example";
  std::string call_id = "c1";
  std::string branch = "z9hG4bKb1";
  std::string from = "<sip:alice@pbx.example>;tag=fa";
  std::string to = "<sip:+15551234567@trunk.example>";
  int cseq = 1;
  std::string headers;  ///< whole lines
  std::string body;
  std::string type = "application/sdp";

  std::string text(const RawPeer& peer) const {
    std::string out = method + " " + uri + " SIP/2.0\r\nVia: SIP/2.0/" + std::string(peer.via_transport()) + " " +
                      peer.host_port() + ";branch=" + branch + ";rport\r\nMax-Forwards: 70\r\nFrom: " + from +
                      "\r\nTo: " + to + "\r\nCall-ID: " + call_id + "\r\nCSeq: " + std::to_string(cseq) + " " + method +
                      "\r\nContact: <sip:peer@" + peer.host_port() +
                      (peer.transport() == Transport::Tcp ? ";transport=tcp" : "") + ">\r\n" + headers;
    if (!body.empty()) out += "Content-Type: " + type + "\r\n";
    return out + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
};

/// A response to `request`, with our tag in To where it has none.
inline std::string response(const Received& request, const RawPeer& peer, int status, const std::string& tag,
                            const std::string& body = {}, const std::string& headers = {}) {
  std::string to = request.header("To");
  if (!tag.empty() && to.find(";tag=") == std::string::npos) to += ";tag=" + tag;
  std::string out = "SIP/2.0 " + std::to_string(status) + " Some Phrase\r\nVia: " + request.header("Via") + "\r\nFrom: " +
                    request.header("From") + "\r\nTo: " + to + "\r\nCall-ID: " + request.header("Call-ID") + "\r\nCSeq: " +
                    request.header("CSeq") + "\r\nContact: <sip:callee@" + peer.host_port() +
                    (peer.transport() == Transport::Tcp ? ";transport=tcp" : "") + ">\r\n" + headers;
  if (!body.empty()) out += "Content-Type: application/sdp\r\n";
  return out + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class StackBench : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { sip::initialise_library(); }

  void start(std::vector<config::Listener> listeners, std::chrono::milliseconds t1 = std::chrono::milliseconds(500)) {
    options.listeners = std::move(listeners);
    options.user_agent = "tandem-test";
    options.t1 = t1;
    restart();
  }
  void restart() {
    auto started = sip::start_sip(options);
    ASSERT_TRUE(started.has_value()) << started.error();
    stack = std::move(*started);
  }
  void start_udp(std::chrono::milliseconds t1 = std::chrono::milliseconds(500)) {
    start({listener("udp4", Transport::Udp, "127.0.0.1")}, t1);
  }
  SocketAddress bound(std::size_t index = 0) const { return stack->listeners().at(index).bind; }

  /// Runs stack and peers until `done`, or fails after `limit`.
  void until(const std::function<bool()>& done, std::chrono::milliseconds limit = std::chrono::seconds(5)) {
    const Instant end = monotonic_now() + limit;
    while (!done()) {
      // An exception, so that the lines below do not read what has not come; GoogleTest reports it as a failure.
      if (monotonic_now() >= end) throw std::runtime_error("what was waited for did not come: " + seen());
      step();
    }
  }
  /// Waits for a message that `fits` and takes it and all before it from the peer's box: repetitions do no harm.
  Received next(RawPeer& peer, const std::function<bool(const Received&)>& fits) {
    auto find = [&] { return std::find_if(peer.got.begin(), peer.got.end(), fits); };
    until([&] { return find() != peer.got.end(); });
    const Received found = *find();
    peer.got.erase(peer.got.begin(), std::next(find()));
    return found;
  }
  Received next_request(RawPeer& peer, const std::string& method) {
    return next(peer, [&](const Received& m) { return m.is_request(method); });
  }
  Received next_response(RawPeer& peer, int status, const std::string& method) {
    return next(peer, [&](const Received& m) {
      return m.status() == status && m.header("CSeq").find(" " + method) != std::string::npos;
    });
  }
  /// Waits for the next event of that kind.
  template <class Kind>
  Kind next_event() {
    auto is_kind = [](const call::Event& e) { return std::holds_alternative<Kind>(e); };
    auto find = [&] { return std::find_if(news.events.begin(), news.events.end(), is_kind); };
    until([&] { return find() != news.events.end(); });
    Kind found = std::get<Kind>(*find());
    news.events.erase(find());
    return found;
  }
  /// Waits for the next request outside a dialog.
  sip::Arrival next_arrival() {
    until([&] { return !news.arrivals.empty(); });
    sip::Arrival first = std::move(news.arrivals.front());
    news.arrivals.erase(news.arrivals.begin());
    return first;
  }
  static std::size_t count(const RawPeer& peer, const std::string& method) {
    return static_cast<std::size_t>(
        std::count_if(peer.got.begin(), peer.got.end(), [&](const Received& m) { return m.is_request(method); }));
  }

  /// Runs for a while: to see that nothing comes.
  void run_for(std::chrono::milliseconds time) {
    const Instant end = monotonic_now() + time;
    while (monotonic_now() < end) step();
  }
  std::string seen() const {
    const sip::StackStats s = stack->stats();
    std::string text = std::to_string(news.arrivals.size()) + " arrivals, events:";
    for (const call::Event& event : news.events) text += " " + std::to_string(event.index());
    text += "; received " + std::to_string(s.requests_received) + " requests, " + std::to_string(s.responses_received) +
            " responses, " + std::to_string(s.bad_messages) + " bad; transactions " +
            std::to_string(s.server_transactions) + "+" + std::to_string(s.client_transactions) + ", dialogs " +
            std::to_string(s.dialogs) + "; peers got:";
    for (const RawPeer* peer : peers)
      for (const Received& message : peer->got) text += " [" + message.first_line() + "]";
    return text;
  }
  void step() {
    stack->run_once(std::chrono::milliseconds(5), news);
    for (RawPeer* peer : peers) peer->read();
  }

  /// The stack holds nothing of any call: at once no dialog, and soon no transaction. T1 must be short, and even so an
  /// INVITE of ours lingers for the 32 s of timer D: where there was one, keep_invites says how many may be left.
  void expect_nothing_left(std::size_t keep_invites = 0, std::chrono::milliseconds limit = std::chrono::seconds(15)) {
    EXPECT_EQ(stack->stats().dialogs, 0u);
    until([&] {
      const sip::StackStats s = stack->stats();
      return s.server_transactions == 0 && s.client_transactions <= keep_invites;
    }, limit);
    EXPECT_EQ(stack->stats().unanswered_requests, 0u);
  }

  sip::StackOptions options;
  std::unique_ptr<sip::SipStack> stack;
  Recorder news;
  std::vector<RawPeer*> peers;
};

inline constexpr CallId kCall{1, 1};
inline constexpr call::LegId kLegB{1};

inline trunk::RoutePlan plan_to(const RawPeer& peer) {
  trunk::PlannedTarget target;
  target.name = "north";
  target.address = peer.address();
  target.transport = peer.transport();
  target.request_uri = *message::parse_uri("sip:+15557654321@carrier.example");
  target.from = *message::parse_name_addr("\"Alice\" <sip:+15551110000@tandem.example>");
  target.to = *message::parse_name_addr("<sip:+15557654321@carrier.example>");
  target.headers = {{"Max-Forwards", "69"}, {"P-Asserted-Identity", "<sip:+15551110000@tandem.example>"}};
  trunk::RoutePlan plan;
  plan.targets.push_back(std::move(target));
  return plan;
}

}  // namespace tandem::contract
