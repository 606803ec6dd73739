// The file under the writer: opened for appending, written in whole lines, continued after a partial write.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tandem/base/expected.hpp"
#include "tandem/base/unique_fd.hpp"

namespace tandem::cdr {

class RecordFile {
 public:
  /// path empty: standard output. The error names operation, path and errno.
  static Expected<RecordFile, std::string> open(const std::string& path);

  /// Opens the path anew; on failure the file open until now stays in use. Empty: done. Standard output: nothing to do.
  std::string reopen();

  enum class Outcome { Written, WouldBlock, Failed };
  /// One write(2) of what is left of `octets`; written grows. Failed: errno is in error().
  Outcome write_some(std::string_view octets, std::size_t& written);
  int error() const { return error_; }
  int descriptor() const { return fd_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  UniqueFd owned_;
  int fd_ = -1;
  int error_ = 0;
  bool regular_ = true;
};

}  // namespace tandem::cdr
