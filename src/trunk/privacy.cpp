#include "trunk/privacy.hpp"

#include <algorithm>
#include <array>

#include "tandem/base/text.hpp"

namespace tandem::trunk {
namespace {

/// A caller has no use for more, and a peer may not make us carry a list of its own.
constexpr std::size_t kMaxValues = 8;

constexpr std::array<std::string_view, 4> kGranted{"header", "user", "session", "history"};

bool is_granted(std::string_view value) {
  return std::find(kGranted.begin(), kGranted.end(), value) != kGranted.end();
}

bool is_known(std::string_view value) {
  return is_granted(value) || value == "id" || value == "none" || value == "critical";
}

void append(std::string& list, std::string_view value) {
  if (!list.empty()) list += ';';
  list += value;
}

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

void take(PrivacyWish& wish, std::string_view text) {
  for (std::string_view part : split(text, ';')) {
    for (std::string_view piece : split(part, ',')) {  // a comma is no separator there, but is seen
      std::string value = to_lower(trim(piece));
      if (is_token(value) && !wish.has(value) && wish.values.size() < kMaxValues)
        wish.values.push_back(std::move(value));
    }
  }
}

}  // namespace

bool PrivacyWish::has(std::string_view value) const {
  return std::find(values.begin(), values.end(), value) != values.end();
}

PrivacyWish read_privacy(const message::Headers& headers) {
  PrivacyWish wish;
  for (std::string_view header : headers.all("Privacy")) take(wish, header);
  return wish;
}

PrivacyWish parse_privacy(std::string_view text) {
  PrivacyWish wish;
  take(wish, text);
  return wish;
}

bool hides_caller(const PrivacyWish& wish) { return wish.has("id") || wish.has("user"); }

std::string not_granted(const PrivacyWish& wish) {
  std::string list;
  for (const std::string& value : wish.values) {
    if (!is_known(value)) list += (list.empty() ? "" : "; ") + value;
  }
  return list;
}

std::string privacy_to_pass(const PrivacyWish& wish, Presentation presentation) {
  std::string list;
  const bool restricted = presentation == Presentation::Restricted;
  if (restricted) append(list, "id");
  for (const std::string& value : wish.values) {
    if (!is_known(value)) append(list, value);
  }
  if (restricted && wish.has("critical")) append(list, "critical");
  // "none" stands alone, and means that nobody further on shall add privacy (RFC 3323 §4.2).
  if (list.empty() && wish.has("none")) return "none";
  return list;
}

std::string privacy_for_record(const PrivacyWish& wish, Presentation presentation) {
  std::string list;
  for (const std::string& value : wish.values) append(list, value);
  if (presentation == Presentation::Restricted && !wish.has("id")) append(list, "id");
  return list;
}

}  // namespace tandem::trunk
