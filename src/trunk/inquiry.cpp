#include "trunk/inquiry.hpp"

namespace tandem::trunk {
namespace {

std::optional<message::NameAddr> read_from(const message::Request& request) {
  const std::string* value = request.headers.find("From");
  if (value == nullptr) return std::nullopt;
  auto parsed = message::parse_name_addr(*value);
  if (!parsed) return std::nullopt;
  return std::move(*parsed);
}

}  // namespace

Inquiry begin_inquiry(const Directory& directory, const Arrival& arrival, const Usage& usage,
                      const NonceKey& key, WallTime now, Random& random, Trace& trace) {
  const message::Request& request = arrival.request;
  return {directory,          arrival,     usage, key, now, random, trace, comparable_host(request.uri.host),
          read_from(request), std::nullopt};
}

Expected<numbering::Number, numbering::NumberError> read_number(const message::Uri& uri,
                                                                numbering::NumberFormat format) {
  if (uri.scheme != message::Scheme::Tel) return numbering::parse_subscriber(uri.user, format);
  const message::Param* context = message::find_param(uri.params, "phone-context");
  return numbering::parse_number_in_context(
      uri.user, context && context->value ? std::string_view(*context->value) : std::string_view(), format);
}

Refusal refuse(Inquiry& inquiry, const char* step, Reason reason, std::string detail) {
  inquiry.note(step, detail);
  Refusal refusal;
  refusal.reason = reason;
  refusal.status = info(reason).status;
  refusal.detail = std::move(detail);
  refusal.called_received = inquiry.called_received();
  refusal.calling_received = inquiry.calling_received();
  return refusal;
}

Refusal refuse_peer(Inquiry& inquiry, const char* step, Reason reason, std::string detail, Peer peer,
                    const std::string& trunk) {
  Refusal refusal = refuse(inquiry, step, reason, std::move(detail));
  refusal.identified = peer == Peer::Identified;
  refusal.trunk = trunk;
  return refusal;
}

Verdict turn_away(Inquiry& inquiry, Reason reason, const std::string& trunk) {
  const config::Listener* listener = inquiry.directory.find_listener(inquiry.arrival.listener);
  if (listener == nullptr || listener->unknown_source == config::UnknownSource::Drop) {
    inquiry.note("verdict",
                 "no answer: listener " + printable(inquiry.arrival.listener) + " drops unknown sources");
    return Drop{reason};
  }
  return refuse_peer(inquiry, "verdict", reason, "listener " + listener->name + " rejects unknown sources",
                     Peer::Unproven, trunk);
}

message::Header warning(const Inquiry& inquiry, std::string_view text) {
  std::string value = "399 " + inquiry.directory.host() + " \"";
  for (char c : printable(text)) {
    if (c == '"' || c == '\\') value += '\\';
    value += c;
  }
  value += '"';
  return {"Warning", std::move(value)};
}

}  // namespace tandem::trunk
