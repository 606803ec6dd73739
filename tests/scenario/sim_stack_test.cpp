// What the simulated stack promises, as tests/contract shows it of the real one: against a peer that says
// what the test says.
#include "scenario/sim_stack.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tandem::scenario {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr CallId kCall{1, 1};
constexpr call::LegId kLegB{1};
const std::string kSdp = "v=0\r\n";

class SimStackTest : public ::testing::Test, public sip::EventSink {
 protected:
  SimStackTest() {
    wire_.attach(peer_, "peer", [this](const Packet& packet) { got_.push_back(packet); });
    plan_.targets.resize(1);
  }
  void on_arrival(sip::Arrival&& arrival) override { arrivals_.push_back(std::move(arrival)); }
  void on_event(CallId, call::Event&& event) override { events_.push_back(std::move(event)); }

  void passes(Duration time) {
    const Instant end = agenda_.now() + time;
    stack_.run_once({}, *this);
    while (agenda_.next() && *agenda_.next() <= end) {
      agenda_.run_next();
      stack_.run_once({}, *this);
    }
    agenda_.after(end - agenda_.now(), [] {});
    agenda_.run_next();
  }
  void perform(const call::SipEffect& effect) {
    stack_.perform(kCall, effect, plan_);
    passes(milliseconds(10));
  }
  std::size_t count(const std::string& method, int status = 0) const {
    return static_cast<std::size_t>(std::count_if(got_.begin(), got_.end(), [&](const Packet& packet) {
      return packet.method == method && packet.status == status;
    }));
  }
  const Packet& last(const std::string& method, int status = 0) const {
    const auto found = std::find_if(got_.rbegin(), got_.rend(), [&](const Packet& packet) {
      return packet.method == method && packet.status == status;
    });
    if (found == got_.rend())
      throw std::runtime_error(method + " " + std::to_string(status) + " has not come");
    return *found;
  }
  template <class Kind>
  std::vector<Kind> all() const {
    std::vector<Kind> found;
    for (const call::Event& event : events_) {
      if (const auto* kind = std::get_if<Kind>(&event)) found.push_back(*kind);
    }
    return found;
  }
  void says(Packet packet) {
    packet.from = peer_;
    packet.to = stack_.own();
    wire_.send(packet);
    passes(milliseconds(10));
  }
  void answers(const Packet& request, int status, const std::string& tag = "tb") {
    says(response_to(request, status, tag));
  }
  Packet invites() {
    Packet invite;
    invite.method = "INVITE";
    invite.cseq = 1;
    invite.branch = "z9hG4bKcaller";
    invite.call_id = "c1";
    invite.from_tag = "ta";
    invite.headers.add("Contact", "<sip:peer@192.0.2.10:5060>");
    set_sdp(invite, kSdp);
    says(invite);
    return invite;
  }
  Packet inside(const Packet& invite, const std::string& method, std::uint32_t cseq,
                const std::string& to_tag) {
    Packet request = invite;
    request.method = method;
    request.cseq = cseq;
    request.branch += method + std::to_string(cseq);
    request.to_tag = to_tag;
    return request;
  }
  void place_call() { perform(call::SendInvite{kLegB, 0, {peer_, Transport::Udp}, kSdp, {}}); }

  Agenda agenda_;
  Wire wire_{agenda_, Random(1), {}};
  SocketAddress peer_ = *SocketAddress::parse("192.0.2.10:5060");
  SimStack stack_{agenda_, wire_, *SocketAddress::parse("192.0.2.1:5060"), "stack", Random(2), [] {}};
  trunk::RoutePlan plan_;
  std::vector<Packet> got_;
  std::vector<sip::Arrival> arrivals_;
  std::vector<call::Event> events_;
};

TEST_F(SimStackTest, AnInviteIsSentSevenTimesAndFailsAfter64T1_RFC3261_17_1_1) {
  place_call();
  passes(milliseconds(31'900));
  EXPECT_EQ(count("INVITE"), 7U) << "at 0, 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s";
  EXPECT_TRUE(events_.empty());
  passes(seconds(1));
  EXPECT_EQ(all<call::InviteFailed>().size(), 1U);
  perform(call::ReleaseLeg{kLegB});
  stack_.release(kCall);
  EXPECT_EQ(stack_.stats().client_transactions, 0U);
  EXPECT_EQ(stack_.stats().dialogs, 0U);
}

TEST_F(SimStackTest, OurCancelWaitsForAProvisionalResponse) {
  place_call();
  perform(call::SendCancel{kLegB, "SIP;cause=487"});
  EXPECT_EQ(count("CANCEL"), 0U);
  answers(last("INVITE"), 180);
  EXPECT_EQ(last("CANCEL").branch, last("INVITE").branch);
  EXPECT_EQ(value_of(last("CANCEL"), "Reason"), "SIP;cause=487");
  answers(last("CANCEL"), 200);
  answers(last("INVITE"), 487);
  EXPECT_EQ(count("ACK"), 1U);
  answers(last("INVITE"), 487);
  EXPECT_EQ(count("ACK"), 2U) << "for each repetition";
  EXPECT_EQ(all<call::Answered>().size(), 2U);
}

TEST_F(SimStackTest, TheAckIsRepeatedForARepeated200AndASecondForkIsEndedByTheStack) {
  place_call();
  answers(last("INVITE"), 200, "t1");
  answers(last("INVITE"), 200, "t1");
  EXPECT_EQ(count("ACK"), 0U) << "the core has not said it";
  perform(call::SendAck{kLegB, "t1", {}, {}});
  answers(last("INVITE"), 200, "t1");
  EXPECT_EQ(count("ACK"), 2U);
  answers(last("INVITE"), 200, "t2");
  EXPECT_EQ(last("ACK").to_tag, "t2");
  EXPECT_EQ(last("BYE").to_tag, "t2");
  EXPECT_EQ(all<call::Answered>().size(), 1U);
  perform(call::SendBye{kLegB, "t2", {}, {}});
  EXPECT_EQ(all<call::ByeFinished>().at(0).status, 481);
  EXPECT_EQ(count("BYE"), 1U);
}

TEST_F(SimStackTest, ReleaseCancelsAPendingInviteAndALate200IsAckedAndByed) {
  place_call();
  answers(last("INVITE"), 180);
  perform(call::ReleaseLeg{kLegB});
  EXPECT_EQ(count("CANCEL"), 1U);
  answers(last("INVITE"), 200);
  EXPECT_EQ(count("ACK"), 1U);
  EXPECT_EQ(count("BYE"), 1U);
  EXPECT_TRUE(all<call::Answered>().size() == 1U) << "the 180 alone";
}

TEST_F(SimStackTest, CancelIsAnsweredByTheStackAndOurLate200IsNotSent) {
  const Packet invite = invites();
  stack_.adopt(arrivals_.at(0).id, kCall);
  perform(call::RespondToInvite{180, {}, {}, {}});
  Packet cancel = invite;
  cancel.method = "CANCEL";
  says(cancel);
  EXPECT_EQ(count("CANCEL", 200), 1U);
  EXPECT_EQ(last("INVITE", 487).to_tag, last("INVITE", 180).to_tag);
  EXPECT_EQ(all<call::Cancelled>().size(), 1U);
  perform(call::RespondToInvite{200, {}, kSdp, {}});
  EXPECT_EQ(count("INVITE", 200), 0U);
  passes(seconds(1));
  EXPECT_GT(count("INVITE", 487), 1U) << "until its ACK";
  const std::size_t sent = count("INVITE", 487);
  Packet ack = ack_of_refusal(invite, last("INVITE", 487));
  says(ack);
  passes(seconds(60));
  EXPECT_EQ(count("INVITE", 487), sent);
  perform(call::ReleaseLeg{call::kLegA});
  stack_.release(kCall);
  EXPECT_EQ(stack_.stats().server_transactions, 0U);
  EXPECT_TRUE(stack_.complaints().empty());
}

TEST_F(SimStackTest, A200IsRepeatedUntilItsAckOr64T1) {
  const Packet invite = invites();
  stack_.adopt(arrivals_.at(0).id, kCall);
  perform(call::RespondToInvite{200, {}, kSdp, {}});
  passes(seconds(31));
  EXPECT_EQ(count("INVITE", 200), 10U) << "at 0, 0.5, 1.5, 3.5, then each 4 s";
  EXPECT_TRUE(all<call::AckTimedOut>().empty());
  passes(seconds(2));
  EXPECT_EQ(all<call::AckTimedOut>().size(), 1U);
}

TEST_F(SimStackTest, ACancelOrARepetitionBeforeTheDecisionFindsItsArrival) {
  const Packet invite = invites();
  says(invite);
  Packet cancel = invite;
  cancel.method = "CANCEL";
  says(cancel);
  EXPECT_EQ(arrivals_.size(), 1U);
  stack_.adopt(arrivals_.at(0).id, kCall);
  passes(milliseconds(10));
  EXPECT_EQ(count("CANCEL", 200), 1U);
  EXPECT_EQ(count("INVITE", 487), 1U);
  EXPECT_EQ(all<call::Cancelled>().size(), 1U);
}

TEST_F(SimStackTest, RequestsInsideTheDialogWaitForOurAnswerInOrder) {
  const Packet invite = invites();
  stack_.adopt(arrivals_.at(0).id, kCall);
  perform(call::RespondToInvite{200, {}, kSdp, {}});
  const std::string tag = last("INVITE", 200).to_tag;
  says(inside(invite, "ACK", 1, tag));
  EXPECT_EQ(all<call::Acked>().size(), 1U);
  const Packet again = inside(invite, "INVITE", 3, tag);
  says(again);
  ASSERT_EQ(all<call::OfferReceived>().size(), 1U);
  says(inside(invite, "UPDATE", 2, tag));
  EXPECT_EQ(count("UPDATE", 500), 1U) << "RFC 3261 §12.2.2";
  says(inside(invite, "INVITE", 4, "another"));
  EXPECT_EQ(count("INVITE", 481), 1U);
  const call::RequestId request = all<call::OfferReceived>()[0].request;
  perform(call::RespondToRequest{call::kLegA, request, 200, kSdp, {}});
  says(inside(invite, "ACK", 3, tag));
  ASSERT_EQ(all<call::Acked>().size(), 2U);
  EXPECT_EQ(all<call::Acked>()[1].request, request);
}

TEST_F(SimStackTest, AReliableResponseIsRepeatedUntilItsPrackAndWhatFollowsWaits_RFC3262) {
  const Packet invite = invites();
  stack_.adopt(arrivals_.at(0).id, kCall);
  perform(call::RespondToInvite{183, {}, kSdp, {}, call::Delivery::Reliable});
  perform(call::RespondToInvite{200, {}, {}, {}});
  passes(seconds(2));
  EXPECT_EQ(count("INVITE", 183), 3U) << "at 0, 0.5 and 1.5 s";
  EXPECT_EQ(count("INVITE", 200), 0U);
  Packet prack = inside(invite, "PRACK", 2, last("INVITE", 183).to_tag);
  prack.headers.add("RAck", "99 1 INVITE");
  says(prack);
  EXPECT_EQ(count("PRACK", 481), 1U);
  prack = inside(invite, "PRACK", 3, last("INVITE", 183).to_tag);
  prack.headers.add("RAck", value_of(last("INVITE", 183), "RSeq") + " 1 INVITE");
  says(prack);
  ASSERT_EQ(all<call::PrackReceived>().size(), 1U);
  EXPECT_EQ(count("INVITE", 200), 0U);
  perform(call::RespondToRequest{call::kLegA, all<call::PrackReceived>()[0].request, 200, {}, {}});
  EXPECT_EQ(count("PRACK", 200), 1U);
  EXPECT_EQ(count("INVITE", 200), 1U);
}

TEST_F(SimStackTest, OurOfferIsAnsweredOnceAndItsAckIsOurs) {
  place_call();
  answers(last("INVITE"), 200);
  perform(call::SendAck{kLegB, "tb", {}, {}});
  perform(call::SendOffer{kLegB, call::OfferMethod::Invite, kSdp, {}});
  perform(call::SendOffer{kLegB, call::OfferMethod::Update, kSdp, {}});
  ASSERT_EQ(all<call::OfferAnswered>().size(), 1U);
  EXPECT_EQ(all<call::OfferAnswered>()[0].status, 491);
  EXPECT_TRUE(all<call::OfferAnswered>()[0].by_stack);
  answers(last("INVITE"), 200);
  ASSERT_EQ(all<call::OfferAnswered>().size(), 2U);
  perform(call::SendAck{kLegB, "tb", {}, {}});
  EXPECT_EQ(last("ACK").cseq, 2U);
  perform(call::SendOffer{kLegB, call::OfferMethod::Update, kSdp, {}});
  passes(seconds(33));
  ASSERT_EQ(all<call::OfferAnswered>().size(), 3U);
  EXPECT_EQ(all<call::OfferAnswered>()[2].status, 408);
  EXPECT_EQ(count("UPDATE"), 11U) << "timer E up to T2";
}

}  // namespace
}  // namespace tandem::scenario
