// Hold in its three spellings, from either side, and resume.; RFC 3264 §8.4.
#include <gtest/gtest.h>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using enum Carrying;

enum class Holder : std::uint8_t { A, B };
struct Spelling {
  const char* name;
  const char* lines;       ///< behind the m-line
  const char* connection;  ///< of the description
  const char* relayed;     ///< direction of our offer to the other side
  const char* answered;    ///< which that side answers
  bool others_hear;        ///< the holder still sends: music
};
constexpr Spelling kSpellings[]{{"sendonly", "a=sendonly\r\n", "192.0.2.10", "sendonly", "recvonly", true},
                                {"inactive", "a=inactive\r\n", "192.0.2.10", "inactive", "inactive", false},
                                {"zero", "", "0.0.0.0", "sendonly", "recvonly", true}};

std::string with_connection(std::string sdp, const std::string& address) {
  const std::size_t at = sdp.find("c=IN IP4 192.0.2.10");
  return sdp.replace(at, 19, "c=IN IP4 " + address);
}

class Hold : public testing::TestWithParam<std::tuple<Holder, Spelling>> {
 protected:
  CallLadder ladder;
  bool by_a() const { return std::get<0>(GetParam()) == Holder::A; }
  const Spelling& spelling() const { return std::get<1>(GetParam()); }
  Party& holder() { return by_a() ? static_cast<Party&>(ladder.a) : ladder.b; }
  Party& held() { return by_a() ? static_cast<Party&>(ladder.b) : ladder.a; }
  int port_of_holder() const { return by_a() ? 20000 : 30000; }
  int port_of_held() const { return by_a() ? 30000 : 20000; }
  const sdp::NegotiatedLeg& side_of_holder(const ConnectMedia& path) const {
    return by_a() ? *path.a : *path.b;
  }
  const sdp::NegotiatedLeg& side_of_held(const ConnectMedia& path) const {
    return by_a() ? *path.b : *path.a;
  }
};

TEST_P(Hold, CrossesAndIsTakenBack_R127_R177) {
  ladder.connects();
  holder().offers(
      with_connection(audio_sdp("8", port_of_holder(), 2, spelling().lines), spelling().connection));
  const auto offer = sdp::parse(ladder.all<SendOffer>().back().sdp);
  EXPECT_EQ(offer->connection, "192.0.2.1") << "our address, whatever the holder wrote";
  EXPECT_NE(sdp::find_attribute(offer->media[0].attributes, spelling().relayed), nullptr);
  held().accepts(audio_sdp("8", port_of_held(), 2, std::string("a=") + spelling().answered + "\r\n"));
  const RespondToRequest reply = ladder.all<RespondToRequest>().back();
  EXPECT_EQ(reply.status, 200);
  EXPECT_NE(sdp::find_attribute(sdp::parse(reply.sdp)->media[0].attributes, spelling().answered), nullptr);
  const ConnectMedia path = ladder.all<ConnectMedia>().back();
  EXPECT_FALSE(side_of_holder(path).we_send) << "nothing is sent to who holds";
  EXPECT_EQ(side_of_holder(path).we_receive, spelling().others_hear);
  EXPECT_EQ(side_of_held(path).we_send, spelling().others_hear);
  EXPECT_FALSE(side_of_held(path).we_receive);
  holder().acks_offer(reply.request);

  const RequestId resumed = holder().offers(audio_sdp("8", port_of_holder(), 3));
  held().accepts(audio_sdp("8", port_of_held(), 3));
  const ConnectMedia again = ladder.all<ConnectMedia>().back();
  for (const auto& side : {*again.a, *again.b}) {
    EXPECT_TRUE(side.we_send);
    EXPECT_TRUE(side.we_receive);
  }
  holder().acks_offer(resumed);
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST_P(Hold, IsRefreshedLocally) {
  ladder.connects();
  const std::string hold =
      with_connection(audio_sdp("8", port_of_holder(), 2, spelling().lines), spelling().connection);
  holder().offers(hold, "UPDATE");
  held().accepts(audio_sdp("8", port_of_held(), 2, std::string("a=") + spelling().answered + "\r\n"));
  const std::size_t asked = ladder.all<SendOffer>().size();
  const std::string answer = ladder.all<RespondToRequest>().back().sdp;
  holder().offers(hold, "UPDATE");
  EXPECT_EQ(ladder.all<SendOffer>().size(), asked);
  EXPECT_EQ(ladder.all<RespondToRequest>().back().sdp, answer);
}

INSTANTIATE_TEST_SUITE_P(
    Call, Hold, testing::Combine(testing::Values(Holder::A, Holder::B), testing::ValuesIn(kSpellings)),
    [](const auto& row) {
      return std::string(std::get<1>(row.param).name) + (std::get<0>(row.param) == Holder::A ? "ByA" : "ByB");
    });

}  // namespace
}  // namespace tandem::test
