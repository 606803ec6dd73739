// Where a 302 of a customer leads. R-093, R-108 to R-111.
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using Values = std::vector<std::string>;

/// An admitted call to acme whose first target redirects it.
struct Redirected : FromCarrier {
  Redirected() {
    acme().targets.push_back(target("sip:127.0.0.12", "127.0.0.12:5060", 20));
    acme().targets[0].headers = {{"X-Site", "hq"}};
  }
  std::shared_ptr<const Directory> directory;
  Admission call;
  bool begun = false;

  void begin() {
    call = admitted();
    directory = build_directory(std::make_shared<const config::Config>(world.config));
    begun = true;
  }
  Expected<Redirection, std::string> follow(const Values& contacts, std::size_t target = 0) {
    if (!begun) begin();
    return follow_redirect(*directory, call, target, contacts, world.random);
  }
  /// The one target that it leads to; fails the test where it leads nowhere.
  PlannedTarget to(const Values& contacts, std::size_t target = 0) {
    auto made = follow(contacts, target);
    EXPECT_TRUE(made.has_value()) << (made ? "" : made.error());
    if (!made) return {};
    EXPECT_EQ(made->targets.size(), 1U);
    EXPECT_TRUE(made->entries.empty());
    return made->targets.at(0);
  }
  std::string why_not(const Values& contacts, std::size_t target = 0) {
    const auto made = follow(contacts, target);
    EXPECT_FALSE(made.has_value());
    return made ? "" : made.error();
  }
  /// What a call does with a redirection.
  void insert(std::size_t behind, PlannedTarget next) {
    call.plan.targets.insert(call.plan.targets.begin() + static_cast<std::ptrdiff_t>(behind) + 1,
                             std::move(next));
  }
};

TEST(Redirect, TheCallGoesToTheContact_R108) {
  Redirected call;
  const PlannedTarget next = call.to({"<sip:bob@192.0.2.7:5070>"});
  EXPECT_EQ(message::print(next.request_uri), "sip:bob@192.0.2.7:5070");
  EXPECT_EQ(next.address.print(), "192.0.2.7:5070");
  EXPECT_EQ(next.name, "192.0.2.7:5070");
  EXPECT_EQ(next.transport, Transport::Udp);
  EXPECT_FALSE(next.transport_written);
  EXPECT_EQ(next.to, call.call.plan.targets[0].to) << "To stays as it was (RFC 3261 §8.1.3.4)";
  EXPECT_EQ(next.from, call.call.plan.targets[0].from);
  EXPECT_EQ(next.policy.peer, "acme");
  EXPECT_EQ(next.redirects, 1);
  EXPECT_EQ(all_headers(next.headers, "X-Site"), Values{"hq"});
  EXPECT_EQ(all_headers(next.headers, "Max-Forwards"), Values{"69"});
}

TEST(Redirect, WhatOneTargetSaysOfLargeRequestsIsNotSaidOfItsContact_R179) {
  Redirected call;
  call.acme().targets[0].large_requests = config::LargeRequests::Tcp;
  EXPECT_EQ(call.to({"<sip:bob@192.0.2.7>"}).large_requests, config::LargeRequests::Udp);
  EXPECT_EQ(call.call.plan.targets[0].large_requests, config::LargeRequests::Tcp);
  EXPECT_EQ(call.call.plan.targets[1].large_requests, config::LargeRequests::Udp);
}

TEST(Redirect, OnlyTheFirstContact_R109) {
  Redirected call;
  const std::string first = "\"a, b <c>\" <sip:b,ob@192.0.2.7>;q=0.1";
  EXPECT_EQ(call.to({first + ", <sip:carol@192.0.2.8>;q=1.0"}).request_uri.user, "b,ob");
  EXPECT_EQ(call.to({first, "<sip:carol@192.0.2.8>"}).request_uri.user, "b,ob");
  EXPECT_EQ(call.to({"sip:bob@192.0.2.7,sip:carol@192.0.2.8"}).request_uri.user, "bob");
  EXPECT_EQ(call.to({"<sip:bob@192.0.2.7>, <<nonsense"}).request_uri.user, "bob") << "the rest is not read";
  EXPECT_NE(call.why_not({"<sip:carol@acme.sip.example>", "<sip:bob@192.0.2.7>"}).find("ours"),
            std::string::npos)
      << "a first one that cannot be used is not made good by the second";
}

TEST(Redirect, NoContactIsNoWay_R108) {
  Redirected call;
  EXPECT_EQ(call.why_not({}), "it names no Contact");
  EXPECT_NE(call.why_not({""}), "");
  EXPECT_NE(call.why_not({"*"}), "");
  EXPECT_NE(call.why_not({"<mailto:bob@example.com>"}), "");
  EXPECT_NE(call.why_not({"<sip:bob@192.0.2.7>"}, 9), "");
}

TEST(Redirect, OurOwnDomainsAreRefused_R110) {
  Redirected call;
  config::DomainPattern pattern;
  pattern.plain = "{trunk}.pstn.example.com";
  call.world.config.domains = {pattern};
  config::Listener listener;
  listener.name = "udp";
  listener.bind = SocketAddress::parse("192.0.2.1:5060").value();
  listener.advertised = IpAddress::parse("198.51.100.1");
  call.world.config.listeners.push_back(listener);
  for (const char* host : {"acme.sip.example", "ACME.sip.EXAMPLE.", "nobody.pstn.example.com", "node.example",
                           "192.0.2.1", "198.51.100.1:5060"}) {
    EXPECT_NE(call.why_not({"<sip:+12125550100@" + std::string(host) + ">"}).find("ours"), std::string::npos)
        << host;
  }
  EXPECT_EQ(call.to({"<sip:bob@192.0.2.1:5099>"}).address.port, 5099) << "another service on our machine";
  call.acme().origination.redirect.pstn = true;
  call.begin();
  EXPECT_NE(call.why_not({"<sip:+12125550100@acme.sip.example;user=phone>"}).find("ours"), std::string::npos);
}

TEST(Redirect, ACarriersAddressIsReachedByNumberAlone_R111) {
  Redirected call;
  call.world.config.carriers[0].targets.push_back(target("sip:gw.carrier.example", "127.0.0.21:5060"));
  call.world.config.carriers[0].targets.back().address = {};
  for (const char* host : {"127.0.0.20:5099", "GW.carrier.example.", "127.0.0.20"})
    EXPECT_NE(call.why_not({"<sip:+1900@" + std::string(host) + ">"}).find("carrier"), std::string::npos)
        << host;
}

TEST(Redirect, AddressesOfNobodyAreRefused_R108) {
  Redirected call;
  for (const char* host :
       {"0.0.0.0", "224.0.0.1", "255.255.255.255", "[::]", "[ff02::1]", "[::ffff:127.0.0.20]"})
    EXPECT_NE(call.why_not({"<sip:bob@" + std::string(host) + ">"}), "") << host;
  EXPECT_EQ(call.to({"<sip:bob@[2001:db8::7]>"}).address.print(), "[2001:db8::7]:5060");
}

TEST(Redirect, EdgeAndTnxAreIgnored_R111) {
  Redirected call;
  call.begin();
  call.call.plan.targets[0].edge = "tokyo";
  const PlannedTarget next = call.to({"<sip:bob@192.0.2.7;edge=dublin;tnx=abc;region=ie1;x=1>"});
  EXPECT_EQ(next.edge, "tokyo") << "the same egress edge";
  EXPECT_EQ(next.entry, call.call.plan.targets[0].entry) << "the same trunk";
  EXPECT_EQ(message::print(next.request_uri), "sip:bob@192.0.2.7;x=1");
}

TEST(Redirect, PasswordHeadersAndMaddrAreIgnored_R108) {
  Redirected call;
  const PlannedTarget next =
      call.to({"<sip:bob:secret@192.0.2.7;maddr=127.0.0.1;method=BYE?Route=%3Csip:x%3E&X-A=b%0d%0aVia:c>"});
  EXPECT_EQ(message::print(next.request_uri), "sip:bob@192.0.2.7");
  EXPECT_EQ(next.address.print(), "192.0.2.7:5060");
  EXPECT_EQ(header(next.headers, "Route"), nullptr);
}

TEST(Redirect, TransportOfTheContact_R108_R093) {
  Redirected call;
  PlannedTarget next = call.to({"<sip:bob@192.0.2.7;transport=TCP>"});
  EXPECT_EQ(next.transport, Transport::Tcp);
  EXPECT_TRUE(next.transport_written);
  next = call.to({"<sips:bob@192.0.2.7>"});
  EXPECT_EQ(next.transport, Transport::Tls);
  EXPECT_EQ(next.address.port, 5061);
  EXPECT_EQ(next.request_uri.scheme, message::Scheme::Sip);
  next = call.to({"<sip:bob@192.0.2.7;transport=tls>"});
  EXPECT_EQ(next.address.port, 5061);
  EXPECT_NE(call.why_not({"<sip:bob@192.0.2.7;transport=sctp>"}).find("transport"), std::string::npos);
}

TEST(Redirect, ANameIsForTheResolver_R108) {
  Redirected call;
  PlannedTarget next = call.to({"<sip:bob@other.example>"});
  EXPECT_FALSE(next.is_numeric());
  EXPECT_EQ(next.request_uri.host, "other.example");
  EXPECT_FALSE(next.request_uri.port);
  EXPECT_FALSE(next.transport_written);
  next = call.to({"<sip:bob@other.example:5090;transport=tcp>"});
  EXPECT_EQ(next.request_uri.port, 5090);
  EXPECT_TRUE(next.transport_written);
}

TEST(Redirect, ALoopEnds_R111) {
  Redirected call;
  call.begin();
  EXPECT_NE(call.why_not({"<sip:+14155550000@127.0.0.10>"}).find("loop"), std::string::npos);
  EXPECT_NE(call.why_not({"<sip:+14155550000@127.0.0.10:5060;transport=udp;x=2>"}).find("loop"),
            std::string::npos);
  EXPECT_EQ(call.to({"<sip:+14155550000@127.0.0.10;transport=tcp>"}).transport, Transport::Tcp)
      << "the same by another transport is another way";
  EXPECT_EQ(call.to({"<sip:other@127.0.0.10>"}).request_uri.user, "other");
  // a to b to a
  call.insert(0, call.to({"<sip:bob@Other.example>"}));
  EXPECT_NE(call.why_not({"<sip:+14155550000@127.0.0.10>"}, 1).find("loop"), std::string::npos);
  EXPECT_NE(call.why_not({"<sip:bob@other.example.:5060>"}, 1).find("loop"), std::string::npos);
  EXPECT_EQ(call.to({"<sip:+14155550000@127.0.0.12>"}, 1).address.print(), "127.0.0.12:5060")
      << "the plan's next target was not tried yet";
}

TEST(Redirect, FiveAndNoMore_R111) {
  Redirected call;
  call.begin();
  for (std::size_t i = 0; i < 5; ++i) {
    call.insert(i, call.to({"<sip:bob@192.0.2." + std::to_string(i + 1) + ">"}, i));
    EXPECT_EQ(call.call.plan.targets[i + 1].redirects, i + 1);
  }
  EXPECT_EQ(call.why_not({"<sip:bob@192.0.2.99>"}, 5), "it was redirected 5 times already");
}

TEST(Redirect, MayBeOff_R108) {
  Redirected call;
  call.acme().origination.redirect.follow = false;
  EXPECT_NE(call.why_not({"<sip:bob@192.0.2.7>"}).find("redirect.follow"), std::string::npos);
}

TEST(Redirect, OfACarrierIsNotFollowed_R108) {
  Redirected call;
  call.acme().origination.fallback_number = "+13125550000";
  EXPECT_NE(call.why_not({"<sip:bob@192.0.2.7>"}, 2).find("carrier north"), std::string::npos);
}

TEST(Redirect, TheDiversionsStay_R111) {
  Redirected call;
  call.begin();
  EXPECT_EQ(all_headers(call.to({"<sip:bob@192.0.2.7>"}).headers, "Diversion"),
            Values{"<sip:+14155550000@acme.sip.example>"})
      << "the number that redirects stands on top already";
  auto& headers = call.call.plan.targets[0].headers;
  std::erase_if(headers, [](const message::Header& one) { return one.name == "Diversion"; });
  headers.push_back({"Diversion", "<sip:+12125550100@other.example>;reason=no-answer"});
  EXPECT_EQ(
      all_headers(call.to({"<sip:bob@192.0.2.7>"}).headers, "Diversion"),
      (Values{"<sip:+14155550000@acme.sip.example>", "<sip:+12125550100@other.example>;reason=no-answer"}));
}

TEST(Redirect, HistoryInfoGetsTheNextBranch_R077_RFC7044) {
  Redirected call;
  call.acme().origination.history_info = true;
  EXPECT_EQ(all_headers(call.to({"<sip:bob@192.0.2.7>"}).headers, "History-Info"),
            (Values{"<sip:+14155550000@acme.sip.example>;index=1",
                    "<sip:+14155550000@127.0.0.10>;index=1.1;rc=1", "<sip:bob@192.0.2.7>;index=1.2;mp=1.1"}));
}

TEST(RedirectToANumber, OnlyWhereItIsAllowed_R111) {
  Redirected call;
  for (const char* contact : {"<tel:+12125550100>", "<sip:+12125550100@other.example;user=phone>"})
    EXPECT_NE(call.why_not({contact}).find("origination.redirect.pstn"), std::string::npos) << contact;
}

TEST(RedirectToANumber, ThroughTheCarriersAsAnEntryOfItsOwn_R111) {
  Redirected call;
  call.acme().origination.redirect.pstn = true;
  call.acme().limits.channels = 3;
  call.acme().limits.cps = 1;
  call.world.config.carriers[0].limits.channels = 5;
  for (const char* contact : {"<tel:+1-212-555-0100>", "<sip:+12125550100@other.example;user=phone>",
                              "<tel:555-0100;phone-context=+1212>"}) {
    const auto made = call.follow({contact});
    ASSERT_TRUE(made.has_value()) << made.error();
    ASSERT_EQ(made->entries.size(), 1U);
    ASSERT_EQ(made->targets.size(), 1U);
    EXPECT_EQ(made->entries[0].leg_type, LegType::Redirect);
    EXPECT_EQ(to_string(made->entries[0].leg_type), "redirect");
    Values counters;
    for (const Reservation& taken : made->entries[0].takes) counters.push_back(taken.counter);
    EXPECT_EQ(counters, (Values{"trunk acme", "carrier north"})) << "billed to the trunk: it holds a channel";
    const PlannedTarget& next = made->targets[0];
    EXPECT_EQ(next.entry, 0U) << "an index into the redirection's entries";
    EXPECT_EQ(next.policy.peer, "north");
    EXPECT_EQ(message::print(next.request_uri), "sip:+12125550100@127.0.0.20");
    EXPECT_EQ(next.from.uri.user, "+13124441212");
    EXPECT_EQ(all_headers(next.headers, "Max-Forwards"), Values{"69"});
    EXPECT_EQ(all_headers(next.headers, "Diversion"), Values{"<sip:+14155550000@acme.sip.example>"});
    EXPECT_EQ(header(next.headers, "X-Site"), nullptr) << "private headers are the customer's";
    EXPECT_EQ(next.redirects, 1);
  }
}

TEST(RedirectToANumber, WhatIsNoNumberOrHasNoCarrierIsRefused_R111) {
  Redirected call;
  call.acme().origination.redirect.pstn = true;
  call.world.config.carriers[0].prefixes = {"1"};
  EXPECT_NE(call.why_not({"<tel:7042>"}), "");
  EXPECT_NE(call.why_not({"<sip:bob@other.example;user=phone>"}).find("number"), std::string::npos);
  EXPECT_NE(call.why_not({"<tel:+442079460000>"}).find("no enabled carrier"), std::string::npos);
  EXPECT_NE(call.why_not({"<tel:+14155550000>"}).find("loop"), std::string::npos) << "the number itself";
}

TEST(RedirectToANumber, WhatTheTrunkMayNotDialItMayNotRedirectTo_R069_R078) {
  Redirected call;
  call.acme().origination.redirect.pstn = true;
  call.acme().termination->international = config::International::Block;
  EXPECT_NE(call.why_not({"<tel:+442079460000>"}).find("blocks international calls"), std::string::npos);
  EXPECT_TRUE(call.follow({"<tel:+12125550100>"}).has_value());
  config::Account account;
  account.id = call.acme().account;
  account.restrict_destinations = config::RestrictDestinations::Verified;
  call.world.config.accounts = {account};
  call.begin();
  EXPECT_EQ(call.why_not({"<tel:+12125550100>"}), "+12125550100 is not verified for account account-acme");
  config::VerifiedCallerId verified;
  verified.number = "+12125550100";
  verified.account = account.id;
  call.world.config.verified_caller_ids = {verified};
  call.begin();
  EXPECT_TRUE(call.follow({"<tel:+12125550100>"}).has_value());
}

TEST(Redirect, WhateverAContactSaysNothingOfOursIsReached_R110) {
  Redirected call;
  call.acme().origination.redirect.pstn = true;
  call.begin();
  Random random(4242);
  const auto pick = [&random](const Values& from) { return from[random.below(from.size())]; };
  const Values schemes = {"<sip:", "<sip:", "<sips:", "<tel:", "sip:", "\"x,<y>\" <sip:"};
  const Values users = {"bob@", "+12125550100@", "+12125550100", "", "%0d%0a@", "b,o@"};
  const Values hosts = {"acme.sip.example", "NODE.example.", "192.0.2.7",
                        "127.0.0.20",       "pbx.example",   "[2001:db8::7]"};
  const Values ends = {"",
                       ":5060",
                       ";user=phone",
                       ";maddr=node.example",
                       ";transport=tcp",
                       ";edge=x",
                       "?Route=x",
                       "?X-A=b%0d%0aVia:c",
                       "\r\n",
                       "\xff",
                       "\"",
                       ","};
  int followed = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string contact = pick(schemes) + pick(users) + pick(hosts);
    for (std::uint64_t n = random.below(4); n > 0; --n) contact += pick(ends);
    if (contact.find('<') != std::string::npos && random.below(20) != 0) contact += '>';
    const auto made = call.follow({contact});
    if (!made) {
      for (char c : made.error()) ASSERT_GE(static_cast<unsigned char>(c), 0x20U) << "a log line";
      continue;
    }
    ++followed;
    for (const PlannedTarget& next : made->targets) {
      EXPECT_NE(next.request_uri.host, "acme.sip.example") << contact;
      EXPECT_NE(next.request_uri.host, "node.example") << contact;
      EXPECT_EQ(next.request_uri.host == "127.0.0.20", next.policy.peer_is_carrier) << contact;
      EXPECT_EQ(message::find_param(next.request_uri.params, "maddr"), nullptr) << contact;
      EXPECT_TRUE(next.request_uri.headers.empty()) << contact;
      EXPECT_EQ(message::print(next.request_uri).find_first_of("\r\n"), std::string::npos) << contact;
      EXPECT_LT(next.entry, made->entries.empty() ? call.call.plan.entries.size() : made->entries.size());
    }
  }
  EXPECT_GT(followed, 1000);
}

}  // namespace
}  // namespace tandem::trunk::test
