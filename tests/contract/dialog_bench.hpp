// A StackBench with a peer in a dialog: one that has called us (leg A), or one that we have called (leg B).
#pragma once

#include "contract/stack_bench.hpp"

namespace tandem::contract {

class DialogBench : public StackBench {
 protected:
  static constexpr std::chrono::milliseconds kT1{20};  ///< 64*T1 is 1.28 s

  void SetUp() override {
    start_udp(kT1);
    peers = {&peer};
    plan = plan_to(peer);
  }
  void perform(const call::SipEffect& effect) { stack->perform(kCall, effect, plan); }

  /// The peer has called, got 200 and acknowledged it. `inside` is then its next request in the dialog.
  void be_called(const Message& invite = {}) {
    receive_call(invite);
    perform(call::RespondToInvite{200, {}, kAnswer, {}});
    enter(next_response(peer, 200, "INVITE"));
    acknowledge(1);
    next_event<call::Acked>();
  }
  void receive_call(const Message& invite = {}) {
    inside = invite;
    peer.send(invite.text(peer), bound());
    stack->adopt(next_arrival().id, kCall);
  }
  void enter(const Received& response) {
    inside.to = response.header("To");
    inside.headers.clear();
  }
  /// ACK of our 2xx to the peer's INVITE with that CSeq.
  void acknowledge(int cseq, const std::string& body = {}) {
    Message ack = inside;
    ack.method = "ACK";
    ack.cseq = cseq;
    ack.branch = new_branch();
    ack.body = body;
    peer.send(ack.text(peer), bound());
  }
  /// A request of the calling peer inside the dialog.
  Message ask(const std::string& method, const std::string& body = {}, const std::string& headers = {}) {
    Message request = inside;
    request.method = method;
    request.cseq = ++cseq_of_peer;
    request.branch = new_branch();
    request.body = body;
    request.headers = headers;
    peer.send(request.text(peer), bound());
    return request;
  }
  /// We have called the peer, it answered, and we acknowledged. Returns our INVITE.
  Received call_peer(const std::string& tag = "tb", const std::string& headers = {}) {
    const Received invite = place_call();
    peer.send(response(invite, peer, 200, tag, kAnswer, headers), bound());
    EXPECT_EQ(next_event<call::Answered>().status, 200);
    perform(call::SendAck{kLegB, tag, {}, {}});
    return invite;
  }
  Received place_call(const std::vector<message::Header>& headers = {}) {
    perform(call::SendInvite{kLegB, 0, first_of(plan), kOffer, headers});
    return next_request(peer, "INVITE");
  }
  void offer(call::OfferMethod method = call::OfferMethod::Invite, const std::string& sdp = kOffer,
             const std::vector<message::Header>& headers = {}, call::LegId leg = kLegB) {
    perform(call::SendOffer{leg, method, sdp, headers});
  }
  void let_go() {
    stack->release(kCall);
    news.events.clear();
  }
  static int cseq_of(const Received& message) { return std::atoi(message.header("CSeq").c_str()); }
  std::string new_branch() { return "z9hG4bKpeer" + std::to_string(++branches_); }
  std::size_t count_responses(int status, const std::string& method) const {
    return static_cast<std::size_t>(std::count_if(peer.got.begin(), peer.got.end(), [&](const Received& m) {
      return m.status() == status && m.header("CSeq").find(" " + method) != std::string::npos;
    }));
  }

  RawPeer peer{Transport::Udp, "127.0.0.1"};
  trunk::RoutePlan plan;
  Message inside;
  int cseq_of_peer = 1;

 private:
  int branches_ = 0;
};

}  // namespace tandem::contract
