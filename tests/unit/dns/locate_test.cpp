// RFC 3263 §4 on a DNS that is a map: which records are asked for, and which addresses come out, in which
// order.
#include "dns/locate.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tandem::dns {
namespace {

struct Locate : testing::Test {
  void srv(const std::string& name, std::vector<SrvRecord> services) {
    add({name, RecordType::Srv}, Outcome::Found).services = std::move(services);
  }
  void naptr(const std::string& name, std::vector<NaptrRecord> pointers) {
    add({name, RecordType::Naptr}, Outcome::Found).pointers = std::move(pointers);
  }
  void host(const std::string& name, std::initializer_list<const char*> ips) {
    for (const char* ip : ips) {
      const IpAddress address = *IpAddress::parse(ip);
      add({name, address.is_v4() ? RecordType::A : RecordType::Aaaa}, Outcome::Found)
          .addresses.push_back(address);
    }
  }
  RecordSet& add(const RecordKey& key, Outcome outcome) {
    RecordSet& set = world[key];
    set.outcome = outcome;
    return set;
  }
  void unknown(const RecordKey& key) { unknown_keys.push_back(key); }

  /// What is not in the map does not exist, unless it is said to be unknown.
  Located look(const Question& question) {
    asked.clear();
    return locate(
        question,
        [&](const RecordKey& key) -> Records {
          asked.push_back(key.name + " " + std::string(to_string(key.type)));
          if (std::find(unknown_keys.begin(), unknown_keys.end(), key) != unknown_keys.end()) return nullptr;
          const auto found = world.find(key);
          return found == world.end() ? make_records(absent)
                                      : std::make_shared<const RecordSet>(found->second);
        },
        seed, rules);
  }
  /// "udp 192.0.2.1:5060" for each address, in order.
  std::vector<std::string> addresses(const Question& question) {
    std::vector<std::string> texts;
    for (const TargetAddress& target : look(question).addresses)
      texts.push_back(std::string(to_string(target.transport)) + " " + target.address.print());
    return texts;
  }

  std::unordered_map<RecordKey, RecordSet> world;
  std::vector<RecordKey> unknown_keys;
  Outcome absent = Outcome::NoName;
  std::vector<std::string> asked;
  std::uint64_t seed = 1;
  LocateRules rules{{Transport::Udp, Transport::Tcp}, Naptr::Ask, 16};
};
using Texts = std::vector<std::string>;

Question to(std::string host, std::optional<Transport> transport = {},
            std::optional<std::uint16_t> port = {}) {
  return {std::move(host), port, transport, Families::V4};
}

TEST_F(Locate, ANumericHostIsTheAnswer_R176) {
  EXPECT_EQ(addresses(to("192.0.2.1")), Texts{"udp 192.0.2.1:5060"});
  EXPECT_EQ(addresses(to("192.0.2.1", Transport::Tcp, 5070)), Texts{"tcp 192.0.2.1:5070"});
  EXPECT_EQ(addresses(to("2001:db8::1", Transport::Tls)), Texts{"tls [2001:db8::1]:5061"});
  EXPECT_TRUE(asked.empty());
}

TEST_F(Locate, WithAPortNeitherNaptrNorSrvIsAsked_RFC3263_4_2) {
  host("pbx.example", {"192.0.2.1"});
  EXPECT_EQ(addresses(to("pbx.example", {}, 5080)), Texts{"udp 192.0.2.1:5080"});
  EXPECT_EQ(addresses(to("pbx.example", Transport::Tls, 5080)), Texts{"tls 192.0.2.1:5080"});
  EXPECT_EQ(asked, Texts{"pbx.example A"});
}

TEST_F(Locate, WithATransportItsServiceAloneIsAsked_RFC3263_4_2) {
  srv("_sips._tcp.pbx.example", {{1, 1, 5071, "a.example"}});
  host("a.example", {"192.0.2.1"});
  EXPECT_EQ(addresses(to("pbx.example", Transport::Tls)), Texts{"tls 192.0.2.1:5071"});
  EXPECT_EQ(asked, (Texts{"_sips._tcp.pbx.example SRV", "a.example A"}));
}

TEST_F(Locate, NaptrChoosesTheTransport_R176) {
  naptr("pbx.example", {{50, 50, "s", "SIPS+D2T", "", "_sips._tcp.pbx.example"},
                        {90, 50, "S", "sip+d2t", "", "_sip._tcp.pbx.example"},
                        {100, 50, "s", "SIP+D2U", "", "_sip._udp.pbx.example"}});
  srv("_sip._tcp.pbx.example", {{1, 1, 5062, "a.example"}});
  srv("_sip._udp.pbx.example", {{1, 1, 5063, "a.example"}});
  host("a.example", {"192.0.2.1"});
  EXPECT_EQ(addresses(to("pbx.example")), Texts{"tcp 192.0.2.1:5062"});  // no TLS here, and TCP before UDP
  rules.transports = {Transport::Udp};
  EXPECT_EQ(addresses(to("pbx.example")), Texts{"udp 192.0.2.1:5063"});
  rules.naptr = Naptr::Skip;
  rules.transports = {Transport::Udp, Transport::Tcp};
  EXPECT_EQ(addresses(to("pbx.example")), (Texts{"udp 192.0.2.1:5063", "tcp 192.0.2.1:5062"}));
}

TEST_F(Locate, NaptrOfOneOrderComeByPreferenceAndAHigherOrderWhenTheLowerHasNothing_RFC3403_4_1) {
  naptr("pbx.example", {{10, 20, "s", "SIP+D2U", "", "u.example"},
                        {10, 10, "s", "SIP+D2T", "", "t.example"},
                        {20, 10, "s", "SIP+D2U", "", "later.example"}});
  srv("u.example", {{1, 1, 5061, "a.example"}});
  srv("t.example", {{1, 1, 5062, "a.example"}});
  srv("later.example", {{1, 1, 5063, "a.example"}});
  host("a.example", {"192.0.2.1"});
  EXPECT_EQ(addresses(to("pbx.example")), (Texts{"tcp 192.0.2.1:5062", "udp 192.0.2.1:5061"}));
  world.erase({"u.example", RecordType::Srv});
  world.erase({"t.example", RecordType::Srv});
  EXPECT_EQ(addresses(to("pbx.example")), Texts{"udp 192.0.2.1:5063"});
}

TEST_F(Locate, NaptrWeCannotUseAreAsNone) {
  naptr("pbx.example", {{1, 1, "s", "SIPS+D2T", "", "no.example"},  // no TLS here
                        {1, 1, "u", "E2U+sip", "!x!y!", ""},
                        {1, 1, "s", "SIP+D2U", "!x!y!", "no.example"},
                        {1, 1, "", "SIP+D2U", "", "no.example"},
                        {1, 1, "s", "SIP+D2U", "", "no?.example"}});
  srv("_sip._udp.pbx.example", {{1, 1, 5060, "a.example"}});
  host("a.example", {"192.0.2.1"});
  EXPECT_EQ(addresses(to("pbx.example")), Texts{"udp 192.0.2.1:5060"});
}

TEST_F(Locate, WithoutNaptrEachTransportIsAskedAtOnce_RFC3263_4_1) {
  unknown({"_sip._udp.pbx.example", RecordType::Srv});
  unknown({"_sip._tcp.pbx.example", RecordType::Srv});
  const Located located = look(to("pbx.example"));
  EXPECT_EQ(located.missing, (std::vector<RecordKey>{{"_sip._udp.pbx.example", RecordType::Srv},
                                                     {"_sip._tcp.pbx.example", RecordType::Srv}}));
  EXPECT_TRUE(located.failure.empty());
}

TEST_F(Locate, WithoutAnySrvTheDomainIsAHost_RFC3263_4_2) {
  host("pbx.example", {"192.0.2.1"});
  EXPECT_EQ(addresses(to("pbx.example")), Texts{"udp 192.0.2.1:5060"});
  EXPECT_EQ(addresses(to("pbx.example", Transport::Tcp)), Texts{"tcp 192.0.2.1:5060"});
  EXPECT_EQ(addresses(to("pbx.example", Transport::Tls)), Texts{"tls 192.0.2.1:5061"});
  naptr("pbx.example", {{1, 1, "s", "SIP+D2T", "", "gone.example"}});
  EXPECT_EQ(addresses(to("pbx.example")), Texts{"tcp 192.0.2.1:5060"});
}

TEST_F(Locate, AServerThatFailsAtSrvDoesNotMakeTheDomainAHost) {
  host("pbx.example", {"192.0.2.80"});  // its web server
  add({"_sip._udp.pbx.example", RecordType::Srv}, Outcome::ServerFailed);
  const Located located = look(to("pbx.example"));
  EXPECT_TRUE(located.addresses.empty());
  EXPECT_NE(located.failure.find("_sip._udp.pbx.example: every name server failed"), std::string::npos)
      << located.failure;
}

TEST_F(Locate, AServerThatFailsAtNaptrMayKnowSrv) {
  add({"pbx.example", RecordType::Naptr}, Outcome::ServerFailed);
  srv("_sip._tcp.pbx.example", {{1, 1, 5060, "a.example"}});
  host("a.example", {"192.0.2.1"});
  EXPECT_EQ(addresses(to("pbx.example")), Texts{"tcp 192.0.2.1:5060"});
}

TEST_F(Locate, EveryRecordInOrder_R176) {
  srv("_sip._udp.pbx.example", {{30, 0, 5063, "c.example"},
                                {10, 0, 5061, "a.example"},
                                {20, 0, 5062, "gone.example"},
                                {20, 0, 5062, "b.example"}});
  host("a.example", {"192.0.2.1", "192.0.2.2"});
  host("b.example", {"192.0.2.3"});
  host("c.example", {"192.0.2.4"});
  Texts found = addresses(to("pbx.example", Transport::Udp));
  ASSERT_EQ(found.size(), 4U);
  std::sort(found.begin(), found.begin() + 2);  // the two of one host have no order
  EXPECT_EQ(found,
            (Texts{"udp 192.0.2.1:5061", "udp 192.0.2.2:5061", "udp 192.0.2.3:5062", "udp 192.0.2.4:5063"}));
}

TEST_F(Locate, TheRootAsTargetMeansNoService_RFC2782) {
  host("pbx.example", {"192.0.2.1"});
  srv("_sip._tcp.pbx.example", {{0, 0, 0, ""}});
  const Located refused = look(to("pbx.example", Transport::Tcp));
  EXPECT_TRUE(refused.addresses.empty());
  EXPECT_EQ(refused.failure,
            "_sip._tcp.pbx.example: the domain does not offer this service (SRV target \".\")");
  srv("_sip._udp.pbx.example", {{0, 0, 5060, "pbx.example"}});
  EXPECT_EQ(addresses(to("pbx.example")), Texts{"udp 192.0.2.1:5060"});
}

TEST_F(Locate, FamiliesAsTheQuestionSays) {
  host("pbx.example", {"192.0.2.1", "2001:db8::1"});
  Question question = to("pbx.example", {}, 5060);
  EXPECT_EQ(addresses(question), Texts{"udp 192.0.2.1:5060"});
  EXPECT_EQ(asked, Texts{"pbx.example A"});
  question.families = Families::V6;
  EXPECT_EQ(addresses(question), Texts{"udp [2001:db8::1]:5060"});
  question.families = Families::V4ThenV6;
  EXPECT_EQ(addresses(question), (Texts{"udp 192.0.2.1:5060", "udp [2001:db8::1]:5060"}));
  question.families = Families::V6ThenV4;
  EXPECT_EQ(addresses(question), (Texts{"udp [2001:db8::1]:5060", "udp 192.0.2.1:5060"}));
  world.erase({"pbx.example", RecordType::Aaaa});
  EXPECT_EQ(addresses(question), Texts{"udp 192.0.2.1:5060"});
  EXPECT_TRUE(look(question).failure.empty());
}

TEST_F(Locate, AliasesThatTheServerDidNotFollow) {
  add({"pbx.example", RecordType::A}, Outcome::Alias).alias = "B.example.";
  add({"b.example", RecordType::A}, Outcome::Alias).alias = "c.example";
  host("c.example", {"192.0.2.1"});
  EXPECT_EQ(addresses(to("pbx.example", {}, 5060)), Texts{"udp 192.0.2.1:5060"});
  add({"c.example", RecordType::A}, Outcome::Alias).alias = "pbx.example";
  EXPECT_EQ(look(to("pbx.example", {}, 5060)).failure, "pbx.example: too many aliases in a row");
  add({"c.example", RecordType::A}, Outcome::Alias).alias = "no?.example";
  EXPECT_NE(look(to("pbx.example", {}, 5060)).failure, "");
}

TEST_F(Locate, TheFailureThatSaysMostIsKept) {
  EXPECT_EQ(look(to("pbx.example")).failure, "pbx.example: no such name");
  absent = Outcome::NoRecord;
  EXPECT_EQ(look(to("pbx.example")).failure, "pbx.example: no A record");
  srv("_sip._udp.pbx.example",
      {{1, 1, 5060, "a.example"}, {2, 1, 5060, "b.example"}, {3, 1, 5060, "c.example"}});
  add({"b.example", RecordType::A}, Outcome::NoAnswer);
  EXPECT_EQ(look(to("pbx.example")).failure, "b.example: no name server answered in time (A)");
  add({"c.example", RecordType::A}, Outcome::Unreadable);
  EXPECT_EQ(look(to("pbx.example")).failure, "c.example: the name server's answer cannot be read (A)");
}

TEST_F(Locate, AnAnswerHasNoAddressTwiceAndAtMostSixteen) {
  std::vector<SrvRecord> many;
  for (unsigned i = 0; i < 40; ++i) many.push_back({1, 1, 5060, "h" + std::to_string(i) + ".example"});
  srv("_sip._udp.pbx.example", many);
  for (unsigned i = 0; i < 40; ++i) host("h" + std::to_string(i) + ".example", {"192.0.2.1"});
  EXPECT_EQ(addresses(to("pbx.example", Transport::Udp)), Texts{"udp 192.0.2.1:5060"});
  EXPECT_EQ(asked.size(), 1U + 16U);
  for (int i = 2; i < 100; ++i) host("h0.example", {("192.0.2." + std::to_string(i)).c_str()});
  EXPECT_EQ(look(to("h0.example", {}, 5060)).addresses.size(), 16U);
}

TEST_F(Locate, WhatBecomesKnownLaterDoesNotChangeTheOrder) {
  std::vector<SrvRecord> services;
  for (const char* name : {"a.example", "b.example", "c.example", "d.example"}) {
    services.push_back({1, 10, 5060, name});
    host(name, {("192.0.2." + std::to_string(services.size())).c_str(),
                ("192.0.3." + std::to_string(services.size())).c_str()});
  }
  srv("_sip._udp.pbx.example", services);
  for (seed = 0; seed < 50; ++seed) {
    unknown_keys = {{"b.example", RecordType::A}};
    const Texts partial = addresses(to("pbx.example", Transport::Udp));
    unknown_keys.clear();
    Texts whole = addresses(to("pbx.example", Transport::Udp));
    std::erase_if(whole, [](const std::string& text) { return text.find(".2:5060") != std::string::npos; });
    EXPECT_EQ(partial, whole);
    EXPECT_EQ(partial.size(), 6U);
  }
}

TEST_F(Locate, EachSeedDrawsAnew_R176) {
  srv("_sip._udp.pbx.example", {{1, 70, 5060, "a.example"}, {1, 30, 5060, "b.example"}});
  host("a.example", {"192.0.2.1", "192.0.2.2"});
  host("b.example", {"192.0.2.3"});
  Random random(5);
  std::map<std::string, double> shares;
  for (int i = 0; i < 10000; ++i) {
    seed = random.next();
    shares[addresses(to("pbx.example", Transport::Udp)).front()] += 0.01;
  }
  EXPECT_NEAR(shares["udp 192.0.2.1:5060"], 35, 2);
  EXPECT_NEAR(shares["udp 192.0.2.2:5060"], 35, 2);
  EXPECT_NEAR(shares["udp 192.0.2.3:5060"], 30, 2);
}

}  // namespace
}  // namespace tandem::dns
