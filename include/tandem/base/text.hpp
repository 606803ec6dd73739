// Text in the ASCII of protocols; no locale.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem {

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool iequals(std::string_view, std::string_view);
std::string to_lower(std::string_view);
std::string_view trim(std::string_view);  ///< spaces, tabs, CR and LF at both ends
/// The parts are views into `text`, so a string that ends with the statement is refused: name it first.
std::vector<std::string_view> split(std::string_view text, char separator);
template <std::same_as<std::string> Temporary>
std::vector<std::string_view> split(Temporary&& text, char separator) = delete;
/// The whole text as an unsigned decimal no larger than max; nullopt otherwise.
std::optional<std::uint64_t> parse_decimal(std::string_view, std::uint64_t max = UINT64_MAX);
std::string print_hex(std::span<const std::uint8_t>);  ///< lower case
std::optional<std::vector<std::uint8_t>> parse_hex(std::string_view);
/// Printable ASCII as it is, the rest as \xNN, cut at `limit` with "…": for text of a peer in a log line.
std::string printable(std::string_view, std::size_t limit = 200);
/// Levenshtein distance, for "did you mean".
std::size_t edit_distance(std::string_view, std::string_view);

struct CaseInsensitiveLess {
  using is_transparent = void;
  bool operator()(std::string_view, std::string_view) const;
};
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};

}  // namespace tandem
