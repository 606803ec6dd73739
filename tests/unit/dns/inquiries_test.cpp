// The resolver on given time, with the test as the name server.
#include "dns/inquiries.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace tandem::dns {
namespace {

using namespace std::chrono_literals;

struct Asking : testing::Test {
  std::optional<Answer> ask(std::string host, std::uint64_t token = 1,
                            std::optional<std::uint16_t> port = 5060) {
    return inquiries.ask({std::move(host), port, Transport::Udp, Families::V4}, token, now);
  }
  void found(const std::string& name, std::initializer_list<const char*> ips,
             std::chrono::seconds ttl = 60s) {
    RecordSet set;
    set.outcome = Outcome::Found;
    set.ttl = ttl;
    for (const char* ip : ips) set.addresses.push_back(*IpAddress::parse(ip));
    inquiries.on_records({name, RecordType::A}, std::move(set), now);
  }
  void services(const std::string& name, std::vector<SrvRecord> records, std::chrono::seconds ttl = 60s) {
    RecordSet set;
    set.outcome = Outcome::Found;
    set.ttl = ttl;
    set.services = std::move(records);
    inquiries.on_records({name, RecordType::Srv}, std::move(set), now);
  }
  void failed(const std::string& name, Outcome outcome, std::optional<std::chrono::seconds> ttl = {}) {
    RecordSet set;
    set.outcome = outcome;
    set.ttl = ttl;
    inquiries.on_records({name, RecordType::A}, std::move(set), now);
  }
  std::vector<std::string> queries() {
    std::vector<std::string> names;
    for (const RecordKey& key : inquiries.take_queries()) names.push_back(key.name);
    return names;
  }
  std::vector<std::string> texts(const Answer& answer) {
    std::vector<std::string> all;
    for (const TargetAddress& target : answer.addresses) all.push_back(target.address.print());
    return all;
  }
  /// The only answer that came, whose token is 1.
  Answer answer() {
    auto answers = inquiries.take_answers();
    EXPECT_EQ(answers.size(), 1U);
    if (answers.size() != 1) return {};
    EXPECT_EQ(answers[0].first, 1U);
    return answers[0].second;
  }
  void restart(const ResolverOptions& changed) { inquiries = Inquiries(changed, {}, Random(1)); }

  ResolverOptions options;
  Hosts hosts{{"pbx.local", {*IpAddress::parse("192.0.2.9"), *IpAddress::parse("2001:db8::9")}}};
  Inquiries inquiries{options, hosts, Random(1)};
  Instant now{1h};
};
using Names = std::vector<std::string>;

TEST_F(Asking, KnownAtOnce) {
  EXPECT_EQ(texts(*ask("[2001:db8::1]")), Names{"[2001:db8::1]:5060"});
  EXPECT_EQ(texts(*ask("PBX.local.")), Names{"192.0.2.9:5060"});
  EXPECT_EQ(texts(*ask("pbx.local", 1, std::nullopt)),
            Names{"192.0.2.9:5060"});  // a host, and no SRV is asked for
  EXPECT_EQ(ask("pbx/local")->failure, "pbx/local: not a host name");
  EXPECT_TRUE(queries().empty());
  EXPECT_EQ(inquiries.stats().answered_at_once, 4U);
  EXPECT_EQ(inquiries.stats().failed, 1U);
}

TEST_F(Asking, AHostsNameBehindSrvIsFound) {
  EXPECT_FALSE(ask("pbx.example", 1, std::nullopt));
  services("_sip._udp.pbx.example", {{1, 1, 5070, "pbx.local"}});
  EXPECT_EQ(texts(answer()), Names{"192.0.2.9:5070"});
}

TEST_F(Asking, OnlyTheHostsFamilyThatIsAskedFor) {
  Question question{"pbx.local", 5060, {}, Families::V6};
  EXPECT_EQ(texts(*inquiries.ask(question, 1, now)), Names{"[2001:db8::9]:5060"});
}

TEST_F(Asking, AHundredQuestionsAreOneQuery_R176) {
  for (std::uint64_t token = 1; token <= 100; ++token) EXPECT_FALSE(ask("a.example", token));
  EXPECT_EQ(queries(), Names{"a.example"});
  EXPECT_EQ(inquiries.stats().waiting, 100U);
  found("a.example", {"192.0.2.1"});
  EXPECT_EQ(inquiries.take_answers().size(), 100U);
  EXPECT_EQ(inquiries.stats().waiting, 0U);
  EXPECT_EQ(inquiries.stats().queries, 1U);
}

TEST_F(Asking, TheCacheAnswersUntilTheLifeOfTheRecordsEnds_R176) {
  EXPECT_FALSE(ask("a.example"));
  now += 2s;  // the life is counted from the question, so it ends rather early than late
  found("a.example", {"192.0.2.1"}, 60s);
  now += 57s + 999ms;
  EXPECT_EQ(texts(*ask("a.example")), Names{"192.0.2.1:5060"});
  now += 1ms;
  EXPECT_FALSE(ask("a.example"));
}

TEST_F(Asking, EachSetOfTheChainHasItsOwnLife_R176) {
  EXPECT_FALSE(ask("pbx.example", 1, std::nullopt));
  services("_sip._udp.pbx.example", {{1, 1, 5060, "a.example"}}, 600s);
  found("a.example", {"192.0.2.1"}, 30s);
  (void)queries();
  now += 30s;
  EXPECT_FALSE(ask("pbx.example", 1, std::nullopt));
  EXPECT_EQ(queries(), Names{"a.example"});
}

TEST_F(Asking, LifeHasBounds) {
  options.min_ttl = 2s;
  options.max_ttl = 100s;
  restart(options);
  EXPECT_FALSE(ask("a.example"));
  EXPECT_FALSE(ask("b.example", 2));
  found("a.example", {"192.0.2.1"}, 0s);
  found("b.example", {"192.0.2.2"}, 86400s);
  now += 1999ms;
  EXPECT_TRUE(ask("a.example"));
  now += 1ms;
  EXPECT_FALSE(ask("a.example"));
  now += 97999ms;
  EXPECT_TRUE(ask("b.example"));
  now += 1ms;
  EXPECT_FALSE(ask("b.example"));
}

TEST_F(Asking, WhatDoesNotExistIsRememberedAsTheSoaSaysAndNotLonger_RFC2308) {
  for (const auto& [said, kept] : std::map<int, int>{{30, 30}, {900, 60}}) {
    const std::string name = "n" + std::to_string(said) + ".example";
    EXPECT_FALSE(ask(name));
    failed(name, Outcome::NoName, std::chrono::seconds(said));
    EXPECT_EQ(answer().failure, name + ": no such name");
    now += std::chrono::seconds(kept) - 1ms;
    EXPECT_EQ(ask(name)->failure, name + ": no such name");
    now += 1ms;
    EXPECT_FALSE(ask(name));
  }
}

TEST_F(Asking, AFailureIsBelievedForAMomentAndOfThatNameAlone_R176) {
  for (const Outcome outcome :
       {Outcome::NoAnswer, Outcome::ServerFailed, Outcome::Unreadable, Outcome::NoRecord}) {
    EXPECT_FALSE(ask("a.example"));
    EXPECT_FALSE(ask("b.example", 2));
    failed("a.example", outcome);
    EXPECT_FALSE(answer().failure.empty());
    found("b.example", {"192.0.2.2"}, 1s);
    EXPECT_EQ(texts(inquiries.take_answers().at(0).second), Names{"192.0.2.2:5060"});
    now += 4999ms;
    EXPECT_TRUE(ask("a.example"));
    now += 1ms;
    EXPECT_FALSE(ask("a.example"));
    found("a.example", {"192.0.2.1"}, 1s);
    EXPECT_EQ(texts(answer()), Names{"192.0.2.1:5060"});
    now += 1s;
  }
  EXPECT_EQ(inquiries.stats().unanswered, 1U);
  EXPECT_EQ(inquiries.stats().server_failures, 2U);
}

TEST_F(Asking, SilenceIsAnsweredWhenPatienceEnds_R176) {
  EXPECT_FALSE(ask("a.example"));
  EXPECT_EQ(inquiries.next_deadline(), now + 3s);
  now += 2999ms;
  inquiries.on_time(now);
  EXPECT_TRUE(inquiries.take_answers().empty());
  now += 1ms;
  inquiries.on_time(now);
  EXPECT_EQ(answer().failure, "a.example: no name server answered in time (A)");
  EXPECT_EQ(inquiries.next_deadline(), std::nullopt);
  found("a.example", {"192.0.2.1"});  // late, and good for the next
  EXPECT_TRUE(inquiries.take_answers().empty());
  EXPECT_TRUE(ask("a.example"));
}

TEST_F(Asking, PatienceIsThatOfTheWholeChain) {
  EXPECT_FALSE(ask("pbx.example", 1, std::nullopt));
  now += 2s;
  services("_sip._udp.pbx.example", {{1, 1, 5060, "a.example"}});
  EXPECT_EQ(inquiries.next_deadline(), now + 1s);
  now += 1s;
  inquiries.on_time(now);
  EXPECT_EQ(answer().failure, "a.example: no name server answered in time (A)");
}

TEST_F(Asking, ASilentTargetDelaysTheOthersNoLongerThanTheGrace_R176) {
  EXPECT_FALSE(ask("pbx.example", 1, std::nullopt));
  services("_sip._udp.pbx.example", {{1, 1, 5060, "silent.example"}, {2, 1, 5060, "a.example"}});
  now += 100ms;
  found("a.example", {"192.0.2.1"});
  EXPECT_EQ(inquiries.next_deadline(), now + 500ms);
  now += 500ms;
  inquiries.on_time(now);
  EXPECT_EQ(texts(answer()), Names{"192.0.2.1:5060"});
}

TEST_F(Asking, AllThatMissesIsAskedAtOnce) {
  inquiries.ask({"pbx.example", {}, {}, Families::V4ThenV6}, 1, now);
  EXPECT_EQ(queries(), Names{"pbx.example"});
  failed("pbx.example", Outcome::NoRecord);  // of A, which nobody asked for
  EXPECT_TRUE(queries().empty());
  inquiries.on_records({"pbx.example", RecordType::Naptr}, *make_records(Outcome::NoRecord), now);
  EXPECT_EQ(queries(), (Names{"_sip._udp.pbx.example", "_sip._tcp.pbx.example"}));
  services("_sip._udp.pbx.example", {{1, 1, 5060, "a.example"}, {2, 1, 5060, "b.example"}});
  EXPECT_EQ(queries(), (Names{"a.example", "a.example", "b.example", "b.example"}));
}

TEST_F(Asking, ACachedSetIsDrawnAnewForEachQuestion_R176) {
  EXPECT_FALSE(ask("pbx.example", 1, std::nullopt));
  services("_sip._udp.pbx.example", {{1, 75, 5060, "a.example"}, {1, 25, 5060, "b.example"}});
  found("a.example", {"192.0.2.1"});
  found("b.example", {"192.0.2.2"});
  (void)answer();
  double first = 0;
  for (int i = 0; i < 10000; ++i) {
    const Names found_addresses = texts(*ask("pbx.example", 1, std::nullopt));
    ASSERT_EQ(found_addresses.size(), 2U);
    if (found_addresses.front() == "192.0.2.1:5060") first += 0.01;
  }
  EXPECT_NEAR(first, 75, 2);
}

TEST_F(Asking, ACancelledQuestionHasNoAnswerAndItsRecordsAreKept) {
  EXPECT_FALSE(ask("a.example"));
  inquiries.cancel(1);
  inquiries.cancel(99);
  EXPECT_EQ(inquiries.next_deadline(), std::nullopt);
  found("a.example", {"192.0.2.1"});
  EXPECT_TRUE(inquiries.take_answers().empty());
  EXPECT_TRUE(ask("a.example"));
}

TEST_F(Asking, ASecondQuestionOfATokenTakesThePlaceOfTheFirst) {
  EXPECT_FALSE(ask("a.example"));
  EXPECT_FALSE(ask("b.example"));
  found("a.example", {"192.0.2.1"});
  EXPECT_TRUE(inquiries.take_answers().empty());
  found("b.example", {"192.0.2.2"});
  EXPECT_EQ(texts(answer()), Names{"192.0.2.2:5060"});
}

TEST_F(Asking, TooManyQuestionsAreRefusedAtOnce) {
  options.max_waiting = 2;
  restart(options);
  EXPECT_FALSE(ask("a.example", 1));
  EXPECT_FALSE(ask("b.example", 2));
  EXPECT_EQ(ask("c.example", 3)->failure, "c.example: too many names are being looked up");
  EXPECT_EQ(queries().size(), 2U);
  found("a.example", {"192.0.2.1"});
  EXPECT_FALSE(ask("c.example", 3));
}

TEST_F(Asking, ACacheTooSmallForOneChainStillComesToAnEnd) {
  options.max_cached = 1;
  restart(options);
  EXPECT_FALSE(ask("pbx.example", 1, std::nullopt));
  services("_sip._udp.pbx.example", {{1, 1, 5060, "a.example"}, {2, 1, 5060, "b.example"}});
  found("a.example", {"192.0.2.1"});
  found("b.example", {"192.0.2.2"});
  EXPECT_EQ(texts(answer()), (Names{"192.0.2.1:5060", "192.0.2.2:5060"}));
  EXPECT_EQ(queries().size(), 3U);
  EXPECT_EQ(inquiries.stats().cached, 1U);
  EXPECT_EQ(inquiries.stats().evicted, 2U);
}

}  // namespace
}  // namespace tandem::dns
