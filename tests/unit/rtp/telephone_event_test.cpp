#include "tandem/rtp/telephone_event.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace tandem::rtp {
namespace {

TEST(TelephoneEvent, IsReadAndWrittenAsOnTheWire_RFC4733_2_3) {
  const std::vector<std::uint8_t> wire{11, 0x8a, 0x03, 0x20};
  const auto event = TelephoneEvent::parse(wire);
  ASSERT_TRUE(event);
  EXPECT_EQ(*event, (TelephoneEvent{11, true, 10, 800}));
  EXPECT_EQ(event->digit(), '#');
  const auto printed = event->print();
  EXPECT_EQ(std::vector<std::uint8_t>(printed.begin(), printed.end()), wire);
}

TEST(TelephoneEvent, RefusesAShortPayloadAndIgnoresWhatFollows) {
  EXPECT_FALSE(TelephoneEvent::parse(std::vector<std::uint8_t>{1, 2, 3}));
  EXPECT_TRUE(TelephoneEvent::parse(std::vector<std::uint8_t>{1, 2, 3, 4, 5}));
}

TEST(TelephoneEvent, EveryKeyHasItsEventAndBack) {
  std::uint8_t next = 0;
  for (const char key : std::string_view("0123456789*#ABCD")) {
    ASSERT_EQ(event_of_digit(key), next) << key;
    EXPECT_EQ((TelephoneEvent{next, false, 0, 0}.digit()), key);
    ++next;
  }
  EXPECT_EQ(event_of_digit('a'), 12);
  EXPECT_EQ(event_of_digit('E'), std::nullopt);
  EXPECT_EQ((TelephoneEvent{16, false, 0, 0}.digit()), std::nullopt) << "hook flash is no key";
}

}  // namespace
}  // namespace tandem::rtp
