#include "tandem/trunk/reason.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "tandem/message/auth.hpp"

namespace tandem::trunk::test {
namespace {

TEST(Reason, CodesLeadBackToTheirReason) {
  std::set<std::string_view> codes;
  for (const ReasonInfo& row : all_reasons()) {
    EXPECT_EQ(find_reason(row.code), row.reason) << row.code;
    EXPECT_EQ(info(row.reason).code, row.code);
    EXPECT_TRUE(codes.insert(row.code).second) << row.code;
  }
  EXPECT_EQ(all_reasons().size(), static_cast<std::size_t>(Reason::InternalError) + 1);
  EXPECT_FALSE(find_reason("cli_owned_by_nobody"));
  EXPECT_FALSE(find_reason(""));
}

TEST(Reason, StatusesAreFinalFailures) {
  for (const ReasonInfo& row : all_reasons()) {
    if (row.status == 0) continue;
    EXPECT_GE(row.status, 400) << row.code;
    EXPECT_LE(row.status, 699) << row.code;
  }
}

TEST(Reason, SentencesEndAsSentencesDo) {
  for (const ReasonInfo& row : all_reasons()) {
    EXPECT_TRUE(row.meaning.ends_with('.')) << row.code;
    EXPECT_TRUE(row.cure.ends_with('.')) << row.code;
    EXPECT_EQ(row.meaning.find('|'), std::string_view::npos) << row.code << " would break the page's table";
    EXPECT_EQ(row.cure.find('|'), std::string_view::npos) << row.code;
  }
}

TEST(Reason, HeaderIsThatOfRFC3326AndRFC6432) {
  EXPECT_EQ(reason_header(Reason::AuthWrongPassword), "Q.850;cause=21;text=\"auth_wrong_password\"");
  for (const ReasonInfo& row : all_reasons()) {
    const auto parsed = message::parse_reason(reason_header(row.reason));
    ASSERT_TRUE(parsed) << row.code;
    EXPECT_EQ(parsed->protocol, "Q.850");
    EXPECT_EQ(parsed->cause, row.q850);
    EXPECT_EQ(parsed->text, row.code);
  }
}

TEST(Reason, StatusesThatThePlanPromises) {
  EXPECT_EQ(info(Reason::UnknownDomain).status, 404);
  EXPECT_EQ(info(Reason::SourceNotListed).status, 403);
  EXPECT_EQ(info(Reason::AuthWrongPassword).status, 403);
  EXPECT_EQ(info(Reason::AuthUnknownUser).status, 403);
  EXPECT_EQ(info(Reason::AuthReplay).status, 407);
  EXPECT_EQ(info(Reason::AuthStale).status, 407);
  EXPECT_EQ(info(Reason::NumberInvalid).status, 400);
  EXPECT_EQ(info(Reason::NoRoute).status, 404);
  EXPECT_EQ(info(Reason::NoRoute).q850, 3);
  EXPECT_EQ(info(Reason::PortsExhausted).status, 503);
  EXPECT_EQ(info(Reason::Draining).status, 503);
}

TEST(Reason, CausesOfStatuses_RFC3398_8_2_6_1) {
  const std::pair<int, int> table[] = {
      {400, 41},  {401, 21}, {402, 21},  {403, 21},  {404, 1},   {405, 63},  {406, 79},  {407, 21},
      {408, 102}, {410, 22}, {413, 127}, {414, 127}, {415, 79},  {416, 127}, {420, 127}, {421, 127},
      {423, 127}, {480, 18}, {481, 41},  {482, 25},  {483, 25},  {484, 28},  {485, 1},   {486, 17},
      {500, 41},  {501, 79}, {502, 38},  {503, 41},  {504, 102}, {505, 127}, {513, 127}, {600, 17},
      {603, 21},  {604, 1},  {487, 16},  {488, 65},  {606, 65},  // left open there
      {200, 16},  {302, 31}, {499, 41},  {599, 41},  {699, 17},  // by class
  };
  for (const auto& [status, cause] : table) EXPECT_EQ(q850_for_status(status), cause) << status;
  for (int status = 300; status < 700; ++status) {
    EXPECT_GE(q850_for_status(status), 1) << status;
    EXPECT_LE(q850_for_status(status), 127) << status;
  }
}

// TANDEM_UPDATE_DOCS=1 writes the page anew.
TEST(Reason, ThePageInDocsIsThisTable) {
  const std::string path = std::string(TANDEM_SOURCE_DIR) + "/docs/reasons.md";
  if (std::getenv("TANDEM_UPDATE_DOCS") != nullptr) {
    std::ofstream(path, std::ios::binary) << reasons_page();
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path;
  std::ostringstream page;
  page << file.rdbuf();
  EXPECT_EQ(page.str(), reasons_page()) << "run unit_trunk with TANDEM_UPDATE_DOCS=1 and commit the page";
}

}  // namespace
}  // namespace tandem::trunk::test
