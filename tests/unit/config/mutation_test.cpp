// Thousands of broken configurations: a snapshot or an error, every finding at a place that exists, no fault.
#include <algorithm>
#include <random>

#include "tandem/config/show.hpp"
#include "unit/config/rich.hpp"

namespace tandem::config {
namespace {

constexpr int kMutations = 5000;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const auto end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    lines.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return lines;
}

class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_(seed) {}

  std::vector<Text> mutate(std::vector<Text> texts) {
    const auto count = below(4) == 0 ? 2 + below(3) : 1;
    for (std::size_t i = 0; i < count; ++i) change(texts[below(texts.size())].text);
    return texts;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  void change(std::string& text) {
    if (text.empty()) return;
    switch (below(6)) {
      case 0:
        text[below(text.size())] = static_cast<char>(random_() & 0xFFU);
        break;
      case 1:
        change_lines(text);
        break;
      case 2:
        text.erase(below(text.size()), 1 + below(40));
        break;
      case 3: {
        const auto from = below(text.size());
        text.insert(below(text.size()), text.substr(from, 1 + below(60)));
        break;
      }
      default:
        replace_value(text);
        break;
    }
  }

  void change_lines(std::string& text) {
    auto lines = lines_of(text);
    const auto one = below(lines.size());
    const auto other = below(lines.size());
    if (below(3) == 0) {
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(one));
    } else if (below(2) == 0) {
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(other), lines[one]);
    } else {
      std::swap(lines[one], lines[other]);
    }
    text.clear();
    for (const auto& line : lines) text += line;
  }

  /// A value from the dictionary where one stood, after ": " or ", ".
  void replace_value(std::string& text) {
    static const std::vector<std::string> kValues{"",
                                                  "null",
                                                  "~",
                                                  "true",
                                                  "no",
                                                  "0",
                                                  "-1",
                                                  "65536",
                                                  "99999999999999999999",
                                                  "0x10",
                                                  "1.5",
                                                  "[]",
                                                  "{}",
                                                  "[a, b]",
                                                  "{a: b}",
                                                  "\"\"",
                                                  "\"\\0\"",
                                                  "\"\\r\\n\"",
                                                  "\"\\x9f\"",
                                                  "'it''s'",
                                                  "&a b",
                                                  "*a",
                                                  "<<",
                                                  "!!str x",
                                                  "\"",
                                                  "'",
                                                  "\"+12025550123\"",
                                                  "\"+0\"",
                                                  "+1",
                                                  "acme",
                                                  "tw",
                                                  "hunt",
                                                  "eu1",
                                                  "*nowhere",
                                                  "4s",
                                                  "999999999h",
                                                  "6xx",
                                                  "sip:{number}@a.example;edge=x?X-A=%0d%0a",
                                                  "sips:b",
                                                  "sip:[::1]:0",
                                                  "sip:@",
                                                  "tel:+1",
                                                  "192.0.2.0/24",
                                                  "::/0",
                                                  "{trunk}.{edge}",
                                                  "twilio",
                                                  "freshworks",
                                                  "any",
                                                  "off",
                                                  "required",
                                                  "{mode: all}",
                                                  "list",
                                                  "\xC3\xA9",
                                                  "\xE2\x80\xA8",
                                                  "x: y: z",
                                                  "- -",
                                                  "|",
                                                  ">"};
    std::vector<std::size_t> places;
    for (const auto* mark : {": ", ", ", "- ", "["}) {
      const std::string_view sign(mark);
      for (auto at = text.find(sign); at != std::string::npos; at = text.find(sign, at + 1))
        places.push_back(at + sign.size());
    }
    if (places.empty()) return;
    const auto begin = places[below(places.size())];
    const auto end = std::min(text.find_first_of(",]}\n", begin), text.size());
    text.replace(begin, end - begin, kValues[below(kValues.size())]);
  }

  std::mt19937 random_;
};

/// What is wrong with a finding's place, or nothing.
std::string wrong_place(const Finding& finding, const std::vector<Text>& texts) {
  if (finding.mark.file.empty()) return {};  // "and so many more"
  const auto text = std::find_if(texts.begin(), texts.end(),
                                 [&](const Text& candidate) { return candidate.name == finding.mark.file; });
  if (text == texts.end()) return "no such file";
  if (finding.mark.line == 0) return {};  // the file as a whole
  const auto lines = lines_of(text->text);
  const auto count = std::max<std::size_t>(lines.size(), 1);
  if (finding.mark.line < 1 || static_cast<std::size_t>(finding.mark.line) > count) return "no such line";
  const auto length = lines.empty() ? 0 : lines[static_cast<std::size_t>(finding.mark.line) - 1].size();
  if (finding.mark.column < 1 || static_cast<std::size_t>(finding.mark.column) > length + 1)
    return "no such column";
  return {};
}

TEST(Mutated, ConfigurationsLoadOrSayWhereTheyAreWrong) {
  int loaded_count = 0;
  for (int i = 0; i < kMutations; ++i) {
    const auto texts = Mutator(static_cast<std::uint32_t>(i)).mutate(rich_texts());
    const auto loaded = load_texts(texts);
    const bool has_error = !of(Severity::Error, loaded).empty();
    ASSERT_NE(loaded.ok(), has_error) << "seed " << i;
    for (const auto& finding : loaded.findings) {
      ASSERT_EQ(wrong_place(finding, texts), "") << "seed " << i << "\n" << print(finding);
      ASSERT_FALSE(finding.message.empty()) << "seed " << i;
    }
    if (!loaded.ok()) continue;
    ++loaded_count;
    const auto shown = show(*loaded.config);
    const auto again = load_text("shown.yaml", shown);
    ASSERT_TRUE(again.ok()) << "seed " << i << "\n" << print_all(again.findings) << shown;
    const auto difference = diff(*loaded.config, *again.config);
    ASSERT_TRUE(difference.lines.empty()) << "seed " << i << " " << difference.lines.front() << "\n" << shown;
  }
  EXPECT_GT(loaded_count, kMutations / 25) << "mutations that break everything test little";
  EXPECT_LT(loaded_count, kMutations) << "mutations that break nothing test nothing";
}

}  // namespace
}  // namespace tandem::config
