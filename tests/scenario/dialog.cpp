#include "scenario/dialog.hpp"

namespace tandem::scenario {

Dialog called_side(const Packet& invite, std::string local_tag) {
  Dialog dialog;
  dialog.call_id = invite.call_id;
  dialog.local_tag = std::move(local_tag);
  dialog.remote_tag = invite.from_tag;
  dialog.local_uri = invite.to_uri;
  dialog.remote_uri = invite.from_uri;
  dialog.peer = invite.from;
  dialog.remote_cseq = invite.cseq;
  refresh_target(dialog, invite);
  return dialog;
}

Packet next_request(Dialog& dialog, const std::string& method, const std::string& branch) {
  Packet request = ack_in(dialog, ++dialog.local_cseq, dialog.remote_tag, branch);
  request.method = method;
  return request;
}

Packet ack_in(const Dialog& dialog, std::uint32_t cseq, const std::string& to_tag,
              const std::string& branch) {
  Packet request;
  request.method = "ACK";
  request.to = dialog.peer;
  request.cseq = cseq;
  request.branch = branch;
  request.call_id = dialog.call_id;
  request.from_tag = dialog.local_tag;
  request.to_tag = to_tag;
  request.from_uri = dialog.local_uri;
  request.to_uri = dialog.remote_uri;
  request.uri = dialog.target;
  return request;
}

bool fits(const Dialog& dialog, const Packet& request) {
  if (dialog.remote_tag.empty()) return request.from_tag == dialog.early_tag;
  return request.from_tag == dialog.remote_tag;
}

void refresh_target(Dialog& dialog, const Packet& packet) {
  const auto contact = message::parse_name_addr(value_of(packet, "Contact"));
  if (!contact) return;
  dialog.target = contact->uri;
  const auto ip = IpAddress::parse(contact->uri.host);
  if (ip) dialog.peer = {*ip, contact->uri.port.value_or(5060)};
}

}  // namespace tandem::scenario
