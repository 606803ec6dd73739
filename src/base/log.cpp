#include "tandem/base/log.hpp"

#include <fcntl.h>
#include <spdlog/logger.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <memory>
#include <mutex>

#include "base/line_sink.hpp"
#include "tandem/base/text.hpp"
#include "tandem/base/time.hpp"

#include <cerrno>
#include <cstring>

namespace tandem::log {

namespace {

std::atomic<Level> current_level{Level::Info};
std::atomic<bool> as_json{true};

/// The writer of this process: the one mutable global of the room, owned by start() and stop().
struct Writer {
  std::shared_ptr<LineSink> sink;
  std::shared_ptr<spdlog::logger> logger;
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
  line.reserve(512);
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
    next->logger = std::make_shared<spdlog::logger>("tandem", next->sink);
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
    open->logger->log(level == Level::Error ? spdlog::level::err : spdlog::level::info, line);
  } else {
    std::fprintf(stderr, "%s\n", line.c_str());
  }
}

}  // namespace tandem::log
