// The inventory: numbers, verified caller IDs, hunting routes, groups.
#include "tables.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

constexpr auto kRequired = Presence::Required;

void check_number(Reader& reader, const Fields& fields, DialledNumber& number) {
  if (!number.trunk.empty() && !number.route.empty()) {
    reader.error(fields.at("route"), "a number goes to a trunk or to a route, not to both",
                 "remove one; the trunk may be the first entry of the route");
  }
  if (number.state == NumberState::Released && !(number.trunk.empty() && number.route.empty())) {
    reader.warn(fields.at("state"),
                "a released number still has a " + std::string(number.trunk.empty() ? "route" : "trunk"));
  }
}

const Object& route_entry_table() {
  static const Object table =
      Table<RouteEntry>("route_entry", "A trunk or a telephone number.")
          .key("trunk", &RouteEntry::trunk, reference_to(NameKind::Trunk), {"A trunk.", "acme"})
          .key("number", &RouteEntry::number, number(),
               {"A number that is called through the carriers.", "\"+12025550199\""})
          .finish([](Reader& reader, const Fields& fields, RouteEntry&) {
            if (fields.has("trunk") && fields.has("number")) {
              reader.error(fields.at("number"), "an entry is a trunk or a number, not both",
                           "make two entries of it");
            } else if (!fields.has("trunk") && !fields.has("number") && fields.fields.empty()) {
              reader.error(fields.where, "an entry needs 'trunk' or 'number'");
            }
          })
          .mark(&RouteEntry::mark)
          .done();
  return table;
}

void check_route(Reader& reader, const Fields& fields, Route& route) {
  const auto* entries = fields.find("entries");
  if (entries != nullptr && entries->value->kind == Node::Kind::List && entries->value->children.empty()) {
    reader.error(entries->key->at, "route '" + route.name + "' has no entries: its calls would fail");
  }
  for (const auto& entry : route.entries) {
    if (entry.number.empty() || !route.account.empty()) continue;
    reader.findings().warn(entry.mark,
                           "route '" + route.name + "' has no 'account': nobody pays for this call",
                           "add 'account'");
    return;
  }
}

}  // namespace

const Object& number_table() {
  static const Object table =
      Table<DialledNumber>(
          "number",
          "A number of the telephone network that calls come in for, and that its account may "
          "show (R-156 to R-158).")
          .key("number", &DialledNumber::number, number_of_inventory(),
               {"The number with +, in quotes; unique.", "\"+12025550123\"", kRequired})
          .key("account", &DialledNumber::account, reference_to(NameKind::Account),
               {"Whose it is; left out, the account of its trunk or route.", "acme"})
          .key("trunk", &DialledNumber::trunk, reference_to(NameKind::Trunk),
               {"Trunk it belongs to. Without trunk and route it stays in the inventory, unassigned (R-157).",
                "acme"})
          .key("route", &DialledNumber::route, reference_to(NameKind::Route),
               {"Instead of a trunk: a hunting route.", "acme-hunt"})
          .key("cnam", &DialledNumber::cnam, text("name"), {"Name of its holder.", "Acme Corp"})
          .key("tags", &DialledNumber::tags, list(text("tag")), {"Words to search by.", "[sales]"})
          .key("state", &DialledNumber::state,
               choice<NumberState>({{"active", NumberState::Active},
                                    {"reserved", NumberState::Reserved},
                                    {"released", NumberState::Released}}),
               {"Where it stands in its life.", "active"})
          .key("monthly_charge", &DialledNumber::monthly_charge, amount(),
               {"What it costs a month, for reports.", "\"1.15 EUR\""})
          .finish(check_number)
          .mark(&DialledNumber::mark)
          .done();
  return table;
}

const Object& verified_caller_id_table() {
  static const Object table =
      Table<VerifiedCallerId>("verified_caller_id",
                              "A number that an account may show without owning it (R-159).")
          .key("number", &VerifiedCallerId::number, number(),
               {"The number with +, in quotes.", "\"+12025550199\"", kRequired})
          .key("account", &VerifiedCallerId::account, reference_to(NameKind::Account),
               {"Who may show it.", "acme", kRequired})
          .key("verified_at", &VerifiedCallerId::verified_at, date(),
               {"When it was shown to be theirs.", "2026-11-26"})
          .key("method", &VerifiedCallerId::method, text(), {"How it was shown.", "call-back"})
          .mark(&VerifiedCallerId::mark)
          .done();
  return table;
}

const Object& route_table() {
  static const Object table =
      Table<Route>("route", "A hunting sequence: the next entry where one cannot take the call (R-116).")
          .key("name", &Route::name, name_of(NameKind::Route), {"Unique.", "acme-hunt", kRequired})
          .key("account", &Route::account, reference_to(NameKind::Account),
               {"Who pays for the calls to its numbers.", "acme"})
          .key("entries", &Route::entries, list(object<RouteEntry>(route_entry_table()), kMaxRouteEntries),
               {"Up to ten, in order.", "[{trunk: acme}, {number: \"+12025550199\"}]", kRequired})
          .finish(check_route)
          .mark(&Route::mark)
          .done();
  return table;
}

const Object& limit_group_table() {
  static const Object table =
      Table<LimitGroup>(
          "limit_group",
          "Trunks that share limits: channels towards the customer are each trunk's own, channels "
          "from it the sum of all (R-080).")
          .key("name", &LimitGroup::name, name_of(NameKind::LimitGroup), {"Unique.", "acme-sites", kRequired})
          .key("trunks", &LimitGroup::trunks, list(reference_to(NameKind::Trunk)),
               {"Its trunks, each in one group only.", "[acme, acme-2]", kRequired})
          .mark(&LimitGroup::mark)
          .done();
  return table;
}

}  // namespace tandem::config
