#include "target.hpp"

#include "suggest.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

constexpr std::string_view kNumber = "{number}";
// Same length, so that the parser's offsets fit the text as it was written; braces are no URI characters.
constexpr std::string_view kStandIn = "0number0";
constexpr std::uint16_t kDefaultPort = 5060;  // RFC 3261 §19.1.2

/// Reports at the first octet of `part` inside the URI, or at its beginning.
void fail(Reader& reader, const Node& node, std::string_view part, std::string message,
          std::string cure = {}) {
  const auto offset = part.empty() ? std::string::npos : to_lower(node.text).find(to_lower(part));
  reader.error(position_inside(reader, node, offset == std::string::npos ? 0 : offset), std::move(message),
               std::move(cure));
}

bool check_scheme(Reader& reader, const Node& node, const message::Uri& uri) {
  if (uri.scheme == message::Scheme::Sip) return true;
  if (uri.scheme == message::Scheme::Sips) {
    fail(reader, node, {}, "'sips:' targets: TLS comes later", "write 'sip:' with ;transport=tcp or udp");
  } else {
    fail(reader, node, {}, "a 'tel:' URI names no address to send to", "write sip:{number}@192.0.2.1");
  }
  return false;
}

bool check_params(Reader& reader, const Node& node, const message::Uri& uri, Target& target) {
  bool is_fine = true;
  for (const auto& param : uri.params) {
    const auto name = to_lower(param.name);
    const auto written = ";" + param.name;
    if (name == "transport") {
      const auto transport = parse_transport(param.value.value_or(""));
      if (transport && *transport != Transport::Tls) {
        target.transport = *transport;
        continue;
      }
      is_fine = false;
      if (transport) {
        fail(reader, node, written, "transport=tls: TLS comes later", "write ;transport=tcp or udp");
      } else {
        fail(reader, node, written, "unknown transport '" + printable(param.value.value_or(""), 40) + "'",
             "write ;transport=tcp or udp");
      }
    } else if (name == "edge" || name == "region") {
      fail(reader, node, written, "';" + name + "=' in a target: edges come later");
      is_fine = false;
    } else if (name == "maddr" || name == "method" || name == "ttl") {
      fail(reader, node, written, "';" + name + "' has no place in a target", "write the address itself");
      is_fine = false;
    }
  }
  return is_fine;
}

bool check_host(Reader& reader, const Node& node, const message::Uri& uri, Target& target) {
  const auto ip = IpAddress::parse(uri.host);
  if (!ip) {
    fail(reader, node, uri.host, "'" + uri.host + "': host names are not resolved yet", "write the address");
    return false;
  }
  if (ip->is_unspecified()) {
    fail(reader, node, uri.host, "'" + uri.host + "' is no address that a call can be sent to");
    return false;
  }
  if (uri.port && *uri.port == 0) {
    fail(reader, node, ":0", "a call cannot be sent to port 0");
    return false;
  }
  target.address = {*ip, uri.port.value_or(kDefaultPort)};
  return true;
}

}  // namespace

void read_target_uri(Reader& reader, const Place& place, Target& target) {
  const auto written = read_text(reader, place, "a SIP URI");
  if (!written) return;
  const auto& node = *place.node;
  auto text = *written;
  const auto at_sign = text.find('@');
  const auto colon = text.find(':');
  const bool has_number = colon != std::string::npos && at_sign != std::string::npos &&
                          std::string_view(text).substr(colon + 1, at_sign - colon - 1) == kNumber;
  if (has_number) {
    text.replace(colon + 1, kNumber.size(), kStandIn);
  } else if (text.find(kNumber) != std::string::npos) {
    fail(reader, node, kNumber, "{number} must be the whole part before '@'", "write sip:{number}@192.0.2.1");
    return;
  }
  const auto parsed = message::parse_uri(text);
  if (!parsed) {
    const auto& what = parsed.error();
    reader.error(position_inside(reader, node, std::min(what.offset, text.size())),
                 "'" + printable(*written, 120) + "' is no SIP URI: " + what.what,
                 "write it as sip:{number}@192.0.2.1:5060");
    return;
  }
  auto uri = *parsed;
  if (has_number) uri.user = kNumber;
  bool is_fine = check_scheme(reader, node, uri);
  if (!is_fine) return;
  is_fine = check_params(reader, node, uri, target);
  is_fine = check_host(reader, node, uri, target) && is_fine;
  if (!uri.password.empty()) {
    fail(reader, node, {}, "a password in a URI is sent to everyone who sees the call",
         "put it under 'auth'");
    is_fine = false;
  }
  if (!uri.headers.empty()) {
    fail(reader, node, "?", "headers in a target: private headers come later", "remove the part from '?'");
    is_fine = false;
  }
  if (!is_fine) return;
  target.uri = std::move(uri);
  if (target.name.empty()) target.name = target.address.print();
}

}  // namespace tandem::config
