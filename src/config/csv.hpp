// Rows of a CSV file with their places (RFC 4180): fields between commas, in double quotes where they hold
// commas, quotes or line ends. Lines end in LF or CRLF.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "source.hpp"

namespace tandem::config {

struct CsvField {
  std::string text;
  Position at;
};

struct CsvFault {
  Position at;
  std::string message;
};

class CsvRows {
 public:
  explicit CsvRows(const Source& source) : source_(source) {}

  /// The next row that is not an empty line, into `row`; false at the end, and after a fault.
  bool next(std::vector<CsvField>& row);
  /// What no CSV reader could make a field of; the rows after it cannot be told.
  const std::optional<CsvFault>& fault() const { return fault_; }

 private:
  bool read_field(CsvField& field);
  bool read_quoted(CsvField& field);
  void step(char c);
  Position here() const;
  bool fail(Position at, std::string message);
  bool at_line_end() const;

  const Source& source_;
  std::size_t offset_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
  std::optional<CsvFault> fault_;
};

}  // namespace tandem::config
