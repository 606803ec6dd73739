// Trunks and carriers.
#include <array>

#include "cross_check.hpp"
#include "profiles.hpp"
#include "tables.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

constexpr auto kRequired = Presence::Required;

std::string derive_id(std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a: the same on every machine and in every version
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  std::array<std::uint8_t, 8> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i)
    octets[i] = static_cast<std::uint8_t>(hash >> (56U - 8U * i));
  return "tk-" + print_hex(octets);
}

/// What identifies the trunk must be there; `key` in the words of the file.
void require_for_identity(Reader& reader, const Fields& fields, std::string_view key, bool is_there,
                          bool was_written) {
  if (is_there || was_written) return;
  reader.error(fields.at("termination"),
               "missing key '" + std::string(key) + "' in '" + reader.path() +
                   ".termination': the trunk is identified by it",
               key == "domain" ? "add it, or write 'identify: [source_ip]'" : "add it");
}

void check_identity(Reader& reader, const Fields& fields, const Trunk& trunk) {
  const auto* identify = fields.find("identify");
  if (identify != nullptr && identify->value->kind == Node::Kind::List && identify->value->children.empty()) {
    reader.error(identify->key->at, "'identify' is empty: no call could be known as this trunk's");
  }
  const auto* termination = fields.find("termination");
  if (!trunk.termination || termination == nullptr) return;
  const bool is_map = termination->value->kind == Node::Kind::Map;
  const auto keys = is_map ? reader.fields_of(*termination->value, fields.where) : Fields{};
  const auto was_written = [&](std::initializer_list<std::string_view> names) {
    return !is_map || std::any_of(names.begin(), names.end(), [&](auto name) { return keys.has(name); });
  };
  const auto& has = *trunk.termination;
  if (identifies_by(trunk, IdentifyBy::Domain)) {
    require_for_identity(reader, fields, "domain", !has.domains.empty() || !has.labels.empty(),
                         was_written({"domain", "domains", "label", "labels"}));
  }
  if (identifies_by(trunk, IdentifyBy::Header))
    require_for_identity(reader, fields, "header", has.header.has_value(), was_written({"header"}));
  if (identifies_by(trunk, IdentifyBy::Fqdn))
    require_for_identity(reader, fields, "fqdn", !has.fqdns.empty(), was_written({"fqdn", "fqdns"}));
}

void check_trunk(Reader& reader, const Fields& fields, Trunk& trunk) {
  if (trunk.id.empty()) trunk.id = derive_id(trunk.name);
  finish_profile(reader, fields, trunk);
  reader.reading().identify.insert_or_assign(to_lower(trunk.name), reader.mark(fields.at("identify")));
  check_identity(reader, fields, trunk);
  if (!trunk.node_secondary.empty() && trunk.node_secondary == trunk.node_primary) {
    reader.error(fields.at("nodes"),
                 "'primary' and 'secondary' are both '" + trunk.node_primary + "': there is no second");
  }
  // A trunk that has neither is trunk::check()'s to mention.
  if (is_provider(trunk.profile)) return;
  if (!fields.has("termination") && fields.has("origination")) {
    reader.warn(fields.where, "trunk '" + trunk.name + "' has no 'termination': it cannot send calls to us");
  }
  if (!fields.has("origination") && fields.has("termination")) {
    reader.warn(fields.where, "trunk '" + trunk.name + "' has no 'origination': it cannot receive calls");
  }
}

void check_prefixes(Reader& reader, const Fields& fields, const Carrier& carrier) {
  std::vector<std::string_view> seen;
  for (const auto& prefix : carrier.prefixes) seen.push_back(prefix.digits);
  std::sort(seen.begin(), seen.end());
  const auto twice = std::adjacent_find(seen.begin(), seen.end());
  if (twice == seen.end()) return;
  reader.warn(fields.at("prefixes"),
              "carrier '" + carrier.name + "' has the prefix \"" + std::string(*twice) + "\" twice");
}

/// REFER hands a call on at the cost of the one who sends it: of customers alone.
void refuse_transfer(Reader& reader, const Fields& fields, const Carrier& carrier) {
  if (carrier.general.in_call.transfer.mode == TransferMode::Off) return;
  Fields written = fields;
  Position at = fields.where;
  for (const auto* key : {"general", "transfer", "mode"}) {
    const auto* field = written.find(key);
    if (field == nullptr) break;
    at = field->key->at;
    if (field->value->kind != Node::Kind::Map) break;
    written = reader.fields_of(*field->value, at);
  }
  reader.error(at, "'transfer' in carrier '" + carrier.name + "': carriers do not transfer calls", "remove it");
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
    reader.warn(fields.where,
                is_empty("prefixes")
                    ? "carrier '" + carrier.name + "' has no 'prefixes': no call is sent to it"
                    : "carrier '" + carrier.name + "' has no 'targets': calls to its prefixes fail",
                is_empty("prefixes") ? "write 'prefixes: [\"\"]' for every number" : "");
  }
  check_prefixes(reader, fields, carrier);
  refuse_transfer(reader, fields, carrier);
}

const Object& trunk_nodes_table() {
  static const Object table =
      Table<Trunk>("trunk_nodes", "The two machines that a trunk is provisioned on (R-022).")
          .key("primary", &Trunk::node_primary, reference_to(NameKind::Node),
               {"The node that its calls leave from.", "fra-1", kRequired})
          .key("secondary", &Trunk::node_secondary, reference_to(NameKind::Node),
               {"The node that takes over.", "fra-2"})
          .done();
  return table;
}

/// "static", and nothing else yet; there is no member for it.
void read_type(Reader& reader, const Place& place, Trunk&) {
  if (place.node->is_scalar() && place.node->text == "registered") {
    reader.error(place.node->at, "registered trunks come later",
                 "write 'static', and the addresses of the customer");
    return;
  }
  read_choice(reader, place, {"static"}, {});
}

Value<Profile> profile_words() {
  std::vector<std::pair<std::string, Profile>> words{{"none", Profile::None}};
  for (const auto& text : profile_texts()) words.emplace_back(to_string(text.profile), text.profile);
  return choice<Profile>(words);
}

void read_override(Reader& reader, const Place& place, Trunk&) { flag().read(reader, place); }

/// finish_profile() reads it, when the trunk's own keys are known.
void read_at_the_end(Reader&, const Place&, Trunk&) {}

void read_international(Reader& reader, const Place& place, Trunk& trunk) {
  if (!is_provider(trunk.profile)) {
    reader.error(place.where, "unknown key 'international'", "'international' belongs under 'termination'");
    return;
  }
  const auto rule = choice<International>({{"allow", International::Allow}, {"block", International::Block}})
                        .read(reader, place);
  if (rule) trunk.termination->international = *rule;
}

const Object& prefix_table() {
  static const Object table =
      Table<PrefixRoute>("prefix", "Numbers that go to a carrier; the digits alone are enough.")
          .key("prefix", &PrefixRoute::digits, prefix_digits(),
               {"Beginning of the numbers, digits in quotes; `\"\"` is every number.", "\"44\"", kRequired})
          .key("priority", &PrefixRoute::priority, integer_as<std::uint16_t>(0, 65535),
               {"Among the carriers of this prefix, the lowest is tried first.", "10"})
          .key("weight", &PrefixRoute::weight, integer_as<std::uint16_t>(1, 65535),
               {"Share of the calls among carriers of one priority, where `routing.carriers` is `weighted`.",
                "60"})
          .key("cost", &PrefixRoute::cost, millionths(),
               {"Price of a minute, with at most six decimals, where `routing.carriers` is `least_cost`.",
                "0.012"})
          .done();
  return table;
}

/// `"44"`, or `{prefix: "44", …}`.
Value<PrefixRoute> prefix() {
  auto value = object<PrefixRoute>(prefix_table());
  value.form.pattern = prefix_digits().form.pattern;
  value.read = [read_map = value.read, digits = prefix_digits()](
                   Reader& reader, const Place& place) -> std::optional<PrefixRoute> {
    if (place.node->kind == Node::Kind::Map) return read_map(reader, place);
    auto written = digits.read(reader, place);
    if (!written) return std::nullopt;
    return PrefixRoute(std::move(*written));
  };
  value.write = [](const PrefixRoute& route) -> std::optional<Written> {
    if (route == PrefixRoute(route.digits)) return quoted(route.digits);
    return write_object(prefix_table(), &route);
  };
  return value;
}

}  // namespace

const Object& trunk_table() {
  Form type;
  type.choices = {"static"};
  static const Object table =
      Table<Trunk>(
          "trunk",
          "A customer's relation to us: who they are, how their calls come in, where calls to them go.")
          .key("name", &Trunk::name, name_of(NameKind::Trunk),
               {"Name in logs, call records and invoices, unique (R-006).", "acme", kRequired})
          .key("id", &Trunk::id,
               [] {
                 auto id = name_of(NameKind::TrunkId);
                 id.form.words = "text";
                 return id;
               }(),
               {"Identifier in call records; left out, made of the name. Write it down before you rename a "
                "trunk, then it stays (R-007).",
                "tk-6a2f1c0b9d3e4f58"})
          .key("account", &Trunk::account, reference_to(NameKind::Account),
               {"Whose it is: an `id` of `accounts`.", "acme"})
          .key("enabled", &Trunk::enabled, flag(),
               {"A trunk that is not enabled refuses and gets no calls.", "true"})
          .custom(
              "type", type, read_type, [](const Trunk&, const Trunk&) { return true; },
              [](const Trunk&) { return plain("static"); },
              {"The customer has fixed addresses. Registered trunks come later.", "static"})
          .fallback("static")
          .key("profile", &Trunk::profile, profile_words(),
               {"Presets of a [profile](#profiles): they are read first, so that single keys override them.",
                "twilio"})
          .custom(
              "override", flag().form, read_override, [](const Trunk&, const Trunk&) { return true; },
              [](const Trunk& trunk) -> std::optional<Written> {
                if (!is_provider(trunk.profile)) return std::nullopt;
                return plain("true");
              },
              {"Keys that a provider's profile sets may be written all the same (R-171).", "true"})
          .fallback("false")
          .custom(
              "freshworks", object_form(freshworks_table()), read_at_the_end,
              [](const Trunk&, const Trunk&) { return true; }, [](const Trunk&) { return std::nullopt; },
              {"For `profile: freshworks`.",
               "{account_sid: AC0000, destination_hosts: [acme.sip.example], sources: [198.51.100.0/24]}"})
          .custom(
              "genesys", object_form(genesys_table()), read_at_the_end,
              [](const Trunk&, const Trunk&) { return true; }, [](const Trunk&) { return std::nullopt; },
              {"For `profile: genesys_purecloud`.",
               "{region: eu-central-1, termination_identifier: acme, termination_fqdn: "
               "acme.customer.example, sources: [198.51.100.0/24]}"})
          .custom(
              "international",
              choice<International>({{"allow", International::Allow}, {"block", International::Block}}).form,
              read_international, [](const Trunk&, const Trunk&) { return true; },
              [](const Trunk&) { return std::nullopt; },
              {"With a provider's profile: the key of that name under `termination` (R-078).", "block"})
          .key("location", &Trunk::location, reference_to(NameKind::Edge),
               {"The edge that calls to the customer leave from; left out, where they came in (R-024).",
                "frankfurt"})
          .section(
              "nodes", trunk_nodes_table(),
              {"The machines it is provisioned on; left out, any.", "{primary: fra-1, secondary: fra-2}"})
          .key("created", &Trunk::created, date(),
               {"When it was provisioned: of several Freshworks trunks the oldest is charged (R-172). Left "
                "out, "
                "the order of writing tells.",
                "2026-11-26"})
          .section("limits", &Trunk::limits, call_limits_table(),
                   {"Ceilings of the trunk.", "{channels: 30, cps: 5}"})
          .key(
              "identify", &Trunk::identify,
              list(choice<IdentifyBy>({{"domain", IdentifyBy::Domain},
                                       {"digest_user", IdentifyBy::DigestUser},
                                       {"username", IdentifyBy::DigestUser},
                                       {"source_ip", IdentifyBy::SourceIp},
                                       {"header", IdentifyBy::Header},
                                       {"fqdn", IdentifyBy::Fqdn}},
                                      "registration")),
              {"What tells that a call is this trunk's: the domain of the Request-URI, the digest user "
               "(`username` is the same), the source address, a header beside the source, a host name of the "
               "customer's.",
               "[domain]"})
          .key("allow_private", &Trunk::allow_private, flag(),
               {"No warning that the customer's addresses are private ones: for a laboratory (R-011).",
                "true"})
          .section("general", &Trunk::general, general_table(),
                   {"What holds in both directions.", "{symmetric_rtp: true}"})
          .part("termination", &Trunk::termination, termination_table(),
                {"Calls from the customer. Left out: it cannot send any.",
                 "{domain: acme.sip.example, access: {any_of: [acme-hq]}}"})
          .section("origination", origination_table(),
                   {"Calls to the customer. Left out: it cannot receive any.",
                    "{targets: [{uri: \"sip:{number}@192.0.2.10\"}]}"})
          .later("service_address", "it comes later")
          .later("plan", "plans come later")
          .later("numbers", "write them at the top level: 'numbers: [{number: \"+12025550123\", trunk: …}]'")
          .prepare(prepare_profile)
          .finish(check_trunk)
          .mark(&Trunk::mark)
          .done();
  return table;
}

const Object& carrier_table() {
  static const Object table =
      Table<Carrier>("carrier", "A peer on the side of the telephone network.")
          .key("name", &Carrier::name, name_of(NameKind::Carrier),
               {"Name in logs and call records, unique.", "north", kRequired})
          .key("enabled", &Carrier::enabled, flag(),
               {"A carrier that is not enabled refuses and gets no calls.", "true"})
          .key("location", &Carrier::location, reference_to(NameKind::Edge),
               {"The edge that calls to it leave from; left out, where they came in.", "frankfurt"})
          .section("limits", &Carrier::limits, call_limits_table(),
                   {"Ceilings of the carrier.", "{channels: 200, cps: 20}"})
          .section("general", &Carrier::general, general_table(),
                   {"What holds in both directions.", "{ring_timeout: 120s}"})
          .key(
              "prefixes", &Carrier::prefixes, list(prefix()),
              {"Beginnings of the numbers that go to it, digits in quotes or with what `routing` orders them "
               "by; the longest of all carriers wins, `\"\"` is every number (R-083).",
               "[\"1\", {prefix: \"44\", cost: 0.012}, \"\"]"})
          .key("policy", &Carrier::policy,
               choice<TargetPolicy>({{"priority_weight", TargetPolicy::PriorityWeight},
                                     {"failover", TargetPolicy::Failover},
                                     {"round_robin", TargetPolicy::RoundRobin}}),
               {"Order of its targets, as for a trunk's origination.", "priority_weight"})
          .key("targets", &Carrier::targets, list(object<Target>(target_table()), kMaxTargets),
               {"Where calls to it go, up to ten.", "[{uri: \"sip:198.51.100.20:5060\"}]"})
          .key("sources", &Carrier::sources, list(cidr()),
               {"Addresses its calls come from.", "[198.51.100.20]"})
          .key("diversion", &Carrier::diversion,
               choice<DiversionIn>({{"forward", DiversionIn::Forward}, {"drop", DiversionIn::Drop}}),
               {"Diversion headers that it sends: on to the customer, or removed.", "forward"})
          .key("auth", &Carrier::auth, object<OutboundCredential>(outbound_credential_table()),
               {"What we answer when it challenges us.", "{user: tandem, password: {credential: north}}"})
          .later("codecs", "write it under 'general'")
          .later("registration", "registering with a carrier comes later")
          .finish(check_carrier)
          .mark(&Carrier::mark)
          .done();
  return table;
}

}  // namespace tandem::config
