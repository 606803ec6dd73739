// What a side may be offered: R-133.
#include <gtest/gtest.h>

#include "support/call_ladder.hpp"
#include "tandem/sdp/negotiate.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;

std::vector<std::string> encodings(const std::string& text) {
  std::vector<std::string> names;
  const auto session = sdp::parse(text);
  if (!session) return names;
  const auto audio = sdp::audio_of_offer(*session);
  if (!audio) return names;
  for (const sdp::Codec& codec : audio->codecs) names.push_back(codec.name);
  return names;
}

std::string rich_offer() {
  return audio_sdp("0 8 9 13 101", 20000, 1, "a=rtpmap:101 telephone-event/8000\r\n");
}

trunk::Admission offering(std::vector<std::vector<std::string>> codecs) {
  trunk::Admission admission = admission_to(codecs.size());
  for (std::size_t i = 0; i < codecs.size(); ++i)
    admission.plan.targets[i].policy.codecs = std::move(codecs[i]);
  return admission;
}

TEST(Codecs, WithoutAListEverythingIsOfferedAsItCame_R133) {
  CallLadder ladder{offering({{}})};
  ladder.a.invites(rich_offer());
  EXPECT_EQ(encodings(ladder.all<SendInvite>().at(0).sdp),
            (std::vector<std::string>{"PCMU", "PCMA", "G722", "CN", "telephone-event"}));
}

TEST(Codecs, TheListSaysWhichAndInWhichOrder_R133) {
  CallLadder ladder{offering({{"opus", "pcma", "PCMU"}})};
  ladder.a.invites(rich_offer());
  EXPECT_EQ(encodings(ladder.all<SendInvite>().at(0).sdp),
            (std::vector<std::string>{"PCMA", "PCMU", "CN", "telephone-event"}));
  ladder.b.answers(answer_of_b());
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Codecs, ATargetWithoutACommonOneIsPassedOver_R133) {
  CallLadder ladder{offering({{"opus"}, {"PCMA"}})};
  ladder.a.invites(offer_of_a());
  ASSERT_EQ(ladder.all<SendInvite>().size(), 1U);
  EXPECT_EQ(ladder.all<SendInvite>()[0].target, 1U);
  EXPECT_EQ(ladder.call().attempts.at(0).cause.reason, trunk::Reason::NoCommonCodec);
}

TEST(Codecs, WithNoTargetLeftAHears488_R133) {
  CallLadder ladder{offering({{"opus"}, {"G729"}})};
  ladder.a.invites(offer_of_a());
  EXPECT_TRUE(ladder.all<SendInvite>().empty());
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{488}));
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::NoCommonCodec);
  EXPECT_EQ(ladder.all<RecordAttempt>().size(), 2U);
  EXPECT_EQ(ladder.call().stage, Stage::Done);
}

TEST(Codecs, ALateOfferIsShownToTheCallerByItsOwnList_R133) {
  trunk::Admission admission = admission_to(1);
  admission.caller_policy.codecs = {"PCMU"};
  CallLadder ladder{admission};
  ladder.a.invites({});
  ladder.b.answers(offer_of_b());
  EXPECT_EQ(encodings(ladder.all<RespondToInvite>().back().sdp), std::vector<std::string>{"PCMU"});
}

TEST(Codecs, ALateOfferWithoutACommonOneEndsTheCall_R133) {
  trunk::Admission admission = admission_to(1);
  admission.caller_policy.codecs = {"opus"};
  CallLadder ladder{admission};
  ladder.a.invites({});
  ladder.b.answers(offer_of_b());
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{Carrying::Nothing}, Ack{Carrying::Description}, Bye{}));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{502}));
  EXPECT_EQ(ladder.complaint(), "");
}

}  // namespace
}  // namespace tandem::test
