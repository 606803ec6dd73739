#include "csv.hpp"

namespace tandem::config {

Position CsvRows::here() const {
  return {line_, source_.character_column(line_, static_cast<int>(offset_ - line_start_) + 1)};
}

bool CsvRows::fail(Position at, std::string message) {
  fault_ = CsvFault{at, std::move(message)};
  return false;
}

void CsvRows::step(char c) {
  ++offset_;
  if (c != '\n') return;
  ++line_;
  line_start_ = offset_;
}

bool CsvRows::at_line_end() const {
  const auto& text = source_.text();
  if (offset_ >= text.size() || text[offset_] == '\n') return true;
  return text[offset_] == '\r' && (offset_ + 1 == text.size() || text[offset_ + 1] == '\n');
}

bool CsvRows::read_quoted(CsvField& field) {
  const auto& text = source_.text();
  step('"');
  while (offset_ < text.size()) {
    const char c = text[offset_];
    if (c != '"') {
      field.text += c;
      step(c);
      continue;
    }
    step(c);
    if (offset_ < text.size() && text[offset_] == '"') {
      field.text += '"';
      step('"');
      continue;
    }
    if (at_line_end() || text[offset_] == ',') return true;
    return fail(here(), "text after the closing quote of a field");
  }
  return fail(field.at, "this quote is never closed");
}

bool CsvRows::read_field(CsvField& field) {
  const auto& text = source_.text();
  field.text.clear();
  field.at = here();
  if (offset_ < text.size() && text[offset_] == '"') return read_quoted(field);
  const auto begin = offset_;
  while (!at_line_end() && text[offset_] != ',') {
    if (text[offset_] == '"') return fail(here(), "a quote inside a field that does not begin with one");
    ++offset_;
  }
  field.text.assign(text, begin, offset_ - begin);
  return true;
}

bool CsvRows::next(std::vector<CsvField>& row) {
  const auto& text = source_.text();
  while (!fault_ && offset_ < text.size() && at_line_end()) step(text[offset_]);
  if (fault_ || offset_ >= text.size()) return false;
  for (std::size_t i = 0;; ++i) {
    if (i == row.size()) row.emplace_back();
    if (!read_field(row[i])) return false;
    const bool ends = at_line_end();
    if (offset_ < text.size()) step(text[offset_]);  // the comma, or the line's end
    if (!ends) continue;
    row.resize(i + 1);
    return true;
  }
}

}  // namespace tandem::config
