// What a customer is told: the addresses, names, ports, users and numbers to configure at the PBX and its
// firewall.
#include <algorithm>

#include "tandem/tandemctl/sheets.hpp"
#include "tandem/trunk/bandwidth.hpp"
#include "tandem/trunk/decide.hpp"
#include "tandemctl/columns.hpp"
#include "tandemctl/points.hpp"

namespace tandem::tandemctl {
namespace {

constexpr std::string_view kIndent = "  ";

std::string with_edge(const std::string& edge) { return edge.empty() ? "" : "edge " + edge; }

template <class Range, class Print>
std::string joined(const Range& range, Print print) {
  std::string text;
  for (const auto& item : range) text += (text.empty() ? "" : ", ") + std::string(print(item));
  return text;
}

std::string print_address(const IpAddress& ip) {
  return ip.is_unspecified() ? "every address of the machine" : ip.print();
}

std::string print_points(const config::Config& config) {
  std::vector<TextRow> rows;
  for (const Point& point : signalling_points(config)) {
    rows.push_back({SocketAddress{point.ip, point.port}.print(), std::string(to_string(point.transport)),
                    point.node, with_edge(point.edge)});
  }
  return in_columns(rows, kIndent);
}

std::string ports_of_media(const config::MediaSettings& media) {
  return "udp " + std::to_string(media.first_port) + "-" + std::to_string(media.last_port);
}

std::string print_media(const config::Config& config) {
  const config::MediaSettings& media = config.media;
  std::vector<TextRow> rows{
      {"RTP and RTCP", ports_of_media(media)},
      {"of " + config.node_name, print_address(media.advertised.value_or(media.address))}};
  if (media.address_v6) rows.push_back({"", media.address_v6->print()});
  return in_columns(rows, kIndent);
}

std::string algorithms_of(const config::Challenge& challenge) {
  return joined(challenge.algorithms,
                [](config::DigestAlgorithm algorithm) { return config::to_string(algorithm); });
}

/// The realm of a group's accounts as the challenge will say it.
std::string realm_of(const config::AccessGroup& group, const config::Challenge& challenge) {
  if (!group.realm.empty()) return "realm " + group.realm;
  if (challenge.realm_rule == config::RealmRule::Fixed) return "realm " + challenge.realm;
  return "realm: the host that is dialled";
}

std::string print_access(const config::Config& config, const config::Termination& termination) {
  std::vector<TextRow> rows;
  for (const std::string& name : termination.access) {
    const auto group = std::ranges::find(config.access_groups, name, &config::AccessGroup::name);
    if (group == config.access_groups.end()) continue;
    const std::string from =
        group->ips.empty() ? "from any address"
                           : "from " + joined(group->ips, [](const Cidr& cidr) { return cidr.print(); });
    if (group->credentials.empty()) {
      rows.push_back({name, from, "no password"});
      continue;
    }
    rows.push_back(
        {name, from,
         "user " +
             joined(group->credentials, [](const config::Credential& credential) { return credential.user; }),
         realm_of(*group, termination.challenge),
         std::to_string(termination.challenge.status) + " " + algorithms_of(termination.challenge)});
  }
  return in_columns(rows, kIndent);
}

std::string print_names(const config::Config& config, const config::Trunk& trunk) {
  std::vector<TextRow> rows;
  for (const trunk::TrunkName& name : trunk::names_of(config, trunk))
    rows.push_back({"sip:NUMBER@" + name.host, with_edge(name.edge)});
  return in_columns(rows, kIndent);
}

std::string print_uri(message::Uri uri) {
  if (uri.user.empty() || uri.user == "{number}") uri.user = "NUMBER";
  return message::print(uri);
}

std::string print_targets(const config::Trunk& trunk) {
  std::vector<TextRow> rows;
  for (const config::Target& target : trunk.targets) {
    rows.push_back(
        {print_uri(target.uri), std::string(to_string(target.transport)),
         "priority " + std::to_string(target.priority) + " weight " + std::to_string(target.weight),
         target.edge.empty() ? "" : "from edge " + target.edge, target.enabled ? "" : "disabled"});
  }
  return in_columns(rows, kIndent);
}

/// "12025550123 (E.164 without +)".
std::string print_format(numbering::NumberFormat format) {
  static const auto kExample = *numbering::Number::parse_e164_plus("+12025550123");
  return std::string(numbering::to_string(format)) + ", for example " + *numbering::print(kExample, format);
}

std::string print_limits(const config::Trunk& trunk) {
  const config::CallLimits& limits = trunk.limits;
  std::vector<TextRow> rows{
      {"channels", limits.channels ? std::to_string(*limits.channels) + ", both directions together"
                                   : "no ceiling of its own"},
      {"calls a second", limits.cps ? std::to_string(*limits.cps) + ", " +
                                          std::to_string(limits.burst.value_or(*limits.cps)) + " at once"
                                    : "no ceiling of its own"}};
  if (limits.channels)
    rows.push_back({"bandwidth", std::to_string(trunk::bandwidth_bps(trunk) / 1000) + " kbit/s each way"});
  return in_columns(rows, kIndent);
}

std::string print_numbers(const config::Config& config, const config::Trunk& trunk) {
  const auto count = std::ranges::count(config.numbers, trunk.name, &config::DialledNumber::trunk);
  return "  " + std::to_string(count) + " on this trunk: tandemctl numbers list --trunk " + trunk.name + "\n";
}

std::string section(std::string_view title, const std::string& body) {
  return body.empty() ? std::string() : "\n" + std::string(title) + "\n" + body;
}

std::string headline(const config::Trunk& trunk) {
  std::string text = "Trunk " + trunk.name;
  if (!trunk.id.empty()) text += ", id " + trunk.id;
  if (!trunk.account.empty()) text += ", account " + trunk.account;
  if (!trunk.location.empty()) text += ", location " + trunk.location;
  return text + (trunk.enabled ? "" : ", disabled") + "\n";
}

std::string print_nodes(const config::Trunk& trunk) {
  std::vector<TextRow> rows;
  if (!trunk.node_primary.empty()) rows.push_back({"primary", trunk.node_primary});
  if (!trunk.node_secondary.empty()) rows.push_back({"secondary", trunk.node_secondary});
  return in_columns(rows, kIndent);
}

}  // namespace

std::string print_trunk_sheet(const config::Config& config, const config::Trunk& trunk) {
  std::string text = headline(trunk);
  if (trunk.termination) {
    text += section("Calls to the telephone network: dial", print_names(config, trunk));
    text += section("Who may", print_access(config, *trunk.termination));
  }
  text += section("Calls from the telephone network come to", print_targets(trunk));
  text += section("Our signalling", print_points(config));
  text += section("Nodes", print_nodes(trunk));
  text += section("Our media", print_media(config));
  text += section("Numbers are written", in_columns({{"to us", print_format(trunk.general.number_in)},
                                                     {"by us", print_format(trunk.general.number_out)}},
                                                    kIndent));
  text += section("Limits", print_limits(trunk));
  return text + section("Numbers", print_numbers(config, trunk));
}

std::string print_firewall_sheet(const config::Config& config, const config::Trunk& trunk) {
  std::string text = "Let through for trunk " + trunk.name + ", both ways\n";
  std::vector<TextRow> rows{{"edge", "address", "transport", "port", "for"}};
  const auto points = signalling_points(config);
  const std::string media_ports =
      std::to_string(config.media.first_port) + "-" + std::to_string(config.media.last_port);
  std::vector<std::pair<std::string, IpAddress>> media;
  for (const Point& point : points) {
    rows.push_back({point.edge.empty() ? "-" : point.edge, print_address(point.ip),
                    std::string(to_string(point.transport)), std::to_string(point.port), "SIP"});
    const std::pair<std::string, IpAddress> here{point.edge, point.ip};
    if (point.node != config.node_name && std::ranges::find(media, here) == media.end())
      media.push_back(here);
  }
  const auto own = std::ranges::find(points, config.node_name, &Point::node);
  const std::string own_edge = own == points.end() ? std::string() : own->edge;
  media.insert(media.begin(), {own_edge, config.media.advertised.value_or(config.media.address)});
  if (config.media.address_v6) media.insert(media.begin() + 1, {own_edge, *config.media.address_v6});
  for (const auto& [edge, ip] : media)
    rows.push_back({edge.empty() ? "-" : edge, print_address(ip), "udp", media_ports, "RTP, RTCP"});
  return text + in_columns(rows, kIndent);
}

}  // namespace tandem::tandemctl
