// Accounts, numbers (YAML and CSV), routes, groups, edges and the names that patterns make.
#include "unit/config/loading.hpp"

namespace tandem::config {
namespace {

std::string findings_of(Severity severity, const Loaded& loaded) {
  std::string out;
  for (const auto& finding : of(severity, loaded)) {
    out += (out.empty() ? "" : "\n") + finding.mark.file + ":" + std::to_string(finding.mark.line) + ":" +
           std::to_string(finding.mark.column) + " " + finding.message;
  }
  return out;
}
std::string errors_of(const std::string& text) {
  return findings_of(Severity::Error, load_beside_group(text));
}

const std::string kTrunks =
    "accounts: [{id: a}, {id: b}]\ntrunks: [{name: ta, account: a}, {name: tb, account: b}]\n";

TEST(Numbers, TakeTheAccountOfTheirTrunkOrRoute_R156) {
  const auto loaded = load_beside_group(kTrunks + R"(routes: [{name: r, account: b, entries: [{trunk: ta}]}]
numbers: [{number: "+12025550123", trunk: ta}, {number: "+12025550124", route: r}, {number: "+12025550125", account: a}, {number: "+12025550126"}]
)");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  std::string accounts;
  for (const auto& number : loaded.config->numbers) accounts += number.account + ",";
  EXPECT_EQ(accounts, "a,b,a,,");
}

TEST(Numbers, AreOfTheAccountOfTheirTrunk_R066) {
  EXPECT_EQ(errors_of(kTrunks + "numbers:\n- {number: \"+12025550123\", trunk: ta, account: b}\n"),
            "a.yaml:4:3 number '+12025550123' is of account 'b', its trunk 'ta' of account 'a'");
}

TEST(Numbers, GoToATrunkOrARoute_R156) {
  EXPECT_EQ(errors_of(kTrunks + "routes: [{name: r, entries: [{trunk: ta}]}]\nnumbers:\n- {number: "
                                "\"+12025550123\", trunk: ta, route: r}\n"),
            "a.yaml:5:39 a number goes to a trunk or to a route, not to both");
}

TEST(Numbers, StatesChargesAndDates_R158_R159) {
  EXPECT_EQ(errors_of("numbers: [{number: \"+12025550123\", monthly_charge: 1.x}]\n"),
            "a.yaml:1:52 '1.x' is no amount");
  EXPECT_EQ(errors_of("numbers: [{number: \"+12025550123\", state: gone}]\n"),
            "a.yaml:1:43 expected one of active, reserved, released, got 'gone'");
  EXPECT_EQ(errors_of("accounts: [{id: a}]\nverified_caller_ids: [{number: \"+12025550123\", account: a, "
                      "verified_at: 2026-02-30}]\n"),
            "a.yaml:2:73 '2026-02-30' is no date");
}

Loaded load_csv(const std::string& csv, const std::string& yaml = kTrunks + "number_files: [n.csv]\n") {
  return load_texts({{"etc/a.yaml", yaml}, {"etc/n.csv", csv}, {"node.yaml", kNode}});
}

TEST(NumberFile, IsReadLikeTheKeys_R158) {
  const auto loaded = load_csv(
      "\xEF\xBB\xBFnumber, trunk ,tags,cnam,state,monthly_charge\r\n"
      "+12025550123,ta,\"sales; support\",\"Acme, \"\"The\"\"\nCorp\",reserved,1.15\r\n"
      "\r\n"
      "+12025550124,,,,,\n");
  EXPECT_EQ(findings_of(Severity::Error, loaded), "etc/n.csv:2:34 a line break or tab in name")
      << "as in YAML";
  const auto fine = load_csv(
      "number,trunk,tags,cnam\n+1(202)555-0123,ta,sales; support,\"Acme, \"\"The\"\"\"\n+12025550124,,,");
  ASSERT_TRUE(fine.ok()) << print_all(fine.findings);
  const auto& numbers = fine.config->numbers;
  ASSERT_EQ(numbers.size(), 2U);
  EXPECT_EQ(numbers[0].number, "+12025550123");
  EXPECT_EQ(numbers[0].account, "a");
  EXPECT_EQ(numbers[0].tags, (std::vector<std::string>{"sales", "support"}));
  EXPECT_EQ(numbers[0].cnam, "Acme, \"The\"");
  EXPECT_EQ(numbers[0].mark.file, "etc/n.csv");
  EXPECT_EQ(numbers[0].mark.line, 2);
  EXPECT_EQ(numbers[1].trunk, "");
  EXPECT_EQ(fine.config->files, (std::vector<std::string>{"etc/a.yaml", "etc/n.csv", "node.yaml"}));
}

TEST(NumberFile, EveryMistakeIsAtItsCell_R158) {
  const auto loaded = load_csv(
      "number,trunc,trunk,number\n"
      "12025550123,,ta,\n"
      "+12025550124,,tx,\n"
      "+12025550125,ta\n"
      "+12025550124,,,\n"
      ",,ta,\n");
  EXPECT_EQ(findings_of(Severity::Error, loaded),
            "etc/n.csv:1:8 unknown column 'trunc'\n"
            "etc/n.csv:1:20 column 'number' is given twice\n"
            "etc/n.csv:2:1 '12025550123' is no E.164 number: it has no leading +\n"
            "etc/n.csv:3:15 no trunk is named 'tx'\n"
            "etc/n.csv:4:1 this row has 2 fields, the header has 4\n"
            "etc/n.csv:5:1 number '+12025550124' is defined twice\n"
            "etc/n.csv:6:1 a row without a number");
}

TEST(NumberFile, WhatIsNoCsvIsOneFinding) {
  EXPECT_EQ(findings_of(Severity::Error, load_csv("number\n\"+12025550123\n")),
            "etc/n.csv:2:1 this quote is never closed");
  EXPECT_EQ(findings_of(Severity::Error, load_csv("number,cnam\n+12025550123,a\"b\n")),
            "etc/n.csv:2:15 a quote inside a field that does not begin with one");
  EXPECT_EQ(findings_of(Severity::Error, load_csv("number,cnam\n+12025550123,\"a\"b\n")),
            "etc/n.csv:2:17 text after the closing quote of a field");
  EXPECT_EQ(findings_of(Severity::Error, load_csv("")), "etc/n.csv:1:1 an empty file");
  EXPECT_EQ(findings_of(Severity::Error, load_csv("trunk\nta\n")),
            "etc/n.csv:1:1 no column 'number' in the header of this file");
  EXPECT_EQ(findings_of(Severity::Error, load_csv("number\n\xFF\n")),
            "etc/n.csv:2:1 not text in UTF-8, or a control character");
}

TEST(NumberFile, ThatIsMissingOrNamedTwice) {
  EXPECT_EQ(findings_of(Severity::Error, load_csv("number\n", "number_files:\n- nothing.csv\n")),
            "etc/a.yaml:2:3 number file 'etc/nothing.csv' cannot be read");
  EXPECT_EQ(findings_of(Severity::Error, load_csv("number\n", "number_files: [n.csv, ./n.csv]\n")),
            "etc/a.yaml:1:23 number file 'etc/n.csv' is read already");
}

TEST(Route, HasAtMostTenEntriesOfOneKind_R116) {
  std::string entries = "{trunk: ta}";
  for (int i = 1; i < 10; ++i) entries += ", {trunk: ta}";
  EXPECT_EQ(errors_of(kTrunks + "routes: [{name: r, entries: [" + entries + "]}]\n"), "");
  EXPECT_EQ(errors_of(kTrunks + "routes: [{name: r, entries: [" + entries + ",\n {trunk: tb}]}]\n"),
            "a.yaml:4:2 more than 10 items in this list");
  EXPECT_EQ(errors_of(kTrunks + "routes:\n- {name: r, entries: [{trunk: ta, number: \"+12025550123\"}]}\n"),
            "a.yaml:4:35 an entry is a trunk or a number, not both");
  EXPECT_EQ(errors_of("routes:\n- {name: r, entries: [{}]}\n"),
            "a.yaml:2:23 an entry needs 'trunk' or 'number'");
  EXPECT_EQ(errors_of("routes:\n- {name: r, entries: []}\n"),
            "a.yaml:2:13 route 'r' has no entries: its calls would fail");
}

TEST(LimitGroup, ATrunkIsInOne_R080) {
  EXPECT_EQ(errors_of(kTrunks + "limit_groups:\n- {name: g, trunks: [ta, tb]}\n- {name: h, trunks: [tb]}\n"),
            "a.yaml:5:3 trunk 'tb' is in limit group 'g' already");
}

TEST(Account, ItsDefaultNumberIsItsOwn_R067) {
  EXPECT_EQ(errors_of("accounts:\n- {id: a, default_number: \"+12025550123\"}\n"),
            "a.yaml:2:3 'default_number' +12025550123 is not a number of account 'a'");
  EXPECT_EQ(
      errors_of("accounts:\n- {id: a, default_number: \"+12025550123\"}\nverified_caller_ids: [{number: "
                "\"+12025550123\", account: a}]\n"),
      "");
}

TEST(CallLimits, AreChecked_R079_R081) {
  EXPECT_EQ(errors_of("accounts: [{id: a, limits: {channels: 0}}]\n"),
            "a.yaml:1:39 0 is not from 1 to 1000000");
  EXPECT_EQ(errors_of("accounts: [{id: a, limits: {status: 500}}]\n"),
            "a.yaml:1:37 expected one of 403, 480, 486, 503, got 500");
  EXPECT_EQ(errors_of("accounts: [{id: a, limits: {burst: 5}}]\n"),
            "a.yaml:1:29 'burst' without 'cps' limits nothing");
}

std::string termination(const std::string& keys) {
  return "trunks:\n- name: t\n  termination:\n    domain: t.example\n    access: {any_of: [hq]}\n    " +
         keys + "\n";
}

TEST(CallerId, NeedsWhatItSays_R066_R067) {
  EXPECT_EQ(errors_of(termination("caller_id: {on_fail: substitute}")),
            "a.yaml:6:17 'on_fail: substitute' needs the number to show");
  EXPECT_EQ(errors_of(termination("caller_id: {allowed: [list]}")),
            "a.yaml:6:17 'allowed' says 'list', and there is no 'list' of numbers");
  EXPECT_EQ(errors_of(termination("caller_id: {sources: []}")),
            "a.yaml:6:17 'sources' is empty: no caller could have a number");
  EXPECT_EQ(errors_of(termination("caller_id: {allowed: [owend]}")),
            "a.yaml:6:27 expected one of owned, verified, list, any, got 'owend'");
}

TEST(StopCodes, AreStatusesAndClasses_R104) {
  EXPECT_EQ(errors_of("carriers: [{name: c, general: {stop_codes: [200, 7xx, 4x, 404]}}]\n"),
            "a.yaml:1:45 expected a final status from 300 to 699, or a class such as 6xx, got '200'\n"
            "a.yaml:1:50 expected a final status from 300 to 699, or a class such as 6xx, got '7xx'\n"
            "a.yaml:1:55 expected a final status from 300 to 699, or a class such as 6xx, got '4x'");
  const auto loaded =
      load_beside_group("carriers: [{name: c, general: {stop_codes: [6xx, 486, 404, 486]}}]\n");
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded.config->carriers[0].general.stop_codes, (StatusSet{{404, 486}, {6}}));
}

TEST(Codecs, AreNamedOnce_R133) {
  EXPECT_EQ(errors_of("carriers: [{name: c, general: {codecs: [pcma, PCMA]}}]\n"),
            "a.yaml:1:32 'codecs' names PCMA twice");
  const auto loaded = load_beside_group("carriers: [{name: c, general: {codecs: [PCMX]}}]\n");
  EXPECT_NE(print_all(loaded.findings).find("did you mean 'PCMU'?"), std::string::npos);
}

const std::string kPattern =
    "edges: [{name: dublin, aliases: [ie1]}]\ndomains: [{plain: \"{trunk}.pstn.example\", localized: "
    "\"{trunk}.pstn.{edge}.example\"}]\naccounts: [{id: a}, {id: b}]\ntrunks:\n";

std::string labelled(const std::string& name, const std::string& account, const std::string& domain) {
  return "- {name: " + name + ", account: " + account + ", termination: {" + domain +
         ", access: {any_of: [hq]}}}\n";
}

TEST(Label, IsADomainWithoutADotWhereThereArePatterns_R015_R018) {
  const auto loaded = load_beside_group(kPattern + labelled("t", "a", "domains: [acme, x.example]"));
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  EXPECT_EQ(loaded.config->trunks[0].termination->labels, std::vector<std::string>{"acme"});
  EXPECT_EQ(loaded.config->trunks[0].termination->domains, std::vector<std::string>{"x.example"});
}

TEST(Label, BelowAnotherBelongsToTheSameAccount_R016) {
  const auto below = [](const std::string& account) {
    return kPattern + labelled("t", "a", "label: acme") + labelled("u", account, "label: berlin.acme");
  };
  EXPECT_EQ(errors_of(below("a")), "");
  EXPECT_EQ(errors_of(below("b")),
            "a.yaml:6:46 domain 'berlin.acme' is below 'acme', the domain of trunk 't' of another account");
}

TEST(Label, NoTwoTrunksHaveOneName_R018_R019) {
  EXPECT_EQ(errors_of(kPattern + labelled("t", "a", "label: acme") + labelled("u", "b", "label: ACME")),
            "a.yaml:6:46 domain 'acme' is defined twice");
  EXPECT_EQ(errors_of(kPattern + labelled("t", "a", "label: acme") +
                      labelled("u", "a", "domain: acme.pstn.ie1.example")),
            "a.yaml:6:47 'acme.pstn.ie1.example' is a name of trunk 'u' and of trunk 't'");
}

TEST(Label, NeedsAPatternAndItsCharacters_R017) {
  EXPECT_EQ(errors_of("trunks:\n" +
                      std::string("- {name: t, termination: {label: acme, access: {any_of: [hq]}}}\n")),
            "a.yaml:2:34 label 'acme' becomes no host name: no pattern of 'domains' has {trunk}");
  EXPECT_EQ(errors_of("domains: [{plain: \"{trunk}.example\", naming: strict_alnum}]\ntrunks:\n- {name: t, "
                      "termination: {label: ac-me, access: {any_of: [hq]}}}\n"),
            "a.yaml:3:34 label 'ac-me' has other characters than 0-9 and a-z, which its pattern of domains "
            "demands");
}

TEST(Pattern, HasWhatItNeeds_R018) {
  EXPECT_EQ(errors_of("domains: [{naming: dns}]\n"), "a.yaml:1:11 a pattern needs 'plain' or 'localized'");
  EXPECT_EQ(errors_of("domains: [{plain: \"{trunk}.{edge}.example\"}]\n"),
            "a.yaml:1:12 'plain' is the name without an edge, and has {edge} in it");
  EXPECT_EQ(errors_of("domains: [{localized: \"{trunk}.example\"}]\n"),
            "a.yaml:1:12 'localized' has no {edge} in it");
  EXPECT_EQ(errors_of("domains: [{plain: \"{trnk}.example\"}]\n"),
            "a.yaml:1:19 '{trnk}.example' has a placeholder that is neither {trunk} nor {edge}");
  EXPECT_EQ(errors_of("domains: [{plain: \"{trunk}.{trunk}.example\"}]\n"),
            "a.yaml:1:19 '{trunk}.{trunk}.example' has a placeholder twice");
  EXPECT_EQ(
      errors_of("domains: [{plain: \"sip.example\", localized: \"{trunk}.{edge}.example\"}]\n"),
      "a.yaml:1:34 'plain' and 'localized' must both have {trunk}, or neither (a name that trunks share)");
}

TEST(Edge, NamesAndAliasesAreOneSetAndBecomeNames_R019_R024) {
  EXPECT_EQ(errors_of("edges: [{name: a, aliases: [b]}, {name: B}]\n"),
            "a.yaml:1:41 edge 'b' is defined twice");
  EXPECT_EQ(errors_of("edges: [{name: a}]\ncarriers: [{name: c, location: b}]\n"),
            "a.yaml:2:32 no edge is named 'b'");
  const auto loaded =
      load_beside_group("edges: [{name: A, aliases: [old]}]\ncarriers: [{name: c, location: OLD}]\n");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  EXPECT_EQ(loaded.config->carriers[0].location, "a");
}

TEST(Identify, NeedsWhatItIdentifiesBy_R039_R040) {
  const auto trunk = [](const std::string& by) {
    return "trunks:\n- name: t\n  identify: [" + by + "]\n  termination: {access: {any_of: [hq]}}\n";
  };
  EXPECT_EQ(errors_of(trunk("header")),
            "a.yaml:4:3 missing key 'header' in 'trunks[t].termination': the trunk is identified by it");
  EXPECT_EQ(errors_of(trunk("fqdn")),
            "a.yaml:4:3 missing key 'fqdn' in 'trunks[t].termination': the trunk is identified by it");
  EXPECT_EQ(errors_of(trunk("username")), "");
}

TEST(Alias, TwoSpellingsOfAKeyAreOneKey) {
  EXPECT_EQ(errors_of(termination("domains: [u.example]")),
            "a.yaml:6:5 'domain' and 'domains' are the same key");
}

TEST(Prefix, WithPriorityWeightAndCost_R083) {
  const auto loaded = load_beside_group(
      "carriers: [{name: c, prefixes: [\"1\", {prefix: \"44\", priority: 1, weight: 2, cost: 0.0125}]}]\n");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  const auto& prefixes = loaded.config->carriers[0].prefixes;
  EXPECT_EQ(prefixes[0], PrefixRoute("1"));
  EXPECT_EQ(prefixes[1].cost, 12'500U);
  EXPECT_EQ(prefixes[1].weight, 2);
  EXPECT_EQ(errors_of("carriers: [{name: c, prefixes: [{prefix: \"1\", cost: 0.0000001}]}]\n"),
            "a.yaml:1:53 '0.0000001' is no amount");
}

TEST(PrivateAddress, BehindAPublicListenerIsWarnedAbout_R011) {
  const std::string node =
      "listeners: [{name: pub, address: \"203.0.113.1:5060\"}]\nmedia: {address: 203.0.113.1}\n";
  const auto warnings = [&](const std::string& keys) {
    const auto loaded = load_text("a.yaml", node + "trunks:\n- {name: t, " + keys +
                                                "origination: {targets: [{uri: \"sip:10.0.0.1\"}]}}\n");
    EXPECT_TRUE(loaded.ok()) << print_all(loaded.findings);
    return findings_of(Severity::Warning, loaded);
  };
  EXPECT_NE(
      warnings("").find("a.yaml:4:3 trunk 't' has a private address (target 10.0.0.1:5060) while listener "
                        "'pub' is public"),
      std::string::npos);
  EXPECT_EQ(warnings("allow_private: true, ").find("private"), std::string::npos);
}

TEST(Bandwidth, HasUnits_R082) {
  const auto bits = [](const std::string& written) {
    const auto loaded =
        load_text("a.yaml",
                  "listeners: [{name: u, address: \"127.0.0.1:5060\"}]\nmedia: {address: 127.0.0.1, "
                  "bandwidth: " +
                      written + "}\n");
    return loaded.ok() ? loaded.config->media.bandwidth_bps.value_or(0) : 0;
  };
  EXPECT_EQ(bits("100Mbps"), 100'000'000U);
  EXPECT_EQ(bits("64 kbps"), 64'000U);
  EXPECT_EQ(bits("5000"), 5'000U);
  EXPECT_EQ(bits("5 MB"), 0U);
  EXPECT_EQ(bits("0"), 0U);
}

}  // namespace
}  // namespace tandem::config
