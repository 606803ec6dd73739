// Whatever is configured and whoever calls: what every plan keeps to.
#include <gtest/gtest.h>

#include <set>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

const std::vector<std::string> kTexts = {
    "X-A", "B", "X-\r\nVia", "x: y", "", "X-Long-" + std::string(60, 'n'), "X-C"};
const std::vector<std::string> kValues = {"1", "a\r\nVia: b", std::string(1100, 'v'), "\x01", "", "a\nb"};
const std::vector<std::string> kEdges = {"", "", "dublin", "rome", "bogus"};

/// Trunks, carriers and a route whose every setting is drawn.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  World world() {
    World made;
    made.random = Random(random_.next());
    made.config.carrier_order = pick<config::CarrierOrder>(
        {config::CarrierOrder::Ordered, config::CarrierOrder::Weighted, config::CarrierOrder::LeastCost});
    for (const char* edge : {"dublin", "rome"}) made.config.edges.emplace_back().name = edge;
    made.config.listeners[0].edge = pick(kEdges);
    made.group("hq", {"127.0.0.10"});
    for (const char* name : {"t0", "t1", "t2"}) add_trunk(made, name);
    for (const char* name : {"c0", "c1", "c2"}) add_carrier(made, name);
    made.config.carriers[0].sources = {Cidr::parse("127.0.0.20").value()};
    add_route(made);
    made.config.numbers = {number("+14155550000", pick<std::string>({"t0", "t1", "t2"})),
                           number("+14155550001", "")};
    made.config.numbers[1].route = "hunt";
    return made;
  }

  Invite invite() {
    Invite made;
    if (chance(30)) {
      made.host = pick<std::string>({"t0", "t1", "t2"}) + ".sip.example";
      made.called = pick<std::string>({"+12128675309", "+442079460000"});
    } else {
      made.source = "127.0.0.20:5060";
      made.host = "127.0.0.1";
      made.called = pick<std::string>({"+14155550000", "+14155550001"});
    }
    for (std::uint64_t n = random_.below(3); n > 0; --n)
      made.headers.push_back({pick(kTexts), pick(kValues)});
    made.max_forwards = std::to_string(1 + random_.below(255));
    return made;
  }

 private:
  template <class T>
  T pick(const std::vector<T>& from) {
    return from[random_.below(from.size())];
  }
  bool chance(std::uint64_t percent) { return random_.below(100) < percent; }

  void fill(config::General& general) {
    general.number_out =
        pick<numbering::NumberFormat>({numbering::NumberFormat::E164Plus, numbering::NumberFormat::E164,
                                       numbering::NumberFormat::UsDomestic});
    if (chance(50)) general.unwritable = config::Unwritable::Reject;
  }

  std::vector<config::Target> targets() {
    std::vector<config::Target> made;
    for (std::uint64_t n = random_.below(4); n > 0; --n) {
      const std::string at = "127.0.1." + std::to_string(n);
      made.push_back(target("sip:" + pick<std::string>({"", "{number}@", "anniebp@"}) + at, at + ":5060",
                            static_cast<std::uint16_t>(random_.below(2)),
                            static_cast<std::uint16_t>(random_.below(9))));
      made.back().enabled = chance(80);
      made.back().edge = pick(kEdges);
      made.back().headers = headers();
    }
    return made;
  }

  std::vector<message::Header> headers() {
    std::vector<message::Header> made;
    for (std::uint64_t n = random_.below(3); n > 0; --n) made.push_back({pick(kTexts), pick(kValues)});
    return made;
  }

  config::TargetPolicy policy() {
    return pick<config::TargetPolicy>({config::TargetPolicy::PriorityWeight, config::TargetPolicy::Failover,
                                       config::TargetPolicy::RoundRobin});
  }

  void add_trunk(World& world, const char* name) {
    config::Trunk& made = world.trunk(name, {"hq"});
    made.enabled = chance(80);
    made.targets = targets();
    made.location = pick(kEdges);
    made.origination.policy = policy();
    made.origination.headers = headers();
    made.origination.pass_headers = kTexts;
    made.origination.history_info = chance(30);
    if (chance(50)) made.origination.fallback_number = "+13125550000";
    if (chance(30)) made.limits.channels = 5;
    fill(made.general);
  }

  void add_carrier(World& world, const char* name) {
    config::Carrier& made = world.carrier(name, {pick<std::string>({"", "1", "1312", "44"})}, targets());
    made.enabled = chance(80);
    made.location = pick(kEdges);
    made.policy = policy();
    if (chance(50)) made.prefixes[0].cost = random_.below(100);
    if (chance(30)) made.limits.cps = 5;
    fill(made.general);
  }

  void add_route(World& world) {
    config::Route& route = world.config.routes.emplace_back();
    route.name = "hunt";
    for (std::uint64_t n = random_.below(4); n > 0; --n)
      route.entries.emplace_back().trunk = pick<std::string>({"t0", "t1", "t2"});
    if (chance(60)) route.entries.emplace_back().number = "+13125550000";
  }

  Random random_;
};

void expect_one_line(const message::Header& header) {
  for (const std::string* text : {&header.name, &header.value})
    EXPECT_EQ(text->find_first_of(std::string_view("\r\n\0", 3)), std::string::npos) << header.name;
}

/// Enabled sides alone, each target once, entries in order and each in one piece.
void expect_sound_entries(const World& world, const RoutePlan& plan) {
  std::size_t before = 0;
  std::set<std::pair<std::size_t, std::string>> seen;
  for (const PlannedTarget& planned : plan.targets) {
    ASSERT_LT(planned.entry, plan.entries.size());
    EXPECT_GE(planned.entry, before) << "targets of one entry stand together";
    EXPECT_LE(planned.entry, before + 1) << "no entry is without targets";
    before = planned.entry;
    EXPECT_TRUE(seen.emplace(planned.entry, planned.name).second) << planned.name << " twice";
    const LegType type = plan.entries[planned.entry].leg_type;
    EXPECT_TRUE(planned.policy.peer_is_carrier || type == LegType::Normal);
    for (const config::Trunk& trunk : world.config.trunks)
      EXPECT_TRUE(trunk.name != planned.policy.peer || trunk.enabled);
    for (const config::Carrier& carrier : world.config.carriers)
      EXPECT_TRUE(carrier.name != planned.policy.peer || carrier.enabled);
  }
  ASSERT_FALSE(plan.targets.empty());
  EXPECT_EQ(plan.targets.front().entry, 0U);
  EXPECT_EQ(plan.targets.back().entry + 1, plan.entries.size());
}

void expect_sound_target(const Invite& invite, const PlannedTarget& planned) {
  EXPECT_EQ(all_headers(planned.headers, "Max-Forwards"),
            std::vector<std::string>{std::to_string(std::stoi(*invite.max_forwards) - 1)});
  for (const message::Header& header : planned.headers) {
    expect_one_line(header);
    EXPECT_LE(header.name.size() + 2 + header.value.size(), 1024U) << header.name;
  }
  for (const message::Header& header : planned.identity) expect_one_line(header);
  EXPECT_TRUE(planned.request_uri.headers.empty());
  EXPECT_TRUE(message::parse_uri(message::print(planned.request_uri)).has_value());
  EXPECT_NE(planned.edge, "bogus");
}

TEST(PlanProperty, EveryPlanIsSound_R083_R094_R101_R116) {
  int originations = 0;
  int terminations = 0;
  int with_many_entries = 0;
  for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Generator generator(seed);
    World world = generator.world();
    const Invite invite = generator.invite();
    const Decision decision = world.decide(invite);
    const Admission* made = admission(decision);
    if (made == nullptr) continue;
    ++(made->direction == CallDirection::Origination ? originations : terminations);
    with_many_entries += made->plan.entries.size() > 1 ? 1 : 0;
    expect_sound_entries(world, made->plan);
    for (const PlannedTarget& planned : made->plan.targets) {
      expect_sound_target(invite, planned);
      EXPECT_TRUE(made->direction == CallDirection::Origination || planned.policy.peer_is_carrier);
    }
    ASSERT_FALSE(HasFailure()) << explain(decision);
  }
  EXPECT_GT(originations, 1000);
  EXPECT_GT(terminations, 200);
  EXPECT_GT(with_many_entries, 500);
}

}  // namespace
}  // namespace tandem::trunk::test
