// The top level: every file is a partial document with these keys.
#include "tables.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

void note_number_files(Reader& reader, const Place& place, Config&) {
  const auto paths = list(text("path")).read(reader, place);
  if (!paths) return;
  for (std::size_t i = 0; i < paths->size(); ++i) {
    // Where an item is no path there is an error, and the places no longer match.
    const auto& items = place.node->children;
    const auto at = items.size() == paths->size() ? items[i]->at : place.where;
    reader.reading().number_files.emplace_back((*paths)[i], reader.mark(at));
  }
}

}  // namespace

const Object& root_table() {
  constexpr auto kOptional = Presence::Optional;
  constexpr auto kRestart = OnReload::NeedsRestart;
  constexpr std::size_t kMaxListeners = 64;
  constexpr std::size_t kMaxEdges = 64;
  constexpr std::size_t kMaxPatterns = 16;
  static const Object table =
      Table<Config>(
          "top level",
          "Every file of the folder may have any of these keys. Lists and access groups of several files are "
          "joined; the other keys may be in one file only.")
          .section("node", node_table(), {"Who this node is.", "{name: tandem-1}"})
          .once()
          .joined("listeners", &Config::listeners, list(object<Listener>(listener_table()), kMaxListeners),
                  {"Where SIP is spoken.", "[{name: udp, transport: udp, address: \"192.0.2.10:5060\"}]",
                   kOptional, kRestart})
          .section(
              "media", &Config::media, media_table(),
              {"Where RTP passes through.", "{address: 192.0.2.10, ports: 10000-20000}", kOptional, kRestart})
          .once()
          .section("cdr", &Config::cdr, cdr_table(),
                   {"Call records.", "{path: /var/log/tandem/cdr.jsonl}", kOptional, kRestart})
          .once()
          .section("log", &Config::log, log_table(), {"The log.", "{level: info, format: json}"})
          .once()
          .section("admin", &Config::admin, admin_table(),
                   {"The socket of `tandemctl`.", "{socket: /run/tandem/admin.sock}", kOptional, kRestart})
          .once()
          .section("limits", &Config::limits, limits_table(), {"Ceilings of the node.", "{max_calls: 4000}"})
          .once()
          .section("dns", &Config::dns, dns_table(),
                   {"How names of targets are resolved.", "{timeout: 3s}", kOptional, kRestart})
          .once()
          .section("routing", routing_table(), {"Choices among carriers.", "{carriers: ordered}"})
          .once()
          .joined("edges", &Config::edges, list(object<Edge>(edge_table()), kMaxEdges),
                  {"Points of presence.", "[{name: frankfurt, aliases: [eu1]}]"})
          .joined("domains", &Config::domains,
                  list(object<DomainPattern>(domain_pattern_table()), kMaxPatterns),
                  {"How the labels of trunks become host names.",
                   "[{plain: \"{trunk}.sip.example\", localized: \"{trunk}.{edge}.sip.example\"}]"})
          .joined(
              "nodes", &Config::nodes, list(object<ServiceNode>(service_node_table())),
              {"The machines of the service.", "[{name: fra-1, edge: frankfurt, addresses: [192.0.2.10]}]"})
          .joined("accounts", &Config::accounts, list(object<Account>(account_table())),
                  {"Whose trunks and numbers they are.", "[{id: acme}]"})
          .joined("access_groups", &Config::access_groups,
                  named<AccessGroup>(access_group_table(), NameKind::AccessGroup, &AccessGroup::name),
                  {"Who may call, by name.", "{acme-hq: {ips: [192.0.2.10]}}"})
          .joined("trunks", &Config::trunks, list(object<Trunk>(trunk_table())),
                  {"Customers.", "[{name: acme, …}]"})
          .joined("carriers", &Config::carriers, list(object<Carrier>(carrier_table())),
                  {"The side of the telephone network.", "[{name: north, …}]"})
          .joined("numbers", &Config::numbers, list(object<DialledNumber>(number_table())),
                  {"Numbers and the trunks they belong to.", "[{number: \"+12025550123\", trunk: acme}]"})
          .custom(
              "number_files", list(text("path")).form, note_number_files,
              [](const Config&, const Config&) { return true; }, [](const Config&) { return std::nullopt; },
              {"CSV files with numbers, beside the file that names them: a header row with names of the keys "
               "of [number](#number), then a number a row (RFC 4180); tags are parted by `;`. At most 64 MB "
               "a "
               "file.",
               "[numbers.csv]"})
          .joined("verified_caller_ids", &Config::verified_caller_ids,
                  list(object<VerifiedCallerId>(verified_caller_id_table())),
                  {"Numbers that an account may show without owning them.",
                   "[{number: \"+12025550199\", account: acme}]"})
          .joined("routes", &Config::routes, list(object<Route>(route_table())),
                  {"Hunting sequences for calls to a number.",
                   "[{name: acme-hunt, entries: [{trunk: acme}, {number: \"+12025550199\"}]}]"})
          .joined("limit_groups", &Config::limit_groups, list(object<LimitGroup>(limit_group_table())),
                  {"Trunks that share limits.", "[{name: acme-sites, trunks: [acme, acme-2]}]"})
          .later("service_addresses", "service addresses come later")
          .done();
  return table;
}

}  // namespace tandem::config
