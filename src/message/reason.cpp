#include "message/grammar.hpp"
#include "tandem/base/text.hpp"
#include "tandem/message/auth.hpp"
#include "tandem/message/limits.hpp"

namespace tandem::message {

std::optional<ReasonValue> parse_reason(std::string_view header_value) {
  if (header_value.size() > kMaxMessageSize) return std::nullopt;
  Cursor cursor(header_value);
  cursor.skip_lws();
  ReasonValue reason;
  reason.protocol = cursor.take_all(kToken);
  if (reason.protocol.empty()) return std::nullopt;
  auto params = take_header_params(cursor, "Reason");
  if (!params) return std::nullopt;
  cursor.skip_lws();
  if (!cursor.at_end() && !cursor.is_at(',')) return std::nullopt;
  if (const Param* cause = find_param(*params, "cause")) {
    const auto number = parse_decimal(cause->value.value_or(""), 999);
    if (!number) return std::nullopt;
    reason.cause = static_cast<int>(*number);
  }
  if (const Param* text = find_param(*params, "text")) reason.text = text->value.value_or("");
  return reason;
}

std::string print(const ReasonValue& reason) {
  std::string out;
  append_line_text(out, reason.protocol);
  if (reason.cause != 0) out.append(";cause=").append(std::to_string(reason.cause));
  if (!reason.text.empty()) {
    out.append(";text=");
    append_quoted(out, reason.text);
  }
  return out;
}

}  // namespace tandem::message
