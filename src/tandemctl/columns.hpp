// Text in columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tandem::tandemctl {

using TextRow = std::vector<std::string>;

/// One line a row, each begun with `indent`; columns are as wide as their widest cell and two spaces apart,
/// and no line ends in blanks. Rows may have fewer cells than others.
std::string in_columns(const std::vector<TextRow>&, std::string_view indent = {});

}  // namespace tandem::tandemctl
