// The service as a whole: its edges, the names that trunks have there, its machines, the order of its
// carriers.
#include "tables.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

constexpr auto kRequired = Presence::Required;
constexpr std::size_t kMaxAliases = 16;
constexpr std::string_view kTrunk = "{trunk}";
constexpr std::string_view kEdge = "{edge}";

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string without(std::string text, std::string_view part) {
  if (const auto at = text.find(part); at != std::string::npos) text.replace(at, part.size(), "x");
  return text;
}

/// A host name with {trunk} or {edge} for labels of it.
Value<std::string> host_pattern() {
  Form form;
  form.words = "domain name with {trunk} and {edge}";
  return {form,
          [](Reader& reader, const Place& place) -> std::optional<std::string> {
            const auto written = read_text(reader, place, "a pattern of a domain name");
            if (!written) return std::nullopt;
            const auto pattern = to_lower(*written);
            const auto filled = without(without(pattern, kTrunk), kEdge);
            if (const auto brace = filled.find_first_of("{}"); brace != std::string::npos) {
              const bool is_twice = has(filled, kTrunk) || has(filled, kEdge);
              reader.error(place.node->at,
                           "'" + printable(*written, 80) + "' " +
                               (is_twice ? "has a placeholder twice"
                                         : "has a placeholder that is neither {trunk} nor {edge}"));
              return std::nullopt;
            }
            if (const auto wrong = wrong_domain(filled); !wrong.empty()) {
              reader.error(place.node->at,
                           "'" + printable(*written, 80) + "' is no pattern of a domain name: it " + wrong,
                           "write it as \"{trunk}.sip.example\"");
              return std::nullopt;
            }
            return pattern;
          },
          [](const std::string& pattern) { return pattern; }};
}

void check_pattern(Reader& reader, const Fields& fields, DomainPattern& pattern) {
  if (!fields.has("plain") && !fields.has("localized")) {
    reader.error(fields.where, "a pattern needs 'plain' or 'localized'",
                 "for example 'plain: \"{trunk}.sip.example\"'");
    return;
  }
  if (has(pattern.plain, kEdge)) {
    reader.error(fields.at("plain"), "'plain' is the name without an edge, and has {edge} in it",
                 "write it as 'localized'");
  }
  if (pattern.plain.empty() || pattern.localized.empty()) {
    if (!pattern.localized.empty() && !has(pattern.localized, kEdge))
      reader.error(fields.at("localized"), "'localized' has no {edge} in it", "write it as 'plain'");
    return;
  }
  if (!has(pattern.localized, kEdge)) {
    reader.error(fields.at("localized"), "'localized' has no {edge} in it: every edge would have one name",
                 "for example \"{trunk}.{edge}.sip.example\"");
  }
  if (has(pattern.plain, kTrunk) != has(pattern.localized, kTrunk)) {
    reader.error(fields.at("localized"),
                 "'plain' and 'localized' must both have {trunk}, or neither (a name that trunks share)");
  }
}

}  // namespace

const Object& edge_table() {
  static const Object table =
      Table<Edge>("edge", "A point of presence (R-018).")
          .key("name", &Edge::name, edge_label(),
               {"Its label in localized names, in `;edge=` of a target and in `location`.", "frankfurt",
                kRequired})
          .key("aliases", &Edge::aliases, list(edge_label(), kMaxAliases),
               {"Older labels that keep working (R-019).", "[eu1]"})
          .mark(&Edge::mark)
          .done();
  return table;
}

const Object& domain_pattern_table() {
  static const Object table =
      Table<DomainPattern>(
          "domain_pattern",
          "How a trunk's label becomes host names (R-018): `{trunk}` stands for the label, `{edge}` for the "
          "name and each alias of an edge. Without `{trunk}` the names are shared by trunks that are told "
          "apart by digest user.")
          .key("plain", &DomainPattern::plain, host_pattern(),
               {"The name without an edge.", "\"{trunk}.pstn.example.com\""})
          .key("localized", &DomainPattern::localized, host_pattern(),
               {"The name at an edge.", "\"{trunk}.pstn.{edge}.example.com\""})
          .key("naming", &DomainPattern::naming,
               choice<Naming>({{"dns", Naming::Dns}, {"strict_alnum", Naming::StrictAlnum}}),
               {"What a label may have: what DNS allows and dots, or 0-9, a-z and A-Z alone (R-017).", "dns"})
          .finish(check_pattern)
          .mark(&DomainPattern::mark)
          .done();
  return table;
}

const Object& service_node_table() {
  static const Object table =
      Table<ServiceNode>("service_node", "A machine of the service (R-020 to R-023).")
          .key("name", &ServiceNode::name, name_of(NameKind::Node), {"Unique.", "fra-1", kRequired})
          .key("edge", &ServiceNode::edge, reference_to(NameKind::Edge),
               {"The edge it stands at.", "frankfurt"})
          .key("addresses", &ServiceNode::addresses, list(ip_address()),
               {"Its addresses for the names of that edge.", "[192.0.2.10, \"2001:db8::10\"]", kRequired})
          .key("drained", &ServiceNode::drained, flag(),
               {"A drained node is left out of the exported zone.", "false"})
          .mark(&ServiceNode::mark)
          .done();
  return table;
}

const Object& routing_table() {
  static const Object table =
      Table<Config>("routing", "Choices among carriers.")
          .key("carriers", &Config::carrier_order,
               choice<CarrierOrder>({{"ordered", CarrierOrder::Ordered},
                                     {"weighted", CarrierOrder::Weighted},
                                     {"least_cost", CarrierOrder::LeastCost}}),
               {"Among the carriers of the longest prefix: by priority and order of writing, by priority and "
                "weight, or by cost.",
                "ordered"})
          .done();
  return table;
}

}  // namespace tandem::config
