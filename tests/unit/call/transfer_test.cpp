// REFER: one side hands the other on. R-128; RFC 3515, RFC 5589.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using config::TransferMode;
using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kCarol = "<sip:carol@203.0.113.7>";
const std::string kNumber = "<tel:+12125550199>";
std::string answer_of_carol() { return audio_sdp("8", 40000); }
std::string on_hold() { return audio_sdp("8", 30000, 2, "a=sendonly\r\n"); }
std::string held_answer_of_a() { return audio_sdp("8", 20000, 2, "a=recvonly\r\n"); }
std::string sendrecv_answer_of_a() { return audio_sdp("8", 20000, 3); }

config::Config world(TransferMode mode) {
  config::Config config;
  config::Trunk& acme = config.trunks.emplace_back();
  acme.name = "acme";
  acme.general.in_call.transfer.mode = mode;
  config::Carrier& north = config.carriers.emplace_back();
  north.name = "north";
  north.prefixes.resize(1);
  north.limits.channels = 1;
  config::Target& gateway = north.targets.emplace_back();
  gateway.uri.host = "198.51.100.20";
  gateway.address = *SocketAddress::parse("198.51.100.20:5060");
  return config;
}

enum class Customer : std::uint8_t { Calls, IsCalled };

/// codecs: that the carrier takes; empty: any.
CallLadder between(Customer customer, TransferMode mode, std::vector<std::string> codecs = {}) {
  config::Config config = world(mode);
  config.carriers.front().general.codecs = std::move(codecs);
  trunk::Admission admission = admission_to(1);
  admission.called = "+12125550100";
  admission.presented_cli = admission.calling = "+13125550111";
  trunk::LegPolicy acme;
  acme.peer = "acme";
  acme.in_call = config.trunks.front().general.in_call;
  trunk::LegPolicy north;
  north.peer = "north";
  north.peer_is_carrier = true;
  trunk::PlannedTarget& target = admission.plan.targets.front();
  target.headers = {{"Max-Forwards", "70"}};
  admission.caller_policy = customer == Customer::Calls ? acme : north;
  target.policy = customer == Customer::Calls ? north : acme;
  return CallLadder{admission, trunk::build_directory(std::make_shared<const config::Config>(config))};
}

/// The PSTN has called acme, whose PBX is b.
CallLadder callee_transfers(TransferMode mode = TransferMode::SipOnly) {
  return between(Customer::IsCalled, mode);
}
/// acme, whose PBX is a, has called the PSTN.
CallLadder caller_transfers(TransferMode mode = TransferMode::SipOnly) {
  return between(Customer::Calls, mode);
}

std::string remote_ports(const CallLadder& ladder) {
  const ConnectMedia last = ladder.all<ConnectMedia>().back();
  const auto port = [](const auto& side) {
    return side ? std::to_string(side->remote_rtp.port) : std::string("-");
  };
  return port(last.a) + " " + port(last.b);
}

TEST(Transfer, TheCalleeHandsItsCallerOn_R128) {
  CallLadder ladder = callee_transfers();
  ladder.connects();
  ladder.b.refers(kCarol);
  EXPECT_EQ(ladder.sent_to_b(), Sent(Reply{202}, Notify{100}));
  EXPECT_EQ(ladder.sent_to_b(2), Sent{Invite{}});
  EXPECT_EQ(ladder.all<SendInvite>().back().to.address.print(), "203.0.113.7:5060");
  EXPECT_NE(ladder.all<SendInvite>().back().sdp.find("m=audio 10002 RTP/AVP 8\r\n"), std::string::npos)
      << "the transferor's side of the media, and what the caller's session has: "
      << ladder.all<SendInvite>().back().sdp;
  ladder.b2.rings();
  ladder.b2.rings();
  EXPECT_EQ(remote_ports(ladder), "20000 30000") << "nothing has changed yet";
  ladder.b2.answers(answer_of_carol());
  EXPECT_EQ(ladder.sent_to_b(2), Sent(Invite{}, Ack{}));
  EXPECT_EQ(ladder.sent_to_b(), Sent(Reply{202}, Notify{100}, Notify{180}, Notify{200, Subscription::Over}));
  EXPECT_EQ(remote_ports(ladder), "20000 40000");
  EXPECT_EQ(ladder.sent_to_a(), Sent{}) << "its session fits: it is not asked";
  ladder.b.hangs_up();
  EXPECT_EQ(ladder.sent_to_b().back(), "reply 200");
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(2), Sent(Invite{}, Ack{}, Bye{}));
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
  EXPECT_EQ(ladder.call().transferred, 1U);
  EXPECT_EQ(ladder.call().attempts[0].cause.reason, trunk::Reason::Transferred);
}

TEST(Transfer, TheCallerHandsItsCalleeOn_R128) {
  CallLadder ladder = caller_transfers();
  ladder.connects();
  ladder.a.refers(kCarol);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply{202}, Notify{100}));
  EXPECT_NE(ladder.all<SendInvite>().back().sdp.find("m=audio 10000 "), std::string::npos)
      << "the caller's side";
  ladder.b2.answers(answer_of_carol());
  EXPECT_EQ(ladder.sent_to_a(), Sent(Reply{202}, Notify{100}, Notify{200, Subscription::Over}));
  EXPECT_EQ(remote_ports(ladder), "40000 30000");
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_a().back(), "reply 200");
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  ladder.b2.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(), Sent{Bye{}});
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
}

TEST(Transfer, ATransferorThatStaysGetsOurByeAfterTheGuard_R128) {
  for (const bool caller : {false, true}) {
    CallLadder ladder = caller ? caller_transfers() : callee_transfers();
    ladder.connects();
    (caller ? static_cast<Party&>(ladder.a) : ladder.b).refers(kCarol);
    ladder.b2.answers(answer_of_carol());
    ladder.passes(milliseconds(4999));
    EXPECT_NE((caller ? ladder.sent_to_a() : ladder.sent_to_b()).back(), "BYE");
    ladder.passes(milliseconds(1));
    EXPECT_EQ((caller ? ladder.sent_to_a() : ladder.sent_to_b()).back(), "BYE");
    EXPECT_NE(ladder.all<SendBye>().back().reason_header.find("transferred"), std::string::npos);
    EXPECT_EQ(ladder.call().stage, Stage::Connected);
    ladder.b2.hangs_up();
    EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
  }
}

TEST(Transfer, ABusyTargetLeavesTheCallAsItWas_R128) {
  CallLadder ladder = callee_transfers();
  ladder.connects();
  ladder.b.refers(kCarol);
  const std::size_t paths = ladder.all<ConnectMedia>().size();
  ladder.b2.rejects(486);
  EXPECT_EQ(ladder.sent_to_b(), Sent(Reply{202}, Notify{100}, Notify{486, Subscription::Over}));
  EXPECT_EQ(ladder.all<ConnectMedia>().size(), paths);
  EXPECT_EQ(ladder.call().stage, Stage::Connected);
  EXPECT_EQ(ladder.call().transferred, 0U);
  ladder.b.refers(kCarol);
  EXPECT_EQ(ladder.sent_to_b(3), Sent{Invite{}}) << "it may try again";
  Callee{ladder, 3}.answers(answer_of_carol());
  EXPECT_EQ(remote_ports(ladder), "20000 40000");
  ladder.b.hangs_up();
  ladder.a.hangs_up();
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
}

TEST(Transfer, WhateverEndsTheNewInviteIsTold_R128) {
  const auto told = [](auto&& ends) {
    CallLadder ladder = callee_transfers();
    ladder.connects();
    ladder.b.refers(kCarol);
    ends(ladder);
    const std::string last = ladder.sent_to_b().back();
    ladder.a.hangs_up();
    ladder.passes(seconds(40));
    EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
    return last;
  };
  EXPECT_EQ(told([](CallLadder& l) { l.b2.redirects("<sip:dave@203.0.113.8>"); }), "NOTIFY 302 over")
      << "the transferor may follow it itself";
  EXPECT_EQ(told([](CallLadder& l) { l.b2.is_unreachable(); }), "NOTIFY 503 over");
  EXPECT_EQ(told([](CallLadder& l) { l.passes(seconds(4)); }), "NOTIFY 408 over");
  EXPECT_EQ(told([](CallLadder& l) {
              l.b2.rings();
              l.passes(seconds(180));
            }),
            "NOTIFY 480 over");
  EXPECT_EQ(told([](CallLadder& l) { l.b2.answers(opus_only()); }), "NOTIFY 502 over");
}

TEST(Transfer, A200WithoutDescriptionHasTheOneOfIts183_RFC3261_13_2_1) {
  CallLadder ladder = callee_transfers();
  ladder.connects();
  ladder.b.refers(kCarol);
  ladder.b2.progresses(answer_of_carol());
  EXPECT_EQ(remote_ports(ladder), "20000 30000") << "no early media of the new callee";
  ladder.b2.answers({});
  EXPECT_EQ(remote_ports(ladder), "20000 40000");
}

TEST(Transfer, ANewCalleeWhoseAnswerWasLostIsNotCalledAgain_R128) {
  CallLadder ladder = callee_transfers();
  ladder.connects();
  ladder.b.refers(kCarol);
  ladder.b2.rings();
  ladder.b2.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(2), Sent(Invite{}, Cancel{}, Reply{200}));
  EXPECT_EQ(ladder.sent_to_b(), Sent(Reply{202}, Notify{100}, Notify{180}, Notify{487, Subscription::Over}));
  EXPECT_EQ(ladder.call().stage, Stage::Connected) << "the call is as it was";
  EXPECT_EQ(remote_ports(ladder), "20000 30000");
  ladder.b2.rejects(487);
  ladder.a.hangs_up();
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
}

// Found by random events: it went on without anybody.
TEST(Transfer, ATransfereeThatIsLostAfterTheTransferorEndsItAll_R128) {
  CallLadder ladder = caller_transfers();
  ladder.connects();
  const RequestId change = ladder.a.offers(audio_sdp("8", 20000, 2));
  ladder.a.cancels_offer(change);
  ladder.a.refers(kCarol);
  ladder.b2.rings();
  ladder.a.hangs_up();
  ladder.b.is_silent();
  EXPECT_EQ(ladder.sent_to_b(2).back(), "CANCEL");
  ladder.b2.rejects(487);
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
}

// Found by random events: the refresh was forgotten, and the session ran out.
TEST(Transfer, ARefreshThatBacksOffOutlivesTheTransferor_R128_R130) {
  CallLadder ladder = caller_transfers();
  ladder.refreshes_are_answered = false;
  ladder.a.invites(offer_of_a());
  ladder.b.answers(answer_of_b());
  ladder.a.acks();
  ladder.forgets_what_was_sent();
  ladder.passes(std::chrono::seconds(900));
  ladder.a.accepts(offer_of_a());  // the other leg's comes first
  ASSERT_EQ(ladder.sent_to_b(), Sent{ReInvite{}}) << "half of its session is over";
  ladder.b.refuses(491);
  ladder.a.refers(kCarol);
  ladder.b2.rings();
  ladder.a.hangs_up();
  ladder.passes(std::chrono::seconds(4));
  EXPECT_EQ(ladder.sent_to_b(), Sent(ReInvite{}, ReInvite{}));
}

// Found by reading what random events had met: the description waited, and an older one took its place.
TEST(Transfer, WhoWasOnHoldIsTakenOffItThoughItsOldAnswerComesLate_R128) {
  CallLadder ladder = callee_transfers();
  ladder.connects();
  const RequestId hold = ladder.b.offers(on_hold());
  ladder.a.accepts(held_answer_of_a());
  ladder.b.acks_offer(hold);
  ladder.b.refers(kCarol);
  ladder.b.offers(audio_sdp("8", 30000, 3, "a=inactive\r\n"));
  ladder.forgets_what_was_sent();
  ladder.b2.answers(answer_of_carol());
  EXPECT_EQ(ladder.sent_to_a(), Sent{Cancel{}});
  ladder.a.accepts(audio_sdp("8", 20000, 3, "a=inactive\r\n"));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Cancel{}, Ack{}, ReInvite{}));
  EXPECT_NE(ladder.all<SendOffer>().back().sdp.find("m=audio"), std::string::npos);
  EXPECT_EQ(ladder.all<SendOffer>().back().sdp.find("inactive"), std::string::npos);
  EXPECT_EQ(ladder.all<SendOffer>().back().sdp.find("only"), std::string::npos)
      << ladder.all<SendOffer>().back().sdp;
  ladder.a.accepts(sendrecv_answer_of_a());
  EXPECT_EQ(remote_ports(ladder), "20000 40000");
  EXPECT_TRUE(ladder.all<ConnectMedia>().back().a->we_send);
  ladder.b.hangs_up();
  ladder.b2.hangs_up();
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
}

TEST(Transfer, WhoWasOnHoldIsTakenOffIt_R128) {
  CallLadder ladder = callee_transfers();
  ladder.connects();
  const RequestId hold = ladder.b.offers(on_hold());
  ladder.a.accepts(held_answer_of_a());
  ladder.b.acks_offer(hold);
  ladder.forgets_what_was_sent();
  ladder.b.refers(kCarol);
  EXPECT_EQ(ladder.all<SendInvite>().back().sdp.find("a=recvonly"), std::string::npos);
  EXPECT_EQ(ladder.all<SendInvite>().back().sdp.find("a=sendonly"), std::string::npos);
  ladder.b2.answers(answer_of_carol());
  ASSERT_EQ(ladder.sent_to_a(), Sent{ReInvite{}});
  EXPECT_EQ(ladder.all<SendOffer>().back().sdp.find("only"), std::string::npos)
      << ladder.all<SendOffer>().back().sdp;
  ladder.a.accepts(sendrecv_answer_of_a());
  EXPECT_EQ(ladder.sent_to_a(), Sent(ReInvite{}, Ack{}));
  EXPECT_EQ(remote_ports(ladder), "20000 40000");
  EXPECT_TRUE(ladder.all<ConnectMedia>().back().a->we_send);
  EXPECT_TRUE(ladder.all<ConnectMedia>().back().a->we_receive);
  ladder.b.hangs_up();
  ladder.b2.hangs_up();
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
}

TEST(Transfer, ATransferorThatHangsUpEarlyDoesNotEndTheCall_R128) {
  CallLadder ladder = callee_transfers();
  ladder.connects();
  ladder.b.refers(kCarol);
  ladder.b.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(), Sent(Reply{202}, Notify{100}, Reply{200}));
  EXPECT_EQ(remote_ports(ladder), "20000 -") << "nothing goes to who has left";
  ladder.b2.answers(answer_of_carol());
  EXPECT_EQ(remote_ports(ladder), "20000 40000");
  EXPECT_EQ(ladder.sent_to_b().size(), 3U) << "its subscription ended with its dialog";
  ladder.b2.hangs_up();
  EXPECT_EQ(ladder.sent_to_a(), Sent{Bye{}});
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
}

// Found by random events: the way to the transferee was switched once more.
TEST(Transfer, ASecondByeOfTheTransferorIs481_RFC3261_12_2_2) {
  CallLadder ladder = callee_transfers();
  ladder.connects();
  ladder.b.refers(kCarol);
  ladder.b.hangs_up();
  ladder.forgets_what_was_sent();
  const std::size_t switched = ladder.all<ConnectMedia>().size();
  ladder.b.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(), Sent{Reply{481}});
  EXPECT_EQ(ladder.all<ConnectMedia>().size(), switched);
}

// Found by random events: the path led to the transferor again.
TEST(Transfer, WhoHasHungUpIsNotHeardAgainWhereTheTransfereesSessionIsRefreshed_R128) {
  CallLadder ladder = caller_transfers();
  ladder.refreshes_are_answered = false;
  Terms short_session;
  short_session.supports_timer = true;
  short_session.session_expires = {90, Refresher::Uac};
  ladder.a.invites(offer_of_a());
  ladder.b.answers(answer_of_b(), "b1", short_session);
  ladder.a.acks();
  ladder.a.refers(kCarol);
  ladder.b2.rings();
  ladder.a.hangs_up();
  EXPECT_EQ(remote_ports(ladder), "- 30000");
  ladder.passes(std::chrono::seconds(45));
  EXPECT_EQ(ladder.all<SendOffer>().back().leg, LegId{1});
  ladder.b.accepts(audio_sdp("8", 30002, 2));
  EXPECT_EQ(remote_ports(ladder), "- 30002");
  ladder.b2.answers(answer_of_carol());
  EXPECT_EQ(remote_ports(ladder), "40000 30002");
  ladder.b2.hangs_up();
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
}

TEST(Transfer, WhereThatFailsTheTransfereeGetsABye_R128) {
  CallLadder ladder = caller_transfers();
  ladder.connects();
  ladder.a.refers(kCarol);
  ladder.a.hangs_up();
  EXPECT_EQ(remote_ports(ladder), "- 30000");
  ladder.b2.rejects(486);
  EXPECT_EQ(ladder.sent_to_b(), Sent{Bye{}});
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::RejectedByTarget);
}

TEST(Transfer, ATransfereeThatHangsUpEndsItAll_R128) {
  CallLadder ladder = callee_transfers();
  ladder.connects();
  ladder.b.refers(kCarol);
  ladder.b2.rings();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(2), Sent(Invite{}, Cancel{}));
  EXPECT_EQ(ladder.sent_to_b(),
            Sent(Reply{202}, Notify{100}, Notify{180}, Notify{487, Subscription::Over}, Bye{}));
  ladder.b2.answers(answer_of_carol());
  EXPECT_EQ(ladder.sent_to_b(2), Sent(Invite{}, Cancel{}, Ack{}, Bye{})) << "its 200 had crossed the CANCEL";
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
}

TEST(Transfer, TheCallerIsToldThatItMay_R031) {
  const auto allow = [](CallLadder ladder) {
    ladder.connects();
    const auto responses = ladder.all<RespondToInvite>();
    for (const message::Header& header : responses.back().headers) {
      if (header.name == "Allow") return header.value;
    }
    return std::string();
  };
  EXPECT_EQ(allow(caller_transfers()), "REFER");
  EXPECT_EQ(allow(callee_transfers()), "");
}

TEST(Transfer, OneAtATime_R128) {
  CallLadder ladder = callee_transfers();
  ladder.connects();
  ladder.b.refers(kCarol);
  ladder.b.refers(kCarol);
  EXPECT_EQ(ladder.sent_to_b().back(), "reply 491");
  EXPECT_EQ(ladder.all<SendInvite>().size(), 2U);
}

TEST(Transfer, OnlyOfACallThatIsUp_R128) {
  CallLadder ladder = caller_transfers();
  ladder.a.invites(offer_of_a());
  ladder.b.rings();
  ladder.a.refers(kCarol);
  EXPECT_EQ(ladder.sent_to_a().back(), "reply 491");
  ladder.b.answers(answer_of_b());
  ladder.a.refers(kCarol);
  EXPECT_EQ(ladder.sent_to_a().back(), "reply 491") << "its ACK has not come";
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
}

TEST(Transfer, ADisabledOneIsRefusedAndTheCallIsUnaffected_R128) {
  CallLadder ladder = callee_transfers(TransferMode::Off);
  ladder.connects();
  ladder.b.refers(kCarol);
  EXPECT_EQ(ladder.sent_to_b(), Sent{Reply{603}});
  EXPECT_EQ(ladder.all<RespondToRequest>().back().headers,
            (std::vector<message::Header>{{"Reason", "Q.850;cause=21;text=\"transfer_disabled\""}}));
  ladder.a.refers(kCarol);
  EXPECT_EQ(ladder.sent_to_a(), Sent{Reply{603}}) << "a carrier";
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(), Sent(Reply{603}, Bye{}));
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
}

TEST(Transfer, ANumberNeedsModeAll_R128) {
  CallLadder only_sip = callee_transfers(TransferMode::SipOnly);
  only_sip.connects();
  only_sip.b.refers(kNumber);
  EXPECT_EQ(only_sip.sent_to_b(), Sent{Reply{603}});
  CallLadder ladder = callee_transfers(TransferMode::All);
  ladder.connects();
  ladder.b.refers(kNumber);
  EXPECT_EQ(ladder.sent_to_b(), Sent(Reply{202}, Notify{100}));
  ASSERT_EQ(ladder.all<PrepareTarget>().size(), 1U) << "the carrier has a ceiling";
  EXPECT_TRUE(uses_entry(ladder.call(), 0)) << "b's own is held meanwhile";
  EXPECT_TRUE(uses_entry(ladder.call(), 1));
  ladder.happens(ready(1));
  ladder.b2.answers(answer_of_carol());
  EXPECT_FALSE(uses_entry(ladder.call(), 0));
  EXPECT_TRUE(uses_entry(ladder.call(), 1));
  ladder.b.hangs_up();
  ladder.a.hangs_up();
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
}

TEST(Transfer, WhoCanBeOfferedNothingAnyMoreIsPassedOver_R128) {
  CallLadder ladder = between(Customer::IsCalled, TransferMode::All, {"PCMA"});
  ladder.connects();
  ladder.b.refers(kNumber);
  ASSERT_EQ(ladder.all<PrepareTarget>().size(), 1U);
  const RequestId changed = ladder.a.offers(audio_sdp("0", 20000, 2));
  ladder.b.accepts(audio_sdp("0", 30000, 2));
  ladder.a.acks_offer(changed);
  ladder.happens(ready(1));
  EXPECT_EQ(ladder.sent_to_b().back(), "NOTIFY 488 over");
  EXPECT_EQ(ladder.all<SendInvite>().size(), 1U) << "the call's own";
  ladder.a.hangs_up();
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
}

TEST(Transfer, AFullCarrierIsTold_R079_R128) {
  CallLadder ladder = callee_transfers(TransferMode::All);
  ladder.connects();
  ladder.b.refers(kNumber);
  ladder.happens(full(1));
  EXPECT_EQ(ladder.sent_to_b(), Sent(Reply{202}, Notify{100}, Notify{503, Subscription::Over}));
  EXPECT_FALSE(uses_entry(ladder.call(), 1));
  ladder.a.hangs_up();
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
}

TEST(Transfer, WhoeverIsThereMayTransferAgainWhereItsTrunkAllowsIt_R128) {
  CallLadder ladder = caller_transfers();
  ladder.connects();
  ladder.a.refers(kCarol);
  ladder.b2.answers(answer_of_carol());
  ladder.a.hangs_up();
  ladder.b2.refers("<sip:dave@203.0.113.8>");
  EXPECT_EQ(ladder.sent_to_b(2).back(), "reply 603") << "a third party is not the customer";
  ladder.b.hangs_up();
  EXPECT_TRUE(ladder.is_clean()) << ladder.complaint();
}

TEST(Transfer, NotWithoutEnd_R128) {
  CallLadder ladder = callee_transfers();
  ladder.connects();
  for (std::size_t i = 0; i < kMaxTransfers; ++i) {
    ladder.b.refers(kCarol);
    Callee{ladder, static_cast<std::uint16_t>(i + 2)}.rejects(486);
  }
  ladder.b.refers(kCarol);
  EXPECT_EQ(ladder.sent_to_b().back(), "reply 403");
}

TEST(Transfer, WhatIsNoReferToIs400AndAGoneDialog481_RFC3515) {
  CallLadder ladder = callee_transfers();
  ladder.connects();
  ladder.b.refers("nonsense");
  EXPECT_EQ(ladder.sent_to_b(), Sent{Reply{400}});
  ladder.writer_writes = false;
  ladder.a.hangs_up();
  ladder.b.refers(kCarol);
  EXPECT_EQ(ladder.sent_to_b().back(), "reply 481");
}

}  // namespace
}  // namespace tandem::test
