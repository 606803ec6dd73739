// The one check of private headers, wherever they come from.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tandem::config {

inline constexpr std::size_t kMaxPrivateLine = 1024;  ///< octets of "Name: value"
inline constexpr std::size_t kMaxPrivateName = 50;    ///< octets, X- among them

/// What is wrong with it, and in which part.
struct HeaderFault {
  enum class Part { Name, Value };
  Part part = Part::Name;
  std::string message;
  std::string cure;
};
std::optional<HeaderFault> check_private_header(std::string_view name, std::string_view value);

bool is_private_name(std::string_view name);  ///< begins with X-
bool is_token(std::string_view text);         ///< RFC 3261 §25.1

}  // namespace tandem::config
