// hosts(5), and what a host name is.
#include "dns/hosts.hpp"

#include <gtest/gtest.h>

#include "dns/records.hpp"

namespace tandem::dns {
namespace {

std::vector<IpAddress> addresses(std::initializer_list<const char*> texts) {
  std::vector<IpAddress> parsed;
  for (const char* text : texts) parsed.push_back(*IpAddress::parse(text));
  return parsed;
}

TEST(HostsFile, NamesCommentsAndBothFamilies) {
  const Hosts hosts = parse_hosts(
      "# the local ones\n127.0.0.1\tlocalhost\n::1 localhost ip6-localhost\n192.0.2.1 \t PBX.example.com pbx "
      "# ours\r\n"
      "192.0.2.2 pbx\n192.0.2.2 pbx\n\nnonsense pbx\n192.0.2.3\n192.0.2.4 bad/name #");
  EXPECT_EQ(hosts.size(), 4U);
  EXPECT_EQ(hosts.at("localhost"), addresses({"127.0.0.1", "::1"}));
  EXPECT_EQ(hosts.at("ip6-localhost"), addresses({"::1"}));
  EXPECT_EQ(hosts.at("pbx.example.com"), addresses({"192.0.2.1"}));
  EXPECT_EQ(hosts.at("pbx"), addresses({"192.0.2.1", "192.0.2.2"}));
}

TEST(HostsFile, AnAbsentFileIsEmptyAndAFolderIsAnError) {
  EXPECT_TRUE(read_hosts("/nonexistent/hosts")->empty());
  const auto folder = read_hosts("/");
  ASSERT_FALSE(folder);
  EXPECT_NE(folder.error().find("hosts file /"), std::string::npos);
}

TEST(HostName, NormalForm) {
  EXPECT_EQ(normalise_host("SIP.Example.COM."), "sip.example.com");
  EXPECT_EQ(normalise_host("_sip._udp.example.com"), "_sip._udp.example.com");
  EXPECT_EQ(normalise_host("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(normalise_host("[2001:DB8::1]"), "2001:db8::1");
  EXPECT_EQ(normalise_host("2001:db8::1"), "2001:db8::1");
}

TEST(HostName, WhatIsNone) {
  const std::string label(64, 'a');
  for (const std::string& text : {std::string(), std::string("."), std::string("a..b"), std::string("a b"),
                                  std::string("a/b"), std::string("\xc3\xa4.de"), std::string("[192.0.2.1]"),
                                  std::string("[a.example]"), std::string("a\0b", 3), label + ".example"})
    EXPECT_EQ(normalise_host(text), std::nullopt) << text;
  std::string longest;
  for (int i = 0; i < 127; ++i) longest += "a.";
  EXPECT_EQ(normalise_host(longest), longest.substr(0, 253));
  EXPECT_EQ(normalise_host(longest + "b"), std::nullopt);
}

}  // namespace
}  // namespace tandem::dns
