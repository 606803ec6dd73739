#include "daemon/process.hpp"

#include <dirent.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <initializer_list>
#include <memory>

namespace tandem::daemon {

Expected<UniqueFd, std::string> take_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&signals, signal);
  if (::pthread_sigmask(SIG_BLOCK, &signals, nullptr) != 0 || ::signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
    return unexpected(std::string("signals: ") + std::strerror(errno));
  }
  UniqueFd fd = UniqueFd::adopt(::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd) return unexpected(std::string("signalfd: ") + std::strerror(errno));
  return fd;
}

int next_signal(int signal_fd) {
  signalfd_siginfo signal{};
  if (::read(signal_fd, &signal, sizeof signal) != static_cast<ssize_t>(sizeof signal)) return 0;
  return static_cast<int>(signal.ssi_signo);
}

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before;
}

void forbid_core_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_CORE, &limit) != 0) return;
  limit.rlim_cur = 0;
  ::setrlimit(RLIMIT_CORE, &limit);
}

void share_one_heap() {
  constexpr int kStep = 4 * 1024 * 1024;
  ::mallopt(M_ARENA_MAX, 1);
  ::mallopt(M_TOP_PAD, kStep);
  ::mallopt(M_TRIM_THRESHOLD, 4 * kStep);
}

std::size_t count_descriptors() {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc/self/fd"), &::closedir);
  if (!folder) return 0;
  std::size_t entries = 0;
  while (const dirent* entry = ::readdir(folder.get())) entries += entry->d_name[0] != '.';
  return entries - 1;  // the folder's own
}

}  // namespace tandem::daemon
