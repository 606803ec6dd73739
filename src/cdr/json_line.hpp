// One line of JSON, written front to back into one string. A record has fifty fields and is made twice a
// call: a tree of values cost more than all the rest of the switchboard's work on it.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "tandem/base/time.hpp"

namespace tandem::cdr {

/// Fields come out in the order in which they are added; a name is plain ASCII and is added once an object.
class JsonLine {
 public:
  JsonLine();

  JsonLine& add(std::string_view name, std::string_view text);
  JsonLine& add(std::string_view name, const char* text) { return add(name, std::string_view(text)); }
  JsonLine& add(std::string_view name, const std::optional<WallTime>& time);  ///< null where there is none
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) JsonLine& add(std::string_view name, Number number) {
    open_field(name);
    line_ += std::to_string(number);
    return *this;
  }
  /// Text that a peer chose, cut after a length that no lawful one reaches: a record stays small whatever is
  /// sent.
  JsonLine& add_peer_text(std::string_view name, std::string_view text);

  /// What is added until close_object() goes into an object of that name.
  JsonLine& open_object(std::string_view name);
  JsonLine& close_object();

  /// The line without its newline; nothing is added after it.
  std::string finish() &&;

 private:
  void open_field(std::string_view name);
  void append_text(std::string_view text);

  std::string line_;
};

}  // namespace tandem::cdr
