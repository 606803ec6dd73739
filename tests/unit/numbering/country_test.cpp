#include "tandem/numbering/country.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace tandem::numbering {
namespace {

/// "US"; "" where the number is not assigned.
std::string country(const char* text) {
  const auto number = Number::parse_e164_plus(text);
  if (!number) return "no number";
  return std::string(country_of(*number).value_or(""));
}

bool is_domestic(const char* a, const char* b) {
  return same_country(*Number::parse_e164_plus(a), *Number::parse_e164_plus(b));
}

struct Row {
  const char* number;
  const char* country;
};

TEST(Country, InsideTheNorthAmericanPlanTheAreaCodeDecides_R078) {
  for (const Row& row : {Row{"+13125550000", "US"}, Row{"+16465550000", "US"}, Row{"+19835550000", "US"},
                         Row{"+17105550000", "US"}, Row{"+14165550000", "CA"}, Row{"+19425550000", "CA"},
                         Row{"+16005550000", "CA"}, Row{"+18095550000", "DO"}, Row{"+18295550000", "DO"},
                         Row{"+18495550000", "DO"}, Row{"+18765550000", "JM"}, Row{"+16585550000", "JM"},
                         Row{"+12425550000", "BS"}, Row{"+12465550000", "BB"}, Row{"+12645550000", "AI"},
                         Row{"+12685550000", "AG"}, Row{"+12845550000", "VG"}, Row{"+13455550000", "KY"},
                         Row{"+14415550000", "BM"}, Row{"+14735550000", "GD"}, Row{"+16495550000", "TC"},
                         Row{"+16645550000", "MS"}, Row{"+17215550000", "SX"}, Row{"+17585550000", "LC"},
                         Row{"+17675550000", "DM"}, Row{"+17845550000", "VC"}, Row{"+18685550000", "TT"},
                         Row{"+18695550000", "KN"}, Row{"+13405550000", "VI"}, Row{"+16715550000", "GU"},
                         Row{"+16705550000", "MP"}, Row{"+16845550000", "AS"}, Row{"+17875550000", "PR"},
                         Row{"+19395550000", "PR"}})
    EXPECT_EQ(country(row.number), row.country) << row.number;
}

TEST(Country, NumbersOfNoCountry_R078) {
  for (const char* number :
       {"+18005550000", "+18885550000", "+18335550000", "+15005550000", "+15885550000", "+17005550000",
        "+19005550000", "+80012345678", "+870773123456", "+88213300000", "+97912345678"})
    EXPECT_EQ(country(number), "001") << number;
}

TEST(Country, SharedCodesAreSplitByTheNationalDigits_R078) {
  for (const Row& row : {Row{"+442079460000", "GB"}, Row{"+447700900123", "GB"}, Row{"+447781100000", "GG"},
                         Row{"+441481700000", "GG"}, Row{"+447911100000", "GG"}, Row{"+447911200000", "GB"},
                         Row{"+441534700000", "JE"}, Row{"+447797700000", "JE"}, Row{"+447700300000", "JE"},
                         Row{"+441624600000", "IM"}, Row{"+447624400000", "IM"}, Row{"+77011234567", "KZ"},
                         Row{"+76001234567", "KZ"},  Row{"+74951234567", "RU"},  Row{"+4722123456", "NO"},
                         Row{"+4779021234", "SJ"},   Row{"+61891641234", "CX"},  Row{"+61891621234", "CC"},
                         Row{"+61891611234", "AU"},  Row{"+212528812345", "EH"}, Row{"+212528712345", "MA"},
                         Row{"+262269612345", "YT"}, Row{"+262639012345", "YT"}, Row{"+262262123456", "RE"},
                         Row{"+35818123456", "AX"},  Row{"+358912345678", "FI"}, Row{"+590690123456", "GP"},
                         Row{"+59994351234", "CW"},  Row{"+5997151234", "BQ"},   Row{"+390669812345", "VA"},
                         Row{"+390612345678", "IT"}})
    EXPECT_EQ(country(row.number), row.country) << row.number;
}

TEST(Country, CodesOfOneTwoAndThreeDigits_R078) {
  for (const Row& row : {Row{"+4930123456", "DE"}, Row{"+31201234567", "NL"}, Row{"+353112345678", "IE"},
                         Row{"+862112345678", "CN"}, Row{"+85221234567", "HK"}, Row{"+38344123456", "XK"},
                         Row{"+2471234", "SH"}, Row{"+2908123", "SH"}, Row{"+672312345", "NF"},
                         Row{"+672101234", "AQ"}, Row{"+998712345678", "UZ"}, Row{"+49", "DE"}})
    EXPECT_EQ(country(row.number), row.country) << row.number;
}

TEST(Country, WhatIsNotAssignedHasNone_R078) {
  for (const char* number : {"+12005550000", "+12115550000", "+19995550000", "+13115550000", "+1312", "+131",
                             "+13", "+210123456", "+28123456", "+83123456", "+999123456"}) {
    const std::string expected =
        std::string(number) == "+1312" ? "US" : "";  // four digits name an area already
    EXPECT_EQ(country(number), expected) << number;
  }
  EXPECT_EQ(country_of(Number()), std::nullopt);
}

/// Counts by country over every area code: a line lost from a table shows here.
TEST(Country, EveryAreaCodeIsCounted_R078) {
  std::map<std::string, int> counts;
  for (int area = 200; area < 1000; ++area)
    ++counts[country(("+1" + std::to_string(area) + "5550000").c_str())];
  EXPECT_EQ(counts["US"], 360);
  EXPECT_EQ(counts["CA"], 63);
  EXPECT_EQ(counts["001"], 25);
  EXPECT_EQ(counts["DO"], 3);
  EXPECT_EQ(counts["PR"], 2);
  EXPECT_EQ(counts["JM"], 2);
  EXPECT_EQ(counts.size(), 27u);  // 23 small ones, US, CA, 001; and "" for what is not assigned
}

TEST(Country, DomesticAndInternationalPairs_R078) {
  EXPECT_FALSE(is_domestic("+13125550000", "+14165550000"));
  EXPECT_TRUE(is_domestic("+13125550000", "+16465550000"));
  EXPECT_TRUE(is_domestic("+442079460000", "+441619460000"));
  EXPECT_FALSE(is_domestic("+442079460000", "+447781100000"));
  EXPECT_FALSE(is_domestic("+13125550000", "+442079460000"));
}

TEST(Country, TerritoriesOfTheUnitedStatesAreDomestic_R078) {
  EXPECT_TRUE(is_domestic("+13125550000", "+17875550000"));
  EXPECT_TRUE(is_domestic("+16715550000", "+16845550000"));
  EXPECT_FALSE(is_domestic("+17875550000", "+18095550000"));
}

TEST(Country, TollFreeIsAtHomeInAllOfThePlanAndNowhereElse_R078) {
  EXPECT_TRUE(is_domestic("+13125550000", "+18005550000"));
  EXPECT_TRUE(is_domestic("+18005550000", "+14165550000"));
  EXPECT_TRUE(is_domestic("+18005550000", "+18885550000"));
  EXPECT_FALSE(is_domestic("+442079460000", "+18005550000"));
  EXPECT_FALSE(is_domestic("+442079460000", "+80012345678"));
  EXPECT_FALSE(is_domestic("+80012345678", "+80012345678"));
  EXPECT_FALSE(is_domestic("+13125550000", "+870773123456"));
}

TEST(Country, UnassignedIsNobodysNeighbour_R078) {
  EXPECT_FALSE(is_domestic("+13125550000", "+19995550000"));
  EXPECT_FALSE(is_domestic("+19995550000", "+19995550000"));
  EXPECT_FALSE(is_domestic("+210123456", "+210123456"));
}

TEST(Country, NamesForMessages) {
  EXPECT_EQ(country_name("US"), "United States");
  EXPECT_EQ(country_name("CA"), "Canada");
  EXPECT_EQ(country_name("AX"), "Åland Islands");
  EXPECT_EQ(country_name("ZW"), "Zimbabwe");
  EXPECT_EQ(country_name("001"), "no country");
  EXPECT_EQ(country_name("QQ"), "QQ");
  EXPECT_EQ(country_name(""), "");
}

/// Each country that a number can have has a name.
TEST(Country, EachCountryHasAName) {
  for (int prefix = 20; prefix < 1000; ++prefix) {
    const std::string code = country(("+" + std::to_string(prefix) + "00000").c_str());
    if (code.empty()) continue;
    EXPECT_NE(country_name(code), code) << prefix;
  }
}

}  // namespace
}  // namespace tandem::numbering
