// explain() tells the truth: for any configuration and INVITE, the switchboard with the same seed answers,
// challenges, drops or dials just as explained (law 3).
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "support/fake_neighbours.hpp"
#include "tandem/base/log.hpp"
#include "tandem/switchboard/board.hpp"
#include "tandem/tandemctl/explain.hpp"
#include "tandem/trunk/digest.hpp"
#include "unit/tandemctl/random_world.hpp"

namespace tandem::tandemctl {
namespace {

using test::RandomWorld;

constexpr std::uint64_t kConfigurations = 1000;
constexpr std::uint64_t kInvitesOfEach = 3;
constexpr WallTime kNow{std::chrono::seconds(1'795'000'000)};

/// The live switchboard with a stack that only remembers.
class Live {
 public:
  Live(std::shared_ptr<const trunk::Directory> directory, std::uint64_t seed)
      : board_(switchboard::make_board({stack_, media_, records_}, std::move(directory), Random(seed))) {
    board_->set_time(now_, kNow);
  }

  void arrives(const RandomWorld::Arrived& arrived) {
    sip::Arrival arrival;
    arrival.id = sip::ArrivalId{next_arrival_++, 1};
    arrival.request = arrived.request;
    arrival.source = arrived.source;
    arrival.listener = arrived.listener;
    board_->on_arrival(std::move(arrival));
    board_->settle();
  }
  /// The target that was dialled last refuses in a way that another may not.
  void refuses(const call::SendInvite& invite) {
    call::Answered answered;
    answered.leg = invite.leg;
    answered.status = 503;
    board_->on_event(stack_.adopted.back(), std::move(answered));
    board_->settle();
  }
  const call::SendInvite* dialled() const {
    return stack_.adopted.empty() ? nullptr : stack_.last<call::SendInvite>(stack_.adopted.back());
  }
  std::size_t count_dialled() const { return stack_.count<call::SendInvite>(stack_.adopted.back()); }
  const call::RespondToInvite* answered() const {
    return stack_.adopted.empty() ? nullptr : stack_.last<call::RespondToInvite>(stack_.adopted.back());
  }
  const trunk::RoutePlan& plan() const { return stack_.plans.at(stack_.adopted.back()); }
  const ::tandem::test::FakeStack& stack() const { return stack_; }

 private:
  ::tandem::test::FakeStack stack_;
  ::tandem::test::FakeMedia media_;
  ::tandem::test::FakeRecords records_;
  Instant now_{std::chrono::seconds(1000)};
  std::uint32_t next_arrival_ = 1;
  std::unique_ptr<switchboard::Board> board_;
};

/// The INVITE again, with an answer to the live challenge by a user who knows the password.
RandomWorld::Arrived answer(RandomWorld::Arrived arrived, const ::tandem::test::FakeStack::Reply& challenge,
                            const std::string& user) {
  std::vector<std::string> values;
  for (const message::Header& header : challenge.headers) values.push_back(header.value);
  config::OutboundCredential credential;
  credential.user = user;
  credential.password = Secret(RandomWorld::password_of(user));
  const std::string fixed = RandomWorld::realm_of(user);
  credential.realm = fixed.empty() ? arrived.request.uri.host : fixed;
  Random random(1);
  const auto made =
      trunk::answer_challenge(values, credential, "INVITE", message::print(arrived.request.uri), random);
  EXPECT_TRUE(made.has_value()) << "the challenge has nothing for " << user;
  arrived.request.headers.add(challenge.status == 401 ? "Authorization" : "Proxy-Authorization",
                              made.value_or(""));
  return arrived;
}

std::vector<std::string> names_of(const std::vector<message::Header>& headers) {
  std::vector<std::string> names;
  for (const message::Header& header : headers) names.push_back(header.name);
  return names;
}

/// Everything of a target that the wire shows.
std::string line_of(const trunk::PlannedTarget& target) {
  std::string text = target.name + " " + target.address.print() + " " +
                     std::string(to_string(target.transport)) + " " + target.edge + " " +
                     message::print(target.request_uri) + " from " + message::print(target.from) + " to " +
                     message::print(target.to);
  for (const auto* headers : {&target.headers, &target.identity}) {
    for (const message::Header& header : *headers) text += " | " + header.name + ": " + header.value;
  }
  return text;
}

std::vector<std::string> lines_of(const trunk::RoutePlan& plan) {
  std::vector<std::string> lines;
  for (const trunk::PlannedTarget& target : plan.targets) lines.push_back(line_of(target));
  return lines;
}

void expect_same_invite(const Explanation& explained, const Live& live) {
  const call::SendInvite* sent = live.dialled();
  ASSERT_NE(sent, nullptr) << "explained as dialled";
  const Outgoing& outgoing = *explained.outgoing;
  EXPECT_EQ(sent->target, outgoing.target);
  EXPECT_EQ(sent->to, outgoing.to);
  EXPECT_EQ(sent->sdp, outgoing.invite.body);
  const trunk::PlannedTarget& target = live.plan().targets.at(sent->target);
  EXPECT_EQ(message::print(target.request_uri), message::print(outgoing.invite.uri));
  std::vector<message::Header> wire{{"From", message::print(target.from)}, {"To", message::print(target.to)}};
  for (const auto* headers : {&target.headers, &target.identity, &sent->more_headers})
    wire.insert(wire.end(), headers->begin(), headers->end());
  if (!sent->sdp.empty()) wire.push_back({"Content-Type", "application/sdp"});
  EXPECT_EQ(wire, outgoing.invite.headers.rows());
}

/// The plan is the same to the letter, and as each target refuses, the switchboard walks down it.
void expect_same_order(const Explanation& explained, Live& live) {
  const auto& plan = std::get<trunk::Admission>(explained.decision.verdict).plan;
  EXPECT_EQ(lines_of(plan), lines_of(live.plan()));
  std::vector<std::size_t> dialled;
  for (std::size_t count = 0; live.count_dialled() > count;) {
    count = live.count_dialled();
    dialled.push_back(live.dialled()->target);
    live.refuses(*live.dialled());
  }
  EXPECT_EQ(dialled.front(), explained.outgoing->target);
  EXPECT_TRUE(std::ranges::is_sorted(dialled));
  EXPECT_LE(dialled.size() + explained.passed_over.size(), plan.targets.size());
}

void expect_same_refusal(const Explanation& explained, const Live& live, std::size_t replies_before) {
  ASSERT_TRUE(explained.response.has_value());
  EXPECT_EQ(live.dialled(), nullptr);
  if (live.stack().replies.size() > replies_before) {
    EXPECT_EQ(live.stack().replies.back().status, explained.response->status);
    EXPECT_EQ(live.stack().replies.back().headers, explained.response->headers);
    return;
  }
  ASSERT_NE(live.answered(), nullptr);
  EXPECT_EQ(live.answered()->status, explained.response->status);
  EXPECT_EQ(live.answered()->headers, explained.response->headers);
}

class Tally {
 public:
  void count(const Explanation& explained) {
    ++outcomes_[explained.outcome];
    if (explained.challenge && explained.outcome == Outcome::Admitted) ++proven_;
    ++reasons_[explained.reason];
    if (!explained.outgoing) return;
    if (explained.outgoing->invite.headers.has("P-Asserted-Identity")) ++identified_;
    if (std::get<trunk::Admission>(explained.decision.verdict).plan.targets.size() > 1) ++with_order_;
  }
  /// The draw would be worth little if it met one kind of call alone.
  void expect_wide() const {
    for (const Outcome outcome : {Outcome::Admitted, Outcome::Challenged, Outcome::Refused, Outcome::Dropped})
      EXPECT_GE(count_of(outcome), 20u) << to_string(outcome);
    EXPECT_GE(count_of(Outcome::Admitted), 250u);
    EXPECT_GE(proven_, 20u) << "admitted by digest";
    EXPECT_GE(identified_, 20u) << "with an asserted identity";
    EXPECT_GE(with_order_, 50u) << "with more than one target";
    EXPECT_GE(reasons_.size(), 12u) << "kinds of refusal";
  }
  std::size_t count_of(Outcome outcome) const {
    const auto found = outcomes_.find(outcome);
    return found == outcomes_.end() ? 0 : found->second;
  }
  void print() const {
    for (const auto& [outcome, count] : outcomes_)
      std::printf("%s: %zu\n", std::string(to_string(outcome)).c_str(), count);
    std::printf("by digest: %zu, with an asserted identity: %zu, with more than one target: %zu\n", proven_,
                identified_, with_order_);
    for (const auto& [reason, count] : reasons_)
      std::printf("  %s: %zu\n", std::string(trunk::code(reason)).c_str(), count);
  }

 private:
  std::map<Outcome, std::size_t> outcomes_;
  std::map<trunk::Reason, std::size_t> reasons_;
  std::size_t proven_ = 0;
  std::size_t identified_ = 0;
  std::size_t with_order_ = 0;
};

void compare(const Explanation& explained, Live& live, const RandomWorld::Arrived& arrived) {
  live.arrives(arrived);
  std::size_t replies = 0;
  if (explained.challenge) {
    ASSERT_EQ(live.stack().replies.size(), 1u) << "explained as challenged";
    EXPECT_EQ(live.stack().replies.front().status, explained.challenge->status);
    EXPECT_EQ(names_of(live.stack().replies.front().headers), names_of(explained.challenge->headers));
    if (explained.proven_user.empty()) return;
    replies = 1;
    live.arrives(answer(arrived, live.stack().replies.front(), explained.proven_user));
  }
  if (explained.outcome == Outcome::Dropped) {
    EXPECT_EQ(live.stack().dropped.size(), 1u);
    EXPECT_TRUE(live.stack().adopted.empty());
  } else if (explained.outcome == Outcome::Refused) {
    expect_same_refusal(explained, live, replies);
  } else if (explained.outcome == Outcome::Admitted) {
    expect_same_invite(explained, live);
    if (!::testing::Test::HasFailure()) expect_same_order(explained, live);
  }
}

TEST(ExplainProperty, TheSwitchboardDoesAsExplained) {
  log::set_level(log::Level::Off);
  Tally tally;
  for (std::uint64_t seed = 1; seed <= kConfigurations && !HasFailure(); ++seed) {
    RandomWorld world(seed);
    const auto config = std::make_shared<const config::Config>(world.config());
    const auto directory = trunk::build_directory(config);
    for (std::uint64_t i = 0; i < kInvitesOfEach && !HasFailure(); ++i) {
      const RandomWorld::Arrived arrived = world.invite();
      Question question{
          arrived.request, arrived.source, Transport::Udp, arrived.listener, {}, seed * 100 + i, kNow, {}};
      const Explanation explained = explain(directory, question);
      tally.count(explained);
      Live live(directory, question.seed);
      SCOPED_TRACE("configuration " + std::to_string(seed) + ", INVITE " + std::to_string(i) + "\n" +
                   message::print(arrived.request) + "\n" + print_text(explained, question, *config));
      compare(explained, live, arrived);
    }
  }
  log::set_level(log::Level::Info);
  tally.print();
  tally.expect_wide();
}

/// Another seed draws another order, the same seed the same.
TEST(ExplainProperty, TheSeedAloneDecidesTheDraw) {
  RandomWorld world(3);
  config::Config config = world.config();
  config.access_groups = {config::AccessGroup{"all", {}, {*Cidr::parse("192.0.2.10")}, {}, {}}};
  config.trunks.resize(1);
  config.trunks[0] = config::Trunk{};
  config.trunks[0].name = "acme";
  config.trunks[0].termination.emplace();
  config.trunks[0].termination->domains = {"acme.example"};
  config.trunks[0].termination->access = {"all"};
  config.trunks[0].termination->caller_id.allowed = {config::CallerIdAllowed::Any};
  config.carriers.resize(1);
  config.carriers[0] = config::Carrier{};
  config.carriers[0].name = "north";
  config.carriers[0].prefixes = {""};
  for (int i = 0; i < 8; ++i) {
    config::Target target;
    target.name = "t" + std::to_string(i);
    target.uri.host = "192.0.2.40";
    target.address = *SocketAddress::parse("192.0.2.40:5060");
    config.carriers[0].targets.push_back(target);
  }
  const auto directory = trunk::build_directory(std::make_shared<const config::Config>(config));
  Question question;
  question.request = world.invite().request;
  question.request.uri = *message::parse_uri("sip:+12025550100@acme.example");
  question.request.headers = {};
  question.request.headers.add("From", "<sip:+12025550101@pbx.example>;tag=a");
  question.request.headers.add("Max-Forwards", "70");
  question.source = *SocketAddress::parse("192.0.2.10:5060");
  question.listener = "drop";
  const auto order = [&](std::uint64_t seed) {
    question.seed = seed;
    const Explanation explained = explain(directory, question);
    std::vector<std::string> names;
    for (const auto& target : std::get<trunk::Admission>(explained.decision.verdict).plan.targets)
      names.push_back(target.name);
    return names;
  };
  EXPECT_EQ(order(1), order(1));
  EXPECT_EQ(order(1).size(), 8u);
  EXPECT_TRUE(order(1) != order(2) || order(1) != order(3));
}

}  // namespace
}  // namespace tandem::tandemctl
