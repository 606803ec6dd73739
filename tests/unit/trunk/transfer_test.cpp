// Where a REFER leads. R-128; RFC 3515, RFC 3891, RFC 3892.
#include "tandem/trunk/transfer.hpp"

#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using Values = std::vector<std::string>;
constexpr std::size_t kFirstTarget = 0;

/// What both directions of a transferred call have in common.
struct Transferring {
  explicit Transferring(config::TransferMode mode) { rules().mode = mode; }
  virtual ~Transferring() = default;

  World world = World::simple();
  Invite invite;
  std::optional<Admission> call;
  std::shared_ptr<const Directory> directory;
  TransferRequest request;

  config::Trunk& acme() { return world.config.trunks.front(); }
  config::Carrier& north() { return world.config.carriers.front(); }
  config::Transfer& rules() { return acme().general.in_call.transfer; }

  void begin() {
    const Decision decision = world.decide(invite);
    const Admission* made = admission(decision);
    ASSERT_TRUE(made) << explain(decision);
    call = *made;
    directory = build_directory(std::make_shared<const config::Config>(world.config));
  }
  Expected<Redirection, TransferRefusal> transfer(const std::string& refer_to) {
    if (!call) begin();
    if (!call) return unexpected(TransferRefusal{});
    request.refer_to = refer_to;
    return plan_transfer(*directory, *call, request, world.random);
  }
  PlannedTarget to(const std::string& refer_to) {
    auto made = transfer(refer_to);
    EXPECT_TRUE(made.has_value()) << refer_to << ": " << (made ? "" : made.error().detail);
    if (!made) return {};
    EXPECT_EQ(made->targets.size(), 1U);
    EXPECT_EQ(made->entries.size(), 1U);
    if (made->entries.empty() || made->targets.empty()) return {};
    EXPECT_EQ(made->entries[0].leg_type, LegType::Transfer);
    EXPECT_EQ(made->targets[0].entry, 0U) << "an index into the transfer's own entries";
    return made->targets[0];
  }
  Values takes(const std::string& refer_to) {
    Values counters;
    const auto made = transfer(refer_to);
    if (!made) return {"refused: " + made.error().detail};
    for (const Reservation& taken : made->entries.at(0).takes) counters.push_back(taken.counter);
    return counters;
  }
  /// "603 transfer_disabled".
  std::string refusal(const std::string& refer_to) {
    const auto made = transfer(refer_to);
    if (made) return "taken";
    return std::to_string(made.error().status) + " " + std::string(code(made.error().reason));
  }
  std::string why_not(const std::string& refer_to) {
    const auto made = transfer(refer_to);
    return made ? "taken" : made.error().detail;
  }
};

/// The PSTN has called acme, and acme hands its caller on.
struct ByCallee : Transferring {
  explicit ByCallee(config::TransferMode mode = config::TransferMode::All) : Transferring(mode) {
    acme().targets = {target("sip:127.0.0.10", "127.0.0.10:5060")};
    world.config.numbers.push_back(number("+14155550000", "acme"));
    invite.source = "127.0.0.20:5060";
    invite.host = "127.0.0.1";
    invite.called = "+14155550000";
    request.transferor = kFirstTarget;
  }
};

/// acme has called the PSTN, and hands the one it called on.
struct ByCaller : Transferring {
  explicit ByCaller(config::TransferMode mode = config::TransferMode::All) : Transferring(mode) {
    request.transferee = kFirstTarget;
  }
};

TEST(Transfer, ASipAddressIsCalledThere_R128) {
  ByCallee call(config::TransferMode::SipOnly);
  const PlannedTarget next = call.to("\"Bob\" <sip:bob@192.0.2.7:5070;transport=tcp>");
  EXPECT_EQ(message::print(next.request_uri), "sip:bob@192.0.2.7:5070;transport=tcp");
  EXPECT_EQ(next.address.print(), "192.0.2.7:5070");
  EXPECT_EQ(next.transport, Transport::Tcp);
  EXPECT_TRUE(next.transport_written);
  EXPECT_EQ(message::print(next.to), "<sip:bob@192.0.2.7>");
  EXPECT_EQ(next.policy.peer, "acme");
  EXPECT_EQ(next.policy.in_call.transfer.mode, config::TransferMode::Off)
      << "a third party does not transfer for acme";
  EXPECT_EQ(all_headers(next.headers, "Max-Forwards"), Values{"68"})
      << "one hop more than the call that it follows";
  EXPECT_FALSE(next.credential);
  const PlannedTarget named = call.to("sip:bob@pbx2.example");
  EXPECT_FALSE(named.is_numeric());
  EXPECT_EQ(named.request_uri.host, "pbx2.example");
}

TEST(Transfer, ItsOwnPbxKeepsTheTrust_R128) {
  ByCallee call;
  call.acme().general.trust = config::Trust::Trusted;
  call.north().general.trust = config::Trust::Trusted;
  EXPECT_EQ(call.to("<sip:bob@127.0.0.10>").policy.in_call.transfer.mode, config::TransferMode::All);
}

TEST(Transfer, IsOffUnlessTheTrunkAllowsIt_R128) {
  ByCallee call(config::TransferMode::Off);
  EXPECT_EQ(call.refusal("<sip:bob@192.0.2.7>"), "603 transfer_disabled");
  ByCaller other(config::TransferMode::Off);
  EXPECT_EQ(other.refusal("<sip:bob@192.0.2.7>"), "603 transfer_disabled");
}

TEST(Transfer, AllowNamesReferWhereItIsTaken_R031) {
  ByCallee call;
  call.begin();
  EXPECT_EQ(all_headers(call.call->plan.targets.at(0).headers, "Allow"), Values{"REFER"});
  ByCallee other(config::TransferMode::Off);
  other.begin();
  EXPECT_EQ(all_headers(other.call->plan.targets.at(0).headers, "Allow"), Values{});
}

TEST(Transfer, ACarrierNeverTransfers_R128) {
  ByCallee call;
  call.request.transferor.reset();
  call.request.transferee = kFirstTarget;
  EXPECT_EQ(call.refusal("<sip:bob@192.0.2.7>"), "603 transfer_disabled");
  EXPECT_EQ(call.why_not("<sip:bob@192.0.2.7>"), "carrier north may not transfer calls");
}

TEST(Transfer, ANumberGoesThroughTheCarriers_R128) {
  ByCallee call;
  call.acme().limits.channels = 3;
  call.acme().limits.cps = 1;
  call.north().limits.channels = 5;
  for (const char* refer_to : {"<tel:+1-212-555-0100>", "<sip:+12125550100@acme.sip.example>",
                               "sip:+12125550100@ACME.sip.example"}) {
    const PlannedTarget next = call.to(refer_to);
    EXPECT_EQ(next.policy.peer, "north") << refer_to;
    EXPECT_EQ(message::print(next.request_uri), "sip:+12125550100@127.0.0.20");
    EXPECT_EQ(next.from.uri.user, "+13124441212") << "of the transferee";
    EXPECT_EQ(all_headers(next.headers, "Diversion"), Values{});
    EXPECT_EQ(call.takes(refer_to), (Values{"trunk acme", "carrier north"})) << "the transferor pays";
  }
}

TEST(Transfer, ANumberAtAListenerOfOursIsANumber_R128) {
  ByCallee call;
  call.world.config.listeners[0].bind = SocketAddress::parse("192.0.2.1:5060").value();
  EXPECT_EQ(call.to("<sip:+12125550100@192.0.2.1>").policy.peer, "north");
  EXPECT_EQ(call.to("<sip:+12125550100@192.0.2.1:5099>").policy.peer, "acme")
      << "another service on our machine";
  EXPECT_EQ(call.refusal("<sip:bob@192.0.2.1>"), "400 number_invalid");
}

TEST(Transfer, SipOnlyRefusesNumbers_R128) {
  ByCallee call(config::TransferMode::SipOnly);
  EXPECT_EQ(call.refusal("<tel:+12125550100>"), "603 transfer_disabled");
  EXPECT_EQ(call.refusal("<sip:+12125550100@acme.sip.example>"), "603 transfer_disabled");
  EXPECT_EQ(call.to("<sip:+12125550100@192.0.2.7>").policy.peer, "acme")
      << "a SIP address, whatever its user";
}

TEST(Transfer, ANumberHostedHereGoesToWhoHostsIt_R128) {
  ByCallee call(config::TransferMode::SipOnly);
  config::Trunk& beta = call.world.trunk("beta", {"hq"});
  beta.targets = {target("sip:{number}@127.0.0.30", "127.0.0.30:5060")};
  beta.limits.channels = 2;
  beta.origination.fallback_number = "+12125559999";
  call.world.config.numbers.push_back(number("+14155550001", "beta"));
  const PlannedTarget next = call.to("<tel:+14155550001>");
  EXPECT_EQ(next.policy.peer, "beta");
  EXPECT_EQ(message::print(next.request_uri), "sip:+14155550001@127.0.0.30");
  EXPECT_EQ(call.takes("<tel:+14155550001>"), Values{"trunk beta"});
  call.call.reset();
  beta.enabled = false;
  EXPECT_EQ(call.refusal("<tel:+14155550001>"), "480 no_target");
}

TEST(Transfer, CallerIdIsOfTheTransfereeOrTheTransferor_R128) {
  ByCallee callee;
  EXPECT_EQ(callee.to("<sip:bob@192.0.2.7>").from.uri.user, "+13124441212");
  EXPECT_EQ(callee.to("<sip:bob@192.0.2.7>").from.display_name, "Alice");
  callee.call.reset();
  callee.rules().caller_id = config::TransferCallerId::FromTransferor;
  EXPECT_EQ(callee.to("<sip:bob@192.0.2.7>").from.uri.user, "+14155550000");
  EXPECT_EQ(callee.to("<sip:bob@192.0.2.7>").from.display_name, "");
  ByCaller caller;
  EXPECT_EQ(caller.to("<sip:bob@192.0.2.7>").from.uri.user, "+12128675309") << "the one that acme had called";
  caller.call.reset();
  caller.rules().caller_id = config::TransferCallerId::FromTransferor;
  EXPECT_EQ(caller.to("<sip:bob@192.0.2.7>").from.uri.user, "+13124441212");
}

TEST(Transfer, AHiddenCallerStaysHidden_R070_R128) {
  ByCallee call;
  call.acme().general.trust = config::Trust::Trusted;
  call.north().general.trust = config::Trust::Trusted;
  call.invite =
      call.invite.with("Privacy", "id").with("P-Asserted-Identity", "<sip:+13124441212@north.example>");
  call.request.referred_by = "<sip:+13124441212@acme.sip.example>";
  const PlannedTarget next = call.to("<sip:bob@192.0.2.7>");
  EXPECT_EQ(message::print(next.from), "\"Anonymous\" <sip:anonymous@anonymous.invalid>");
  EXPECT_TRUE(next.identity.empty()) << "a third party is not trusted because acme is";
  EXPECT_EQ(all_headers(next.headers, "Referred-By"), Values{});
}

TEST(Transfer, ReferredByCrosses_RFC3892) {
  ByCallee call;
  call.request.referred_by = "<sip:bob@pbx.example>;cid=\"x@y\"";
  EXPECT_EQ(all_headers(call.to("<sip:carol@192.0.2.7>").headers, "Referred-By"),
            Values{"<sip:bob@pbx.example>"});
  EXPECT_EQ(all_headers(call.to("<tel:+12125550100>").headers, "Referred-By"),
            Values{"<sip:bob@pbx.example>"});
  call.request.referred_by = "<sip:bob@pbx.example>\r\nX: y";
  EXPECT_EQ(all_headers(call.to("<sip:carol@192.0.2.7>").headers, "Referred-By"), Values{});
}

TEST(Transfer, ReplacesIsTheOneThatWasFoundElseTheOneOfTheUri_RFC3891) {
  ByCallee call;
  const std::string written = "<sip:carol@192.0.2.7?Replaces=12%40pbx%3Bto-tag%3Da%3Bfrom-tag%3Db&X-Evil=1>";
  EXPECT_EQ(all_headers(call.to(written).headers, "Replaces"), Values{"12@pbx;to-tag=a;from-tag=b"});
  EXPECT_EQ(all_headers(call.to(written).headers, "X-Evil"), Values{})
      << "no other header of the URI crosses";
  EXPECT_EQ(message::print(call.to(written).request_uri), "sip:carol@192.0.2.7");
  EXPECT_EQ(replaces_in(written), "12@pbx;to-tag=a;from-tag=b");
  EXPECT_EQ(replaces_in("<sip:carol@192.0.2.7>"), "");
  call.request.replaces = "34@us;to-tag=c;from-tag=d";
  EXPECT_EQ(all_headers(call.to(written).headers, "Replaces"), Values{"34@us;to-tag=c;from-tag=d"});
  call.request.replaces.clear();
  for (const char* wrong : {"<sip:carol@192.0.2.7?Replaces=12>", "<sip:carol@192.0.2.7?Replaces=",
                            "<sip:carol@192.0.2.7?Replaces=12%3Bto-tag%3Da%3Bfrom-tag%3Db%0d%0aX:y>"})
    EXPECT_EQ(call.refusal(wrong), "400 request_malformed") << wrong;
}

TEST(Transfer, WhatCannotBeReadIs400_RFC3515_2_4_2) {
  ByCallee call;
  for (const char* wrong :
       {"", "*", "<mailto:bob@example.com>", "<sip:bob@192.0.2.7>, <sip:carol@192.0.2.8>"})
    EXPECT_EQ(call.refusal(wrong), "400 request_malformed") << wrong;
  EXPECT_EQ(call.refusal("<sip:bob@192.0.2.7;method=BYE>"), "403 transfer_refused");
  EXPECT_EQ(message::print(call.to("<sip:bob@192.0.2.7;method=INVITE>").request_uri), "sip:bob@192.0.2.7");
}

TEST(Transfer, CarriersAndNobodysAddressesAreNoWay_R128) {
  ByCallee call;
  for (const char* host : {"127.0.0.20", "127.0.0.20:5099", "0.0.0.0", "224.0.0.1", "[::ffff:192.0.2.1]"})
    EXPECT_EQ(call.refusal("<sip:+1900@" + std::string(host) + ">"), "403 transfer_refused") << host;
  EXPECT_EQ(call.refusal("<sip:bob@192.0.2.7;transport=sctp>"), "403 transfer_refused");
}

TEST(Transfer, WhatTheTrunkMayNotDialItMayNotTransferTo_R069_R078) {
  ByCallee call;
  call.acme().termination->international = config::International::Block;
  EXPECT_EQ(call.refusal("<tel:+442079460000>"), "403 transfer_refused");
  EXPECT_EQ(call.to("<tel:+12125550100>").policy.peer, "north");
  ByCaller trial;
  config::Account account;
  account.id = "account-acme";
  trial.begin();
  account.restrict_destinations = config::RestrictDestinations::Verified;
  trial.world.config.accounts.push_back(account);
  trial.directory = build_directory(std::make_shared<const config::Config>(trial.world.config));
  EXPECT_EQ(trial.refusal("<tel:+12125550100>"), "403 transfer_refused");
}

TEST(Transfer, ANumberWithoutACarrierIsRefused_R128) {
  ByCallee call;
  call.north().prefixes = {"1"};
  EXPECT_EQ(call.refusal("<tel:+442079460000>"), "404 no_route");
  EXPECT_EQ(call.refusal("<tel:7042>"), "400 number_invalid");
}

TEST(Transfer, TheHopsRunOut_R032) {
  ByCallee call;
  call.invite.max_forwards = "2";
  EXPECT_EQ(call.refusal("<sip:bob@192.0.2.7>"), "483 max_forwards_exhausted");
}

TEST(Transfer, TheCallersChannelServesTheCallToASipAddress_R079) {
  ByCaller caller;
  caller.acme().limits.channels = 3;
  EXPECT_EQ(caller.takes("<sip:bob@192.0.2.7>"), Values{}) << "the call has it already";
  EXPECT_EQ(caller.takes("<tel:+12125550100>"), Values{"trunk acme"}) << "two calls to the PSTN";
  ByCallee callee;
  callee.acme().limits.channels = 3;
  EXPECT_EQ(callee.takes("<sip:bob@192.0.2.7>"), Values{"trunk acme"}) << "the callee's goes with the callee";
}

TEST(Transfer, WhoWasTransferredOnceIsKnownByItsNewNumber_R128) {
  ByCallee call;
  call.rules().caller_id = config::TransferCallerId::FromTransferee;
  call.begin();
  auto first = call.transfer("<tel:+12125550100>");
  ASSERT_TRUE(first.has_value());
  RoutePlan& plan = call.call->plan;
  first->targets[0].entry = plan.entries.size();
  plan.entries.push_back(first->entries[0]);
  plan.targets.push_back(first->targets[0]);
  call.request.transferee = plan.targets.size() - 1;
  EXPECT_EQ(call.to("<sip:bob@192.0.2.7>").from.uri.user, "+12125550100");
}

}  // namespace
}  // namespace tandem::trunk::test
