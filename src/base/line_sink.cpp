#include "base/line_sink.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace tandem::log {

namespace {

constexpr std::size_t kRoomOctets = 8 * 1024 * 1024;  // some 40,000 lines
constexpr auto kGatherTime = std::chrono::milliseconds(50);

}  // namespace

std::string LineSink::open() {
  if (std::string error = reopen(); !error.empty()) return error;
  thread_ = std::thread([this] { run(); });
  return {};
}

std::string LineSink::reopen() {
  if (file_.empty()) return {};
  UniqueFd fd = UniqueFd::adopt(::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
  if (!fd) return "open " + file_ + ": " + std::strerror(errno);
  fd_ = std::move(fd);
  return {};
}

LineSink::~LineSink() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  news_.notify_one();
  thread_.join();
}

void LineSink::ask_reopen() {
  {
    std::lock_guard lock(mutex_);
    reopen_at_ = gathered_.size();
  }
  news_.notify_one();
}

void LineSink::sink_it_(const spdlog::details::log_msg& message) {
  if (gathered_.size() >= kRoomOctets) {
    ++lost_;
    return;
  }
  const bool first = gathered_.empty();
  gathered_.append(message.payload.data(), message.payload.size());
  gathered_ += '\n';
  const bool hurries = message.level >= spdlog::level::err && !urgent_;
  urgent_ = urgent_ || hurries;
  if (first || hurries) news_.notify_one();
}

void LineSink::run() {
  ::pthread_setname_np(::pthread_self(), "td-log");
  std::string writing;
  std::unique_lock lock(mutex_);
  while (!stopping_ || !gathered_.empty()) {
    news_.wait(lock, [this] { return stopping_ || reopen_at_ || !gathered_.empty(); });
    news_.wait_for(lock, kGatherTime, [this] { return stopping_ || reopen_at_ || urgent_; });
    writing.swap(gathered_);
    const std::size_t lost = std::exchange(lost_, 0);
    const auto reopen_at = std::exchange(reopen_at_, std::nullopt);
    urgent_ = false;
    lock.unlock();
    const std::string_view lines = writing;
    write_all(lines.substr(0, reopen_at.value_or(lines.size())));
    // A file that cannot be opened again leaves the old one in use: a line in a rotated file beats a lost one.
    if (reopen_at) {
      (void)reopen();
      write_all(lines.substr(*reopen_at));
    }
    writing.clear();
    if (lost > 0) write_all("{\"level\":\"error\",\"event\":\"log_lines_lost\",\"lines\":" + std::to_string(lost) + "}\n");
    lock.lock();
  }
}

void LineSink::write_all(std::string_view text) const {
  while (!text.empty()) {
    const auto written = ::write(fd_ ? fd_.borrow() : STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace tandem::log
