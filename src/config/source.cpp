#include "source.hpp"

#include <algorithm>
#include <array>

#include "tandem/base/text.hpp"

namespace tandem::config {
namespace {

// The keys whose values are secrets: HA1 hashes are as good as passwords for the realm they were made for.
constexpr std::array<std::string_view, 5> kSecretKeys{"password", "ha1", "md5", "sha-256", "sha-512-256"};

// As far above a line as its secret key is looked for.
constexpr int kMaxSecretLines = 200;

bool is_space(char c) { return c == ' ' || c == '\t'; }
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }
bool ends_word(char c) { return is_space(c) || c == '{' || c == ',' || c == '"' || c == '\'' || c == '-' || c == '['; }

std::size_t skip_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

/// Offset just past "key:" where a secret key starts at `at`; npos where none does.
std::size_t after_secret_key(std::string_view line, std::size_t at) {
  if (at > 0 && !ends_word(line[at - 1])) return std::string_view::npos;
  for (const auto key : kSecretKeys) {
    if (!iequals(line.substr(at, key.size()), key)) continue;
    std::size_t end = at + key.size();
    if (end < line.size() && (line[end] == '"' || line[end] == '\'')) ++end;
    end = skip_spaces(line, end);
    if (end < line.size() && line[end] == ':') return end + 1;
  }
  return std::string_view::npos;
}

/// End of the scalar that starts at `at`. Where in doubt, the end of the line: rather a star too many.
std::size_t end_of_scalar(std::string_view line, std::size_t at) {
  const char quote = line[at];
  if (quote == '"' || quote == '\'') {
    for (std::size_t i = at + 1; i < line.size(); ++i) {
      if (quote == '"' && line[i] == '\\') {
        ++i;
      } else if (line[i] == quote) {
        return i + 1;
      }
    }
    return line.size();
  }
  const auto before = line.substr(0, at);
  const bool in_flow = before.find('{') != std::string_view::npos || before.find('[') != std::string_view::npos;
  if (!in_flow) return line.size();
  for (std::size_t i = at; i < line.size(); ++i) {
    if (line[i] == '}' || line[i] == ']' || (line[i] == ',' && i + 1 < line.size() && is_space(line[i + 1]))) return i;
  }
  return line.size();
}

void mask(std::string& line, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to && i < line.size(); ++i) {
    if (!is_space(line[i])) line[i] = '*';
  }
}

std::size_t indentation(std::string_view line) { return skip_spaces(line, 0); }

/// A value that goes on in the lines below it.
bool is_open(std::string_view value) {
  if (value.empty() || value.front() == '|' || value.front() == '>' || value.front() == '#') return true;
  const char quote = value.front();
  if (quote != '"' && quote != '\'') return value.find_first_of("{[") != std::string_view::npos && value.find_first_of("}]") == std::string_view::npos;
  return end_of_scalar(value, 0) == value.size() && (value.size() == 1 || value.back() != quote);
}

bool is_hash_line(std::string_view line) {
  const auto colon = line.find(':');
  const auto key = trim(line.substr(0, colon == std::string_view::npos ? 0 : colon));
  return !key.empty() && key.size() <= 14 && key.find_first_of(" \t{[\"'") == std::string_view::npos;
}

/// Masks what stands behind each ':' from here to the end of the line.
void mask_values(std::string& line, std::size_t from) {
  for (std::size_t i = from; i < line.size(); ++i) {
    if (line[i] != ':') continue;
    const auto start = skip_spaces(line, i + 1);
    if (start >= line.size()) return;
    const auto end = end_of_scalar(line, start);
    mask(line, start, end);
    i = end;
  }
}

}  // namespace

Source::Source(std::string text) : text_(std::move(text)) {
  if (text_.starts_with("\xEF\xBB\xBF")) text_.erase(0, 3);
  starts_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n' && i + 1 < text_.size()) starts_.push_back(i + 1);
  }
}

std::string_view Source::line(int number) const {
  if (number < 1 || number > lines()) return {};
  const auto start = starts_[static_cast<std::size_t>(number) - 1];
  auto end = text_.find('\n', start);
  if (end == std::string::npos) end = text_.size();
  if (end > start && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(start, end - start);
}

int Source::character_column(int number, int octet_column) const {
  const auto text = line(number);
  const auto octets = std::min(text.size(), static_cast<std::size_t>(std::max(octet_column, 1) - 1));
  const auto beyond = static_cast<std::size_t>(std::max(octet_column, 1) - 1) - octets;
  const auto continuations = std::count_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(octets), is_continuation);
  return static_cast<int>(octets + beyond) - static_cast<int>(continuations) + 1;
}

std::size_t Source::offset(int number, int octet_column) const {
  if (number < 1 || number > lines() || octet_column < 1) return text_.size();
  return std::min(text_.size(), starts_[static_cast<std::size_t>(number) - 1] + static_cast<std::size_t>(octet_column) - 1);
}

std::size_t Source::secret_key_above(int number) const {
  // A block scalar, a quoted one over several lines, or hashes one a line. The lines of a broken file may be indented
  // anyhow, so only a line that is clearly a key of its own ends the search.
  const auto text = line(number);
  const bool is_key_line = text.find(':') != std::string_view::npos && text.find('\t') == std::string_view::npos;
  auto own = is_key_line ? indentation(text) : std::string_view::npos;
  for (int above = number - 1; above >= 1 && above >= number - kMaxSecretLines; --above) {
    const auto candidate = line(above);
    if (trim(candidate).empty() || indentation(candidate) >= own) continue;
    for (std::size_t i = indentation(candidate); i < candidate.size(); ++i) {
      const auto value = after_secret_key(candidate, i);
      if (value == std::string_view::npos) continue;
      if (is_open(trim(candidate.substr(value)))) return i;
      i = value;
    }
    if (candidate.find(':') != std::string_view::npos) own = std::min(own, indentation(candidate));
    if (own == 0) break;
  }
  return std::string_view::npos;
}

std::string Source::excerpt(int number) const {
  std::string shown(line(number));
  if (secret_key_above(number) != std::string_view::npos) {
    // Of a hash on a line of its own the algorithm may be seen.
    const auto colon = is_hash_line(shown) ? shown.find(':') + 1 : 0;
    mask(shown, colon, shown.size());
    return shown;
  }
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const auto value = after_secret_key(shown, i);
    if (value == std::string_view::npos) continue;
    const auto start = skip_spaces(shown, value);
    if (start >= shown.size()) break;
    if (shown[start] != '{') {
      const auto end = end_of_scalar(shown, start);
      mask(shown, start, end);
      i = end;
    } else if (iequals(std::string_view(shown).substr(i, 3), "ha1")) {
      mask_values(shown, start);
      i = shown.size();
    } else {
      i = start;  // a reference to a file, the environment or a credential
    }
  }
  return shown;
}

Position find_bad_character(std::string_view text) {
  int line = 1;
  int column = 1;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    std::size_t length = 1;
    std::uint32_t code = c;
    if (c >= 0xF0 && c < 0xF8) {
      length = 4, code = c & 0x07U;
    } else if (c >= 0xE0) {
      length = 3, code = c & 0x0FU;
    } else if (c >= 0xC0) {
      length = 2, code = c & 0x1FU;
    }
    bool bad = (c >= 0x80 && c < 0xC0) || c >= 0xF8 || i + length > text.size();
    for (std::size_t k = 1; k < length && !bad; ++k) {
      bad = !is_continuation(text[i + k]);
      code = (code << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
    bad = bad || code < kLeast[length] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000);
    bad = bad || (code < 0x20 && code != '\n' && code != '\r' && code != '\t') || (code >= 0x7F && code < 0xA0);
    if (bad) return {line, column};
    if (c == '\n') {
      ++line;
      column = 1;
    } else {
      ++column;
    }
    i += length;
  }
  return {};
}

}  // namespace tandem::config
