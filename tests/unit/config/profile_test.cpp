// Vendor profiles: presets that single keys override, and the two providers.
#include "unit/config/loading.hpp"

namespace tandem::config {
namespace {

Loaded load_trunk(const std::string& keys) { return load_beside_group("trunks:\n- name: t\n" + keys); }

const std::string kTermination = "  termination: {domain: t.example, access: {any_of: [hq]}}\n";

TEST(Profile, TwilioPresets_R104_R126) {
  const auto loaded = load_trunk("  profile: twilio\n" + kTermination);
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  const auto& trunk = loaded.config->trunks[0];
  EXPECT_EQ(trunk.profile, Profile::Twilio);
  EXPECT_EQ(trunk.general.stop_codes, default_stop_codes());
  EXPECT_EQ(trunk.general.max_duration, std::chrono::hours(24));
  EXPECT_EQ(trunk.general.number_in, numbering::NumberFormat::E164Plus);
  EXPECT_EQ(trunk.termination->challenge.status, 407);
  EXPECT_EQ(trunk.origination.diversion, DiversionOut::Always);
  EXPECT_EQ(trunk.mark.line, 2);
}

TEST(Profile, SinchPresets_R050_R065_R067) {
  const auto loaded = load_trunk("  profile: sinch\n  termination: {access: {any_of: [hq]}}\n");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  const auto& trunk = loaded.config->trunks[0];
  EXPECT_EQ(trunk.identify, std::vector{IdentifyBy::DigestUser});
  EXPECT_EQ(trunk.termination->destination_from, DestinationFrom::To);
  EXPECT_EQ(trunk.termination->challenge.realm_rule, RealmRule::Host);
  EXPECT_EQ(trunk.termination->caller_id.on_fail, CallerIdFailure::Private);
  EXPECT_EQ(trunk.origination.diversion, DiversionOut::Never);
}

TEST(Profile, InfobipPresets_R037_R106) {
  const auto loaded = load_trunk("  profile: infobip\n  termination: {access: {any_of: [hq]}}\n");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  EXPECT_EQ(loaded.config->trunks[0].identify, std::vector{IdentifyBy::SourceIp});
  EXPECT_EQ(loaded.config->trunks[0].origination.policy, TargetPolicy::Failover);
}

TEST(Profile, MessageBirdPresets_R062_R072) {
  const auto loaded = load_trunk("  profile: messagebird\n" + kTermination);
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  const auto& general = loaded.config->trunks[0].general;
  EXPECT_EQ(general.number_in, numbering::NumberFormat::E164);
  EXPECT_EQ(general.trust, Trust::Trusted);
  EXPECT_TRUE(general.pai_in_ack);
}

TEST(Profile, SingleKeysOverrideWhereverTheProfileIsWritten) {
  const auto loaded = load_trunk(R"(  general: {pai_in_ack: false}
  termination: {domain: t.example, access: {any_of: [hq]}, caller_id: {on_fail: private}}
  profile: MessageBird
)");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  const auto& trunk = loaded.config->trunks[0];
  EXPECT_FALSE(trunk.general.pai_in_ack) << "written";
  EXPECT_EQ(trunk.general.trust, Trust::Trusted) << "preset";
  EXPECT_EQ(trunk.termination->caller_id.on_fail, CallerIdFailure::Private);
  EXPECT_EQ(trunk.termination->caller_id.sources,
            (std::vector{CallerIdSource::From, CallerIdSource::AssertedIdentity}));
}

TEST(Profile, PresetsAreNoTermination) {
  const auto loaded = load_trunk("  profile: twilio\n");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  EXPECT_FALSE(loaded.config->trunks[0].termination.has_value());
}

const std::string kFreshworks =
    "  profile: freshworks\n"
    "  freshworks: {account_sid: AC1, destination_hosts: [a.example, b.example], sources: "
    "[198.51.100.0/24]}\n";

TEST(Freshworks, IsKnownByItsSidAndItsSources_R039_R171) {
  const auto loaded = load_trunk("  international: block\n" + kFreshworks);
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  const auto& trunk = loaded.config->trunks[0];
  EXPECT_EQ(trunk.identify, std::vector{IdentifyBy::Header});
  EXPECT_EQ(trunk.termination->header->name, "X-Twilio-AccountSid");
  EXPECT_EQ(trunk.termination->header->value, "AC1");
  EXPECT_EQ(trunk.termination->international, International::Block);
  ASSERT_EQ(trunk.termination->access.size(), 1U);
  const auto& group = loaded.config->access_groups.back();
  EXPECT_EQ(group.name, trunk.termination->access[0]);
  EXPECT_EQ(group.ips.at(0).print(), "198.51.100.0/24");
  ASSERT_EQ(trunk.targets.size(), 2U);
  EXPECT_EQ(trunk.targets[1].uri.host, "b.example");
  EXPECT_FALSE(trunk.targets[1].is_numeric());
  EXPECT_EQ(trunk.general.codecs, (std::vector<std::string>{"PCMU", "PCMA"}));
}

std::string errors_of(const Loaded& loaded) {
  std::string out;
  for (const auto& finding : of(Severity::Error, loaded))
    out += std::to_string(finding.mark.line) + ":" + std::to_string(finding.mark.column) + " " +
           finding.message + "\n";
  return out;
}

TEST(Freshworks, OtherKeysAreRefusedUnlessOverridden_R174) {
  EXPECT_EQ(errors_of(load_trunk(kFreshworks + "  general: {codecs: [opus]}\n")),
            "5:3 'general' does not apply to a trunk with profile freshworks\n");
  const auto loaded = load_trunk(kFreshworks + "  general: {codecs: [opus]}\n  override: true\n");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  EXPECT_EQ(loaded.config->trunks[0].general.codecs, std::vector<std::string>{"opus"});
}

TEST(Freshworks, ItsSectionIsNeededAndBelongsToIt_R171) {
  EXPECT_EQ(errors_of(load_trunk("  profile: freshworks\n")), "3:3 profile freshworks needs 'freshworks'\n");
  EXPECT_EQ(errors_of(load_trunk("  profile: twilio\n  freshworks: {account_sid: x}\n")),
            "4:3 'freshworks' belongs to 'profile: freshworks'\n");
  EXPECT_EQ(errors_of(load_trunk("  profile: freshworks\n  freshworks: {account_sid: AC1, destination_hosts: "
                                 "[a.example], sources: [0.0.0.0/0]}\n")),
            "4:66 '0.0.0.0/0' without credentials lets half the Internet in: an open relay\n");
}

TEST(Genesys, TheRegionPicksEdgeAndHost_R040_R173) {
  const auto loaded = load_beside_group(R"(edges: [{name: frankfurt, aliases: [eu-central-1]}]
trunks:
- name: t
  profile: genesys_purecloud
  genesys: {region: eu-central-1, termination_identifier: Acme, termination_fqdn: BYOC.acme.example, sources: [198.51.100.0/24]}
)");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  const auto& trunk = loaded.config->trunks[0];
  EXPECT_EQ(trunk.location, "frankfurt");
  ASSERT_EQ(trunk.targets.size(), 1U);
  EXPECT_EQ(trunk.targets[0].uri.host, "acme.byoc.mypurecloud.de");
  EXPECT_EQ(trunk.identify, std::vector{IdentifyBy::Fqdn});
  EXPECT_EQ(trunk.termination->fqdns, std::vector<std::string>{"byoc.acme.example"});
}

TEST(Genesys, AHostNameAloneProvesNothing_R009) {
  EXPECT_EQ(
      errors_of(load_trunk("  profile: genesys_purecloud\n  genesys: {region: us-west-2, "
                           "termination_identifier: a, termination_fqdn: b.example}\n")),
      "4:3 missing key 'sources' in 'trunks[t].genesys': a host name alone proves nothing (an open relay)\n");
}

TEST(Genesys, ARegionWithoutAnEdgeIsWarnedAbout_R173) {
  const auto loaded = load_trunk(
      "  profile: genesys_purecloud\n  genesys: {region: us-west-2, termination_identifier: a, "
      "termination_fqdn: "
      "b.example, sources: [198.51.100.0/24]}\n");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  const auto warnings = of(Severity::Warning, loaded);
  ASSERT_EQ(warnings.size(), 1U) << print_all(loaded.findings);
  EXPECT_EQ(warnings[0].message, "no edge is named 'us-west-2'");
  EXPECT_EQ(loaded.config->trunks[0].location, "");
}

TEST(Profile, AWrongNameIsFound) {
  EXPECT_EQ(
      errors_of(load_trunk("  profile: twillio\n")),
      "3:12 expected one of none, sinch, infobip, messagebird, twilio, freshworks, genesys_purecloud, got "
      "'twillio'\n");
}

}  // namespace
}  // namespace tandem::config
