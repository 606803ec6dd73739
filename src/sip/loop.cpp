#include "sip/loop.hpp"

#include <dirent.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::sip {

namespace {

// What the library's own rounding cuts off.
constexpr Duration kTimerGrain = std::chrono::milliseconds(1);
// From here on the library waits by itself, in one system call instead of two: it has nothing to spin through yet.
constexpr Duration kLibraryWaits = std::chrono::milliseconds(2);
static_assert(kLibraryWaits < std::chrono::seconds(1), "a shorter wait fits into the nanoseconds of a timespec");

std::vector<int> epoll_descriptors() {
  std::vector<int> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc/self/fd"), ::closedir);
  if (!directory) return found;
  while (const dirent* entry = ::readdir(directory.get())) {
    char target[64];
    const std::string path = std::string("/proc/self/fd/") + entry->d_name;
    const ssize_t length = ::readlink(path.c_str(), target, sizeof target);
    if (length > 0 && std::string_view(target, static_cast<std::size_t>(length)) == "anon_inode:[eventpoll]")
      found.push_back(std::atoi(entry->d_name));
  }
  return found;
}

}  // namespace

Loop::Loop() {
  const std::vector<int> before = epoll_descriptors();
  root_ = su_root_create(nullptr);
  if (!root_) return;
  su_root_threading(root_, 0);
  std::vector<int> made = epoll_descriptors();
  std::erase_if(made, [&](int fd) { return std::find(before.begin(), before.end(), fd) != before.end(); });
  if (made.size() == 1) epoll_ = made.front();  // another thread may have made one at this moment: then we cannot tell
}

Loop::~Loop() {
  if (root_) su_root_destroy(root_);
}

void Loop::step(Duration max_wait) {
  max_wait = std::max(max_wait, Duration::zero());
  const Duration wait = std::min(max_wait, next_timer_);
  su_duration_t library_wait = 0;
  if (epoll_ < 0) {
    library_wait = static_cast<su_duration_t>(std::chrono::ceil<std::chrono::milliseconds>(max_wait).count());
  } else if (wait >= kLibraryWaits) {
    library_wait = static_cast<su_duration_t>(std::chrono::floor<std::chrono::milliseconds>(wait).count());
  } else if (wait > Duration::zero()) {
    pollfd ready{epoll_, POLLIN, 0};
    const timespec limit{0, wait.count()};
    (void)::ppoll(&ready, 1, &limit, nullptr);
  }
  const su_duration_t until_timer = su_root_step(root_, library_wait);
  next_timer_ = until_timer == SU_WAIT_FOREVER ? Duration::max() : std::chrono::milliseconds(until_timer) + kTimerGrain;
}

}  // namespace tandem::sip
