#include "media/port_pool.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <map>
#include <set>
#include <vector>

namespace tandem::media {
namespace {

const IpAddress kAddress = *IpAddress::parse("192.0.2.1");

/// Binds nothing; refuses the ports in `errors` with their errno.
class PortPoolTest : public testing::Test {
 protected:
  PortPool pool(std::uint16_t first, std::uint16_t last) {
    return PortPool(first, last, random_, [this](const IpAddress&, std::uint16_t port) -> Expected<SocketPair, int> {
      asked_.push_back(port);
      const auto error = errors_.find(port);
      if (error != errors_.end()) return unexpected(int{error->second});
      return SocketPair{port, {}, {}};
    });
  }
  Random random_{3};
  std::map<std::uint16_t, int> errors_;
  std::vector<std::uint16_t> asked_;
};

TEST_F(PortPoolTest, GivesEvenPortsWithTheirOddNeighbourInsideTheRange_R027) {
  PortPool ports = pool(10001, 10008);
  EXPECT_EQ(ports.ports_total(), 6U);
  std::set<std::uint16_t> given;
  for (int i = 0; i < 3; ++i) given.insert(ports.bind(kAddress)->rtp_port);
  EXPECT_EQ(given, (std::set<std::uint16_t>{10002, 10004, 10006})) << "10008 has no neighbour inside";
  EXPECT_EQ(ports.ports_in_use(), 6U);
}

TEST_F(PortPoolTest, AnExhaustedRangeIsACleanError) {
  PortPool ports = pool(10000, 10001);
  const auto only = ports.bind(kAddress);
  ASSERT_TRUE(only);
  EXPECT_EQ(ports.bind(kAddress).error(), OpenError::PortsExhausted);
  ports.release(only->rtp_port);
  EXPECT_TRUE(ports.bind(kAddress));
}

TEST_F(PortPoolTest, TheWholeRangeOfSixteenBitsEnds) {
  EXPECT_EQ(pool(65534, 65535).ports_total(), 2U);
  EXPECT_EQ(pool(65535, 65535).ports_total(), 0U);
  EXPECT_EQ(pool(10000, 20000).ports_total(), 10000U);
}

TEST_F(PortPoolTest, AFreedPairWaitsBehindAllOthers) {
  PortPool ports = pool(10000, 10009);
  const std::uint16_t freed = ports.bind(kAddress)->rtp_port;
  ports.release(freed);
  for (int i = 0; i < 4; ++i) EXPECT_NE(ports.bind(kAddress)->rtp_port, freed);
  EXPECT_EQ(ports.bind(kAddress)->rtp_port, freed);
}

TEST_F(PortPoolTest, TheOrderIsNotThatOfTheNumbers) {
  PortPool ports = pool(10000, 10199);
  int ascending = 0;
  std::uint16_t last = 0;
  for (int i = 0; i < 100; ++i) {
    const std::uint16_t port = ports.bind(kAddress)->rtp_port;
    ascending += port == last + 2 ? 1 : 0;
    last = port;
  }
  EXPECT_LT(ascending, 20);
}

TEST_F(PortPoolTest, APairThatSomebodyElseHoldsIsSkippedAndTriedAgainLater) {
  PortPool ports = pool(10000, 10003);
  errors_[10000] = EADDRINUSE;
  EXPECT_EQ(ports.bind(kAddress)->rtp_port, 10002);
  EXPECT_EQ(ports.bind(kAddress).error(), OpenError::PortsExhausted);
  errors_.clear();
  EXPECT_EQ(ports.bind(kAddress)->rtp_port, 10000);
  EXPECT_EQ(ports.ports_in_use(), 4U);
}

TEST_F(PortPoolTest, SkippingEndsBeforeSignallingStalls) {
  PortPool ports = pool(10000, 19999);
  for (std::uint16_t port = 10000; port < 20000; ++port) errors_[port] = EADDRINUSE;
  EXPECT_EQ(ports.bind(kAddress).error(), OpenError::PortsExhausted);
  EXPECT_EQ(asked_.size(), static_cast<std::size_t>(PortPool::kMaxSkips));
  EXPECT_EQ(ports.ports_in_use(), 0U);
}

TEST_F(PortPoolTest, NoDescriptorIsToldFromNoPortAndLosesNoPair) {
  PortPool ports = pool(10000, 10001);
  for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
    errors_[10000] = error;
    EXPECT_EQ(ports.bind(kAddress).error(), OpenError::DescriptorsExhausted) << error;
  }
  errors_[10000] = EADDRNOTAVAIL;
  EXPECT_EQ(ports.bind(kAddress).error(), OpenError::PortsExhausted);
  EXPECT_EQ(ports.ports_in_use(), 0U);
  errors_.clear();
  EXPECT_TRUE(ports.bind(kAddress));
}

}  // namespace
}  // namespace tandem::media
