// Trunks, carriers and numbers.
#include <algorithm>
#include <array>

#include "cross_check.hpp"
#include "tables.hpp"
#include "target.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

using namespace std::chrono_literals;
using numbering::NumberFormat;

constexpr auto kRequired = Presence::Required;
constexpr std::size_t kMaxTargets = 10;

Value<NumberFormat> number_format() {
  return choice<NumberFormat>({{"e164_plus", NumberFormat::E164Plus},
                               {"e164", NumberFormat::E164},
                               {"national", NumberFormat::National},
                               {"us_domestic", NumberFormat::UsDomestic}});
}

const Object& number_format_table() {
  static const Object table =
      Table<General>("number_format", "How numbers are written (R-061 to R-063).")
          .key("in", &General::number_in, number_format(),
               {"As the peer writes them: `e164_plus` (+12025550123, the + is a must), `e164` (the + may be missing), "
                "`national` (12025550123) or `us_domestic` (2025550123).",
                "e164"})
          .key("out", &General::number_out, number_format(), {"As we write them to the peer.", "e164_plus"})
          .done();
  return table;
}

const Object& access_table() {
  static const Object table =
      Table<Termination>("access", "Who may send calls through the trunk.")
          .key("any_of", &Termination::access, list(reference_to(NameKind::AccessGroup)),
               {"Names of access groups. A caller that satisfies one of them may call.", "[acme-hq]", kRequired})
          .finish([](Reader& reader, const Fields& fields, Termination&) {
            const auto* groups = fields.find("any_of");
            if (groups != nullptr && groups->value->kind == Node::Kind::List && groups->value->children.empty()) {
              reader.error(groups->key->at, "'any_of' names no access group: nobody could call", "name one, or remove 'termination'");
            }
          })
          .done();
  return table;
}

void read_realm(Reader& reader, const Place& place, Challenge& challenge) {
  const auto written = text("realm").read(reader, place);
  if (!written) return;
  const bool is_host = *written == "host";
  challenge.realm_rule = is_host ? RealmRule::Host : RealmRule::Fixed;
  challenge.realm = is_host ? "" : *written;
}

const Object& challenge_table() {
  Form realm;
  realm.words = "host, or a text";
  static const Object table =
      Table<Challenge>("challenge", "How a caller without credentials is asked for them (R-049 to R-052).")
          .custom("status",
                  [] {
                    auto form = integer(401, 407).form;
                    form.least = form.most = std::nullopt;
                    form.words = "401 or 407";
                    return form;
                  }(),
                  [](Reader& reader, const Place& place, Challenge& challenge) {
                    const auto status = integer(1, 999).read(reader, place);
                    if (!status) return;
                    if (*status != 401 && *status != 407) {
                      reader.error(place.node->at, "the status of a challenge is 407 or 401, not " + std::to_string(*status));
                      return;
                    }
                    challenge.status = static_cast<int>(*status);
                  },
                  [](const Challenge& a, const Challenge& b) { return a.status == b.status; },
                  {"407 with Proxy-Authenticate, or 401 with WWW-Authenticate.", "407"})
          .fallback("407")
          .custom("realm", realm, read_realm,
                  [](const Challenge& a, const Challenge& b) { return a.realm_rule == b.realm_rule && a.realm == b.realm; },
                  {"`host`: the host of the Request-URI as the caller wrote it. Another text: that one, always. A `realm` of the "
                   "access group comes before it.",
                   "host"})
          .fallback("host")
          .key("algorithms", &Challenge::algorithms,
               list(choice<DigestAlgorithm>({{"MD5", DigestAlgorithm::Md5},
                                             {"SHA-256", DigestAlgorithm::Sha256},
                                             {"SHA-512-256", DigestAlgorithm::Sha512_256}})),
               {"Offered digest algorithms, the preferred first (RFC 8760).", "[SHA-256, MD5]"})
          .finish([](Reader& reader, const Fields& fields, Challenge& challenge) {
            const auto* field = fields.find("algorithms");
            if (field == nullptr) return;
            if (field->value->kind == Node::Kind::List && field->value->children.empty()) {
              reader.error(field->key->at, "'algorithms' is empty: no digest could be asked for");
            }
            for (std::size_t i = 0; i < challenge.algorithms.size(); ++i) {
              for (std::size_t k = 0; k < i; ++k) {
                if (challenge.algorithms[i] != challenge.algorithms[k]) continue;
                reader.error(field->key->at,
                             "'algorithms' names " + std::string(to_string(challenge.algorithms[i])) + " twice");
              }
            }
          })
          .done();
  return table;
}

const Object& termination_table() {
  static const Object table =
      Table<Termination>("termination", "Calls from the customer to the telephone network.")
          .key("domain", &Termination::domains, one_or_list(domain()),
               {"The trunk's own SIP domain, or several: the host of the Request-URI tells whose call it is. Case and port do "
                "not matter (R-015).",
                "acme.sip.example"})
          .section("access", access_table(),
                   {"Who may send calls through the trunk.", "{any_of: [acme-hq]}", kRequired, OnReload::Applies,
                    "without an access group anyone could call through this trunk (an open relay)"})
          .section("challenge", &Termination::challenge, challenge_table(),
                   {"How a caller is asked for credentials.", "{status: 407, realm: host, algorithms: [SHA-256, MD5]}"})
          .later("caller_id", "caller ID rules come later")
          .later("international", "destination limits come later")
          .later("destination_from", "it is the Request-URI for now")
          .done();
  return table;
}

const Object& origination_table() {
  static const Object table =
      Table<Trunk>("origination", "Calls from the telephone network to the customer.")
          .key("targets", &Trunk::targets, list(object<Target>(target_table()), kMaxTargets),
               {"Where the calls go, up to ten (R-100).", "[{uri: \"sip:{number}@192.0.2.10:5060\"}]", kRequired})
          .key("auth", &Trunk::origination_auth, object<OutboundCredential>(outbound_credential_table()),
               {"What we answer when the customer challenges us.", "{user: tandem, password: {env: ACME_PASSWORD}}"})
          .later("policy", "targets are tried by priority and weight for now")
          .later("disaster_recovery", "disaster recovery comes later")
          .done();
  return table;
}

std::string derive_id(std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a: the same on every machine and in every version
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  std::array<std::uint8_t, 8> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(hash >> (56U - 8U * i));
  return "tk-" + print_hex(octets);
}


void check_trunk(Reader& reader, const Fields& fields, Trunk& trunk) {
  if (trunk.id.empty()) trunk.id = derive_id(trunk.name);
  reader.reading().identify.insert_or_assign(to_lower(trunk.name), reader.mark(fields.at("identify")));
  if (const auto* identify = fields.find("identify")) {
    if (identify->value->kind == Node::Kind::List && identify->value->children.empty()) {
      reader.error(identify->key->at, "'identify' is empty: no call could be known as this trunk's");
    }
  }
  if (trunk.termination && trunk.termination->domains.empty() && identifies_by(trunk, IdentifyBy::Domain)) {
    const auto* termination = fields.find("termination");
    const bool was_written = termination->value->kind == Node::Kind::Map &&
                             reader.fields_of(*termination->value, fields.where).has("domain");
    if (!was_written) {
      reader.error(fields.at("termination"), "missing key 'domain' in '" + reader.path() + ".termination': the trunk is identified by it",
                   "add it, or write 'identify: [source_ip]'");
    }
  }
  // A trunk that has neither is trunk::check()'s to mention.
  if (!fields.has("termination") && fields.has("origination")) {
    reader.warn(fields.where, "trunk '" + trunk.name + "' has no 'termination': it cannot send calls to us");
  }
  if (!fields.has("origination") && fields.has("termination")) {
    reader.warn(fields.where, "trunk '" + trunk.name + "' has no 'origination': it cannot receive calls");
  }
}

void check_carrier(Reader& reader, const Fields& fields, Carrier& carrier) {
  const auto is_empty = [&](std::string_view key) {
    const auto* field = fields.find(key);
    return field == nullptr || (field->value->kind == Node::Kind::List && field->value->children.empty());
  };
  if (is_empty("sources")) {
    reader.warn(fields.where, "carrier '" + carrier.name + "' has no 'sources': calls from it are refused");
  }
  if (is_empty("prefixes") != is_empty("targets")) {
    reader.warn(fields.where, is_empty("prefixes")
                                  ? "carrier '" + carrier.name + "' has no 'prefixes': no call is sent to it"
                                  : "carrier '" + carrier.name + "' has no 'targets': calls to its prefixes fail",
                is_empty("prefixes") ? "write 'prefixes: [\"\"]' for every number" : "");
  }
}

}  // namespace

const Object& target_table() {
  Form uri;
  uri.words = "SIP URI";
  uri.pattern = "^sip:";
  static const Object table =
      Table<Target>("target", "One address that a call can be sent to.")
          .custom("uri", uri, read_target_uri,
                  [](const Target& a, const Target& b) {
                    return a.uri == b.uri && a.address == b.address && a.transport == b.transport;
                  },
                  {"`sip:[user@]address[:port][;transport=udp|tcp]`. The user is `{number}` for the dialled number, a fixed one, "
                   "or left out, which is `{number}` too (R-087 to R-091). Host names are not resolved yet.",
                   "\"sip:{number}@192.0.2.10:5060;transport=tcp\"", kRequired})
          .key("name", &Target::name, text("name"), {"Name in logs and call records; left out, address and port.", "pbx-1"})
          .key("priority", &Target::priority, integer_as<std::uint16_t>(0, 65535), {"The lowest is tried first (R-101).", "10"})
          .key("weight", &Target::weight, integer_as<std::uint16_t>(1, 65535),
               {"Share of the calls among targets of one priority (R-101).", "60"})
          .key("enabled", &Target::enabled, flag(), {"A target that is not enabled is not used (R-103).", "true"})
          .mark(&Target::mark)
          .done();
  return table;
}

const Object& outbound_credential_table() {
  static const Object table =
      Table<OutboundCredential>("auth", "Credentials for a peer that challenges us (R-053).")
          .key("user", &OutboundCredential::user, text("user name"), {"User name of the digest.", "tandem", kRequired})
          .key("password", &OutboundCredential::password, secret(), {"Its password.", "{credential: north}", kRequired})
          .key("realm", &OutboundCredential::realm, text("realm"), {"Realm it is for; left out: any.", "north.example"})
          .done();
  return table;
}

const Object& general_table() {
  static const Object table =
      Table<General>("general", "What holds in both directions (R-005).")
          .key("symmetric_rtp", &General::symmetric_rtp, flag(),
               {"Send RTP to where the peer's RTP comes from, not to the address in its SDP: for a peer behind NAT. Off is the "
                "safer (R-131).",
                "false"})
          .key("max_duration", &General::max_duration, duration(1s, 168h), {"Longest call; left out, that of `limits`.", "4h"})
          .key("ring_timeout", &General::ring_timeout, duration(1s, 1h), {"Longest ringing; left out, that of `limits`.", "90s"})
          .key("no_response_timeout", &General::no_response_timeout, duration(100ms, 32s),
               {"No response at all for so long: the next target; left out, that of `limits`.", "2s"})
          .section("number_format", number_format_table(), {"How numbers are written.", "{in: e164, out: e164_plus}"})
          .later("secure", "TLS and SRTP come later")
          .later("recording", "recording comes later")
          .later("transfer", "transfer comes later")
          .later("codecs", "codec choice comes later: every codec is relayed")
          .later("dtmf", "DTMF conversion comes later: it is relayed as it comes")
          .later("fax", "fax comes later: it is relayed as it comes")
          .done();
  return table;
}

const Object& trunk_table() {
  static const Object table =
      Table<Trunk>("trunk", "A customer's relation to us: who they are, how their calls come in, where calls to them go.")
          .key("name", &Trunk::name, name_of(NameKind::Trunk), {"Name in logs, call records and invoices, unique (R-006).", "acme", kRequired})
          .key("id", &Trunk::id,
               [] {
                 auto id = name_of(NameKind::TrunkId);
                 id.form.words = "text";
                 return id;
               }(),
               {"Identifier in call records; left out, made of the name. Write it down before you rename a trunk, then it stays "
                "(R-007).",
                "tk-6a2f1c0b9d3e4f58"})
          .key("account", &Trunk::account, reference_to(NameKind::Account), {"Whose it is: an `id` of `accounts`.", "acme"})
          .key("enabled", &Trunk::enabled, flag(), {"A trunk that is not enabled refuses and gets no calls.", "true"})
          .key("identify", &Trunk::identify,
               list(choice<IdentifyBy>({{"domain", IdentifyBy::Domain},
                                        {"digest_user", IdentifyBy::DigestUser},
                                        {"source_ip", IdentifyBy::SourceIp}},
                                       "registration header fqdn")),
               {"What tells that a call is this trunk's, tried in this order: the domain of the Request-URI, the digest user, the "
                "source address.",
                "[domain]"})
          .section("general", &Trunk::general, general_table(), {"What holds in both directions.", "{symmetric_rtp: true}"})
          .key("termination", &Trunk::termination, object<Termination>(termination_table()),
               {"Calls from the customer. Left out: it cannot send any.", "{domain: acme.sip.example, access: {any_of: [acme-hq]}}"})
          .section("origination", origination_table(),
                   {"Calls to the customer. Left out: it cannot receive any.", "{targets: [{uri: \"sip:{number}@192.0.2.10\"}]}"})
          .later("type", "every trunk is static for now; registered trunks come later")
          .later("profile", "vendor profiles come later: write the single keys")
          .later("location", "edges come later")
          .later("service_address", "it comes later")
          .later("limits", "limits of a trunk come later")
          .later("numbers", "write them at the top level: 'numbers: [{number: \"+12025550123\", trunk: …}]'")
          .finish(check_trunk)
          .mark(&Trunk::mark)
          .done();
  return table;
}

const Object& carrier_table() {
  static const Object table =
      Table<Carrier>("carrier", "A peer on the side of the telephone network.")
          .key("name", &Carrier::name, name_of(NameKind::Carrier), {"Name in logs and call records, unique.", "north", kRequired})
          .key("enabled", &Carrier::enabled, flag(), {"A carrier that is not enabled refuses and gets no calls.", "true"})
          .section("general", &Carrier::general, general_table(), {"What holds in both directions.", "{ring_timeout: 120s}"})
          .key("prefixes", &Carrier::prefixes, list(prefix()),
               {"Beginnings of the numbers that go to it, digits in quotes; the longest of all carriers wins, `\"\"` is every "
                "number (R-083).",
                "[\"1\", \"44\", \"\"]"})
          .key("targets", &Carrier::targets, list(object<Target>(target_table()), kMaxTargets),
               {"Where calls to it go, up to ten.", "[{uri: \"sip:198.51.100.20:5060\"}]"})
          .key("sources", &Carrier::sources, list(cidr()), {"Addresses its calls come from.", "[198.51.100.20]"})
          .key("auth", &Carrier::auth, object<OutboundCredential>(outbound_credential_table()),
               {"What we answer when it challenges us.", "{user: tandem, password: {credential: north}}"})
          .later("codecs", "codec choice comes later: every codec is relayed")
          .later("limits", "limits of a carrier come later")
          .later("registration", "registering with a carrier comes later")
          .finish(check_carrier)
          .mark(&Carrier::mark)
          .done();
  return table;
}

const Object& number_table() {
  static const Object table =
      Table<DialledNumber>("number", "A number of the telephone network that calls come in for.")
          .key("number", &DialledNumber::number, number(), {"The number with +, in quotes.", "\"+12025550123\"", kRequired})
          .key("trunk", &DialledNumber::trunk, reference_to(NameKind::Trunk),
               {"Trunk it belongs to. Left out: it stays in the inventory, unassigned (R-157).", "acme"})
          .later("account", "the account of a number comes later")
          .mark(&DialledNumber::mark)
          .done();
  return table;
}

}  // namespace tandem::config
