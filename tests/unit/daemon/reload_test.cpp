#include "daemon/reload.hpp"

#include <gtest/gtest.h>

namespace tandem::daemon {
namespace {

config::Config node() {
  config::Config config;
  config::Listener listener;
  listener.name = "udp";
  listener.bind = *SocketAddress::parse("127.0.0.1:5060");
  config.listeners = {listener};
  return config;
}

config::Finding finding(config::Severity severity, const std::string& message) {
  return {severity, {"trunks/acme.yaml", 3, 5}, message, ""};
}

tandemctl::Checked found(const config::Config& config) { return {std::make_shared<const config::Config>(config), {}}; }

TEST(Reload, TakesAnotherLimitAndSaysSo) {
  config::Config after = node();
  after.limits.max_calls = 7;
  const auto reload = prepare_reload(node(), found(after));
  ASSERT_TRUE(reload) << reload.error().text;
  EXPECT_EQ(reload->config->limits.max_calls, 7U);
  ASSERT_EQ(reload->changes.size(), 1U);
  EXPECT_NE(reload->changes[0].find("max_calls"), std::string::npos) << reload->changes[0];
}

TEST(Reload, AnotherListenerNeedsARestartByItsName) {
  config::Config after = node();
  after.listeners.push_back(after.listeners[0]);
  after.listeners[1].name = "tcp-new";
  const auto reload = prepare_reload(node(), found(after));
  ASSERT_FALSE(reload);
  EXPECT_EQ(reload.error().code, "needs_restart");
  EXPECT_TRUE(reload.error().text.starts_with("needs a restart: ")) << reload.error().text;
  EXPECT_NE(reload.error().text.find("tcp-new"), std::string::npos) << reload.error().text;
}

TEST(Reload, ErrorsRefuseItAndAreAllNamed) {
  tandemctl::Checked bad;
  bad.findings = {finding(config::Severity::Error, "unknown key 'tagets'"), finding(config::Severity::Warning, "unused"),
                  finding(config::Severity::Error, "second error")};
  const auto reload = prepare_reload(node(), bad);
  ASSERT_FALSE(reload);
  EXPECT_EQ(reload.error().code, "config_errors");
  EXPECT_EQ(reload.error().text, "2 errors in the new configuration; the old one stays in use");
  ASSERT_EQ(reload.error().lines.size(), 2U);
  EXPECT_NE(reload.error().lines[0].find("trunks/acme.yaml:3:5"), std::string::npos) << reload.error().lines[0];
}

TEST(Reload, WarningsComeAlong) {
  tandemctl::Checked checked = found(node());
  checked.findings = {finding(config::Severity::Warning, "unused")};
  const auto reload = prepare_reload(node(), checked);
  ASSERT_TRUE(reload);
  EXPECT_EQ(reload->warnings.size(), 1U);
  EXPECT_TRUE(reload->changes.empty());
}

}  // namespace
}  // namespace tandem::daemon
