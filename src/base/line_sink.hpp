// Where log lines gather before they are written: the caller's thread appends to memory, and a thread of the sink's own writes
// what has gathered every 50 ms, so that a line costs no wake-up and no system call of its own. An error is written at once.
#pragma once

#include <spdlog/sinks/base_sink.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "tandem/base/unique_fd.hpp"

namespace tandem::log {

class LineSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  /// file: empty for standard error.
  explicit LineSink(std::string file) : file_(std::move(file)) {}
  ~LineSink() override;  ///< writes what has gathered

  /// Opens the file and starts the thread. The error text, or empty.
  std::string open();
  void ask_reopen();  ///< before the next write

 private:
  void sink_it_(const spdlog::details::log_msg&) override;
  void flush_() override {}
  void run();
  std::string reopen();
  void write_all(std::string_view text) const;

  const std::string file_;
  UniqueFd fd_;  ///< of the writing thread, once it runs
  std::string gathered_;     ///< this and all below under base_sink's mutex_
  std::size_t lost_ = 0;     ///< lines that found no room since the last write
  bool urgent_ = false;
  std::optional<std::size_t> reopen_at_;  ///< octets of gathered_ that belong to the old file
  bool stopping_ = false;
  std::condition_variable_any news_;
  std::thread thread_;
};

}  // namespace tandem::log
