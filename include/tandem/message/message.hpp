// Requests and responses as values. Header order is kept; names compare case-insensitively and know the compact forms.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tandem/message/uri.hpp"

namespace tandem::message {

struct Header {
  std::string name;
  std::string value;  ///< trimmed, unfolded
  friend bool operator==(const Header&, const Header&) = default;
};

/// True when both name the same header: "f" and "From" do. RFC 3261 §7.3.3.
bool same_header(std::string_view, std::string_view);

class Headers {
 public:
  void add(std::string name, std::string value) { rows_.push_back({std::move(name), std::move(value)}); }
  /// Replaces the first of that name and drops the rest, or adds it.
  void set(std::string_view name, std::string value);
  void remove(std::string_view name);
  /// The first value of that name, or nullptr.
  const std::string* find(std::string_view name) const;
  std::vector<std::string_view> all(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  const std::vector<Header>& rows() const { return rows_; }
  friend bool operator==(const Headers&, const Headers&) = default;

 private:
  std::vector<Header> rows_;
};

struct Request {
  std::string method;  ///< as written; methods are case-sensitive
  Uri uri;
  Headers headers;
  std::string body;
  friend bool operator==(const Request&, const Request&) = default;
};

struct Response {
  int status = 0;  ///< 100..699
  std::string phrase;
  Headers headers;
  std::string body;
  friend bool operator==(const Response&, const Response&) = default;
};

using Message = std::variant<Request, Response>;

/// One whole message, as from a file or a datagram. Errors name the line. RFC 3261 §7, §25.
/// Lines end in CRLF or LF, and the empty line after the headers may be missing at the end of the text. Content-Length is
/// honoured and not kept among the headers: the body's size says it, and print() writes it. Other headers are not looked into:
/// which must be there, and what they say, is for whoever reads them. Limits: limits.hpp.
Expected<Message, ParseError> parse_message(std::string_view);
/// CRLF lines, Content-Length computed; a CR or LF inside a value is written as a space.
std::string print(const Request&);
std::string print(const Response&);

/// The phrase of RFC 3261 §21 and its successors for a status, "Unknown" where there is none.
std::string_view status_phrase(int status);

}  // namespace tandem::message
