// whatever ends a call, at whatever moment, no channel stays taken. A thousand calls on a virtual
// clock, each driven by chance through what peers, names, media and operators can do to it.
#include <algorithm>
#include <map>
#include <set>

#include "unit/switchboard/board_bench.hpp"

namespace tandem::switchboard {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kCalls = 1000;

/// Ceilings that the calls meet now and then, a name among the targets, and a carrier behind the one that is
/// often full.
config::Config limited_config() {
  config::Config config = two_target_config();
  config.trunks[0].limits.channels = 25;
  config.trunks[0].limits.cps = 200;
  config.carriers[0].limits.channels = 6;
  config::Target name;
  name.name = name.uri.host = "sbc.north.example";
  name.priority = 1;
  config.carriers[0].targets.push_back(name);
  config::Carrier south;
  south.name = "south";
  south.prefixes = {""};
  south.targets = {target("192.0.2.21:5060")};
  south.limits.channels = 9;
  south.limits.cps = 3;
  config.carriers.push_back(south);
  return config;
}

class AbortTest : public BoardTest, public ::testing::WithParamInterface<std::uint64_t> {
 protected:
  void SetUp() override { board_->publish(directory(limited_config())); }

  void begin_call() {
    ++begun_;
    if (chance_.below(20) == 0) media_.refuse_with = media::OpenError::PortsExhausted;
    arrives(invite());
    media_.refuse_with.reset();
  }
  /// Calls that have not retired, those that only wait for their record too.
  const std::vector<CallId>& live() {
    for (; known_ < stack_.adopted.size(); ++known_) live_.push_back(stack_.adopted[known_]);
    for (; released_ < stack_.released.size(); ++released_) std::erase(live_, stack_.released[released_]);
    return live_;
  }
  std::uint16_t legs_of(CallId call) {
    std::uint16_t most = 0;
    for (const auto& effect : stack_.performed[call]) {
      if (const auto* invite = std::get_if<call::SendInvite>(&effect))
        most = std::max(most, invite->leg.value());
    }
    return most;
  }

  void target_says(CallId call) {
    static constexpr int kStatuses[]{100, 180, 183, 200, 200, 200, 302, 407, 422, 480, 486, 500, 503, 603};
    const std::uint16_t legs = legs_of(call);
    if (legs == 0) return;
    const auto leg = static_cast<std::uint16_t>(legs - chance_.below(std::min<std::size_t>(2, legs)));
    call::Answered said = answer(kStatuses[chance_.below(std::size(kStatuses))], {}, leg);
    if (said.status == 200 && chance_.below(8) != 0) said.body.sdp = kSdp;
    if (said.status == 422) said.min_se_s = 1800;
    happens(call, said);
  }
  /// A target seldom before its answer has come: that ends the call too.
  void somebody_hangs_up(CallId call, call::LegId leg) {
    const auto& sent = stack_.performed[call];
    const bool talks = leg == call::kLegA || std::any_of(sent.begin(), sent.end(), [leg](const auto& effect) {
                         const auto* ack = std::get_if<call::SendAck>(&effect);
                         return ack != nullptr && ack->leg == leg;
                       });
    if (!talks && chance_.below(4) != 0) return;
    happens(call, call::ByeReceived{leg, call::RequestId{static_cast<std::uint32_t>(++requests_)}, {}});
  }
  void something_happens(CallId call) {
    const call::LegId leg{static_cast<std::uint16_t>(chance_.below(std::size_t{legs_of(call)} + 1))};
    switch (chance_.below(14)) {
      case 0:
        return happens(call, call::Cancelled{});
      case 1:
      case 8:
        return somebody_hangs_up(call, leg);
      case 2:
        return happens(call, call::AckTimedOut{});
      case 3:
        return happens(call, call::InviteFailed{leg, call::TransactionFailure::Transport});
      case 4:
        return happens(
            call, call::TargetRefused{chance_.below(4), trunk::Reason::ChannelsExhausted, 503, "by chance"});
      case 5:
        return end_byes(call);
      case 6:
      case 7:
        return happens(call, call::Acked{});
      default:
        return target_says(call);
    }
  }
  void name_is_found_or_not() {
    if (resolver_.waiting.empty()) return;
    auto row = resolver_.waiting.begin();
    std::advance(row, static_cast<std::ptrdiff_t>(chance_.below(resolver_.waiting.size())));
    dns::Answer found{{{*SocketAddress::parse("203.0.113.1:5060"), Transport::Udp},
                       {*SocketAddress::parse("203.0.113.2:5060"), Transport::Udp}},
                      {}};
    resolver_.answer(row->first, chance_.below(4) == 0 ? dns::Answer{{}, "no such name"} : found);
    board_->settle();
  }
  void move_on() {
    switch (chance_.below(12)) {
      case 0:
        return move_clock(milliseconds(chance_.below(300)));
      case 1:
        return chance_.below(6) == 0 ? move_clock(seconds(5)) : void();
      case 2:
        return hear_from_media_and_records();
      case 3:
        return name_is_found_or_not();
      case 4:
        return chance_.below(60) == 0 ? operator_clears() : void();
      case 5:
      case 6:
        return begun_ < kCalls ? begin_call() : void();
      default:
        return live().empty() ? void() : something_happens(live()[chance_.below(live().size())]);
    }
  }
  void operator_clears() {
    board_->clear_calls(trunk::Reason::AdminCleared);
    board_->settle();
  }
  /// The stack's duty: each SendBye is finished once.
  void end_byes(CallId call) {
    std::map<call::LegId, std::size_t> sent;
    for (const auto& effect : stack_.performed[call]) {
      if (const auto* bye = std::get_if<call::SendBye>(&effect)) ++sent[bye->leg];
    }
    for (const auto& [leg, count] : sent) {
      for (std::size_t& finished = finished_[{call, leg}]; finished < count; ++finished)
        happens(call, call::ByeFinished{leg, 200});
    }
  }

  /// A call that ends holds nothing, and one that goes on no more than its own grant and one carrier's.
  void look() {
    const Stats stats = board_->stats();
    const auto calls = board_->calls();
    const auto going_on = std::count_if(calls.begin(), calls.end(),
                                        [](const CallSummary& row) { return row.stage != "clearing"; });
    ASSERT_LE(stats.reservations, 2 * static_cast<std::size_t>(going_on));
    ASSERT_LE(stats.channels_in_use, 25U + 6U + 9U);
    most_channels_ = std::max(most_channels_, stats.channels_in_use);
  }
  void everything_ends() {
    for (int i = 0; i < 20 && board_->live_calls() > 0; ++i) {
      for (CallId call : std::vector(live())) {
        happens(call, call::AckTimedOut{});
        end_byes(call);
      }
      move_clock(seconds(40));
      hear_from_media_and_records();
    }
  }
  std::set<std::string> reasons() const {
    std::set<std::string> found;
    for (const std::string& lines : records_.lines) {
      for (std::size_t at = 0; (at = lines.find("\"reason\":\"", at)) != std::string::npos; ++at) {
        found.insert(lines.substr(at + 10, lines.find('"', at + 10) - at - 10));
      }
    }
    return found;
  }

  Random chance_{GetParam()};
  std::vector<CallId> live_;
  std::size_t known_ = 0, released_ = 0;  ///< of what the stack was told
  std::size_t begun_ = 0;
  std::uint32_t requests_ = 0;
  std::size_t most_channels_ = 0;
  std::map<std::pair<CallId, call::LegId>, std::size_t> finished_;
};

TEST_P(AbortTest, AThousandCallsAbortedAtAnyMomentLeaveEveryCounterAtZero_R079) {
  while (begun_ < kCalls) {
    move_on();
    ASSERT_NO_FATAL_FAILURE(look());
  }
  operator_clears();
  EXPECT_EQ(board_->stats().reservations, 0U) << "a call that is being cleared holds nothing";
  EXPECT_EQ(board_->stats().channels_in_use, 0U);
  everything_ends();
  const Stats left = board_->stats();
  EXPECT_EQ(left.calls, 0U);
  EXPECT_EQ(left.reservations, 0U);
  EXPECT_EQ(left.channels_in_use, 0U);
  EXPECT_EQ(left.deadlines, 0U);
  EXPECT_EQ(media_.sessions.size(), 0U);
  EXPECT_TRUE(resolver_.waiting.empty());
  EXPECT_GT(most_channels_, 20U) << "the ceilings were met";
  const auto seen = reasons();
  for (const char* reason :
       {"caller_cancelled", "caller_hung_up", "callee_hung_up", "channels_exhausted", "rate_exceeded",
        "name_unresolved", "rejected_by_target", "no_response", "target_unreachable", "ports_exhausted",
        "admin_cleared", "ack_missing", "bad_answer", "answer_lost"}) {
    EXPECT_TRUE(seen.contains(reason)) << reason << " never came: the test has lost its way";
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AbortTest, ::testing::Values(1, 2, 3));

}  // namespace
}  // namespace tandem::switchboard
