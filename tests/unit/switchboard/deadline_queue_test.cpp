#include "switchboard/deadline_queue.hpp"

#include <gtest/gtest.h>

namespace tandem::switchboard {
namespace {

Instant at(int ms) { return Instant{} + std::chrono::milliseconds(ms); }

TEST(DeadlineQueue, GivesTheEarliestAndOnlyWhenDue) {
  DeadlineQueue queue;
  const CallId first{1, 1};
  const CallId second{2, 1};
  queue.set(first, at(20));
  queue.set(second, at(10));
  EXPECT_EQ(queue.next(), at(10));
  EXPECT_FALSE(queue.due(at(9)));
  EXPECT_EQ(queue.due(at(10)), second);
  queue.set(second, at(30));
  EXPECT_EQ(queue.due(at(25)), first);
  EXPECT_EQ(queue.size(), 2u);
}

TEST(DeadlineQueue, ACallStandsInItOnceHoweverOftenItMoves) {
  DeadlineQueue queue;
  const CallId call{1, 1};
  for (int ms = 1; ms < 1000; ++ms) queue.set(call, at(ms));
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue.next(), at(999));
  queue.erase(call);
  queue.erase(call);
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_FALSE(queue.next());
}

}  // namespace
}  // namespace tandem::switchboard
