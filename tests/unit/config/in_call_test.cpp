// What may happen inside a call, from the file to the members of InCall.
#include "tandem/config/show.hpp"
#include "unit/config/loading.hpp"

namespace tandem::config {
namespace {

using namespace std::chrono_literals;

std::string trunk_with(const std::string& general) {
  return "trunks:\n- name: t\n  termination: {domain: t.example, access: {any_of: [hq]}}\n"
         "  origination: {targets: [{uri: \"sip:192.0.2.1\"}]}\n  general: {" +
         general + "}\n";
}

InCall in_call_of(const std::string& general) {
  const auto loaded = load_beside_group(trunk_with(general));
  EXPECT_TRUE(loaded.ok()) << print_all(loaded.findings);
  return loaded.ok() ? loaded.config->trunks.at(0).general.in_call : InCall{};
}

/// "line:column severity message" of the one finding.
std::string only_finding(const std::string& text) {
  const auto loaded = load_beside_group(text);
  if (loaded.findings.size() != 1) return "not one finding: " + print_all(loaded.findings);
  const auto& finding = loaded.findings[0];
  return std::to_string(finding.mark.line) + ":" + std::to_string(finding.mark.column) +
         (finding.severity == Severity::Error ? " error " : " warning ") + finding.message;
}

TEST(InCall, DefaultsAreThoseOfTheStructure_R130) {
  EXPECT_EQ(in_call_of("symmetric_rtp: true"), InCall{});
  EXPECT_EQ(in_call_of("session_timer: {}, transfer: {}"), InCall{});
}

TEST(InCall, EveryKeyReachesItsMember_R128_R129_R130) {
  InCall expected;
  expected.reliable = Support::Required;
  expected.early_media = EarlyMedia::Ringback;
  expected.session_timer = {Support::Off, 10min, 2min, RefreshedBy::Peer, RefreshMethod::Update};
  expected.transfer = {TransferMode::All, TransferCallerId::FromTransferor, 3s};
  expected.media_timeout = 90s;
  EXPECT_EQ(
      in_call_of("reliable: required, early_media: ringback, session_timer: {support: off, expires: 10m, "
                 "min: 2m, refreshed_by: peer, method: update}, transfer: {mode: all, caller_id: "
                 "from_transferor, guard: 3s}, media_timeout: 90s"),
      expected);
}

TEST(InCall, EveryWordIsKnown) {
  EXPECT_EQ(in_call_of("reliable: off").reliable, Support::Off);
  EXPECT_EQ(in_call_of("reliable: supported").reliable, Support::Supported);
  EXPECT_EQ(in_call_of("early_media: relay").early_media, EarlyMedia::Relay);
  EXPECT_EQ(in_call_of("early_media: ignore").early_media, EarlyMedia::Ignore);
  EXPECT_EQ(in_call_of("session_timer: {support: required}").session_timer.support, Support::Required);
  EXPECT_EQ(in_call_of("session_timer: {refreshed_by: auto}").session_timer.refreshed_by, RefreshedBy::Auto);
  EXPECT_EQ(in_call_of("session_timer: {refreshed_by: us}").session_timer.refreshed_by, RefreshedBy::Us);
  EXPECT_EQ(in_call_of("session_timer: {method: auto}").session_timer.method, RefreshMethod::Auto);
  EXPECT_EQ(in_call_of("session_timer: {method: invite}").session_timer.method, RefreshMethod::Invite);
  EXPECT_EQ(in_call_of("transfer: {mode: off}").transfer.mode, TransferMode::Off);
  EXPECT_EQ(in_call_of("transfer: {mode: sip_only}").transfer.mode, TransferMode::SipOnly);
  EXPECT_EQ(in_call_of("transfer: {caller_id: from_transferee}").transfer.caller_id,
            TransferCallerId::FromTransferee);
}

TEST(InCall, MistakesAreReportedAtTheirPlaces) {
  const std::pair<const char*, const char*> wrong[] = {
      {"reliable: always", "5:23 error expected one of off, supported, required, got 'always'"},
      {"early_media: no", "5:26 error expected one of relay, ignore, ringback, got 'no'"},
      {"session_timer: off", "5:28 error expected the keys of 'session_timer', got text"},
      {"session_timer: {expires: 1500ms}", "5:38 error expected whole seconds, got 1500ms"},
      {"session_timer: {min: 0s}", "5:34 error 0s is not from 1s to 24h"},
      {"session_timer: {expires: 25h}", "5:38 error 25h is not from 1s to 24h"},
      {"transfer: {mode: pstn}", "5:30 error expected one of off, sip_only, all, got 'pstn'"},
      {"transfer: {guard: 0s}", "5:31 error 0s is not from 100ms to 10m"},
      {"media_timeout: -1s", "5:28 error '-1s' is no duration"},
  };
  for (const auto& [general, expected] : wrong) EXPECT_EQ(only_finding(trunk_with(general)), expected);
}

TEST(InCall, ASessionIsNeverShorterThanItsLeast_RFC4028_5) {
  EXPECT_EQ(only_finding(trunk_with("session_timer: {expires: 60s}")),
            "5:29 error 'expires' is 1m, shorter than 'min', which is 90s");
  EXPECT_EQ(only_finding(trunk_with("session_timer: {min: 31m}")),
            "5:29 error 'expires' is 30m, shorter than 'min', which is 31m");
  EXPECT_EQ(only_finding(trunk_with("session_timer: {expires: 4s, min: 4s}")),
            "5:42 warning 'min' of 4s is less than 90s, the least of RFC 4028");
  EXPECT_EQ(in_call_of("session_timer: {expires: 90s}").session_timer.expires, 90s);
}

std::string carrier_with(const std::string& general) {
  return "carriers:\n- name: north\n  prefixes: [\"1\"]\n  sources: [192.0.2.9]\n  targets: [{uri: "
         "\"sip:192.0.2.9\"}]\n  general: " +
         general + "\n";
}

TEST(InCall, CarriersDoNotTransfer_R128) {
  const std::string refusal = " error 'transfer' in carrier 'north': carriers do not transfer calls";
  EXPECT_EQ(only_finding(carrier_with("{transfer: {mode: all}}")), "6:24" + refusal);
  EXPECT_EQ(only_finding(carrier_with("{transfer: {guard: 1s, mode: sip_only}}")), "6:35" + refusal);
  const auto loaded = load_beside_group(carrier_with("{reliable: required, media_timeout: 1m}"));
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  EXPECT_EQ(loaded.config->carriers.at(0).general.in_call.reliable, Support::Required);
  EXPECT_EQ(loaded.config->carriers.at(0).general.in_call.media_timeout, 1min);
}

/// The findings of a trunk with that media_timeout on a node with that silence_timeout.
std::vector<Finding> heard(const std::string& media_timeout, const std::string& silence_timeout) {
  const std::string node =
      "listeners: [{name: udp, transport: udp, address: \"127.0.0.1:5060\"}]\n"
      "media: {address: 127.0.0.1, silence_timeout: " +
      silence_timeout + "}\n";
  const auto loaded = load_texts({{"a.yaml", node + kGroup + trunk_with("media_timeout: " + media_timeout)}});
  EXPECT_TRUE(loaded.ok()) << print_all(loaded.findings);
  return loaded.findings;
}

TEST(InCall, AMediaTimeoutNeedsEarsForSilence_R130) {
  const auto deaf = heard("2m", "0s");
  ASSERT_EQ(deaf.size(), 1U) << print_all(deaf);
  EXPECT_EQ(deaf[0].message,
            "'media_timeout' of trunk 't' has no effect: 'media.silence_timeout' is 0s, so that silence is "
            "never noticed");
  EXPECT_EQ(deaf[0].cure, "write 'silence_timeout: 2m' under 'media', or less");
  EXPECT_EQ(deaf[0].severity, Severity::Warning);
  EXPECT_EQ(deaf[0].mark.line, 6);  // where the trunk begins
  const auto slow = heard("30s", "1m");
  ASSERT_EQ(slow.size(), 1U) << print_all(slow);
  EXPECT_EQ(
      slow[0].message,
      "'media_timeout' of trunk 't' is 30s, and silence is noticed after 1m only ('media.silence_timeout')");
  EXPECT_EQ(slow[0].cure, "write 'silence_timeout: 30s' under 'media', or less");
  EXPECT_TRUE(heard("1m", "1m").empty());
  EXPECT_TRUE(heard("0s", "0s").empty());
}

TEST(InCall, SessionTimersThatAreOffHaveNoSettings_R130) {
  for (const auto* key : {"expires: 1h", "min: 2m", "refreshed_by: us", "method: update"}) {
    const std::string name(key, std::string_view(key).find(':'));
    EXPECT_EQ(only_finding(trunk_with("session_timer: {support: off, " + std::string(key) + "}")),
              "5:43 warning '" + name + "' has no effect: there are no session timers with 'support: off'");
  }
  EXPECT_EQ(in_call_of("session_timer: {support: off}").session_timer.support, Support::Off);
}

TEST(InCall, IsShownAndComparedKeyByKey) {
  const auto plain = load_beside_group(trunk_with("symmetric_rtp: false"));
  const auto changed = load_beside_group(
      trunk_with("reliable: off, session_timer: {method: update}, transfer: {mode: all}, media_timeout: 2m"));
  ASSERT_TRUE(plain.ok() && changed.ok());
  EXPECT_EQ(diff(*plain.config, *changed.config).lines,
            std::vector<std::string>{"trunk t: changed general.reliable, general.session_timer.method, "
                                     "general.transfer.mode, general.media_timeout"});
  const auto shown = show(*changed.config, "t");
  for (const auto* line :
       {"reliable: \"off\"", "early_media: relay", "method: update", "expires: 30m", "min: 90s", "mode: all",
        "caller_id: from_transferee", "guard: 5s", "media_timeout: 2m"}) {
    EXPECT_NE(shown.find(line), std::string::npos) << line << "\n" << shown;
  }
}

TEST(HostName, IsNotDigitsAlone) {
  EXPECT_EQ(only_finding("trunks:\n- name: t\n  profile: freshworks\n  freshworks: {account_sid: AC1, "
                         "sources: [203.0.113.64/26], destination_hosts: [\"0\"]}\n"),
            "4:82 error '0' is no domain name: it is digits alone");
}

}  // namespace
}  // namespace tandem::config
