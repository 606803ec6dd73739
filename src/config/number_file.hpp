// Numbers as CSV: a header row with the names of the keys of 'numbers', then a number a row.
#pragma once

#include <string>
#include <vector>

#include "reader.hpp"

namespace tandem::config {

inline constexpr std::size_t kMaxCsvOctets = 64U << 20U;

/// Adds the numbers of `document`, whose source is the CSV; every mistake at its cell. False when it could
/// not be read to its end.
bool read_number_file(const Document& document, Reading& reading, std::vector<DialledNumber>& numbers);

}  // namespace tandem::config
