// Secrets come from where they are kept, and go nowhere.
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "unit/config/loading.hpp"

namespace tandem::config {
namespace {

namespace fs = std::filesystem;

class ASecret : public testing::Test {
 protected:
  void SetUp() override {
    auto pattern = (fs::temp_directory_path() / "tandem-secrets-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    ::unsetenv("TANDEM_TEST_SECRET");
    ::unsetenv("CREDENTIALS_DIRECTORY");
    fs::remove_all(folder_);
  }

  fs::path write(const std::string& name, const std::string& text, mode_t mode = 0600) {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    ::chmod(path.c_str(), mode);
    return path;
  }
  /// Loads a group whose one credential has this password; the file is beside the secrets.
  Loaded load_password(const std::string& password) {
    return load_texts({{(folder_ / "a.yaml").string(),
                        "access_groups:\n  hq:\n    credentials:\n      - user: pbx\n        password: " + password + "\n"},
                       {"node.yaml", kNode}});
  }
  static std::string password_of(const Loaded& loaded) {
    if (!loaded.ok()) return "not loaded: " + print_all(loaded.findings);
    return loaded.config->access_groups.at(0).credentials.at(0).password.reveal();
  }
  static std::string error_of(const Loaded& loaded) {
    const auto errors = of(Severity::Error, loaded);
    if (errors.size() != 1) return "not one error: " + print_all(loaded.findings);
    EXPECT_EQ(errors[0].mark.line, 5);
    return errors[0].message;
  }

  fs::path folder_;
};

TEST_F(ASecret, FromAFileBesideTheOneThatNamesIt) {
  write("pbx", "hunter2\n");
  EXPECT_EQ(password_of(load_password("{file: pbx}")), "hunter2");
  EXPECT_EQ(password_of(load_password("{file: \"" + (folder_ / "pbx").string() + "\"}")), "hunter2");
}

TEST_F(ASecret, KeepsItsSpacesAndLosesOneLineEnd) {
  write("pbx", " a b \r\n");
  EXPECT_EQ(password_of(load_password("{file: pbx}")), " a b ");
}

TEST_F(ASecret, FromAFileThatEveryoneReadsIsRefused) {
  write("pbx", "hunter2\n", 0604);
  const auto loaded = load_password("{file: pbx}");
  EXPECT_NE(error_of(loaded).find("every user of this machine can read it"), std::string::npos);
  EXPECT_EQ(print_all(loaded.findings).find("hunter2"), std::string::npos);
}

TEST_F(ASecret, FromWhatIsNoFileIsRefused) {
  EXPECT_NE(error_of(load_password("{file: nowhere}")).find("No such file"), std::string::npos);
  EXPECT_NE(error_of(load_password("{file: .}")).find("not a regular file"), std::string::npos);
  ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  EXPECT_NE(error_of(load_password("{file: fifo}")).find("not a regular file"), std::string::npos) << "and it does not hang";
  write("empty", "\n");
  EXPECT_NE(error_of(load_password("{file: empty}")).find("empty"), std::string::npos);
  write("two", "a\nb\n");
  EXPECT_NE(error_of(load_password("{file: two}")).find("more than one line"), std::string::npos);
  write("long", std::string(4097, 'x'));
  EXPECT_NE(error_of(load_password("{file: long}")).find("longer than 4096 octets"), std::string::npos);
}

TEST_F(ASecret, FromTheEnvironment) {
  EXPECT_NE(error_of(load_password("{env: TANDEM_TEST_SECRET}")).find("it is not set"), std::string::npos);
  ::setenv("TANDEM_TEST_SECRET", "hunter2", 1);
  EXPECT_EQ(password_of(load_password("{env: TANDEM_TEST_SECRET}")), "hunter2");
}

TEST_F(ASecret, FromASystemdCredential) {
  EXPECT_NE(error_of(load_password("{credential: pbx}")).find("CREDENTIALS_DIRECTORY is not set"), std::string::npos);
  ::setenv("CREDENTIALS_DIRECTORY", folder_.c_str(), 1);
  write("pbx", "hunter2", 0400);
  EXPECT_EQ(password_of(load_password("{credential: pbx}")), "hunter2");
  EXPECT_NE(error_of(load_password("{credential: ../pbx}")).find("no name of a systemd credential"), std::string::npos);
}

TEST_F(ASecret, FromOnePlaceOnly) {
  EXPECT_NE(error_of(load_password("{file: a, env: B}")).find("a secret comes from one place, here are 2"), std::string::npos);
  EXPECT_NE(error_of(load_password("{fiel: a}")).find("unknown key 'fiel'"), std::string::npos);
  EXPECT_NE(error_of(load_password("[a]")).find("expected a secret, got a list"), std::string::npos);
}

TEST_F(ASecret, InClearTextIsAdvisedAgainst) {
  const auto loaded = load_password("hunter2");
  EXPECT_EQ(password_of(loaded), "hunter2");
  const auto advice = of(Severity::Advice, loaded);
  ASSERT_EQ(advice.size(), 1U);
  EXPECT_EQ(advice[0].message, "a password in clear text");
  EXPECT_EQ(advice[0].mark.column, 19);
}

TEST_F(ASecret, PrintsAsStars) {
  std::ostringstream out;
  out << Secret("hunter2");
  EXPECT_EQ(out.str(), "***");
}

/// Every way to write a secret on a line that has a mistake as well, or that is no YAML at all.
TEST_F(ASecret, IsInNoFindingAndInNoExcerpt) {
  const std::string texts[] = {
      "access_groups: {hq: {credentials: [{user: u, password: hunter2, pasword: x}]}}\n",
      "access_groups: {hq: {credentials: [{user: u, 'password': 'a, hunter2', zzzz: x}]}}\n",
      "access_groups: {hq: {credentials: [{user: u, password: \"a\\\" hunter2\", zzzz: x}]}}\n",
      "access_groups: {hq: {credentials: [{zzzz: 1, password : hunter2}]}}\n",
      "access_groups:\n  hq:\n    credentials:\n      - password: hunter2: x\n",
      "access_groups:\n  hq:\n    credentials:\n      - user: u\n        password: |\n          hunter2\n\t  hunter2\n",
      "access_groups:\n  hq:\n    credentials:\n      - user: u\n        password: \"x\n          hunter2\": hunter2\n",
      "access_groups: {hq: {credentials: [{user: u, ha1: {MD5: hunter2, SHA-256: hunter2, SHA-9: hunter2 hunter2}}]}}\n",
      "access_groups:\n  hq:\n    credentials:\n      - user: u\n        ha1:\n          MD5: hunter2\n",
      "carriers: [{name: n, auth: {user: u, password: [hunter2]}}]\n",
      "carriers: [{name: n, auth: {user: u, password: !tag hunter2}}]\n",
  };
  for (const auto& text : texts) {
    const auto loaded = load_beside_node(text);
    EXPECT_FALSE(loaded.findings.empty());
    EXPECT_EQ(print_all(loaded.findings).find("hunter2"), std::string::npos) << print_all(loaded.findings);
  }
}

TEST(Hash, IsCheckedByAlgorithm) {
  const std::string md5(32, 'A');
  const std::string sha(64, 'b');
  const auto with = [](const std::string& hashes) {
    return load_beside_node("access_groups: {hq: {credentials: [{user: u, ha1: " + hashes + "}]}}\n");
  };
  const auto loaded = with("{md5: \"" + md5 + "\", SHA-512-256: \"" + sha + "\"}");
  ASSERT_TRUE(loaded.ok()) << print_all(loaded.findings);
  const auto& hashes = loaded.config->access_groups[0].credentials[0].ha1;
  EXPECT_EQ(hashes.at(DigestAlgorithm::Md5), std::string(32, 'a')) << "lower case inside";
  EXPECT_EQ(hashes.at(DigestAlgorithm::Sha512_256), sha);
  const std::pair<std::string, std::string> wrong[] = {
      {"{SHA-256: \"" + md5 + "\"}", "has 64 hexadecimal digits, this has 32 characters"},
      {"{MD5: \"" + std::string(32, 'g') + "\"}", "not all of them such digits"},
      {"{MD6: \"" + md5 + "\"}", "unknown digest algorithm 'MD6'"},
      {"{MD5: \"" + md5 + "\", md5: \"" + md5 + "\"}", "a second hash for MD5"},
      {"{}", "'ha1' has no hash in it"},
      {"[1]", "expected hashes by algorithm, got a list"},
  };
  for (const auto& [hashes_written, message] : wrong) {
    const auto errors = of(Severity::Error, with(hashes_written));
    ASSERT_EQ(errors.size(), 1U) << hashes_written << print_all(errors);
    EXPECT_NE(errors[0].message.find(message), std::string::npos) << errors[0].message;
  }
}

TEST(Credential, HasAPasswordOrHashesNotBoth) {
  const auto neither = of(Severity::Error, load_beside_node("access_groups: {hq: {credentials: [{user: u}]}}\n"));
  ASSERT_EQ(neither.size(), 1U);
  EXPECT_EQ(neither[0].message, "missing key 'password' or 'ha1' in 'access_groups.hq.credentials[0]'");
  const auto both = of(Severity::Error, load_beside_node("access_groups: {hq: {credentials: [{user: u, password: x, ha1: {MD5: \"" +
                                                         std::string(32, 'a') + "\"}}]}}\n"));
  ASSERT_EQ(both.size(), 1U);
  EXPECT_EQ(both[0].message, "'password' and 'ha1' are both given");
}

}  // namespace
}  // namespace tandem::config
