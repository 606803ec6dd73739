// The board that make_board() makes: see include/tandem/switchboard/board.hpp.
#pragma once

#include <deque>
#include <unordered_map>
#include <utility>

#include "switchboard/admission_ledger.hpp"
#include "switchboard/deadline_queue.hpp"
#include "switchboard/nonce_ledger.hpp"
#include "tandem/base/slot_map.hpp"
#include "tandem/base/thread_role.hpp"
#include "tandem/call/call.hpp"
#include "tandem/switchboard/board.hpp"

namespace tandem::switchboard {

media::AddressFamily family_of(const IpAddress&);
/// What B's media speaks, before any target has answered: the family of the first one's address. Targets of one call that mix
/// families get their media in that of the first. A name is looked up in IPv4 where a listener speaks it, else in IPv6.
media::AddressFamily family_towards_callee(const call::Call&);

class Switchboard final : public Board {
 public:
  Switchboard(Neighbours, std::shared_ptr<const trunk::Directory>, Random);

  void publish(std::shared_ptr<const trunk::Directory>) override;
  void set_time(Instant, WallTime) override;
  void take_media_news() override;
  void take_record_news() override;
  void settle() override;
  std::optional<Instant> next_deadline() const override;
  void start_drain() override;
  void clear_calls(trunk::Reason) override;
  std::size_t live_calls() const override;
  Stats stats() const override;
  std::vector<CallSummary> calls() const override;
  void on_arrival(sip::Arrival&&) override;
  void on_event(CallId, call::Event&&) override;

 private:
  struct Row {
    call::Call call;
    MediaSessionId media;
    std::string attempt_lines;  ///< records of attempts, until the call's own goes with them
    Grant of_call;              ///< what its admission takes
    /// What the plan's entries take of which a target is tried or in use: one, and while the call is transferred, two.
    std::vector<std::pair<std::size_t, Grant>> of_entries;
    std::optional<std::size_t> looking_up;  ///< the target whose name the resolver looks up
  };

  void name_far_end(call::ReferReceived&) const TANDEM_REQUIRES(role_);

  // one step
  void step_all() TANDEM_REQUIRES(role_);
  void step_one(CallId, const call::Event&) TANDEM_REQUIRES(role_);
  bool carry_out(CallId, Row&, call::Effect&) TANDEM_REQUIRES(role_);  ///< true: retired
  bool perform(CallId, Row&, call::PrepareTarget&) TANDEM_REQUIRES(role_);
  bool perform(CallId, Row&, call::OpenMedia&) TANDEM_REQUIRES(role_);
  bool perform(CallId, Row&, call::ConnectMedia&) TANDEM_REQUIRES(role_);
  bool perform(CallId, Row&, call::SendDigit&) TANDEM_REQUIRES(role_);
  bool perform(CallId, Row&, call::CloseMedia&) TANDEM_REQUIRES(role_);
  bool perform(CallId, Row&, call::RecordAttempt&) TANDEM_REQUIRES(role_);
  bool perform(CallId, Row&, call::RecordCall&) TANDEM_REQUIRES(role_);
  bool perform(CallId, Row&, call::Note&) TANDEM_REQUIRES(role_);
  bool perform(CallId, Row&, call::Retire&) TANDEM_REQUIRES(role_) { return true; }
  template <class SipEffect>
  bool perform(CallId id, Row& row, SipEffect& effect) TANDEM_REQUIRES(role_) {
    neighbours_.sip.perform(id, call::SipEffect{std::move(effect)}, row.call.admission.plan);
    return false;
  }
  void trace(const call::Call&, call::Stage before, const call::Event&) TANDEM_REQUIRES(role_);
  std::optional<CallId> owner_of(MediaSessionId) const TANDEM_REQUIRES(role_);
  void take(const media::SessionClosed&) TANDEM_REQUIRES(role_);
  void take(const media::SilenceChanged&) TANDEM_REQUIRES(role_);
  void take(const media::Latched&) TANDEM_REQUIRES(role_);
  void retire(CallId) TANDEM_REQUIRES(role_);
  void reschedule(CallId, const call::Call&) TANDEM_REQUIRES(role_);
  void fire_deadlines(CallId) TANDEM_REQUIRES(role_);

  // what a target needs before it is dialled
  std::optional<trunk::Reservation> take_entry(Row&, std::size_t entry) TANDEM_REQUIRES(role_);
  static void let_go_of_entries(Row&);
  void look_up(CallId, Row&, std::size_t target) TANDEM_REQUIRES(role_);
  void answer_preparation(CallId, std::size_t target, const dns::Answer&) TANDEM_REQUIRES(role_);
  void stop_looking_up(CallId, Row&) TANDEM_REQUIRES(role_);
  void take_names() TANDEM_REQUIRES(role_);
  void let_go(CallId, Row&) TANDEM_REQUIRES(role_);

  // one arrival
  void take_invite(sip::Arrival&&) TANDEM_REQUIRES(role_);
  CallId seat(const sip::Arrival&) TANDEM_REQUIRES(role_);
  void admit(sip::Arrival&&, trunk::Admission&&, Grant, const trunk::Trace&) TANDEM_REQUIRES(role_);
  void refuse(sip::Arrival&&, trunk::Refusal&&, const trunk::Trace&) TANDEM_REQUIRES(role_);
  void turn_away(const sip::Arrival&) TANDEM_REQUIRES(role_);
  static void log_decision(log::Level, std::string_view event, const sip::Arrival&, trunk::Reason, const trunk::Trace&);
  static void log_trace(std::string_view ref, const trunk::Trace&);
  static trunk::Refusal overloaded(const trunk::Admission&);
  static std::string call_id_of(const sip::Arrival&);

  ThreadRole role_;
  Neighbours neighbours_ TANDEM_GUARDED_BY(role_);
  std::shared_ptr<const trunk::Directory> directory_ TANDEM_GUARDED_BY(role_);
  trunk::NonceKey nonce_key_ TANDEM_GUARDED_BY(role_);
  Random random_ TANDEM_GUARDED_BY(role_);
  Instant now_ TANDEM_GUARDED_BY(role_){};
  WallTime wall_ TANDEM_GUARDED_BY(role_){};
  AdmissionLedger limits_ TANDEM_GUARDED_BY(role_);  ///< before the rows, whose grants give back to it
  trunk::Turns turns_ TANDEM_GUARDED_BY(role_);
  SlotMap<Row, CallId> rows_ TANDEM_GUARDED_BY(role_);
  std::unordered_map<MediaSessionId, CallId> media_owners_ TANDEM_GUARDED_BY(role_);
  std::deque<std::pair<CallId, call::Event>> inbox_ TANDEM_GUARDED_BY(role_);
  call::Effects effects_ TANDEM_GUARDED_BY(role_);
  DeadlineQueue deadlines_ TANDEM_GUARDED_BY(role_);
  NonceLedger nonces_ TANDEM_GUARDED_BY(role_);
  Stats counts_ TANDEM_GUARDED_BY(role_);
  bool draining_ TANDEM_GUARDED_BY(role_) = false;
};

}  // namespace tandem::switchboard
