// What the library reads from the process and writes to it.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "sip/sofia.hpp"
#include "tandem/base/log.hpp"
#include "tandem/base/text.hpp"
#include "tandem/base/time.hpp"
#include "tandem/sip/stack.hpp"

// The library exports its modules' logs without declaring them in its headers.
extern "C" {
extern su_log_t nta_log[];
extern su_log_t tport_log[];
extern su_log_t sresolv_log[];
extern su_log_t stun_log[];
extern su_log_t nea_log[];
extern su_log_t iptsec_log[];
}

namespace tandem::sip {

namespace {

/// Each of these changes how the library behaves, from outside and unseen.
constexpr const char* kEnvironment[] = {
    "SIPCOMPACT", "SIPCONTACT", "SIP_UDP_CONNECT", "SU_PORT",     "TPORT_SSL",  "TPORT_LOG",   "TPORT_DUMP",
    "TPORT_DUMP_END", "TPORT_DEBUG", "TPORT_TOS",  "MSG_DUMP",    "MSG_STREAM_THRESHOLD",     "SRESOLV_CONF",
    "SRES_OPTIONS",   "SRESOLV_DEBUG", "NTA_DEBUG", "SU_DEBUG",   "SOFIA_DEBUG", "STUN_DEBUG", "NEA_DEBUG",
    "IPTSEC_DEBUG",   "SOFIA_SIP_DEBUG"};

// Of the library's ten levels these are errors; from the next one on every damaged datagram of a stranger is a line.
constexpr unsigned kLevel = 1;

/// Strangers can make the library complain as often as they like: beyond so many lines a second it is not heard.
bool may_speak() {
  constexpr int kLinesPerSecond = 10;
  static std::atomic<std::int64_t> second{0};
  static std::atomic<int> lines{0};
  const std::int64_t now = std::chrono::duration_cast<std::chrono::seconds>(monotonic_now().time_since_epoch()).count();
  if (second.exchange(now, std::memory_order_relaxed) != now) lines.store(0, std::memory_order_relaxed);
  return lines.fetch_add(1, std::memory_order_relaxed) < kLinesPerSecond;
}

/// One call is one line; stream is the module's name.
void write_line(void* stream, const char* format, va_list arguments) {
  if (!may_speak()) return;
  char line[512];
  const int length = std::vsnprintf(line, sizeof line, format, arguments);
  if (length <= 0) return;
  std::string_view text(line, std::min(static_cast<std::size_t>(length), sizeof line - 1));
  log::info("sip_library", {}, {{"module", static_cast<const char*>(stream)}, {"text", printable(trim(text))}});
}

void redirect(su_log_t* module, const char* name) {
  su_log_redirect(module, write_line, const_cast<char*>(name));
  su_log_set_level(module, kLevel);
}

}  // namespace

void initialise_library() {
  for (const char* name : kEnvironment) ::unsetenv(name);
  std::signal(SIGPIPE, SIG_IGN);
  su_init();
  redirect(su_log_default, "su");
  redirect(nta_log, "nta");
  redirect(tport_log, "tport");
  redirect(sresolv_log, "sresolv");
  redirect(stun_log, "stun");
  redirect(nea_log, "nea");
  redirect(iptsec_log, "iptsec");
}

}  // namespace tandem::sip
