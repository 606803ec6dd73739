// What show() prints is what load() reads.
#include "tandem/config/show.hpp"

#include "unit/config/rich.hpp"

namespace tandem::config {
namespace {

std::string join(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += line + "\n";
  return out;
}

TEST(Show, LoadsToTheSameConfiguration) {
  const auto loaded = load_texts(rich_texts());
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  const auto shown = show(*loaded.config);
  const auto again = load_text("shown.yaml", shown);
  ASSERT_TRUE(again.ok()) << print_all(again.findings) << shown;
  const auto difference = diff(*loaded.config, *again.config);
  EXPECT_EQ(join(difference.lines), "") << shown;
  EXPECT_EQ(show(*again.config), shown) << "printed a second time it is the same text";
}

TEST(Show, OfTheShippedFilesLoadsOnceTheHashesAreWritten) {
  const auto loaded = load(std::string(TANDEM_SOURCE_DIR) + "/config");
  ASSERT_TRUE(loaded.ok());
  auto shown = show(*loaded.config);
  const auto refused = load_text("shown.yaml", shown);
  EXPECT_FALSE(refused.ok());
  ASSERT_EQ(of(Severity::Error, refused).size(), 3U) << print_all(refused.findings);
  EXPECT_EQ(of(Severity::Error, refused)[0].message, "a hash that `config show` withheld");
  for (const auto& [algorithm, hash] : loaded.config->access_groups.at(0).credentials.at(0).ha1) {
    const auto at = shown.find("\"***\"", shown.find("ha1:"));
    ASSERT_NE(at, std::string::npos);
    shown.replace(at, 5, '"' + hash + '"');
  }
  const auto again = load_text("shown.yaml", shown);
  ASSERT_TRUE(again.ok()) << print_all(again.findings);
  EXPECT_EQ(join(diff(*loaded.config, *again.config).lines), "");
}

TEST(Show, WithholdsSecretsAndLoadRefusesTheStars) {
  const auto loaded = load_beside_node(R"(
access_groups: {g: {credentials: [{user: u, password: hunter2}]}}
carriers: [{name: c, auth: {user: u, password: hunter2}}]
)");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  const auto shown = show(*loaded.config);
  EXPECT_EQ(shown.find("hunter2"), std::string::npos);
  EXPECT_NE(shown.find("withheld: \"***\""), std::string::npos) << shown;
  const auto errors = of(Severity::Error, load_text("shown.yaml", shown));
  ASSERT_EQ(errors.size(), 2U) << print_all(errors);
  EXPECT_EQ(errors[0].message, "a secret that `config show` withheld");
}

TEST(Show, OfATrunkPrintsItsDefaultsAndWhatAProfileGives) {
  const auto loaded = load_texts(rich_texts());
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  const auto shown = show(*loaded.config, "tw");
  for (const auto* line : {"profile: twilio", "stop_codes: [400, 404, 405, 410, 416, 482, 484, 486, 6xx]",
                           "max_duration: 24h", "symmetric_rtp: false", "on_fail: private", "- name: tw",
                           "number: \"+12025550130\"", "hq:", "id: acme"}) {
    EXPECT_NE(shown.find(line), std::string::npos) << line << "\n" << shown;
  }
  EXPECT_EQ(shown.find("listeners:"), std::string::npos);
  EXPECT_EQ(shown.find("name: bare"), std::string::npos);
  const auto again = load_texts({{"shown.yaml", shown}, {"node.yaml", kNode}});
  ASSERT_FALSE(again.ok()) << "the account's default number is another trunk's";
  EXPECT_EQ(show(*loaded.config, "nobody"), "");
}

TEST(Show, OfATrunkLoadsBesideTheNode) {
  const auto loaded = load_texts(rich_texts());
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  for (const auto* name : {"bare", "gen"}) {
    const auto shown = show(*loaded.config, name);
    const auto again = load_texts({{"shown.yaml", shown}, {"node.yaml", kNode}});
    EXPECT_TRUE(again.ok()) << print_all(again.findings) << shown;
  }
}

}  // namespace
}  // namespace tandem::config
