#include "tandem/numbering/number.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tandem::numbering {
namespace {

using enum NumberFormat;

/// What came out, as one comparable text: the number, or the error's clause.
std::string outcome(const Expected<Number, NumberError>& number) {
  return number ? number->e164() : std::string(to_string(number.error()));
}

const char* const kEmpty = "is empty";
const char* const kNoPlus = "has no leading +";
const char* const kNotDigits = "has something other than digits";
const char* const kTooShort = "has too few digits";
const char* const kTooLong = "has too many digits";
const char* const kLeadingZero = "begins with 0";
const char* const kNotNorthAmerican = "is not a North American number";

struct Row {
  const char* text;
  NumberFormat format;
  const char* expected;
};

void expect_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows)
    EXPECT_EQ(outcome(parse_number(row.text, row.format)), row.expected)
        << row.text << " as " << to_string(row.format);
}

TEST(Number, PlusIsAMust_R061) {
  expect_rows({
      {"+12128675309", E164Plus, "+12128675309"},
      {"12128675309", E164Plus, kNoPlus},
      {"0012128675309", E164Plus, kNoPlus},
      {"+1212abc", E164Plus, kNotDigits},
      {"+", E164Plus, kTooShort},
      {"", E164Plus, kEmpty},
      {"+1234567890123456", E164Plus, kTooLong},
      {"+123456789012345", E164Plus, "+123456789012345"},
      {"+1", E164Plus, kTooShort},
      {"+12", E164Plus, "+12"},
      {"+012128675309", E164Plus, kLeadingZero},
      {"+1212+867", E164Plus, kNotDigits},
      {"++12128675309", E164Plus, kNotDigits},
      {" +12128675309", E164Plus, kNoPlus},
      {"+1 212 867 5309", E164Plus, kNotDigits},
      {"+12345678901234567890x", E164Plus, kNotDigits},
      {"anonymous", E164Plus, kNoPlus},
  });
}

TEST(Number, PlusIsOptionalInE164_R062) {
  expect_rows({
      {"31123456789", E164, "+31123456789"},
      {"+31123456789", E164, "+31123456789"},
      {"0031123456789", E164, kLeadingZero},
      {"1234567890123456", E164, kTooLong},
      {"7", E164, kTooShort},
      {"", E164, kEmpty},
      {"+", E164, kTooShort},
      {"alice", E164, kNotDigits},
  });
  EXPECT_EQ(*parse_number("31123456789", E164), *parse_number("+31123456789", E164));
}

TEST(Number, NationalIsDigitsAndUsDomesticIsTen_R063) {
  expect_rows({
      {"13124441212", National, "+13124441212"},
      {"+13124441212", National, "+13124441212"},
      {"442071234567", National, "+442071234567"},
      {"03124441212", National, kLeadingZero},
      {"3124441212", UsDomestic, "+13124441212"},
      {"312-444-1212", UsDomestic, "+13124441212"},
      {"+13124441212", UsDomestic, "+13124441212"},
      {"13124441212", UsDomestic, kTooLong},
      {"4441212", UsDomestic, kTooShort},
      {"", UsDomestic, kEmpty},
      {"31244412x2", UsDomestic, kNotDigits},
      {"1124441212", UsDomestic, kNotNorthAmerican},
      {"0124441212", UsDomestic, kNotNorthAmerican},
      {"3120441212", UsDomestic, kNotNorthAmerican},
      {"+442071234567", UsDomestic, kNotNorthAmerican},
      {"+1911", UsDomestic, kNotNorthAmerican},
      {"442071234567890123", UsDomestic, kTooLong},
  });
}

TEST(Number, PrintsEachFormat_R063) {
  const Number us = *Number::parse_e164_plus("+13124441212");
  EXPECT_EQ(print(us, E164Plus), "+13124441212");
  EXPECT_EQ(print(us, E164), "13124441212");
  EXPECT_EQ(print(us, National), "13124441212");
  EXPECT_EQ(print(us, UsDomestic), "3124441212");
  const Number british = *Number::parse_e164_plus("+442071234567");
  EXPECT_EQ(print(british, E164Plus), "+442071234567");
  EXPECT_EQ(print(british, E164), "442071234567");
  EXPECT_EQ(print(british, UsDomestic), std::nullopt);
  EXPECT_EQ(print(*Number::parse_e164_plus("+1911"), UsDomestic), std::nullopt);
}

TEST(Number, WhatIsPrintedParsesToTheSame_R063) {
  for (const char* text : {"+13124441212", "+442071234567", "+12", "+390612345678", "+123456789012345"})
    for (NumberFormat format : {E164Plus, E164, National, UsDomestic}) {
      const Number number = *Number::parse_e164_plus(text);
      const auto printed = print(number, format);
      if (!printed) continue;
      EXPECT_EQ(outcome(parse_number(*printed, format)), text) << to_string(format);
    }
}

TEST(Number, SeparatorsAreDropped_R064) {
  expect_rows({
      {"+1-212-867-5309", E164Plus, "+12128675309"},
      {"+1.212.867.5309", E164Plus, "+12128675309"},
      {"+1(212)867-5309", E164Plus, "+12128675309"},
      {"+(-.)", E164Plus, kTooShort},
      {"(212)867-5309", E164, "+2128675309"},
      {"()", E164, kTooShort},
  });
}

TEST(Number, SubscriberWithContextAndPortability_R064) {
  struct SubscriberRow {
    const char* user;
    NumberFormat format;
    const char* expected;
  };
  const SubscriberRow rows[] = {
      {"+1-212-867-5309", E164Plus, "+12128675309"},
      {"2128675309;phone-context=+1", E164Plus, "+12128675309"},
      {"212-867-5309;phone-context=+1", E164Plus, "+12128675309"},
      {"8675309;phone-context=+1-212", E164Plus, "+12128675309"},
      {"8675309;PHONE-CONTEXT=+1-212", E164Plus, "+12128675309"},
      {"+12128675309;phone-context=+44", E164Plus, "+12128675309"},
      {"+12128675309;npdi;rn=+12125550000", E164Plus, "+12128675309"},
      {"+12128675309;rn=+12125550000;npdi;isub=12", E164Plus, "+12128675309"},
      {"2128675309;npdi;phone-context=+1;rn=+12125550000", E164Plus, "+12128675309"},
      {"2128675309;phone-context=acme.example", UsDomestic, "+12128675309"},
      {"2128675309;phone-context=acme.example", E164Plus, kNoPlus},
      {"2128675309;phone-context=", E164Plus, kNoPlus},
      {"911;phone-context=+1", E164Plus, kNotNorthAmerican},
      {"863-1234;phone-context=+1-914-555", E164Plus, kNotNorthAmerican},
      {"030123456;phone-context=+49", E164Plus, kLeadingZero},
      {"30123456;phone-context=+49", E164Plus, "+4930123456"},
      {"0612345678;phone-context=+39", E164Plus, "+390612345678"},
      {"2071234567;phone-context=+44", UsDomestic, kNotNorthAmerican},
      {"*31;phone-context=+1", E164Plus, kNotDigits},
      {"abc;phone-context=+1", E164Plus, kNotDigits},
      {";phone-context=+1", E164Plus, kEmpty},
      {"2128675309;phone-context=+x", E164Plus, kNotDigits},
      {"2128675309;phone-context=+0", E164Plus, kLeadingZero},
      {"2128675309;phone-context=+1234567890123456", E164Plus, kTooLong},
      {"", E164Plus, kEmpty},
  };
  for (const auto& row : rows)
    EXPECT_EQ(outcome(parse_subscriber(row.user, row.format)), row.expected) << row.user;
}

TEST(NumberFormat, NamesParseBack_R063) {
  for (NumberFormat format : {E164Plus, E164, National, UsDomestic})
    EXPECT_EQ(parse_number_format(to_string(format)), format);
  EXPECT_EQ(parse_number_format("e164plus"), std::nullopt);
  EXPECT_EQ(parse_number_format(""), std::nullopt);
  EXPECT_EQ(parse_number_format("NATIONAL"), std::nullopt);
}

TEST(Number, NothingParsedHasNoDigits) {
  EXPECT_EQ(Number().digits(), "");
  EXPECT_EQ(Number().e164(), "");
  EXPECT_EQ(print(Number(), UsDomestic), std::nullopt);
}

TEST(Number, ComparesByItsText) {
  EXPECT_EQ(*Number::parse_e164("1212"), *Number::parse_e164_plus("+1-212"));
  EXPECT_LT(*Number::parse_e164("1212"), *Number::parse_e164("1213"));
}

}  // namespace
}  // namespace tandem::numbering
