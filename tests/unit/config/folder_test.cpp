// Which files of a folder are read, and how they are joined.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "unit/config/loading.hpp"

namespace tandem::config {
namespace {

namespace fs = std::filesystem;

class AFolder : public testing::Test {
 protected:
  void SetUp() override {
    auto pattern = (fs::temp_directory_path() / "tandem-config-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  Loaded load_it() const { return load(folder_.string()); }

  fs::path folder_;
};

TEST_F(AFolder, IsReadMainFileFirstThenByNameAndJoined) {
  write("tandem.yaml", kNode + "carriers: [{name: main}]\n");
  write("trunks/b.yaml", "carriers: [{name: b}]\naccess_groups: {b: {ips: [192.0.2.2]}}\n");
  write("trunks/a.yaml", "carriers: [{name: a}]\naccess_groups: {a: {ips: [192.0.2.1]}}\n");
  write("more/deep/c.yaml", "carriers: [{name: c}]\n");
  write("empty.yaml", "# nothing\n");
  write(".hidden.yaml", "nonsense: 1\n");
  write(".git/x.yaml", "nonsense: 1\n");
  write("trunks/a.yaml~", "nonsense: 1\n");
  const auto loaded = load_it();
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  std::string names;
  for (const auto& carrier : loaded.config->carriers) names += carrier.name + " ";
  EXPECT_EQ(names, "main c a b ");
  EXPECT_EQ(loaded.config->access_groups.size(), 2U);
  EXPECT_EQ(loaded.config->files.size(), 5U);
  EXPECT_EQ(loaded.config->files.front(), (folder_ / "tandem.yaml").string());
}

TEST_F(AFolder, HasTheNodesOwnKeysInOneFileOnly) {
  write("tandem.yaml", kNode + "limits: {max_calls: 3}\n");
  write("z.yaml", "\nlimits: {max_calls: 4}\n");
  const auto errors = of(Severity::Error, load_it());
  ASSERT_EQ(errors.size(), 1U) << print_all(errors);
  EXPECT_EQ(errors[0].mark.file, (folder_ / "z.yaml").string());
  EXPECT_EQ(errors[0].mark.line, 2);
  EXPECT_EQ(errors[0].message, "key 'limits' is given twice");
  EXPECT_NE(errors[0].cure.find("tandem.yaml:4:1"), std::string::npos) << errors[0].cure;
}

TEST_F(AFolder, SaysWhenAFileHasTheOtherEnding) {
  write("tandem.yaml", kNode);
  write("acme.yml", "trunks: []\n");
  const auto loaded = load_it();
  EXPECT_TRUE(loaded.ok());
  const auto warnings = of(Severity::Warning, loaded);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].mark.file, (folder_ / "acme.yml").string());
}

TEST_F(AFolder, FindingsAreInOrderOfFilesAndLines) {
  write("tandem.yaml", kNode + "zzzz: 1\n");
  write("b.yaml", "zzzz: 1\nyyyy: 1\n");
  write("a.yaml", "limits: {xxxxx: 1, wwwww: 1}\n");
  std::string order;
  for (const auto& finding : load_it().findings) {
    order += fs::path(finding.mark.file).filename().string() + ":" + std::to_string(finding.mark.line) + ":" +
             std::to_string(finding.mark.column) + " ";
  }
  EXPECT_EQ(order, "a.yaml:1:10 a.yaml:1:20 b.yaml:1:1 b.yaml:2:1 tandem.yaml:4:1 ");
}

TEST_F(AFolder, ThatIsEmptyOrMissingIsAnError) {
  EXPECT_EQ(of(Severity::Error, load_it()).size(), 1U);
  const auto missing = load((folder_ / "nothing").string());
  EXPECT_FALSE(missing.ok());
  ASSERT_EQ(missing.findings.size(), 1U);
  EXPECT_NE(print(missing.findings[0]).find("cannot be read"), std::string::npos);
}

TEST_F(AFolder, OneFileAloneCanBeTheWhole) {
  write("one.yaml", kNode);
  EXPECT_TRUE(load((folder_ / "one.yaml").string()).ok());
}

TEST_F(AFolder, FindingsOfOtherRoomsGetTheirLines) {
  write("tandem.yaml", kNode + "carriers: [{name: c, auth: {user: u, password: hunter2}}]\n");
  std::vector<Finding> findings{{Severity::Warning, {(folder_ / "tandem.yaml").string(), 4, 13}, "later", "", ""},
                                {Severity::Error, {(folder_ / "gone.yaml").string(), 1, 1}, "earlier", "", ""}};
  add_excerpts(findings);
  EXPECT_EQ(findings[0].message, "earlier");
  EXPECT_EQ(findings[0].excerpt, "");
  EXPECT_EQ(findings[1].excerpt, "carriers: [{name: c, auth: {user: u, password: *******}}]");
}

}  // namespace
}  // namespace tandem::config
