// A whole configuration as values, with its defaults, and what is only warned about.
#include "unit/config/loading.hpp"

namespace tandem::config {
namespace {

using namespace std::chrono_literals;

TEST(Loaded, TenDifferentMistakesInOneFileAreAllReportedAtTheirLines) {
  const auto loaded = load_beside_node(R"(trunks:
  - nmae: second
    termination:
      domain: "not a domain"
      access: {any_of: [nobody]}
      challenge: {status: 408, algorithms: [MD6]}
    general:
      symmetric_rtp: perhaps
      max_duration: soon
    origination:
      tagets: []
      targets:
        - {uri: "sip:{number}@sbc.example.com;transport=x"}
        - {uri: "sip:{number}@192.0.2.1", priority: 70000}
    enabled: true
    enabled: false
numbers: [{number: 0123}]
)");
  std::vector<std::pair<int, int>> places;
  for (const auto& finding : of(Severity::Error, loaded))
    places.emplace_back(finding.mark.line, finding.mark.column);
  const std::vector<std::pair<int, int>> expected{{2, 5},  {4, 15}, {5, 25},  {6, 27},  {6, 45}, {8, 22},
                                                  {9, 21}, {11, 7}, {13, 46}, {14, 53}, {16, 5}, {17, 20}};
  EXPECT_EQ(places, expected) << print_all(loaded.findings);
}

TEST(Loaded, DefaultsAreThoseOfTheStructures) {
  const auto loaded = load_text("a.yaml", kNode);
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  EXPECT_TRUE(loaded.findings.empty()) << print_all(loaded.findings);
  const Config fresh;
  const auto& config = *loaded.config;
  EXPECT_EQ(config.node_name, fresh.node_name);
  EXPECT_EQ(config.media.first_port, 10000);
  EXPECT_EQ(config.limits.max_calls, fresh.limits.max_calls);
  EXPECT_EQ(config.admin.socket, "/run/tandem/admin.sock");
  EXPECT_EQ(config.listeners.at(0).unknown_source, UnknownSource::Drop);
  EXPECT_EQ(config.files, std::vector<std::string>{"a.yaml"});
}

TEST(Loaded, EveryKeyReachesItsMember) {
  const auto loaded = load_text("a.yaml", R"(
node: {name: edge-1}
listeners:
  - {name: public, transport: tcp, address: "[::1]:0", advertise: "2001:db8::1", unknown_source: reject}
media: {address: 0.0.0.0, address_v6: "::1", advertise: 203.0.113.1, ports: 2000-2003, workers: 3, realtime: no, silence_timeout: 0s}
cdr: {path: /tmp/cdr}
log: {level: debug, format: json, file: /tmp/log}
admin: {socket: /tmp/sock}
limits: {max_calls: 9, no_response_timeout: 250ms, ring_timeout: 30s, max_duration: 2h, drain_timeout: 0s, nonce_lifetime: 1m}
accounts: [{id: acme}]
access_groups:
  hq: {realm: sip.example, ips: [192.0.2.0/24, "2001:db8::/32"]}
  users: {credentials: [{user: pbx, ha1: {MD5: "0123456789abcdef0123456789ABCDEF"}}]}
)");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  const auto& config = *loaded.config;
  EXPECT_EQ(config.node_name, "edge-1");

  const auto& listener = config.listeners.at(0);
  EXPECT_EQ(listener.name, "public");
  EXPECT_EQ(listener.transport, Transport::Tcp);
  EXPECT_EQ(listener.bind.print(), "[::1]:0");
  EXPECT_EQ(listener.advertised->print(), "2001:db8::1");
  EXPECT_EQ(listener.unknown_source, UnknownSource::Reject);
  EXPECT_EQ(listener.mark.line, 4);

  EXPECT_TRUE(config.media.address.is_unspecified());
  EXPECT_EQ(config.media.address_v6->print(), "::1");
  EXPECT_EQ(config.media.advertised->print(), "203.0.113.1");
  EXPECT_EQ(config.media.first_port, 2000);
  EXPECT_EQ(config.media.last_port, 2003);
  EXPECT_EQ(config.media.workers, 3);
  EXPECT_FALSE(config.media.realtime);
  EXPECT_EQ(config.media.silence_timeout, 0ms);
  EXPECT_EQ(config.cdr.path, "/tmp/cdr");
  EXPECT_EQ(config.log.level, log::Level::Debug);
  EXPECT_EQ(config.log.format, log::Format::Json);
  EXPECT_EQ(config.log.file, "/tmp/log");
  EXPECT_EQ(config.admin.socket, "/tmp/sock");
  EXPECT_EQ(config.limits.max_calls, 9U);
  EXPECT_EQ(config.limits.no_response_timeout, 250ms);
  EXPECT_EQ(config.limits.ring_timeout, 30s);
  EXPECT_EQ(config.limits.max_duration, 2h);
  EXPECT_EQ(config.limits.drain_timeout, 0ms);
  EXPECT_EQ(config.limits.nonce_lifetime, 1min);

  EXPECT_EQ(config.accounts.at(0).id, "acme");
  const auto& group = config.access_groups.at(0);
  EXPECT_EQ(group.name, "hq");
  EXPECT_EQ(group.realm, "sip.example");
  EXPECT_EQ(group.ips.at(1).print(), "2001:db8::/32");
  EXPECT_EQ(config.access_groups.at(1).credentials.at(0).user, "pbx");
  EXPECT_EQ(config.access_groups.at(1).credentials.at(0).mark.line, 13);
}

TEST(Loaded, EveryKeyOfPeersReachesItsMember) {
  const auto loaded = load_beside_group(R"(
accounts: [{id: acme}]
trunks:
  - name: Acme Corp
    id: T1
    account: acme
    enabled: false
    identify: [digest_user, source_ip, domain]
    general: {symmetric_rtp: true, max_duration: 1h, ring_timeout: 5s, no_response_timeout: 1s, number_format: {in: national, out: us_domestic}}
    termination:
      domain: [A.Example, b.example]
      access: {any_of: [hq]}
      challenge: {status: 401, realm: fixed.example, algorithms: [SHA-512-256, MD5]}
    origination:
      targets:
        - {uri: "sip:{number}@192.0.2.9:5070;transport=tcp", name: one, priority: 0, weight: 65535, enabled: false}
        - {uri: "sip:anniebp@[2001:db8::9]"}
        - {uri: "sip:192.0.2.8"}
      auth: {user: u, password: {env: HOME}, realm: r}
carriers:
  - {name: north, enabled: no, prefixes: ["1", "+44", ""], sources: [192.0.2.7], targets: [{uri: "sip:192.0.2.7"}], auth: {user: c, password: {env: HOME}}}
numbers:
  - {number: "+1(202)555-0123", trunk: Acme Corp}
  - {number: "+12025550124"}
x-ignored: [anything]
)");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  const auto& trunk = loaded.config->trunks.at(0);
  EXPECT_EQ(trunk.name, "Acme Corp");
  EXPECT_EQ(trunk.id, "T1");
  EXPECT_EQ(trunk.account, "acme");
  EXPECT_FALSE(trunk.enabled);
  EXPECT_EQ(trunk.identify, (std::vector{IdentifyBy::DigestUser, IdentifyBy::SourceIp, IdentifyBy::Domain}));
  EXPECT_TRUE(trunk.general.symmetric_rtp);
  EXPECT_EQ(trunk.general.max_duration, 1h);
  EXPECT_EQ(trunk.general.ring_timeout, 5s);
  EXPECT_EQ(trunk.general.no_response_timeout, 1s);
  EXPECT_EQ(trunk.general.number_in, numbering::NumberFormat::National);
  EXPECT_EQ(trunk.general.number_out, numbering::NumberFormat::UsDomestic);
  ASSERT_TRUE(trunk.termination);
  EXPECT_EQ(trunk.termination->domains, (std::vector<std::string>{"a.example", "b.example"})) << "lower case";
  EXPECT_EQ(trunk.termination->access, std::vector<std::string>{"hq"});
  EXPECT_EQ(trunk.termination->challenge.status, 401);
  EXPECT_EQ(trunk.termination->challenge.realm_rule, RealmRule::Fixed);
  EXPECT_EQ(trunk.termination->challenge.realm, "fixed.example");
  EXPECT_EQ(trunk.termination->challenge.algorithms,
            (std::vector{DigestAlgorithm::Sha512_256, DigestAlgorithm::Md5}));

  ASSERT_EQ(trunk.targets.size(), 3U);
  const auto& target = trunk.targets[0];
  EXPECT_EQ(target.name, "one");
  EXPECT_EQ(target.uri.user, "{number}");
  EXPECT_EQ(target.address.print(), "192.0.2.9:5070");
  EXPECT_EQ(target.transport, Transport::Tcp);
  EXPECT_EQ(target.priority, 0);
  EXPECT_EQ(target.weight, 65535);
  EXPECT_FALSE(target.enabled);
  EXPECT_EQ(trunk.targets[1].uri.user, "anniebp");
  EXPECT_EQ(trunk.targets[1].name, "[2001:db8::9]:5060");
  EXPECT_EQ(trunk.targets[2].uri.user, "");
  EXPECT_EQ(trunk.targets[2].transport, Transport::Udp);
  EXPECT_EQ(trunk.origination_auth->user, "u");
  EXPECT_EQ(trunk.origination_auth->realm, "r");

  const auto& carrier = loaded.config->carriers.at(0);
  EXPECT_FALSE(carrier.enabled);
  EXPECT_EQ(carrier.prefixes, (std::vector<PrefixRoute>{"1", "44", ""}));
  EXPECT_EQ(carrier.sources.at(0).print(), "192.0.2.7/32");
  EXPECT_FALSE(carrier.auth->password.empty());
  EXPECT_EQ(loaded.config->numbers.at(0).number, "+12025550123");
  EXPECT_EQ(loaded.config->numbers.at(0).trunk, "Acme Corp");
  EXPECT_EQ(loaded.config->numbers.at(1).trunk, "");
}

TEST(Trunk, IdIsMadeOfTheNameUntilWritten_R007) {
  const auto id_of = [](const std::string& keys) {
    const auto loaded = load_beside_node("trunks: [{" + keys + "}]\n");
    return loaded.ok() ? loaded.config->trunks[0].id : print_all(loaded.findings);
  };
  const auto acme = id_of("name: acme");
  EXPECT_EQ(acme.size(), 19U);
  EXPECT_EQ(acme, id_of("enabled: no, name: acme"));
  EXPECT_NE(acme, id_of("name: other"));
  EXPECT_EQ(acme, id_of("name: renamed, id: " + acme));
}

std::string only_warning(const std::string& text) {
  const auto loaded = load_beside_group(text);
  const auto warnings = of(Severity::Warning, loaded);
  if (!loaded.ok() || warnings.size() != 1) return "not one warning: " + print_all(loaded.findings);
  return std::to_string(warnings[0].mark.line) + ":" + std::to_string(warnings[0].mark.column) + " " +
         warnings[0].message;
}

TEST(Warned, HalvesOfATrunk_R010) {
  EXPECT_EQ(only_warning("trunks: [{name: t, origination: {targets: [{uri: \"sip:192.0.2.1\"}]}}]\n"),
            "1:10 trunk 't' has no 'termination': it cannot send calls to us");
  EXPECT_EQ(only_warning("trunks: [{name: t, termination: {domain: t.example, access: {any_of: [hq]}}}]\n"),
            "1:10 trunk 't' has no 'origination': it cannot receive calls");
}

TEST(Warned, HalvesOfACarrier) {
  EXPECT_EQ(only_warning("carriers: [{name: c, prefixes: [\"1\"], targets: [{uri: \"sip:192.0.2.1\"}]}]\n"),
            "1:12 carrier 'c' has no 'sources': calls from it are refused");
  EXPECT_EQ(
      only_warning("carriers: [{name: c, sources: [192.0.2.9], targets: [{uri: \"sip:192.0.2.1\"}]}]\n"),
      "1:12 carrier 'c' has no 'prefixes': no call is sent to it");
}

TEST(Warned, ATargetThatIsOurselves) {
  EXPECT_EQ(only_warning("carriers: [{name: c, prefixes: [\"1\"], sources: [192.0.2.9], targets: [{uri: "
                         "\"sip:127.0.0.1\"}]}]\n"),
            "1:71 target 127.0.0.1:5060 is a listener of this node: its calls come back to us");
}

TEST(Warned, AListenerAmongTheMediaPorts) {
  const auto loaded = load_text(
      "a.yaml", "listeners: [{name: u, address: \"127.0.0.1:10002\"}]\nmedia: {address: 127.0.0.1}\n");
  ASSERT_TRUE(loaded.ok());
  ASSERT_EQ(of(Severity::Warning, loaded).size(), 1U) << print_all(loaded.findings);
}

TEST(Warned, SourcesOfOneTrunkInsideThoseOfAnother) {
  EXPECT_EQ(only_warning(R"(
access_groups: {wide: {ips: [198.51.100.0/24]}, narrow: {ips: [198.51.100.64/26, 203.0.113.1]}}
trunks:
- {name: w, identify: [source_ip], termination: {access: {any_of: [wide]}}, origination: {targets: [{uri: "sip:192.0.2.1"}]}}
- {name: n, identify: [source_ip], termination: {access: {any_of: [narrow]}}, origination: {targets: [{uri: "sip:192.0.2.1"}]}}
)"),
            "5:13 trunk 'n' takes the calls from 198.51.100.64/26 out of 198.51.100.0/24 of trunk 'w'");
}

TEST(Media, PortsAreSane) {
  const std::pair<const char*, const char*> wrong[] = {
      {"10001-20000", "the first port must be even"}, {"10000-10002", "a call needs four ports"},
      {"20000-10000", "a call needs four ports"},     {"80-1000", "the first port must be 1024 or more"},
      {"10000", "'10000' is no port range"},          {"10000-70000", "'10000-70000' is no port range"},
  };
  for (const auto& [ports, message] : wrong) {
    const auto loaded = load_text(
        "a.yaml", "listeners: [{name: u, address: \"127.0.0.1:5060\"}]\nmedia: {address: 127.0.0.1, ports: " +
                      std::string(ports) + "}\n");
    const auto errors = of(Severity::Error, loaded);
    ASSERT_EQ(errors.size(), 1U) << ports << print_all(loaded.findings);
    EXPECT_EQ(errors[0].mark.line, 2);
    EXPECT_EQ(errors[0].mark.column, 36);
    EXPECT_NE(errors[0].message.find(message), std::string::npos) << errors[0].message;
  }
}

TEST(Media, IsNeededAndSoAreListeners) {
  const auto errors = of(Severity::Error, load_text("a.yaml", "limits: {}\n"));
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_EQ(errors[0].message.substr(0, 23), "missing key 'listeners'");
  EXPECT_EQ(errors[1].message.substr(0, 19), "missing key 'media'");
}

}  // namespace
}  // namespace tandem::config
