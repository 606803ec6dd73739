#include "tandem/call/body.hpp"

#include "tandem/message/body.hpp"

namespace tandem::call {

Body body_of(const message::Request& request) {
  return body_of(message::body_headers(request.headers), request.body);
}

Body body_of(const message::BodyHeaders& headers, std::string_view text) {
  const message::ReadBody read = message::read_body(headers, text);
  const bool is_understood =
      read.kind == message::BodyKind::None || read.kind == message::BodyKind::Description;
  return {std::string(read.description), !is_understood};
}

}  // namespace tandem::call
