#include <algorithm>

#include "tandem/base/text.hpp"
#include "tandem/message/message.hpp"

namespace tandem::message {
namespace {

/// The long name of a compact form, or the name itself. RFC 3261 §7.3.3 and the IANA registry of header
/// fields.
std::string_view long_name(std::string_view name) {
  if (name.size() != 1) return name;
  switch (ascii_lower(name.front())) {
    case 'a':
      return "Accept-Contact";
    case 'b':
      return "Referred-By";
    case 'c':
      return "Content-Type";
    case 'd':
      return "Request-Disposition";
    case 'e':
      return "Content-Encoding";
    case 'f':
      return "From";
    case 'i':
      return "Call-ID";
    case 'j':
      return "Reject-Contact";
    case 'k':
      return "Supported";
    case 'l':
      return "Content-Length";
    case 'm':
      return "Contact";
    case 'n':
      return "Identity-Info";
    case 'o':
      return "Event";
    case 'r':
      return "Refer-To";
    case 's':
      return "Subject";
    case 't':
      return "To";
    case 'u':
      return "Allow-Events";
    case 'v':
      return "Via";
    case 'x':
      return "Session-Expires";
    case 'y':
      return "Identity";
    default:
      return name;
  }
}

}  // namespace

bool same_header(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) {
    left = long_name(left);
    right = long_name(right);
  }
  return iequals(left, right);
}

void Headers::set(std::string_view name, std::string value) {
  auto matches = [name](const Header& row) { return same_header(row.name, name); };
  auto first = std::find_if(rows_.begin(), rows_.end(), matches);
  if (first == rows_.end()) {
    rows_.push_back({std::string(name), std::move(value)});
    return;
  }
  first->name = name;
  first->value = std::move(value);
  rows_.erase(std::remove_if(std::next(first), rows_.end(), matches), rows_.end());
}

void Headers::remove(std::string_view name) {
  rows_.erase(std::remove_if(rows_.begin(), rows_.end(),
                             [name](const Header& row) { return same_header(row.name, name); }),
              rows_.end());
}

const std::string* Headers::find(std::string_view name) const {
  for (const Header& row : rows_)
    if (same_header(row.name, name)) return &row.value;
  return nullptr;
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Header& row : rows_)
    if (same_header(row.name, name)) values.emplace_back(row.value);
  return values;
}

}  // namespace tandem::message
