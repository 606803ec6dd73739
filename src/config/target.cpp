#include "target.hpp"

#include "private_header.hpp"
#include "suggest.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

constexpr std::string_view kNumber = "{number}";
// Same length, so that the parser's offsets fit the text as it was written; braces are no URI characters.
constexpr std::string_view kStandIn = "0number0";
constexpr std::string_view kExample = "write it as sip:{number}@192.0.2.1:5060";
constexpr std::uint16_t kDefaultPort = 5060;  // RFC 3261 §19.1.2
constexpr std::uint16_t kDefaultTlsPort = 5061;

/// One URI while it is read: where it stands, and whether a mistake was found.
struct Writing {
  Reader& reader;
  const Node& node;
  bool is_fine = true;

  void fail_at(std::size_t offset, std::string message, std::string cure = {}) {
    is_fine = false;
    reader.error(position_inside(reader, node, offset), std::move(message), std::move(cure));
  }
  /// At the first octet of `part`, or where the URI begins.
  void fail(std::string_view part, std::string message, std::string cure = {}) {
    fail_at(find(part), std::move(message), std::move(cure));
  }
  std::size_t find(std::string_view part) const {
    const auto offset = part.empty() ? 0 : to_lower(node.text).find(to_lower(part));
    return offset == std::string::npos ? 0 : offset;
  }
};

/// RFC 3261 §26.2 has no sips: end to end through a B2BUA: it is sip: over TLS on the next hop.
void read_scheme(Writing& writing, message::Uri& uri, Target& target) {
  if (uri.scheme == message::Scheme::Sip) return;
  if (uri.scheme == message::Scheme::Tel) {
    writing.fail({}, "a 'tel:' URI names no address to send to", "write sip:{number}@192.0.2.1");
    return;
  }
  uri.scheme = message::Scheme::Sip;
  target.transport = Transport::Tls;
  target.transport_written = true;
  writing.reader.advise(writing.node.at, "'sips:' is taken as 'sip:' with ;transport=tls",
                        "write it so: a bridged call is not secure from end to end");
}

void read_transport(Writing& writing, const message::Param& param, Target& target) {
  const auto transport = parse_transport(param.value.value_or(""));
  if (!transport) {
    writing.fail(";" + param.name, "unknown transport '" + printable(param.value.value_or(""), 40) + "'",
                 "write ;transport=tcp, udp or tls");
    return;
  }
  if (target.transport == Transport::Tls && *transport != Transport::Tls) {
    writing.fail(";" + param.name, "'sips:' goes over TLS only", "write 'sip:' for another transport");
    return;
  }
  target.transport = *transport;
  target.transport_written = true;
}

void read_edge(Writing& writing, const message::Param& param, Target& target) {
  const auto offset = writing.find(";" + param.name);
  const auto edge = to_lower(param.value.value_or(""));
  if (edge.empty()) {
    writing.fail_at(offset, "';" + param.name + "' names no edge", "write ;edge=frankfurt, or remove it");
  } else if (!target.edge.empty() && target.edge != edge) {
    writing.fail_at(offset,
                    "two edges for one target: '" + target.edge + "' and '" + printable(edge, 40) + "'",
                    "keep one");
  } else {
    target.edge = edge;
    writing.reader.names().refer(NameKind::Edge, edge,
                                 writing.reader.mark(position_inside(writing.reader, writing.node, offset)),
                                 Binding::Loose);
  }
}

/// What belongs to us is taken out; what is left is on the wire.
void read_params(Writing& writing, message::Uri& uri, Target& target) {
  std::vector<message::Param> kept;
  for (const auto& param : uri.params) {
    const auto name = to_lower(param.name);
    if (name == "edge" || name == "region") {
      read_edge(writing, param, target);
      continue;
    }
    if (name == "transport") read_transport(writing, param, target);
    if (name == "maddr" || name == "method" || name == "ttl")
      writing.fail(";" + param.name, "';" + name + "' has no place in a target", "write the address itself");
    kept.push_back(param);
  }
  if (target.transport == Transport::Tls && message::find_param(kept, "transport") == nullptr)
    kept.push_back({"transport", "tls"});
  uri.params = std::move(kept);
  if (target.transport == Transport::Tls) {
    writing.reader.warn(writing.node.at, "a target over TLS: until TLS exists, calls to it fail",
                        "write ;transport=tcp or udp where the peer takes it");
  }
}

void read_host(Writing& writing, const message::Uri& uri, Target& target) {
  if (uri.port && *uri.port == 0) writing.fail(":0", "a call cannot be sent to port 0");
  const auto ip = IpAddress::parse(uri.host);
  if (!ip) {
    // Letters are looked at here because message takes names with "_", which no zone of hosts has.
    if (const auto wrong = wrong_domain(uri.host); !wrong.empty())
      writing.fail(uri.host, "'" + printable(uri.host, 80) + "' is no host name: it " + wrong);
    return;
  }
  if (ip->is_unspecified()) {
    writing.fail(uri.host, "'" + uri.host + "' is no address that a call can be sent to");
    return;
  }
  const auto usual = target.transport == Transport::Tls ? kDefaultTlsPort : kDefaultPort;
  target.address = {*ip, uri.port.value_or(usual)};
}

/// Headers behind `?`: the parser has decoded them, their places are in the text.
void read_headers(Writing& writing, message::Uri& uri, Target& target) {
  auto begin = writing.node.text.find('?') + 1;
  for (const auto& header : uri.headers) {
    const auto end = std::min(writing.node.text.find('&', begin), writing.node.text.size());
    const auto value = header.value.value_or("");
    if (const auto fault = check_private_header(header.name, value)) {
      const auto equals = writing.node.text.find('=', begin);
      const bool is_value = fault->part == HeaderFault::Part::Value && equals < end;
      writing.fail_at(is_value ? equals + 1 : begin, fault->message, fault->cure);
    }
    target.headers.push_back({header.name, std::string(trim(value))});
    begin = end + 1;
  }
  uri.headers.clear();
}

std::string name_of(const message::Uri& uri, const Target& target) {
  if (target.is_numeric()) return target.address.print();
  return uri.host + (uri.port ? ":" + std::to_string(*uri.port) : "");
}

/// The URI as a value, "{number}" for its user where that was written; a finding otherwise.
std::optional<message::Uri> parse(Reader& reader, const Node& node) {
  auto text = node.text;
  const auto at_sign = text.find('@');
  const auto colon = text.find(':');
  const bool has_number = colon != std::string::npos && at_sign != std::string::npos &&
                          std::string_view(text).substr(colon + 1, at_sign - colon - 1) == kNumber;
  if (has_number) {
    text.replace(colon + 1, kNumber.size(), kStandIn);
  } else if (const auto stray = text.find(kNumber); stray != std::string::npos) {
    reader.error(position_inside(reader, node, stray), "{number} must be the whole part before '@'",
                 "write sip:{number}@192.0.2.1");
    return std::nullopt;
  }
  auto parsed = message::parse_uri(text);
  if (!parsed) {
    const auto& what = parsed.error();
    reader.error(position_inside(reader, node, std::min(what.offset, text.size())),
                 "'" + printable(node.text, 120) + "' is no SIP URI: " + what.what, std::string(kExample));
    return std::nullopt;
  }
  if (has_number) parsed->user = kNumber;
  return std::move(*parsed);
}

}  // namespace

void read_target_uri(Reader& reader, const Place& place, Target& target) {
  if (!read_text(reader, place, "a SIP URI", kMaxTargetUri)) return;
  auto uri = parse(reader, *place.node);
  if (!uri) return;
  Writing writing{reader, *place.node};
  read_scheme(writing, *uri, target);
  if (!writing.is_fine) return;
  read_params(writing, *uri, target);
  read_host(writing, *uri, target);
  read_headers(writing, *uri, target);
  if (!uri->password.empty()) {
    writing.fail({}, "a password in a URI is sent to everyone who sees the call", "put it under 'auth'");
  }
  if (!writing.is_fine) return;
  if (target.name.empty()) target.name = name_of(*uri, target);
  target.uri = std::move(*uri);
}

std::string print_target_uri(const Target& target) {
  auto uri = target.uri;
  const bool has_number = uri.user == kNumber;
  if (has_number) uri.user = kStandIn;
  if (!target.edge.empty()) uri.params.push_back({"edge", target.edge});
  for (const auto& header : target.headers) uri.headers.push_back({header.name, header.value});
  auto text = message::print(uri);
  if (has_number) text.replace(text.find(kStandIn), kStandIn.size(), kNumber);
  return text;
}

}  // namespace tandem::config
