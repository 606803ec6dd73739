#include "tandem/switchboard/shard.hpp"

#include <pthread.h>

#include <algorithm>
#include <future>
#include <thread>

#include "tandem/base/log.hpp"
#include "tandem/base/mailbox.hpp"
#include "tandem/switchboard/board.hpp"

namespace tandem::switchboard {

namespace {

constexpr std::size_t kQueuedCommands = 256;
constexpr Duration kLongestWait = std::chrono::seconds(1);

/// What lives on the signalling thread, in the order in which it is built; it goes in the reverse order.
struct Desk {
  std::unique_ptr<cdr::CdrWriter> records;
  std::unique_ptr<media::MediaEngine> media;
  std::unique_ptr<sip::SipStack> sip;
  std::unique_ptr<dns::Resolver> names;
  std::unique_ptr<Board> board;
};

dns::ResolverOptions resolver_options(const config::Config& config) {
  dns::ResolverOptions options;
  options.servers = config.dns.servers;
  options.patience = config.dns.timeout;
  options.max_ttl = config.dns.longest_ttl;
  options.negative_ttl = config.dns.negative_ttl;
  options.max_addresses = call::kMaxTargetAddresses;
  options.transports.clear();  // what a listener speaks, in the order of the listeners
  for (const config::Listener& row : config.listeners) {
    auto& spoken = options.transports;
    if (std::find(spoken.begin(), spoken.end(), row.transport) == spoken.end()) spoken.push_back(row.transport);
  }
  return options;
}

Expected<Desk, std::string> set_up(const std::shared_ptr<const trunk::Directory>& directory, std::uint32_t number) {
  const config::Config& config = trunk::config_of(*directory);
  Desk desk;
  auto records = cdr::start_writer(config.cdr.path);
  if (!records) return unexpected(std::move(records.error()));
  desk.records = std::move(*records);
  auto media = media::start_media(config.media);
  if (!media) return unexpected(std::move(media.error()));
  desk.media = std::move(*media);
  sip::StackOptions options;
  options.listeners = config.listeners;
  options.shard = number;
  options.user_agent = "tandem";
  auto sip = sip::start_sip(options);
  if (!sip) return unexpected(std::move(sip.error()));
  desk.sip = std::move(*sip);
  auto names = dns::start_resolver(resolver_options(config), *desk.sip, Random::from_system());
  if (!names) return unexpected(std::move(names.error()));
  desk.names = std::move(*names);
  desk.board = make_board({*desk.sip, *desk.media, *desk.records, desk.names.get()}, directory, Random::from_system());
  return desk;
}

class SignallingShard final : public Shard {
 public:
  SignallingShard() : commands_(kQueuedCommands), reports_(kQueuedCommands) {}
  ~SignallingShard() override {
    if (!thread_.joinable()) return;
    commands_.put_release(Stop{});
    thread_.join();
  }

  /// The error, or empty.
  std::string start(const std::shared_ptr<const trunk::Directory>& directory, std::uint32_t number) {
    std::promise<std::string> started;
    auto outcome = started.get_future();
    thread_ = std::thread([this, directory, number, &started] { run(directory, number, started); });
    auto error = outcome.get();
    if (!error.empty()) thread_.join();
    return error;
  }

  bool tell(Command command) override { return commands_.put(std::move(command)); }
  std::vector<Report> take_reports() override {
    std::vector<Report> taken;
    reports_.take_all(taken);
    return taken;
  }
  int wake_fd() const override { return const_cast<Mailbox<Report>&>(reports_).wake().borrow(); }
  const std::vector<config::Listener>& listeners() const override { return listeners_; }

 private:
  void run(const std::shared_ptr<const trunk::Directory>& directory, std::uint32_t number,
           std::promise<std::string>& started) {
    pthread_setname_np(pthread_self(), "td-signalling");
    auto built = set_up(directory, number);
    if (!built) {
      started.set_value(std::move(built.error()));
      return;
    }
    Desk desk = std::move(*built);
    listeners_ = desk.sip->listeners();
    bool media_news = false;
    bool record_news = false;
    bool command_news = false;
    desk.sip->watch_readable(desk.media->wake_fd(), [&] { media_news = true; });
    desk.sip->watch_readable(desk.records->wake_fd(), [&] { record_news = true; });
    desk.sip->watch_readable(commands_.wake().borrow(), [&] { command_news = true; });
    desk.board->set_time(monotonic_now(), wall_now());
    started.set_value({});  // after this line `started` is gone
    while (!stopping_) {
      desk.sip->run_once(longest_wait(desk), *desk.board);
      desk.board->set_time(monotonic_now(), wall_now());
      if (std::exchange(media_news, false)) desk.board->take_media_news();
      if (std::exchange(record_news, false)) desk.board->take_record_news();
      if (std::exchange(command_news, false)) take_commands(desk);
      desk.board->settle();
      report_drained(desk);
    }
    desk.sip->forget(desk.media->wake_fd());
    desk.sip->forget(desk.records->wake_fd());
    desk.sip->forget(commands_.wake().borrow());
  }

  static Duration longest_wait(const Desk& desk) {
    if (desk.sip->has_pending()) return Duration::zero();
    const auto next = desk.board->next_deadline();
    if (!next) return kLongestWait;
    return std::clamp<Duration>(*next - monotonic_now(), Duration::zero(), kLongestWait);
  }

  void take_commands(Desk& desk) {
    std::vector<Command> taken;
    commands_.take_all(taken);
    for (Command& command : taken) obey(desk, command);
  }

  void obey(Desk& desk, Command& command) {
    if (auto* snapshot = std::get_if<PublishSnapshot>(&command)) {
      desk.board->publish(std::move(snapshot->directory));
    } else if (const auto* ask = std::get_if<AskStats>(&command)) {
      reports_.put_release(StatsAnswer{ask->token, desk.board->stats()});
    } else if (const auto* ask_calls = std::get_if<AskCalls>(&command)) {
      reports_.put_release(CallsAnswer{ask_calls->token, desk.board->calls()});
    } else if (std::holds_alternative<StartDrain>(command)) {
      draining_ = true;
      desk.board->start_drain();
    } else if (const auto* clear = std::get_if<ClearCalls>(&command)) {
      desk.board->clear_calls(clear->reason);
    } else if (std::holds_alternative<ReopenRecords>(command)) {
      desk.records->reopen();
    } else {
      stopping_ = true;
    }
  }

  void report_drained(Desk& desk) {
    if (!draining_ || drained_ || desk.board->live_calls() > 0) return;
    drained_ = true;
    reports_.put_release(Drained{});
  }

  Mailbox<Command> commands_;
  Mailbox<Report> reports_;
  std::vector<config::Listener> listeners_;
  bool stopping_ = false;
  bool draining_ = false;
  bool drained_ = false;
  std::thread thread_;
};

}  // namespace

Expected<std::unique_ptr<Shard>, std::string> start_shard(std::shared_ptr<const trunk::Directory> directory,
                                                          std::uint32_t number) {
  auto shard = std::make_unique<SignallingShard>();
  auto error = shard->start(directory, number);
  if (!error.empty()) return unexpected(std::move(error));
  return std::unique_ptr<Shard>(std::move(shard));
}

}  // namespace tandem::switchboard
