// The mistakes found so far: each once, in the order of the files.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "tandem/config/load.hpp"

namespace tandem::config {

/// More than an operator reads, fewer than fill a disk.
inline constexpr std::size_t kMaxFindings = 1000;

/// By file, line and column.
void sort(std::vector<Finding>& findings);

class Findings {
 public:
  void error(Mark mark, std::string message, std::string cure = {}) {
    add({Severity::Error, std::move(mark), std::move(message), std::move(cure), {}});
  }
  void warn(Mark mark, std::string message, std::string cure = {}) {
    add({Severity::Warning, std::move(mark), std::move(message), std::move(cure), {}});
  }
  void advise(Mark mark, std::string message, std::string cure = {}) {
    add({Severity::Advice, std::move(mark), std::move(message), std::move(cure), {}});
  }
  void add(Finding finding);
  bool has_errors() const { return errors_; }
  /// Ordered by file, line and column. Past kMaxFindings of one severity, the last one says how many more there are.
  std::vector<Finding> take();

 private:
  std::vector<Finding> found_;
  std::unordered_set<std::string> seen_;
  std::size_t kept_[3] = {0, 0, 0};
  std::size_t dropped_[3] = {0, 0, 0};
  bool errors_ = false;
};

}  // namespace tandem::config
