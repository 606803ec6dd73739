#include "switchboard/outside.hpp"

#include <string>
#include <string_view>

#include "tandem/base/text.hpp"
#include "tandem/message/body.hpp"

namespace tandem::switchboard {

namespace {

/// Extensions of calls (RFC 3262, RFC 4028). A request outside a call can require neither.
constexpr std::string_view kSupported = "100rel, timer";

message::Header accept() { return {"Accept", "application/sdp"}; }
message::Header accept_encoding() { return {"Accept-Encoding", "identity"}; }

/// The option tags of Require: §8.2.2.3 wants those listed that are not supported, and no extension is here.
std::string required_extensions(const message::Headers& headers) {
  std::string listed;
  for (std::string_view value : headers.all("Require")) {
    for (std::string_view tag : split(value, ',')) {
      if (tag = trim(tag); !tag.empty()) listed.append(listed.empty() ? "" : ", ").append(tag);
    }
  }
  return listed;
}

}  // namespace

OutsideReply answer_outside(const message::Request& request) {
  if (request.method != "OPTIONS") return {405, {accept()}};
  if (std::string unknown = required_extensions(request.headers); !unknown.empty())
    return {420, {{"Unsupported", std::move(unknown)}}};
  const message::BodyKind body =
      message::read_body(message::body_headers(request.headers), request.body).kind;
  if (body == message::BodyKind::OtherEncoding) return {415, {accept_encoding()}};
  if (body == message::BodyKind::OtherType) return {415, {accept()}};
  return {200, {accept(), accept_encoding(), {"Supported", std::string(kSupported)}}};
}

}  // namespace tandem::switchboard
