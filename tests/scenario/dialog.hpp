// One dialog, or the one that an INVITE of ours is about to make. RFC 3261 §12.
#pragma once

#include "scenario/packet.hpp"

namespace tandem::scenario {

struct Dialog {
  std::string call_id;
  std::string local_tag, remote_tag;  ///< remote: empty until a 2xx names it, on the calling side
  std::string early_tag;              ///< of the provisional response that came last
  std::string local_uri, remote_uri;
  message::Uri target;
  SocketAddress peer;
  std::uint32_t local_cseq = 0;
  std::optional<std::uint32_t> remote_cseq;
};

/// What the INVITE of a peer makes on its called side (§12.1.1).
Dialog called_side(const Packet& invite, std::string local_tag);
/// The next request of ours in it (§12.2.1.1). ACK takes the number of its INVITE.
Packet next_request(Dialog&, const std::string& method, const std::string& branch);
Packet ack_in(const Dialog&, std::uint32_t cseq, const std::string& to_tag, const std::string& branch);
/// Whether a request of the peer's belongs to it; the early dialogs of other forks do not.
bool fits(const Dialog&, const Packet& request);
/// The remote target that a request or response of the peer's names (§12.2.2).
void refresh_target(Dialog&, const Packet&);

}  // namespace tandem::scenario
