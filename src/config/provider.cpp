// Trunks to a provider: what their own sections say, in terms of every other trunk.
#include <algorithm>
#include <array>

#include "cross_check.hpp"
#include "profiles.hpp"
#include "tables.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

constexpr auto kRequired = Presence::Required;
constexpr std::string_view kSidHeader = "X-Twilio-AccountSid";

// Keys that a provider's trunk has beside its own section; all others are preset.
constexpr std::array<std::string_view, 15> kProviderKeys{
    "name",   "id",       "account",       "enabled", "type",          "profile",    "location", "created",
    "limits", "override", "international", "nodes",   "allow_private", "freshworks", "genesys"};

void require(Reader& reader, const Fields& fields, std::string_view section, const Trunk& trunk) {
  if (fields.has(section) || fields.has("termination")) return;
  reader.error(fields.at("profile"),
               "profile " + std::string(to_string(trunk.profile)) + " needs '" + std::string(section) + "'");
}

void refuse_empty(Reader& reader, const Fields& fields, std::string_view name) {
  const auto* field = fields.find(name);
  if (field != nullptr && field->value->kind == Node::Kind::List && field->value->children.empty())
    reader.error(field->key->at, "'" + std::string(name) + "' is empty");
}

void check_sources(Reader& reader, const Fields& fields, const std::vector<Cidr>& sources) {
  refuse_empty(reader, fields, "sources");
  refuse_wide_sources(reader, fields.at("sources"), sources);
}

/// An access group of its own for the trunk, under a name that nobody is likely to have taken.
void add_group(Reader& reader, Position at, const std::vector<Cidr>& sources, Trunk& trunk) {
  constexpr std::size_t kMostOfId = 48;  // the whole is a name like any other, so that show() can write it
  AccessGroup group;
  group.name = "sources of " + trunk.id.substr(0, kMostOfId);
  group.ips = sources;
  group.mark = reader.mark(at);
  reader.names().define(NameKind::AccessGroup, group.name, group.mark, reader.findings());
  trunk.termination->access = {group.name};
  reader.reading().groups.push_back(std::move(group));
}

Target target_to(const std::string& host, const Mark& mark) {
  Target target;
  target.name = host;
  target.uri.user = "{number}";
  target.uri.host = host;
  target.mark = mark;
  if (const auto ip = IpAddress::parse(host)) {
    target.address = {*ip, 5060};  // RFC 3261 §19.1.2
    target.name = target.address.print();
  }
  return target;
}

template <class S>
std::optional<S> read_section_of(Reader& reader, const Fields& fields, std::string_view name,
                                 const Object& table) {
  const auto* field = fields.find(name);
  if (field == nullptr) return std::nullopt;
  S settings;
  const Reader::Step step(reader, std::string(name));
  if (!reader.read(Place{field->value, field->key->at}, table, &settings)) return std::nullopt;
  return settings;
}

void apply_freshworks(Reader& reader, const Fields& fields, Trunk& trunk) {
  require(reader, fields, "freshworks", trunk);
  const auto settings = read_section_of<FreshworksSettings>(reader, fields, "freshworks", freshworks_table());
  if (!settings) return;
  const auto at = fields.at("freshworks");
  trunk.termination->header = HeaderMatch{std::string(kSidHeader), settings->account_sid};
  if (!settings->sources.empty()) add_group(reader, at, settings->sources, trunk);
  if (!trunk.targets.empty()) return;  // written, with 'override'
  for (const auto& host : settings->destination_hosts)
    trunk.targets.push_back(target_to(host, reader.mark(at)));
}

void apply_genesys(Reader& reader, const Fields& fields, Trunk& trunk) {
  require(reader, fields, "genesys", trunk);
  const auto settings = read_section_of<GenesysSettings>(reader, fields, "genesys", genesys_table());
  if (!settings) return;
  const auto at = fields.at("genesys");
  if (!settings->sources.empty()) add_group(reader, at, settings->sources, trunk);
  if (!settings->termination_fqdn.empty()) trunk.termination->fqdns = {settings->termination_fqdn};
  const auto& regions = genesys_regions();
  const auto row = std::find_if(regions.begin(), regions.end(), [&](const GenesysRegion& candidate) {
    return candidate.region == settings->region;
  });
  if (row != regions.end() && trunk.targets.empty() && !settings->termination_identifier.empty()) {
    trunk.targets = {
        target_to(settings->termination_identifier + ".byoc." + std::string(row->domain), reader.mark(at))};
  }
  // The region is an alias of the edge that is nearest to it, where the operator has said so.
  if (trunk.location.empty() && !settings->region.empty()) {
    trunk.location = settings->region;
    reader.names().refer(NameKind::Edge, settings->region, reader.mark(at), Binding::Loose);
  }
}

bool overrides(Reader& reader, const Fields& fields) {
  const auto* field = fields.find("override");
  return field != nullptr && flag().read(reader, Place{field->value, field->key->at}).value_or(true);
}

void refuse_other_keys(Reader& reader, const Fields& fields, const Trunk& trunk) {
  const auto profile = std::string(to_string(trunk.profile));
  for (const auto& field : fields.fields) {
    const auto& key = field.key->text;
    const bool is_allowed = std::find(kProviderKeys.begin(), kProviderKeys.end(), key) != kProviderKeys.end();
    if (is_allowed || trunk_table().find(key) == nullptr) continue;
    reader.error(field.key->at, "'" + key + "' does not apply to a trunk with profile " + profile,
                 "remove it: the profile sets it; or write 'override: true'");
  }
}

}  // namespace

bool is_provider(Profile profile) {
  return profile == Profile::Freshworks || profile == Profile::GenesysPureCloud;
}

const Object& freshworks_table() {
  static const Object table =
      Table<FreshworksSettings>("freshworks",
                                "A trunk to Freshworks (R-171); `profile: freshworks` needs it.")
          .key("account_sid", &FreshworksSettings::account_sid, text("text"),
               {"The Twilio account SID: calls carry it in X-Twilio-AccountSid.",
                "AC00000000000000000000000000000000", kRequired})
          .key("destination_hosts", &FreshworksSettings::destination_hosts, list(host_name(), kMaxTargets),
               {"The Twilio SIP domains that calls go to.", "[acme.sip.example]", kRequired})
          .key("sources", &FreshworksSettings::sources, list(cidr()),
               {"Addresses that its calls come from; both this and the SID must be right.",
                "[198.51.100.0/24]", kRequired})
          .finish([](Reader& reader, const Fields& fields, FreshworksSettings& settings) {
            refuse_empty(reader, fields, "destination_hosts");
            check_sources(reader, fields, settings.sources);
          })
          .done();
  return table;
}

const Object& genesys_table() {
  static const Object table = [] {
    std::vector<std::pair<std::string, std::string>> regions;
    for (const auto& row : genesys_regions()) regions.emplace_back(row.region, row.region);
    return Table<GenesysSettings>("genesys",
                                  "A trunk to Genesys Cloud (R-173); `profile: genesys_purecloud` needs it.")
        .key("region", &GenesysSettings::region, choice<std::string>(regions),
             {"Its region. Calls leave from the edge that has the region among its `aliases`.",
              "eu-central-1", kRequired})
        .key("termination_identifier", &GenesysSettings::termination_identifier, host_label(),
             {"The inbound SIP termination identifier: calls go to `<identifier>.byoc.<domain of the "
              "region>`.",
              "acme", kRequired})
        .key("termination_fqdn", &GenesysSettings::termination_fqdn, domain_of(NameKind::Fqdn),
             {"The outbound SIP termination FQDN: calls from Genesys are addressed to it.",
              "acme.customer.example", kRequired})
        .key("sources", &GenesysSettings::sources, list(cidr()),
             {"Addresses that its calls come from.", "[198.51.100.0/24]", kRequired, OnReload::Applies,
              "a host name alone proves nothing (an open relay)"})
        .finish([](Reader& reader, const Fields& fields, GenesysSettings& settings) {
          check_sources(reader, fields, settings.sources);
        })
        .done();
  }();
  return table;
}

void prepare_profile(Reader&, const Fields& fields, Trunk& trunk) {
  const auto* field = fields.find("profile");
  if (field == nullptr || !field->value->is_scalar()) return;
  for (const auto& text : profile_texts()) {
    if (iequals(to_string(text.profile), field->value->text)) {
      const auto mark = trunk.mark;
      trunk = presets_of(text.profile);
      trunk.mark = mark;
    }
  }
}

void finish_profile(Reader& reader, const Fields& fields, Trunk& trunk) {
  const bool is_overridden = overrides(reader, fields);
  if (trunk.profile == Profile::Freshworks) apply_freshworks(reader, fields, trunk);
  if (trunk.profile == Profile::GenesysPureCloud) apply_genesys(reader, fields, trunk);
  if (is_provider(trunk.profile) && !is_overridden) refuse_other_keys(reader, fields, trunk);
  const auto misplaced = [&](std::string_view key, Profile profile) {
    if (!fields.has(key) || trunk.profile == profile) return;
    reader.error(fields.at(key),
                 "'" + std::string(key) + "' belongs to 'profile: " + std::string(to_string(profile)) + "'");
  };
  misplaced("freshworks", Profile::Freshworks);
  misplaced("genesys", Profile::GenesysPureCloud);
  // A preset is no termination: only what is written, or what a provider brings with it.
  if (!fields.has("termination") && !is_provider(trunk.profile)) trunk.termination.reset();
}

}  // namespace tandem::config
