#include "tandem/sdp/negotiate.hpp"

#include <gtest/gtest.h>

namespace tandem::sdp {
namespace {
TEST(Relay, Basic) {
  auto offer = parse("v=0\r\no=alice 1 1 IN IP4 192.0.2.1\r\ns=x\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n");
  ASSERT_TRUE(offer);
  auto audio = audio_of_offer(*offer);
  ASSERT_TRUE(audio);
  std::printf("%s", print(relay_offer(*offer, *audio, {*IpAddress::parse("127.0.0.1"), 10000, 10001}, {7, 1})).c_str());
}
}  // namespace
}  // namespace tandem::sdp
