#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cdr/record_file.hpp"
#include "tandem/base/log.hpp"
#include "tandem/base/mailbox.hpp"
#include "tandem/base/time.hpp"
#include "tandem/cdr/record.hpp"

namespace tandem::cdr {
namespace {

using std::chrono::milliseconds;

/// From here on has_room() is false, so no new call is admitted: what may still come is the records of the calls that live.
constexpr std::size_t kRoomLimit = 10'000;
/// A first line waits so long for company: one write(2) and one wake-up each way then serve several calls. It delays the 200 to a
/// BYE by as much, which nobody hears.
constexpr int kGatherMs = 4;
constexpr std::size_t kBatchOctets = 128 * 1024;
constexpr milliseconds kFirstBackOff{100};
constexpr milliseconds kLongestBackOff{5000};
constexpr milliseconds kFullPipePause{1000};
/// How long a stop waits for a disk that takes nothing, before the lines go to standard error instead.
constexpr milliseconds kStopPatience{1000};

struct Line {
  CallId call;
  std::string text;  ///< with its newline
};

class ThreadedWriter final : public CdrWriter {
 public:
  explicit ThreadedWriter(RecordFile file) : file_(std::move(file)) {
    thread_ = std::thread([this] { run(); });
  }
  ~ThreadedWriter() override {
    stopping_.store(true);
    inbox_.wake().ring();
    thread_.join();
  }

  void put(CallId call, std::string line) override {
    line += '\n';
    waiting_.fetch_add(1, std::memory_order_relaxed);
    inbox_.put_release(Line{call, std::move(line)});
  }
  bool has_room() const override { return waiting_.load(std::memory_order_relaxed) < kRoomLimit; }
  void poll(const std::function<void(CallId)>& written) override {
    std::vector<CallId> calls;
    written_.take_all(calls);
    for (const CallId call : calls) written(call);
  }
  int wake_fd() const override { return written_.wake().borrow(); }
  void reopen() override {
    reopen_asked_.store(true);
    inbox_.wake().ring();
  }
  WriterStats stats() const override {
    return {lines_.load(std::memory_order_relaxed), failures_.load(std::memory_order_relaxed),
            waiting_.load(std::memory_order_relaxed)};
  }

 private:
  // All below on the writer's thread.
  void run() {
    std::vector<Line> arrived;
    for (;;) {
      wait();
      const bool stopping = stopping_.load();
      inbox_.take_all(arrived);
      for (Line& line : arrived) backlog_.push_back(std::move(line));
      if (reopen_asked_.exchange(false)) reopen_file();
      if (stopping && !give_up_at_) {
        give_up_at_ = monotonic_now() + kStopPatience;
        retry_at_ = {};
      }
      if (monotonic_now() >= retry_at_) write_backlog();
      if (!stopping) continue;
      if (backlog_.empty()) return;
      if (monotonic_now() >= *give_up_at_) return rescue_to_standard_error();
    }
  }

  /// For the bell, for the time of the next try, or for room in a full pipe.
  void wait() {
    pollfd ready[] = {{inbox_.wake().borrow(), POLLIN, 0}, {file_.descriptor(), POLLOUT, 0}};
    const bool idle = backlog_.empty();
    if (::poll(ready, pipe_full_ ? 2 : 1, wait_ms()) > 0 && ready[1].revents != 0) retry_at_ = {};
    if (idle && !stopping_.load()) ::poll(nullptr, 0, kGatherMs);
  }

  int wait_ms() const {
    if (backlog_.empty()) return stopping_.load() ? 0 : -1;
    const auto left = std::chrono::ceil<milliseconds>(retry_at_ - monotonic_now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, kLongestBackOff.count()));
  }

  void write_backlog() {
    pipe_full_ = false;
    while (!backlog_.empty()) {
      if (batch_.empty()) fill_batch();
      switch (file_.write_some(batch_, batch_written_)) {
        case RecordFile::Outcome::Written:
          if (batch_written_ == batch_.size()) finish(batch_lines_);
          break;
        case RecordFile::Outcome::WouldBlock:
          pipe_full_ = true;
          retry_at_ = monotonic_now() + kFullPipePause;
          return;
        case RecordFile::Outcome::Failed:
          return note_failure();
      }
    }
  }

  void fill_batch() {
    for (const Line& line : backlog_) {
      if (!batch_.empty() && batch_.size() + line.text.size() > kBatchOctets) break;
      batch_ += line.text;
      ++batch_lines_;
    }
  }

  /// The first `count` lines of the batch are in the file; the batch is over.
  void finish(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      if (backlog_.front().call) written_.put_release(backlog_.front().call);
      backlog_.pop_front();
    }
    lines_.fetch_add(count, std::memory_order_relaxed);
    waiting_.fetch_sub(count, std::memory_order_relaxed);
    batch_.clear();
    batch_written_ = 0;
    batch_lines_ = 0;
    if (count > 0 && outage_since_) note_recovery();
  }

  void note_failure() {
    failures_.fetch_add(1, std::memory_order_relaxed);
    if (!outage_since_) {
      outage_since_ = monotonic_now();
      log::error("cdr_write_failed", "",
                 {{"path", file_.path()}, {"error", std::strerror(file_.error())}, {"waiting", backlog_.size()}});
    }
    back_off_ = give_up_at_ ? kFirstBackOff : std::clamp(back_off_ * 2, kFirstBackOff, kLongestBackOff);
    retry_at_ = monotonic_now() + back_off_;
  }

  void note_recovery() {
    const auto lasted = std::chrono::duration_cast<milliseconds>(monotonic_now() - *outage_since_);
    log::info("cdr_write_recovered", "",
              {{"path", file_.path()}, {"outage_ms", lasted.count()}, {"waiting", backlog_.size()}});
    outage_since_.reset();
    back_off_ = {};
  }

  /// A line that was half written starts anew in the new file: what a reader finds there is whole.
  void reopen_file() {
    const auto cut = batch_.begin() + static_cast<std::ptrdiff_t>(batch_written_);
    finish(static_cast<std::size_t>(std::count(batch_.begin(), cut, '\n')));
    const std::string error = file_.reopen();
    if (!error.empty()) log::error("cdr_reopen_failed", "", {{"error", error}, {"kept", "the file open until now"}});
    retry_at_ = {};
  }

  /// Nothing else is left to try: the lines go where the service manager keeps them.
  void rescue_to_standard_error() {
    log::error("cdr_lines_not_in_file", "",
               {{"path", file_.path()}, {"lines", backlog_.size()}, {"kept", "they follow on standard error"}});
    for (const Line& line : backlog_) {
      if (::write(STDERR_FILENO, line.text.data(), line.text.size()) < 0) return;
    }
  }

  Mailbox<Line> inbox_{kRoomLimit};
  mutable Mailbox<CallId> written_{kRoomLimit};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> reopen_asked_{false};
  std::atomic<std::uint64_t> lines_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<std::size_t> waiting_{0};  ///< in the inbox and in the backlog

  RecordFile file_;
  std::deque<Line> backlog_;
  std::string batch_;  ///< the first batch_lines_ of the backlog, batch_written_ octets of it written
  std::size_t batch_written_ = 0;
  std::size_t batch_lines_ = 0;
  bool pipe_full_ = false;
  milliseconds back_off_{0};
  Instant retry_at_{};
  std::optional<Instant> outage_since_;
  std::optional<Instant> give_up_at_;

  std::thread thread_;
};

}  // namespace

Expected<std::unique_ptr<CdrWriter>, std::string> start_writer(const std::string& path) {
  auto file = RecordFile::open(path);
  if (!file) return unexpected("cdr: " + file.error());
  return std::make_unique<ThreadedWriter>(std::move(*file));
}

}  // namespace tandem::cdr
