#include "tandem/message/body.hpp"

#include <optional>
#include <string>
#include <vector>

#include "message/grammar.hpp"
#include "tandem/base/text.hpp"
#include "tandem/message/limits.hpp"

namespace tandem::message {

namespace {

constexpr std::size_t kMaxParts = 16;
constexpr std::size_t kMaxBoundary = 70;  // RFC 2046 §5.1.1

/// `type/subtype;params`, or a disposition, which has no slash.
struct TypedValue {
  std::string_view type;
  std::vector<Param> params;
};

std::optional<TypedValue> read_typed(std::string_view value) {
  const std::size_t end = value.find(';');
  TypedValue typed{trim(value.substr(0, end)), {}};
  if (end == std::string_view::npos) return typed;
  Cursor cursor(value.substr(end));
  auto params = take_header_params(cursor, "body");
  cursor.skip_lws();
  if (!params || !cursor.at_end()) return std::nullopt;
  typed.params = std::move(*params);
  return typed;
}

/// RFC 3261 §20.11: without a word it is required. What cannot be read says nothing.
bool is_optional(std::string_view disposition) {
  const auto read = read_typed(disposition);
  const Param* handling = read ? find_param(read->params, "handling") : nullptr;
  return handling != nullptr && handling->value && iequals(*handling->value, "optional");
}

bool is_encoded(std::string_view encoding) {
  return !trim(encoding).empty() && !iequals(trim(encoding), "identity");
}

/// Where a line "--boundary" begins, at or after `from`, and where the text behind its line end does.
struct Delimiter {
  std::size_t begin = 0;
  std::size_t after = 0;
  bool is_last = false;  ///< "--boundary--"
};

std::optional<Delimiter> find_delimiter(std::string_view body, std::string_view dashed, std::size_t from) {
  for (std::size_t at = from; (at = body.find(dashed, at)) != std::string_view::npos; ++at) {
    if (at != 0 && body[at - 1] != '\n') continue;
    std::size_t end = at + dashed.size();
    const bool is_last = body.substr(end, 2) == "--";
    if (is_last) end += 2;
    while (end < body.size() && is(kLws, body[end])) ++end;  // transport padding
    if (body.substr(end, 2) == "\r\n") return Delimiter{at, end + 2, is_last};
    if (body.substr(end, 1) == "\n") return Delimiter{at, end + 1, is_last};
    if (is_last && end == body.size()) return Delimiter{at, end, true};
  }
  return std::nullopt;
}

/// Without the line end before the delimiter, which belongs to that (RFC 2046 §5.1.1).
std::string_view without_line_end(std::string_view text) {
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

/// The parts between the delimiters; nullopt: they do not hold together, or are too many.
std::optional<std::vector<std::string_view>> parts_of(std::string_view body, const std::string& boundary) {
  const std::string dashed = "--" + boundary;
  auto delimiter = find_delimiter(body, dashed, 0);
  std::vector<std::string_view> parts;
  while (delimiter && !delimiter->is_last) {
    const std::size_t start = delimiter->after;
    delimiter = find_delimiter(body, dashed, start);
    if (!delimiter || parts.size() == kMaxParts) return std::nullopt;
    parts.push_back(without_line_end(body.substr(start, delimiter->begin - start)));
  }
  if (parts.empty()) return std::nullopt;
  return parts;
}

struct Part {
  std::string type, encoding, disposition;
  std::string_view content;
};

/// Lines up to an empty one, then the content; folded lines are one (RFC 2045 §3).
std::optional<Part> read_part(std::string_view text) {
  Part part;
  std::string* last = nullptr;
  std::string ignored;
  for (std::size_t count = 0; count <= kMaxHeaders; ++count) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = without_line_end(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
    if (line.empty()) {
      part.content = text;
      return part;
    }
    if (is(kLws, line.front())) {
      if (last == nullptr) return std::nullopt;
      last->append(" ").append(trim(line));
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view name = trim(line.substr(0, colon));
    last = same_header(name, "Content-Type")       ? &part.type
           : same_header(name, "Content-Encoding") ? &part.encoding
           : iequals(name, "Content-Disposition")  ? &part.disposition
                                                   : &ignored;
    *last = trim(line.substr(colon + 1));
  }
  return std::nullopt;
}

bool is_description(std::string_view media_type, std::string_view disposition) {
  if (!iequals(media_type, "application/sdp")) return false;
  const auto read = read_typed(disposition);
  return !read ||
         !iequals(read->type, "early-session");  // another session's (RFC 3959), which is not supported
}

ReadBody read_parts(std::string_view body, const std::string& boundary) {
  const auto parts = parts_of(body, boundary);
  if (!parts) return {BodyKind::OtherType, {}};
  ReadBody found;
  for (std::string_view text : *parts) {
    const auto part = read_part(text);
    if (!part) return {BodyKind::OtherType, {}};
    const auto type = read_typed(part->type);
    const bool is_readable = type && is_description(type->type, part->disposition);
    if (is_readable && !is_encoded(part->encoding)) {
      if (found.kind == BodyKind::Description) return {BodyKind::OtherType, {}};
      found = {BodyKind::Description, part->content};
    } else if (!is_optional(part->disposition)) {
      return {is_readable ? BodyKind::OtherEncoding : BodyKind::OtherType, {}};
    }
  }
  return found;
}

}  // namespace

BodyHeaders body_headers(const Headers& headers) {
  const auto value = [&](std::string_view name) {
    const std::string* found = headers.find(name);
    return found ? std::string_view(*found) : std::string_view{};
  };
  return {value("Content-Type"), value("Content-Encoding"), value("Content-Disposition")};
}

ReadBody read_body(const BodyHeaders& headers, std::string_view body) {
  if (body.empty()) return {};
  const bool may_pass = is_optional(headers.disposition);
  const auto refused = [&](BodyKind kind) { return ReadBody{may_pass ? BodyKind::None : kind, {}}; };
  if (is_encoded(headers.encoding)) return refused(BodyKind::OtherEncoding);
  const auto type = read_typed(headers.type);
  if (!type) return refused(BodyKind::OtherType);
  if (is_description(type->type, headers.disposition)) return {BodyKind::Description, body};
  if (!iequals(type->type, "multipart/mixed")) return refused(BodyKind::OtherType);
  const Param* boundary = find_param(type->params, "boundary");
  if (boundary == nullptr || !boundary->value || boundary->value->empty() ||
      boundary->value->size() > kMaxBoundary)
    return refused(BodyKind::OtherType);
  const ReadBody read = read_parts(body, *boundary->value);
  return read.kind == BodyKind::OtherType || read.kind == BodyKind::OtherEncoding ? refused(read.kind) : read;
}

}  // namespace tandem::message
