#include "tandem/call/cause.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tandem/call/call.hpp"

namespace tandem::call {
namespace {

using trunk::Reason;

/// R-104 word for word: these and every 6xx end the hunt.
const std::set<int> kStop{400, 404, 405, 410, 416, 482, 484, 486};
/// About our own INVITE: A hears 500.
const std::set<int> kOurs{420, 421, 422, 423, 424, 481, 489, 491, 493, 494};

TEST(Cause, EveryStatusFrom300To699HasItsVerdict_R104) {
  for (int status = 300; status <= 699; ++status) {
    const Verdict verdict = verdict_for_status(status, config::default_stop_codes());
    const bool stop = kStop.count(status) == 1 || status >= 600;
    EXPECT_EQ(verdict.hunting, stop ? Hunting::Stop : Hunting::TryNext) << status;
    EXPECT_GE(verdict.cause.q850, 1) << status;
    EXPECT_LE(verdict.cause.q850, 127) << status;
    if (status < 400) {
      EXPECT_EQ(verdict.cause.reason, Reason::Redirected) << status;
      EXPECT_EQ(verdict.cause.status, 480) << status;
    } else if (status == 401 || status == 407) {
      EXPECT_EQ(verdict.cause.reason, Reason::TargetAuthFailed) << status;
      EXPECT_EQ(verdict.cause.status, 503) << status;
    } else {
      EXPECT_EQ(verdict.cause.reason, Reason::RejectedByTarget) << status;
      EXPECT_EQ(verdict.cause.status, kOurs.count(status) == 1 ? 500 : status) << status;
    }
  }
}

TEST(Cause, AStatusKeepsItsQ850) {
  EXPECT_EQ(verdict_for_status(486, config::default_stop_codes()).cause.q850, 17);
  EXPECT_EQ(verdict_for_status(404, config::default_stop_codes()).cause.q850, 1);
  EXPECT_EQ(verdict_for_status(603, config::default_stop_codes()).cause.q850, 21);
  EXPECT_EQ(verdict_for_status(503, config::default_stop_codes()).cause.q850, 41);
}

TEST(Cause, EveryReasonOfOursMakesAFinalResponse) {
  for (const trunk::ReasonInfo& row : trunk::all_reasons()) {
    const Verdict verdict = verdict_for(row.reason);
    EXPECT_GE(verdict.cause.status, 300) << row.code;
    EXPECT_LE(verdict.cause.status, 699) << row.code;
    EXPECT_EQ(verdict.cause.q850, row.q850) << row.code;
    if (row.status != 0) {
      EXPECT_EQ(verdict.cause.status, row.status) << row.code;
    }
  }
}

TEST(Cause, WeHuntOnAfterSilenceFailuresOfTheTargetAndWhatKeptUsFromDialling) {
  std::set<Reason> next;
  for (const trunk::ReasonInfo& row : trunk::all_reasons()) {
    if (verdict_for(row.reason).hunting == Hunting::TryNext) next.insert(row.reason);
  }
  EXPECT_EQ(next, (std::set<Reason>{Reason::NoResponse, Reason::TargetUnreachable, Reason::TargetAuthFailed,
                                    Reason::Redirected, Reason::ChannelsExhausted, Reason::RateExceeded,
                                    Reason::NameUnresolved, Reason::NoCommonCodec}));
}

template <class Variant, std::size_t... Index>
void add_each(std::set<std::string_view>& names, std::index_sequence<Index...>) {
  (names.insert(name_of(Variant(std::in_place_index<Index>))), ...);
}

TEST(Names, AreLowerSnakeCaseAndDistinct) {
  std::set<std::string_view> names;
  constexpr std::size_t kEvents = std::variant_size_v<Event>;
  constexpr std::size_t kEffects = std::variant_size_v<Effect>;
  add_each<Event>(names, std::make_index_sequence<kEvents>());
  add_each<Effect>(names, std::make_index_sequence<kEffects>());
  EXPECT_EQ(names.size(), kEvents + kEffects);
  for (std::string_view name : names) {
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos) << name;
  }
}

}  // namespace
}  // namespace tandem::call
