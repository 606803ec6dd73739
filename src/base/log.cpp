#include "tandem/base/log.hpp"

#include <fcntl.h>
#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <memory>
#include <mutex>

#include "tandem/base/text.hpp"
#include "tandem/base/time.hpp"
#include "tandem/base/unique_fd.hpp"

#include <cerrno>
#include <cstring>

namespace tandem::log {

namespace {

constexpr std::size_t kQueuedLines = 16384;

std::atomic<Level> current_level{Level::Info};
std::atomic<bool> as_json{true};

/// Writes finished lines to a descriptor, one write(2) each, on the log's own thread; it opens its file anew when asked.
class LineSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit LineSink(std::string file) : file_(std::move(file)) {}

  /// The error text, or empty.
  std::string open() {
    if (file_.empty()) return {};
    UniqueFd fd = UniqueFd::adopt(::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
    if (!fd) return "open " + file_ + ": " + std::strerror(errno);
    fd_ = std::move(fd);
    return {};
  }
  void ask_reopen() { reopen_.store(true, std::memory_order_relaxed); }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    // A file that cannot be opened again leaves the old one in use: a line in a rotated file beats a lost one.
    if (reopen_.exchange(false, std::memory_order_relaxed)) open();
    line_.assign(message.payload.data(), message.payload.size());
    line_ += '\n';
    std::string_view rest = line_;
    while (!rest.empty()) {
      const auto written = ::write(fd_ ? fd_.borrow() : STDERR_FILENO, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void flush_() override {}

  const std::string file_;
  UniqueFd fd_;
  std::string line_;
  std::atomic<bool> reopen_{false};
};

/// The writer of this process: the one mutable global of the room, owned by start() and stop().
struct Writer {
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<LineSink> sink;
  std::shared_ptr<spdlog::async_logger> logger;
};
std::mutex writer_mutex;
std::shared_ptr<Writer> writer_owner;
std::atomic<Writer*> writer{nullptr};

void append_json_text(std::string& out, std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  out += '"';
  for (char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (octet < 0x20 || octet >= 0x7f) {
      // Latin-1 view of peers' octets: always valid JSON, whatever encoding they meant.
      out += "\\u00";
      out += digits[octet >> 4];
      out += digits[octet & 0xf];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_number(std::string& out, double value) {
  if (!std::isfinite(value)) {  // JSON knows no other word for it
    out += "null";
    return;
  }
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  out += text;
}

void append_value(std::string& out, const Field& field, bool json) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    if (json || text->find_first_of(" \"=\n\r\t") != std::string_view::npos) {
      append_json_text(out, *text);
    } else {
      out += printable(*text, 400);
    }
  } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    out += std::to_string(*number);
  } else if (const auto* natural = std::get_if<std::uint64_t>(&field.value)) {
    out += std::to_string(*natural);
  } else if (const auto* real = std::get_if<double>(&field.value)) {
    append_number(out, *real);
  } else {
    out += std::get<bool>(field.value) ? "true" : "false";
  }
}

std::string json_line(Level level, std::string_view event, std::string_view call, std::initializer_list<Field> fields) {
  std::string line;
  line.reserve(160);
  line += "{\"time\":\"";
  line += print_utc(wall_now());
  line += "\",\"level\":\"";
  line += to_string(level);
  line += "\",\"event\":";
  append_json_text(line, event);
  if (!call.empty()) {
    line += ",\"call\":";
    append_json_text(line, call);
  }
  for (const Field& field : fields) {
    line += ',';
    append_json_text(line, field.key);
    line += ':';
    append_value(line, field, true);
  }
  line += '}';
  return line;
}

std::string human_line(Level level, std::string_view event, std::string_view call, std::initializer_list<Field> fields) {
  std::string line = print_utc(wall_now()).substr(11, 12);
  line += ' ';
  line += to_string(level);
  line.append(level == Level::Info || level == Level::Warn ? 2 : 1, ' ');
  if (!call.empty()) {
    line += call;
    line += ' ';
  }
  line += event;
  for (const Field& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    append_value(line, field, false);
  }
  return line;
}

}  // namespace

std::string_view to_string(Level level) {
  switch (level) {
    case Level::Debug: return "debug";
    case Level::Info: return "info";
    case Level::Warn: return "warn";
    case Level::Error: return "error";
    case Level::Off: return "off";
  }
  return "info";
}

std::optional<Level> parse_level(std::string_view text) {
  for (Level level : {Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Off}) {
    if (iequals(text, to_string(level))) return level;
  }
  return std::nullopt;
}

std::string start(const Options& options) {
  std::lock_guard lock(writer_mutex);
  auto next = std::make_shared<Writer>();
  next->sink = std::make_shared<LineSink>(options.file);
  if (auto failure = next->sink->open(); !failure.empty()) return failure;
  try {
    next->pool = std::make_shared<spdlog::details::thread_pool>(kQueuedLines, 1);
    next->logger = std::make_shared<spdlog::async_logger>("tandem", next->sink, next->pool,
                                                          spdlog::async_overflow_policy::overrun_oldest);
    next->logger->set_level(spdlog::level::trace);
  } catch (const std::exception& failure) {
    return failure.what();
  }
  as_json = options.format == Format::Json ||
            (options.format == Format::Auto && !(options.file.empty() && ::isatty(STDERR_FILENO) == 1));
  current_level = options.level;
  writer_owner = std::move(next);
  writer = writer_owner.get();
  return {};
}

void stop() {
  std::lock_guard lock(writer_mutex);
  writer = nullptr;
  writer_owner.reset();
}

void reopen() {
  std::lock_guard lock(writer_mutex);
  if (writer_owner) writer_owner->sink->ask_reopen();
}

void set_level(Level level) { current_level = level; }
Level level() { return current_level.load(std::memory_order_relaxed); }
bool enabled(Level level) { return level >= current_level.load(std::memory_order_relaxed); }

void write(Level level, std::string_view event, std::string_view call, std::initializer_list<Field> fields) {
  if (!enabled(level) || level == Level::Off) return;
  const std::string line = as_json.load(std::memory_order_relaxed) ? json_line(level, event, call, fields)
                                                                   : human_line(level, event, call, fields);
  if (Writer* open = writer.load(std::memory_order_acquire)) {
    open->logger->log(spdlog::level::info, "{}", line);
  } else {
    std::fprintf(stderr, "%s\n", line.c_str());
  }
}

}  // namespace tandem::log
