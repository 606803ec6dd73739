// One switch: a real board with the real core and the real trunk decisions, between a simulated stack, media
// engine and record writer.
#pragma once

#include <memory>
#include <string>

#include "scenario/sim_stack.hpp"
#include "support/fake_neighbours.hpp"
#include "tandem/switchboard/board.hpp"

namespace tandem::scenario {

class SwitchNode final : public sip::EventSink {
 public:
  SwitchNode(Agenda&, Wire&, std::string name, SocketAddress own, std::shared_ptr<const trunk::Directory>,
             Random);

  void on_arrival(sip::Arrival&&) override;
  void on_event(CallId, call::Event&&) override;

  /// Everything that is left over, or that went wrong, one line each; empty once all calls have ended well.
  std::vector<std::string> complaints() const;
  std::uint64_t adopted() const { return stack_.adopted(); }
  switchboard::Stats stats() const { return board_->stats(); }

 private:
  void wake();
  void pump();
  void take_news();
  void look_at_records(std::vector<std::string>&) const;

  Agenda& agenda_;
  Wire& wire_;
  std::string name_;
  Random random_;
  SimStack stack_;
  test::FakeMedia media_;
  test::FakeRecords records_;
  std::unique_ptr<switchboard::Board> board_;
  bool awake_ = false;
  bool news_due_ = false;
  Agenda::Timer deadline_;
};

}  // namespace tandem::scenario
