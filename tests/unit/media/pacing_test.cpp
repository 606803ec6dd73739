#include "media/pacing.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "tandem/base/random.hpp"

namespace tandem::media {
namespace {

constexpr std::uint32_t kRate = 8000;

TEST(Pacing, ASteadyStreamIsReadOnceAPacket) {
  Pacing pacing;
  EXPECT_TRUE(pacing.may_have_more(1, 0, 0, kRate)) << "nothing is known of the first packet";
  for (std::uint32_t i = 1; i < 1000; ++i)
    EXPECT_FALSE(pacing.may_have_more(1, i * 160, i * 20000 + (i % 3) * 1000, kRate)) << i;
}

TEST(Pacing, ALatePacketAndANewSourceAreLookedBehind) {
  Pacing pacing;
  pacing.may_have_more(1, 0, 0, kRate);
  pacing.may_have_more(1, 160, 20000, kRate);
  EXPECT_TRUE(pacing.may_have_more(1, 320, 61000, kRate));
  EXPECT_FALSE(pacing.may_have_more(1, 480, 61000, kRate)) << "1 ms late";
  EXPECT_TRUE(pacing.may_have_more(2, 640, 80000, kRate));
}

TEST(Pacing, AClockThatDriftsIsFollowed) {
  for (const std::int64_t interval_us : {20010, 19990}) {  // 500 ppm either way, an hour of it
    Pacing pacing;
    pacing.may_have_more(1, 0, 0, kRate);
    int looked = 0;
    for (std::uint32_t i = 1; i < 180000; ++i) looked += pacing.may_have_more(1, i * 160, i * interval_us, kRate) ? 1 : 0;
    EXPECT_EQ(looked, 0) << interval_us;
  }
}

/// A queue read once a millisecond as the worker does it: after an arrival, until the pacing says that nothing waits.
class ReadQueue {
 public:
  void arrive(std::uint32_t timestamp) {
    queue_.push_back(timestamp);
    has_edge_ = true;
  }
  void tick(std::int64_t now_us) {
    if (!has_edge_) return;
    has_edge_ = false;
    while (!queue_.empty()) {
      const std::uint32_t timestamp = queue_.front();
      queue_.pop_front();
      if (!pacing_.may_have_more(1, timestamp, now_us, kRate)) break;
    }
    left_behind_ += queue_.size();
  }
  std::size_t left_behind() const { return left_behind_; }

 private:
  Pacing pacing_;
  std::deque<std::uint32_t> queue_;
  bool has_edge_ = false;
  std::size_t left_behind_ = 0;
};

TEST(Pacing, NoPacketIsLeftBehindUnderJitterAndBursts) {
  Random random(7);
  ReadQueue queue;
  std::int64_t arrives_ms = 0;
  std::uint32_t next = 0;
  for (std::int64_t now_ms = 0; now_ms < 200000; ++now_ms) {
    while (arrives_ms <= now_ms) {  // in order, each up to 80 ms late: bursts of up to five
      queue.arrive(next * 160);
      ++next;
      arrives_ms = std::max(arrives_ms, std::int64_t{next} * 20 + static_cast<std::int64_t>(random.below(80)));
    }
    queue.tick(now_ms * 1000);
  }
  EXPECT_EQ(queue.left_behind(), 0U);
}

TEST(Pacing, ASenderThatWakesEveryFortyMillisecondsIsEmptiedEachTime) {
  ReadQueue queue;
  for (std::uint32_t burst = 0; burst < 500; ++burst) {
    queue.arrive(burst * 320);
    queue.arrive(burst * 320 + 160);
    queue.tick(std::int64_t{burst} * 40000);
  }
  EXPECT_EQ(queue.left_behind(), 0U);
}

}  // namespace
}  // namespace tandem::media
