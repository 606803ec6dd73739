// One decision (identify, admit, route) on a configuration of 10,000 trunks, 100,000 numbers and 10,000
// prefixes, and what it costs to build the indexes for it.
#include <benchmark/benchmark.h>

#include <cstdio>

#include "tandem/message/auth.hpp"
#include "tandem/trunk/decide.hpp"
#include "tandem/trunk/digest.hpp"

namespace {

using namespace tandem;

constexpr int kTrunks = 10'000;
constexpr int kNumbers = 100'000;
constexpr int kPrefixes = 10'000;
constexpr int kCarriers = 100;

std::string numbered(const char* format, int number) {
  char text[64];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

config::Target target(const std::string& address) {
  config::Target made;
  made.name = address;
  made.uri.user = "{number}";
  made.uri.host = address;
  made.address = {IpAddress::parse(address).value(), 5060};
  return made;
}

/// Every other trunk wants digest; all list an address of their own.
void add_trunk(config::Config& config, int i) {
  const IpAddress source = IpAddress::from_v4(0x0a000000U + static_cast<std::uint32_t>(i));
  config::AccessGroup group;
  group.name = numbered("group%d", i);
  group.ips = {{source, 32}};
  if (i % 2 == 1) {
    config::Credential credential;
    credential.user = numbered("user%d", i);
    credential.password = Secret("secret");
    group.credentials = {credential};
  }
  config.access_groups.push_back(group);
  config::Trunk trunk;
  trunk.name = numbered("trunk%d", i);
  trunk.account = numbered("account%d", i);
  trunk.limits.channels = 30;
  trunk.termination.emplace();
  trunk.termination->domains = {trunk.name + ".sip.example"};
  trunk.termination->labels = {trunk.name};
  trunk.termination->international = config::International::Block;
  trunk.termination->access = {group.name};
  trunk.targets = {target("192.0.2.1"), target("192.0.2.2"), target("192.0.2.3")};
  config.trunks.push_back(trunk);
}

std::shared_ptr<const config::Config> big_config() {
  auto config = std::make_shared<config::Config>();
  config->node_name = "node.example";
  config->domains.push_back({"{trunk}.pstn.example", "{trunk}.pstn.{edge}.example", config::Naming::Dns, {}});
  for (const char* edge : {"dublin", "tokyo", "ashburn", "sydney"}) config->edges.push_back({edge, {}, {}});
  for (int i = 0; i < kTrunks; ++i) add_trunk(*config, i);
  for (int i = 0; i < kCarriers; ++i) {
    config::Carrier carrier;
    carrier.name = numbered("carrier%d", i);
    for (int k = 0; k < kPrefixes / kCarriers; ++k)
      carrier.prefixes.push_back(numbered("1%d", 200'000 + i * 100 + k));
    carrier.targets = {target("198.51.100.1"), target("198.51.100.2")};
    carrier.sources = {{IpAddress::from_v4(0xc6336400U + static_cast<std::uint32_t>(i)), 32}};
    config->carriers.push_back(carrier);
  }
  for (int i = 0; i < kNumbers; ++i) {
    config::DialledNumber number;
    number.number = numbered("+1415%07d", i);
    number.trunk = numbered("trunk%d", i % kTrunks);
    config->numbers.push_back(number);
  }
  // The longest hunt: nine trunks of three targets each and a number through the carriers.
  config::Route route;
  route.name = "hunt";
  for (int i = 0; i < 9; ++i) route.entries.emplace_back().trunk = numbered("trunk%d", i);
  route.entries.emplace_back().number = "+12050005555";
  config->routes.push_back(route);
  config->numbers.front().trunk.clear();
  config->numbers.front().route = route.name;
  return config;
}

struct Bench {
  std::shared_ptr<const config::Config> config = big_config();
  std::shared_ptr<const trunk::Directory> directory = trunk::build_directory(config);
  trunk::NonceKey key;
  WallTime now{std::chrono::seconds(1'795'000'000)};
  Random random{1};

  trunk::Decision decide(const message::Request& request, const std::string& source) {
    const trunk::Arrival arrival{request, SocketAddress::parse(source + ":5060").value(), Transport::Udp,
                                 "udp"};
    return trunk::decide(*directory, arrival, {}, key, now, random);
  }
};

Bench& bench() {
  static Bench made;
  return made;
}

message::Request invite(const std::string& called, const std::string& host,
                        const std::string& calling = "+13124441212") {
  message::Request made;
  made.method = "INVITE";
  made.uri.user = called;
  made.uri.host = host;
  made.headers.add("Via", "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx");
  made.headers.add("From", "\"Alice\" <sip:" + calling + "@pbx.example>;tag=a1");
  made.headers.add("To", "<sip:" + called + "@" + host + ">");
  made.headers.add("Max-Forwards", "70");
  return made;
}

template <class Verdict>
void run(benchmark::State& state, const message::Request& request, const std::string& source) {
  if (!std::holds_alternative<Verdict>(bench().decide(request, source).verdict)) {
    state.SkipWithError("another verdict than the one measured");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(bench().decide(request, source));
}

void BM_TerminationByAddress(benchmark::State& state) {
  run<trunk::Admission>(state, invite("+12050005555", "trunk5000.sip.example", "+14150005000"),
                        "10.0.19.136");
}
BENCHMARK(BM_TerminationByAddress);

/// All that a caller can say about itself, on a localized name.
void BM_TerminationAnonymous(benchmark::State& state) {
  auto request = invite("+12050005555", "trunk5000.pstn.dublin.example", "anonymous");
  request.headers.add("Remote-Party-ID", "<sip:+14150005000@pbx.example>;party=calling;privacy=full");
  request.headers.add("P-Asserted-Identity", "<sip:+14150005000@pbx.example>, <tel:+14150005000>");
  request.headers.add("Privacy", "id;user");
  request.headers.add("Diversion", "<sip:+14150005000@trunk5000.sip.example>;reason=no-answer");
  request.headers.add("Diversion", "<sip:+14155559999@pbx.example>;reason=unconditional");
  run<trunk::Admission>(state, request, "10.0.19.136");
}
BENCHMARK(BM_TerminationAnonymous);

void BM_TerminationChallenged(benchmark::State& state) {
  run<trunk::Challenge>(state, invite("+12050005555", "trunk5001.sip.example", "+14150005001"),
                        "10.0.19.137");
}
BENCHMARK(BM_TerminationChallenged);

void BM_TerminationByDigest(benchmark::State& state) {
  auto request = invite("+12050005555", "trunk5001.sip.example", "+14150005001");
  const auto first = bench().decide(request, "10.0.19.137");
  const auto* challenge = std::get_if<trunk::Challenge>(&first.verdict);
  if (challenge == nullptr) {
    state.SkipWithError("no challenge");
    return;
  }
  const config::OutboundCredential credential{"user5001", Secret("secret"), ""};
  const auto answer = trunk::answer_challenge({challenge->headers.front().value}, credential, "INVITE",
                                              message::print(request.uri), bench().random);
  request.headers.add("Proxy-Authorization", answer.value_or(""));
  run<trunk::Admission>(state, request, "10.0.19.137");
}
BENCHMARK(BM_TerminationByDigest);

void BM_Origination(benchmark::State& state) {
  run<trunk::Admission>(state, invite("+14150054321", "192.0.2.254"), "198.51.100.50");
}
BENCHMARK(BM_Origination);

void BM_OriginationByRoute(benchmark::State& state) {
  run<trunk::Admission>(state, invite("+14150000000", "192.0.2.254"), "198.51.100.50");
}
BENCHMARK(BM_OriginationByRoute);

void BM_FollowRedirect(benchmark::State& state) {
  const auto request = invite("+14150054321", "192.0.2.254");
  const auto decision = bench().decide(request, "198.51.100.50");
  const auto* call = std::get_if<trunk::Admission>(&decision.verdict);
  if (call == nullptr) {
    state.SkipWithError("no admission");
    return;
  }
  const std::vector<std::string> contacts = {"<sip:bob@192.0.2.77>, <sip:carol@192.0.2.78>"};
  for (auto _ : state) {
    auto followed = trunk::follow_redirect(*bench().directory, *call, 0, contacts, bench().random);
    if (!followed) state.SkipWithError(followed.error().c_str());
    benchmark::DoNotOptimize(followed);
  }
}
BENCHMARK(BM_FollowRedirect);

void BM_UnknownSource(benchmark::State& state) {
  run<trunk::Drop>(state, invite("+12050005555", "nowhere.example"), "203.0.113.9");
}
BENCHMARK(BM_UnknownSource);

void BM_BuildDirectory(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(trunk::build_directory(bench().config));
}
BENCHMARK(BM_BuildDirectory)->Unit(benchmark::kMillisecond);

void BM_Check(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(trunk::check(*bench().config));
}
BENCHMARK(BM_Check)->Unit(benchmark::kMillisecond);

}  // namespace
