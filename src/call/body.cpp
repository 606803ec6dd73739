#include "tandem/call/body.hpp"

#include "tandem/base/text.hpp"

namespace tandem::call {

Body body_of(const message::Request& request) {
  Body body;
  if (request.body.empty()) return body;
  const std::string* type = request.headers.find("Content-Type");
  const auto media_type =
      type ? trim(std::string_view(*type).substr(0, type->find(';'))) : std::string_view{};
  if (iequals(media_type, "application/sdp")) {
    body.sdp = request.body;
  } else {
    body.unsupported = true;
  }
  return body;
}

}  // namespace tandem::call
