// The resolver on its wire: c-ares against a name server that answers from a table, on loopback and in real
// time, except that the lives of records are outlived by telling the resolver a later time.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include "contract/dns_server.hpp"
#include "contract/stack_bench.hpp"
#include "tandem/dns/resolver.hpp"

namespace tandem::contract {
namespace {

using namespace std::chrono_literals;
using dns::Answer;
using dns::Families;
using dns::Question;
using Texts = std::vector<std::string>;

constexpr unsigned kA = 1;
constexpr unsigned kAaaa = 28;
constexpr unsigned kSrv = 33;
constexpr unsigned kNaptr = 35;

/// poll(2) as a loop.
struct PollWatcher : FdWatcher {
  void watch_readable(int fd, std::function<void()> ready) override { watched.emplace(fd, std::move(ready)); }
  void forget(int fd) override { watched.erase(fd); }
  std::map<int, std::function<void()>> watched;
};

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

struct DnsWire : testing::Test {
  DnsWire() {
    options.servers = {server.address()};
    options.hosts_file.clear();
    options.try_timeout = 250ms;
    options.patience = 2s;
    options.grace = 200ms;
  }

  void start() {
    auto started = dns::start_resolver(options, watcher, Random(1));
    ASSERT_TRUE(started) << started.error();
    resolver = std::move(*started);
  }
  Instant now() const { return monotonic_now() + skipped; }

  /// One turn of a loop, as the signalling thread's.
  void turn() {
    std::vector<pollfd> watched;
    for (const auto& [fd, ready] : watcher.watched) watched.push_back({fd, POLLIN, 0});
    const std::size_t ours = watched.size();
    for (DnsServer* each : servers) each->add_to(watched);
    Duration wait = 50ms;
    if (const auto next = resolver->next_deadline()) wait = std::clamp<Duration>(*next - now(), 0ms, wait);
    for (const DnsServer* each : servers)
      if (each->is_busy()) wait = std::min<Duration>(wait, 2ms);
    ++turns;
    (void)::poll(watched.data(), watched.size(),
                 static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(wait).count()));
    for (std::size_t i = 0; i < ours; ++i)
      if (watched[i].revents != 0) watcher.watched.at(watched[i].fd)();
    for (DnsServer* each : servers) each->serve();
    resolver->on_time(now());
    for (auto& [token, answer] : resolver->take_answers()) {
      EXPECT_TRUE(answers.emplace(token, std::move(answer)).second) << "answered twice: " << token;
      answered_at[token] = monotonic_now();
    }
  }
  void until_answered(std::size_t count, Duration limit = 5s) {
    const Instant end = monotonic_now() + limit;
    while (answers.size() < count && monotonic_now() < end) turn();
    ASSERT_EQ(answers.size(), count);
  }

  Answer ask(const Question& question) {
    if (!resolver) start();
    if (auto answer = resolver->ask(question, 1, now())) return *answer;
    answers.erase(1);
    until_answered(answers.size() + 1);
    return answers[1];
  }
  static Question udp(std::string host) { return {std::move(host), {}, Transport::Udp, Families::V4}; }
  static Question host(std::string name) { return {std::move(name), 5060, {}, Families::V4}; }
  Texts texts(const Question& question) { return texts(ask(question)); }
  static Texts texts(const Answer& answer) {
    Texts all;
    for (const auto& target : answer.addresses)
      all.push_back(std::string(to_string(target.transport)) + " " + target.address.print());
    return all;
  }

  DnsServer server;
  std::vector<DnsServer*> servers{&server};
  PollWatcher watcher;
  dns::ResolverOptions options;
  std::unique_ptr<dns::Resolver> resolver;
  std::map<std::uint64_t, Answer> answers;
  std::map<std::uint64_t, Instant> answered_at;
  Duration skipped{};
  int turns = 0;
};

TEST_F(DnsWire, NaptrThenSrvThenEveryAddressInOrder_R176) {
  server.naptr("pbx.example", 10, "SIP+D2T", "_sip._tcp.pbx.example");
  server.naptr("pbx.example", 20, "SIP+D2U", "_sip._udp.pbx.example");
  server.srv("_sip._tcp.pbx.example", 20, 0, 5071, "b.example");
  server.srv("_sip._tcp.pbx.example", 10, 0, 5070, "a.example");
  server.a("a.example", "192.0.2.1");
  server.aaaa("a.example", "2001:db8::1");
  server.a("b.example", "192.0.2.2");
  EXPECT_EQ(texts({"PBX.Example.", {}, {}, Families::V6ThenV4}),
            (Texts{"tcp [2001:db8::1]:5070", "tcp 192.0.2.1:5070", "tcp 192.0.2.2:5071"}));
  EXPECT_EQ(server.log.size(), 6U);  // one each; UDP's records were not needed
  EXPECT_EQ(server.count("pbx.example", kNaptr), 1U);
  EXPECT_EQ(server.count("b.example", kAaaa), 1U);
  EXPECT_EQ(resolver->stats().queries, 6U);
}

TEST_F(DnsWire, NumericHostsAndPortsAskNothingMore) {
  server.a("pbx.example", "192.0.2.1");
  EXPECT_EQ(texts({"[2001:db8::7]", {}, {}, Families::V4}), Texts{"udp [2001:db8::7]:5060"});
  EXPECT_EQ(texts({"pbx.example", 5080, Transport::Tls, Families::V4}), Texts{"tls 192.0.2.1:5080"});
  EXPECT_EQ(server.log, (std::vector<DnsServer::Query>{{"pbx.example", kA, Transport::Udp}}));
}

TEST_F(DnsWire, AliasesInsideAnAnswerAndOutOfIt) {
  server.add("pbx.example", kA, wire::cname("pbx.example", 60, "a.example"));
  server.add("pbx.example", kA, wire::a("a.example", 60, "192.0.2.1"));
  EXPECT_EQ(texts(host("pbx.example")), Texts{"udp 192.0.2.1:5060"});
  EXPECT_EQ(server.count("a.example", kA), 0U);
  server.add("out.example", kA, wire::cname("out.example", 60, "b.example"));
  server.a("b.example", "192.0.2.2");
  EXPECT_EQ(texts(host("out.example")), Texts{"udp 192.0.2.2:5060"});
  EXPECT_EQ(server.count("b.example", kA), 1U);
}

TEST_F(DnsWire, TenThousandCallsShareByWeightOnOneLookUp_R176) {
  const std::map<std::string, unsigned> weights{{"192.0.2.1", 50}, {"192.0.2.2", 35}, {"192.0.2.3", 15}};
  for (const auto& [ip, weight] : weights) {
    server.srv("_sip._udp.pbx.example", 1, weight, 5060, "h" + std::to_string(weight) + ".example", 300);
    server.a("h" + std::to_string(weight) + ".example", ip, 300);
  }
  (void)ask(udp("pbx.example"));
  std::map<std::string, double> shares;
  for (int i = 0; i < 10000; ++i) {
    const auto answer = resolver->ask(udp("pbx.example"), 1, now());
    ASSERT_TRUE(answer && answer->addresses.size() == 3);
    shares[answer->addresses.front().address.ip.print()] += 0.01;
  }
  for (const auto& [ip, weight] : weights) EXPECT_NEAR(shares[ip], weight, 2) << ip;
  EXPECT_EQ(server.log.size(), 4U);
  EXPECT_EQ(resolver->stats().answered_at_once, 10000U);
}

TEST_F(DnsWire, RecordsAreAskedForAgainWhenTheirLifeIsOver_R176) {
  server.srv("_sip._udp.pbx.example", 1, 1, 5060, "a.example", 600);
  server.a("a.example", "192.0.2.1", 60);
  (void)ask(udp("pbx.example"));
  skipped = 55s;
  server.remove("a.example", kA);
  server.a("a.example", "192.0.2.9", 60);
  EXPECT_EQ(texts(udp("pbx.example")), Texts{"udp 192.0.2.1:5060"});
  EXPECT_EQ(server.log.size(), 2U);
  skipped = 61s;
  EXPECT_EQ(texts(udp("pbx.example")), Texts{"udp 192.0.2.9:5060"});
  EXPECT_EQ(server.count("a.example", kA), 2U);
  EXPECT_EQ(server.count("_sip._udp.pbx.example", kSrv), 1U);
}

TEST_F(DnsWire, WhatDoesNotExistIsRememberedForTheTimeOfItsSoa_R176) {
  EXPECT_EQ(ask(udp("pbx.example")).failure, "pbx.example: no such name");
  EXPECT_EQ(server.log.size(), 2U);  // SRV, A
  skipped = 25s;
  EXPECT_EQ(ask(udp("pbx.example")).failure, "pbx.example: no such name");
  EXPECT_EQ(server.log.size(), 2U);
  skipped = 31s;
  server.a("pbx.example", "192.0.2.1");
  EXPECT_EQ(texts(udp("pbx.example")), Texts{"udp 192.0.2.1:5060"});
}

TEST_F(DnsWire, AHundredQuestionsAtOnceAreOneQuery_R176) {
  server.a("pbx.example", "192.0.2.1");
  start();
  for (std::uint64_t token = 1; token <= 100; ++token)
    EXPECT_FALSE(resolver->ask(host("pbx.example"), token, now()));
  until_answered(100);
  EXPECT_EQ(server.log.size(), 1U);
  for (const auto& [token, answer] : answers) EXPECT_EQ(texts(answer), Texts{"udp 192.0.2.1:5060"});
}

TEST_F(DnsWire, TwoHundredNamesAtOnce) {
  start();
  for (std::uint64_t token = 1; token <= 200; ++token) {
    server.a("h" + std::to_string(token) + ".example", "192.0.2." + std::to_string(token));
    EXPECT_FALSE(resolver->ask(host("h" + std::to_string(token) + ".example"), token, now()));
  }
  until_answered(200);
  for (const auto& [token, answer] : answers)
    EXPECT_EQ(texts(answer), Texts{"udp 192.0.2." + std::to_string(token) + ":5060"});
}

TEST_F(DnsWire, ASilentNameIsAnsweredInTimeAndDelaysNoOther_R176) {
  server.behave("silent.example", {Manner::Kind::Silent, {}, 0});
  server.a("good.example", "192.0.2.1");
  options.patience = 400ms;
  options.try_timeout = 50ms;
  options.tries = 5;
  start();
  const Instant asked = monotonic_now();
  EXPECT_FALSE(resolver->ask(host("silent.example"), 1, now()));
  EXPECT_FALSE(resolver->ask(host("good.example"), 2, now()));
  until_answered(2);
  EXPECT_EQ(answers[1].failure, "silent.example: no name server answered in time (A)");
  EXPECT_EQ(texts(answers[2]), Texts{"udp 192.0.2.1:5060"});
  EXPECT_LT(answered_at[2] - asked, 300ms);
  EXPECT_GE(answered_at[1] - asked, 400ms);
  EXPECT_LT(answered_at[1] - asked, 1500ms);
  EXPECT_LT(turns, 30);  // the loop slept in between, and did not spin up to each try
}

TEST_F(DnsWire, SilenceToTheLastTryIsRememberedForAMoment_R176) {
  server.behave("silent.example", {Manner::Kind::Silent, {}, 0});
  EXPECT_EQ(ask(host("silent.example")).failure, "silent.example: no name server answered in time (A)");
  const std::size_t tries = server.log.size();
  EXPECT_EQ(tries, 2U);
  EXPECT_NE(resolver->ask(host("silent.example"), 2, now()), std::nullopt);
  EXPECT_EQ(resolver->stats().unanswered, 1U);
  skipped = 6s;
  server.behave("silent.example", {});
  server.a("silent.example", "192.0.2.1");
  EXPECT_EQ(texts(host("silent.example")), Texts{"udp 192.0.2.1:5060"});
}

TEST_F(DnsWire, ALostQueryIsSentAgain) {
  server.behave("pbx.example", {Manner::Kind::Answer, {}, 1});
  server.a("pbx.example", "192.0.2.1");
  EXPECT_EQ(texts(host("pbx.example")), Texts{"udp 192.0.2.1:5060"});
  EXPECT_EQ(server.log.size(), 2U);
  EXPECT_EQ(resolver->stats().queries, 1U);
}

TEST_F(DnsWire, ALateAnswerIsTakenWhilePatienceLasts) {
  options.try_timeout = 100ms;  // so that the second try is out when the first is answered
  options.tries = 5;
  server.behave("pbx.example", {Manner::Kind::Answer, 150ms, 0});
  server.a("pbx.example", "192.0.2.1");
  EXPECT_EQ(texts(host("pbx.example")), Texts{"udp 192.0.2.1:5060"});
}

TEST_F(DnsWire, ASilentTargetOfSrvDelaysTheOthersByTheGrace_R176) {
  server.srv("_sip._udp.pbx.example", 1, 1, 5060, "silent.example");
  server.srv("_sip._udp.pbx.example", 2, 1, 5060, "a.example");
  server.behave("silent.example", {Manner::Kind::Silent, {}, 0});
  server.a("a.example", "192.0.2.1");
  options.try_timeout = options.patience = 4s;
  const Instant asked = monotonic_now();
  EXPECT_EQ(texts(udp("pbx.example")), Texts{"udp 192.0.2.1:5060"});
  EXPECT_GE(monotonic_now() - asked, 200ms);
  EXPECT_LT(monotonic_now() - asked, 2s);
}

TEST_F(DnsWire, TheNextServerIsAskedWhenOneIsDeadSilentOrFails) {
  SocketAddress closed;
  {
    const DnsServer gone;
    closed = gone.address();
  }
  DnsServer silent;
  DnsServer failing;
  servers = {&silent, &failing, &server};
  for (const char* name : {"a.example", "b.example"}) {
    server.a(name, "192.0.2.1");
    silent.behave(name, {Manner::Kind::Silent, {}, 0});
  }
  failing.fail("a.example", wire::kServerFailure);
  failing.fail("b.example", wire::kRefused);
  options.servers = {closed, silent.address(), failing.address(), server.address()};
  EXPECT_EQ(texts(host("a.example")), Texts{"udp 192.0.2.1:5060"});
  EXPECT_EQ(texts(host("b.example")), Texts{"udp 192.0.2.1:5060"});
  EXPECT_EQ(failing.log.size(), 2U);
}

TEST_F(DnsWire, WhenEveryServerFailsTheAnswerSaysSoAtOnce) {
  server.fail("pbx.example", wire::kServerFailure);
  options.try_timeout = options.patience = 4s;
  const Instant asked = monotonic_now();
  EXPECT_EQ(ask(host("pbx.example")).failure,
            "pbx.example: every name server failed, refused or is unreachable (A)");
  EXPECT_LT(monotonic_now() - asked, 2s);
  EXPECT_EQ(resolver->stats().server_failures, 1U);
}

TEST_F(DnsWire, GarbageInsideOurAnswerIsAFailureOfThatNameAlone_R176) {
  server.a("pbx.example", "192.0.2.1");
  server.a("good.example", "192.0.2.2");
  server.behave("pbx.example", {Manner::Kind::Garble, {}, 0});
  EXPECT_EQ(ask(host("pbx.example")).failure, "pbx.example: the name server's answer cannot be read (A)");
  EXPECT_EQ(texts(host("good.example")), Texts{"udp 192.0.2.2:5060"});
}

TEST_F(DnsWire, WhatIsNoAnswerToOurQueryIsIgnored) {
  server.a("pbx.example", "192.0.2.1");
  server.behave("pbx.example", {Manner::Kind::Noise, {}, 0});
  EXPECT_EQ(texts(host("pbx.example")), Texts{"udp 192.0.2.1:5060"});
  server.a("forged.example", "192.0.2.66");
  server.behave("forged.example", {Manner::Kind::StrangeId, {}, 0});
  EXPECT_EQ(ask(host("forged.example")).failure, "forged.example: no name server answered in time (A)");
}

TEST_F(DnsWire, WhatDoesNotFitComesOverTcp_R176) {
  for (int i = 1; i <= 40; ++i) server.a("big.example", "192.0.2." + std::to_string(i));
  options.max_addresses = 64;
  options.try_timeout = options.patience = 4s;  // an octet a turn takes its time
  for (const auto kind : {Manner::Kind::Cut, Manner::Kind::Drip}) {
    server.behave("big.example", {kind, {}, 0});
    EXPECT_EQ(ask(host("big.example")).addresses.size(), 40U);
    skipped += 100s;
  }
  EXPECT_EQ(server.log, (std::vector<DnsServer::Query>{{"big.example", kA, Transport::Udp},
                                                       {"big.example", kA, Transport::Tcp},
                                                       {"big.example", kA, Transport::Udp},
                                                       {"big.example", kA, Transport::Tcp}}));
}

TEST_F(DnsWire, ACutAnswerWithoutTcpBehindItFailsInTime) {
  server.behave("hangup.example", {Manner::Kind::CutAndHangUp, {}, 0});
  server.behave("mute.example", {Manner::Kind::CutAndMute, {}, 0});
  start();
  const Instant asked = monotonic_now();
  EXPECT_FALSE(resolver->ask(host("hangup.example"), 1, now()));
  EXPECT_FALSE(resolver->ask(host("mute.example"), 2, now()));
  until_answered(2);
  EXPECT_LT(monotonic_now() - asked, 4s);
  for (const auto& [token, answer] : answers) EXPECT_FALSE(answer.failure.empty());
}

TEST_F(DnsWire, ACutAnswerWhereTcpIsRefusedFailsInTime) {
  DnsServer without_tcp(DnsServer::Streams::Refuse);
  servers = {&without_tcp};
  options.servers = {without_tcp.address()};
  without_tcp.behave("pbx.example", {Manner::Kind::Cut, {}, 0});
  const Instant asked = monotonic_now();
  EXPECT_FALSE(ask(host("pbx.example")).failure.empty());
  EXPECT_LT(monotonic_now() - asked, 4s);
}

TEST_F(DnsWire, TroubleOnAStreamLeavesTheDatagramsAlone_R176) {
  DnsServer without_tcp(DnsServer::Streams::Refuse);
  servers = {&without_tcp};
  options.servers = {without_tcp.address()};
  without_tcp.behave("big.example", {Manner::Kind::Cut, {}, 0});
  without_tcp.a("good.example", "192.0.2.1");
  without_tcp.behave("good.example", {Manner::Kind::Answer, 50ms, 0});
  start();
  EXPECT_FALSE(resolver->ask(host("big.example"), 1, now()));
  EXPECT_FALSE(resolver->ask(host("good.example"), 2, now()));
  until_answered(2);
  EXPECT_LT(answered_at[1], answered_at[2]);
  EXPECT_EQ(texts(answers[2]), Texts{"udp 192.0.2.1:5060"});
}

TEST_F(DnsWire, NoDescriptorAndNoWatchIsLeft_R176) {
  server.behave("silent.example", {Manner::Kind::Silent, {}, 0});
  server.behave("mute.example", {Manner::Kind::CutAndMute, {}, 0});
  const std::size_t before = open_descriptors();
  for (int round = 0; round < 3; ++round) {
    answers.clear();
    server.log.clear();
    start();
    EXPECT_FALSE(resolver->ask(host("silent.example"), 1, now()));
    EXPECT_FALSE(resolver->ask(host("mute.example"), 2, now()));
    while (server.log.size() < 3) turn();  // of mute.example also the query over TCP
    EXPECT_GT(open_descriptors(), before + 2);
    resolver.reset();
    EXPECT_TRUE(watcher.watched.empty());
    server.serve();  // the server sees its stream closed
    EXPECT_EQ(open_descriptors(), before);
  }
}

TEST_F(DnsWire, IdleItHoldsNoSocketAndWakesNobody) {
  server.a("pbx.example", "192.0.2.1");
  start();
  const std::size_t before = open_descriptors();
  (void)ask(host("pbx.example"));
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_EQ(resolver->next_deadline(), std::nullopt);
}

TEST_F(DnsWire, ACancelledQuestionStaysUnanswered) {
  server.a("pbx.example", "192.0.2.1");
  server.a("other.example", "192.0.2.2");
  server.behave("other.example", {Manner::Kind::Answer, 50ms, 0});
  start();
  EXPECT_FALSE(resolver->ask(host("pbx.example"), 1, now()));
  EXPECT_FALSE(resolver->ask(host("other.example"), 2, now()));
  resolver->cancel(1);
  until_answered(1);
  EXPECT_EQ(answers.begin()->first, 2U);
  EXPECT_TRUE(resolver->ask(host("pbx.example"), 3, now()));
}

TEST_F(DnsWire, NamesAreTakenAsTheyAre) {
  ::setenv("LOCALDOMAIN", "search.example", 1);
  ::setenv("RES_OPTIONS", "ndots:5", 1);
  server.a("pbx.search.example", "192.0.2.66");
  EXPECT_EQ(ask(host("pbx")).failure, "pbx: no such name");
  EXPECT_EQ(server.log, (std::vector<DnsServer::Query>{{"pbx", kA, Transport::Udp}}));
  ::unsetenv("LOCALDOMAIN");
  ::unsetenv("RES_OPTIONS");
  EXPECT_EQ(ask(host("hidden.onion")).failure, "hidden.onion: no such name");  // RFC 7686: never asked for
  std::string longest;  // a host name, and too long for that of its SRV records
  for (int i = 0; i < 25; ++i) longest += "label0000.";
  EXPECT_EQ(ask(udp(longest)).failure, longest.substr(0, longest.size() - 1) + ": no such name");
  EXPECT_EQ(server.log.size(), 2U);
}

TEST_F(DnsWire, TheHostsFileComesBeforeTheServer) {
  const auto path = std::filesystem::temp_directory_path() / ("tandem-hosts-" + std::to_string(::getpid()));
  std::ofstream(path) << "192.0.2.5 pbx.example\n";
  options.hosts_file = path;
  EXPECT_EQ(texts(udp("pbx.example")), Texts{"udp 192.0.2.5:5060"});
  std::filesystem::remove(path);
  EXPECT_TRUE(server.log.empty());
}

TEST_F(DnsWire, OptionsThatCannotBeAreRefused) {
  const auto error_of = [&](auto change) {
    dns::ResolverOptions changed = options;
    change(changed);
    const auto started = dns::start_resolver(changed, watcher, Random(1));
    return started ? std::string() : started.error();
  };
  EXPECT_NE(error_of([](auto& o) { o.tries = 0; }), "");
  EXPECT_NE(error_of([](auto& o) { o.patience = 0ms; }), "");
  EXPECT_NE(error_of([](auto& o) { o.grace = -1ms; }), "");
  EXPECT_NE(error_of([](auto& o) { o.failure_ttl = -1s; }), "");
  EXPECT_NE(error_of([](auto& o) { o.negative_ttl = 0s; }), "");
  EXPECT_NE(error_of([](auto& o) { o.max_addresses = 0; }), "");
  EXPECT_NE(error_of([](auto& o) { o.transports.clear(); }), "");
  EXPECT_NE(error_of([](auto& o) { o.hosts_file = "/"; }), "");
  EXPECT_NE(error_of([](auto& o) {
              o.servers = {{*IpAddress::parse("192.0.2.1"), 0}};
            }).find("192.0.2.1:0"),
            std::string::npos);
  EXPECT_EQ(error_of([](auto& o) { o.servers.clear(); }), "");  // those of the system
  EXPECT_TRUE(watcher.watched.empty());
}

/// The loop that it will live on: su_root, behind the stack's door.
TEST_F(DnsWire, OnTheStacksOwnLoop_R176) {
  server.a("pbx.example", "192.0.2.1");
  for (int i = 1; i <= 40; ++i) server.a("big.example", "192.0.2." + std::to_string(i));
  server.behave("big.example", {Manner::Kind::Cut, {}, 0});
  sip::StackOptions stack_options;
  stack_options.listeners = {listener("udp4", Transport::Udp, "127.0.0.1")};
  auto stack = sip::start_sip(stack_options);
  ASSERT_TRUE(stack) << stack.error();
  auto started = dns::start_resolver(options, **stack, Random(1));
  ASSERT_TRUE(started) << started.error();
  resolver = std::move(*started);
  EXPECT_FALSE(resolver->ask(host("pbx.example"), 1, now()));
  EXPECT_FALSE(resolver->ask(host("big.example"), 2, now()));
  EXPECT_FALSE(resolver->ask(host("gone.example"), 3, now()));
  Recorder news;
  const Instant end = monotonic_now() + 5s;
  while (answers.size() < 3 && monotonic_now() < end) {
    (*stack)->run_once(5ms, news);
    server.serve();
    resolver->on_time(now());
    for (auto& [token, answer] : resolver->take_answers()) answers.emplace(token, std::move(answer));
  }
  EXPECT_EQ(texts(answers[1]), Texts{"udp 192.0.2.1:5060"});
  EXPECT_EQ(answers[2].addresses.size(), 16U);
  EXPECT_EQ(answers[3].failure, "gone.example: no such name");
  resolver.reset();
}

}  // namespace
}  // namespace tandem::contract
