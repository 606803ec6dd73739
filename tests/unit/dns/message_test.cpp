// Answers of a name server, whole and damaged, read as record sets.
#include "dns/message.hpp"

#include <gtest/gtest.h>

#include "support/dns_wire.hpp"

namespace tandem::dns {
namespace {

namespace wire = test::wire;
using std::chrono::seconds;

RecordSet read(const std::string& octets, const RecordKey& key) {
  return read_answer(std::span(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()), key);
}
RecordSet read(const wire::Response& response) {
  return read(response.octets(), {to_lower(response.question), static_cast<RecordType>(response.type)});
}
wire::Response response(std::string question, RecordType type, std::vector<std::string> answers = {},
                        std::vector<std::string> authorities = {}) {
  return {std::move(question), static_cast<unsigned>(type), 7, 0x8180,
          std::move(answers),  std::move(authorities)};
}

TEST(ReadAnswer, AddressesLiveAsLongAsTheShortestOfThem) {
  const RecordSet set =
      read(response("example.com", RecordType::A,
                    {wire::a("example.com", 300, "192.0.2.1"), wire::a("EXAMPLE.com", 60, "192.0.2.2")}));
  EXPECT_EQ(set.outcome, Outcome::Found);
  EXPECT_EQ(set.addresses, (std::vector{*IpAddress::parse("192.0.2.1"), *IpAddress::parse("192.0.2.2")}));
  EXPECT_EQ(set.ttl, seconds(60));
  const RecordSet v6 =
      read(response("example.com", RecordType::Aaaa, {wire::aaaa("example.com", 9, "2001:db8::1")}));
  EXPECT_EQ(v6.addresses, std::vector{*IpAddress::parse("2001:db8::1")});
  EXPECT_EQ(v6.ttl, seconds(9));
}

TEST(ReadAnswer, ServicesKeepTheirNumbersAndTheRootIsAnEmptyTarget_R176) {
  const RecordSet set =
      read(response("_sip._udp.example.com", RecordType::Srv,
                    {wire::srv("_sip._udp.example.com", 60, 10, 20, 5070, "SIP1.example.com"),
                     wire::srv("_sip._udp.example.com", 90, 1, 0, 0, ".")}));
  EXPECT_EQ(set.services, (std::vector<SrvRecord>{{10, 20, 5070, "sip1.example.com"}, {1, 0, 0, ""}}));
  EXPECT_EQ(set.ttl, seconds(60));
}

TEST(ReadAnswer, Pointers_R176) {
  const RecordSet set = read(response(
      "example.com", RecordType::Naptr,
      {wire::naptr("example.com", 60, 50, 51, "s", "SIP+D2T", "_sip._tcp.example.com", "!^.*$!x!")}));
  EXPECT_EQ(set.pointers,
            (std::vector<NaptrRecord>{{50, 51, "s", "SIP+D2T", "!^.*$!x!", "_sip._tcp.example.com"}}));
}

TEST(ReadAnswer, AliasesAreFollowedAndTheirLifeCounts_R176) {
  const RecordSet set =
      read(response("www.example.com", RecordType::A,
                    {wire::a("c.example.net", 300, "192.0.2.9"), wire::a("other.example", 5, "192.0.2.66"),
                     wire::cname("b.example.net", 20, "c.example.net"),
                     wire::cname("www.example.com", 400, "B.example.net")}));
  EXPECT_EQ(set.outcome, Outcome::Found);
  EXPECT_EQ(set.addresses, std::vector{*IpAddress::parse("192.0.2.9")});
  EXPECT_EQ(set.ttl, seconds(20));
}

TEST(ReadAnswer, AnAliasThatLeadsOutIsToBeAskedForUnlessTheServerSaysThereIsNothing) {
  auto out =
      response("www.example.com", RecordType::A, {wire::cname("www.example.com", 40, "elsewhere.example")});
  EXPECT_EQ(read(out).outcome, Outcome::Alias);
  EXPECT_EQ(read(out).alias, "elsewhere.example");
  EXPECT_EQ(read(out).ttl, seconds(40));
  out.authorities = {wire::soa("example", 30, 10)};
  EXPECT_EQ(read(out).outcome, Outcome::NoRecord);
  EXPECT_EQ(read(out).ttl, seconds(10));
}

TEST(ReadAnswer, ARingOfAliasesIsNoAnswer) {
  EXPECT_EQ(
      read(response("a.example", RecordType::A,
                    {wire::cname("a.example", 40, "b.example"), wire::cname("b.example", 40, "a.example")}))
          .outcome,
      Outcome::Unreadable);
}

TEST(ReadAnswer, NegativeAnswersLiveAsTheSoaSays_RFC2308_5) {
  auto none = response("example.com", RecordType::A, {}, {wire::soa("com", 900, 30)});
  EXPECT_EQ(read(none).outcome, Outcome::NoRecord);
  EXPECT_EQ(read(none).ttl, seconds(30));
  none.flags |= wire::kNoSuchName;
  EXPECT_EQ(read(none).outcome, Outcome::NoName);
  none.authorities = {wire::soa("com", 12, 30)};
  EXPECT_EQ(read(none).ttl, seconds(12));
  none.authorities.clear();
  EXPECT_EQ(read(none).outcome, Outcome::NoName);
  EXPECT_EQ(read(none).ttl, std::nullopt);
}

TEST(ReadAnswer, OtherCodesAreTheServersFailure) {
  for (const unsigned code : {1U, 2U, 4U, 5U, 15U}) {
    auto failed = response("example.com", RecordType::A, {wire::a("example.com", 1, "192.0.2.1")});
    failed.flags |= code;
    EXPECT_EQ(read(failed).outcome, Outcome::ServerFailed) << code;
  }
}

TEST(ReadAnswer, RecordsOfOtherNamesTypesAndClassesDoNotCount) {
  std::string chaos = wire::a("example.com", 60, "192.0.2.3");
  chaos[wire::name("example.com").size() + 3] = 3;
  EXPECT_EQ(read(response("example.com", RecordType::A,
                          {wire::a("evil.example", 60, "192.0.2.66"),
                           wire::aaaa("example.com", 60, "2001:db8::1"), chaos}))
                .outcome,
            Outcome::NoRecord);
}

TEST(ReadAnswer, CompressedNames_RFC1035_4_1_4) {
  const std::string owner = wire::pointer(12);
  const std::string target = wire::text("sip1") + wire::pointer(12 + 10);  // into _sip._udp.|example.com
  const std::string data = wire::u16(1) + wire::u16(2) + wire::u16(5060) + target;
  const RecordSet set =
      read(response("_sip._udp.example.com", RecordType::Srv, {wire::record(owner, 33, 60, data)}));
  EXPECT_EQ(set.services, (std::vector<SrvRecord>{{1, 2, 5060, "sip1.example.com"}}));
}

TEST(ReadAnswer, PointersThatLeadInACircleOrForward) {
  const auto owner_at = [](unsigned offset) {
    return read(response("example.com", RecordType::A, {wire::record(wire::pointer(offset), 1, 60, "abcd")}))
        .outcome;
  };
  const unsigned here = 12 + 13 + 4;  // where the first answer begins
  EXPECT_EQ(owner_at(12), Outcome::Found);
  EXPECT_EQ(owner_at(here), Outcome::Unreadable);
  EXPECT_EQ(owner_at(here + 1), Outcome::Unreadable);
  EXPECT_EQ(owner_at(0x3fff), Outcome::Unreadable);
}

TEST(ReadAnswer, TooLongANameAndOddOctets) {
  std::string longest;
  for (int i = 0; i < 5; ++i) longest += wire::text(std::string(63, 'x'));
  EXPECT_EQ(
      read(response("example.com", RecordType::A, {wire::record(longest + '\0', 1, 60, "abcd")})).outcome,
      Outcome::Unreadable);
  const std::string odd = wire::u16(1) + wire::u16(2) + wire::u16(5060) + wire::text("a.b c\xff") + '\0';
  const RecordSet set =
      read(response("s.example", RecordType::Srv, {wire::record(wire::name("s.example"), 33, 60, odd)}));
  ASSERT_EQ(set.services.size(), 1U);
  EXPECT_EQ(normalise_host(set.services[0].target), std::nullopt);
}

TEST(ReadAnswer, EveryCutIsSeen) {
  const std::string whole = response("example.com", RecordType::Naptr,
                                     {wire::naptr("example.com", 60, 1, 2, "s", "SIP+D2U", "s.example")})
                                .octets();
  ASSERT_EQ(read(whole, {"example.com", RecordType::Naptr}).outcome, Outcome::Found);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(read(whole.substr(0, size), {"example.com", RecordType::Naptr}).outcome, Outcome::Unreadable)
        << size;
}

TEST(ReadAnswer, DataOfTheWrongSize) {
  for (const std::string data : {"", "abc", "abcde"})
    EXPECT_EQ(read(response("e.example", RecordType::A, {wire::record(wire::name("e.example"), 1, 60, data)}))
                  .outcome,
              Outcome::Unreadable);
  EXPECT_EQ(
      read(response("e.example", RecordType::Srv, {wire::record(wire::name("e.example"), 33, 60, "abc")}))
          .outcome,
      Outcome::Unreadable);
}

TEST(ReadAnswer, AQuestionIsNoAnswer) {
  auto question = response("example.com", RecordType::A, {wire::a("example.com", 60, "192.0.2.1")});
  question.flags = 0x0100;
  EXPECT_EQ(read(question).outcome, Outcome::Unreadable);
}

TEST(ReadAnswer, LifeWithTheFirstBitSetIsNone_RFC2181_8) {
  EXPECT_EQ(read(response("e.example", RecordType::A, {wire::a("e.example", 0x80000001U, "192.0.2.1")})).ttl,
            seconds(0));
}

TEST(ReadAnswer, AMappedAddressIsNoneOfIPv6) {
  const RecordSet set =
      read(response("e.example", RecordType::Aaaa, {wire::aaaa("e.example", 60, "::ffff:192.0.2.1")}));
  EXPECT_TRUE(set.addresses.empty());
}

TEST(ReadAnswer, AnEndlessSetHasABound) {
  std::vector<std::string> many;
  for (int i = 0; i < 1000; ++i)
    many.push_back(wire::a("e.example", 60, "192.0.2." + std::to_string(i % 250)));
  EXPECT_EQ(read(response("e.example", RecordType::A, many)).addresses.size(), 64U);
}

}  // namespace
}  // namespace tandem::dns
