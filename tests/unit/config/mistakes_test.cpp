// One mistake a row: it is found once, at its place, with these words.
#include "unit/config/loading.hpp"

namespace tandem::config {
namespace {

struct Mistake {
  const char* name;
  const char* text;  ///< a.yaml
  int line;
  int column;
  const char* message;
  const char* cure = "";
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class AMistake : public testing::TestWithParam<Mistake> {};

TEST_P(AMistake, IsFoundOnceAtItsPlace) {
  const auto& row = GetParam();
  const auto loaded = load_beside_group(row.text);
  const auto errors = of(Severity::Error, loaded);
  ASSERT_EQ(errors.size(), 1U) << print_all(loaded.findings);
  EXPECT_FALSE(loaded.ok());
  EXPECT_EQ(errors[0].mark.file, "a.yaml");
  EXPECT_EQ(errors[0].mark.line, row.line) << print(errors[0]);
  EXPECT_EQ(errors[0].mark.column, row.column) << print(errors[0]);
  EXPECT_EQ(errors[0].message, row.message);
  EXPECT_NE(errors[0].cure.find(row.cure), std::string::npos) << errors[0].cure;
}

const Mistake kKeys[] = {
    {"UnknownKey", "limits:\n  max_cals: 5\n", 2, 3, "unknown key 'max_cals'", "did you mean 'max_calls'?"},
    {"UnknownTopLevel", "trunk: []\n", 1, 1, "unknown key 'trunk'", "did you mean 'trunks'?"},
    {"MisspeltRequiredKeyIsOneMistake", "numbers:\n  - nubmer: \"+12025550123\"\n", 2, 5,
     "unknown key 'nubmer'", "did you mean 'number'?"},
    {"BelongsElsewhere", "carriers:\n  - name: n\n    symmetric_rtp: true\n", 3, 5,
     "unknown key 'symmetric_rtp'", "'symmetric_rtp' belongs under 'general'"},
    {"MisspeltAndElsewhere", "carriers:\n  - name: n\n    symetric_rtp: true\n", 3, 5,
     "unknown key 'symetric_rtp'", "did you mean 'symmetric_rtp'? It belongs under 'general'"},
    {"BelongsToTheTop", "log: {max_calls: 7}\n", 1, 7, "unknown key 'max_calls'",
     "'max_calls' belongs under 'limits'"},
    {"BelongsOneLevelUp", "limits:\n  access_groups: {}\n", 2, 3, "unknown key 'access_groups'",
     "belongs at the top level"},
    {"NothingLikeIt", "zzzzzz: 1\n", 1, 1, "unknown key 'zzzzzz'", ""},
    {"ComesLater", "service_addresses: []\n", 1, 1, "unknown key 'service_addresses'", "come later"},
    {"TypeComesLater", "trunks: [{name: a, type: registered}]\n", 1, 26, "registered trunks come later",
     "write 'static'"},
    {"MissingKey", "carriers:\n  - enabled: true\n", 2, 5, "missing key 'name' in 'carriers[0]'",
     "name: north"},
    {"MissingInside", "carriers:\n  - name: n\n    targets:\n      - priority: 1\n", 4, 9,
     "missing key 'uri' in 'carriers[n].targets[0]'", "sip:{number}"},
    {"MissingAtItsParent", "carriers:\n  - name: n\n    auth:\n      password: {env: HOME}\n", 3, 5,
     "missing key 'user' in 'carriers[n].auth'", ""},
    {"GivenTwice", "limits:\n  max_calls: 1\n  max_calls: 2\n", 3, 3, "key 'max_calls' is given twice",
     "line 2, column 3"},
};

const Mistake kTypes[] = {
    {"MapForList", "trunks: {name: a}\n", 1, 9, "expected a list, got a map", "'- '"},
    {"ListForMap", "limits: [1]\n", 1, 9, "expected the keys of 'limits', got a list"},
    {"TextForMap", "limits: none\n", 1, 9, "expected the keys of 'limits', got text"},
    {"NothingForMap", "limits:\ncdr: {path: x}\n", 1, 1, "expected the keys of 'limits', got nothing"},
    {"NothingForText", "node:\n  name:\n", 2, 3, "expected name, got nothing"},
    {"EmptyText", "node: {name: \"\"}\n", 1, 14, "expected name, got an empty text"},
    {"EmptyItem", "trunks:\n  -\ncarriers: []\n", 2, 3, "expected the keys of 'trunk', got nothing"},
    {"NoFlag", "carriers: [{name: n, enabled: maybe}]\n", 1, 31, "expected true or false, got 'maybe'"},
    {"OnIsNoFlag", "carriers: [{name: n, enabled: on}]\n", 1, 31, "expected true or false, got 'on'"},
    {"QuotedFlag", "carriers: [{name: n, enabled: \"true\"}]\n", 1, 31, "expected true or false, got 'true'",
     "without quotes"},
    {"NoNumber", "limits: {max_calls: many}\n", 1, 21, "expected a number from 1 to 1000000, got 'many'"},
    {"Octal", "limits: {max_calls: 010}\n", 1, 21,
     "a number with a leading zero: some readers of YAML take it as octal"},
    {"Hexadecimal", "limits: {max_calls: 0x10}\n", 1, 21, "expected a number from 1 to 1000000, got '0x10'"},
    {"Fraction", "limits: {max_calls: 1.5}\n", 1, 21, "expected a number from 1 to 1000000, got '1.5'"},
    {"QuotedNumber", "limits: {max_calls: \"10\"}\n", 1, 21,
     "expected a number from 1 to 1000000, got text in quotes"},
    {"TooSmall", "limits: {max_calls: 0}\n", 1, 21, "0 is not from 1 to 1000000"},
    {"Negative", "limits: {max_calls: -4}\n", 1, 21, "-4 is not from 1 to 1000000"},
    {"TooLarge", "limits: {max_calls: 99999999999999999999}\n", 1, 21,
     "99999999999999999999 is not from 1 to 1000000"},
    {"NoUnit", "limits: {ring_timeout: 30}\n", 1, 24, "a duration without a unit", "write 30s or 30ms"},
    {"WrongUnit", "limits: {ring_timeout: 3d}\n", 1, 24, "'3d' is no duration", "250ms, 4s, 30m, 24h"},
    {"TooShort", "limits: {ring_timeout: 10ms}\n", 1, 24, "10ms is not from 1s to 1h"},
    {"WrongChoice", "log: {level: wran}\n", 1, 14,
     "expected one of debug, info, warn, error, off, got 'wran'", "did you mean 'warn'?"},
    {"LaterChoice", "listeners: [{name: b, transport: tls, address: \"127.0.0.1:5061\"}]\n", 1, 34,
     "expected one of udp, tcp, got 'tls'", "'tls' comes later"},
    {"Address", "listeners: [{name: b, address: \"localhost:5061\"}]\n", 1, 32,
     "'localhost:5061' is no address and port"},
    {"HostBits", "access_groups: {g: {ips: [192.0.2.5/24]}}\n", 1, 27,
     "'192.0.2.5/24' has bits set behind its prefix", "did you mean '192.0.2.0/24'?"},
    {"HostBitsV6", "access_groups: {g: {ips: [\"2001:db8::1/33\"]}}\n", 1, 27,
     "'2001:db8::1/33' has bits set behind its prefix", "did you mean '2001:db8::/33'?"},
    {"NoCidr", "access_groups: {g: {ips: [192.0.2.0/33]}}\n", 1, 27,
     "'192.0.2.0/33' is no IP address or prefix"},
    {"Name", "carriers: [{name: \" n\"}]\n", 1, 19, "' n' is no name", "1 to 64 characters"},
};

const Mistake kOfTheNode[] = {
    {"SameListener",
     "listeners: [{name: b, transport: udp, address: \"127.0.0.1:5062\"}, {name: c, transport: udp, address: "
     "\"127.0.0.1:5062\"}]\n",
     1, 67, "listeners 'b' and 'c' want the same udp address 127.0.0.1:5062", "a.yaml:1:13"},
    {"EveryAddressAndOne",
     "listeners: [{name: b, address: \"127.0.0.1:5062\"}, {name: c, address: \"0.0.0.0:5062\", advertise: "
     "192.0.2.9}]\n",
     1, 51, "listeners 'b' and 'c' want the same udp address 0.0.0.0:5062", "a.yaml:1:13"},
    {"EveryAddressUnadvertised", "listeners: [{name: b, address: \"0.0.0.0:5062\"}]\n", 1, 23,
     "'0.0.0.0' is every address of this machine: which one do peers see?", "'advertise'"},
    {"OtherFamilyAdvertised", "listeners: [{name: b, address: \"[::1]:5062\", advertise: 192.0.2.1}]\n", 1,
     46, "'advertise' and 'address' must both be IPv4 or both IPv6"},
};

const Mistake kPeers[] = {
    {"UnquotedNumber", "numbers: [{number: +12025550123}]\n", 1, 20,
     "a telephone number must be in quotes: other readers of YAML make another number of it",
     "write \"+12025550123\""},
    {"UnquotedOctalNumber", "numbers: [{number: 0123}]\n", 1, 20,
     "a telephone number must be in quotes: other readers of YAML make another number of it",
     "write \"0123\""},
    {"NumberWithoutPlus", "numbers: [{number: \"12025550123\"}]\n", 1, 20,
     "'12025550123' is no E.164 number: it has no leading +"},
    {"UnquotedPrefix", "carriers: [{name: n, prefixes: [1]}]\n", 1, 33,
     "a prefix must be in quotes: other readers of YAML make another number of it", "write \"1\""},
    {"PrefixOfLetters", "carriers: [{name: n, prefixes: [\"4a\"]}]\n", 1, 33,
     "'4a' is no prefix of E.164 numbers"},
    {"PrefixWithZero", "carriers: [{name: n, prefixes: [\"00\"]}]\n", 1, 33,
     "'00' is no prefix of E.164 numbers"},
    {"HostNameWithALowLine", "carriers: [{name: n, targets: [{uri: \"sip:my_pbx.example\"}]}]\n", 1, 43,
     "'my_pbx.example' is no host name: it has the character '_'"},
    {"SipsOverTcp", "carriers: [{name: n, targets: [{uri: \"sips:a.example;transport=tcp\"}]}]\n", 1, 53,
     "'sips:' goes over TLS only", "write 'sip:'"},
    {"TransportUnknown", "carriers: [{name: n, targets: [{uri: 'sip:192.0.2.1;transport=xyz'}]}]\n", 1, 52,
     "unknown transport 'xyz'"},
    {"NumberInsideUser", "carriers: [{name: n, targets: [{uri: \"sip:9{number}@192.0.2.1\"}]}]\n", 1, 44,
     "{number} must be the whole part before '@'"},
    {"TelUri", "carriers: [{name: n, targets: [{uri: \"tel:+12025550123\"}]}]\n", 1, 39,
     "a 'tel:' URI names no address to send to"},
    {"Priority", "carriers: [{name: n, targets: [{uri: \"sip:192.0.2.1\", priority: 65536}]}]\n", 1, 65,
     "65536 is not from 0 to 65535"},
    {"Weight", "carriers: [{name: n, targets: [{uri: \"sip:192.0.2.1\", weight: 0}]}]\n", 1, 63,
     "0 is not from 1 to 65535"},
    {"ElevenTargets",
     "x-t: &t {uri: \"sip:192.0.2.1\"}\ncarriers:\n- name: n\n  targets: [*t, *t, *t, *t, *t, *t, *t, *t, "
     "*t, *t,\n    {uri: \"sip:192.0.2.2\"}]\n",
     5, 5, "more than 10 items in this list"},
    {"OpenRelay", "trunks:\n- name: t\n  termination:\n    domain: t.example\n", 3, 3,
     "missing key 'access' in 'trunks[t].termination': without an access group anyone could call through "
     "this trunk (an open relay)"},
    {"NobodyMayCall", "trunks:\n- name: t\n  termination:\n    domain: t.example\n    access: {any_of: []}\n",
     5, 14, "'any_of' names no access group: nobody could call"},
    {"InternetMayCall", "access_groups:\n  all:\n    ips: [0.0.0.0/0]\n", 3, 5,
     "'0.0.0.0/0' without credentials lets half the Internet in: an open relay"},
    {"EmptyGroup", "access_groups:\n  none: {realm: x}\n", 2, 3,
     "access group 'none' lets nobody in: it has neither 'ips' nor 'credentials'"},
    {"NoSuchGroup", "trunks: [{name: t, termination: {domain: t.example, access: {any_of: [hp]}}}]\n", 1, 71,
     "no access group is named 'hp'", ""},
    {"NoSuchTrunk", "trunks: [{name: north}]\nnumbers:\n- {number: \"+12025550123\", trunk: nort}\n", 3, 35,
     "no trunk is named 'nort'", "did you mean 'north'?"},
    {"CaseOfAName", "trunks: [{name: North}]\nnumbers:\n- {number: \"+12025550123\", trunk: north}\n", 3, 35,
     "no trunk is named 'north'", "did you mean 'North'?"},
    {"NoSuchAccount", "accounts: [{id: acme}]\ntrunks: [{name: t, account: amce}]\n", 2, 29,
     "no account is named 'amce'", "did you mean 'acme'?"},
    {"SameTrunk", "trunks:\n- name: Acme\n- name: acme\n", 3, 9, "trunk 'acme' is defined twice",
     "a.yaml:2:9"},
    {"SameCarrier", "carriers:\n- name: n\n- name: N\n", 3, 9, "carrier 'N' is defined twice", "a.yaml:2:9"},
    {"SameNumber", "numbers:\n- number: \"+12025550123\"\n- number: \"+1(202)555-0123\"\n", 3, 11,
     "number '+12025550123' is defined twice", "a.yaml:2:11"},
    {"SameDomain",
     "trunks:\n- {name: a, termination: {domain: T.example, access: {any_of: [hq]}}}\n- {name: b, "
     "termination: {domain: t.Example, access: {any_of: [hq]}}}\n",
     3, 35, "domain 't.example' is defined twice", "a.yaml:2:35"},
    {"DomainBelowAnother",
     "accounts: [{id: a}, {id: b}]\ntrunks:\n- {name: a, account: a, termination: {domain: b.example, "
     "access: {any_of: [hq]}}}\n- {name: b, account: b, termination: {domain: x.b.example, access: {any_of: "
     "[hq]}}}\n",
     4, 47, "domain 'x.b.example' is below 'b.example', the domain of trunk 'a' of another account",
     "same 'account'"},
    {"DomainWithPort",
     "trunks: [{name: t, termination: {domain: \"t.example:5060\", access: {any_of: [hq]}}}]\n", 1, 42,
     "'t.example:5060' is no domain name: it has the character ':'", "without a port"},
    {"NoDomain", "trunks:\n- name: t\n  termination: {access: {any_of: [hq]}}\n", 3, 3,
     "missing key 'domain' in 'trunks[t].termination': the trunk is identified by it",
     "identify: [source_ip]"},
    {"ChallengeStatus",
     "trunks: [{name: t, termination: {domain: t.example, access: {any_of: [hq]}, challenge: {status: "
     "403}}}]\n",
     1, 97, "the status of a challenge is 407 or 401, not 403"},
    {"AlgorithmTwice",
     "trunks: [{name: t, termination: {domain: t.example, access: {any_of: [hq]}, challenge: {algorithms: "
     "[MD5, md5]}}}]\n",
     1, 89, "'algorithms' names MD5 twice"},
    {"SourceIpWithoutIps",
     "access_groups: {users: {credentials: [{user: u, ha1: {MD5: "
     "\"0123456789abcdef0123456789abcdef\"}}]}}\ntrunks:\n- name: t\n  identify: [source_ip]\n  termination: "
     "{access: {any_of: [users]}}\n",
     4, 3, "trunk 't' is identified by source_ip, but none of its access groups has 'ips'"},
    {"SameSource",
     "trunks:\n- {name: a, identify: [source_ip], termination: {access: {any_of: [hq]}}}\n- {name: b, "
     "identify: [source_ip], termination: {access: {any_of: [hq]}}}\n",
     3, 13, "calls from 192.0.2.1/32 could be trunk 'b' or trunk 'a'", "a.yaml:2:13"},
};

const auto kName = [](const testing::TestParamInfo<Mistake>& row) { return std::string(row.param.name); };
INSTANTIATE_TEST_SUITE_P(Keys, AMistake, testing::ValuesIn(kKeys), kName);
INSTANTIATE_TEST_SUITE_P(Types, AMistake, testing::ValuesIn(kTypes), kName);
INSTANTIATE_TEST_SUITE_P(Node, AMistake, testing::ValuesIn(kOfTheNode), kName);
INSTANTIATE_TEST_SUITE_P(Peers, AMistake, testing::ValuesIn(kPeers), kName);

}  // namespace
}  // namespace tandem::config
