// Who may call: accounts, access groups and their credentials.
#include "tables.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

constexpr auto kRequired = Presence::Required;

// Shorter prefixes are so much of the Internet that an address alone proves nothing.
constexpr int kLeastBitsV4 = 8;
constexpr int kLeastBitsV6 = 16;

void check_credential(Reader& reader, const Fields& fields, Credential&) {
  const bool has_password = fields.has("password");
  const bool has_hashes = fields.has("ha1");
  if (!has_password && !has_hashes) {
    reader.error(fields.where, "missing key 'password' or 'ha1' in '" + reader.path() + "'",
                 "for example 'password: {file: secrets/pbx}'");
  }
  if (has_password && has_hashes) {
    reader.error(fields.at("ha1"), "'password' and 'ha1' are both given", "keep one of them");
  }
  if (const auto* hashes = fields.find("ha1");
      hashes != nullptr && hashes->value->kind == Node::Kind::Map && hashes->value->children.empty()) {
    reader.error(hashes->key->at, "'ha1' has no hash in it");
  }
}

const Object& credential_table() {
  static const Object table =
      Table<Credential>("credential", "One account of an access group, for digest authentication.")
          .key("user", &Credential::user, text("user name"), {"User name of the digest.", "pbx", kRequired})
          .key("password", &Credential::password, secret(),
               {"Its password, better elsewhere than in this file.", "{file: secrets/pbx}"})
          .key("ha1", &Credential::ha1, ha1_hashes(),
               {"Instead of a password: for each algorithm the hash of `user:realm:password`, in hexadecimal "
                "digits. It holds "
                "for the `realm` of the group alone (R-050). For MD5: "
                "`printf '%s' 'pbx:sip.example:secret' | md5sum`, for SHA-256 `sha256sum`, for SHA-512-256 "
                "`openssl dgst -sha512-256`.",
                "{MD5: \"…\", SHA-256: \"…\"}"})
          .finish(check_credential)
          .mark(&Credential::mark)
          .done();
  return table;
}

void check_group(Reader& reader, const Fields& fields, AccessGroup& group) {
  const auto is_empty = [&](std::string_view key) {
    const auto* field = fields.find(key);
    return field == nullptr || (field->value->kind == Node::Kind::List && field->value->children.empty());
  };
  if (is_empty("ips") && is_empty("credentials")) {
    reader.error(fields.where,
                 "access group '" + group.name + "' lets nobody in: it has neither 'ips' nor 'credentials'");
    return;
  }
  if (is_empty("credentials")) refuse_wide_sources(reader, fields.at("ips"), group.ips);
}

}  // namespace

void refuse_wide_sources(Reader& reader, Position at, const std::vector<Cidr>& sources) {
  for (const auto& cidr : sources) {
    if (cidr.prefix_bits >= (cidr.network.is_v4() ? kLeastBitsV4 : kLeastBitsV6)) continue;
    reader.error(at, "'" + cidr.print() + "' without credentials lets half the Internet in: an open relay",
                 "name the addresses, or add 'credentials'");
  }
}

const Object& outbound_credential_table() {
  static const Object table =
      Table<OutboundCredential>("auth", "Credentials for a peer that challenges us (R-053).")
          .key("user", &OutboundCredential::user, text("user name"),
               {"User name of the digest.", "tandem", kRequired})
          .key("password", &OutboundCredential::password, secret(),
               {"Its password.", "{credential: north}", kRequired})
          .key("realm", &OutboundCredential::realm, text("realm"),
               {"Realm it is for; left out: any.", "north.example"})
          .done();
  return table;
}

const Object& account_table() {
  static const Object table =
      Table<Account>("account", "Whose trunks and numbers they are.")
          .key("id", &Account::id, name_of(NameKind::Account), {"Unique.", "acme", kRequired})
          .key("restrict_destinations", &Account::restrict_destinations,
               choice<RestrictDestinations>(
                   {{"none", RestrictDestinations::None}, {"verified", RestrictDestinations::Verified}}),
               {"`verified`: its trunks may call verified numbers only, as a trial account (R-069).", "none"})
          .key("default_number", &Account::default_number, number(),
               {"The number that vouches for calls without one (R-067); left out, the first of its numbers.",
                "\"+12025550123\""})
          .section("limits", &Account::limits, call_limits_table(),
                   {"Ceilings of all its trunks together.", "{channels: 100, cps: 10}"})
          .later("plan", "plans come later")
          .mark(&Account::mark)
          .done();
  return table;
}

const Object& access_group_table() {
  static const Object table =
      Table<AccessGroup>(
          "access_group",
          "Addresses and accounts that may call. Inside a group both are enforced: address AND credentials. "
          "Over the groups of a trunk one is enough (R-046). Either list may be left out, not both.")
          .key("realm", &AccessGroup::realm, text("realm"),
               {"Fixed realm of the hashes in it. Needed with `ha1`; left out, the trunk's rule holds.",
                "sip.example"})
          .key("ips", &AccessGroup::ips, list(cidr()),
               {"Addresses and prefixes, IPv4 and IPv6.", "[192.0.2.10, 198.51.100.0/24]"})
          .key("credentials", &AccessGroup::credentials, list(object<Credential>(credential_table())),
               {"Accounts with a password or its hashes.", "[{user: pbx, password: {file: secrets/pbx}}]"})
          .finish(check_group)
          .mark(&AccessGroup::mark)
          .done();
  return table;
}

}  // namespace tandem::config
