#include "tandemctl/tell.hpp"

#include <gtest/gtest.h>

namespace tandem::tandemctl {
namespace {

TEST(Tell, StatsAreAlignedLines) {
  const Told told = tell_answer("stats", R"({"ok":true,"calls":2,"ports_in_use":8,"draining":false})");
  EXPECT_EQ(told.status, 0);
  EXPECT_EQ(told.text, "calls         2\nports_in_use  8\ndraining      false\n");
}

TEST(Tell, CallsAreATable) {
  const Told told = tell_answer(
      "calls",
      R"({"ok":true,"calls":[{"id":"01J","stage":"connected","seconds":61,"trunk":"acme","carrier":"north","from":"+44","to":"+1212"}]})");
  EXPECT_EQ(told.text,
            "id   stage      seconds  trunk  carrier  from  to\n"
            "01J  connected  61       acme   north    +44   +1212\n");
  EXPECT_EQ(tell_answer("calls", R"({"ok":true,"calls":[]})").text, "no calls\n");
}

TEST(Tell, ATerminalIsSafeFromAPeersOctets) {
  const Told told = tell_answer("calls", R"({"ok":true,"calls":[{"id":"x","from":"\u001b[2J"}]})");
  EXPECT_EQ(told.text.find('\x1b'), std::string::npos);
}

TEST(Tell, AReloadSaysWhatChanged) {
  EXPECT_EQ(tell_answer("reload", R"({"ok":true,"changed":["trunk acme: changed"],"warnings":["w"]})").text,
            "w\ntrunk acme: changed\nreloaded\n");
  EXPECT_EQ(tell_answer("reload", R"({"ok":true,"changed":[],"warnings":[]})").text, "nothing has changed\nreloaded\n");
}

TEST(Tell, ARefusalIsStatusOneAndItsText) {
  const Told told = tell_answer("reload", R"({"ok":false,"error":"config_errors","text":"2 errors\nt.yaml:3:5: error"})");
  EXPECT_EQ(told.status, 1);
  EXPECT_EQ(told.text, "2 errors\nt.yaml:3:5: error\n");
}

TEST(Tell, GarbageOfADaemonIsAnErrorAndNoCrash) {
  for (const char* garbage : {"", "no json", "[]", "{}", "7", R"({"ok":"yes"})", R"({"ok":false})", R"({"ok":false,"text":7})"}) {
    EXPECT_EQ(tell_answer("stats", garbage).status, 1) << garbage;
    EXPECT_EQ(status_of(garbage), 1) << garbage;
  }
  EXPECT_EQ(tell_answer("calls", R"({"ok":true,"calls":[7,null]})").status, 0);
  EXPECT_EQ(tell_answer("calls", R"({"ok":true,"calls":7})").text, "the answer has no list of calls\n");
}

TEST(Tell, AReasonHasMeaningCureAndCauses) {
  const Told told = tell_reason("auth_wrong_password");
  EXPECT_EQ(told.status, 0);
  EXPECT_NE(told.text.find("SIP status 403"), std::string::npos) << told.text;
  EXPECT_NE(told.text.find("Q.850 cause 21"), std::string::npos) << told.text;
}

TEST(Tell, ANumberThatACarrierReadsOutNamesItsReasons) {
  const Told by_status = tell_reason("488");
  EXPECT_EQ(by_status.status, 0);
  EXPECT_NE(by_status.text.find("no_common_codec\n"), std::string::npos) << by_status.text;
  EXPECT_EQ(by_status.text.find("auth_wrong_password"), std::string::npos) << by_status.text;
  const Told by_cause = tell_reason("21");
  EXPECT_NE(by_cause.text.find("auth_wrong_password\n"), std::string::npos) << by_cause.text;
  EXPECT_NE(by_cause.text.find("Q.850 cause 21"), std::string::npos) << by_cause.text;
  EXPECT_EQ(tell_reason("126").status, 1);
}

TEST(Tell, AnUnknownReasonSuggestsTheNearest) {
  const Told told = tell_reason("auth_wrong_pasword");
  EXPECT_EQ(told.status, 1);
  EXPECT_NE(told.text.find("did you mean 'auth_wrong_password'?"), std::string::npos) << told.text;
}

}  // namespace
}  // namespace tandem::tandemctl
