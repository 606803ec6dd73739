#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tandem/cdr/record.hpp"
#include "unit/cdr/sample_call.hpp"

namespace tandem::cdr {
namespace {

using Json = nlohmann::ordered_json;

/// The first column of the table under "## <title>" in docs/cdr.md: names in backquotes.
std::vector<std::string> documented(const std::string& title) {
  std::ifstream page(TANDEM_DOCS "/cdr.md");
  std::vector<std::string> names;
  bool inside = false;
  for (std::string text; std::getline(page, text);) {
    if (text.starts_with("## ")) inside = text == "## " + title;
    if (!inside || !text.starts_with("| `")) continue;
    names.push_back(text.substr(3, text.find('`', 3) - 3));
  }
  return names;
}

std::vector<std::string> names_in(const Json& line) {
  std::vector<std::string> names;
  for (const auto& [name, value] : line.items()) names.push_back(name);
  return names;
}

TEST(CdrPage, ListsTheFieldsOfACallInOrder) {
  EXPECT_EQ(documented("A call"), names_in(Json::parse(call_line(testing::answered_call(), "n"))));
}

TEST(CdrPage, ListsTheFieldsOfAnAttemptInOrder) {
  const call::Call call = testing::answered_call();
  EXPECT_EQ(documented("An attempt"), names_in(Json::parse(attempt_line(call, call.attempts[0], "n"))));
}

TEST(CdrPage, ListsTheMediaCounters) {
  const Json line = Json::parse(call_line(testing::answered_call(), "n"));
  EXPECT_EQ(documented("Media counters"), names_in(line["media"]["caller"]));
}

}  // namespace
}  // namespace tandem::cdr
