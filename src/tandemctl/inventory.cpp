#include "tandemctl/inventory.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tandem/numbering/country.hpp"
#include "tandemctl/columns.hpp"

namespace tandem::tandemctl {
namespace {

std::string_view to_string(config::NumberState state) {
  switch (state) {
    case config::NumberState::Active:
      return "active";
    case config::NumberState::Reserved:
      return "reserved";
    case config::NumberState::Released:
      return "released";
  }
  return "";
}

std::string country(const std::string& text) {
  const auto number = numbering::Number::parse_e164_plus(text);
  const auto code = number ? numbering::country_of(*number) : std::nullopt;
  return std::string(code.value_or(""));
}

std::string joined(const std::vector<std::string>& tags) {
  std::string text;
  for (const std::string& tag : tags) text += (text.empty() ? "" : ";") + tag;
  return text;
}

/// The keys of `numbers` in the configuration, by which a CSV file is read back too, and the country, which
/// is derived.
const TextRow kColumns{"number", "account", "trunk",          "route",  "state",
                       "cnam",   "tags",    "monthly_charge", "country"};
constexpr std::size_t kDerived = 1;

TextRow row_of(const config::DialledNumber& number) {
  return {number.number,
          number.account,
          number.trunk,
          number.route,
          std::string(to_string(number.state)),
          number.cnam,
          joined(number.tags),
          number.monthly_charge,
          country(number.number)};
}

/// RFC 4180: quotes around what holds a comma, a quote or a line end.
std::string print_csv(const TextRow& row) {
  std::string line;
  for (const std::string& cell : row) {
    if (&cell != &row.front()) line += ',';
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char c : cell) line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
  }
  return line + "\r\n";
}

bool fits_whole(std::string_view text, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (at < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = at;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[at])) {
      ++p;
      ++at;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

/// Empty cells say nothing: a column that no row fills is left out.
std::string print_table(std::vector<TextRow> rows) {
  if (rows.size() == 1) return "no numbers\n";
  for (std::size_t column = rows.front().size(); column-- > 0;) {
    const bool used =
        std::any_of(rows.begin() + 1, rows.end(), [&](const TextRow& row) { return !row[column].empty(); });
    if (used) continue;
    for (TextRow& row : rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
  }
  return in_columns(rows);
}

}  // namespace

bool fits(std::string_view number, std::string_view pattern) {
  if (pattern.find_first_of("*?") != std::string_view::npos) {
    if (!pattern.starts_with('+') && number.starts_with('+')) number.remove_prefix(1);
    return fits_whole(number, pattern);
  }
  return pattern.starts_with('+') ? number.starts_with(pattern)
                                  : number.find(pattern) != std::string_view::npos;
}

std::vector<const config::DialledNumber*> find_numbers(const config::Config& config, std::string_view pattern,
                                                       std::string_view trunk) {
  std::vector<const config::DialledNumber*> found;
  for (const config::DialledNumber& number : config.numbers) {
    if (!trunk.empty() && number.trunk != trunk) continue;
    if (pattern.empty() || fits(number.number, pattern)) found.push_back(&number);
  }
  return found;
}

std::string print_numbers(const std::vector<const config::DialledNumber*>& numbers, Output output) {
  if (output == Output::Json) {
    auto rows = nlohmann::ordered_json::array();
    for (const auto* number : numbers) {
      auto& row = rows.emplace_back(nlohmann::ordered_json::object());
      const TextRow cells = row_of(*number);
      for (std::size_t i = 0; i < kColumns.size(); ++i) row[kColumns[i]] = cells[i];
      row["tags"] = number->tags;
    }
    return rows.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  }
  std::vector<TextRow> rows{kColumns};
  for (const auto* number : numbers) rows.push_back(row_of(*number));
  if (output == Output::Human) return print_table(std::move(rows));
  std::string text;
  for (TextRow& row : rows) {
    row.resize(row.size() - kDerived);
    text += print_csv(row);
  }
  return text;
}

}  // namespace tandem::tandemctl
