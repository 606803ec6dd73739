// The verbs that need no daemon, on folders that the tests write.
#include "tandemctl/offline.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace tandem::tandemctl {
namespace {

namespace fs = std::filesystem;

constexpr WallTime kNow{std::chrono::seconds(1'795'000'000)};

constexpr char kAcme[] = R"(node: {name: tandem-1}
listeners:
  - {name: udp, transport: udp, address: "192.0.2.1:5060"}
  - {name: tcp, transport: tcp, address: "192.0.2.1:5060"}
media: {address: 192.0.2.2, ports: 10000-10999}
accounts: [{id: one}, {id: other}]
access_groups:
  acme-hq:
    ips: [192.0.2.10]
    credentials:
      - {user: pbx, password: {env: TANDEM_TEST_SECRET}}
trunks:
  - name: acme
    account: one
    termination:
      domain: acme.sip.example
      access: {any_of: [acme-hq]}
    origination:
      targets:
        - {uri: "sip:{number}@192.0.2.10:5060", priority: 10, weight: 5}
carriers:
  - name: north
    prefixes: [""]
    targets: [{uri: "sip:{number}@192.0.2.20:5060"}]
    sources: [192.0.2.20]
numbers:
  - {number: "+12025550123", trunk: acme}
  - {number: "+12025550124", trunk: acme}
  - {number: "+442079460000", account: other}
)";

/// A folder of its own for each test, removed with it.
class Offline : public ::testing::Test {
 protected:
  Offline() {
    ::setenv("TANDEM_TEST_SECRET", "hush-hush", 1);
    folder_ = fs::temp_directory_path() / ("tandem-offline-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    path_ = write("tandem.yaml", kAcme);
  }
  ~Offline() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    const fs::path path = folder_ / name;
    std::ofstream(path) << text;
    return path.string();
  }
  static Said say(std::vector<const char*> words) {
    words.insert(words.begin(), "tandemctl");
    const auto options = parse_options(static_cast<int>(words.size()), words.data());
    if (!options) return {options.error().status, {}, options.error().text};
    EXPECT_TRUE(is_offline(options->verb)) << options->verb;
    return say_offline(*options, kNow);
  }
  Said say_here(std::vector<const char*> words) {
    words.push_back("--config");
    words.push_back(path_.c_str());
    return say(std::move(words));
  }
  static std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), by);
  }

  fs::path folder_;
  std::string path_;
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_F(Offline, CheckNamesEachMistakeAndMeaning) {
  EXPECT_EQ(say({"check", path_.c_str()}).status, 0);
  const std::string wrong = write("wrong.yaml", replaced(kAcme, "any_of: [acme-hq]", "any_of: [nobody]"));
  const Said said = say({"check", wrong.c_str()});
  EXPECT_EQ(said.status, 1);
  EXPECT_TRUE(has(said.text, "wrong.yaml:17:25: error: no access group is named 'nobody'")) << said.text;
  const auto json = nlohmann::json::parse(say({"check", "--json", wrong.c_str()}).text);
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["findings"][0]["line"], 17);
  EXPECT_EQ(json["findings"][0]["severity"], "error");
}

TEST_F(Offline, DiffNamesExactlyWhatChanged_R169) {
  EXPECT_EQ(say({"diff", path_.c_str(), path_.c_str()}).status, 0);
  EXPECT_EQ(say({"diff", path_.c_str(), path_.c_str()}).text, "");
  const std::string other = write("other.yaml", replaced(kAcme, "weight: 5", "weight: 6"));
  const Said said = say({"diff", path_.c_str(), other.c_str()});
  EXPECT_EQ(said.status, 1);
  EXPECT_TRUE(has(said.text, "trunk acme: changed")) << said.text;
  EXPECT_EQ(say({"diff", path_.c_str(), "/nowhere"}).status, 2);
}

TEST_F(Offline, ConfigShowFillsInDefaultsAndKeepsSecrets) {
  const Said all = say_here({"config", "show"});
  EXPECT_EQ(all.status, 0) << all.complaint;
  EXPECT_TRUE(has(all.text, "no_response_timeout: 4s")) << all.text;
  EXPECT_TRUE(has(all.text, "***")) << all.text;
  EXPECT_FALSE(has(all.text, "hush-hush")) << "a secret";
  const Said one = say_here({"config", "show", "--trunk", "acme"});
  EXPECT_TRUE(has(one.text, "acme.sip.example")) << one.text;
  EXPECT_FALSE(has(one.text, "192.0.2.20")) << "the carrier is no part of it";
  EXPECT_EQ(say_here({"config", "show", "--trunk", "nobody"}).status, 1);
}

/// What is exported is read back as it was (R-158).
TEST_F(Offline, ExportedNumbersAreReadBack_R158) {
  const Said csv = say_here({"numbers", "export"});
  write("numbers.csv", csv.text);
  std::string text = kAcme;
  text.resize(text.find("numbers:\n"));
  path_ = write("again.yaml", text + "number_files: [numbers.csv]\n");
  EXPECT_EQ(say_here({"numbers", "export"}).text, csv.text) << say_here({"numbers", "export"}).complaint;
}

TEST_F(Offline, TrunkShowTellsWhatACustomerConfigures_R025) {
  const Said said = say_here({"trunk", "show", "acme"});
  ASSERT_EQ(said.status, 0) << said.complaint;
  for (const char* part : {"sip:NUMBER@acme.sip.example", "192.0.2.1:5060", "udp", "tcp", "user pbx",
                           "from 192.0.2.10/32", "udp 10000-10999", "192.0.2.2", "sip:NUMBER@192.0.2.10:5060",
                           "priority 10 weight 5", "2 on this trunk", "e164_plus, for example +12025550123"})
    EXPECT_TRUE(has(said.text, part)) << part << "\n" << said.text;
  EXPECT_FALSE(has(said.text, "hush-hush")) << "a secret";
}

TEST_F(Offline, AWrongTrunkNameSuggestsTheNearest) {
  const Said said = say_here({"trunk", "show", "acne"});
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.complaint, "tandemctl: no trunk has the name 'acne': did you mean 'acme'?\n");
}

TEST_F(Offline, FirewallListsEachAddressPortAndTransport_R026) {
  const Said said = say_here({"trunk", "show", "acme", "--firewall"});
  EXPECT_EQ(said.text,
            "Let through for trunk acme, both ways\n"
            "  edge  address    transport  port         for\n"
            "  -     192.0.2.1  udp        5060         SIP\n"
            "  -     192.0.2.1  tcp        5060         SIP\n"
            "  -     192.0.2.2  udp        10000-10999  RTP, RTCP\n");
}

TEST_F(Offline, NumbersAreListedSearchedAndExported_R156_R158) {
  EXPECT_EQ(say_here({"numbers", "list"}).text,
            "number         account  trunk  state   country\n"
            "+12025550123   one      acme   active  US\n"
            "+12025550124   one      acme   active  US\n"
            "+442079460000  other           active  GB\n");
  EXPECT_EQ(say_here({"numbers", "list", "--trunk", "acme"}).text,
            "number        account  trunk  state   country\n"
            "+12025550123  one      acme   active  US\n"
            "+12025550124  one      acme   active  US\n");
  EXPECT_TRUE(has(say_here({"numbers", "search", "+1202"}).text, "+12025550124"));
  EXPECT_EQ(say_here({"numbers", "search", "+1415"}).text, "no numbers\n");
  EXPECT_EQ(say_here({"numbers", "export", "--trunk", "acme"}).text,
            "number,account,trunk,route,state,cnam,tags,monthly_charge\r\n"
            "+12025550123,one,acme,,active,,,\r\n+12025550124,one,acme,,active,,,\r\n");
  const auto json = nlohmann::json::parse(say_here({"numbers", "list", "--json"}).text);
  EXPECT_EQ(json.size(), 3u);
  EXPECT_EQ(say_here({"numbers", "list", "--trunk", "nobody"}).status, 1);
}

TEST_F(Offline, BandwidthIsAHundredKbitACall_R082) {
  path_ =
      write("ten.yaml", replaced(kAcme, "  - name: acme\n", "  - name: acme\n    limits: {channels: 10}\n"));
  const Said said = say_here({"bandwidth"});
  EXPECT_TRUE(has(said.text, "acme   10        1 Mbit/s")) << said.text << said.complaint;
}

TEST_F(Offline, ExplainAdmitsAndShowsTheInviteThatWouldLeave) {
  const Said said = say_here({"explain", "--trunk", "acme", "--from", "+12025550123", "--to", "+442079460000",
                              "--source", "192.0.2.10"});
  EXPECT_EQ(said.status, 0) << said.text << said.complaint;
  for (const char* part :
       {"407 Proxy Authentication Required (auth_required)", "assumed from here on: user 'pbx'",
        "INVITE sip:+442079460000@192.0.2.20:5060 SIP/2.0", "m=audio 10002 RTP/AVP 0 8 101", "\nadmitted\n"})
    EXPECT_TRUE(has(said.text, part)) << part << "\n" << said.text;
}

TEST_F(Offline, ExplainSaysWhyNot) {
  const Said said = say_here({"explain", "--trunk", "acme", "--from", "+12025550123", "--to", "+442079460000",
                              "--source", "192.0.2.99", "--why-not", "acme"});
  EXPECT_EQ(said.status, 1);
  EXPECT_TRUE(has(said.text, "Why it is no call of trunk acme")) << said.text;
  EXPECT_TRUE(has(said.text, "\ndropped: source_not_listed\n")) << said.text;
}

TEST_F(Offline, ExplainReadsAFile) {
  const std::string invite =
      write("call.sip",
            "INVITE sip:+12025550123@192.0.2.1 SIP/2.0\nMax-Forwards: 70\n"
            "From: <sip:+442079460000@192.0.2.20>;tag=1\nTo: <sip:+12025550123@192.0.2.1>\n\n");
  const Said said = say_here({"explain", invite.c_str(), "--source", "192.0.2.20:5060", "--json"});
  EXPECT_EQ(said.status, 0) << said.text << said.complaint;
  const auto json = nlohmann::json::parse(said.text);
  EXPECT_EQ(json["verdict"], "admitted");
  EXPECT_EQ(json["call"]["direction"], "origination");
  EXPECT_EQ(json["call"]["targets"][0]["weight"], 5);
  EXPECT_TRUE(has(json["outgoing"]["invite"], "INVITE sip:+12025550123@192.0.2.10:5060 SIP/2.0\r\n"));
}

TEST_F(Offline, AWrongQuestionEndsWithTwoAndItsCure) {
  struct Row {
    std::vector<const char*> words;
    const char* complaint;
  };
  const std::string response = write("ok.sip", "SIP/2.0 200 OK\n\n");
  const std::string garbage = write("garbage.sip", "hello\n\n");
  for (const Row& row :
       {Row{{"explain", "/nowhere.sip", "--source", "192.0.2.1"}, "cannot read /nowhere.sip"},
        Row{{"explain", garbage.c_str(), "--source", "192.0.2.1"}, "the file is no SIP message"},
        Row{{"explain", response.c_str(), "--source", "192.0.2.1"}, "holds no INVITE"},
        Row{{"explain", "--source", "192.0.2.1"}, "what arrives?"},
        Row{{"explain", "--trunk", "acme", "--source", "192.0.2.1"}, "--from and --to are needed"},
        Row{{"explain", "--trunk", "acne", "--from", "1", "--to", "2", "--source", "192.0.2.1"},
            "no trunk has the name 'acne'"},
        Row{{"explain", "--carrier", "x", "--from", "1", "--to", "2", "--source", "192.0.2.1"},
            "no carrier has the name 'x'"},
        Row{{"explain", "--trunk", "acme", "--from", "1", "--to", "2", "--source", "pbx"},
            "--source pbx is no address"},
        Row{{"explain", "--trunk", "acme", "--from", "1", "--to", "2", "--source", "192.0.2.1", "--transport",
             "sctp"},
            "none of udp, tcp, tls"},
        Row{{"explain", "--trunk", "acme", "--from", "1", "--to", "2", "--source", "192.0.2.1", "--transport",
             "tls"},
            "no listener speaks tls: there are udp, tcp"},
        Row{{"explain", "--trunk", "acme", "--from", "1", "--to", "2", "--source", "192.0.2.1", "--listener",
             "x"},
            "no listener has the name 'x'"},
        Row{{"explain", "--trunk", "acme", "--from", "1", "--to", "2", "--source", "192.0.2.1", "--why-not",
             "x"},
            "--why-not x: no trunk has that name"}}) {
    const Said said = say_here(row.words);
    EXPECT_EQ(said.status, 2) << row.complaint;
    EXPECT_EQ(said.text, "") << row.complaint;
    EXPECT_TRUE(has(said.complaint, row.complaint)) << said.complaint;
  }
}

TEST_F(Offline, AConfigurationWithMistakesIsShownInsteadOfAnAnswer) {
  path_ = write("wrong.yaml", "trunks: [{nam: acme}]\n");
  const Said said = say_here({"numbers", "list"});
  EXPECT_EQ(said.status, 1);
  EXPECT_TRUE(has(said.complaint, "wrong.yaml:1:")) << said.complaint;
}

}  // namespace
}  // namespace tandem::tandemctl
