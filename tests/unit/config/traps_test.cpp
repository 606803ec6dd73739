// The traps of yaml-cpp, each closed, and the files that are no YAML.
#include "unit/config/loading.hpp"

namespace tandem::config {
namespace {

/// The only error, as "line:column message".
std::string only_error(const Loaded& loaded) {
  const auto errors = of(Severity::Error, loaded);
  if (errors.size() != 1) return "not one error:\n" + print_all(loaded.findings);
  return std::to_string(errors[0].mark.line) + ":" + std::to_string(errors[0].mark.column) + " " +
         errors[0].message;
}

TEST(Trap, DuplicateKeysAreErrorsAtAnyDepth) {
  EXPECT_EQ(only_error(load_beside_node(
                "carriers:\n- name: n\n  general:\n    ring_timeout: 3s\n    \"ring_timeout\": 4s\n")),
            "5:5 key 'ring_timeout' is given twice");
}

TEST(Trap, MergeKeysAreExpanded) {
  const auto loaded = load_beside_node(R"(
x-common: &common {general: {ring_timeout: 9s}, sources: [192.0.2.7], enabled: no}
carriers:
  - <<: *common
    name: a
    enabled: yes
  - name: b
    <<: [{prefixes: ["1"]}, *common]
)");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  const auto& carriers = loaded.config->carriers;
  ASSERT_EQ(carriers.size(), 2U);
  EXPECT_EQ(carriers[0].general.ring_timeout, std::chrono::seconds(9));
  EXPECT_TRUE(carriers[0].enabled) << "the map's own key wins over the merged one";
  EXPECT_FALSE(carriers[1].enabled);
  EXPECT_EQ(carriers[1].prefixes, std::vector<PrefixRoute>{"1"});
  EXPECT_EQ(carriers[1].sources.size(), 1U);
}

TEST(Trap, AMistakeInAMergedMapIsReportedOnceWhereItIsWritten) {
  EXPECT_EQ(only_error(load_beside_node(
                "x-c: &c {enabld: no}\ncarriers:\n- {<<: *c, name: a}\n- {<<: *c, name: b}\n")),
            "1:10 unknown key 'enabld'");
}

TEST(Trap, AMergeOfNoMapIsAnError) {
  EXPECT_EQ(only_error(load_beside_node("carriers:\n- {<<: common, name: a}\n")),
            "2:8 '<<' merges maps, this is text");
}

TEST(Trap, NoOctalAndNoSurpriseFlag) {
  EXPECT_EQ(only_error(load_beside_node("media_: 1\n")).substr(0, 4), "1:1 ");
  const auto loaded = load_beside_node("node: {name: yes}\nlimits: {max_calls: 10}\n");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  EXPECT_EQ(loaded.config->node_name, "yes");
  EXPECT_EQ(loaded.config->limits.max_calls, 10U);
}

TEST(Trap, AnUnclosedQuoteIsFoundWhereItOpens) {
  EXPECT_EQ(only_error(load_beside_node("node:\n  name: \"abc\nlimits: {}\n")),
            "2:9 this quote is never closed");
  EXPECT_EQ(only_error(load_beside_node("node:\n  name: 'it''s\nlimits: {}\n")),
            "2:9 this quote is never closed");
}

TEST(Trap, TagsAreRefused) {
  EXPECT_EQ(only_error(load_beside_node("limits: {max_calls: !!str 5}\n")).substr(0, 5), "1:21 ");
}

TEST(Trap, ASecondDocumentIsRefused) {
  EXPECT_EQ(only_error(load_beside_node("limits: {}\n---\ncdr: {path: x}\n")).substr(0, 31),
            "2:1 a second document in the fi");
}

TEST(Trap, KeysAreText) {
  EXPECT_EQ(only_error(load_beside_node("? [a]\n: 1\n")), "1:3 a key must be text, this is a list");
}

TEST(NotYaml, IsOneFindingAndTheOtherFilesAreChecked) {
  const auto loaded =
      load_texts({{"a.yaml", "trunks: [\n"}, {"b.yaml", "limits: {max_cals: 1}\n"}, {"c.yaml", "a: b: c\n"}});
  const auto errors = of(Severity::Error, loaded);
  ASSERT_EQ(errors.size(), 3U) << print_all(errors);
  EXPECT_EQ(errors[0].mark.file, "a.yaml");
  EXPECT_EQ(errors[0].message.substr(0, 16), "not valid YAML: ");
  EXPECT_EQ(errors[1].message, "unknown key 'max_cals'");
  EXPECT_EQ(errors[2].mark.file, "c.yaml");
  EXPECT_EQ(errors[2].mark.column, 5);
}

TEST(NotYaml, WhatItWouldHaveDefinedIsNotCalledMissing) {
  const auto loaded = load_texts(
      {{"a.yaml", "access_groups: {hq: [\n"},
       {"b.yaml", "trunks: [{name: t, termination: {domain: t.example, access: {any_of: [hq]}}}]\n"},
       {"node.yaml", kNode}});
  EXPECT_EQ(of(Severity::Error, loaded).size(), 1U) << print_all(loaded.findings);
}

TEST(NotYaml, TabsAreNamed) {
  const auto loaded = load_beside_node("limits:\n\t- x\n");
  ASSERT_EQ(of(Severity::Error, loaded).size(), 1U);
  EXPECT_NE(loaded.findings[0].cure.find("spaces"), std::string::npos) << print_all(loaded.findings);
}

TEST(NotYaml, OtherEncodingsAreRefusedAtTheFirstBadCharacter) {
  EXPECT_EQ(only_error(load_beside_node("node: {name: \"\xC3\xA9\xE9\"}\n")),
            "1:16 not text in UTF-8, or a control character");
  EXPECT_EQ(only_error(load_beside_node(std::string("a: 1\nb\0c", 8))),
            "2:2 not text in UTF-8, or a control character");
  EXPECT_EQ(only_error(load_beside_node("\xFF\xFE"
                                        "a")),
            "1:1 not text in UTF-8, or a control character");
}

TEST(NotYaml, AByteOrderMarkAndWindowsLineEndsDoNoHarm) {
  EXPECT_EQ(only_error(load_beside_node("\xEF\xBB\xBFlimits: {}\r\nlimts: {}\r\n")),
            "2:1 unknown key 'limts'");
}

TEST(Position, ColumnsCountCharacters) {
  EXPECT_EQ(only_error(load_beside_node("carriers: [{name: \"\xC3\xA9\xC3\xA9\xC3\xA9\", enabld: true}]\n")),
            "1:26 unknown key 'enabld'");
}

TEST(Printed, WithTheLineACaretAndTheCure) {
  const auto loaded = load_texts(
      {{"config/trunks/acme.yaml", "carriers:\n  - name: n\n    tagets: []\n"}, {"node.yaml", kNode}});
  const auto errors = of(Severity::Error, loaded);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(print(errors[0]),
            "config/trunks/acme.yaml:3:5: error: unknown key 'tagets'\n"
            "      tagets: []\n"
            "      ^\n"
            "  did you mean 'targets'?");
}

TEST(Printed, TheCaretStandsUnderItsCharacter) {
  Finding finding{Severity::Warning,
                  {"x", 1, 5},
                  "m",
                  "",
                  "\xC3\xA9\tab\xC3\xA9"
                  "c"};
  EXPECT_EQ(print(finding),
            "x:1:5: warning: m\n  \xC3\xA9\tab\xC3\xA9"
            "c\n   \t  ^");
}

TEST(Printed, WithoutAPlaceWhereThereIsNone) {
  EXPECT_EQ(print(Finding{Severity::Error, {}, "m", "c", ""}), "error: m\n  c");
  EXPECT_EQ(print(Finding{Severity::Advice, {"f", 0, 0}, "m", "", ""}), "f: advice: m");
}

}  // namespace
}  // namespace tandem::config
