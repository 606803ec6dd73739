#include "tandemctl/inventory.hpp"

#include <gtest/gtest.h>

#include "tandemctl/columns.hpp"

namespace tandem::tandemctl {
namespace {

TEST(Inventory, Patterns_R158) {
  struct Row {
    const char* pattern;
    bool fits;
  };
  for (const Row& row : {Row{"+1415", true}, Row{"+415", false}, Row{"415", true}, Row{"0123", true},
                         Row{"+1415555????", true}, Row{"+1415555???", false}, Row{"1415*23", true},
                         Row{"+1415*24", false}, Row{"*0123", true}, Row{"*", true}, Row{"415*", false},
                         Row{"+14155550123", true}, Row{"+1*5*0*3", true}, Row{"?4155550123", true}})
    EXPECT_EQ(fits("+14155550123", row.pattern), row.fits) << row.pattern;
}

config::DialledNumber number(std::string text, std::string trunk) {
  config::DialledNumber made;
  made.number = std::move(text);
  made.trunk = std::move(trunk);
  return made;
}

TEST(Inventory, CsvQuotesWhatNeedsIt_R158) {
  config::DialledNumber row = number("+14155550123", "acme");
  row.cnam = "Smith, \"Jo\"";
  row.tags = {"hq", "fax"};
  row.state = config::NumberState::Reserved;
  EXPECT_EQ(print_numbers({&row}, Output::Csv),
            "number,account,trunk,route,state,cnam,tags,monthly_charge\r\n"
            "+14155550123,,acme,,reserved,\"Smith, \"\"Jo\"\"\",hq;fax,\r\n");
}

TEST(Inventory, EmptyColumnsAreLeftOut_R156) {
  const config::DialledNumber one = number("+14155550123", "acme");
  const config::DialledNumber other = number("+442079460000", "");
  EXPECT_EQ(print_numbers({&one, &other}, Output::Human),
            "number         trunk  state   country\n"
            "+14155550123   acme   active  US\n"
            "+442079460000         active  GB\n");
  EXPECT_EQ(print_numbers({}, Output::Human), "no numbers\n");
}

TEST(Inventory, ATrunkHasItsOwn_R156) {
  config::Config config;
  config.numbers = {number("+14155550123", "acme"), number("+14155550124", "bolt"),
                    number("+442079460000", "acme")};
  EXPECT_EQ(find_numbers(config, "", "acme").size(), 2u);
  EXPECT_EQ(find_numbers(config, "+1", "acme").size(), 1u);
  EXPECT_EQ(find_numbers(config, "", "").size(), 3u);
}

TEST(Columns, AlignByCharactersAndEndWithoutBlanks) {
  EXPECT_EQ(in_columns({{"Åland", "x"}, {"a", "yy", "z"}, {}}, "  "), "  Åland  x\n  a      yy  z\n\n");
}

}  // namespace
}  // namespace tandem::tandemctl
