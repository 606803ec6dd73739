// What of a message's body the core looks at.
#pragma once

#include "tandem/call/event.hpp"
#include "tandem/message/message.hpp"

namespace tandem::call {

/// By its Content-Type: a description, or something that we do not take.
Body body_of(const message::Request&);

}  // namespace tandem::call
