// Where an object of the configuration was written.
#pragma once

#include <string>

namespace tandem::config {

/// Where an object was written, for findings that need meaning.
struct Mark {
  std::string file;
  int line = 0;    ///< from 1; 0: nowhere (a default)
  int column = 0;  ///< from 1
};

}  // namespace tandem::config
