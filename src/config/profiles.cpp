// The one table of the vendors' presets. Single keys of a trunk override them.
#include "profiles.hpp"

#include <map>

#include "tables.hpp"
#include "tandem/base/check.hpp"
#include "yaml_tree.hpp"

namespace tandem::config {

const std::vector<ProfileText>& profile_texts() {
  static const std::vector<ProfileText> kTexts{
      {Profile::Sinch,
       "Sinch: one host name a region for all customers, told apart by digest user (R-036, R-050). The "
       "destination stands in To (R-065); a caller without a number of the account goes on as private "
       "(R-067).",
       R"(identify: [digest_user]
general:
  codecs: [PCMU, PCMA, G729, opus]
  number_format: {in: e164_plus, out: e164_plus}
termination:
  challenge: {status: 407, realm: host}
  destination_from: to
  caller_id: {sources: [from], allowed: [owned, verified], on_fail: private}
  diversion: drop
origination:
  diversion: never
)"},
      {Profile::Infobip,
       "Infobip, static trunk: known by its addresses (R-037), several destinations in the order in which "
       "they "
       "are written (R-106), channels (R-079).",
       R"(identify: [source_ip]
general:
  number_format: {in: e164, out: e164_plus}
termination:
  destination_from: request_uri
origination:
  policy: failover
  diversion: never
)"},
      {Profile::MessageBird,
       "MessageBird: a domain of its own, access lists of addresses and accounts (R-044). Numbers without + "
       "(R-062); the asserted identity is believed and sent in every message, ACK too (R-072).",
       R"(identify: [domain]
general:
  trust: trusted
  identity: asserted
  pai_in_ack: true
  number_format: {in: e164, out: e164}
termination:
  challenge: {status: 407, realm: host, algorithms: [SHA-256, SHA-512-256, MD5]}
  caller_id: {sources: [from, pai], allowed: [owned, verified], on_fail: reject}
origination:
  diversion: never
)"},
      {Profile::Twilio,
       "Twilio Elastic SIP Trunking: a domain of its own, + is a must or 400 (R-061), From before "
       "Remote-Party-ID before P-Asserted-Identity (R-068), Diversion with the dialled number (R-077), 24 "
       "hours "
       "(R-126), a fixed list of answers that end the hunt (R-104).",
       R"(identify: [domain]
general:
  max_forwards_missing: reject
  stop_codes: [400, 404, 405, 410, 416, 482, 484, 486, 6xx]
  max_duration: 24h
  no_response_timeout: 4s
  number_format: {in: e164_plus, out: e164_plus, on_invalid: {status: 400}}
termination:
  challenge: {status: 407}
  destination_from: request_uri
  caller_id: {sources: [from, rpid, pai], allowed: [owned, verified], on_fail: reject}
  diversion: forward
origination:
  policy: priority_weight
  redirect: {follow: true, pstn: false}
  diversion: always
)"},
      {Profile::Freshworks,
       "Freshworks behind its Twilio account: known by the account's SID in a header and by the source "
       "(R-039, "
       "R-171). Codecs are preset; keys that do not apply are refused (R-174). DTMF and fax are relayed as "
       "they "
       "come.",
       R"(identify: [header]
general:
  codecs: [PCMU, PCMA]
  number_format: {in: e164_plus, out: e164_plus}
termination:
  destination_from: request_uri
origination:
  policy: failover
  diversion: never
)"},
      {Profile::GenesysPureCloud,
       "Genesys Cloud (BYOC): the region tells where calls go and which edge they leave from, the "
       "termination "
       "FQDN tells whose they are (R-040, R-173). TLS and SRTP come later.",
       R"(identify: [fqdn]
general:
  codecs: [opus, PCMU, PCMA]
  number_format: {in: e164_plus, out: e164_plus}
termination:
  destination_from: request_uri
origination:
  policy: failover
  diversion: never
)"},
  };
  return kTexts;
}

namespace {

Trunk read_presets(const ProfileText& text) {
  Reading reading;
  const auto document =
      parse_yaml(std::string(to_string(text.profile)), std::string(text.presets), reading.findings);
  TANDEM_CHECK(document.is_valid, "the presets of a profile are YAML");
  Trunk trunk;
  Reader reader(document, reading, Completeness::Fragment);
  reader.read(Place{document.root, {1, 1}}, trunk_table(), &trunk);
  TANDEM_CHECK(reading.findings.take().empty(), "the presets of a profile are keys of a trunk");
  trunk.mark = {};
  trunk.profile = text.profile;
  return trunk;
}

}  // namespace

const Trunk& presets_of(Profile profile) {
  static const std::map<Profile, Trunk> kPresets = [] {
    std::map<Profile, Trunk> presets{{Profile::None, Trunk{}}};
    for (const auto& text : profile_texts()) presets.emplace(text.profile, read_presets(text));
    return presets;
  }();
  return kPresets.at(profile);
}

/// Regions of Genesys Cloud and the domains of their BYOC names, from its public documentation.
const std::vector<GenesysRegion>& genesys_regions() {
  static const std::vector<GenesysRegion> kRegions{
      {"us-east-1", "mypurecloud.com"},       {"us-east-2", "use2.us-gov-pure.cloud"},
      {"us-west-2", "usw2.pure.cloud"},       {"ca-central-1", "cac1.pure.cloud"},
      {"sa-east-1", "sae1.pure.cloud"},       {"eu-central-1", "mypurecloud.de"},
      {"eu-central-2", "euc2.pure.cloud"},    {"eu-west-1", "mypurecloud.ie"},
      {"eu-west-2", "euw2.pure.cloud"},       {"me-central-1", "mec1.pure.cloud"},
      {"ap-south-1", "aps1.pure.cloud"},      {"ap-southeast-2", "mypurecloud.com.au"},
      {"ap-northeast-1", "mypurecloud.jp"},   {"ap-northeast-2", "apne2.pure.cloud"},
      {"ap-northeast-3", "apne3.pure.cloud"},
  };
  return kRegions;
}

}  // namespace tandem::config
