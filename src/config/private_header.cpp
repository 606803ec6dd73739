#include "private_header.hpp"

#include <algorithm>

#include "source.hpp"
#include "tandem/base/text.hpp"

namespace tandem::config {

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-.!%*_+`'~").find(c) != std::string_view::npos;
  });
}

bool is_private_name(std::string_view name) { return name.size() > 2 && iequals(name.substr(0, 2), "X-"); }

std::optional<HeaderFault> check_private_header(std::string_view name, std::string_view value) {
  using enum HeaderFault::Part;
  const auto shown = "'" + printable(name, 60) + "'";
  if (!is_token(name)) return HeaderFault{Name, shown + " is no name of a header", {}};
  if (!is_private_name(name))
    return HeaderFault{Name, shown + " is no private header: only names that begin with X- can be added",
                       "write 'X-" + printable(name, 60) + "'"};
  if (name.size() > kMaxPrivateName) {
    return HeaderFault{Name,
                       "the header name " + shown + " has " + std::to_string(name.size()) +
                           " characters, at most " + std::to_string(kMaxPrivateName) + " are allowed",
                       {}};
  }
  if (value.find_first_of("\r\n") != std::string_view::npos)
    return HeaderFault{
        Value, "a line break in the value of " + shown + ": it would begin another header", {}};
  if (find_bad_character(value).line != 0)
    return HeaderFault{Value, "not text in UTF-8, or a control character, in the value of " + shown, {}};
  const auto line = name.size() + 2 + value.size();
  if (line > kMaxPrivateLine) {
    return HeaderFault{Value,
                       "the line of header " + shown + " has " + std::to_string(line) + " octets, at most " +
                           std::to_string(kMaxPrivateLine) + " are allowed",
                       {}};
  }
  return std::nullopt;
}

}  // namespace tandem::config
