#include "tandem/message/message.hpp"

#include <algorithm>

#include "message/grammar.hpp"
#include "tandem/base/text.hpp"
#include "tandem/message/limits.hpp"

namespace tandem::message {
namespace {

/// Lines of a message, numbered from 1. CRLF ends a line; LF alone does too, since messages come out of files
/// and logs.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}
  bool at_end() const { return position_ == text_.size(); }
  std::size_t position() const { return position_; }
  int number() const { return number_; }        ///< of the line that next() gave last
  std::size_t start() const { return start_; }  ///< its first octet
  bool ended() const { return ended_; }         ///< whether it had its line end

  std::string_view next() {
    start_ = position_;
    ++number_;
    const std::size_t feed = text_.find('\n', position_);
    ended_ = feed != std::string_view::npos;
    std::string_view line = text_.substr(position_, ended_ ? feed - position_ : feed);
    position_ = ended_ ? feed + 1 : text_.size();
    if (ended_ && !line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
  }
  bool continues() const { return position_ < text_.size() && is(kLws, text_[position_]); }
  std::string_view rest() const { return text_.substr(position_); }

 private:
  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t start_ = 0;
  int number_ = 0;
  bool ended_ = false;
};

auto fail_line(const Lines& lines, std::size_t column, const std::string& what) {
  return fail(lines.start() + column, "line " + std::to_string(lines.number()) + ": " + what);
}

constexpr std::string_view kVersion = "SIP/2.0";

Expected<Request, ParseError> parse_request_line(const Lines& lines, std::string_view line) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos) return fail_line(lines, 0, "request line: no space after the method");
  const std::string_view method = line.substr(0, first);
  if (!is_token(method))
    return fail_line(lines, 0, "request line: method '" + printable(method, 40) + "' is not a token");
  const std::size_t second = line.find(' ', first + 1);
  if (second == std::string_view::npos)
    return fail_line(lines, line.size(), "request line: no space before SIP/2.0");
  const std::string_view version = line.substr(second + 1);
  if (!iequals(version, kVersion))
    return fail_line(lines, second + 1,
                     "request line: '" + printable(version, 40) + "' where SIP/2.0 should end it");
  auto uri = parse_uri(line.substr(first + 1, second - first - 1));
  if (!uri) return fail_line(lines, first + 1 + uri.error().offset, "request line: " + uri.error().what);
  Request request;
  request.method = method;
  request.uri = std::move(*uri);
  return request;
}

Expected<Response, ParseError> parse_status_line(const Lines& lines, std::string_view line) {
  const std::size_t start = kVersion.size() + 1;
  const std::string_view code = line.substr(std::min(start, line.size()), 3);
  const auto status = parse_decimal(code, 699);
  if (code.size() != 3 || !status || *status < 100)
    return fail_line(lines, kVersion.size(),
                     "status line: '" + printable(code, 20) + "' is not a status of 100 to 699");
  Response response;
  response.status = static_cast<int>(*status);
  const std::string_view after = line.substr(start + 3);
  if (after.empty()) return response;  // the space before an empty phrase is often lost
  if (after.front() != ' ') return fail_line(lines, start + 3, "status line: no space after the status");
  response.phrase = after.substr(1);
  for (std::size_t i = 0; i < response.phrase.size(); ++i)
    if (is(kControl, response.phrase[i]))
      return fail_line(lines, start + 4 + i, "status line: control character in the phrase");
  return response;
}

/// Joins a header's continuation lines with one space each. RFC 3261 §7.3.1.
Expected<std::string, ParseError> take_value(Lines& lines, std::string_view name, std::string_view first) {
  std::string value(trim(first));
  const auto check = [&](std::string_view part) { return part.find('\r') == std::string_view::npos; };
  if (!check(value)) return fail_line(lines, 0, "header '" + printable(name, 60) + "': bare CR in its value");
  while (lines.continues()) {
    const std::string_view more = trim(lines.next());
    if (!lines.ended())
      return fail_line(lines, 0, "message ends inside header '" + printable(name, 60) + "'");
    if (!check(more))
      return fail_line(lines, 0, "header '" + printable(name, 60) + "': bare CR in its value");
    if (more.empty()) continue;
    if (!value.empty()) value.push_back(' ');
    value.append(more);
  }
  return value;
}

struct ParsedHeaders {
  Headers headers;
  std::optional<std::size_t> content_length;
};

Expected<void, ParseError> note_content_length(const Lines& lines, std::string_view value,
                                               ParsedHeaders& out) {
  if (out.content_length) return fail_line(lines, 0, "header 'Content-Length' twice");
  const auto length = parse_decimal(value);
  if (!length || !all_are(kDigit, value))
    return fail_line(lines, 0, "header 'Content-Length': '" + printable(value, 40) + "' is not a number");
  out.content_length = static_cast<std::size_t>(*length);
  return {};
}

Expected<ParsedHeaders, ParseError> parse_headers(Lines& lines) {
  ParsedHeaders out;
  while (!lines.at_end()) {
    const std::string_view line = lines.next();
    if (line.empty() && lines.ended()) break;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos)
      return fail_line(lines, 0, "header '" + printable(line, 60) + "' has no colon");
    const std::string_view name = trim(line.substr(0, colon));
    if (is(kLws, line.front())) return fail_line(lines, 0, "a continuation line without a header before it");
    if (!is_token(name))
      return fail_line(lines, 0, "header name '" + printable(name, 60) + "' is not a token");
    if (!lines.ended())
      return fail_line(lines, 0, "message ends inside header '" + printable(name, 60) + "'");
    auto value = take_value(lines, name, line.substr(colon + 1));
    if (!value) return unexpected(std::move(value.error()));
    if (same_header(name, "Content-Length")) {
      if (auto noted = note_content_length(lines, *value, out); !noted)
        return unexpected(std::move(noted.error()));
      continue;
    }
    if (out.headers.rows().size() == kMaxHeaders)
      return fail_line(lines, 0, "more than " + std::to_string(kMaxHeaders) + " headers");
    out.headers.add(std::string(name), std::move(*value));
  }
  return out;
}

/// Octets past Content-Length are dropped, too few are an error. RFC 3261 §18.3.
Expected<std::string, ParseError> take_body(const Lines& lines, std::optional<std::size_t> content_length) {
  const std::string_view rest = lines.rest();
  if (!content_length) return std::string(rest);
  if (*content_length > rest.size())
    return fail(lines.position(), "body: Content-Length is " + std::to_string(*content_length) + " but " +
                                      std::to_string(rest.size()) + " octets follow");
  return std::string(rest.substr(0, *content_length));
}

template <class Kind>
Expected<Message, ParseError> finish(Lines& lines, Expected<Kind, ParseError> start) {
  if (!start) return unexpected(std::move(start.error()));
  auto parsed = parse_headers(lines);
  if (!parsed) return unexpected(std::move(parsed.error()));
  auto body = take_body(lines, parsed->content_length);
  if (!body) return unexpected(std::move(body.error()));
  start->headers = std::move(parsed->headers);
  start->body = std::move(*body);
  return Message(std::move(*start));
}

std::size_t expected_size(const Headers& headers, const std::string& body) {
  std::size_t size = 256 + body.size();
  for (const Header& row : headers.rows()) size += row.name.size() + row.value.size() + 4;
  return size;
}

void append_headers_and_body(std::string& out, const Headers& headers, const std::string& body) {
  for (const Header& row : headers.rows()) {
    if (same_header(row.name, "Content-Length")) continue;
    append_line_text(out, row.name);
    out.append(": ");
    append_line_text(out, row.value);
    out.append("\r\n");
  }
  out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  out.append(body);
}

}  // namespace

Expected<Message, ParseError> parse_message(std::string_view text) {
  if (text.size() > kMaxMessageSize)
    return fail(kMaxMessageSize, "message longer than " + std::to_string(kMaxMessageSize) + " octets");
  Lines lines(text);
  std::string_view line;
  while (
      line.empty()) {  // empty lines before the start line are keep-alives (RFC 3261 §7.5, RFC 5626 §3.5.1)
    if (lines.at_end()) return fail(text.size(), "message is empty");
    line = lines.next();
  }
  if (!lines.ended()) return fail_line(lines, line.size(), "message ends inside its start line");
  const bool is_response = line.size() > kVersion.size() && line[kVersion.size()] == ' ' &&
                           iequals(line.substr(0, kVersion.size()), kVersion);
  if (is_response) return finish(lines, parse_status_line(lines, line));
  return finish(lines, parse_request_line(lines, line));
}

std::string print(const Request& request) {
  std::string out;
  out.reserve(expected_size(request.headers, request.body));
  append_line_text(out, request.method);
  out.push_back(' ');
  append(out, request.uri);
  out.append(" SIP/2.0\r\n");
  append_headers_and_body(out, request.headers, request.body);
  return out;
}

std::string print(const Response& response) {
  std::string out;
  out.reserve(expected_size(response.headers, response.body));
  out.append("SIP/2.0 ").append(std::to_string(response.status)).push_back(' ');
  append_line_text(out, response.phrase);
  out.append("\r\n");
  append_headers_and_body(out, response.headers, response.body);
  return out;
}

}  // namespace tandem::message
