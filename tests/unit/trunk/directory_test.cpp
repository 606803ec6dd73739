// Longest match over prefixes, and indexes at the size that they are made for.
#include "trunk/directory.hpp"

#include <gtest/gtest.h>

#include "trunk/nonce.hpp"
#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

/// The longest prefix found by looking at each.
std::optional<std::size_t> slow_match(const std::vector<Cidr>& all, const IpAddress& address) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].contains(address) && (!best || all[i].prefix_bits > all[*best].prefix_bits)) best = i;
  }
  return best;
}

IpAddress random_address(Random& random, bool v6) {
  if (!v6) return IpAddress::from_v4(0x0a000000U | static_cast<std::uint32_t>(random.below(4096)));
  return IpAddress::parse("2001:db8::" + std::to_string(random.below(10)) + ":" +
                          std::to_string(random.below(10)))
      .value();
}

Cidr random_cidr(Random& random) {
  for (;;) {
    const bool v6 = random.below(2) == 0;
    const int bits = static_cast<int>(random.below(v6 ? 129 : 33));
    const CidrKey key = cut(random_address(random, v6), bits);
    std::string text;
    if (v6) {
      for (std::size_t i = 0; i < 16; i += 2) {
        char part[6];
        std::snprintf(part, sizeof part, "%s%x", i ? ":" : "", key.octets[i] << 8 | key.octets[i + 1]);
        text += part;
      }
    } else {
      for (std::size_t i = 0; i < 4; ++i) text += (i ? "." : "") + std::to_string(key.octets[i]);
    }
    if (const auto cidr = Cidr::parse(text + "/" + std::to_string(bits))) return *cidr;
    ADD_FAILURE() << text;
  }
}

TEST(CidrIndex, AgreesWithLookingAtEachPrefix) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random random(seed);
    std::vector<Cidr> all;
    CidrIndex<std::size_t> index;
    const std::size_t count = random.below(60);
    for (std::size_t i = 0; i < count; ++i) {
      all.push_back(random_cidr(random));
      index.add(all.back(), i);
    }
    index.seal();
    for (int i = 0; i < 100; ++i) {
      const IpAddress address = random_address(random, random.below(2) == 0);
      std::optional<std::size_t> found;
      index.visit_matches(address, [&](const auto& entry) {
        found = entry.value;
        return true;
      });
      EXPECT_EQ(found, slow_match(all, address)) << "seed " << seed << " " << address.print();
    }
  }
}

TEST(CidrIndex, AnUnsetAddressMatchesNothing) {
  CidrIndex<int> index;
  index.add(*Cidr::parse("0.0.0.0/0"), 1);
  index.seal();
  EXPECT_FALSE(index.contains(IpAddress{}));
  EXPECT_TRUE(index.contains(*IpAddress::parse("192.0.2.1")));
  EXPECT_FALSE(index.contains(*IpAddress::parse("::1")));
}

TEST(Directory, OutlivesItsMaker) {
  std::shared_ptr<const Directory> directory;
  {
    World world = World::simple();
    directory = build_directory(std::make_shared<const config::Config>(world.config));
  }
  EXPECT_EQ(config_of(*directory).trunks.at(0).name, "acme");
  ASSERT_TRUE(directory->find_name("acme.sip.example"));
  EXPECT_EQ(directory->find_name("acme.sip.example")->trunk->trunk->name, "acme");
}

TEST(Directory, ReferencesToNothingFindNothing) {
  World world = World::simple();
  world.config.numbers.push_back(number("+14155550000", "no such trunk"));
  const auto directory = build_directory(std::make_shared<const config::Config>(world.config));
  ASSERT_TRUE(directory->find_number("+14155550000"));
  EXPECT_EQ(directory->find_number("+14155550000")->trunk, nullptr);
  EXPECT_EQ(directory->find_number("+1"), nullptr);
  EXPECT_EQ(directory->find_prefix("1"), nullptr);
  EXPECT_TRUE(directory->find_user("bob").empty());
}

TEST(Nonce, OpensForItsKeyAndRealmAlone) {
  NonceKey key;
  key.octets.fill(1);
  Random random(1);
  const WallTime now{std::chrono::microseconds(1'795'000'000'123'456)};
  const std::string nonce = make_nonce(key, "realm", now, random);
  EXPECT_EQ(open_nonce(key, "realm", nonce), now);
  EXPECT_FALSE(open_nonce(key, "other", nonce));
  NonceKey other;
  EXPECT_FALSE(open_nonce(other, "realm", nonce));
  EXPECT_EQ(open_nonce(key, "realm", nonce), now);  // another key between does no harm
  EXPECT_FALSE(open_nonce(key, "realm", ""));
  EXPECT_FALSE(open_nonce(key, "realm", std::string(100'000, 'a')));
}

}  // namespace
}  // namespace tandem::trunk::test
