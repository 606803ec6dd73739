// Digits of our own on a relayed stream. RFC 4733 §2.5; R-135.
#include "media/digit.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tandem::media {
namespace {

using std::chrono::milliseconds;

Instant at_ms(int ms) { return Instant{} + std::chrono::hours(1) + milliseconds(ms); }

/// One side's stream: audio is put in, digits are asked for, and every packet that leaves is written down.
struct Line {
  DigitSender digits;
  StreamContinuity stream;
  EventFormat format{101, 8000, 0xabcd0007};

  std::string audio(int ms, std::uint16_t sequence, std::uint32_t timestamp) {
    std::array<std::uint8_t, 12> octets{0x80, 8};
    auto packet = *rtp::RtpView::parse(octets);
    packet.change_ssrc(7);
    packet.change_sequence(sequence);
    packet.change_timestamp(timestamp);
    stream.apply(packet, at_ms(ms), format.clock_rate);
    return header(packet);
  }
  /// What leaves in each millisecond of [from, to): "20: M 7/101/16160 5 160".
  std::vector<std::string> run(int from, int to) {
    std::vector<std::string> left;
    for (int ms = from; ms < to; ++ms) {
      while (auto octets = digits.next(at_ms(ms), format, stream)) {
        const auto packet = *rtp::RtpView::parse(*octets);
        const auto event = *rtp::TelephoneEvent::parse(packet.payload());
        EXPECT_EQ(packet.payload_type(), format.payload_type);
        left.push_back(std::to_string(ms) + ": " + header(packet) + " " + std::string(1, *event.digit()) +
                       " " + std::to_string(event.duration) + (event.end ? " end" : ""));
      }
    }
    return left;
  }
  static std::string header(const rtp::RtpView& packet) {
    return (packet.marker() ? "M " : "") + std::to_string(packet.ssrc()) + "/" +
           std::to_string(packet.sequence()) + "/" + std::to_string(packet.timestamp());
  }
};

using Lines = std::vector<std::string>;

TEST(Digit, BeginsWithTheMarkerGrowsAndEndsThreeTimes_RFC4733_2_5_1) {
  Line line;
  line.audio(0, 100, 16000);
  ASSERT_TRUE(line.digits.ask('5', milliseconds(60)));
  EXPECT_TRUE(line.digits.active());
  EXPECT_EQ(line.run(20, 300),
            (Lines{"20: M 7/101/16160 5 160", "40: 7/102/16160 5 320", "60: 7/103/16160 5 480",
                   "80: 7/104/16160 5 480 end", "100: 7/105/16160 5 480 end", "120: 7/106/16160 5 480 end"}));
  EXPECT_FALSE(line.digits.active());
}

TEST(Digit, TheAudioBehindItHasTheNextNumberAndItsOwnTime_RFC3550_5_1) {
  Line line;
  line.audio(0, 100, 16000);
  line.digits.ask('5', milliseconds(60));
  line.run(20, 200);
  EXPECT_EQ(line.audio(200, 110, 17600), "M 7/107/17600")
      << "nine packets were held back: no gap tells of them";
  EXPECT_EQ(line.audio(220, 111, 17760), "7/108/17760");
}

TEST(Digit, TwoOfOneKeyAreTwo) {
  Line line;
  line.audio(0, 100, 16000);
  line.digits.ask('#', milliseconds(40));
  line.digits.ask('#', milliseconds(40));
  EXPECT_EQ(line.run(20, 400),
            (Lines{"20: M 7/101/16160 # 160", "40: 7/102/16160 # 320", "60: 7/103/16160 # 320 end",
                   "80: 7/104/16160 # 320 end", "100: 7/105/16160 # 320 end", "140: M 7/106/17120 # 160",
                   "160: 7/107/17120 # 320", "180: 7/108/17120 # 320 end", "200: 7/109/17120 # 320 end",
                   "220: 7/110/17120 # 320 end"}));
}

TEST(Digit, AStreamThatNobodyBeganIsBegunAndTheFirstAudioFollowsIt) {
  Line line;
  line.digits.ask('1', milliseconds(40));
  const Lines sent = line.run(0, 200);
  ASSERT_EQ(sent.size(), 5U);
  EXPECT_EQ(sent.front(), "0: M 2882338823/43982/2882338823 1 160");
  EXPECT_EQ(line.audio(200, 5, 999), "M 2882338823/43987/2882340423")
      << "200 ms later, whatever its own numbers";
}

TEST(Digit, TheClockIsThatOfTheVoice_RFC4733_2_1) {
  Line line;
  line.format.clock_rate = 48000;
  line.audio(0, 100, 16000);
  line.digits.ask('D', milliseconds(40));
  EXPECT_EQ(line.run(20, 41), (Lines{"20: M 7/101/16960 D 960", "40: 7/102/16960 D 1920"}));
}

TEST(Digit, OnlyKeysOfATelephoneAndNotTooMany) {
  Line line;
  EXPECT_FALSE(line.digits.ask('x', milliseconds(100)));
  EXPECT_FALSE(line.digits.active());
  for (std::size_t i = 0; i < kMaxDigitsWaiting; ++i) EXPECT_TRUE(line.digits.ask('0', milliseconds(40)));
  EXPECT_FALSE(line.digits.ask('0', milliseconds(40)));
}

TEST(Digit, IsNeverShorterOrLongerThanAKeyIsPressed) {
  Line line;
  line.digits.ask('0', milliseconds(0));
  EXPECT_EQ(line.run(0, 1000).size(), 5U) << "40 ms";
  line.digits.ask('0', std::chrono::hours(1));
  EXPECT_EQ(line.run(1000, 9000).back().substr(0, 4), "7040") << "6 s, and the end twice more";
}

}  // namespace
}  // namespace tandem::media
