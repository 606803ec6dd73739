// Never an open relay: whatever the configuration and whatever arrives, an admitted call satisfied,
// in full, an access group of the trunk that it is billed to. The judge below reads the configuration by
// itself and shares no code with decide().
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

const std::vector<std::string> kAddresses = {"127.0.0.1", "127.0.0.2",   "127.0.0.9",
                                             "127.0.1.1", "2001:db8::1", "2001:db8::2"};
const std::vector<std::string> kPrefixes = {"127.0.0.1",   "127.0.0.0/29", "127.0.0.0/16", "2001:db8::/64",
                                            "2001:db8::1", "0.0.0.0/0",    "::/0",         "127.0.0.9"};
const std::vector<std::string> kUsers = {"ann", "bob", "cid"};
const std::vector<std::string> kPasswords = {"one", "two"};
const std::vector<std::string> kRealms = {"", "", "r1", "r2"};
const std::vector<std::string> kHosts = {"t0.sip.example", "t1.sip.example", "t2.sip.example",
                                         "shared.example", "127.0.0.1"};
const std::vector<std::string> kAccounts = {"A1", "A2"};
const std::vector<std::string> kNumbers = {"+14155550000", "+14155550001", "+442079460000", "12", "+1x"};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  World world() {
    World made;
    made.random = Random(random_.next());
    for (int i = 0; i < 3; ++i) add_group(made, "g" + std::to_string(i));
    for (int i = 0; i < 3; ++i) add_trunk(made, "t" + std::to_string(i));
    for (int i = 0; i < 2; ++i) {
      auto& carrier =
          made.carrier("c" + std::to_string(i), {pick<std::string>({"", "1", "44"})},
                       {target("sip:127.0.9." + std::to_string(i), "127.0.9.9:5060")}, some(kPrefixes, 0, 1));
      carrier.enabled = chance(80);
    }
    for (int i = 0; i < 2; ++i) {
      made.config.numbers.push_back(
          number(kNumbers[static_cast<std::size_t>(i)], pick<std::string>({"t0", "t1", ""})));
    }
    return made;
  }

  Invite invite() {
    Invite made;
    made.called = pick(kNumbers);
    made.host = pick(kHosts);
    made.source = address();
    made.listener = chance(50) ? "drop" : "reject";
    if (chance(3)) made.max_forwards.reset();
    if (chance(20)) made = made.with("X-Account", pick(kAccounts));
    return made;
  }

  std::string address() {
    const std::string chosen = pick(kAddresses);
    return (chosen.find(':') == std::string::npos ? chosen : "[" + chosen + "]") + ":5060";
  }
  template <class T>
  T pick(const std::vector<T>& from) {
    return from[random_.below(from.size())];
  }
  bool chance(std::uint64_t percent) { return random_.below(100) < percent; }
  Random& random() { return random_; }

 private:
  std::vector<std::string> some(const std::vector<std::string>& from, std::uint64_t least,
                                std::uint64_t most) {
    std::vector<std::string> chosen;
    for (std::uint64_t i = least + random_.below(most - least + 1); i > 0; --i) chosen.push_back(pick(from));
    return chosen;
  }

  void add_group(World& world, std::string name) {
    std::vector<config::Credential> credentials;
    const std::string realm = pick(kRealms);
    for (std::uint64_t i = random_.below(3); i > 0; --i) {
      if (chance(50)) {
        credentials.push_back(user(pick(kUsers), pick(kPasswords)));
      } else {
        credentials.push_back(
            hashed_user(pick(kUsers), realm, pick(kPasswords),
                        {pick<DigestAlgorithm>({DigestAlgorithm::Md5, DigestAlgorithm::Sha256})}));
      }
    }
    world.group(std::move(name), some(kPrefixes, 0, 2), std::move(credentials)).realm = realm;
  }

  void add_trunk(World& world, const std::string& name) {
    config::Trunk& made = world.trunk(name, some({"g0", "g1", "g2", "gone"}, 0, 2));
    made.enabled = chance(90);
    made.identify.clear();
    for (const config::IdentifyBy key :
         {config::IdentifyBy::Domain, config::IdentifyBy::DigestUser, config::IdentifyBy::SourceIp,
          config::IdentifyBy::Header, config::IdentifyBy::Fqdn}) {
      if (chance(50)) made.identify.push_back(key);
    }
    if (chance(50)) made.termination->header = {"X-Account", pick(kAccounts)};
    if (chance(20)) made.termination->fqdns = {"shared.example"};
    if (chance(30)) {
      made.termination->challenge.realm_rule = config::RealmRule::Fixed;
      made.termination->challenge.realm = pick<std::string>({"r1", "r2"});
    }
    if (chance(10)) made.termination.reset();
    if (chance(70)) made.targets = {target("sip:127.0.8.1", "127.0.8.1:5060")};
  }

  Random random_;
};

/// What the client did: the truth that the judge knows and decide() must find out.
struct Client {
  std::string user, password;
  bool replayed = false;
  bool expired = false;
};

bool address_fits(const config::AccessGroup& group, const IpAddress& source) {
  if (group.ips.empty()) return true;
  return std::any_of(group.ips.begin(), group.ips.end(), [&](const Cidr& cidr) {
    return cidr.contains(source) && (cidr.prefix_bits > 0 || !group.credentials.empty());
  });
}

/// The group holds the client's user with the client's password, and asks for the realm of the answer.
bool digest_fits(const config::AccessGroup& group, const config::Challenge& rule, const Invite& invite,
                 const Client& client) {
  const auto given = message::parse_credentials(invite.headers.back().value).value();
  std::string realm = group.realm;
  const bool fixed = !realm.empty() || rule.realm_rule == config::RealmRule::Fixed;
  if (realm.empty()) realm = fixed ? rule.realm : invite.host;
  if (given.realm != realm || given.username != client.user) return false;
  const auto algorithm = config::parse_digest_algorithm(given.algorithm).value();
  return std::any_of(group.credentials.begin(), group.credentials.end(),
                     [&](const config::Credential& credential) {
                       if (credential.user != client.user) return false;
                       if (credential.password.reveal() == client.password) return true;
                       const auto hash = credential.ha1.find(algorithm);
                       return fixed && hash != credential.ha1.end() &&
                              hash->second == ha1(algorithm, client.user, realm, client.password);
                     });
}

bool satisfied_in_full(const World& world, const config::Trunk& trunk, const Invite& invite,
                       const Client* client) {
  if (!trunk.termination) return false;
  const IpAddress source = SocketAddress::parse(invite.source)->ip;
  for (const config::AccessGroup& group : world.config.access_groups) {
    const auto& access = trunk.termination->access;
    if (std::find(access.begin(), access.end(), group.name) == access.end()) continue;
    if (group.ips.empty() && group.credentials.empty()) continue;
    if (!address_fits(group, source)) continue;
    if (group.credentials.empty()) return true;
    if (client == nullptr || client->replayed || client->expired) continue;
    if (digest_fits(group, trunk.termination->challenge, invite, *client)) return true;
  }
  return false;
}

const config::Trunk& trunk_of(const World& world, const std::string& name) {
  return *std::find_if(world.config.trunks.begin(), world.config.trunks.end(),
                       [&](const config::Trunk& trunk) { return trunk.name == name; });
}

struct Tally {
  int by_address = 0, by_digest = 0, origination = 0, challenges = 0, refusals = 0, drops = 0;
};

void judge_termination(const World& world, const Invite& invite, const Client* client,
                       const Admission& made) {
  EXPECT_TRUE(satisfied_in_full(world, trunk_of(world, made.trunk), invite, client));
  EXPECT_TRUE(trunk_of(world, made.trunk).enabled);
  for (const PlannedTarget& planned : made.plan.targets) EXPECT_TRUE(planned.policy.peer_is_carrier);
}

/// A carrier's call reaches the host of the number, and nobody else: it never turns round into the PSTN.
void judge_origination(const World& world, const Invite& invite, const Admission& made) {
  const IpAddress source = SocketAddress::parse(invite.source)->ip;
  bool from_carrier = false;
  for (const config::Carrier& carrier : world.config.carriers) {
    for (const Cidr& cidr : carrier.sources)
      from_carrier = from_carrier || (carrier.enabled && cidr.contains(source));
  }
  EXPECT_TRUE(from_carrier);
  const auto hosted =
      std::find_if(world.config.numbers.begin(), world.config.numbers.end(),
                   [&](const config::DialledNumber& number) { return number.number == made.called; });
  ASSERT_NE(hosted, world.config.numbers.end());
  EXPECT_EQ(hosted->trunk, made.trunk);
  for (const PlannedTarget& planned : made.plan.targets) EXPECT_EQ(planned.policy.peer, made.trunk);
}

void judge(const World& world, const Invite& invite, const Client* client, const Decision& decision,
           Tally& tally) {
  EXPECT_FALSE(decision.trace.empty());
  if (challenge(decision)) {
    ++tally.challenges;
    EXPECT_FALSE(challenge(decision)->headers.empty());
  } else if (const Refusal* refused = refusal(decision)) {
    ++tally.refusals;
    EXPECT_NE(refused->reason, Reason::None);
    EXPECT_GE(refused->status, 400);
  } else if (drop(decision)) {
    ++tally.drops;
  } else {
    const Admission& made = *admission(decision);
    EXPECT_FALSE(made.plan.targets.empty());
    if (made.direction == CallDirection::Origination) {
      ++tally.origination;
      judge_origination(world, invite, made);
    } else {
      ++(made.user.empty() ? tally.by_address : tally.by_digest);
      judge_termination(world, invite, client, made);
    }
  }
}

/// Answers the challenge, perhaps as somebody else, from elsewhere, too late, or again.
void answer_and_judge(Generator& generator, World& world, const Invite& invite, const Challenge& first,
                      Tally& tally) {
  Client client{generator.pick(kUsers), generator.pick(kPasswords)};
  Challenge offered = first;
  std::rotate(
      offered.headers.begin(),
      offered.headers.begin() + static_cast<std::ptrdiff_t>(generator.random().below(offered.headers.size())),
      offered.headers.end());
  Invite answered = answer(invite, offered, client.user, client.password, world.random);
  if (generator.chance(10)) answered.source = generator.address();
  if (generator.chance(10)) answered.host = generator.pick(kHosts);
  if (generator.chance(10)) answered.called = generator.pick(kNumbers);
  if (generator.chance(10)) {
    client.replayed = true;
    world.usage.nonce_count_refused = true;
  }
  if (generator.chance(10)) {
    client.expired = true;
    world.now += world.config.limits.nonce_lifetime;
  }
  const Decision decision = world.decide(answered);
  judge(world, answered, &client, decision, tally);
  if (testing::Test::HasFailure()) ADD_FAILURE() << explain(decision);
  world.usage.nonce_count_refused = false;
}

TEST(Property, AnAdmittedCallSatisfiedAnAccessGroupInFull_R009_R046) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 6000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Generator generator(seed);
    World world = generator.world();
    for (int i = 0; i < 8; ++i) {
      const Invite invite = generator.invite();
      const Decision decision = world.decide(invite);
      judge(world, invite, nullptr, decision, tally);
      if (challenge(decision)) answer_and_judge(generator, world, invite, *challenge(decision), tally);
      ASSERT_FALSE(HasFailure()) << explain(decision);
    }
  }
  // The property would hold of a switch that refuses everything: each kind of outcome must have come up
  // often.
  EXPECT_GT(tally.by_address, 500);
  EXPECT_GT(tally.by_digest, 300);
  EXPECT_GT(tally.origination, 500);
  EXPECT_GT(tally.challenges, 1000);
  EXPECT_GT(tally.refusals, 1000);
  EXPECT_GT(tally.drops, 1000);
}

/// The other half: a client that satisfies a group of a domain trunk with a valid number and an open route is
/// admitted.
TEST(Property, AClientThatSatisfiesAGroupIsNotChallengedForEver_R046) {
  int admitted = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Generator generator(seed);
    World world = generator.world();
    world.config.trunks[0].identify = {config::IdentifyBy::Domain};
    world.config.trunks[0].enabled = true;
    if (!world.config.trunks[0].termination) continue;
    world.config.carriers[0].prefixes = {""};
    world.config.carriers[0].enabled = true;
    Invite invite = generator.invite();
    invite.host = "t0.sip.example";
    invite.called = "+14155550000";
    invite.max_forwards = "70";
    const Decision first = world.decide(invite);
    if (satisfied_in_full(world, world.config.trunks[0], invite, nullptr)) {
      EXPECT_TRUE(admission(first)) << explain(first);
      continue;
    }
    EXPECT_FALSE(admission(first)) << explain(first);
    if (!challenge(first)) continue;
    const Client client{generator.pick(kUsers), generator.pick(kPasswords)};
    const Invite answered = answer(invite, *challenge(first), client.user, client.password, world.random);
    const Decision second = world.decide(answered);
    const bool right = satisfied_in_full(world, world.config.trunks[0], answered, &client);
    EXPECT_EQ(admission(second) != nullptr, right) << explain(second);
    EXPECT_FALSE(challenge(second)) << explain(second);
    admitted += right ? 1 : 0;
  }
  EXPECT_GT(admitted, 30);
}

TEST(Property, SameInputsSameDecision_Law2) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Generator generator(seed);
    World world = generator.world();
    const Invite invite = generator.invite();
    const Random before = world.random;
    const std::string once = explain(world.decide(invite));
    world.random = before;
    EXPECT_EQ(once, explain(world.decide(invite))) << "seed " << seed;
  }
}

TEST(Property, GarbageInEveryFieldEndsInAVerdict_R033) {
  Random random(42);
  World world = World::with_digest();
  world.config.trunks[0].identify.push_back(config::IdentifyBy::DigestUser);
  const auto garbage = [&] {
    std::string text;
    for (std::uint64_t i = random.below(60); i > 0; --i) text += static_cast<char>(random.below(256));
    return text;
  };
  for (int i = 0; i < 5000; ++i) {
    Invite invite;
    auto request = invite.request();
    if (random.below(2) == 0) request.uri.host = garbage();
    if (random.below(2) == 0) request.uri.user = garbage();
    if (random.below(3) == 0) request.headers.set("From", garbage());
    if (random.below(3) == 0) request.headers.set("Max-Forwards", garbage());
    if (random.below(3) == 0) request.headers.add("Require", garbage());
    if (random.below(2) == 0) request.headers.add("Proxy-Authorization", "Digest " + garbage());
    if (random.below(9) == 0) request.method = garbage();
    const Decision decision = world.decide(request, invite);
    EXPECT_FALSE(admission(decision)) << explain(decision);
    for (const TraceStep& step : decision.trace) {
      for (char c : step.outcome)
        EXPECT_GE(static_cast<unsigned char>(c), 0x20U) << "a peer's text is printable in the trace";
    }
  }
}

bool is_printable(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// What a caller writes about itself may be anything: no header of ours, and no line of the trace, breaks
/// over it.
TEST(Property, GarbageAboutTheCallerBreaksNoHeader_R033) {
  Random random(43);
  World world = World::simple();
  world.config.carriers[0].general.trust = config::Trust::Trusted;
  const std::vector<std::string> names = {"Privacy",   "Remote-Party-ID",      "P-Asserted-Identity",
                                          "Diversion", "P-Preferred-Identity", "To"};
  const std::vector<std::string> pieces = {
      "<sip:", "<tel:",    "+13125550001", "@pbx.example", ">",          "\"",   "\\",   ";", ",",
      "id",    "critical", "privacy=full", "\r\n",         "%0d%0aX: 1", "\x7f", "\xff", " "};
  int admitted = 0, forwarded = 0;
  for (int i = 0; i < 20000; ++i) {
    world.config.trunks[0].general.trust =
        random.below(2) == 0 ? config::Trust::Trusted : config::Trust::Untrusted;
    const Invite invite;
    auto request = invite.request();
    for (std::uint64_t rows = 1 + random.below(3); rows > 0; --rows) {
      std::string value = random.below(2) == 0 ? "\"x\" <sip:+13125550001@pbx.example>" : "";
      for (std::uint64_t n = random.below(6); n > 0; --n) value += pieces[random.below(pieces.size())];
      request.headers.add(names[random.below(names.size())], std::move(value));
    }
    const Decision decision = world.decide(request, invite);
    for (const TraceStep& step : decision.trace) EXPECT_TRUE(is_printable(step.outcome)) << explain(decision);
    if (admission(decision) == nullptr) {
      EXPECT_EQ(reason_of(decision), Reason::PrivacyUnsupported) << explain(decision);
      continue;
    }
    ++admitted;
    for (const PlannedTarget& target : admission(decision)->plan.targets) {
      for (const auto* headers : {&target.headers, &target.identity}) {
        for (const message::Header& header : *headers) {
          EXPECT_TRUE(is_printable(header.value)) << header.name << ": " << header.value;
          forwarded += header.name == "Diversion" ? 1 : 0;
        }
      }
    }
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GT(admitted, 10000);
  EXPECT_GT(forwarded, 300);
}

}  // namespace
}  // namespace tandem::trunk::test
