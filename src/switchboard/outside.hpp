// What a request outside every dialog that begins no call is answered: pure. RFC 3261 §8.2, §11.2.
#pragma once

#include <vector>

#include "tandem/message/message.hpp"

namespace tandem::switchboard {

struct OutsideReply {
  int status = 200;
  std::vector<message::Header> headers;  ///< without Allow, which is the stack's in every 2xx and 405
};

/// Of a peer that is known. In the order of §8.2: the method, what it requires, its body; an OPTIONS that passes hears what an
/// INVITE could use here.
OutsideReply answer_outside(const message::Request&);

}  // namespace tandem::switchboard
