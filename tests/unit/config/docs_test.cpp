// The committed pages are those that the table makes; TANDEM_UPDATE_DOCS=1 writes them anew.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "unit/config/loading.hpp"

namespace tandem::config {
namespace {

const std::string kFolder = TANDEM_SOURCE_DIR;

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void expect_committed(const std::string& path, const std::string& made) {
  if (std::getenv("TANDEM_UPDATE_DOCS") != nullptr) std::ofstream(path, std::ios::binary) << made;
  EXPECT_EQ(read(path), made) << "run: TANDEM_UPDATE_DOCS=1 build/tests/unit/config/unit_config --gtest_filter='Docs.*'";
}

TEST(Docs, ReferencePageIsCommitted) { expect_committed(kFolder + "/docs/configuration.md", reference_page()); }

TEST(Docs, JsonSchemaIsCommitted) { expect_committed(kFolder + "/docs/tandem.schema.json", json_schema()); }

TEST(Docs, TheReferencePageNamesEverySection) {
  const auto page = reference_page();
  for (const auto* word : {"## top level", "## trunk", "## carrier", "| `symmetric_rtp` |", "`4s`", "**required**", "*restart*"}) {
    EXPECT_NE(page.find(word), std::string::npos) << word;
  }
}

TEST(Docs, TheShippedFilesLoadWithoutAFinding) {
  const auto loaded = load(kFolder + "/config");
  EXPECT_TRUE(loaded.ok());
  EXPECT_TRUE(loaded.findings.empty()) << print_all(loaded.findings);
  ASSERT_EQ(loaded.config->trunks.size(), 1U);
  EXPECT_EQ(loaded.config->trunks[0].termination->domains, std::vector<std::string>{"acme.sip.example"});
  EXPECT_EQ(loaded.config->carriers.at(0).targets.at(0).address.print(), "127.0.0.20:5060");
  EXPECT_EQ(loaded.config->numbers.at(0).number, "+12025550123");
  EXPECT_EQ(loaded.config->access_groups.at(0).credentials.at(0).ha1.size(), 3U);
}

TEST(Docs, TheShippedFilesNameTheSchema) {
  for (const auto* file : {"/config/tandem.yaml", "/config/trunks/acme.yaml", "/config/carriers/north.yaml"}) {
    const auto text = read(kFolder + file);
    EXPECT_EQ(text.rfind("# yaml-language-server: $schema=../", 0), 0U) << file;
    EXPECT_NE(text.substr(0, text.find('\n')).find("docs/tandem.schema.json"), std::string::npos) << file;
  }
}

}  // namespace
}  // namespace tandem::config
