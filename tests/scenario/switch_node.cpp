#include "scenario/switch_node.hpp"

#include <map>

namespace tandem::scenario {

namespace {

constexpr WallTime kStart{std::chrono::seconds(1'700'000'000)};

std::string field(const std::string& line, const std::string& name) {
  const std::string key = "\"" + name + "\":\"";
  const std::size_t at = line.find(key);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + key.size();
  return line.substr(begin, line.find('"', begin) - begin);
}

}  // namespace

SwitchNode::SwitchNode(Agenda& agenda, Wire& wire, std::string name, SocketAddress own,
                       std::shared_ptr<const trunk::Directory> directory, Random random)
    : agenda_(agenda),
      wire_(wire),
      name_(std::move(name)),
      random_(random),
      stack_(agenda, wire, own, name_, Random(random_.next()), [this] { wake(); }),
      board_(switchboard::make_board({stack_, media_, records_, nullptr}, std::move(directory),
                                     Random(random_.next()))) {}

void SwitchNode::wake() {
  if (awake_) return;
  awake_ = true;
  agenda_.after({}, [this] { pump(); });
}

void SwitchNode::pump() {
  awake_ = false;
  const auto since = agenda_.now().time_since_epoch();
  board_->set_time(agenda_.now(), kStart + std::chrono::duration_cast<std::chrono::microseconds>(since));
  do {
    stack_.run_once({}, *this);
    board_->settle();
  } while (stack_.has_pending());
  // Workers and writer are threads of their own: they answer a little later.
  if (!news_due_ && (!media_.news.empty() || !records_.unwritten.empty())) {
    news_due_ = true;
    agenda_.after(std::chrono::microseconds(random_.below(20'000)), [this] { take_news(); });
  }
  deadline_.stop();
  if (const auto next = board_->next_deadline())
    deadline_ = agenda_.timer(*next - agenda_.now(), [this] { pump(); });
}

void SwitchNode::take_news() {
  news_due_ = false;
  board_->take_media_news();
  board_->take_record_news();
  pump();
}

void SwitchNode::on_arrival(sip::Arrival&& arrival) { board_->on_arrival(std::move(arrival)); }

void SwitchNode::on_event(CallId call, call::Event&& event) {
  if (wire_.keeps_ladder) {
    wire_.write_ladder("    " + name_ + " call " + std::to_string(call.index()) + ": " +
                       std::string(name_of(event)));
  }
  board_->on_event(call, std::move(event));
}

/// One record a call, and one call a record.
void SwitchNode::look_at_records(std::vector<std::string>& complaints) const {
  std::map<std::string, int> calls;
  for (const std::string& lines : records_.lines) {
    for (std::size_t begin = 0; begin < lines.size();) {
      const std::size_t end = std::min(lines.find('\n', begin), lines.size());
      const std::string line = lines.substr(begin, end - begin);
      if (field(line, "type") == "call") ++calls[field(line, "id")];
      begin = end + 1;
    }
  }
  for (const auto& [id, count] : calls) {
    if (count != 1)
      complaints.push_back(name_ + ": call " + id + " has " + std::to_string(count) + " records");
  }
  const std::uint64_t expected = stack_.adopted();
  if (calls.size() != expected) {
    complaints.push_back(name_ + ": " + std::to_string(expected) + " calls, " + std::to_string(calls.size()) +
                         " records");
  }
}

std::vector<std::string> SwitchNode::complaints() const {
  std::vector<std::string> all = stack_.complaints();
  const auto none = [&](std::uint64_t count, const char* of) {
    if (count != 0) all.push_back(name_ + ": " + std::to_string(count) + " " + of + " left");
  };
  const switchboard::Stats left = board_->stats();
  none(left.calls, "calls");
  none(left.deadlines, "deadlines");
  none(left.reservations, "reservations");
  none(left.channels_in_use, "channels");
  none(left.unlawful_events, "events for calls that are gone");
  none(left.sip.server_transactions, "server transactions");
  none(left.sip.client_transactions, "client transactions");
  none(left.sip.dialogs, "dialogs");
  none(media_.sessions.size(), "media sessions");
  none(records_.unwritten.size(), "unwritten records");
  look_at_records(all);
  return all;
}

}  // namespace tandem::scenario
