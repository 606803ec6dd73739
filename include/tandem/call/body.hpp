// What of a message's body the core looks at.
#pragma once

#include <string_view>

#include "tandem/call/event.hpp"
#include "tandem/message/body.hpp"
#include "tandem/message/message.hpp"

namespace tandem::call {

/// By its headers: a description, or something that we do not take.
Body body_of(const message::Request&);
Body body_of(const message::BodyHeaders&, std::string_view text);

}  // namespace tandem::call
