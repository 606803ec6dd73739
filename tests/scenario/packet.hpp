// A SIP message as a value: what transactions and dialogs look at stands in fields, the rest is text. RFC
// 3261 §7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tandem/base/address.hpp"
#include "tandem/call/event.hpp"
#include "tandem/message/message.hpp"

namespace tandem::scenario {

struct Packet {
  SocketAddress from, to;  ///< on the wire
  int status = 0;          ///< 0: a request
  std::string phrase;
  std::string method;  ///< of CSeq: a response's too
  std::uint32_t cseq = 0;
  std::string branch;  ///< of the topmost Via
  std::string call_id;
  std::string from_tag, to_tag;
  std::string from_uri, to_uri;  ///< name-addr without tag
  message::Uri uri;              ///< of a request
  message::Headers headers;      ///< all others
  std::string content_type;
  std::string body;

  bool is_request() const { return status == 0; }
  bool is(std::string_view what) const { return is_request() && method == what; }
  /// Retransmissions have it too: a request's branch and method (RFC 3261 §17.2.3).
  std::string transaction() const { return branch + (method == "ACK" ? "INVITE" : method); }
};

/// A response with what it must repeat of its request (RFC 3261 §8.2.6.2). to_tag: ours, where the request
/// has none.
Packet response_to(const Packet& request, int status, const std::string& to_tag);
/// The ACK for a final response that is no 2xx (RFC 3261 §17.1.1.3).
Packet ack_of_refusal(const Packet& invite, const Packet& response);
/// ACK or BYE in the dialog that this 2xx made, by one who keeps no dialog for it.
Packet request_after(const Packet& invite, const Packet& ok, const std::string& method, std::uint32_t cseq,
                     const std::string& branch);

void set_sdp(Packet&, const std::string& sdp);
void add_headers(Packet&, const std::vector<message::Header>&);

/// As the board reads it: every field is a header again.
message::Request to_request(const Packet&);
call::Body body_of(const Packet&);
/// Of a 401 or 407, in order.
std::vector<std::string> challenges_of(const Packet&);
std::string value_of(const Packet&, std::string_view header);  ///< or empty
std::optional<std::uint32_t> number_of(const Packet&, std::string_view header);

/// "INVITE 1 sdp", "200 INVITE 1": a rung of the ladder.
std::string rung(const Packet&);

}  // namespace tandem::scenario
