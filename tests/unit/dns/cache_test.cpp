// Sets live as long as they were given, and a full cache loses the one that was not used for the longest
// time.
#include "dns/cache.hpp"

#include <gtest/gtest.h>

namespace tandem::dns {
namespace {

using namespace std::chrono_literals;

const Instant kStart{};
RecordKey key(std::string name, RecordType type = RecordType::A) { return {std::move(name), type}; }

TEST(Cache, ASetIsThereUntilItsLifeEnds_R176) {
  Cache cache(10);
  const Records set = make_records(Outcome::Found);
  cache.put(key("a"), set, kStart + 60s);
  EXPECT_EQ(cache.find(key("a"), kStart + 59999ms), set);
  EXPECT_EQ(cache.find(key("a", RecordType::Aaaa), kStart), nullptr);
  EXPECT_EQ(cache.find(key("a"), kStart + 60s), nullptr);
  EXPECT_EQ(cache.size(), 0U);
  EXPECT_EQ(cache.evicted(), 0U);
}

TEST(Cache, TheNewSetTakesThePlaceOfTheOld) {
  Cache cache(10);
  cache.put(key("a"), make_records(Outcome::NoAnswer), kStart + 5s);
  cache.put(key("a"), make_records(Outcome::Found), kStart + 60s);
  EXPECT_EQ(cache.size(), 1U);
  EXPECT_EQ(cache.find(key("a"), kStart + 30s)->outcome, Outcome::Found);
}

TEST(Cache, FullItLosesTheLeastRecentlyUsed) {
  Cache cache(3);
  for (const char* name : {"a", "b", "c"}) cache.put(key(name), make_records(Outcome::Found), kStart + 60s);
  EXPECT_NE(cache.find(key("a"), kStart), nullptr);
  cache.put(key("d"), make_records(Outcome::Found), kStart + 60s);
  EXPECT_EQ(cache.size(), 3U);
  EXPECT_EQ(cache.evicted(), 1U);
  EXPECT_EQ(cache.find(key("b"), kStart), nullptr);
  for (const char* name : {"a", "c", "d"}) EXPECT_NE(cache.find(key(name), kStart), nullptr) << name;
}

TEST(Cache, WithoutRoomNothingIsKept) {
  Cache cache(0);
  cache.put(key("a"), make_records(Outcome::Found), kStart + 60s);
  EXPECT_EQ(cache.find(key("a"), kStart), nullptr);
}

}  // namespace
}  // namespace tandem::dns
