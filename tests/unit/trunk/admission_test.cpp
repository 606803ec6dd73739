// Numbers, and what the admission of either direction says..
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using numbering::NumberFormat;

Decision dial(World& world, std::string called) {
  Invite invite;
  invite.called = std::move(called);
  return world.decide(invite);
}

TEST(Termination, TheAdmission_R002) {
  World world = World::simple();
  world.config.trunks[0].general.symmetric_rtp = true;
  const Decision decision = world.decide(Invite{});
  const Admission* made = admission(decision);
  ASSERT_TRUE(made) << explain(decision);
  EXPECT_EQ(made->direction, CallDirection::Termination);
  EXPECT_EQ(to_string(made->direction), "termination");
  EXPECT_EQ(made->trunk, "acme");
  EXPECT_EQ(made->trunk_id, "id-acme");
  EXPECT_EQ(made->account, "account-acme");
  EXPECT_EQ(made->caller_policy.peer, "acme");
  EXPECT_FALSE(made->caller_policy.peer_is_carrier);
  EXPECT_TRUE(made->caller_policy.symmetric_rtp);
  EXPECT_EQ(made->calling_received, "+13124441212");
  EXPECT_EQ(made->called_received, "+12128675309");
  EXPECT_EQ(made->called, "+12128675309");
}

TEST(Number, E164PlusOrBadRequest_R061) {
  World world = World::simple();
  for (const char* bad :
       {"12128675309", "0012128675309", "+1212abc", "+", "+1234567890123456", "", "alice"}) {
    const Decision decision = dial(world, bad);
    ASSERT_TRUE(refusal(decision)) << bad << "\n" << explain(decision);
    EXPECT_EQ(refusal(decision)->reason, Reason::NumberInvalid) << bad;
    EXPECT_EQ(refusal(decision)->status, 400) << bad;
    EXPECT_TRUE(refusal(decision)->identified);
    EXPECT_EQ(refusal(decision)->called_received, bad);
    EXPECT_EQ(refusal(decision)->calling_received, "+13124441212");
    const std::string value = "Request-URI user '" + std::string(bad) + "'";
    EXPECT_NE(refusal(decision)->detail.find(value), std::string::npos) << refusal(decision)->detail;
    const std::string* warning = header(refusal(decision)->headers, "Warning");
    ASSERT_TRUE(warning) << "the peer reads the offending value too";
    EXPECT_EQ(warning->rfind("399 node.example \"" + value, 0), 0U) << *warning;
  }
  EXPECT_TRUE(admission(dial(world, "+12128675309")));
}

TEST(Number, TheWarningCannotBeBrokenOutOf_R033) {
  World world = World::simple();
  const Decision decision = dial(world, "+1\"\r\nX-Evil: 1\\");
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  const std::string* warning = header(refusal(decision)->headers, "Warning");
  ASSERT_TRUE(warning);
  EXPECT_EQ(warning->find('\n'), std::string::npos) << *warning;
  EXPECT_NE(warning->find("\\\""), std::string::npos) << "the quote is escaped: " << *warning;
}

TEST(Number, WithOrWithoutPlus_R062) {
  World world = World::simple();
  world.config.trunks[0].general.number_in = NumberFormat::E164;
  for (const char* form : {"12128675309", "+12128675309"}) {
    const Decision decision = dial(world, form);
    ASSERT_TRUE(admission(decision)) << form << "\n" << explain(decision);
    EXPECT_EQ(admission(decision)->called, "+12128675309");
    EXPECT_EQ(admission(decision)->plan.targets.at(0).request_uri.user, "+12128675309");
  }
}

TEST(Number, FormatsInAndOut_R063) {
  struct Row {
    NumberFormat in;
    const char* called;
    const char* calling;
    NumberFormat out;
    const char* called_out;
    const char* calling_out;
  };
  const Row table[] = {
      {NumberFormat::E164Plus, "+13124441212", "+12125550100", NumberFormat::National, "13124441212",
       "12125550100"},
      {NumberFormat::E164Plus, "+13124441212", "+12125550100", NumberFormat::UsDomestic, "3124441212",
       "2125550100"},
      {NumberFormat::UsDomestic, "3124441212", "2125550100", NumberFormat::E164Plus, "+13124441212",
       "+12125550100"},
      {NumberFormat::National, "13124441212", "12125550100", NumberFormat::E164, "13124441212",
       "12125550100"},
      {NumberFormat::E164Plus, "+442079460000", "+442079460001", NumberFormat::E164, "442079460000",
       "442079460001"},
  };
  for (const Row& row : table) {
    World world = World::simple();
    world.config.trunks[0].general.number_in = row.in;
    world.config.carriers[0].general.number_out = row.out;
    Invite invite;
    invite.called = row.called;
    invite.calling = row.calling;
    const Decision decision = world.decide(invite);
    ASSERT_TRUE(admission(decision)) << row.called << "\n" << explain(decision);
    const PlannedTarget& planned = admission(decision)->plan.targets.at(0);
    EXPECT_EQ(planned.request_uri.user, row.called_out);
    EXPECT_EQ(planned.to.uri.user, row.called_out);
    EXPECT_EQ(planned.from.uri.user, row.calling_out);
  }
}

TEST(Number, WhatACarriersFormatCannotSayGoesAsE164_R063) {
  World world = World::simple();
  world.config.carriers[0].general.number_out = NumberFormat::UsDomestic;
  const Decision decision = dial(world, "+442079460000");
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->plan.targets.at(0).request_uri.user, "+442079460000");
  EXPECT_NE(explain(decision).find("cannot write +442079460000 as us_domestic: sent as E.164"),
            std::string::npos)
      << explain(decision);
}

TEST(Number, ACarrierThatInsistsOnItsFormatIsPassedOver_R063) {
  World world = World::simple();
  world.config.carriers[0].general.number_out = NumberFormat::UsDomestic;
  world.config.carriers[0].general.unwritable = config::Unwritable::Reject;
  const Decision alone = dial(world, "+442079460000");
  ASSERT_TRUE(refusal(alone)) << explain(alone);
  EXPECT_EQ(refusal(alone)->reason, Reason::NumberUnwritable);
  EXPECT_EQ(refusal(alone)->status, 404);
  EXPECT_EQ(refusal(alone)->trunk, "acme");
  world.carrier("world", {""}, {target("sip:127.0.0.21", "127.0.0.21:5060")});
  const Decision decision = dial(world, "+442079460000");
  ASSERT_TRUE(admission(decision)) << explain(decision);
  ASSERT_EQ(admission(decision)->plan.targets.size(), 1U);
  EXPECT_EQ(admission(decision)->plan.targets[0].policy.peer, "world");
}

TEST(Number, SubscriberForms_R064) {
  World world = World::simple();
  for (const char* form : {"+1-212-867-5309", "+1.212.867.5309", "+12128675309;npdi;rn=+12125550000",
                           "2128675309;phone-context=+1"}) {
    const Decision decision = dial(world, form);
    ASSERT_TRUE(admission(decision)) << form << "\n" << explain(decision);
    EXPECT_EQ(admission(decision)->called, "+12128675309") << form;
  }
}

TEST(Number, TelUris_R064) {
  World world = World::simple();
  world.config.trunks[0].identify.push_back(config::IdentifyBy::SourceIp);
  const Invite invite;
  for (const char* uri : {"tel:+1-212-867-5309", "tel:867-5309;phone-context=+1212"}) {
    auto request = invite.request();
    request.uri = message::parse_uri(uri).value();
    const Decision decision = world.decide(request, invite);
    ASSERT_TRUE(admission(decision)) << uri << "\n" << explain(decision);
    EXPECT_EQ(admission(decision)->called, "+12128675309");
    EXPECT_EQ(admission(decision)->plan.targets.at(0).request_uri.scheme, message::Scheme::Sip);
  }
}

TEST(Number, TheStatusOfAWrongOneIsConfigured_R061) {
  World world = World::simple();
  world.config.trunks[0].general.invalid_number_status = 484;
  const Decision decision = dial(world, "12128675309");
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->status, 484);
  EXPECT_EQ(refusal(decision)->reason, Reason::NumberInvalid);
}

TEST(Number, TheDestinationMayBeTos_R065) {
  World world = World::simple();
  world.config.trunks[0].termination->destination_from = config::DestinationFrom::To;
  const Invite invite;
  auto request = invite.request();
  request.uri.user = "gateway";
  Decision decision = world.decide(request, invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->called, "+12128675309");
  EXPECT_EQ(admission(decision)->called_received, "+12128675309");
  EXPECT_EQ(admission(decision)->plan.targets.at(0).request_uri.user, "+12128675309");
  request.headers.set("To", "<tel:867-5309;phone-context=+1212>");
  decision = world.decide(request, invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->called, "+12128675309");
  request.headers.set("To", "<sip:12128675309@acme.sip.example>");
  decision = world.decide(request, invite);
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_NE(refusal(decision)->detail.find("To user '12128675309' has no leading +"), std::string::npos)
      << refusal(decision)->detail;
  request.headers.set("To", "<sip:");
  EXPECT_EQ(reason_of(world.decide(request, invite)), Reason::RequestMalformed);
  request.headers.remove("To");
  EXPECT_EQ(reason_of(world.decide(request, invite)), Reason::RequestMalformed);
}

TEST(Number, TheDestinationIsTheRequestUris_R065) {
  World world = World::simple();
  const Invite invite;
  auto request = invite.request();
  request.headers.set("To", "<sip:+19995550000@acme.sip.example>");
  const Decision decision = world.decide(request, invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->called, "+12128675309");
}

/// A carrier's INVITE for +14155550000, which trunk acme hosts.
struct Inbound {
  World world = World::simple();
  Invite invite;

  Inbound() {
    world.config.trunks[0].targets = {target("sip:127.0.0.10", "127.0.0.10:5062")};
    world.config.numbers.push_back(number("+14155550000", "acme"));
    world.config.numbers.push_back(number("+14155550009", ""));
    invite.source = "127.0.0.20:5060";
    invite.host = "127.0.0.1";
    invite.called = "+14155550000";
  }
};

TEST(Origination, TheAdmission_R003) {
  Inbound in;
  in.world.config.trunks[0].general.symmetric_rtp = true;
  const Decision decision = in.world.decide(in.invite);
  const Admission* made = admission(decision);
  ASSERT_TRUE(made) << explain(decision);
  EXPECT_EQ(made->direction, CallDirection::Origination);
  EXPECT_EQ(made->trunk, "acme");
  EXPECT_EQ(made->account, "account-acme");
  EXPECT_EQ(made->caller_policy.peer, "north");
  EXPECT_FALSE(made->caller_policy.symmetric_rtp);
  EXPECT_EQ(made->called, "+14155550000");
  EXPECT_FALSE(made->nonce_use);
  ASSERT_EQ(made->plan.targets.size(), 1U);
  EXPECT_EQ(made->plan.targets[0].policy.peer, "acme");
  EXPECT_FALSE(made->plan.targets[0].policy.peer_is_carrier);
  EXPECT_TRUE(made->plan.targets[0].policy.symmetric_rtp);
  EXPECT_EQ(made->plan.targets[0].address.print(), "127.0.0.10:5062");
}

TEST(Origination, TwoNumbersOneTreatment_R012) {
  Inbound in;
  in.world.config.numbers.push_back(number("+14155550001", "acme"));
  for (const char* number : {"+14155550000", "+14155550001"}) {
    in.invite.called = number;
    const Decision decision = in.world.decide(in.invite);
    ASSERT_TRUE(admission(decision)) << explain(decision);
    EXPECT_EQ(admission(decision)->trunk, "acme");
    EXPECT_EQ(admission(decision)->plan.targets.at(0).request_uri.user, number);
  }
}

TEST(Origination, UnknownAndUnassignedNumbersAreToldApart_R157) {
  Inbound in;
  in.invite.called = "+14155551111";
  const Decision unknown = in.world.decide(in.invite);
  ASSERT_TRUE(refusal(unknown)) << explain(unknown);
  EXPECT_EQ(refusal(unknown)->reason, Reason::NumberUnknown);
  EXPECT_EQ(refusal(unknown)->status, 404);
  EXPECT_TRUE(refusal(unknown)->identified);
  in.invite.called = "+14155550009";
  const Decision unassigned = in.world.decide(in.invite);
  ASSERT_TRUE(refusal(unassigned)) << explain(unassigned);
  EXPECT_EQ(refusal(unassigned)->reason, Reason::NumberUnassigned);
  EXPECT_EQ(refusal(unassigned)->status, 404);
}

TEST(Origination, ADisabledTrunkIsOutOfReach_R166) {
  Inbound in;
  in.world.config.trunks[0].enabled = false;
  const Decision decision = in.world.decide(in.invite);
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::TrunkDisabled);
  EXPECT_EQ(refusal(decision)->status, 480);
  EXPECT_EQ(refusal(decision)->trunk, "acme");
}

TEST(Origination, ATrunkWithoutTargetsCannotReceive_R010) {
  Inbound in;
  in.world.config.trunks[0].targets[0].enabled = false;
  const Decision decision = in.world.decide(in.invite);
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::NoTarget);
  EXPECT_EQ(refusal(decision)->status, 480);
  EXPECT_EQ(refusal(decision)->trunk, "acme");
}

TEST(Origination, TheCarriersFormatIsRead_R063) {
  Inbound in;
  in.world.config.carriers[0].general.number_in = NumberFormat::UsDomestic;
  in.invite.called = "4155550000";
  in.invite.calling = "2125550100";
  const Decision decision = in.world.decide(in.invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->called, "+14155550000");
  EXPECT_EQ(admission(decision)->called_received, "4155550000");
  EXPECT_EQ(admission(decision)->plan.targets.at(0).from.uri.user, "+12125550100");
  in.invite.called = "+442079460000";
  EXPECT_EQ(reason_of(in.world.decide(in.invite)), Reason::NumberInvalid);
}

TEST(Origination, ANumberThatTheTrunksFormatCannotSayGoesAsE164_R063) {
  Inbound in;
  in.world.config.numbers.push_back(number("+442079460000", "acme"));
  in.world.config.trunks[0].general.number_out = NumberFormat::UsDomestic;
  in.invite.called = "+442079460000";
  in.invite.calling = "+442079460001";
  const Decision decision = in.world.decide(in.invite);
  ASSERT_TRUE(admission(decision)) << explain(decision);
  EXPECT_EQ(admission(decision)->plan.targets.at(0).request_uri.user, "+442079460000");
  EXPECT_EQ(admission(decision)->plan.targets.at(0).from.uri.user, "+442079460001");
}

}  // namespace
}  // namespace tandem::trunk::test
