#include "scenario/packet.hpp"

#include <charconv>

namespace tandem::scenario {

Packet response_to(const Packet& request, int status, const std::string& to_tag) {
  Packet response;
  response.from = request.to;
  response.to = request.from;
  response.status = status;
  response.phrase = message::status_phrase(status);
  response.method = request.method;
  response.cseq = request.cseq;
  response.branch = request.branch;
  response.call_id = request.call_id;
  response.from_tag = request.from_tag;
  response.to_tag = request.to_tag.empty() && status > 100 ? to_tag : request.to_tag;
  response.from_uri = request.from_uri;
  response.to_uri = request.to_uri;
  return response;
}

Packet ack_of_refusal(const Packet& invite, const Packet& response) {
  Packet ack = invite;
  ack.method = "ACK";
  ack.to_tag = response.to_tag;
  ack.headers = {};
  ack.content_type.clear();
  ack.body.clear();
  return ack;
}

Packet request_after(const Packet& invite, const Packet& ok, const std::string& method, std::uint32_t cseq,
                     const std::string& branch) {
  Packet request = ack_of_refusal(invite, ok);
  request.method = method;
  request.cseq = cseq;
  request.branch = branch;
  // To the far end itself, not to a proxy that its INVITE went through (RFC 3261 §12.1.2).
  if (const auto contact = message::parse_name_addr(value_of(ok, "Contact"))) {
    request.uri = contact->uri;
    if (const auto ip = IpAddress::parse(contact->uri.host))
      request.to = {*ip, contact->uri.port.value_or(5060)};
  }
  return request;
}

void set_sdp(Packet& packet, const std::string& sdp) {
  packet.body = sdp;
  packet.content_type = sdp.empty() ? "" : "application/sdp";
}

void add_headers(Packet& packet, const std::vector<message::Header>& headers) {
  for (const message::Header& row : headers) packet.headers.add(row.name, row.value);
}

message::Request to_request(const Packet& packet) {
  const auto tagged = [](const std::string& uri, const std::string& tag) {
    return tag.empty() ? uri : uri + ";tag=" + tag;
  };
  message::Request request;
  request.method = packet.method;
  request.uri = packet.uri;
  request.headers.add("Via", "SIP/2.0/UDP " + packet.from.print() + ";branch=" + packet.branch);
  request.headers.add("From", tagged(packet.from_uri, packet.from_tag));
  request.headers.add("To", tagged(packet.to_uri, packet.to_tag));
  request.headers.add("Call-ID", packet.call_id);
  request.headers.add("CSeq", std::to_string(packet.cseq) + " " + packet.method);
  for (const message::Header& row : packet.headers.rows()) request.headers.add(row.name, row.value);
  if (!packet.content_type.empty()) request.headers.add("Content-Type", packet.content_type);
  request.body = packet.body;
  return request;
}

std::vector<std::string> challenges_of(const Packet& packet) {
  std::vector<std::string> challenges;
  for (std::string_view value :
       packet.headers.all(packet.status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate"))
    challenges.emplace_back(value);
  return challenges;
}

call::Body body_of(const Packet& packet) {
  if (packet.body.empty()) return {};
  if (packet.content_type == "application/sdp") return {packet.body, false};
  return {{}, true};
}

std::string value_of(const Packet& packet, std::string_view header) {
  const std::string* value = packet.headers.find(header);
  return value ? *value : std::string{};
}

std::optional<std::uint32_t> number_of(const Packet& packet, std::string_view header) {
  const std::string* value = packet.headers.find(header);
  std::uint32_t number = 0;
  if (!value || std::from_chars(value->data(), value->data() + value->size(), number).ec != std::errc{})
    return std::nullopt;
  return number;
}

std::string rung(const Packet& packet) {
  std::string text =
      packet.is_request() ? packet.method : std::to_string(packet.status) + " " + packet.method;
  text += " " + std::to_string(packet.cseq);
  if (packet.headers.has("RSeq")) text += " rseq " + value_of(packet, "RSeq");
  if (packet.content_type == "application/sdp") {
    text += " sdp";
    for (const char* direction : {"sendonly", "recvonly", "inactive"}) {
      if (packet.body.find(std::string("a=") + direction) != std::string::npos)
        text += std::string(" ") + direction;
    }
  }
  return text;
}

}  // namespace tandem::scenario
