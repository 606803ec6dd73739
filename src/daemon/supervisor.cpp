#include "daemon/supervisor.hpp"

#include <algorithm>
#include <csignal>
#include <string>

#include "daemon/process.hpp"
#include "daemon/reload.hpp"
#include "tandem/base/log.hpp"
#include "tandem/trunk/decide.hpp"

namespace tandem::daemon {
namespace {

using std::chrono::seconds;

constexpr Duration kLongestBeat = seconds(5);
constexpr Duration kSilence = seconds(10);          ///< of the shard, before it is an error in the log
constexpr Duration kClearingPatience = seconds(5);  ///< for the BYEs of calls that were cleared to be answered
constexpr Duration kSendPause = std::chrono::milliseconds(100);
/// Each beat of a drain asks for so much more time, so that the unit's TimeoutStopSec need not know limits.drain_timeout.
constexpr std::string_view kMoreTime = "EXTEND_TIMEOUT_USEC=20000000\n";
constexpr std::string_view kVerbs = "stats, calls, log, reload, drain";

Duration beat_for(const Notifier& notifier) {
  if (!notifier.watchdog()) return kLongestBeat;
  return std::clamp<Duration>(*notifier.watchdog() / 3, std::chrono::milliseconds(10), kLongestBeat);
}

std::int64_t whole_seconds(Duration duration) { return std::chrono::duration_cast<seconds>(duration).count(); }

}  // namespace

Supervisor::Supervisor(Post post, std::shared_ptr<const config::Config> running, Instant now)
    : post_(std::move(post)),
      running_(std::move(running)),
      started_at_(now),
      beat_(beat_for(post_.notifier)),
      next_beat_(now),
      heard_at_(now) {
  say_status("READY=1\n");
}

void Supervisor::on_signal(int signal, Instant now) {
  switch (signal) {
    case SIGTERM:
    case SIGINT:
      log::info("stop_asked", "", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}, {"calls", calls_}});
      if (++stops_asked_ == 1) return start_drain(now);
      if (stops_asked_ == 2) return clear_calls(now);
      phase_ = Phase::Finished;
      return;
    case SIGHUP:
      (void)reload();
      return;
    case SIGUSR1:
      log::reopen();
      tell_surely(switchboard::ReopenRecords{});
      log::info("files_reopened", "");
      return;
    default:
      return;
  }
}

void Supervisor::on_request(const control::AdminRequest& request, Instant now) {
  if (request.verb != "stats" && request.verb != "calls") {
    log::info("admin_request", "", {{"verb", request.verb}, {"argument", request.argument}, {"uid", request.uid}});
  }
  if (request.verb == "stats") return ask_shard(request.token, switchboard::AskStats{request.token});
  if (request.verb == "calls") return ask_shard(request.token, switchboard::AskCalls{request.token});
  if (request.verb == "log") return answer_log_level(request);
  if (request.verb == "reload") return post_.admin.reply(request.token, reload());
  if (request.verb == "drain") {
    post_.admin.reply(request.token, control::drain_json(running_->limits.drain_timeout));
    return start_drain(now);
  }
  post_.admin.reply(request.token, control::error_json("unknown_verb", "the verbs are: " + std::string(kVerbs)));
}

void Supervisor::ask_shard(std::uint64_t token, switchboard::Command question) {
  if (post_.shard.tell(std::move(question))) return;
  post_.admin.reply(token, control::error_json("busy", "the signalling thread has too many questions waiting: ask again"));
}

void Supervisor::answer_log_level(const control::AdminRequest& request) {
  if (!request.argument.empty()) {
    const auto level = log::parse_level(request.argument);
    if (!level) {
      const std::string text = "the levels are: debug, info, warn, error, off";
      return post_.admin.reply(request.token, control::error_json("unknown_level", text));
    }
    log::set_level(*level);
  }
  post_.admin.reply(request.token, control::level_json(log::level()));
}

void Supervisor::on_report(const switchboard::Report& report, Instant now) {
  if (const auto* stats = std::get_if<switchboard::StatsAnswer>(&report)) {
    heard_from_shard(stats->stats.calls, now);
    if (stats->token != 0) {
      post_.admin.reply(stats->token,
                        control::stats_json(stats->stats, count_descriptors(), whole_seconds(now - started_at_)));
    }
  } else if (const auto* calls = std::get_if<switchboard::CallsAnswer>(&report)) {
    heard_from_shard(calls->calls.size(), now);
    post_.admin.reply(calls->token, control::calls_json(calls->calls));
  } else if (phase_ == Phase::Draining || phase_ == Phase::Clearing) {
    log::info("drained", "", {{"uptime_s", whole_seconds(now - started_at_)}});
    phase_ = Phase::Finished;
  }
}

void Supervisor::heard_from_shard(std::size_t calls, Instant now) {
  heard_at_ = now;
  if (silence_logged_) log::info("shard_answers_again", "");
  silence_logged_ = false;
  calls_ = calls;
  say_status(post_.notifier.watchdog() ? "WATCHDOG=1\n" : "");
}

void Supervisor::say_status(std::string_view before) {
  if (!post_.notifier.is_heard()) return;
  std::string state(before);
  if (phase_ != Phase::Running) state += kMoreTime;
  state += phase_ == Phase::Running ? "STATUS=calls=" : "STATUS=draining, calls=";
  post_.notifier.say(state + std::to_string(calls_));
}

void Supervisor::start_drain(Instant now) {
  if (phase_ != Phase::Running) return;
  phase_ = Phase::Draining;
  phase_ends_ = now + running_->limits.drain_timeout;
  log::info("draining", "", {{"calls", calls_}, {"timeout_s", whole_seconds(running_->limits.drain_timeout)}});
  say_status("STOPPING=1\n");
  tell_surely(switchboard::StartDrain{});
}

void Supervisor::clear_calls(Instant now) {
  if (phase_ == Phase::Clearing || phase_ == Phase::Finished) return;
  phase_ = Phase::Clearing;
  phase_ends_ = now + kClearingPatience;
  log::warn("clearing_calls", "", {{"calls", calls_}});
  tell_surely(switchboard::ClearCalls{trunk::Reason::ShuttingDown});
}

void Supervisor::on_time(Instant now) {
  if (finished()) return;
  send_waiting(now);
  look_after_shard(now);
  if (!phase_ends_ || now < *phase_ends_) return;
  if (phase_ == Phase::Draining) return clear_calls(now);
  log::error("calls_left_at_stop", "", {{"calls", calls_}});
  phase_ = Phase::Finished;
}

/// WATCHDOG=1 goes out with the answer, so a shard that hangs lets systemd restart the service.
void Supervisor::look_after_shard(Instant now) {
  if (now >= next_beat_) {
    next_beat_ = now + beat_;
    (void)post_.shard.tell(switchboard::AskStats{});
  }
  if (now - heard_at_ < kSilence || silence_logged_) return;
  silence_logged_ = true;
  log::error("shard_silent", "", {{"seconds", whole_seconds(now - heard_at_)}, {"calls", calls_}});
}

Instant Supervisor::next_wake() const {
  Instant wake = next_beat_;
  if (phase_ends_) wake = std::min(wake, *phase_ends_);
  if (!waiting_.empty()) wake = std::min(wake, next_send_);
  return wake;
}

void Supervisor::tell_surely(switchboard::Command command) {
  if (!waiting_.empty() || !post_.shard.tell(command)) waiting_.push_back(std::move(command));
}

void Supervisor::send_waiting(Instant now) {
  while (!waiting_.empty() && post_.shard.tell(waiting_.front())) waiting_.pop_front();
  next_send_ = now + kSendPause;
}

/// Returns the answer for an operator who asked; the log says the same.
std::string Supervisor::reload() {
  if (phase_ != Phase::Running) {
    log::warn("reload_refused", "", {{"why", "draining"}});
    return control::error_json("draining", "tandemd is draining: it takes no new configuration");
  }
  post_.notifier.say("RELOADING=1");
  auto outcome = prepare_reload(*running_, post_.load());
  std::string answer;
  if (!outcome) {
    const ReloadRefusal& refusal = outcome.error();
    log::error("reload_refused", "", {{"why", refusal.code}, {"text", refusal.text}});
    answer = refusal.text;
    for (const std::string& line : refusal.lines) {
      log::error("reload_finding", "", {{"finding", line}});
      answer += "\n" + line;
    }
    answer = control::error_json(refusal.code, answer);
  } else if (!post_.shard.tell(switchboard::PublishSnapshot{trunk::build_directory(outcome->config)})) {
    log::error("reload_refused", "", {{"why", "busy"}});
    answer = control::error_json("busy", "the signalling thread has too many questions waiting: nothing was changed, reload again");
  } else {
    // A level set at run time stays, unless the file now says another one.
    if (outcome->config->log.level != running_->log.level) log::set_level(outcome->config->log.level);
    running_ = outcome->config;
    for (const std::string& warning : outcome->warnings) log::warn("config_finding", "", {{"finding", warning}});
    for (const std::string& change : outcome->changes) log::info("reload_change", "", {{"change", change}});
    log::info("reloaded", "", {{"changes", outcome->changes.size()}});
    answer = control::reload_json(outcome->changes, outcome->warnings);
  }
  say_status("READY=1\n");
  return answer;
}

}  // namespace tandem::daemon
