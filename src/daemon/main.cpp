// tandemd: reads its configuration, starts the shard, and supervises it until the last call has ended.
// Exit status: 0 stopped as asked (or --check found no error), 1 configuration or start failed, 2 wrong command line.
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <vector>

#include "daemon/notify.hpp"
#include "daemon/options.hpp"
#include "daemon/process.hpp"
#include "daemon/supervisor.hpp"
#include "tandem/base/log.hpp"
#include "tandem/sip/stack.hpp"
#include "tandem/trunk/decide.hpp"

namespace tandem::daemon {
namespace {

/// On standard error for who started it, and in the log where that is another place.
int refuse_start(const std::string& why, const log::Options& where) {
  if (!where.file.empty()) log::error("start_failed", "", {{"error", why}});
  log::stop();
  std::fprintf(stderr, "tandemd: %s\n", why.c_str());
  return 1;
}

void log_start(const config::Config& config, const switchboard::Shard& shard, std::size_t descriptors) {
  log::info("started", "",
            {{"version", TANDEM_VERSION},
             {"node", config.node_name},
             {"pid", ::getpid()},
             {"trunks", config.trunks.size()},
             {"carriers", config.carriers.size()},
             {"numbers", config.numbers.size()},
             {"descriptors", descriptors}});
  for (const config::Listener& listener : shard.listeners()) {
    log::info("listening", "",
              {{"listener", listener.name}, {"transport", to_string(listener.transport)}, {"address", listener.bind.print()}});
  }
  if (::geteuid() == 0) log::warn("running_as_root", "", {{"cure", "an ordinary user is enough: see docs/running.md"}});
  // Each call takes four sockets for media; what is left serves signalling, files and the admin socket.
  constexpr std::size_t kDescriptorsACall = 4;
  constexpr std::size_t kOthers = 256;
  if (descriptors < config.limits.max_calls * kDescriptorsACall + kOthers) {
    log::warn("few_descriptors", "",
              {{"limit", descriptors},
               {"wanted", config.limits.max_calls * kDescriptorsACall + kOthers},
               {"cure", "raise LimitNOFILE, or lower limits.max_calls"}});
  }
}

/// Waits for signals, operators and the shard, and hands the supervisor what came.
void supervise(Supervisor& supervisor, const Post& post, int signal_fd) {
  std::vector<pollfd> watched;
  while (!supervisor.finished()) {
    watched = {{signal_fd, POLLIN, 0}, {post.shard.wake_fd(), POLLIN, 0}};
    for (int fd : post.admin.fds()) watched.push_back({fd, POLLIN, 0});
    for (int fd : post.admin.blocked_fds()) watched.push_back({fd, POLLOUT, 0});
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(supervisor.next_wake() - monotonic_now()).count();
    (void)::poll(watched.data(), watched.size(), left > 0 ? static_cast<int>(left) : 0);
    const Instant now = monotonic_now();
    while (const int signal = next_signal(signal_fd)) supervisor.on_signal(signal, now);
    for (const control::AdminRequest& request : post.admin.receive()) supervisor.on_request(request, now);
    for (const switchboard::Report& report : post.shard.take_reports()) supervisor.on_report(report, now);
    supervisor.on_time(now);
  }
}

int run(const Options& options, std::shared_ptr<const config::Config> shared) {
  const config::Config& config = *shared;
  share_one_heap();
  const std::size_t descriptors = raise_descriptor_limit();
  forbid_core_files();
  sip::initialise_library();
  auto signals = take_signals();
  if (!signals) return refuse_start(signals.error(), {});
  if (std::string error = log::start(config.log); !error.empty()) return refuse_start("log: " + error, {});
  auto admin = control::open_admin_socket(config.admin.socket);
  if (!admin) return refuse_start(admin.error(), config.log);
  auto shard = switchboard::start_shard(trunk::build_directory(shared), 0);
  if (!shard) return refuse_start(shard.error(), config.log);
  log_start(config, **shard, descriptors);
  const Notifier notifier = Notifier::from_environment();
  const Post post{**shard, **admin, notifier, [&options] { return tandemctl::check(options.config); }};
  Supervisor supervisor(post, shared, monotonic_now());
  supervise(supervisor, post, signals->borrow());
  shard->reset();
  log::info("stopped", "");
  log::stop();
  return 0;
}

int check_or_run(const Options& options) {
  const tandemctl::Checked checked = tandemctl::check(options.config);
  const std::string findings = tandemctl::print(checked, options.config);
  if (options.task == Task::Check) {
    std::fputs(findings.c_str(), stdout);
    return checked.ok() ? 0 : 1;
  }
  if (!checked.ok() || !checked.findings.empty()) std::fputs(findings.c_str(), stderr);
  return checked.ok() ? run(options, checked.config) : 1;
}

}  // namespace
}  // namespace tandem::daemon

int main(int argc, char** argv) {
  const auto options = tandem::daemon::parse_options(argc, argv);
  if (!options) {
    std::fputs(options.error().text.c_str(), options.error().status == 0 ? stdout : stderr);
    return options.error().status;
  }
  return tandem::daemon::check_or_run(*options);
}
