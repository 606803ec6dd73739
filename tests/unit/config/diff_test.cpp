// What a reload changes, in words.
#include "unit/config/loading.hpp"

namespace tandem::config {
namespace {

std::shared_ptr<const Config> configuration(const std::string& text) {
  const auto loaded = load_text("a.yaml", text);
  EXPECT_TRUE(loaded.ok()) << print_all(loaded.findings);
  return loaded.config;
}

const std::string kBase = kNode + kGroup + R"(
limits: {max_calls: 10}
carriers:
- {name: north, prefixes: ["1"], sources: [192.0.2.7], targets: [{uri: "sip:192.0.2.7"}]}
trunks:
- name: acme
  termination: {domain: acme.example, access: {any_of: [hq]}}
  origination: {targets: [{uri: "sip:192.0.2.8"}]}
numbers: [{number: "+12025550123", trunk: acme}]
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

Difference after_replacing(const std::string& from, const std::string& to) {
  return diff(*configuration(kBase), *configuration(replaced(kBase, from, to)));
}

using Lines = std::vector<std::string>;

TEST(Diff, OfTheSameIsEmptyWhereverItIsWritten) {
  const auto same = diff(*configuration(kBase), *configuration("# moved by a line\n" + kBase));
  EXPECT_EQ(same.lines, Lines{});
  EXPECT_EQ(same.needs_restart, Lines{});
}

TEST(Diff, NamesTheChangedKeysOfAnObject) {
  EXPECT_EQ(after_replacing("sip:192.0.2.8", "sip:192.0.2.9").lines, Lines{"trunk acme: changed origination.targets"});
  EXPECT_EQ(after_replacing("- name: acme", "- name: acme\n  enabled: no\n  general: {number_format: {in: e164}}").lines,
            Lines{"trunk acme: changed enabled, general.number_format.in"});
  EXPECT_EQ(after_replacing("domain: acme.example", "domain: other.example").lines, Lines{"trunk acme: changed termination"});
  EXPECT_EQ(after_replacing("ips: [192.0.2.1]", "ips: [192.0.2.2]").lines, Lines{"access group hq: changed ips"});
  EXPECT_EQ(after_replacing("0123456789abcdef", "1123456789abcdef").lines, Lines{"access group hq: changed credentials"});
  EXPECT_EQ(after_replacing("max_calls: 10", "max_calls: 11").lines, Lines{"limits.max_calls: changed"});
  EXPECT_EQ(after_replacing(", trunk: acme}", "}").lines, Lines{"number +12025550123: changed trunk"});
}

TEST(Diff, NamesWhatComesAndGoes) {
  EXPECT_EQ(after_replacing("name: north", "name: south").lines, (Lines{"carrier north: removed", "carrier south: added"}));
  EXPECT_EQ(after_replacing("+12025550123", "+12025550124").lines,
            (Lines{"number +12025550123: removed", "number +12025550124: added"}));
}

TEST(Diff, SaysWhatARunningDaemonCannotChange) {
  const auto listener = after_replacing("127.0.0.1:5060", "127.0.0.1:5062");
  EXPECT_EQ(listener.lines, Lines{"listener udp: changed address (needs a restart)"});
  EXPECT_EQ(listener.needs_restart, Lines{"listeners[udp]"});
  const auto removed = after_replacing("name: udp", "name: u");
  EXPECT_EQ(removed.needs_restart, (Lines{"listeners[udp]", "listeners[u]"}));
  const auto ports = after_replacing("media: {address: 127.0.0.1}", "media: {address: 127.0.0.1, ports: 2000-3000}");
  EXPECT_EQ(ports.lines, Lines{"media.ports: changed (needs a restart)"});
  EXPECT_EQ(ports.needs_restart, Lines{"media.ports"});
  const auto rest = after_replacing("limits:", "cdr: {path: x}\nlog: {level: debug, file: x}\nadmin: {socket: x}\nlimits:");
  EXPECT_EQ(rest.needs_restart, (Lines{"cdr.path", "log.file", "admin.socket"}));
  EXPECT_EQ(rest.lines.size(), 4U) << "log.level changes at once";
}

TEST(Diff, SeesANewPasswordAndDoesNotShowIt) {
  const auto with = [](const std::string& password) {
    return configuration(replaced(kBase, "sources:", "auth: {user: u, password: " + password + "}, sources:"));
  };
  const auto changed = diff(*with("hunter2"), *with("hunter3"));
  EXPECT_EQ(changed.lines, Lines{"carrier north: changed auth"});
}

}  // namespace
}  // namespace tandem::config
