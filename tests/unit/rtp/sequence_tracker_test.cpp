#include "tandem/rtp/sequence_tracker.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tandem::rtp {
namespace {

constexpr std::uint32_t kRate = 8000;

SequenceTracker after(std::initializer_list<int> sequences) {
  SequenceTracker tracker;
  for (const int sequence : sequences)
    tracker.enter(1, static_cast<std::uint16_t>(sequence), static_cast<std::uint32_t>(sequence) * 160U, sequence * 20000, kRate);
  return tracker;
}

struct Row {
  const char* name;
  std::initializer_list<int> sequences;
  std::uint64_t lost;
  std::uint64_t reordered;
  std::uint32_t highest;
};

TEST(SequenceTracker, CountsLossAndReordering_RFC3550_A_1_and_A_3) {
  const Row rows[] = {
      {"in order", {10, 11, 12}, 0, 0, 12},
      {"one lost", {10, 12}, 1, 0, 12},
      {"late, so not lost", {10, 12, 11, 13}, 0, 1, 13},
      {"duplicate of the newest", {10, 11, 11, 12}, 0, 0, 12},
      {"wrap", {65534, 65535, 0, 1}, 0, 0, 65537},
      {"wrap over a loss", {65534, 1}, 2, 0, 65537},
      {"late across the wrap", {65534, 0, 65535, 1}, 0, 1, 65537},
      {"first packet is 0", {0, 1}, 0, 0, 1},
      {"older than the first hides no loss", {10, 9, 12}, 1, 1, 12},
      {"a lone jump is not believed", {10, 11, 40000, 12}, 0, 0, 12},
      {"a confirmed jump starts anew", {10, 12, 40000, 40001, 40002}, 1, 0, 40002},
      {"a confirmed jump to 0", {30000, 65535, 0, 1}, 0, 0, 1},
  };
  for (const Row& row : rows) {
    const SequenceTracker tracker = after(row.sequences);
    EXPECT_EQ(tracker.lost(), row.lost) << row.name;
    EXPECT_EQ(tracker.reordered(), row.reordered) << row.name;
    EXPECT_EQ(tracker.extended_highest(), row.highest) << row.name;
  }
}

TEST(SequenceTracker, DuplicatesNeverMakeLossNegative) {
  SequenceTracker tracker;
  for (const int sequence : {10, 11, 12, 11, 11, 11, 14})
    tracker.enter(1, static_cast<std::uint16_t>(sequence), 0, 0, kRate);
  EXPECT_LE(tracker.lost(), 1U);
}

TEST(SequenceTracker, ANewSourceKeepsTheLossOfTheOldOne) {
  SequenceTracker tracker;
  tracker.enter(1, 10, 0, 0, kRate);
  tracker.enter(1, 13, 480, 60000, kRate);
  tracker.enter(2, 50000, 0, 80000, kRate);
  tracker.enter(2, 50002, 320, 120000, kRate);
  EXPECT_EQ(tracker.lost(), 3U);
  EXPECT_EQ(tracker.ssrc(), 2U);
}

TEST(SequenceTracker, ASteadyStreamHasNoJitter) {
  SequenceTracker tracker;
  for (std::uint32_t i = 0; i < 100; ++i) tracker.enter(1, static_cast<std::uint16_t>(i), i * 160, i * 20000, kRate);
  EXPECT_EQ(tracker.jitter_us(), 0U);
}

TEST(SequenceTracker, JitterIsTheSmoothedDifferenceOfTransit_RFC3550_A_8) {
  SequenceTracker tracker;
  double expected = 0;
  std::int64_t arrival = 0;
  for (std::uint32_t i = 0; i < 400; ++i) {
    const std::int64_t late = i % 2 == 0 ? 0 : 4000;  // every second packet 4 ms late: each difference is 4 ms
    arrival = i * 20000 + late;
    tracker.enter(1, static_cast<std::uint16_t>(i), i * 160, arrival, kRate);
    if (i > 0) expected += (4000 - expected) / 16;
  }
  EXPECT_NEAR(tracker.jitter_us(), expected, 20);
}

TEST(SequenceTracker, ATimestampThatRestartsIsNoJitter) {
  SequenceTracker tracker;
  tracker.enter(1, 1, 0, 0, kRate);
  tracker.enter(1, 2, 0x70000000, 20000, kRate);
  EXPECT_EQ(tracker.jitter_us(), 0U);
}

}  // namespace
}  // namespace tandem::rtp
