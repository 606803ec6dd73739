// dns export: what a name server makes of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tandem/tandemctl/sheets.hpp"

namespace tandem::tandemctl {
namespace {

config::ServiceNode node(const char* name, const char* edge, const char* address) {
  config::ServiceNode made;
  made.name = name;
  made.edge = edge;
  made.addresses = {*IpAddress::parse(address)};
  return made;
}

/// Two edges with two nodes each; trunk acme at eu, plain and regional names.
config::Config world() {
  config::Config made;
  for (const Transport transport : {Transport::Udp, Transport::Tcp}) {
    config::Listener listener;
    listener.name = std::string(to_string(transport));
    listener.transport = transport;
    listener.bind = *SocketAddress::parse("192.0.2.1:5060");
    made.listeners.push_back(listener);
  }
  for (const char* name : {"eu", "us"}) {
    config::Edge edge;
    edge.name = name;
    made.edges.push_back(edge);
  }
  made.nodes = {node("eu-1", "eu", "192.0.2.1"), node("eu-2", "eu", "192.0.2.2"),
                node("us-1", "us", "198.51.100.1"), node("us-2", "us", "2001:db8::2")};
  config::DomainPattern pattern;
  pattern.plain = "{trunk}.pstn.example.com";
  pattern.localized = "{trunk}.pstn.{edge}.example.com";
  made.domains.push_back(pattern);
  config::Trunk trunk;
  trunk.name = "acme";
  trunk.location = "eu";
  trunk.termination.emplace();
  trunk.termination->labels = {"acme"};
  made.trunks.push_back(trunk);
  return made;
}

struct Record {
  std::string owner, type, data;
};

/// Reads master-file lines as RFC 1035 §5.1 has them; anything else fails the test.
std::vector<Record> parse(const std::string& zone) {
  std::vector<Record> records;
  std::istringstream lines(zone);
  std::string line;
  while (std::getline(lines, line)) {
    if (line.starts_with("$TTL ") || line.starts_with(";")) continue;
    std::istringstream words(line);
    Record record;
    std::string ttl, klass;
    words >> record.owner >> ttl >> klass >> record.type;
    std::getline(words >> std::ws, record.data);
    EXPECT_TRUE(record.owner.ends_with('.')) << line;
    EXPECT_EQ(ttl, "600") << line;
    EXPECT_EQ(klass, "IN") << line;
    EXPECT_FALSE(record.data.empty()) << line;
    records.push_back(record);
  }
  return records;
}

std::vector<std::string> data_of(const std::vector<Record>& records, const std::string& owner,
                                 const std::string& type) {
  std::vector<std::string> data;
  for (const Record& record : records) {
    if (record.owner == owner && record.type == type) data.push_back(record.data);
  }
  return data;
}

using Lines = std::vector<std::string>;

TEST(Zone, APlainNameLeadsEverywhereTheLocationFirst_R023) {
  const auto zone = export_zone(world(), "");
  ASSERT_TRUE(zone) << zone.error();
  const auto records = parse(*zone);
  EXPECT_EQ(data_of(records, "_sip._udp.acme.pstn.example.com.", "SRV"),
            (Lines{"30 10 5060 eu-1.example.com.", "30 10 5060 eu-2.example.com.",
                   "40 10 5060 us-1.example.com.", "40 10 5060 us-2.example.com."}));
  EXPECT_EQ(data_of(records, "acme.pstn.example.com.", "A"), (Lines{"192.0.2.1", "192.0.2.2"}));
  EXPECT_EQ(data_of(records, "acme.pstn.example.com.", "NAPTR"),
            (Lines{"10 50 \"s\" \"SIP+D2U\" \"\" _sip._udp.acme.pstn.example.com.",
                   "20 50 \"s\" \"SIP+D2T\" \"\" _sip._tcp.acme.pstn.example.com."}));
}

TEST(Zone, ARegionalNameLeadsToItsOwnNodesAlone_R023) {
  const auto records = parse(*export_zone(world(), ""));
  EXPECT_EQ(data_of(records, "_sip._udp.acme.pstn.us.example.com.", "SRV"),
            (Lines{"10 10 5060 us-1.example.com.", "10 10 5060 us-2.example.com."}));
  EXPECT_EQ(data_of(records, "acme.pstn.us.example.com.", "A"), (Lines{"198.51.100.1"}));
  EXPECT_EQ(data_of(records, "acme.pstn.us.example.com.", "AAAA"), (Lines{"2001:db8::2"}));
}

TEST(Zone, EachTargetOfAnSrvHasItsAddress_R020) {
  const auto records = parse(*export_zone(world(), ""));
  for (const Record& record : records) {
    if (record.type != "SRV") continue;
    const std::string host = record.data.substr(record.data.rfind(' ') + 1);
    EXPECT_EQ(data_of(records, host, "A").size() + data_of(records, host, "AAAA").size(), 1u) << host;
  }
}

TEST(Zone, ADrainedNodeIsLeftOut_R020) {
  config::Config config = world();
  config.nodes[0].drained = true;
  const std::string zone = *export_zone(config, "");
  EXPECT_EQ(zone.find("192.0.2.1\n"), std::string::npos) << zone;
  EXPECT_EQ(zone.find("eu-1"), std::string::npos) << zone;
  EXPECT_EQ(data_of(parse(zone), "acme.pstn.example.com.", "A"), (Lines{"192.0.2.2"}));
}

TEST(Zone, WithItsLocationDrainedAPlainNameLeadsElsewhereAndTheRegionalNowhere_R023) {
  config::Config config = world();
  config.nodes[0].drained = config.nodes[1].drained = true;
  const std::string zone = *export_zone(config, "");
  EXPECT_EQ(data_of(parse(zone), "acme.pstn.example.com.", "A"), (Lines{"198.51.100.1"}));
  EXPECT_NE(zone.find("; acme.pstn.eu.example.com leads nowhere: no node of edge eu is in service\n"),
            std::string::npos)
      << zone;
}

TEST(Zone, PrimaryAndSecondaryComeFirst_R022) {
  config::Config config = world();
  config.trunks[0].node_primary = "us-1";
  config.trunks[0].node_secondary = "eu-2";
  EXPECT_EQ(data_of(parse(*export_zone(config, "")), "_sip._tcp.acme.pstn.example.com.", "SRV"),
            (Lines{"10 10 5060 us-1.example.com.", "20 10 5060 eu-2.example.com.",
                   "30 10 5060 eu-1.example.com.", "40 10 5060 us-2.example.com."}));
}

TEST(Zone, NamesOfAnotherZoneAreLeftOut) {
  config::Config config = world();
  config.trunks[0].termination->domains = {"sip.acme.net"};
  const std::string all = *export_zone(config, "");
  EXPECT_NE(all.find("--zone"), std::string::npos) << all;
  EXPECT_EQ(data_of(parse(all), "_sip._udp.sip.acme.net.", "SRV").front(), "30 10 5060 eu-1.acme.net.");
  EXPECT_EQ(data_of(parse(all), "eu-1.acme.net.", "A"), (Lines{"192.0.2.1"}));
  const std::string zone = *export_zone(config, "Example.COM.");
  EXPECT_NE(zone.find("; sip.acme.net is in another zone\n"), std::string::npos) << zone;
  EXPECT_EQ(data_of(parse(zone), "acme.pstn.example.com.", "A").size(), 2u);
}

TEST(Zone, ANameOfTwoTrunksHasNoLocationAndStandsOnce) {
  config::Config config = world();
  config.trunks.push_back(config.trunks[0]);
  config.trunks[1].name = "bolt";
  config.trunks[1].location = "us";
  const auto records = parse(*export_zone(config, ""));
  EXPECT_EQ(data_of(records, "_sip._udp.acme.pstn.example.com.", "SRV").size(), 4u);
  EXPECT_EQ(data_of(records, "_sip._udp.acme.pstn.example.com.", "SRV").front(),
            "10 10 5060 eu-1.example.com.");
}

TEST(Zone, WithoutNodesThisOneIsTheService) {
  config::Config config = world();
  config.nodes.clear();
  config.node_name = "tandem-1";
  const auto records = parse(*export_zone(config, ""));
  EXPECT_EQ(data_of(records, "_sip._udp.acme.pstn.example.com.", "SRV"),
            (Lines{"10 10 5060 tandem-1.example.com."}))
      << "one node, wherever it is";
  EXPECT_EQ(data_of(records, "tandem-1.example.com.", "A"), (Lines{"192.0.2.1"}));
}

TEST(Zone, NoNameNoZone) {
  config::Config config = world();
  config.trunks.clear();
  EXPECT_FALSE(export_zone(config, "").has_value());
}

}  // namespace
}  // namespace tandem::tandemctl
