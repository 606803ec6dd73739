// The grammar of targets: what is put on the wire, and what is taken out before.
#include "unit/config/loading.hpp"

namespace tandem::config {
namespace {

const std::string kEdges = "edges: [{name: Frankfurt, aliases: [eu1, ie1]}]\n";

Loaded load_target(const std::string& uri, const std::string& before = kEdges) {
  return load_beside_node(before +
                          "carriers: [{name: n, prefixes: [\"1\"], sources: [192.0.2.9], targets: "
                          "[{uri: \"" +
                          uri + "\"}]}]\n");
}
// Column of the first character of the URI in load_target().
constexpr int kColumn = 78;

Target target_of(const std::string& uri) {
  const auto loaded = load_target(uri);
  EXPECT_TRUE(loaded.ok()) << print_all(loaded.findings);
  return loaded.ok() ? loaded.config->carriers[0].targets.at(0) : Target{};
}

/// "column message" of the only error, the column counted inside the URI from 0.
std::string error_of(const std::string& uri) {
  const auto loaded = load_target(uri);
  const auto errors = of(Severity::Error, loaded);
  if (errors.size() != 1) return "not one error: " + print_all(loaded.findings);
  return std::to_string(errors[0].mark.column - kColumn) + " " + errors[0].message;
}

TEST(Target, AHostNameIsResolvedWhenItIsCalled_R087) {
  const auto target = target_of("sip:{number}@SBC.example.com:5070");
  EXPECT_EQ(target.uri.host, "sbc.example.com");
  EXPECT_FALSE(target.is_numeric());
  EXPECT_EQ(target.name, "sbc.example.com:5070");
  EXPECT_FALSE(target.transport_written);
  EXPECT_EQ(target_of("sip:sbc.example.com").name, "sbc.example.com");
}

TEST(Target, UsersStayAsWritten_R088_R089_R090_R091) {
  EXPECT_EQ(target_of("sip:192.0.2.1").uri.user, "");
  EXPECT_EQ(target_of("sip:anniebp@192.0.2.1").uri.user, "anniebp");
  EXPECT_EQ(target_of("sip:{number}@192.0.2.1").uri.user, "{number}");
  EXPECT_EQ(target_of("sip:46000@192.0.2.1").uri.user, "46000");
}

TEST(Target, TransportAndItsPort_R092) {
  const auto tcp = target_of("sip:192.0.2.1;transport=TCP");
  EXPECT_EQ(tcp.transport, Transport::Tcp);
  EXPECT_TRUE(tcp.transport_written);
  EXPECT_EQ(tcp.address.port, 5060);
  const auto tls = target_of("sip:192.0.2.1;transport=tls");
  EXPECT_EQ(tls.transport, Transport::Tls);
  EXPECT_EQ(tls.address.port, 5061);
  EXPECT_EQ(target_of("sip:192.0.2.1:5080;transport=tls").address.port, 5080);
}

/// A carrier's target with `large_requests`, on a node with or without a listener over TCP.
Loaded load_large(const std::string& target, const std::string& transport = "tcp") {
  return load_texts(
      {{"a.yaml",
        "listeners: [{name: udp, transport: udp, address: \"127.0.0.1:5060\"}, {name: other, transport: " +
            transport +
            ", address: \"127.0.0.1:5070\"}]\nmedia: {address: 127.0.0.1}\n"
            "carriers:\n- name: n\n  prefixes: [\"1\"]\n  sources: [192.0.2.9]\n  targets:\n  - {" +
            target + "}\n"}});
}

TEST(Target, LargeRequestsStayWithUdpUnlessItSaysSo_R179) {
  EXPECT_EQ(target_of("sip:192.0.2.1").large_requests, LargeRequests::Udp);
  for (const auto& [word, expected] :
       {std::pair("udp", LargeRequests::Udp), std::pair("tcp", LargeRequests::Tcp)}) {
    const auto loaded = load_large("uri: \"sip:192.0.2.1\", large_requests: " + std::string(word));
    ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
    EXPECT_TRUE(loaded.findings.empty()) << print_all(loaded.findings);
    EXPECT_EQ(loaded.config->carriers[0].targets.at(0).large_requests, expected);
  }
}

TEST(Target, LargeRequestsOverTcpThatCannotBeAreWarnedAbout_R179) {
  const auto none = load_large("uri: \"sip:192.0.2.1\", large_requests: tcp", "udp");
  ASSERT_EQ(none.findings.size(), 1U) << print_all(none.findings);
  EXPECT_EQ(none.findings[0].message,
            "'large_requests: tcp' of target 192.0.2.1:5060 has no effect: no listener is over tcp");
  EXPECT_EQ(none.findings[0].cure, "add a listener with 'transport: tcp'");
  EXPECT_EQ(none.findings[0].mark.line, 8);
  const auto tcp = load_large("uri: \"sip:192.0.2.1;transport=tcp\", large_requests: tcp");
  ASSERT_EQ(tcp.findings.size(), 1U) << print_all(tcp.findings);
  EXPECT_EQ(tcp.findings[0].message,
            "'large_requests: tcp' has no effect: the target is called over tcp anyway");
  EXPECT_EQ(tcp.findings[0].mark.line, 8);
  const auto wrong = load_large("uri: \"sip:192.0.2.1\", large_requests: yes");
  EXPECT_FALSE(wrong.ok());
}

TEST(Target, SipsIsSipOverTlsWithAdvice_R093) {
  const auto loaded = load_target("sips:{number}@192.0.2.1");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  const auto& target = loaded.config->carriers[0].targets[0];
  EXPECT_EQ(target.uri.scheme, message::Scheme::Sip);
  EXPECT_EQ(target.transport, Transport::Tls);
  EXPECT_EQ(message::find_param(target.uri.params, "transport")->value, "tls");
  ASSERT_EQ(of(Severity::Advice, loaded).size(), 1U) << print_all(loaded.findings);
  ASSERT_EQ(of(Severity::Warning, loaded).size(), 1U) << "TLS does not exist yet";
}

TEST(Target, EdgeAndRegionAreTakenOut_R097_R099) {
  for (const auto* uri : {"sip:a.example;edge=frankfurt;x=1", "sip:a.example;REGION=IE1;x=1",
                          "sip:a.example;edge=eu1;region=ie1;x=1"}) {
    if (std::string(uri).find("edge=eu1") != std::string::npos) {
      EXPECT_EQ(error_of(uri), "22 two edges for one target: 'eu1' and 'ie1'");
      continue;
    }
    const auto target = target_of(uri);
    EXPECT_EQ(target.edge, "frankfurt") << uri;
    ASSERT_EQ(target.uri.params.size(), 1U) << uri;
    EXPECT_EQ(target.uri.params[0].name, "x");
  }
  EXPECT_EQ(error_of("sip:a.example;edge="), "13 ';edge' names no edge");
}

TEST(Target, AnUnknownEdgeIsWarnedAboutAndLeftOut_R098) {
  const auto loaded = load_target("sip:a.example;edge=dublin");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  EXPECT_EQ(loaded.config->carriers[0].targets[0].edge, "");
  const auto warnings = of(Severity::Warning, loaded);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].message, "no edge is named 'dublin'");
  EXPECT_EQ(warnings[0].mark.column, kColumn + 13);
}

TEST(Target, HeadersAreTakenOutAndDecoded_R094) {
  const auto target = target_of("sip:{number}@a.example?X-myheader=foo%3A%20bar&x-Empty=");
  EXPECT_TRUE(target.uri.headers.empty());
  EXPECT_EQ(target.headers, (std::vector<message::Header>{{"X-myheader", "foo: bar"}, {"x-Empty", ""}}));
}

TEST(Target, OnlyPrivateHeaders_R094) {
  EXPECT_EQ(error_of("sip:a.example?X-A=1&Subject=x"),
            "20 'Subject' is no private header: only names that begin with X- can be added");
  EXPECT_EQ(error_of("sip:a.example?X-A=1%0D%0AVia:%20x"),
            "18 a line break in the value of 'X-A': it would begin another header");
  EXPECT_EQ(error_of("sip:a.example?X-A=%FF"),
            "18 not text in UTF-8, or a control character, in the value of 'X-A'");
}

TEST(Target, LengthsOfPrivateHeaders_R095) {
  const auto name = "X-" + std::string(48, 'n');
  EXPECT_EQ(target_of("sip:a.example?" + name + "=1").headers.size(), 1U);
  EXPECT_NE(error_of("sip:a.example?" + name + "n=1").find("has 51 characters, at most 50"),
            std::string::npos);
  const auto value = std::string(1024 - 5, 'v');  // "X-A: "
  EXPECT_EQ(target_of("sip:a.example?X-A=" + value).headers.size(), 1U);
  EXPECT_NE(error_of("sip:a.example?X-A=" + value + "v").find("has 1025 octets, at most 1024"),
            std::string::npos);
}

Loaded load_headers(const std::string& headers) {
  return load_beside_group("trunks:\n- name: t\n  origination:\n    targets: []\n    headers:\n" + headers);
}

TEST(PrivateHeaders, AMissingXIsPutBefore_R095) {
  const auto loaded = load_headers("      My-Private-Header: \"1\"\n      X-Other: two\n");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  EXPECT_EQ(loaded.config->trunks[0].origination.headers,
            (std::vector<message::Header>{{"X-My-Private-Header", "1"}, {"X-Other", "two"}}));
}

TEST(PrivateHeaders, LimitsHoldAfterTheXIsPutBefore_R095) {
  const auto long_name = std::string(49, 'n');
  EXPECT_FALSE(load_headers("      " + long_name + ": \"1\"\n").ok());
  EXPECT_TRUE(load_headers("      " + long_name.substr(1) + ": \"1\"\n").ok());
  const auto injected = load_headers("      X-A: \"1\\r\\nVia: x\"\n");
  ASSERT_EQ(of(Severity::Error, injected).size(), 1U);
  EXPECT_EQ(of(Severity::Error, injected)[0].message,
            "a line break in the value of 'X-A': it would begin another header");
  const auto twice = load_headers("      A: \"1\"\n      x-a: \"2\"\n");
  ASSERT_EQ(of(Severity::Error, twice).size(), 1U);
  EXPECT_EQ(of(Severity::Error, twice)[0].message, "header 'x-a' is given twice");
}

TEST(PrivateHeaders, PassListNamesPrivateOnes_R096) {
  const auto loaded =
      load_beside_group("trunks:\n- {name: t, origination: {targets: [], pass_headers: [X-A, Via]}}\n");
  const auto errors = of(Severity::Error, loaded);
  ASSERT_EQ(errors.size(), 1U) << print_all(loaded.findings);
  EXPECT_EQ(errors[0].message, "'Via' is no private header: only names that begin with X- can be added");
}

}  // namespace
}  // namespace tandem::config
