#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tandem/control/admin_socket.hpp"

namespace tandem::control {
namespace {

using Json = nlohmann::ordered_json;

switchboard::Stats numbered_stats() {
  switchboard::Stats stats;
  stats.calls = 1;
  stats.deadlines = 2;
  stats.draining = true;
  stats.sip.server_transactions = 3;
  stats.sip.client_transactions = 4;
  stats.sip.dialogs = 5;
  stats.media.ports_in_use = 6;
  stats.media.sessions = 7;
  stats.cdr.waiting = 8;
  return stats;
}

TEST(StatsJson, HoldsWhatTheLeakTestsAssert) {
  const Json json = Json::parse(stats_json(numbered_stats(), 42, 3600));
  EXPECT_EQ(json["ok"], true);
  EXPECT_EQ(json["calls"], 1);
  EXPECT_EQ(json["deadlines"], 2);
  EXPECT_EQ(json["draining"], true);
  EXPECT_EQ(json["server_transactions"], 3);
  EXPECT_EQ(json["client_transactions"], 4);
  EXPECT_EQ(json["dialogs"], 5);
  EXPECT_EQ(json["ports_in_use"], 6);
  EXPECT_EQ(json["media_sessions"], 7);
  EXPECT_EQ(json["cdr_waiting"], 8);
  EXPECT_EQ(json["fds"], 42);
  EXPECT_EQ(json["uptime_s"], 3600);
}

TEST(StatsJson, IsFlat) {
  const Json json = Json::parse(stats_json({}, 0, 0));
  for (const auto& [name, value] : json.items()) EXPECT_TRUE(value.is_primitive()) << name;
}

TEST(StatsJson, EveryCounterIsOnThePage) {
  std::ifstream page(TANDEM_DOCS "/running.md");
  std::set<std::string> documented;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("| `")) documented.insert(line.substr(3, line.find('`', 3) - 3));
  }
  const Json json = Json::parse(stats_json({}, 0, 0));
  std::vector<std::string> missing;
  for (const auto& [name, value] : json.items()) {
    if (name != "ok" && !documented.contains(name)) missing.push_back(name);
  }
  EXPECT_EQ(missing, std::vector<std::string>{});
}

TEST(CallsJson, IsOneObjectACall) {
  const Json json =
      Json::parse(calls_json({{"01JD", "connected", "acme", "north", "+4420", "+1212", 61}, {"01JE", "dialing", "", "", "", "", 0}}));
  ASSERT_EQ(json["calls"].size(), 2U);
  EXPECT_EQ(json["calls"][0]["id"], "01JD");
  EXPECT_EQ(json["calls"][0]["stage"], "connected");
  EXPECT_EQ(json["calls"][0]["seconds"], 61);
  EXPECT_EQ(json["calls"][0]["trunk"], "acme");
  EXPECT_EQ(json["calls"][0]["carrier"], "north");
  EXPECT_EQ(json["calls"][0]["from"], "+4420");
  EXPECT_EQ(json["calls"][0]["to"], "+1212");
}

TEST(CallsJson, WithoutCallsIsAnEmptyList) { EXPECT_EQ(calls_json({}), R"({"ok":true,"calls":[]})"); }

TEST(CallsJson, APeersOctetsStayInTheirString) {
  const std::string line = calls_json({{"01JD", "dialing", "acme", "north", "\xff\"\n", "x", 0}});
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_TRUE(Json::accept(line));
}

TEST(VerbAnswers, AreOneFlatObjectEach) {
  EXPECT_EQ(level_json(log::Level::Debug), R"({"ok":true,"level":"debug"})");
  EXPECT_EQ(reload_json({"trunk acme: changed"}, {}), R"({"ok":true,"changed":["trunk acme: changed"],"warnings":[]})");
  EXPECT_EQ(drain_json(std::chrono::milliseconds(1500)), R"({"ok":true,"draining":true,"timeout_s":2})");
}

TEST(ErrorJson, SaysCodeAndText) {
  EXPECT_EQ(error_json("bad_request", "no \"verb\""), R"({"ok":false,"error":"bad_request","text":"no \"verb\""})");
}

}  // namespace
}  // namespace tandem::control
