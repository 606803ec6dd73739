// What a target takes and where its name leads, before it is dialled; and what is let go, when.
#include "unit/switchboard/board_bench.hpp"

namespace tandem::switchboard {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

config::Target named(const std::string& host) {
  config::Target row;
  row.name = host;
  row.uri.host = host;
  return row;
}

dns::Answer at(const std::string& address, Transport transport = Transport::Udp) {
  return {{{*SocketAddress::parse(address), transport}}, {}};
}

class PrepareTest : public BoardTest {
 protected:
  config::Config config = two_target_config();
  config::Trunk& acme() { return config.trunks.at(0); }
  config::Carrier& north() { return config.carriers.at(0); }
  config::Carrier& add_south() {
    config::Carrier south;
    south.name = "south";
    south.prefixes = {""};
    south.targets = {target("192.0.2.21:5060")};
    config.carriers.push_back(south);
    return config.carriers.back();
  }
  void publish() { board_->publish(directory(config)); }
  CallId place() {
    arrives(invite());
    return stack_.adopted.back();
  }
  int status_of(CallId call) {
    const auto* response = stack_.last<call::RespondToInvite>(call);
    return response ? response->status : 0;
  }
  std::string header_of(CallId call, std::string_view name) {
    for (const auto& row : stack_.last<call::RespondToInvite>(call)->headers) {
      if (row.name == name) return row.value;
    }
    return {};
  }
  std::string dialled(CallId call) {
    const auto* invite = stack_.last<call::SendInvite>(call);
    return invite ? invite->to.address.print() : std::string();
  }
};

TEST_F(PrepareTest, TheCallBeyondTheTrunksChannelsIsRefusedAndTheNextAfterOneEndsIsTaken_R079) {
  acme().limits.channels = 2;
  publish();
  const CallId first = connected_call();
  connected_call();
  EXPECT_EQ(board_->stats().channels_in_use, 2U);
  const CallId third = place();
  EXPECT_EQ(status_of(third), 503);
  EXPECT_NE(header_of(third, "Reason").find("channels_exhausted"), std::string::npos);
  EXPECT_FALSE(header_of(third, "Retry-After").empty());
  EXPECT_EQ(board_->stats().reservations_refused, 1U);
  hear_from_media_and_records();
  EXPECT_NE(records_.lines.back().find("channels_exhausted"), std::string::npos);
  hangs_up(first);
  EXPECT_EQ(board_->stats().channels_in_use, 1U);
  EXPECT_NE(dialled(place()), "");
}

TEST_F(PrepareTest, AChannelIsFreeWhenTheCallEndsAndNotWhenItsByeIsAnswered_R079) {
  acme().limits.channels = 1;
  publish();
  const CallId call = connected_call();
  happens(call, call::ByeReceived{call::kLegA, call::RequestId{7}, {}});
  EXPECT_EQ(board_->live_calls(), 1U) << "the callee has not answered our BYE";
  EXPECT_EQ(board_->stats().channels_in_use, 0U);
  EXPECT_NE(dialled(place()), "");
}

TEST_F(PrepareTest, ACallThatOnlyRingsHoldsItsChannel_R079) {
  acme().limits.channels = 1;
  publish();
  const CallId call = place();
  happens(call, answer(180));
  EXPECT_EQ(status_of(place()), 503);
  happens(call, call::Cancelled{});
  EXPECT_EQ(board_->stats().channels_in_use, 0U);
}

TEST_F(PrepareTest, CallsASecondAreLimited_R081) {
  acme().limits.cps = 2;
  publish();
  EXPECT_NE(dialled(place()), "");
  EXPECT_NE(dialled(place()), "");
  const CallId third = place();
  EXPECT_EQ(status_of(third), 503);
  EXPECT_NE(header_of(third, "Reason").find("rate_exceeded"), std::string::npos);
  move_clock(milliseconds(500));
  EXPECT_NE(dialled(place()), "");
}

TEST_F(PrepareTest, AFullCarrierIsPassedOverForTheNext_R079) {
  north().limits.channels = 1;
  add_south();
  publish();
  const CallId first = place();
  EXPECT_EQ(dialled(first), "192.0.2.20:5060");
  const CallId second = place();
  EXPECT_EQ(dialled(second), "192.0.2.21:5060");
  EXPECT_EQ(stack_.count<call::SendInvite>(second), 1U);
  happens(first, call::Cancelled{});
  EXPECT_EQ(dialled(place()), "192.0.2.20:5060");
}

TEST_F(PrepareTest, WithEveryCarrierFullTheCallerHears503_R079) {
  north().limits.channels = 0;
  publish();
  const CallId call = place();
  EXPECT_EQ(status_of(call), 503);
  EXPECT_NE(header_of(call, "Reason").find("channels_exhausted"), std::string::npos);
  EXPECT_EQ(header_of(call, "Retry-After"), "5");
}

TEST_F(PrepareTest, WhatTheCarrierBeforeHeldIsLetGoWhenTheNextIsTried_R079) {
  north().limits.channels = 1;
  add_south().limits.channels = 1;
  publish();
  const CallId call = place();
  happens(call, answer(503));
  EXPECT_EQ(dialled(call), "192.0.2.20:5070");
  EXPECT_EQ(board_->stats().channels_in_use, 1U) << "the same entry holds one channel";
  happens(call, answer(503, {}, 2));
  EXPECT_EQ(dialled(call), "192.0.2.21:5060");
  EXPECT_EQ(board_->stats().channels_in_use, 1U);
  EXPECT_EQ(dialled(place()), "192.0.2.20:5060") << "north is free again";
}

TEST_F(PrepareTest, ANameIsAskedForAndDialledWhereItLeads) {
  north().targets = {named("sbc.north.example")};
  publish();
  const CallId call = place();
  ASSERT_EQ(resolver_.questions.size(), 1U);
  EXPECT_EQ(resolver_.questions[0].host, "sbc.north.example");
  EXPECT_FALSE(resolver_.questions[0].transport);
  EXPECT_FALSE(resolver_.questions[0].port);
  EXPECT_EQ(dialled(call), "");
  resolver_.answer(call.pack(), at("203.0.113.7:5070", Transport::Tcp));
  board_->settle();
  EXPECT_EQ(dialled(call), "203.0.113.7:5070");
  EXPECT_EQ(stack_.last<call::SendInvite>(call)->to.transport, Transport::Tcp);
  EXPECT_EQ(board_->stats().names_asked, 1U);
}

TEST_F(PrepareTest, APortAndTransportThatAreWrittenGoIntoTheQuestion) {
  config::Target tcp = named("sbc.north.example");
  tcp.uri.port = 5080;
  tcp.transport = Transport::Tcp;
  tcp.transport_written = true;
  north().targets = {tcp};
  publish();
  place();
  ASSERT_EQ(resolver_.questions.size(), 1U);
  EXPECT_EQ(resolver_.questions[0].port, 5080);
  EXPECT_EQ(resolver_.questions[0].transport, Transport::Tcp);
}

TEST_F(PrepareTest, AKnownNameIsDialledAtOnce) {
  resolver_.known["sbc.north.example"] = at("203.0.113.7:5060").addresses;
  north().targets = {named("sbc.north.example")};
  publish();
  EXPECT_EQ(dialled(place()), "203.0.113.7:5060");
}

TEST_F(PrepareTest, ANameWithoutAnAddressIsPassedOverAndTheRecordSaysWhy) {
  north().targets = {named("sbc.north.example"), target("192.0.2.20:5060")};
  publish();
  const CallId call = place();
  resolver_.answer(call.pack(), {{}, "sbc.north.example: no such name"});
  board_->settle();
  EXPECT_EQ(dialled(call), "192.0.2.20:5060");
  happens(call, call::Cancelled{});
  happens(call, answer(487, {}, 2));
  hear_from_media_and_records();
  EXPECT_NE(records_.lines.back().find("sbc.north.example: no such name"), std::string::npos);
}

TEST_F(PrepareTest, WithoutAResolverANameIsPassedOver) {
  board_ = make_board({stack_, media_, records_}, directory(config), Random(1));
  move_clock(milliseconds(0));
  north().targets = {named("sbc.north.example")};
  publish();
  const CallId call = place();
  EXPECT_EQ(status_of(call), 503);
  EXPECT_NE(header_of(call, "Reason").find("name_unresolved"), std::string::npos);
}

TEST_F(PrepareTest, ACallThatEndsTakesItsQuestionBack) {
  north().targets = {named("sbc.north.example")};
  publish();
  const CallId call = place();
  ASSERT_EQ(resolver_.waiting.size(), 1U);
  happens(call, call::Cancelled{});
  EXPECT_TRUE(resolver_.waiting.empty());
  hear_from_media_and_records();
  EXPECT_EQ(board_->live_calls(), 0U);
  resolver_.answers.emplace_back(call.pack(), at("203.0.113.7:5060"));
  board_->settle();
  EXPECT_EQ(board_->stats().unlawful_events, 0U) << "an answer that crossed the end is nobody's mistake";
}

TEST_F(PrepareTest, ASlowNameIsLeftForTheNextTargetAndItsAnswerIsNotTaken) {
  north().targets = {named("slow.north.example"), named("quick.north.example")};
  north().targets[1].priority = 20;
  publish();
  const CallId call = place();
  move_clock(seconds(5));
  ASSERT_EQ(resolver_.questions.size(), 2U);
  EXPECT_EQ(resolver_.waiting.at(call.pack()).host, "quick.north.example");
  resolver_.answer(call.pack(), at("203.0.113.8:5060"));
  board_->settle();
  EXPECT_EQ(dialled(call), "203.0.113.8:5060");
  EXPECT_EQ(stack_.last<call::SendInvite>(call)->target, 1U);
}

TEST_F(PrepareTest, ANodeThatSpeaksIpv6AloneAsksForIpv6) {
  config.listeners[0].bind = *SocketAddress::parse("[2001:db8::1]:5060");
  north().targets = {named("sbc.north.example")};
  publish();
  place();
  ASSERT_EQ(resolver_.questions.size(), 1U);
  EXPECT_EQ(resolver_.questions[0].families, dns::Families::V6);
}

TEST_F(PrepareTest, ARotationGoesOnFromCallToCall_R106) {
  north().policy = config::TargetPolicy::RoundRobin;
  publish();
  std::vector<std::string> first;
  for (int i = 0; i < 4; ++i) first.push_back(dialled(place()));
  EXPECT_EQ(first, (std::vector<std::string>{"192.0.2.20:5060", "192.0.2.20:5070", "192.0.2.20:5060",
                                             "192.0.2.20:5070"}));
}

TEST_F(PrepareTest, ARotationThatAReloadHasRemovedBeginsAnew_R106) {
  north().policy = config::TargetPolicy::RoundRobin;
  publish();
  place();
  config::Config without = config;
  without.carriers[0].name = "other";
  board_->publish(directory(without));
  publish();
  EXPECT_EQ(dialled(place()), "192.0.2.20:5060");
  publish();
  EXPECT_EQ(dialled(place()), "192.0.2.20:5070") << "a reload that keeps the carrier keeps its turn";
}

}  // namespace
}  // namespace tandem::switchboard
