// What the process asks of the kernel: signals as a descriptor, descriptors enough, no core files.
#pragma once

#include <cstddef>
#include <string>

#include "tandem/base/expected.hpp"
#include "tandem/base/unique_fd.hpp"

namespace tandem::daemon {

/// Blocks SIGTERM, SIGINT, SIGHUP and SIGUSR1 in this thread and in those that it starts later, and gives the signalfd
/// they are read from. Ignores SIGPIPE.
Expected<UniqueFd, std::string> take_signals();
/// The next waiting signal, or 0.
int next_signal(int signal_fd);

/// Raises the soft limit of open descriptors to the hard one; the limit that holds afterwards.
std::size_t raise_descriptor_limit();
/// Passwords and keys lie in memory: a crash writes no core file unless an operator raises the limit (prlimit --core).
void forbid_core_files();
/// All threads share one heap, which grows and shrinks in large steps. The signalling thread does nearly all of the allocating, so
/// the lock is seldom contended, and a heap of a thread's own would grow by one mprotect(2) for each page or two.
void share_one_heap();
/// Open descriptors of this process.
std::size_t count_descriptors();

}  // namespace tandem::daemon
