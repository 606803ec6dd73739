#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "tandem/base/address.hpp"
#include "tandem/base/byte_reader.hpp"
#include "tandem/base/ids.hpp"
#include "tandem/base/mailbox.hpp"
#include "tandem/base/random.hpp"
#include "tandem/base/secret.hpp"
#include "tandem/base/slot_map.hpp"
#include "tandem/base/text.hpp"
#include "tandem/base/ulid.hpp"

#include <sstream>

namespace tandem {
namespace {

TEST(SlotMap, AStaleIdFindsNothingAfterItsSlotHasANewTenant) {
  SlotMap<std::string, CallId> calls;
  const CallId first = calls.emplace("first");
  EXPECT_TRUE(calls.erase(first));
  const CallId second = calls.emplace("second");
  EXPECT_EQ(first.index(), second.index());
  EXPECT_EQ(calls.find(first), nullptr);
  EXPECT_EQ(calls.at(second), "second");
  EXPECT_FALSE(calls.erase(first));
  EXPECT_EQ(CallId::unpack(second.pack()), second);
  EXPECT_TRUE(second);
}

TEST(SlotMap, TheVisitorMayEraseTheTenantItIsHanded) {
  SlotMap<int, CallId> calls;
  for (int i = 0; i < 10; ++i) calls.emplace(i);
  calls.for_each([&](CallId id, int value) {
    if (value % 2 == 0) calls.erase(id);
  });
  EXPECT_EQ(calls.size(), 5u);
}

TEST(Mailbox, RefusesWhenFullButReleasesAlwaysFit) {
  Mailbox<int> mailbox(2);
  EXPECT_TRUE(mailbox.put(1));
  EXPECT_TRUE(mailbox.put(2));
  EXPECT_FALSE(mailbox.put(3));
  mailbox.put_release(4);
  std::vector<int> taken;
  mailbox.take_all(taken);
  EXPECT_EQ(taken, (std::vector<int>{1, 2, 4}));
  EXPECT_TRUE(mailbox.put(5));
}

TEST(Mailbox, LosesNothingBetweenThreads) {
  Mailbox<int> mailbox(100000);
  constexpr int kEach = 20000;
  std::thread one([&] { for (int i = 0; i < kEach; ++i) mailbox.put_release(i); });
  std::thread two([&] { for (int i = 0; i < kEach; ++i) mailbox.put_release(i); });
  std::vector<int> taken;
  std::size_t total = 0;
  while (total < 2 * kEach) {
    mailbox.wake().wait(1000);
    mailbox.take_all(taken);
    total += taken.size();
  }
  one.join();
  two.join();
  EXPECT_EQ(total, 2u * kEach);
}

TEST(IpAddress, ParsesBothFamiliesAndNothingElse) {
  EXPECT_EQ(IpAddress::parse("192.0.2.1")->print(), "192.0.2.1");
  EXPECT_EQ(IpAddress::parse("2001:DB8::1")->print_for_uri(), "[2001:db8::1]");
  for (const char* bad : {"", "1.2.3", "256.0.0.1", "[::1]", "sip.example", "1.2.3.4 "}) EXPECT_FALSE(IpAddress::parse(bad)) << bad;
  EXPECT_FALSE(IpAddress::parse(std::string_view("::1\0junk", 8)));
  EXPECT_TRUE(IpAddress::parse("10.1.2.3")->is_private());
  EXPECT_FALSE(IpAddress::parse("198.51.100.1")->is_private());
  EXPECT_TRUE(IpAddress::parse("::1")->is_loopback());
}

TEST(Cidr, ContainsItsHostsOnly) {
  const auto net = Cidr::parse("203.0.113.16/28");
  ASSERT_TRUE(net);
  EXPECT_TRUE(net->contains(*IpAddress::parse("203.0.113.31")));
  EXPECT_FALSE(net->contains(*IpAddress::parse("203.0.113.32")));
  EXPECT_FALSE(net->contains(*IpAddress::parse("2001:db8::1")));
  EXPECT_FALSE(Cidr::parse("203.0.113.17/28")) << "host bits are set";
  EXPECT_FALSE(Cidr::parse("203.0.113.0/33"));
  EXPECT_TRUE(Cidr::parse("2001:db8::/32")->contains(*IpAddress::parse("2001:db8:ffff::1")));
  EXPECT_TRUE(Cidr::parse("0.0.0.0/0")->contains(*IpAddress::parse("203.0.113.32")));
}

TEST(SocketAddress, SurvivesTheKernelsForm) {
  for (const char* text : {"127.0.0.1:5060", "[2001:db8::5]:65535"}) {
    const auto address = SocketAddress::parse(text);
    ASSERT_TRUE(address) << text;
    sockaddr_storage native{};
    address->to_native(native);
    EXPECT_EQ(SocketAddress::from_native(native).print(), text);
  }
  for (const char* bad : {"127.0.0.1", "::1:5060", "127.0.0.1:65536", "[127.0.0.1]:5"}) EXPECT_FALSE(SocketAddress::parse(bad)) << bad;
}

TEST(Text, DecimalRefusesOverflowAndSigns) {
  EXPECT_EQ(parse_decimal("65535", 65535), 65535u);
  EXPECT_FALSE(parse_decimal("65536", 65535));
  EXPECT_FALSE(parse_decimal("+1"));
  EXPECT_FALSE(parse_decimal(""));
  EXPECT_EQ(parse_decimal("18446744073709551615"), UINT64_MAX);
  EXPECT_FALSE(parse_decimal("18446744073709551616"));
}

TEST(Text, HexBothWays) {
  const std::vector<std::uint8_t> octets{0x00, 0xff, 0x1a};
  EXPECT_EQ(print_hex(octets), "00ff1a");
  EXPECT_EQ(parse_hex("00FF1a"), octets);
  EXPECT_FALSE(parse_hex("0"));
  EXPECT_FALSE(parse_hex("0g"));
}

TEST(Text, PrintableHidesControlOctetsAndCuts) {
  EXPECT_EQ(printable("a\r\nb"), "a\\x0d\\x0ab");
  EXPECT_EQ(printable("abcdef", 3), "abc…");
}

TEST(Text, EditDistance) {
  EXPECT_EQ(edit_distance("tagets", "targets"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("weight", "height"), 1u);
}

TEST(ByteReader, ReadsPastTheEndAsZeroAndSaysSo) {
  const std::uint8_t octets[]{1, 2, 3};
  ByteReader reader(octets);
  EXPECT_EQ(reader.u16(), 0x0102);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.u16(), 0);
  EXPECT_FALSE(reader.ok());
}

TEST(ByteWriter, WritesNothingPastTheEnd) {
  std::uint8_t buffer[3]{};
  ByteWriter writer(buffer);
  writer.u16(0x0102);
  writer.u16(0x0304);
  EXPECT_FALSE(writer.ok());
  EXPECT_EQ(writer.written(), 2u);
}

TEST(Random, TheSameSeedGivesTheSameTokens) {
  Random one(7);
  Random two(7);
  EXPECT_EQ(one.token(12), two.token(12));
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(one.below(10));
  EXPECT_EQ(seen.size(), 10u);
}

TEST(Ulid, OrdersByTimeAndDiffersWithinAMillisecond) {
  Random random(1);
  const WallTime now{std::chrono::milliseconds(1'700'000'000'000)};
  const auto first = make_ulid(now, random);
  EXPECT_EQ(first.size(), 26u);
  EXPECT_NE(first, make_ulid(now, random));
  EXPECT_LT(first, make_ulid(now + std::chrono::milliseconds(1), random));
}

TEST(Secret, PrintsAsStars) {
  std::ostringstream out;
  out << Secret("hunter2");
  EXPECT_EQ(out.str(), "***");
}

TEST(Time, PrintsUtcWithMicroseconds) {
  EXPECT_EQ(print_utc(WallTime{std::chrono::microseconds(1'700'000'000'123'456)}), "2023-11-14T22:13:20.123456Z");
  EXPECT_EQ(print_utc(WallTime{std::chrono::sys_days{std::chrono::year{2028} / 2 / 29} + std::chrono::microseconds(86'399'000'007)}),
            "2028-02-29T23:59:59.000007Z");
  EXPECT_EQ(print_utc(WallTime{std::chrono::microseconds(-1)}), "1969-12-31T23:59:59.999999Z");
}

}  // namespace
}  // namespace tandem
