#include "message/grammar.hpp"

#include "tandem/base/text.hpp"
#include "tandem/message/limits.hpp"

namespace tandem::message {

Expected<std::string, ParseError> take_quoted(Cursor& cursor, std::string_view part) {
  const std::size_t start = cursor.offset();
  cursor.advance(1);
  std::string text;
  for (;;) {
    const std::string_view rest = cursor.rest();
    std::size_t plain = 0;
    while (plain < rest.size() && rest[plain] != '"' && rest[plain] != '\\' && !is(kControl, rest[plain]))
      ++plain;
    text.append(rest.substr(0, plain));
    cursor.advance(plain);
    if (cursor.at_end()) return fail(start, std::string(part) + ": quoted string without its closing quote");
    if (cursor.take('"')) return text;
    if (!cursor.take('\\'))
      return fail(cursor.offset(), std::string(part) + ": control character in a quoted string");
    // quoted-pair is any ASCII octet but CR and LF.
    if (cursor.at_end()) return fail(start, std::string(part) + ": quoted string without its closing quote");
    const char escaped = cursor.peek();
    if (escaped == '\r' || escaped == '\n' || static_cast<unsigned char>(escaped) > 0x7f)
      return fail(cursor.offset(), std::string(part) + ": this octet cannot follow a backslash");
    text.push_back(escaped);
    cursor.advance(1);
  }
}

Expected<std::vector<Param>, ParseError> take_header_params(Cursor& cursor, std::string_view part) {
  std::vector<Param> params;
  for (;;) {
    const Cursor before = cursor;
    cursor.skip_lws();
    if (!cursor.take(';')) {
      cursor = before;
      return params;
    }
    cursor.skip_lws();
    const std::string_view name = cursor.take_all(kToken);
    if (name.empty()) return fail(cursor.offset(), std::string(part) + ": parameter without a name");
    if (find_param(params, name) != nullptr)
      return fail(cursor.offset() - name.size(),
                  std::string(part) + ": parameter '" + printable(name) + "' twice");
    if (params.size() == kMaxParams)
      return fail(cursor.offset(),
                  std::string(part) + ": more than " + std::to_string(kMaxParams) + " parameters");
    Param& param = params.emplace_back(Param{std::string(name), std::nullopt});
    const Cursor after_name = cursor;
    cursor.skip_lws();
    if (!cursor.take('=')) {
      cursor = after_name;
      continue;
    }
    cursor.skip_lws();
    if (cursor.is_at('"')) {
      auto quoted = take_quoted(cursor, part);
      if (!quoted) return unexpected(std::move(quoted.error()));
      param.value = std::move(*quoted);
    } else {
      param.value = std::string(cursor.take_all(kHostParam));
    }
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  for (char c : text) {
    if (c == '\r' || c == '\n') {  // no quoted-pair can hold these; a printed value must stay on its line
      out.push_back(' ');
      continue;
    }
    if (c == '"' || c == '\\' || is(kControl, c)) out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('"');
}

namespace {
/// Whether a parameter's value may stand without quotes: token, or host with an IPv6reference.
bool stands_bare(std::string_view value) {
  if (value.empty()) return false;
  if (value.front() == '[' && value.back() == ']') return all_are(kHostParam, value);
  return all_are(kToken, value);
}
}  // namespace

void append_header_params(std::string& out, const std::vector<Param>& params) {
  for (const Param& param : params) {
    out.push_back(';');
    append_line_text(out, param.name);
    if (!param.value) continue;
    out.push_back('=');
    if (stands_bare(*param.value))
      out.append(*param.value);
    else
      append_quoted(out, *param.value);
  }
}

void append_line_text(std::string& out, std::string_view text) {
  const std::size_t start = out.size();
  out.append(text);
  for (std::size_t i = start; i < out.size(); ++i)
    if (out[i] == '\r' || out[i] == '\n') out[i] = ' ';
}

}  // namespace tandem::message
