// Whatever a caller who hides sends, and whoever the far side is: an untrusted one never sees its number, in
// any header of any target, of the plan or of a redirect (R-070). The judge reads the INVITE and the targets
// by itself.
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

using config::CallerIdAllowed;
using config::CallerIdFailure;
using config::Trust;

constexpr const char* kHosted = "+14155550000";
const std::vector<std::string> kCallers = {"+13125550001", "+442079460001", "+4930901820", "+33142680001"};

/// One call, and what the judge must know of it.
struct Scene {
  World world = World::simple();
  Invite invite;
  std::vector<std::string> secrets;  ///< numbers that tell who calls
  bool hides = false;                ///< as the caller asks
};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  Scene scene() {
    Scene made;
    made.world.random = Random(random_.next());
    set_far_sides(made.world);
    set_rules(made.world);
    if (chance(50)) {
      made.invite.source = "127.0.0.20:5060";
      made.invite.host = "127.0.0.1";
      made.invite.called = kHosted;
    }
    say_who(made);
    say_privacy(made);
    for (std::uint64_t i = random_.below(4); i > 0; --i) add_header(made);
    return made;
  }

 private:
  void set_far_sides(World& world) {
    world.config.trunks[0].targets = {target("sip:127.0.0.10", "127.0.0.10:5062")};
    world.carrier("south", {""}, {target("sip:127.0.0.21", "127.0.0.21:5060")});
    world.config.numbers.push_back(number(kHosted, "acme"));
    for (config::General* side : {&world.config.trunks[0].general, &world.config.carriers[0].general,
                                  &world.config.carriers[1].general}) {
      side->trust = chance(50) ? Trust::Trusted : Trust::Untrusted;
      side->identity = chance(50) ? config::IdentityStyle::Asserted : config::IdentityStyle::RemotePartyId;
      side->number_out = chance(50) ? numbering::NumberFormat::E164Plus : numbering::NumberFormat::UsDomestic;
    }
  }

  void set_rules(World& world) {
    config::CallerId& rules = world.config.trunks[0].termination->caller_id;
    rules.allowed = {pick<CallerIdAllowed>({CallerIdAllowed::Any, CallerIdAllowed::Owned})};
    rules.on_fail = pick<CallerIdFailure>({CallerIdFailure::Private, CallerIdFailure::Reject});
    config::DialledNumber owned = number(kCallers[0], "");
    owned.account = "account-acme";
    world.config.numbers.push_back(owned);
    world.config.trunks[0].origination.pass_headers = {"X-Note"};
  }

  std::string some_number(Scene& scene) {
    const std::string chosen = pick(kCallers);
    scene.secrets.push_back(chosen);
    return chosen;
  }

  void say_who(Scene& scene) {
    if (chance(40)) {
      scene.hides = true;
      scene.invite.calling = pick<std::string>({"anonymous", "Anonymous", "restricted"});
      scene.invite.from_host = "anonymous.invalid";
    } else {
      scene.invite.calling = chance(90) ? some_number(scene) : "alice";
    }
    if (chance(40)) {
      scene.invite = scene.invite.with("P-Asserted-Identity", "<sip:" + some_number(scene) + "@pbx.example>");
      if (chance(50))
        scene.invite = scene.invite.with("P-Asserted-Identity", "<tel:" + some_number(scene) + ">");
    }
    if (chance(30)) {
      const bool full = chance(50);
      scene.hides = scene.hides || full;
      scene.invite =
          scene.invite.with("Remote-Party-ID", "<sip:" + some_number(scene) + "@pbx.example>;party=calling" +
                                                   (full ? ";privacy=full" : ""));
    }
  }

  void say_privacy(Scene& scene) {
    if (chance(50)) return;
    std::string asked;
    for (std::uint64_t i = 1 + random_.below(3); i > 0; --i) {
      const auto value = pick<std::string>({"id", "user", "header", "session", "none", "ID"});
      asked += (asked.empty() ? "" : ";") + value;
      scene.hides = scene.hides || value == "id" || value == "ID" || value == "user";
    }
    scene.invite = scene.invite.with("Privacy", asked);
  }

  /// A number as people punctuate it, with or without its country.
  std::string punctuated(std::string e164) {
    if (chance(50)) return e164;
    std::string text =
        chance(50) ? e164.substr(0, 2) + " (" + e164.substr(2, 3) + ") " : "(" + e164.substr(2, 3) + ") ";
    return text + e164.substr(5, 3) + "-" + e164.substr(8);
  }

  void add_header(Scene& scene) {
    const std::string named = chance(60) && !scene.secrets.empty() ? pick(scene.secrets) : "+14155559999";
    const auto host = pick<std::string>({"pbx.example", "acme.sip.example", "node.example"});
    switch (random_.below(4)) {
      case 0:
        scene.invite = scene.invite.with("Diversion", "<sip:" + named + "@" + host + ">;reason=no-answer");
        break;
      case 1:
        scene.invite = scene.invite.with("Diversion", "\"" + punctuated(named) + "\" <sip:boss@pbx.example>");
        break;
      case 2:
        scene.invite = scene.invite.with("X-Note", "call " + punctuated(named) + " back");
        break;
      default:
        scene.invite = scene.invite.with("P-Preferred-Identity", "<sip:" + named + "@pbx.example>");
    }
  }

  template <class T>
  T pick(const std::vector<T>& from) {
    return from[random_.below(from.size())];
  }
  bool chance(std::uint64_t percent) { return random_.below(100) < percent; }

  Random random_;
};

std::string digits(const std::string& text) {
  std::string found;
  std::copy_if(text.begin(), text.end(), std::back_inserter(found),
               [](char c) { return c >= '0' && c <= '9'; });
  return found;
}

bool is_trusted(const World& world, const LegPolicy& policy) {
  if (!policy.peer_is_carrier) return world.config.trunks[0].general.trust == Trust::Trusted;
  const auto found = std::find_if(world.config.carriers.begin(), world.config.carriers.end(),
                                  [&](const auto& carrier) { return carrier.name == policy.peer; });
  return found != world.config.carriers.end() && found->general.trust == Trust::Trusted;
}

struct Tally {
  int hidden = 0, shown = 0, trusted = 0, asserted = 0, redirected = 0;
};

/// Every text of the INVITE that comes from the caller, one by one.
std::vector<std::string> texts(const PlannedTarget& target) {
  std::vector<std::string> all = {message::print(target.from)};
  for (const auto* headers : {&target.headers, &target.identity}) {
    for (const message::Header& header : *headers) all.push_back(header.name + ": " + header.value);
  }
  return all;
}

void judge_untrusted(const Scene& scene, const PlannedTarget& target, bool hidden, Tally& tally) {
  EXPECT_TRUE(target.identity.empty());
  for (const message::Header& header : target.headers) {
    EXPECT_NE(header.name, "P-Asserted-Identity");
    EXPECT_NE(header.name, "Remote-Party-ID");
  }
  ++(hidden ? tally.hidden : tally.shown);
  if (!hidden) return;
  EXPECT_EQ(message::print(target.from), "\"Anonymous\" <sip:anonymous@anonymous.invalid>");
  for (const std::string& text : texts(target)) {
    for (const std::string& secret : scene.secrets) {
      EXPECT_EQ(digits(text).find(secret.substr(secret.size() - 7)), std::string::npos)
          << text << " tells " << secret;
    }
  }
}

void judge(Scene& scene, const Decision& decision, Tally& tally) {
  const Admission* made = admission(decision);
  if (made == nullptr) return;
  const bool hidden = scene.hides || made->presented_cli.empty();
  EXPECT_TRUE(!scene.hides || made->presented_cli.empty()) << "the record shows what is hidden";
  for (std::size_t i = 0; i < made->plan.targets.size(); ++i) {
    const PlannedTarget& target = made->plan.targets[i];
    if (is_trusted(scene.world, target.policy)) {
      ++tally.trusted;
      tally.asserted += target.identity.empty() ? 0 : 1;
    } else {
      judge_untrusted(scene, target, hidden, tally);
    }
    const auto directory = build_directory(std::make_shared<const config::Config>(scene.world.config));
    const auto next = follow_redirect(*directory, *made, i, {"<sip:x@third.example>"}, scene.world.random);
    if (!next) continue;
    ++tally.redirected;
    judge_untrusted(scene, next->targets.at(0), hidden, tally);
  }
}

TEST(Property, AnUntrustedSideNeverSeesTheNumberOfAHiddenCaller_R070_R072) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 6000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Scene scene = Generator(seed).scene();
    const Decision decision = scene.world.decide(scene.invite);
    judge(scene, decision, tally);
    ASSERT_FALSE(HasFailure()) << explain(decision);
  }
  // The property would hold of a switch that tells nobody anything, or hides everybody.
  EXPECT_GT(tally.hidden, 1000);
  EXPECT_GT(tally.shown, 500);
  EXPECT_GT(tally.asserted, 500);
  EXPECT_GT(tally.redirected, 500);
}

}  // namespace
}  // namespace tandem::trunk::test
