#include "tandem/call/terms.hpp"

#include <limits>

#include "tandem/base/text.hpp"

namespace tandem::call {

namespace {

/// delta-seconds before any parameter; what is past 32 bits is as good as the largest (RFC 3261 §25.1, RFC 4028 §4).
std::optional<std::uint32_t> read_seconds(std::string_view value) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  const std::string_view digits = trim(value.substr(0, value.find(';')));
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  const auto seconds = parse_decimal(digits, kMost);
  return static_cast<std::uint32_t>(seconds.value_or(kMost));
}

std::optional<Refresher> read_refresher(std::string_view value) {
  for (const std::string_view part : split(value, ';')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos || !iequals(trim(part.substr(0, equals)), "refresher")) continue;
    const std::string_view who = trim(part.substr(equals + 1));
    if (iequals(who, "uac")) return Refresher::Uac;
    if (iequals(who, "uas")) return Refresher::Uas;
  }
  return std::nullopt;
}

/// Whether one of the comma-joined words of a header is that one.
bool names(std::string_view value, std::string_view wanted) {
  for (const std::string_view word : split(value, ',')) {
    if (iequals(trim(word), wanted)) return true;
  }
  return false;
}

bool is_named(const message::Header& header, std::string_view name, std::string_view compact) {
  return iequals(header.name, name) || (!compact.empty() && iequals(header.name, compact));
}

}  // namespace

Terms terms_of(const message::Headers& headers) {
  Terms terms;
  for (const message::Header& header : headers.rows()) {
    const bool supported = is_named(header, "Supported", "k");
    const bool required = is_named(header, "Require", {});
    if (supported || required) {
      terms.supports_100rel = terms.supports_100rel || names(header.value, "100rel");
      terms.supports_timer = terms.supports_timer || names(header.value, "timer");
      terms.requires_100rel = terms.requires_100rel || (required && names(header.value, "100rel"));
      terms.requires_timer = terms.requires_timer || (required && names(header.value, "timer"));
    } else if (is_named(header, "Allow", {})) {
      terms.allows_update = terms.allows_update || names(header.value, "UPDATE");
    } else if (is_named(header, "Session-Expires", "x")) {
      if (const auto seconds = read_seconds(header.value))
        terms.session_expires = SessionExpires{*seconds, read_refresher(header.value)};
    } else if (is_named(header, "Min-SE", {})) {
      terms.min_se_s = read_seconds(header.value);
    }
  }
  return terms;
}

}  // namespace tandem::call
