// The zone of the trunks' names. Plain names lead everywhere, the trunk's location first; names of an edge
// lead to its nodes alone and promise no more. RFC 1035 §5, RFC 2782, RFC 3263 §4.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "tandem/base/text.hpp"
#include "tandem/tandemctl/sheets.hpp"
#include "tandem/trunk/decide.hpp"
#include "tandemctl/columns.hpp"
#include "tandemctl/points.hpp"

namespace tandem::tandemctl {
namespace {

constexpr std::string_view kTtl = "600";
constexpr int kWeight = 10;

/// SRV priorities of a plain name, lowest first: the trunk's own nodes, its location, every other edge.
constexpr int kPrimary = 10;
constexpr int kSecondary = 20;
constexpr int kLocation = 30;
constexpr int kElsewhere = 40;

/// One host name of the export and what it leads to.
struct Name {
  std::string host;
  std::string edge;            ///< its own nodes only; empty: a plain name
  const config::Trunk* trunk;  ///< whose location counts; null where several trunks share the name
};

struct Lead {
  const config::ServiceNode* node;
  int priority;
};

struct Service {
  std::string_view naptr;  ///< RFC 3263 §4.1
  std::string_view label;
  int order;
};

Service service_of(Transport transport) {
  switch (transport) {
    case Transport::Udp:
      return {"SIP+D2U", "_sip._udp", 10};
    case Transport::Tcp:
      return {"SIP+D2T", "_sip._tcp", 20};
    case Transport::Tls:
      return {"SIPS+D2T", "_sips._tcp", 30};
  }
  return {"SIP+D2U", "_sip._udp", 10};
}

/// Lower case, no final dot.
std::string bare(std::string_view name) {
  std::string text = to_lower(name);
  while (text.ends_with('.')) text.pop_back();
  return text;
}

bool is_in(std::string_view host, std::string_view zone) {
  return host == zone ||
         (host.ends_with(zone) && host.size() > zone.size() && host[host.size() - zone.size() - 1] == '.');
}

std::vector<Name> names_of_all(const config::Config& config) {
  std::vector<Name> names;
  std::map<std::string, std::size_t> known;
  for (const config::Trunk& trunk : config.trunks) {
    if (!trunk.enabled) continue;
    for (const trunk::TrunkName& name : trunk::names_of(config, trunk)) {
      const std::string host = bare(name.host);
      if (IpAddress::parse(host)) continue;
      const auto [row, is_new] = known.emplace(host, names.size());
      if (is_new) {
        names.push_back({host, name.edge, &trunk});
      } else if (names[row->second].trunk != &trunk) {
        names[row->second].trunk = nullptr;
      }
    }
  }
  return names;
}

/// The longest name that every host is in, itself no host and no top-level domain: "sip.example". Empty:
/// there is none.
std::string common_zone(const std::vector<Name>& names) {
  const auto parent = [](const std::string& name) {
    const std::size_t dot = name.find('.');
    return dot == std::string::npos ? std::string() : name.substr(dot + 1);
  };
  const auto holds_all = [&](const std::string& zone) {
    return std::ranges::all_of(names,
                               [&](const Name& name) { return name.host != zone && is_in(name.host, zone); });
  };
  std::string zone = parent(names.front().host);
  while (!zone.empty() && !holds_all(zone)) zone = parent(zone);
  return zone.find('.') == std::string::npos ? std::string() : zone;
}

/// Where the nodes of a name have theirs, when names have no zone in common: its last two labels, or all of
/// it where it has no more.
std::string zone_of(const std::string& host) {
  const std::size_t last = host.rfind('.');
  if (last == std::string::npos || last == 0) return host;
  const std::size_t before = host.rfind('.', last - 1);
  return before == std::string::npos ? host : host.substr(before + 1);
}

int priority_for(const Name& name, const config::ServiceNode& node) {
  if (!name.edge.empty() || name.trunk == nullptr) return kPrimary;
  const config::Trunk& trunk = *name.trunk;
  if (node.name == trunk.node_primary) return kPrimary;
  if (node.name == trunk.node_secondary) return kSecondary;
  if (trunk.location.empty()) return trunk.node_primary.empty() ? kPrimary : kElsewhere;
  return node.edge == trunk.location ? kLocation : kElsewhere;
}

std::vector<Lead> leads_of(const Name& name, const std::vector<config::ServiceNode>& nodes) {
  std::vector<Lead> leads;
  for (const config::ServiceNode& node : nodes) {
    if (node.drained || node.addresses.empty()) continue;
    if (name.edge.empty() || node.edge == name.edge) leads.push_back({&node, priority_for(name, node)});
  }
  std::ranges::stable_sort(leads, {}, &Lead::priority);
  // Where no lead comes before another, there is nothing to rank.
  if (!leads.empty() && leads.front().priority == leads.back().priority) {
    for (Lead& lead : leads) lead.priority = kPrimary;
  }
  return leads;
}

class Zone {
 public:
  /// zone: of the nodes; empty: each name's own.
  Zone(const config::Config& config, std::string zone)
      : zone_(std::move(zone)), ports_(signalling_ports(config)), nodes_(service_nodes(config)) {}

  void add(const Name& name) {
    const auto leads = leads_of(name, nodes_);
    if (leads.empty()) {
      notes_ += "; " + name.host + " leads nowhere: no node" +
                (name.edge.empty() ? "" : " of edge " + name.edge) + " is in service\n";
      return;
    }
    for (const Port& port : ports_) {
      const Service service = service_of(port.transport);
      const std::string srv = std::string(service.label) + "." + name.host + ".";
      row(name.host, "NAPTR",
          std::to_string(service.order) + " 50 \"s\" \"" + std::string(service.naptr) + "\" \"\" " + srv);
    }
    for (const Port& port : ports_) {
      const Service service = service_of(port.transport);
      for (const Lead& lead : leads) {
        row(std::string(service.label) + "." + name.host, "SRV",
            std::to_string(lead.priority) + " " + std::to_string(kWeight) + " " +
                std::to_string(port.number) + " " + host_of(*lead.node, name) + ".");
      }
    }
    for (const Lead& lead : leads) addresses(host_of(*lead.node, name), *lead.node);
    // An A record has no priority, so it names the nearest nodes alone.
    for (const Lead& lead : leads) {
      if (lead.priority == leads.front().priority || is_pair(leads.front(), lead))
        addresses(name.host, *lead.node);
    }
  }

  std::string print() const { return "$TTL " + std::string(kTtl) + "\n" + notes_ + in_columns(rows_); }
  void note(const std::string& text) { notes_ += "; " + text + "\n"; }

 private:
  /// Primary and secondary serve the trunk together.
  static bool is_pair(const Lead& first, const Lead& other) {
    return first.priority == kPrimary && other.priority == kSecondary;
  }

  void row(const std::string& host, std::string type, std::string data) {
    TextRow made{host + ".", std::string(kTtl), "IN", std::move(type), std::move(data)};
    if (known_.insert(made).second) rows_.push_back(std::move(made));
  }
  void addresses(const std::string& host, const config::ServiceNode& node) {
    for (const IpAddress& ip : node.addresses) row(host, ip.is_v6() ? "AAAA" : "A", ip.print());
  }
  /// A node whose name has a dot is a host already.
  std::string host_of(const config::ServiceNode& node, const Name& name) const {
    const std::string host = bare(node.name);
    if (host.find('.') != std::string::npos) return host;
    return host + "." + (zone_.empty() ? zone_of(name.host) : zone_);
  }

  std::string zone_;
  std::vector<Port> ports_;
  std::vector<config::ServiceNode> nodes_;
  std::vector<TextRow> rows_;
  std::set<TextRow> known_;  ///< a node's host is led to by many names and stands once
  std::string notes_;
};

}  // namespace

Expected<std::string, std::string> export_zone(const config::Config& config, std::string_view wanted) {
  const auto names = names_of_all(config);
  if (names.empty())
    return unexpected(std::string("no trunk has a name: see trunks[].termination.domain and labels"));
  const std::string zone = wanted.empty() ? common_zone(names) : bare(wanted);
  Zone made(config, zone);
  if (zone.empty() && names.size() > 1)
    made.note("these names are of several zones: --zone NAME writes one of them");
  for (const Name& name : names) {
    if (zone.empty() || is_in(name.host, zone)) {
      made.add(name);
    } else {
      made.note(name.host + " is in another zone");
    }
  }
  return made.print();
}

}  // namespace tandem::tandemctl
