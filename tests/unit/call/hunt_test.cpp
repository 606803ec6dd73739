// The way through the plan: what is taken and looked up before a target is dialled, and which record comes
// next.
#include <gtest/gtest.h>

#include "support/call_ladder.hpp"

namespace tandem::test {
namespace {

using namespace tandem::call;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// So many targets; the first `names` are names.
trunk::Admission to_names(std::size_t targets, std::size_t names) {
  trunk::Admission admission = admission_to(targets);
  for (std::size_t i = 0; i < names; ++i) name_target(admission, i);
  return admission;
}

/// One entry that takes a channel, with two targets, and an entry of one target behind it.
trunk::Admission to_two_entries() {
  trunk::Admission admission = admission_to(3);
  begin_entry(admission, 0);
  begin_entry(admission, 2);
  return admission;
}

std::vector<std::size_t> asked(const CallLadder& ladder) {
  std::vector<std::size_t> targets;
  for (const PrepareTarget& one : ladder.all<PrepareTarget>()) targets.push_back(one.target);
  return targets;
}

std::vector<TargetAddress> dialled(const CallLadder& ladder) {
  std::vector<TargetAddress> records;
  for (const SendInvite& one : ladder.all<SendInvite>()) records.push_back(one.to);
  return records;
}

std::optional<std::string> header(const RespondToInvite& response, std::string_view name) {
  for (const auto& row : response.headers) {
    if (row.name == name) return row.value;
  }
  return std::nullopt;
}

TEST(Hunt, APlanOfAddressesWithoutLimitsIsDialledAtOnce) {
  CallLadder ladder{2};
  ladder.a.invites(offer_of_a());
  EXPECT_TRUE(asked(ladder).empty());
  ASSERT_EQ(ladder.all<SendInvite>().size(), 1U);
  EXPECT_EQ(ladder.all<SendInvite>()[0].to.address.print(), "198.51.100.1:5060");
}

TEST(Hunt, ANameIsResolvedBeforeItIsDialled_R105) {
  CallLadder ladder{to_names(1, 1)};
  ladder.a.invites(offer_of_a());
  EXPECT_EQ(asked(ladder), std::vector<std::size_t>{0});
  EXPECT_TRUE(dialled(ladder).empty());
  ladder.happens(ready(0));
  EXPECT_EQ(dialled(ladder), std::vector{record(0, 1)});
  ladder.b.answers(answer_of_b());
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
  EXPECT_EQ(ladder.call().attempts.at(0).to, record(0, 1));
}

TEST(Hunt, AnAddressInAPlanWithANameIsPreparedToo) {
  CallLadder ladder{to_names(2, 1)};
  ladder.a.invites(offer_of_a());
  ladder.happens(nameless(0));
  EXPECT_EQ(asked(ladder), (std::vector<std::size_t>{0, 1}));
}

TEST(Hunt, TheNextRecordOfANameComesBeforeTheNextTarget_R105) {
  CallLadder ladder{to_names(2, 2)};
  ladder.a.invites(offer_of_a());
  ladder.happens(ready(0, 4));
  ladder.b.rejects(503);
  ladder.b2.is_unreachable();
  EXPECT_EQ(dialled(ladder), (std::vector{record(0, 1), record(0, 2), record(0, 3)}));
  ladder.passes(seconds(4));
  EXPECT_EQ(dialled(ladder).back(), record(0, 4));
  EXPECT_EQ(asked(ladder), std::vector<std::size_t>{0});
  ladder.passes(seconds(4));
  EXPECT_EQ(asked(ladder), (std::vector<std::size_t>{0, 1}));
  ladder.happens(ready(1));
  EXPECT_EQ(ladder.call().attempts.size(), 5U);
  EXPECT_EQ(ladder.call().attempts[4].target, 1U);
}

TEST(Hunt, ARejectionOfTheCallLeavesTheOtherRecordsOfTheName) {
  CallLadder ladder{to_names(2, 2)};
  ladder.a.invites(offer_of_a());
  ladder.happens(ready(0, 2));
  ladder.b.rejects(500);
  EXPECT_EQ(asked(ladder), (std::vector<std::size_t>{0, 1})) << "another record is the same server";
  ladder.happens(ready(1, 2));
  ladder.b2.rejects(486);
  EXPECT_EQ(ladder.sent_to_a().back(), "486");
  EXPECT_EQ(dialled(ladder), (std::vector{record(0, 1), record(1, 1)}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Hunt, RecordsOfOneNameAreOneTargetInTheReason) {
  CallLadder ladder{to_names(1, 1)};
  ladder.a.invites(offer_of_a());
  ladder.happens(ready(0, 2));
  ladder.b.is_unreachable();
  ladder.b2.is_unreachable();
  EXPECT_EQ(ladder.sent_to_a().back(), "503");
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::TargetUnreachable);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Hunt, AFullEntryIsPassedOverWithAllItsTargets_R079) {
  CallLadder ladder{to_two_entries()};
  ladder.a.invites(offer_of_a());
  ladder.happens(full(0));
  EXPECT_EQ(asked(ladder), (std::vector<std::size_t>{0, 2}));
  ladder.happens(ready(2));
  ladder.b2.answers(answer_of_b());
  ladder.a.acks();
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
  const Attempt& passed = ladder.call().attempts.at(0);
  EXPECT_EQ(passed.cause.reason, trunk::Reason::ChannelsExhausted);
  EXPECT_EQ(passed.phrase, "carrier north: 1 of 1 channels");
  EXPECT_EQ(passed.status, 0);
  EXPECT_TRUE(passed.ended);
  EXPECT_EQ(ladder.all<RecordAttempt>().size(), 2U) << "the operator sees the carrier that was full";
}

TEST(Hunt, WithEveryEntryFullAHears503WithRetryAfter_R079) {
  CallLadder ladder{to_two_entries()};
  ladder.a.invites(offer_of_a());
  ladder.happens(full(0));
  ladder.happens(full(2));
  const RespondToInvite last = ladder.all<RespondToInvite>().back();
  EXPECT_EQ(last.status, 503);
  EXPECT_EQ(header(last, "Reason"), "Q.850;cause=34;text=\"channels_exhausted\"");
  EXPECT_EQ(header(last, "Retry-After"), "5");
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::ChannelsExhausted);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Hunt, TheStatusOfALimitIsTheConfiguredOne_R079) {
  CallLadder ladder{to_two_entries()};
  ladder.a.invites(offer_of_a());
  ladder.happens(full(0));
  ladder.happens(TargetRefused{2, trunk::Reason::RateExceeded, 403, "carrier south: 1 call a second"});
  const RespondToInvite last = ladder.all<RespondToInvite>().back();
  EXPECT_EQ(last.status, 403);
  EXPECT_EQ(header(last, "Retry-After"), std::nullopt) << "403 says: do not come again";
}

TEST(Hunt, ATargetsWordTellsMoreThanAFullCarrier_R086) {
  CallLadder ladder{to_two_entries()};
  ladder.a.invites(offer_of_a());
  ladder.happens(ready(0));
  ladder.b.rejects(480);
  ladder.happens(ready(1));
  ladder.b2.rejects(500);
  ladder.happens(full(2));
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{500}));
  EXPECT_EQ(ladder.call().cause.reason, trunk::Reason::AllTargetsFailed);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Hunt, AnUnresolvedNameCostsOneTargetOnly) {
  trunk::Admission admission = to_two_entries();
  name_target(admission, 0);
  CallLadder ladder{admission};
  ladder.a.invites(offer_of_a());
  ladder.happens(nameless(0));
  EXPECT_EQ(asked(ladder), (std::vector<std::size_t>{0, 1}));
}

TEST(Hunt, ALastNameWithoutAnAddressIs503) {
  CallLadder ladder{to_names(1, 1)};
  ladder.a.invites(offer_of_a());
  ladder.happens(nameless(0));
  const RespondToInvite last = ladder.all<RespondToInvite>().back();
  EXPECT_EQ(last.status, 503);
  EXPECT_EQ(header(last, "Reason"), "Q.850;cause=27;text=\"name_unresolved\"");
  EXPECT_EQ(header(last, "Retry-After"), std::nullopt);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Hunt, APreparationThatIsNotAnsweredIsLeftAfterFiveSeconds) {
  CallLadder ladder{to_names(2, 2)};
  ladder.a.invites(offer_of_a());
  ladder.passes(milliseconds(4999));
  EXPECT_EQ(asked(ladder).size(), 1U);
  ladder.passes(milliseconds(1));
  EXPECT_EQ(asked(ladder), (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(ladder.call().attempts.at(0).cause.reason, trunk::Reason::NameUnresolved);
  ladder.happens(ready(0));
  EXPECT_TRUE(dialled(ladder).empty()) << "too late";
  ladder.happens(ready(1));
  EXPECT_EQ(dialled(ladder), std::vector{record(1, 1)});
  EXPECT_EQ(ladder.unlawful(), 0U);
}

TEST(Hunt, APreparationMayTakeWhatANameMay) {
  config::Config config;
  config.dns.timeout = seconds(10);
  CallLadder ladder{to_names(2, 2), trunk::build_directory(std::make_shared<const config::Config>(config))};
  ladder.a.invites(offer_of_a());
  ladder.passes(milliseconds(11999));
  EXPECT_EQ(asked(ladder).size(), 1U);
  ladder.passes(milliseconds(1));
  EXPECT_EQ(asked(ladder).size(), 2U);
}

TEST(Hunt, TheWaitForAPreparationEndsWithItsAnswer) {
  CallLadder ladder{to_names(1, 1)};
  ladder.a.invites(offer_of_a());
  ladder.happens(ready(0));
  ladder.b.rings();
  ladder.passes(seconds(60));
  EXPECT_EQ(ladder.call().stage, Stage::Dialing);
}

TEST(Hunt, CancelWhilePreparingEndsTheCallAndALateAnswerIsIgnored) {
  CallLadder ladder{to_names(1, 1)};
  ladder.a.invites(offer_of_a());
  ladder.writer_writes = false;
  ladder.a.cancels();
  ladder.happens(ready(0));
  ladder.happens(full(0));
  EXPECT_TRUE(dialled(ladder).empty());
  ladder.happens(RecordWritten{});
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Hunt, AByeWhilePreparingEndsTheCall) {
  CallLadder ladder{to_names(2, 2)};
  ladder.a.invites(offer_of_a());
  ladder.happens(ready(0));
  ladder.b.rings();
  ladder.b.rejects(500);
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Ringing{}, Final{487}, Reply{200}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Hunt, AnOperatorMayClearWhilePreparing) {
  CallLadder ladder{to_names(1, 1)};
  ladder.a.invites(offer_of_a());
  ladder.happens(ClearRequested{trunk::Reason::ShuttingDown});
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{503}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Hunt, AnAbandonedTargetThatHangsUpWhileTheNextIsPreparedDoesNotEndTheCall) {
  CallLadder ladder{to_names(2, 2)};
  ladder.byes_are_answered = false;
  ladder.a.invites(offer_of_a());
  ladder.happens(ready(0));
  ladder.passes(seconds(4));
  ladder.b.answers(answer_of_b());
  ladder.b.hangs_up();
  EXPECT_EQ(ladder.sent_to_b(1), Sent(Invite{}, Cancel{}, Ack{}, Bye{}, Reply{200}));
  EXPECT_EQ(ladder.call().stage, Stage::Dialing);
  ladder.happens(ready(1));
  ladder.happens(ByeFinished{LegId{1}, 481});
  ladder.b2.rejects(486);
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Hunt, EarlyMediaOfATargetEndsBeforeTheNextIsPrepared) {
  CallLadder ladder{to_names(2, 2)};
  ladder.a.invites(offer_of_a());
  ladder.happens(ready(0));
  ladder.b.progresses(answer_of_b());
  ladder.b.rejects(503);
  ASSERT_EQ(ladder.all<ConnectMedia>().size(), 2U);
  EXPECT_FALSE(ladder.all<ConnectMedia>()[1].b);
}

TEST(Hunt, WhatTheSwitchboardMayNotSayIsUnlawful) {
  CallLadder plain;
  plain.a.invites(offer_of_a());
  plain.happens(ready(0));
  plain.happens(full(0));
  EXPECT_EQ(plain.unlawful(), 2U) << "nobody asked";

  CallLadder ladder{to_names(1, 1)};
  ladder.a.invites(offer_of_a());
  ladder.happens(ready(1));
  ladder.happens(TargetReady{0, {}});
  ladder.happens(ready(0, kMaxTargetAddresses + 1));
  EXPECT_EQ(ladder.unlawful(), 3U);
  EXPECT_TRUE(dialled(ladder).empty());
  ladder.happens(ready(0, kMaxTargetAddresses));
  EXPECT_EQ(dialled(ladder).size(), 1U);
}

TEST(Hunt, TheStopCodesAreThoseOfTheEntry_R104) {
  trunk::Admission admission = to_two_entries();
  admission.plan.entries[0].stop_codes = config::StatusSet{{503}, {}};
  CallLadder ladder{admission};
  ladder.a.invites(offer_of_a());
  ladder.happens(ready(0, 2));
  ladder.b.rejects(486);
  EXPECT_EQ(asked(ladder), (std::vector<std::size_t>{0, 1})) << "486 does not stop here";
}

TEST(Hunt, A503OfTheStopListStopsEvenWithRecordsLeft_R104) {
  trunk::Admission admission = to_two_entries();
  admission.plan.entries[0].stop_codes = config::StatusSet{{503}, {}};
  CallLadder ladder{admission};
  ladder.a.invites(offer_of_a());
  ladder.happens(ready(0, 2));
  ladder.b.rejects(503);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{503}));
  EXPECT_EQ(ladder.call().stage, Stage::Done);
}

trunk::Admission with_credential() {
  trunk::Admission admission = admission_to(1);
  admission.plan.targets[0].credential = config::OutboundCredential{"acme", Secret{"secret"}, {}};
  return admission;
}

std::vector<std::string> names(const std::vector<message::Header>& headers) {
  std::vector<std::string> found;
  for (const auto& row : headers) found.push_back(row.name);
  return found;
}

TEST(Lengthening, A422IsAnsweredWithTheIntervalThatItWants_R130) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.wants_longer_sessions(3600);
  const auto invites = ladder.all<SendInvite>();
  ASSERT_EQ(invites.size(), 2U);
  EXPECT_EQ(invites[1].leg, invites[0].leg);
  EXPECT_EQ(invites[1].sdp, invites[0].sdp);
  EXPECT_EQ(invites[1].more_headers,
            (std::vector<message::Header>{
                {"Supported", "100rel, timer"}, {"Session-Expires", "3600"}, {"Min-SE", "3600"}}));
  ladder.b.answers(answer_of_b());
  ladder.a.acks();
  ladder.b.offers(answer_of_b());
  EXPECT_EQ(ladder.sent_to_b().back(), "reply 200 sdp") << "the target refreshes";
  ladder.a.hangs_up();
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Lengthening, ASecond422IsAFailureOfOurs) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.wants_longer_sessions(1800);
  ladder.b.wants_longer_sessions(3600);
  EXPECT_EQ(ladder.all<SendInvite>().size(), 2U);
  EXPECT_EQ(ladder.sent_to_a(), Sent(Trying{}, Final{500}));
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Lengthening, A422WithoutMinSeIsAFailure) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.rejects(422);
  EXPECT_EQ(ladder.all<SendInvite>().size(), 1U);
  EXPECT_EQ(ladder.sent_to_a().back(), "500");
}

TEST(Lengthening, CredentialsAndMinSeGoTogether_R053_R130) {
  CallLadder ladder{with_credential()};
  ladder.a.invites(offer_of_a());
  ladder.b.challenges(407);
  ladder.b.wants_longer_sessions(90);
  EXPECT_EQ(names(ladder.all<SendInvite>().back().more_headers),
            (std::vector<std::string>{"Proxy-Authorization", "Supported", "Session-Expires", "Min-SE"}));
  ladder.b.challenges(407);  // it counts the uses of its nonce
  EXPECT_EQ(names(ladder.all<SendInvite>().back().more_headers),
            (std::vector<std::string>{"Proxy-Authorization", "Supported", "Session-Expires", "Min-SE"}));
  ladder.b.challenges(407);
  EXPECT_EQ(ladder.all<SendInvite>().size(), 4U);
  EXPECT_EQ(ladder.sent_to_a().back(), "503");
  EXPECT_EQ(ladder.complaint(), "");
}

TEST(Lengthening, ACancelledTargetIsNotInvitedAgain) {
  CallLadder ladder;
  ladder.a.invites(offer_of_a());
  ladder.b.tries();
  ladder.a.cancels();
  ladder.b.wants_longer_sessions(1800);
  EXPECT_EQ(ladder.sent_to_b(), Sent(Invite{}, Cancel{}));
  EXPECT_EQ(ladder.complaint(), "");
}

}  // namespace
}  // namespace tandem::test
