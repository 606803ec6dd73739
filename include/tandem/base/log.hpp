// Structured log: one event name, the call it belongs to, and fields. JSON lines to a file or a pipe, a human format on
// a terminal. Gathered in memory and written by a thread of its own within 50 ms, errors at once; when 8 MB wait, further lines are
// lost and counted rather than a caller blocked.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tandem::log {

enum class Level : std::uint8_t { Debug, Info, Warn, Error, Off };
std::string_view to_string(Level);
std::optional<Level> parse_level(std::string_view);

enum class Format : std::uint8_t { Auto, Json, Human };  ///< Auto: Human on a terminal, else Json

struct Field {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;

  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, bool v) : key(k), value(v) {}
  Field(std::string_view k, int v) : key(k), value(std::int64_t{v}) {}
  Field(std::string_view k, long v) : key(k), value(std::int64_t{v}) {}
  Field(std::string_view k, long long v) : key(k), value(std::int64_t{v}) {}
  Field(std::string_view k, unsigned v) : key(k), value(std::uint64_t{v}) {}
  Field(std::string_view k, unsigned long v) : key(k), value(std::uint64_t{v}) {}
  Field(std::string_view k, unsigned long long v) : key(k), value(std::uint64_t{v}) {}
  Field(std::string_view k, double v) : key(k), value(v) {}
};

struct Options {
  Level level = Level::Info;
  Format format = Format::Auto;
  std::string file;  ///< empty: standard error
};

/// Opens the log, once, before other threads write. Before it, and after stop(), lines go to standard error unbuffered.
/// Returns the error text, or empty.
std::string start(const Options&);
void stop();    ///< flushes and joins the writer; no other thread may write any more
void reopen();  ///< after logrotate: before the next line
void set_level(Level);
Level level();
bool enabled(Level);

/// event: lower_snake_case. call: the call's ULID, or empty where the line belongs to no call. Any thread; never blocks.
void write(Level, std::string_view event, std::string_view call, std::initializer_list<Field> fields = {});

inline void debug(std::string_view event, std::string_view call, std::initializer_list<Field> f = {}) {
  if (enabled(Level::Debug)) write(Level::Debug, event, call, f);
}
inline void info(std::string_view event, std::string_view call, std::initializer_list<Field> f = {}) {
  if (enabled(Level::Info)) write(Level::Info, event, call, f);
}
inline void warn(std::string_view event, std::string_view call, std::initializer_list<Field> f = {}) {
  if (enabled(Level::Warn)) write(Level::Warn, event, call, f);
}
inline void error(std::string_view event, std::string_view call, std::initializer_list<Field> f = {}) {
  if (enabled(Level::Error)) write(Level::Error, event, call, f);
}

}  // namespace tandem::log
